"""What looks the same as something given is given again only if it is meant, and then counts together."""

from typing import Any

import pytest
from sqlmodel import Session, select

from followup.application.cases import show_case
from followup.application.goodwill import gestures as gesture_commands
from followup.application.goodwill import policy_advice
from followup.domain.goodwill.gesture import GestureState
from followup.domain.people.agent import Role
from followup.errors import Refused, WrongUsage
from followup.services.cases import cases
from followup.services.goodwill import approvals, gestures
from followup.store.tables import AuditEvent, Case, Gesture
from tests.application.conftest import NewCaller, new_caller
from tests.shop import ANA, MAX, SEN, Shop

__all__ = ["new_caller"]


def refusal(shop: Shop, case: Case, *given: str, **more: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        shop.request(case, *given, **more)
    return caught.value


def given(shop: Shop) -> list[tuple[int | None, str]]:
    rows = shop.read(lambda session: session.exec(select(Gesture).order_by("id")).all())
    return [(row.amount_minor, row.state.value) for row in rows]


def test_the_same_request_again_is_answered_with_what_was_given(shop: Shop) -> None:
    case = shop.open_case(order="HB-2041")  # a tenth of 80.00, at most 25.00
    shop.request(case)
    refused = refusal(shop, case)
    assert (refused.code, refused.exit_code) == ("repeated_gesture", 4)
    assert refused.message == (
        "C-0001 was given G-0001, a voucher of 8.00 GBP, issued, requested by Ana Reyes "
        "on 2 November 2026 at 10:00."
    )
    assert '--again --because "…"' in refused.hint
    assert refusal(shop, case, "refund", "5.00", by=MAX).code == "repeated_gesture"
    assert given(shop) == [(800, "issued")]


def test_what_is_meant_again_needs_its_reason_and_another_one_each_time(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    for nothing in (None, " "):
        with pytest.raises(WrongUsage, match="--again needs its reason"):
            shop.request(case, again=True, because=nothing)
    second = shop.request(case, again=True, because="The replacement broke.")
    assert (second.amount_minor, second.again) == (800, True)
    assert refusal(shop, case, again=True, because="the  replacement broke.").code == "repeated_again"
    # 25.00 is the most of the rule for a case, and 16.00 are given.
    third = shop.request(case, again=True, because="So did the one after it.")
    assert third.amount_minor == 800
    fourth = shop.request(case, again=True, because="And the last.")
    assert (fourth.amount_minor, fourth.state) == (100, GestureState.ISSUED)
    assert refusal(shop, case, again=True, because="One more.").code == "rule_used_up"
    assert sum(amount or 0 for amount, _ in given(shop)) == 2500


def test_amounts_in_parts_need_whoever_may_give_the_whole(shop: Shop) -> None:
    # An agent gives 25.00, a senior 60.00, a manager 250.00.
    case = shop.open_case(order="HB-2041", order_value="400.00")
    shop.request(case, "refund", "20.00")
    within = shop.request(case, "credit", "5.00", again=True, because="the postage")
    above = shop.request(case, "credit", "0.01", again=True, because="a penny")
    assert (within.state, above.state) == (GestureState.ISSUED, GestureState.PENDING)
    far = shop.request(case, "credit", "40.00", again=True, because="the gift wrapping")
    asked = shop.read(lambda session: approvals.find_approval(session, f"G-{far.id}"))
    # 65.01 together is more than a senior may give.
    assert asked.approver_role is Role.MANAGER
    told = [reason["code"] for reason in far.reasoning["reasons"]]
    assert "above_together" in told

    def approve(session: Session) -> None:
        approval = approvals.find_approval(session, f"G-{above.id}")
        actor = shop.actor(session, SEN)
        approvals.approve(session, shop.rules, approval, now=shop.now, actor=actor, because=None)

    # What waits counts as well: the penny makes 65.01 of it.
    with pytest.raises(Refused) as caught:
        shop.write(approve)
    assert caught.value.code == "authority_exceeded"


@pytest.mark.parametrize("written", ["HB-2041", "hb 2041", "#HB2041"])
def test_an_order_is_given_once_whatever_case_it_stands_on(shop: Shop, written: str) -> None:
    shop.request(shop.open_case(order="HB-2041", order_value="400.00"), "refund", "20.00")
    second = shop.open_case(order=written, order_value="400.00", reason="rude-service")
    refused = refusal(shop, second, "refund", "20.00")
    assert refused.code == "repeated_gesture"
    assert refused.message.startswith(f"Order {written} (C-0001) was given G-0001")
    both = shop.request(second, "refund", "20.00", again=True, because="He was rude as well.")
    assert both.state is GestureState.PENDING
    # Another customer's order of the same number, and another order, count alone.
    other = shop.open_case("tom@example.com", order="HB-2041", order_value="400.00")
    assert shop.request(other, "refund", "20.00").state is GestureState.ISSUED
    third = shop.open_case(order="HB-2042", order_value="400.00")
    assert shop.request(third, "refund", "20.00").state is GestureState.ISSUED


def test_a_customer_is_told_the_same_without_money_once(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, "apology")
    assert refusal(shop, case, "apology").code == "repeated_gesture"
    shop.request(case, "callback")
    assert refusal(shop, case, "callback").code == "repeated_gesture"
    # Words are no money: the first gesture with money is no repetition, nor the words after it.
    assert not shop.request(case).again
    assert shop.request(case, "apology", again=True, because="She asked for it in writing.").again


def test_what_is_owed_beside_goodwill_is_meant_and_counts_what_the_facts_say_now(shop: Shop) -> None:
    case = shop.open_case(reason="damaged-item", fact_item_value="9.00", order_value="90.00")
    first = shop.request(case)
    assert (first.amount_minor, first.gesture_class.value) == (900, "corrective")
    assert refusal(shop, case, "voucher", "5.00").code == "repeated_gesture"
    extra = shop.request(case, "voucher", "5.00", again=True, because="for the wait")
    assert (extra.gesture_class.value, extra.state) == ("goodwill", GestureState.ISSUED)

    def correct(session: Session) -> None:
        found = session.get_one(Case, case.id)
        cases.change_case(
            session, shop.rules, found, {}, {"item_value": "20.00"}, now=shop.now, actor=shop.actor(session)
        )

    shop.write(correct)
    # 20.00 are owed and 9.00 of it given; with 5.00 of goodwill that makes 25.00, what an agent may give.
    rest = shop.request(case, again=True, because="The item cost more.")
    assert (rest.amount_minor, rest.gesture_class.value, rest.state) == (
        1100,
        "corrective",
        GestureState.ISSUED,
    )
    assert refusal(shop, case, again=True, because="Once more.").code == "already_given"


def test_what_was_taken_back_may_be_given_anew(shop: Shop) -> None:
    case = shop.open_case()
    first = shop.request(case)

    def take_back(session: Session) -> None:
        found = session.get_one(Gesture, first.id)
        gestures.void(session, found, now=shop.now, actor=shop.actor(session), because="a slip")

    shop.write(take_back)
    assert not shop.request(case).again


def test_an_explanation_says_what_a_request_would_meet(shop: Shop, new_caller: NewCaller) -> None:
    case = shop.open_case(order="HB-2041")
    assert policy_advice.explain(new_caller(), "C-0001")["refused"] is None
    shop.request(case, "refund", "20.00")
    told = policy_advice.explain(new_caller(), "C-0001")
    assert told["refused"]["code"] == "repeated_gesture"
    meant = policy_advice.explain(new_caller(), "C-0001", again=True)
    # The rule gives 8.00 and at most 25.00; 20.00 are given, so 5.00 are left of the rule and the authority.
    assert (meant["refused"], meant["amount"], meant["needs_approval"]) == (None, "5.00", False)
    assert meant["bound_by"] == ["rule moderate"]
    limits = {limit["name"]: limit for limit in meant["limits"]}
    assert limits["rule moderate"] == {
        "name": "rule moderate",
        "limit": "25.00",
        "used": "20.00",
        "remaining": "5.00",
    }
    assert limits["authority-per-gesture"]["used"] == "20.00"
    assert limits["overcompensation"]["used"] == "20.00"
    made = gesture_commands.request_gesture(new_caller(), "C-0001", again=True, because="It broke again.")
    assert (made["amount"], made["again"], made["because"]) == ("5.00", True, "It broke again.")


def test_why_it_was_given_again_stands_wherever_somebody_looks(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case())
    gesture_commands.request_gesture(new_caller(), "C-0001", again=True, because="It broke again.")
    shown = gesture_commands.show_gesture(new_caller(), "G-0002")
    assert (shown["again"], shown["because"]) == (True, "It broke again.")
    of_case = show_case.show_case(new_caller(), "C-0001")["gestures"]
    assert [gesture["again"] for gesture in of_case] == [False, True]

    def logged(session: Session) -> list[AuditEvent]:
        events = session.exec(select(AuditEvent)).all()
        return [event for event in events if event.action == "gesture request"]

    first, second = shop.read(logged)
    assert (first.because, second.because) == (None, "It broke again.")
    assert second.detail is not None
    assert second.detail["again_after"] == ["G-0001"]


def test_a_key_gives_the_first_answer_and_no_refusal(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    first = gesture_commands.request_gesture(new_caller(ANA, key="k"), "C-0001")
    assert gesture_commands.request_gesture(new_caller(ANA, key="k"), "C-0001") == first
    with pytest.raises(Refused) as caught:
        gesture_commands.request_gesture(new_caller(ANA, key="other"), "C-0001")
    assert caught.value.code == "repeated_gesture"
    assert given(shop) == [(800, "issued")]


@pytest.mark.parametrize("second", ["replacement", "repair", "resend"])
def test_a_lost_parcel_is_sent_once_more_or_replaced_and_not_both(shop: Shop, second: str) -> None:
    case = shop.open_case(reason="lost-parcel", order="HB-2041", address="1 Quay, Leith", fact_item="lamp")
    shop.request(case, "resend", item="reading lamp", because="It never came, and she needs it.", by=MAX)
    why = "She needs a lamp now."
    assert refusal(shop, case, second, item="reading lamp", because=why, by=MAX).code == "repeated_gesture"
    assert len(given(shop)) == 1
    # What is meant is given, and a voucher beside it repeats nothing.
    shop.request(case, second, item="lamp shade", again=True, because="The shade was lost as well.", by=MAX)
    shop.request(case, "voucher", "8.00", because="She waited a week for it.", by=MAX)
    assert len(given(shop)) == 3


@pytest.mark.parametrize(("first", "second"), [("refund", "replacement"), ("repair", "refund")])
def test_an_item_is_put_right_or_its_money_given_back_and_not_both(
    shop: Shop, first: str, second: str
) -> None:
    case = shop.open_case(order="HB-2041", address="1 Quay, Leith", fact_item="lamp")
    why = "It came in pieces, and she needs one for the weekend; Max Ortiz agreed that it is right here."

    def told(kind: str) -> dict[str, Any]:
        remedy = {"amount": "20.00"} if kind == "refund" else {"item": "lamp"}
        return {"because": why, "by": MAX, **remedy}

    shop.request(case, first, **told(first))
    assert refusal(shop, case, second, **told(second)).code == "repeated_gesture"
    # Nor on another case of the order.
    twin = shop.open_case(order="HB-2041", address="1 Quay, Leith", fact_item="lamp")
    assert refusal(shop, twin, second, **told(second)).code == "repeated_gesture"
    assert len(given(shop)) == 1
    assert shop.request(case, second, again=True, **told(second)).again


def test_a_replacement_beside_a_voucher_repeats_nothing(shop: Shop) -> None:
    case = shop.open_case(address="1 Quay, Leith", fact_item="lamp")
    shop.request(case, "voucher", "8.00", by=MAX)
    assert not shop.request(case, "replacement", item="lamp", because="It is in pieces.", by=MAX).again
