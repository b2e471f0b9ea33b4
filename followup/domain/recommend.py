"""What a policy recommends for a case: the first rule that matches, its amount, then the guards.

A pure function of the policy, the case, what was given before, and what the agent chose.
"""

from dataclasses import dataclass

from followup.domain.authority import Signature, judge_authority, requirement_at
from followup.domain.caps import CapScope
from followup.domain.explanation import explain_match, explain_passed_over
from followup.domain.gesture import GestureKind
from followup.domain.guards import (
    Verdict,
    apply_ceilings,
    never_refusal,
    overcompensation_warning,
)
from followup.domain.money import Money
from followup.domain.offer import Offer, Worth, chosen_offer, recommended_offer, work_out
from followup.domain.policy import Policy, Rule
from followup.domain.recommendation import Limit, Recommendation, Refusal
from followup.domain.repetition import repeat_approver
from followup.domain.subject import NO_RECORDS, Given, NoRecords, Records, Subject, complete_facts

__all__ = [
    "NO_RECORDS",
    "CapScope",
    "Given",
    "Limit",
    "NoRecords",
    "Recommendation",
    "Records",
    "Refusal",
    "Subject",
    "recommend",
]

_NOTHING = Worth()
_UNSIGNED = Signature()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """An offer after all guards."""

    verdict: Verdict
    signature: Signature = _UNSIGNED
    refused: Refusal | None = None
    evidence: tuple[str, ...] = ()


def recommend(
    policy: Policy,
    subject: Subject,
    records: Records,
    *,
    chosen_kind: GestureKind | None = None,
    chosen_amount: Money | None = None,
    explain: bool = True,
) -> Recommendation:
    """What the policy recommends for a case to the acting agent, or what it makes of their choice.

    Without `explain`, `because` is empty and `missing_facts` names only what the amount lacks: faster, for
    many cases. Raises WrongUsage for a choice that makes no sense; a rule that says no is in `refused`."""
    facts = complete_facts(policy, subject)
    place = policy.table.first_match(facts)
    rule = None if place is None else policy.rules[place]
    worth = _NOTHING if rule is None else work_out(policy, rule, facts)
    offer: Offer | Refusal | None = None
    if chosen_kind is not None or chosen_amount is not None:
        offer = chosen_offer(policy, rule, worth, chosen_kind, chosen_amount)
    elif rule is not None:
        offer = recommended_offer(rule, worth)
    judgement = _judge(policy, subject, records, rule, offer)
    if not explain:
        return _recommendation(policy, rule, judgement, (), worth.missing)
    because = explain_match(policy, rule, worth, facts)
    if judgement is not None:
        because += _explain_judgement(policy, subject, records, rule, worth, judgement)
    passed_over, missing = explain_passed_over(policy, place, facts)
    # Nearly every case lacks some built-in fact; where a rule matches, only what can be asked for is news.
    asked_for = [name for name in missing if rule is None or name in policy.facts]
    missing_facts = tuple(dict.fromkeys([*worth.missing, *asked_for]))
    return _recommendation(policy, rule, judgement, (*because, *passed_over), missing_facts)


def _judge(
    policy: Policy, subject: Subject, records: Records, rule: Rule | None, offer: Offer | Refusal | None
) -> _Judgement | None:
    if offer is None:
        return None
    if isinstance(offer, Refusal):
        assert rule is not None
        return _Judgement(Verdict(Offer(rule.kind, rule.gesture_class)), refused=offer)
    minimum = rule.minimum_payout_minor if rule is not None and not offer.is_chosen else 0
    nothing_due = _nothing_due(policy, offer, minimum)
    if nothing_due is not None:
        return _Judgement(Verdict(offer), refused=nothing_due)
    verdict = Verdict(offer)
    if offer.high_minor is not None or not offer.kind.has_amount:
        verdict = apply_ceilings(policy, subject, records, offer, minimum)
    refused = verdict.refused or never_refusal(policy, subject.role, offer)
    offer = verdict.offer
    if refused is not None or offer.low_minor is None:
        return _Judgement(verdict, refused=refused)
    approver, evidence = repeat_approver(policy, subject, records, offer, rule)
    signature = judge_authority(
        policy.authorities,
        role=subject.role,
        gesture_class=offer.gesture_class,
        amount=Money(offer.low_minor, policy.currency),
        given_today_minor=records.agent_given_today(),
        repeat_approver=approver,
    )
    return _Judgement(verdict, signature, signature.refused, evidence)


