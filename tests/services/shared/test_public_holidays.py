"""Public holidays: whose count, what is known of a region, and what is kept in files."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from holidays import country_holidays, list_supported_countries

from followup.services.shared.public_holidays import holidays_of, region_with_list

SUMMER_BANK_HOLIDAY = date(2026, 8, 31)
"""In England, Wales and Northern Ireland (gov.uk/bank-holidays); Scotland has it on 3 August."""


def days_of_2026(region: str, folder: Path) -> list[date]:
    is_holiday = holidays_of(region, folder)
    return [day for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365)) if is_holiday(day)]


@pytest.mark.parametrize(
    ("region", "counted"),
    [
        ("GB", "GB"),
        ("GB-ENG", "GB-ENG"),
        ("GB-SCT", "GB-SCT"),
        ("DE-BY", "DE-BY"),
        ("GB-SCO", "GB"),  # a slip for SCT
        ("FR-IDF", "FR"),  # a real region without holidays of its own
        ("XQ", None),
        ("XQ-ENG", None),
        ("ENG", None),
        ("", None),
    ],
)
def test_a_region_that_is_not_known_has_the_holidays_of_its_country_if_any(
    region: str, counted: str | None, tmp_path: Path
) -> None:
    assert region_with_list(region) == counted
    assert days_of_2026(region, tmp_path) == (days_of_2026(counted, tmp_path) if counted else [])


def test_every_region_that_is_known_has_rules_in_the_library() -> None:
    asked = 0
    for country, subdivisions in list_supported_countries().items():
        for subdivision in (None, *subdivisions):
            region = f"{country}-{subdivision}" if subdivision else country
            assert region_with_list(region) == region
            country_holidays(country, subdiv=subdivision)  # raises for one that it does not know
            asked += 1
        assert region_with_list(f"{country}-QQQ") == country
    assert asked > 1000
    with pytest.raises(NotImplementedError):
        country_holidays("GB", subdiv="QQQ")


def test_the_parts_of_a_country_have_their_own_days(tmp_path: Path) -> None:
    assert SUMMER_BANK_HOLIDAY in days_of_2026("GB-ENG", tmp_path)
    assert SUMMER_BANK_HOLIDAY not in days_of_2026("GB-SCT", tmp_path)
    assert date(2026, 8, 3) in days_of_2026("GB-SCT", tmp_path)
    assert date(2026, 12, 25) in days_of_2026("GB", tmp_path)


def test_a_year_that_is_kept_is_read_from_its_file_while_the_library_is_the_same(tmp_path: Path) -> None:
    days_of_2026("GB-ENG", tmp_path)
    path = tmp_path / "GB-ENG-2026.json"
    kept = json.loads(path.read_text(encoding="ascii"))
    for source, found in ((kept["source"], True), ("holidays 0.1", False)):
        path.write_text(json.dumps({"source": source, "days": ["2026-06-16"]}), encoding="ascii")
        holidays_of.cache_clear()
        assert (days_of_2026("GB-ENG", tmp_path) == [date(2026, 6, 16)]) is found


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"days": []}', '{"source": 1}'])
def test_a_broken_file_or_a_folder_that_cannot_be_made_only_costs_time(tmp_path: Path, broken: str) -> None:
    (tmp_path / "GB-2026.json").write_text(broken, encoding="ascii")
    assert date(2026, 12, 25) in days_of_2026("GB", tmp_path)
    no_folder = tmp_path / "GB-2026.json" / "below-a-file"
    assert date(2026, 12, 25) in days_of_2026("GB", no_folder)
