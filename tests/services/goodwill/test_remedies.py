"""A remedy that the customer chooses instead of the rule's offer, and a cap of which a fact is not known."""

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import Choice
from followup.errors import Refused
from tests.shop import ANA, Shop

POLICY = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
[facts.month_fee]
type = "money"
[[rule]]
id = "late"
when = { reason = "late-delivery" }
class = "corrective"
offer = { kind = "refund", amount = { percent = 25, of = "order_value" } }
or = { kind = "voucher", amount = { percent = 30, of = "order_value" } }
[[rule]]
id = "outage"
class = "corrective"
offer = { kind = "credit", amount = "20" }
[[cap]]
id = "month-fee"
scope = "customer"
window = "month"
percent = 100
of = "month_fee"
kind = "credit"
[[authority]]
role = "agent"
per_gesture = "unlimited"
"""


@pytest.fixture
def cafe(shop: Shop) -> Shop:
    shop.rules.workspace.policy_file.write_text(POLICY, encoding="utf-8")
    return shop


def test_the_voucher_instead_of_cash_is_owed_as_the_cash_is(cafe: Shop) -> None:
    case = cafe.open_case(order_value="80.00")
    gesture = cafe.request(case, GestureKind.VOUCHER, None, by=ANA)
    assert (gesture.kind, gesture.amount_minor, gesture.state) == (
        GestureKind.VOUCHER,
        2400,
        GestureState.ISSUED,
    )
    assert (gesture.gesture_class, gesture.choice) == (GestureClass.CORRECTIVE, Choice.AS_OFFERED)
    assert gesture.rule == "late"
    assert [one["amount"] for one in gesture.reasoning["alternatives"]] == ["20.00"]


def test_cash_is_the_offer_where_nobody_chooses(cafe: Shop) -> None:
    gesture = cafe.request(cafe.open_case(order_value="80.00"), None, None, by=ANA)
    assert (gesture.kind, gesture.amount_minor) == (GestureKind.REFUND, 2000)


def test_credits_of_a_month_never_exceed_the_fee_of_the_case_at_hand(cafe: Shop) -> None:
    unknown = cafe.open_case(reason="outage")
    with pytest.raises(Refused) as refused:
        cafe.request(unknown, None, None, by=ANA)
    assert refused.value.code == "cap_unknown"
    amounts = []
    for order in ("A-1", "A-2"):
        case = cafe.open_case(reason="outage", order=order, fact_month_fee="35.00")
        amounts.append(cafe.request(case, None, None, by=ANA).amount_minor)
    assert amounts == [2000, 1500]
    with pytest.raises(Refused) as refused:
        cafe.request(cafe.open_case(reason="outage", order="A-3", fact_month_fee="35.00"), None, None, by=ANA)
    assert refused.value.code == "cap"


def test_cash_and_then_the_voucher_come_to_no_more_than_the_voucher(cafe: Shop) -> None:
    case = cafe.open_case(order_value="80.00")
    cafe.request(case, None, None, by=ANA)
    more = cafe.request(
        case, GestureKind.VOUCHER, None, by=ANA, again=True, because="They asked for the voucher after all"
    )
    assert more.amount_minor == 2400 - 2000