def _nothing_due(policy: Policy, offer: Offer, minimum_minor: int) -> Refusal | None:
    """The refusal of an amount that comes to nothing, or is below the smallest payout."""
    high = offer.high_minor
    if high is None or (high > 0 and high >= minimum_minor):
        return None
    if high > 0:
        amount, least = Money(high, policy.currency), Money(minimum_minor, policy.currency)
        return Refusal(
            "below_minimum", f"{amount} is below the smallest payout, {least}.", "An apology needs no money."
        )
    return Refusal("nothing_due", "The amount comes to nothing.", "An apology needs no money.")


def _explain_judgement(
    policy: Policy,
    subject: Subject,
    records: Records,
    rule: Rule | None,
    worth: Worth,
    judgement: _Judgement,
) -> list[str]:
    """What the agent chose, what bound it, and who may approve it."""
    verdict, offer = judgement.verdict, judgement.verdict.offer
    sentences = _choice_sentence(policy, rule, worth, offer) + verdict.sentences(policy.currency)
    warning = "" if judgement.refused else overcompensation_warning(policy, subject, records, offer)
    sentences += [warning] if warning else []
    sentences += judgement.evidence
    if offer.low_minor is not None:
        sentences += judgement.signature.sentences(subject.role, Money(offer.low_minor, policy.currency))
    if judgement.refused is not None and judgement.refused is not verdict.refused:
        sentences.append(judgement.refused.message)
    return sentences


def _choice_sentence(policy: Policy, rule: Rule | None, worth: Worth, offer: Offer) -> list[str]:
    """What the agent chose, where it is not what the rule offers."""
    other_kind = rule is None or rule.kind is not offer.kind
    other_amount = offer.is_chosen and offer.high_minor != worth.high_minor
    if not (other_kind or other_amount):
        return []
    amount = "" if offer.high_minor is None else f" of {Money(offer.high_minor, policy.currency)}"
    return [f"The agent chose a {offer.kind}{amount}, which counts as {offer.gesture_class}."]


def _recommendation(
    policy: Policy,
    rule: Rule | None,
    judgement: _Judgement | None,
    because: tuple[str, ...],
    missing: tuple[str, ...],
) -> Recommendation:
    judged = judgement.verdict.offer if judgement else None
    refused = judgement.refused if judgement else None
    signature = judgement.signature if judgement else _UNSIGNED
    amount, offered_range = _money_of(policy, judged, refused)
    words, notify = 0, None
    if judged is not None and judged.low_minor is not None and refused is None:
        words, notify = requirement_at(policy.requirements, judged.low_minor)
    return Recommendation(
        rule=rule.id if rule else None,
        policy_version=policy.version,
        gesture_class=judged.gesture_class if judged else None,
        kind=judged.kind if judged else None,
        amount=amount,
        currency=policy.currency,
        range=offered_range,
        needs_approval=signature.needs_approval,
        approver_role=signature.approver_role,
        bound_by=judgement.verdict.bound_by if judgement else (),
        limits=(*judgement.verdict.limits, *signature.limits) if judgement else (),
        because=because,
        missing_facts=missing,
        refused=refused,
        note_words=words,
        notify=notify,
    )


_AMOUNT_STANDS = frozenset({"nobody_may_approve", "nothing_due"})
"""Refusals that don't say that the amount is wrong."""


def _money_of(
    policy: Policy, offer: Offer | None, refused: Refusal | None
) -> tuple[Money | None, tuple[Money, Money] | None]:
    """The amount, or the range to choose from."""
    if offer is None or offer.low_minor is None or offer.high_minor is None:
        return None, None
    if refused is not None and refused.code == "below_minimum":
        return Money(0, policy.currency), None
    if refused is not None and refused.code not in _AMOUNT_STANDS:
        return None, None
    low, high = Money(offer.low_minor, policy.currency), Money(offer.high_minor, policy.currency)
    return (None, (low, high)) if offer.is_range else (high, None)
