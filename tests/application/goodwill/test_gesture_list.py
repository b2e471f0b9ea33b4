from datetime import UTC, datetime
from typing import Any

import pytest

from followup.application.goodwill import gesture_list, gestures
from followup.errors import NotFound, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import ANA, SEN, Shop


@pytest.fixture
def given(shop: Shop, new_caller: NewCaller) -> Shop:
    """A voucher, a paid refund, a refund still to be paid, and an apology at half past midnight in London."""
    first = shop.open_case("a@example.com", name="A", order="HB-2041")
    second = shop.open_case("b@example.com", name="B", order="#20415", by=SEN)
    shop.request(first, "voucher", "5.00")
    paid = shop.request(first, "refund", "4.00", again=True, because="It was late as well")
    gestures.pay_gesture(new_caller(), f"G-{paid.id:04d}")
    shop.request(second, "refund", "3.00", by=SEN)
    shop.now = datetime(2026, 11, 3, 0, 30, tzinfo=UTC)
    shop.request(second, "apology", by=SEN)
    return shop


@pytest.mark.parametrize(
    ("only", "refs"),
    [
        ({}, ["G-0004", "G-0003", "G-0002", "G-0001"]),
        ({"kind": "refund"}, ["G-0003", "G-0002"]),
        ({"customer": "A@example.com"}, ["G-0002", "G-0001"]),
        ({"order": "hb 2041"}, ["G-0002", "G-0001"]),
        ({"order": "20415"}, ["G-0004", "G-0003"]),
        ({"agent": SEN}, ["G-0004", "G-0003"]),
        ({"team": "North"}, ["G-0004", "G-0003", "G-0002", "G-0001"]),
        ({"team": "North", "agent": ANA}, ["G-0002", "G-0001"]),
        ({"paid": True}, ["G-0002"]),
        ({"paid": False}, ["G-0003"]),
        ({"state": "spent", "paid": False}, []),
        ({"since": "2026-11-03"}, ["G-0004"]),
        ({"until": "2026-11-02"}, ["G-0003", "G-0002", "G-0001"]),
        ({"since": "2026-11-03", "until": "2026-11-03"}, ["G-0004"]),
    ],
)
def test_gestures_are_listed_by_whatever_is_asked(
    given: Shop, new_caller: NewCaller, only: dict[str, Any], refs: list[str]
) -> None:
    assert [row["ref"] for row in gesture_list.list_gestures(new_caller(), **only)] == refs
    assert gesture_list.count_gestures(new_caller(), **only) == {"count": len(refs)}


def test_what_does_not_exist_is_refused(given: Shop, new_caller: NewCaller) -> None:
    for only, error in (
        ({"kind": "cake"}, WrongUsage),
        ({"team": "south"}, NotFound),
        ({"customer": "nobody@example.com"}, NotFound),
        ({"since": "yesterday"}, WrongUsage),
    ):
        with pytest.raises(error):
            gesture_list.list_gestures(new_caller(), **only)  # type: ignore[arg-type]
