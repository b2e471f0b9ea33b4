"""Public holidays, a year of a region at a time, kept in small files.

The library that knows them loads the rules of 250 countries, which takes longer than all the rest of an
agent's command; a year that was asked for once is read from its file.
"""

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path


@lru_cache(maxsize=256)
def holidays_of(region: str, folder: Path) -> Callable[[date], bool]:
    """Whether a day is a public holiday in a region such as GB-ENG, or in its country where the region has
    no list of its own. A country without a list has no holidays. Years are kept in `folder`."""
    years: dict[int, frozenset[str]] = {}

    def is_holiday(day: date) -> bool:
        if day.year not in years:
            years[day.year] = _year(region, day.year, folder)
        return day.isoformat() in years[day.year]

    return is_holiday


@lru_cache(maxsize=256)
def region_with_list(region: str) -> str | None:
    """Whose public holidays count for a region: its own, or its country's; None where neither is known.

    It reads a list of names, not the rules of the countries, so a command may ask."""
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
        # It is only kept to be quick; where nothing can be written, it is asked for again.
        pass
    return frozenset(days)


def _ask(region: str, year: int) -> set[str]:
    counted = region_with_list(region)
    if counted is None:
        return set()
    from holidays import country_holidays

    country, _, subdivision = counted.partition("-")
    return {day.isoformat() for day in country_holidays(country, subdiv=subdivision or None, years=year)}
