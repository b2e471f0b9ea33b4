"""Public holidays, cached in one small file per region and year.

The holidays library loads the rules of 250 countries, which takes longer than the rest of an agent's command.
A year that was requested once is read from its file.
"""

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path


@lru_cache(maxsize=256)
def holidays_of(region: str, folder: Path) -> Callable[[date], bool]:
    """A function that tells whether a day is a public holiday in a region such as GB-ENG.

    A region without a list uses its country's; a country without a list has no holidays. Years are cached in
    `folder`."""
    years: dict[int, frozenset[str]] = {}

    def is_holiday(day: date) -> bool:
        if day.year not in years:
            years[day.year] = _year(region, day.year, folder)
        return day.isoformat() in years[day.year]

    return is_holiday


@lru_cache(maxsize=256)
def region_with_list(region: str) -> str | None:
    """The region whose holidays apply: the region itself, or its country; None if neither has a list.

    Reads a list of names, not the rules of the countries, so commands may call it."""
    from holidays import list_supported_countries

    country, _, subdivision = region.partition("-")
    subdivisions = list_supported_countries().get(country)
    if subdivisions is None:
        return None
    return region if not subdivision or subdivision in subdivisions else country


def _year(region: str, year: int, folder: Path) -> frozenset[str]:
    source = f"holidays {version('holidays')}"
    path = folder / f"{region}-{year}.json"
    try:
        kept = json.loads(path.read_text(encoding="ascii"))
        if kept["source"] == source:
            return frozenset(kept["days"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    days = sorted(_ask(region, year))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps({"source": source, "days": days}), encoding="ascii")
        partial.replace(path)
    except OSError:
        # The file is only a cache. If it cannot be written, the library is asked again next time.
        pass
    return frozenset(days)


def _ask(region: str, year: int) -> set[str]:
    counted = region_with_list(region)
    if counted is None:
        return set()
    from holidays import country_holidays

    country, _, subdivision = counted.partition("-")
    return {day.isoformat() for day in country_holidays(country, subdiv=subdivision or None, years=year)}
