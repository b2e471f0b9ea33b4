"""The guards that apply after a rule matched: they lower a recommended amount, refuse a chosen one that is
too high, or send it to somebody with an overview. What they did is reported, never hidden."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from followup.domain.caps import Cap, CapScope, Cooldown
from followup.domain.case import Role
from followup.domain.facts import EARLIEST_YEAR
from followup.domain.money import Money
from followup.domain.offer import Offer
from followup.domain.policy import Policy
from followup.domain.recommendation import Limit, Refusal
from followup.domain.subject import Records, Subject

_WHOSE = {
    CapScope.CUSTOMER: "this customer",
    CapScope.AGENT: "this agent",
    CapScope.TEAM: "this team",
    CapScope.REASON: "this reason",
    CapScope.CUSTOMER_REASON: "this customer, for this reason,",
}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """One limit with the most it leaves for this gesture; None where it leaves it as it is.

    `why` says what it is about, `code` is that of a refusal."""

    limit: Limit
    headroom_minor: int | None
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The offer after its ceilings: lowered or refused, with everything that was looked at."""

    offer: Offer
    limits: tuple[Limit, ...] = ()
    bound_by: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    refused: Refusal | None = None


def apply_ceilings(
    policy: Policy, subject: Subject, records: Records, offer: Offer, minimum_minor: int
) -> Verdict:
    """Hold an offer against caps, cooldowns and overcompensation, in this order. `minimum_minor` is the
    least that is worth paying out."""
    verdict = Verdict(offer)
    for ceiling in _ceilings(policy, subject, records, offer):
        verdict = replace(verdict, limits=(*verdict.limits, ceiling.limit))
        high = verdict.offer.high_minor
        headroom = ceiling.headroom_minor
        if headroom is None or (high is not None and high <= headroom):
            continue
        verdict = replace(verdict, bound_by=(*verdict.bound_by, ceiling.limit.name))
        refused = _refusal(ceiling, verdict.offer, headroom, minimum_minor, policy.currency)
        if refused is not None:
            return replace(verdict, refused=refused, sentences=(*verdict.sentences, refused.message))
        low = verdict.offer.low_minor if offer.is_range else headroom
        lowered = replace(verdict.offer, low_minor=low, high_minor=headroom)
        sentence = f"Lowered to {Money(headroom, policy.currency)} by {ceiling.limit.name}: {ceiling.why}."
        verdict = replace(verdict, offer=lowered, sentences=(*verdict.sentences, sentence))
    return verdict


def _refusal(
    ceiling: Ceiling, offer: Offer, headroom: int, minimum_minor: int, currency: str
) -> Refusal | None:
    """Why what is left is no use; None if it is."""
    left = Money(headroom, currency)
    if headroom == 0 or offer.high_minor is None:
        hint = "An apology or a callback needs no money. A later day, or another policy, leaves more."
        return Refusal(ceiling.code, f"{ceiling.limit.name} leaves nothing: {ceiling.why}.", hint)
    if offer.is_chosen:
        message = f"{ceiling.limit.name} leaves {left}: {ceiling.why}."
        return Refusal(ceiling.code, message, f"Choose {left.text} or less.")
    least = offer.low_minor if offer.is_range and offer.low_minor is not None else 0
    for minor, words in ((least, "the range begins at"), (minimum_minor, "the smallest payout is")):
        if headroom < minor:
            message = (
                f"{ceiling.limit.name} leaves {left}, and {words} {Money(minor, currency)}: {ceiling.why}."
            )
            return Refusal(ceiling.code, message, "An apology or a callback needs no money.")
    return None


def _ceilings(policy: Policy, subject: Subject, records: Records, offer: Offer) -> Iterator[Ceiling]:
    for cap in policy.caps:
        if cap.concerns(offer.kind, offer.gesture_class, subject.facts.get("reason")):
            yield from _of_cap(cap, policy.currency, subject.today, records, offer)
    for cooldown in policy.cooldowns:
        if cooldown.concerns(offer.kind, offer.gesture_class):
            yield _of_cooldown(cooldown, subject.today, records)
    if offer.high_minor is not None:
        yield from _of_overcompensation(policy, subject, offer)


def _of_cap(cap: Cap, currency: str, today: date, records: Records, offer: Offer) -> Iterator[Ceiling]:
    given = records.given(cap.scope, cap.window.since(today), cap.gesture_class, cap.kind)
    whose, window = _WHOSE[cap.scope], _window_words(cap)
    if cap.amount_minor is not None and offer.high_minor is not None:
        left = max(0, cap.amount_minor - given.amount_minor)
        limit, used, remaining = (
            Money(minor, currency) for minor in (cap.amount_minor, given.amount_minor, left)
        )
        why = f"{whose} has {used} of at most {limit} {window}"
        yield Ceiling(Limit(cap.name, limit, used, remaining), left, "cap", why)
    if cap.times is not None:
        turns = max(0, cap.times - given.times)
        name = cap.name if cap.amount_minor is None else f"{cap.name}-times"
        why = f"{whose} has {given.times} of at most {cap.times} gestures {window}"
        yield Ceiling(Limit(name, cap.times, given.times, turns), None if turns else 0, "cap", why)


