from datetime import date

import pytest

from followup.domain.shared.day_text import readings

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "country", "days"),
    [
        ("today", "GB", [TODAY]),
        ("Yesterday", "GB", [date(2026, 11, 29)]),
        ("2026-11-23", "GB", [date(2026, 11, 23)]),
        ("23.11.", "DE", [date(2026, 11, 23)]),
        ("23. 11. 2025", "DE", [date(2025, 11, 23)]),
        ("24.12.", "DE", [date(2025, 12, 24)]),
        ("23/11", "GB", [date(2026, 11, 23)]),
        ("3/4/26", "GB", [date(2026, 4, 3)]),
        ("3/4/26", "US", [date(2026, 3, 4)]),
        ("23/11", "US", [date(2026, 11, 23)]),
        ("3/4/26", "CA", [date(2026, 4, 3), date(2026, 3, 4)]),
        ("4/4/26", "CA", [date(2026, 4, 4)]),
        ("29/02", "GB", [date(2024, 2, 29)]),
        ("31/02", "GB", []),
        ("friday", "GB", []),
        ("32.13.", "DE", []),
        ("2026-02-30", "GB", []),
        ("", "GB", []),
    ],
)
def test_a_day_is_read_as_it_can_only_be_meant(text: str, country: str, days: list[date]) -> None:
    assert list(readings(text, today=TODAY, country=country)) == days
