from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.likeness import Likeness, likeness, order_key

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["HB-2041", "hb 2041", "#HB-2041", " HB2041 ", "HB\N{EN DASH}2041", "\uff28\uff22/2041"]
)
def test_an_order_is_the_same_however_it_is_written(written: str) -> None:
    assert order_key(written) == "hb2041"


def test_another_order_has_another_key() -> None:
    assert order_key("HB-2042") == "hb2042"


@pytest.mark.parametrize("nothing", [None, "", "  ", "#", "-"])
def test_what_names_no_order_has_no_key(nothing: str | None) -> None:
    assert order_key(nothing) is None


@given(st.text())
def test_a_key_is_the_key_of_itself(text: str) -> None:
    key = order_key(text)
    assert key is None or order_key(key) == key


def _alike(
    recorded: str | None = None,
    new: str | None = None,
    *,
    same_reason: bool = True,
    is_open: bool = False,
    ago: timedelta = timedelta(days=1),
) -> Likeness | None:
    return likeness(
        orders=(recorded, new),
        same_reason=same_reason,
        is_open=is_open,
        logged_at=NOW - ago,
        now=NOW,
        within_days=14,
    )


def test_the_same_order_is_the_same_trouble_whatever_the_reason_and_the_day() -> None:
    assert _alike("HB-2041", "#hb 2041", same_reason=False, ago=timedelta(days=900)) is Likeness.ORDER


def test_two_orders_are_two_troubles() -> None:
    assert _alike("HB-2041", "HB-2042") is None
    assert _alike("HB-2041", None) is Likeness.REASON
    assert _alike(None, "HB-2042") is Likeness.REASON
    assert _alike("#", "HB-2042") is Likeness.REASON


def test_the_same_reason_counts_for_the_days_that_are_set_and_while_the_case_is_open() -> None:
    last = timedelta(days=14) - timedelta(seconds=1)
    assert _alike(ago=last) is Likeness.REASON
    assert _alike(ago=timedelta(days=14)) is None
    assert _alike(ago=timedelta(days=14), is_open=True) is Likeness.REASON
    assert _alike(same_reason=False, is_open=True) is None
