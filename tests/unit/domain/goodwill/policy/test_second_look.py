"""What differs between a gesture as it was requested and what the policy would say of it today."""

from dataclasses import replace

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, PolicyReason, recorded
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.goodwill.policy.second_look import Difference, Requested, differences
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from tests.unit.domain.goodwill.policy.guarded_advice import ALL, LADDER, Told, advice, rule


def today(amount: str = '"40"') -> Recommendation:
    return advice(rule(amount) + ALL, Told())


def requested(found: Recommendation) -> Requested:
    assert found.kind is not None
    assert found.gesture_class is not None
    return Requested(
        rule=found.rule,
        kind=found.kind,
        gesture_class=found.gesture_class,
        amount=found.amount,
        reasons=[one.to_document() for one in found.reasons],
        approver_role=found.approver_role,
    )


def test_the_same_judgement_has_no_difference() -> None:
    assert differences(requested(today()), today()) == ()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"kind": GestureKind.VOUCHER}, Difference.KIND),
        ({"amount": Money(3999, "GBP")}, Difference.AMOUNT),
        ({"amount": None}, Difference.AMOUNT),
        ({"gesture_class": GestureClass.CORRECTIVE}, Difference.CLASS),
        ({"rule": "other"}, Difference.RULE),
        ({"rule": None}, Difference.RULE),
    ],
)
def test_each_difference_is_told_alone(changed: dict[str, object], found: Difference) -> None:
    assert differences(replace(requested(today()), **changed), today()) == (found,)  # type: ignore[arg-type]


def test_several_are_told_in_one_order() -> None:
    other = replace(requested(today()), rule="other", kind=GestureKind.GIFT, amount=Money(1, "GBP"))
    assert differences(other, today()) == (Difference.KIND, Difference.AMOUNT, Difference.RULE)


def test_what_is_refused_today_is_nothing_else() -> None:
    cap = '[[cap]]\nscope = "customer"\nwindow = "30d"\namount = "10"\n'
    refused = advice(rule() + cap + ALL, Told(1000, 1))
    assert refused.refused is not None
    assert differences(requested(today()), refused) == (Difference.REFUSED,)


@pytest.mark.parametrize(
    ("amount", "asked", "differs"),
    [
        ('"25"', None, False),
        ('"40"', None, True),  # a senior has to approve it
        ('"40"', Role.SENIOR, False),
        ('"40"', Role.DIRECTOR, False),
        ('"65"', Role.SENIOR, True),  # only a director may
        ('"25"', Role.AGENT, False),
    ],
)
def test_only_a_higher_approver_counts(amount: str, asked: Role | None, *, differs: bool) -> None:
    now = advice(rule(amount) + LADDER, Told())
    before = replace(requested(now), approver_role=asked)
    assert differences(before, now) == ((Difference.APPROVER,) if differs else ())


def test_the_lowest_role_counts_as_an_approver_too() -> None:
    now = replace(today(), needs_approval=True, approver_role=Role.AGENT)
    assert differences(replace(requested(now), approver_role=None), now) == (Difference.APPROVER,)


def test_the_total_of_a_day_does_not_count() -> None:
    now = advice(rule('"20"') + LADDER, Told(today_minor=9000))
    assert (now.need, now.approver_role) == (ApprovalNeed.PER_DAY, Role.SENIOR)
    assert differences(replace(requested(now), approver_role=None), now) == ()


def test_another_offer_of_the_rule_that_an_agent_chose_against() -> None:
    def chosen(amount: str) -> Recommendation:
        return advice(rule(amount) + ALL, Told(), kind=GestureKind.VOUCHER, chosen=3000)

    assert PolicyReason.RULE_OFFERS in {reason.code for reason in chosen('"40"').reasons}
    assert differences(requested(chosen('"40"')), chosen('"40"')) == ()
    assert differences(requested(chosen('"40"')), chosen('"41"')) == (Difference.OFFER,)


def test_recorded_reasons_are_read_as_they_were_said() -> None:
    said = advice(rule() + ALL, Told(), kind=GestureKind.VOUCHER, chosen=3000).reasons
    assert len(said) >= 2
    documents = [one.to_document() for one in said]
    assert recorded({"reasons": documents}) == list(said)
    assert recorded({}) == []
