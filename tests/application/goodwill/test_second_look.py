"""A gesture whose case was corrected is looked at again before it is issued, and told of at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.application.cases import change_case
from followup.application.goodwill import approvals, gestures, show_approval
from followup.application.people import customers
from followup.errors import Refused, WrongUsage
from followup.services.goodwill import second_look
from followup.store.tables import AuditEvent, Gesture
from tests.application.conftest import NewCaller
from tests.shop import ANA, MAX, SEN, Shop


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A refund of 90.00 GBP for a damaged item, which a manager has to approve: C-0001, G-0001, A-0001."""
    shop.request(shop.open_case(reason="damaged-item", fact_item_value="90.00", order_value="120.00"))
    return shop


def correct(new_caller: NewCaller, *fact: str, **told: str) -> list[str]:
    return change_case.set_case(new_caller(ANA), "C-0001", fact=list(fact), **told)["hints"]


def amounts(shop: Shop) -> list[tuple[int | None, str]]:
    rows = shop.read(lambda session: session.exec(select(Gesture).order_by("id")).all())
    return [(row.amount_minor, row.state.value) for row in rows]


def refusal(approve: Any, *given: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        approve(*given, **more)
    return caught.value


def test_correcting_a_case_says_what_its_offer_would_be_now(asked: Shop, new_caller: NewCaller) -> None:
    (hint, *_) = correct(new_caller, "item_value=9.00")
    assert hint == (
        "G-0001 was requested as a refund of 90.00 GBP; today the policy would offer a refund of 9.00 GBP by "
        "rule item-to-refund. Approve what is right today: followup approval counter A-0001 --amount 9.00 "
        "--because …. Or the requester withdraws it: followup approval withdraw A-0001, then: followup "
        "gesture request C-0001"
    )
    # What changes no outcome is not told of, nor what was told of before.
    assert not [hint for hint in correct(new_caller, order="HB-7") if "G-0001" in hint]
    assert not [hint for hint in correct(new_caller, verbatim="It broke.") if "G-0001" in hint]


def test_approving_looks_again_and_is_refused_with_both_amounts(asked: Shop, new_caller: NewCaller) -> None:
    correct(new_caller, "item_value=9.00")
    refused = refusal(approvals.approve, new_caller(MAX), "A-0001", "Right.")
    assert (refused.code, refused.exit_code) == ("recommendation_changed", 4)
    assert "90.00 GBP" in refused.message
    assert "9.00 GBP by rule item-to-refund" in refused.message
    assert "approval counter A-0001 --amount 9.00" in refused.hint
    assert "approval approve A-0001 --as-requested --because" in refused.hint
    assert amounts(asked) == [(9000, "pending")]
    countered = approvals.counter(new_caller(MAX), "A-0001", "The item cost 9.00.", amount="9.00")
    assert countered["gesture"]["amount"] == "9.00"
    # What was countered agrees with the policy of today, so its requester issues it without being asked.
    assert gestures.issue_gesture(new_caller(ANA), "G-0001")["state"] == "issued"
    assert amounts(asked) == [(900, "issued")]


def test_as_requested_needs_its_reason_and_is_recorded(asked: Shop, new_caller: NewCaller) -> None:
    correct(new_caller, "item_value=9.00")
    for nothing in (None, " "):
        with pytest.raises(WrongUsage, match="--as-requested needs its reason"):
            approvals.approve(new_caller(MAX), "A-0001", nothing, as_requested=True)
    approvals.approve(new_caller(MAX), "A-0001", "Promised on the phone.", as_requested=True)
    assert amounts(asked) == [(9000, "issued")]
    event = asked.read(
        lambda session: session.exec(select(AuditEvent).where(AuditEvent.action == "approval approved")).one()
    )
    assert event.because == "Promised on the phone."
    assert event.detail["as_requested"] == ["amount"]
    assert event.detail["recommended_now"]["amount"] == "9.00"


def test_what_did_not_change_is_approved_as_ever(asked: Shop, new_caller: NewCaller) -> None:
    # The request itself counts neither as given nor as a case or gesture of the customer.
    shown = show_approval.show_approval(new_caller(), "A-0001")["recommended_now"]
    assert shown is not None
    assert (shown["differs"], shown["amount"], shown["sentence"]) == ([], "90.00", None)
    correct(new_caller, verbatim="Broken.", order="HB-9")
    asked.now += timedelta(days=1)
    assert approvals.approve(new_caller(MAX), "A-0001")["state"] == "approved"
    assert amounts(asked) == [(9000, "issued")]


def test_both_amounts_are_shown_with_approval_and_gesture(asked: Shop, new_caller: NewCaller) -> None:
    correct(new_caller, "item_value=9.00")
    for shown in (
        show_approval.show_approval(new_caller(), "A-0001")["recommended_now"],
        gestures.show_gesture(new_caller(), "G-0001")["recommended_now"],
    ):
        assert shown is not None
        assert (shown["differs"], shown["kind"], shown["amount"]) == (["amount"], "refund", "9.00")
        assert shown["hint"] is not None
        assert "approval counter A-0001 --amount 9.00" in shown["hint"]
    approvals.reject(new_caller(MAX), "A-0001", "No.")
    assert gestures.show_gesture(new_caller(), "G-0001")["recommended_now"] is None


def test_another_rule_and_another_kind_are_offered_to_approve(asked: Shop, new_caller: NewCaller) -> None:
    # Without the value of the item, moderate trouble gives a tenth of 120.00 as a voucher.
    (hint, *_) = correct(new_caller, "item_value=")
    assert "today the policy would offer a voucher of 12.00 GBP by rule moderate, as goodwill." in hint
    assert "approval counter A-0001 --kind voucher --amount 12.00" in hint
    shown = gestures.show_gesture(new_caller(), "G-0001")["recommended_now"]
    assert shown is not None
    assert shown["differs"] == ["kind", "amount", "class", "rule"]


def test_a_held_gesture_is_looked_at_when_it_is_issued(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case(), hold_only=True)  # a tenth of 80.00
    (hint, *_) = correct(new_caller, order_value="60.00")
    assert "requested as a voucher of 8.00 GBP; today the policy would offer a voucher of 6.00 GBP" in hint
    assert "followup gesture void G-0001 --because …, then: followup gesture request C-0001" in hint
    refused = refusal(gestures.issue_gesture, new_caller(ANA), "G-0001")
    assert refused.code == "recommendation_changed"
    assert "followup gesture issue G-0001 --as-requested --because" in refused.hint
    with pytest.raises(WrongUsage):
        gestures.issue_gesture(new_caller(ANA), "G-0001", as_requested=True)
    gestures.issue_gesture(new_caller(ANA), "G-0001", as_requested=True, because="She was told 8.00.")
    assert amounts(shop) == [(800, "issued")]


def test_an_issued_gesture_is_told_of_with_what_to_do(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case())
    (less, *_) = correct(new_caller, order_value="60.00")
    assert "a voucher of 6.00 GBP" in less
    assert "If it should not stand: followup gesture void G-0001 --because …" in less
    (more, *_) = correct(new_caller, order_value="100.00")
    assert "a voucher of 10.00 GBP" in more
    assert "Give the rest if it is due: followup gesture request C-0001 --again --because …" in more


def test_an_amount_within_a_range_is_compared_with_the_range_now(shop: Shop, new_caller: NewCaller) -> None:
    policy = shop.workspace.root / "policy.toml"
    written = policy.read_text(encoding="utf-8")
    offer = '{ kind = "voucher", amount = { from = "20", to = "60" } }'
    assert offer in written
    shop.request(
        shop.open_case(reason="rude-service", severity="serious", order_value="200.00"), amount="40.00"
    )
    policy.write_text(written.replace(offer, offer.replace('"60"', '"50"')), encoding="utf-8")
    # 40.00 is within 20.00 to 50.00 as well: nothing is asked.
    shown = show_approval.show_approval(new_caller(), "A-0001")["recommended_now"]
    assert shown is not None
    assert (shown["differs"], shown["range"]) == ([], {"from": "20.00", "to": "50.00"})


def test_an_amount_outside_the_range_of_today_is_refused(shop: Shop, new_caller: NewCaller) -> None:
    policy = shop.workspace.root / "policy.toml"
    written = policy.read_text(encoding="utf-8")
    offer = '{ kind = "voucher", amount = { from = "20", to = "60" } }'
    shop.request(
        shop.open_case(reason="rude-service", severity="serious", order_value="200.00"), amount="40.00"
    )
    policy.write_text(written.replace(offer, offer.replace('"60"', '"30"')), encoding="utf-8")
    refused = refusal(approvals.approve, new_caller(SEN), "A-0001")
    assert refused.code == "recommendation_changed"
    assert "40.00 GBP is outside the range of the rule, 20.00 GBP to 30.00 GBP" in refused.message


def test_what_the_rule_set_aside_offers_now_is_shown(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case(), "voucher", "40.00", because="She came twice.")
    (hint, *_) = correct(new_caller, order_value="60.00")
    assert "was requested as a voucher of 40.00 GBP; today the policy would offer a voucher of 6.00" in hint
    assert refusal(approvals.approve, new_caller(SEN), "A-0001").code == "recommendation_changed"


def test_a_higher_role_that_is_needed_now_is_needed_as_requested_too(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.request(shop.open_case(order_value="400.00"), "refund", "50.00", because="She came twice.")
    policy = shop.workspace.root / "policy.toml"
    written = policy.read_text(encoding="utf-8")
    # From 25.00 on a senior decides; from today on a sign of repetition sends it to a director.
    policy.write_text(
        written.replace("similar_cases    = 3\n", "similar_cases    = 1\n").replace(
            'window           = "365d"\napprover         = "manager"',
            'window           = "365d"\napprover         = "director"',
        ),
        encoding="utf-8",
    )
    shop.open_case()
    refused = refusal(approvals.approve, new_caller(SEN), "A-0001")
    assert (refused.code, "wants a director to approve it" in refused.message) == (
        "recommendation_changed",
        True,
    )
    refused = refusal(approvals.approve, new_caller(SEN), "A-0001", "Right.", as_requested=True)
    assert refused.code == "authority_exceeded"


def test_a_customers_segment_changes_offers_of_their_open_cases(shop: Shop, new_caller: NewCaller) -> None:
    policy = shop.workspace.root / "policy.toml"
    rule = (
        '[[rule]]\nid = "regulars"\nwhen = { segment = "regular" }\nclass = "goodwill"\n'
        'offer = { kind = "voucher", amount = "15" }\nwhy = "They come often"\n\n'
    )
    written = policy.read_text(encoding="utf-8")
    policy.write_text(written.replace("[[rule]]", rule + "[[rule]]", 1), encoding="utf-8")
    shop.request(shop.open_case())
    changed = customers.set_customer(new_caller(ANA), "priya@example.com", segment="regular")
    (hint,) = changed["hints"]
    assert "today the policy would offer a voucher of 15.00 GBP by rule regulars" in hint
    assert customers.set_customer(new_caller(ANA), "priya@example.com", phone="020 7946 0000")["hints"] == []


@pytest.mark.parametrize("as_requested", [False, True])
def test_a_key_of_before_the_argument_gives_its_first_answer(
    asked: Shop, new_caller: NewCaller, as_requested: bool
) -> None:
    from followup.services.shared import idempotency
    from followup.store.tables import AnsweredKey

    first = approvals.approve(new_caller(MAX, key="k"), "A-0001", "Right.")
    # What the key stands for is what it stood for in the release that had no --as-requested.
    of_before = {"reference": "A-0001", "because": "Right.", "as": MAX}
    kept = asked.read(lambda session: session.get_one(AnsweredKey, "k").content_sha256)
    assert kept == idempotency.fingerprint(of_before)
    if as_requested:
        refused = refusal(approvals.approve, new_caller(MAX, key="k"), "A-0001", "Right.", as_requested=True)
        assert refused.code == "key_conflict"
    else:
        assert approvals.approve(new_caller(MAX, key="k"), "A-0001", "Right.") == first


def test_the_list_marks_what_the_policy_judges_otherwise_today(
    asked: Shop, new_caller: NewCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[int | None] = []
    original = second_look.look_again

    def counted(session: Session, rules: Any, gesture: Gesture, **more: Any) -> Any:
        judged.append(gesture.id)
        return original(session, rules, gesture, **more)

    monkeypatch.setattr(second_look, "look_again", counted)
    case = asked.open_case(
        "omar@example.com", reason="damaged-item", fact_item_value="80.00", order_value="120.00"
    )
    asked.request(case)
    assert [row["recommended_now"] for row in approvals.list_approvals(new_caller(ANA))] == [None, None]
    assert judged == [], "what nobody corrected is not judged again"
    change_case.set_case(new_caller(ANA), "C-0001", fact=["item_value=9.00"])
    judged.clear()
    first, second = approvals.list_approvals(new_caller(ANA))
    assert first["recommended_now"] is not None
    assert first["recommended_now"]["amount"] == "9.00"
    assert second["recommended_now"] is None
    assert judged == [1]
