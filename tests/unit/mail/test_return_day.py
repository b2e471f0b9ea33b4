"""When somebody who is away is back, as absence notes say it. Today is Tuesday, 1 December 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.mail.inbound.return_day import LONGEST_AWAY, return_day

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("I am out of the office until 14 December.", date(2026, 12, 15)),
        ("I am out of the office until December 14th, 2026.", date(2026, 12, 15)),
        ("I will be back on 14 December.", date(2026, 12, 14)),
        ("Away from 3 Dec to 11 Dec, returning on 14 Dec.", date(2026, 12, 14)),
        ("I am away from 3 to 11 December.", date(2026, 12, 12)),
        ("I am away until the 20th.", date(2026, 12, 21)),
        ("I am away until the 1st.", date(2027, 1, 2)),
        ("I return to the office on Monday.", date(2026, 12, 7)),
        ("I am away until Friday.", date(2026, 12, 5)),
        ("Back on Tuesday.", date(2026, 12, 8)),
        ("Out until 2026-12-24.", date(2026, 12, 25)),
        ("I am away until 2 January.", date(2027, 1, 3)),
        ("Ich bin bis zum 14.12. nicht im Büro.", date(2026, 12, 15)),
        ("Ich bin bis einschließlich 14.12.2026 abwesend.", date(2026, 12, 15)),
        ("Ab dem 15. Dezember bin ich wieder erreichbar.", date(2026, 12, 15)),
        ("Je suis en congés jusqu'au 14 décembre.", date(2026, 12, 15)),
        ("De retour au bureau le 1er janvier.", date(2027, 1, 1)),
        ("Estaré de vacaciones hasta el 14 de diciembre de 2026.", date(2026, 12, 15)),
        ("Estou de férias até 14 de dezembro. Retorno no dia 15 de dezembro.", date(2026, 12, 15)),
        ("Sono in ferie fino al 14 dicembre.", date(2026, 12, 15)),
        ("Out of office 14/12/26.", date(2026, 12, 15)),
        ("I am out of the office.", None),
        ("My direct line is 020 7946 0123, room 14.", None),
        ("Back in 2031-01-01.", None),
        ("I was away until 14 November.", None),
        ("Until 31 February.", None),
    ],
)
def test_the_day_is_read_as_it_is_said(said: str, back: date | None) -> None:
    assert return_day(said, TODAY) == back


def test_the_order_of_day_and_month_is_the_countrys() -> None:
    assert return_day("Back on 12/10.", TODAY, month_first=True) == date(2026, 12, 10)
    assert return_day("Back on 10/12.", TODAY) == date(2026, 12, 10)
    # There is no month 14, whatever the country.
    assert return_day("Back on 12/14.", TODAY) == date(2026, 12, 14)


@given(st.text(max_size=400), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_whatever_is_said_the_day_is_ahead_and_not_too_far(said: str, today: date) -> None:
    back = return_day(said, today)
    assert back is None or today < back <= today + LONGEST_AWAY
    assert return_day(f"{said} Back on {today + timedelta(days=3):%Y-%m-%d}", today) is not None
