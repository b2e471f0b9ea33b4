"""The recommendation of a policy for a case: the first rule that matches, its amount, then the guards.

A pure function of the policy, the case, earlier gestures, and the agent's choice.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from followup.domain.goodwill.gesture import GestureKind, gesture_words
from followup.domain.goodwill.policy.amounts import AmountRange
from followup.domain.goodwill.policy.authority import (
    UNSIGNED,
    Signature,
    authority_of,
    judge_authority,
    requirement_at,
)
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.explanation import explain_match, explain_passed_over
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.guards import (
    GuardVerdict,
    apply_ceilings,
    lacking_shares,
    never_refusal,
    overcompensation_warning,
    rule_ceiling,
)
from followup.domain.goodwill.policy.kept import AddedUp
from followup.domain.goodwill.policy.offer import (
    UnguardedOffer,
    Worth,
    chosen_offer,
    recommended_offer,
    work_out,
)
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.recommendation import Alternative, Limit, Recommendation, Refusal
from followup.domain.goodwill.policy.repetition import repeat_approver
from followup.domain.goodwill.policy.subject import (
    NO_RECORDS,
    Given,
    NoRecords,
    Records,
    Subject,
    complete_facts,
)
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason
from followup.domain.shared.word import listed

__all__ = [
    "NO_RECORDS",
    "CapScope",
    "Given",
    "Limit",
    "NoRecords",
    "Recommendation",
    "Records",
    "Refusal",
    "RuleDecision",
    "Subject",
    "decide",
    "recommend",
]

_NOTHING = Worth()


class RuleDecision(NamedTuple):
    """The decision of a policy about a case, without explanations. `facts` includes derived facts; `place` is
    the index of the matched rule.

    `verdict` is the offer after its ceilings; None if there is nothing to offer.
    """

    facts: Mapping[str, FactValue]
    place: int | None
    rule: Rule | None
    worth: Worth = _NOTHING
    verdict: GuardVerdict | None = None
    signature: Signature = UNSIGNED
    refused: Refusal | None = None
    evidence: tuple[Reason[PolicyReason], ...] = ()
    added_up: AddedUp | None = None

    @property
    def money(self) -> tuple[int, int] | None:
        """The least and greatest amount that may be offered, in minor units; equal unless the agent still has
        to choose. None without money, if a fact is missing, and if the gesture is refused, except for the
        refusals in `_AMOUNT_STANDS`, which do not concern the amount.
        """
        offer = None if self.verdict is None else self.verdict.offer
        if offer is None or offer.low_minor is None or offer.high_minor is None:
            return None
        if self.refused is None or self.refused.code in _AMOUNT_STANDS:
            return offer.low_minor, offer.high_minor
        return (0, 0) if self.refused.code == "below_minimum" else None

    @property
    def is_cost_unknown(self) -> bool:
        """Whether the rule says what the offered item costs us, by a fact that is missing."""
        return self.verdict is not None and _is_cost_unknown(self.rule, self.worth, self.verdict.offer)


_AMOUNT_STANDS = frozenset({"nobody_may_approve", "nothing_due"})
"""Codes of refusals that do not mean that the amount is wrong."""


def recommend(
    policy: Policy,
    subject: Subject,
    records: Records,
    *,
    chosen_kind: GestureKind | None = None,
    chosen_amount: Money | None = None,
) -> Recommendation:
    """Recommend a gesture for a case to the acting agent, or judge the agent's choice.

    Raises WrongUsage for an inconsistent choice. If a rule of the policy forbids the gesture, the result's
    `refused` says so.
    """
    decision = decide(policy, subject, records, chosen_kind=chosen_kind, chosen_amount=chosen_amount)
    rule, worth, facts = decision.rule, decision.worth, decision.facts
    reasons = explain_match(policy, rule, worth, facts)
    instead = _alternatives(policy, subject, records, decision)
    reasons += [
        PolicyReason.ALTERNATIVE.of(offered=one.words, kind=one.kind.value)
        for one in instead
        if one.refused is None
    ]
    if decision.verdict is not None:
        reasons += _explain_judgement(policy, subject, records, decision, decision.verdict)
    passed_over, missing = explain_passed_over(policy, decision.place, facts)
    # Nearly every case lacks some built-in fact; where a rule matches, only what can be asked for is news.
    asked_for = [name for name in missing if rule is None or name in policy.facts]
    unknown_shares = lacking_shares(policy, decision.verdict, facts)
    missing_facts = tuple(dict.fromkeys([*worth.missing, *unknown_shares, *asked_for]))
    advice = _recommendation(policy, decision, (*reasons, *passed_over), missing_facts)
    return replace(advice, alternatives=instead)


def _alternatives(
    policy: Policy, subject: Subject, records: Records, decision: RuleDecision
) -> tuple[Alternative, ...]:
    """What the customer may have instead of the offer that was decided about, each judged like that one."""
    if decision.rule is None or decision.place is None:
        return ()
    taken = decision.rule.kind
    others = [one for one in policy.rules[decision.place].offers if one.kind is not taken]
    return tuple(_alternative(policy, subject, records, other) for other in others)


def _alternative(policy: Policy, subject: Subject, records: Records, other: Rule) -> Alternative:
    judged = decide(policy, subject, records, chosen_kind=other.kind)
    money, signature = judged.money, judged.signature
    low, high = (None, None) if money is None else (Money(minor, policy.currency) for minor in money)
    is_range = isinstance(other.amount, AmountRange)
    return Alternative(
        kind=other.kind,
        gesture_class=other.gesture_class,
        amount=None if is_range else high,
        range=(low, high) if is_range and low is not None and high is not None else None,
        approver_role=signature.approver_role if signature.needs_approval else None,
        refused=judged.refused,
    )


def decide(
    policy: Policy,
    subject: Subject,
    records: Records,
    *,
    chosen_kind: GestureKind | None = None,
    chosen_amount: Money | None = None,
    whole: bool = True,
) -> RuleDecision:
    """Decide about a case, or about the agent's choice, without explanations.

    Without `whole`, limits that do not restrict the offer are left out, which is faster for many cases.
    Raises WrongUsage for an inconsistent choice.
    """
    facts = complete_facts(policy, subject)
    place = policy.table.first_match(facts)
    rule = None if place is None else policy.rules[place].offering(chosen_kind)
    worth = _NOTHING if rule is None else work_out(policy, rule, facts)
    offer: UnguardedOffer | Refusal
    if chosen_kind is not None or chosen_amount is not None:
        offer = chosen_offer(policy, rule, worth, chosen_kind, chosen_amount)
    elif rule is not None:
        offer = recommended_offer(rule, worth)
    else:
        return RuleDecision(facts, None, None)
    if isinstance(offer, Refusal):
        assert rule is not None
        return RuleDecision(
            facts,
            place,
            rule,
            worth,
            GuardVerdict(UnguardedOffer(rule.kind, rule.gesture_class)),
            refused=offer,
        )
    has_minimum = rule is not None and not offer.is_chosen and not _keeps(rule, offer)
    minimum = rule.minimum_payout_minor if rule is not None and has_minimum else 0
    nothing_due = _nothing_due(policy, offer, minimum)
    if nothing_due is not None:
        return RuleDecision(facts, place, rule, worth, GuardVerdict(offer), refused=nothing_due)
    if offer.high_minor is None and (offer.kind.has_amount or _is_cost_unknown(rule, worth, offer)):
        return RuleDecision(
            facts, place, rule, worth, GuardVerdict(offer), refused=never_refusal(policy, subject.role, offer)
        )
    by_rule = None if rule is None else rule_ceiling(rule, worth, facts, offer, records, policy.currency)
    verdict = apply_ceilings(policy, subject, records, offer, minimum, whole=whole, by_rule=by_rule)
    verdict = _in_whole_points(policy, verdict)
    refused = verdict.refused or never_refusal(policy, subject.role, offer)
    offer = verdict.offer
    if refused is not None or offer.low_minor is None:
        return RuleDecision(facts, place, rule, worth, verdict, refused=refused)
    amount_minor = offer.low_minor
    added_up = _added_up(policy, rule, offer, records)
    if added_up is not None:
        if not added_up.pays_out:
            return RuleDecision(facts, place, rule, worth, verdict, added_up=added_up)
        amount_minor = added_up.total.amount_minor
        offer = offer._replace(low_minor=amount_minor, high_minor=amount_minor)
        verdict = verdict._replace(offer=offer)
    approver, evidence = repeat_approver(policy, subject, records, offer, rule)
    own = authority_of(policy.authorities, subject.role, offer.gesture_class)
    signature = judge_authority(
        policy.authorities,
        role=subject.role,
        gesture_class=offer.gesture_class,
        amount_minor=amount_minor,
        currency=policy.currency,
        given_today_minor=records.agent_given_today() if own is not None and own.has_day_limit else 0,
        before=records.given_before(),
        repeat_approver=approver,
        whole=whole,
    )
    return RuleDecision(
        facts, place, rule, worth, verdict, signature, signature.refused, evidence, added_up=added_up
    )


def _in_whole_points(policy: Policy, verdict: GuardVerdict) -> GuardVerdict:
    """The verdict with a whole number of points, where a limit has lowered their worth to a broken one."""
    offer, value = verdict.offer, policy.point_value
    if offer.kind is not GestureKind.POINTS or value is None:
        return verdict
    if offer.low_minor is None or offer.high_minor is None:
        return verdict
    low, high = value.rounded_down(offer.low_minor), value.rounded_down(offer.high_minor)
    if high == 0 and verdict.refused is None:
        verdict = verdict._replace(refused=_nothing_due(policy, offer._replace(high_minor=0), 0))
    return verdict._replace(offer=offer._replace(low_minor=low, high_minor=high))


def _keeps(rule: Rule | None, offer: UnguardedOffer) -> bool:
    """Whether an offer that is too small is kept: the rule's own one, not an amount that an agent named."""
    return rule is not None and rule.keeping is not None and rule.kind is offer.kind and not offer.is_chosen


