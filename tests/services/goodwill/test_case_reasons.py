"""Whether a reason that nobody has used may be a slip."""

import pytest

from followup.services.goodwill import case_reasons
from tests.shop import Shop


def meant(shop: Shop, reason: str) -> str | None:
    return shop.read(lambda session: case_reasons.meant(session, shop.rules, reason))


@pytest.mark.parametrize("written", ["late-delivry", "late_delivery", "latedelivery", "late-deliveries"])
def test_a_slip_is_held_against_the_reasons_of_the_workspace(shop: Shop, written: str) -> None:
    assert meant(shop, written) == "late-delivery"


@pytest.mark.parametrize(
    ("written", "known"),
    [("damaged", "damaged-item"), ("late", "late-delivery"), ("wrong", "wrong-item")],
)
def test_the_beginning_of_a_reason_may_be_short_for_it(shop: Shop, written: str, known: str) -> None:
    assert meant(shop, written) == known


@pytest.mark.parametrize("written", ["late-delivery", "hail", "late-parcel", "delivery"])
def test_what_is_known_or_near_nothing_is_no_slip(shop: Shop, written: str) -> None:
    assert meant(shop, written) is None


def test_a_shops_own_reasons_count_from_their_first_case(shop: Shop) -> None:
    assert meant(shop, "cold-soups") is None
    case = shop.open_case(reason="cold-soup")
    assert meant(shop, "cold-soups") == "cold-soup"
    assert meant(shop, "cold-soup") is None
    slip = shop.open_case("tom@example.com", reason="cold-soups")
    assert shop.read(lambda s: case_reasons.meant(s, shop.rules, "cold-soups", case=slip)) == "cold-soup"
    assert shop.read(lambda s: case_reasons.meant(s, shop.rules, "cold-soup", case=case)) == "cold-soups"


def test_a_policy_that_cannot_be_read_stops_nobody(shop: Shop) -> None:
    shop.workspace.policy_file.write_text("[[", encoding="utf-8")
    assert meant(shop, "late-delivry") == "late-delivery"
    assert meant(shop, "hail") is None