def _window_words(cap: Cap) -> str:
    if cap.window.days:
        return f"in {cap.window.days} days"
    return "in all" if cap.window.text == "ever" else f"this {cap.window.text.replace('_', ' ')}"


def _of_cooldown(cooldown: Cooldown, today: date, records: Records) -> Ceiling:
    since = cooldown.since(today)
    if cooldown.gesture_class is None and cooldown.kind is None:
        last = records.last_given_on(cooldown.scope)
        times = int(last is not None and last >= since)
        again = f", again from {last + timedelta(days=cooldown.days)}" if last and times else ""
    else:
        times = records.given(cooldown.scope, since, cooldown.gesture_class, cooldown.kind).times
        again = ""
    why = f"{_WHOSE[cooldown.scope]} had a gesture within {cooldown.days} days{again}"
    limit = Limit(cooldown.name, 1, times, 0 if times else 1)
    return Ceiling(limit, 0 if times else None, "cooldown", why)


def _of_overcompensation(policy: Policy, subject: Subject, offer: Offer) -> Iterator[Ceiling]:
    guard = policy.overcompensation
    order_value = subject.facts.get("order_value")
    if guard is None or guard.cap_percent is None or guard.gesture_class not in (None, offer.gesture_class):
        return
    if not isinstance(order_value, Money) or order_value.amount_minor <= 0:
        return
    most = Money(order_value.amount_minor * guard.cap_percent // 100, policy.currency)
    why = f"at most {guard.cap_percent} percent of an order of {order_value}"
    limit = Limit("overcompensation", most, Money(0, policy.currency), most)
    yield Ceiling(limit, most.amount_minor, "overcompensation", why)


def overcompensation_warning(policy: Policy, subject: Subject, offer: Offer) -> str:
    """A sentence where the offer is worth suspiciously much of the order value, else ""."""
    guard = policy.overcompensation
    order_value = subject.facts.get("order_value")
    if guard is None or guard.warn_percent is None or guard.gesture_class not in (None, offer.gesture_class):
        return ""
    if not isinstance(order_value, Money) or order_value.amount_minor <= 0 or offer.high_minor is None:
        return ""
    if offer.high_minor * 100 <= order_value.amount_minor * guard.warn_percent:
        return ""
    amount = Money(offer.high_minor, policy.currency)
    return f"Careful: {amount} is more than {guard.warn_percent} percent of the order of {order_value}."


def never_refusal(policy: Policy, role: Role, offer: Offer) -> Refusal | None:
    """The refusal of a kind that this role may not give at all."""
    for never in policy.nevers:
        if never.forbids(offer.kind, role):
            allowed = [
                other for other in Role if not any(one.forbids(offer.kind, other) for one in policy.nevers)
            ]
            message = f"A gesture of kind {offer.kind} is never for the role {role}."
            who = f"The role {allowed[0]} may offer it." if allowed else "Choose another kind."
            return Refusal("never", message, f"{never.why} {who}".strip())
    return None


def repeat_approver(
    policy: Policy, subject: Subject, records: Records, offer: Offer
) -> tuple[Role | None, tuple[str, ...]]:
    """The lowest role that must look at a repetition, with the evidence; None if there is none."""
    approver: Role | None = None
    evidence: list[str] = []
    for repeat in policy.repeats:
        if not offer.kind.has_amount or repeat.gesture_class not in (None, offer.gesture_class):
            continue
        since = repeat.window.since(subject.today) or date(EARLIEST_YEAR, 1, 1)
        signs = []
        if (
            repeat.similar_cases is not None
            and (count := records.similar_cases(since)) >= repeat.similar_cases
        ):
            signs.append(f"{count} other case(s) with the same reason since {since}")
        if (
            repeat.other_agents is not None
            and (count := records.agents_same_reason(since)) >= repeat.other_agents
        ):
            signs.append(f"{count} other agent(s) dealt with the same reason since {since}")
        if (
            repeat.linked_customers is not None
            and (count := records.linked_customers()) >= repeat.linked_customers
        ):
            signs.append(f"{count} other customer(s) look like the same person")
        if signs and (approver is None or repeat.approver.rank > approver.rank):
            approver = repeat.approver
        evidence += signs
    if approver is None:
        return None, ()
    return approver, (f"A {approver} looks at it: {'; '.join(dict.fromkeys(evidence))}.",)