def _added_up(policy: Policy, rule: Rule | None, offer: UnguardedOffer, records: Records) -> AddedUp | None:
    """The offer, after all limits, and what was kept before; None if the rule keeps nothing."""
    if rule is None or rule.keeping is None or not _keeps(rule, offer) or offer.high_minor is None:
        return None
    before = records.kept(rule.keeping.name)
    own, kept, minimum = (
        Money(minor, policy.currency)
        for minor in (offer.high_minor, before.amount_minor, rule.minimum_payout_minor)
    )
    return AddedUp(rule.keeping, own, kept, minimum, before.cases)


def _is_cost_unknown(rule: Rule | None, worth: Worth, offer: UnguardedOffer) -> bool:
    """Whether the rule says what an offered item costs us, by facts that are missing."""
    return offer.high_minor is None and rule is not None and rule.kind is offer.kind and bool(worth.missing)


def _nothing_due(policy: Policy, offer: UnguardedOffer, minimum_minor: int) -> Refusal | None:
    """The refusal of an amount that is zero or below the smallest payout; else None."""
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
    policy: Policy, subject: Subject, records: Records, decision: RuleDecision, verdict: GuardVerdict
) -> list[Reason[PolicyReason]]:
    """The reasons about the agent's choice, the limits that applied, and who may approve."""
    offer, refused = verdict.offer, decision.refused
    if decision.added_up is not None:
        own = decision.added_up.own.amount_minor
        offer = offer._replace(low_minor=own, high_minor=own)
    reasons = _choice_reasons(policy, decision.rule, decision.worth, offer)
    reasons += verdict.reasons(policy.currency)
    warning = None if refused else overcompensation_warning(policy, subject, records, offer)
    reasons += [warning] if warning else []
    reasons += _sum_reasons(decision.added_up)
    reasons += decision.evidence
    if verdict.offer.low_minor is not None:
        amount = Money(verdict.offer.low_minor, policy.currency)
        reasons += decision.signature.reasons(subject.role, amount)
    if refused is not None and refused is not verdict.refused:
        reasons.append(PolicyReason.REFUSED.of(refused.message))
    return reasons


def _sum_reasons(added_up: AddedUp | None) -> list[Reason[PolicyReason]]:
    """That an amount is kept, or of what the sum consists that is paid out."""
    if added_up is None or (added_up.pays_out and not added_up.before.amount_minor):
        return []
    if not added_up.pays_out:
        return [
            PolicyReason.KEPT.of(
                amount=str(added_up.own), minimum=str(added_up.minimum), total=str(added_up.total)
            )
        ]
    return [
        PolicyReason.ADDED_UP.of(
            before=str(added_up.before), cases=listed(added_up.cases), total=str(added_up.total)
        )
    ]


def _choice_reasons(
    policy: Policy, rule: Rule | None, worth: Worth, offer: UnguardedOffer
) -> list[Reason[PolicyReason]]:
    """What the agent chose, and the rule's offer if it differs."""
    amount = None if offer.high_minor is None else Money(offer.high_minor, policy.currency)
    other_kind = rule is None or rule.kind is not offer.kind
    if rule is not None and not other_kind and offer.is_chosen and isinstance(rule.amount, AmountRange):
        return [PolicyReason.CHOSE_WITHIN.of(chosen=str(amount))]
    other_amount = offer.is_chosen and offer.high_minor != worth.high_minor
    if not (other_kind or other_amount):
        return []
    chosen = PolicyReason.CHOSE_INSTEAD.of(
        chosen=_named(offer.kind, amount), as_class=offer.gesture_class.value
    )
    if rule is None:
        return [chosen]
    offered = _named(rule.kind, *_ends(worth, policy.currency))
    return [chosen, PolicyReason.RULE_OFFERS.of(rule=rule.id, offered=offered)]


def _ends(worth: Worth, currency: str) -> list[Money]:
    ends = (worth.low_minor, worth.high_minor)
    return [Money(end, currency) for end in dict.fromkeys(ends) if end is not None]


def _named(kind: GestureKind, *amounts: Money | None) -> str:
    """A kind with its amount or range: "a voucher of 5.00 GBP"."""
    return gesture_words(kind, " to ".join(str(amount) for amount in amounts if amount is not None))


def _recommendation(
    policy: Policy,
    decision: RuleDecision,
    reasons: tuple[Reason[PolicyReason], ...],
    missing: tuple[str, ...],
) -> Recommendation:
    verdict, signature, refused = decision.verdict, decision.signature, decision.refused
    offer = verdict.offer if verdict else None
    money = decision.money
    low, high = (None, None) if money is None else (Money(minor, policy.currency) for minor in money)
    stands = refused is None or refused.code in _AMOUNT_STANDS
    is_range = offer is not None and offer.is_range and stands
    words, notify = 0, None
    if offer is not None and offer.low_minor is not None and refused is None:
        words, notify = requirement_at(policy.requirements, offer.low_minor)
    return Recommendation(
        rule=decision.rule.id if decision.rule else None,
        policy_version=policy.version,
        gesture_class=offer.gesture_class if offer else None,
        kind=offer.kind if offer else None,
        amount=None if is_range else high,
        currency=policy.currency,
        range=(low, high) if is_range and low is not None and high is not None else None,
        needs_approval=signature.needs_approval,
        approver_role=signature.approver_role,
        bound_by=verdict.bound_by if verdict else (),
        limits=(*verdict.limits, *signature.limits) if verdict else (),
        reasons=reasons,
        missing_facts=missing,
        refused=refused,
        note_words=words,
        notify=notify,
        is_cost_unknown=decision.is_cost_unknown,
        added_up=decision.added_up,
        points=_points(policy, offer, None if is_range else high),
    )


def _points(policy: Policy, offer: UnguardedOffer | None, amount: Money | None) -> int | None:
    """How many points an offer is; None if it is another kind, or its amount is still to be chosen."""
    if offer is None or offer.kind is not GestureKind.POINTS or amount is None or policy.point_value is None:
        return None
    return policy.point_value.points_in(amount.amount_minor)
