"""The guards that apply after a rule matched: they lower a recommended amount, refuse a chosen amount that is
too high, or require an approval. Every effect is reported.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.caps import Cap, CapScope, Cooldown, Overcompensation, Share
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.offer import UnguardedOffer, Worth
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.recommendation import Limit, Refusal
from followup.domain.goodwill.policy.rule_limits import given_by_rule, most_by_rule, rule_bounds
from followup.domain.goodwill.policy.subject import Records, Subject
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason


class Ceiling(NamedTuple):
    """One limit and the most that it leaves for this gesture; None if it does not restrict it.

    `code` is the error code of a refusal. `why` gives the explanation, and is called only if it is needed.
    """

    limit: Limit
    headroom_minor: int | None
    code: str
    why: Callable[[], str]


class GuardVerdict(NamedTuple):
    """The offer after all ceilings (kept, lowered or refused), the limits that were checked, and those that
    restricted it.
    """

    offer: UnguardedOffer
    limits: tuple[Limit, ...] = ()
    bound: tuple[Ceiling, ...] = ()
    refused: Refusal | None = None

    @property
    def bound_by(self) -> tuple[str, ...]:
        """The names of the limits that restricted the offer."""
        return tuple(ceiling.limit.name for ceiling in self.bound)

    def reasons(self, currency: str) -> list[Reason[PolicyReason]]:
        """The restrictions, for people."""
        told = []
        for ceiling in self.bound[:-1] if self.refused else self.bound:
            lowered = str(Money(ceiling.headroom_minor or 0, currency))
            told.append(PolicyReason.LOWERED.of(amount=lowered, limit=ceiling.limit.name, why=ceiling.why()))
        return [*told, PolicyReason.REFUSED.of(self.refused.message)] if self.refused else told


def apply_ceilings(
    policy: Policy,
    subject: Subject,
    records: Records,
    offer: UnguardedOffer,
    minimum_minor: int,
    *,
    whole: bool,
    by_rule: Ceiling | None = None,
) -> GuardVerdict:
    """Check an offer against what its rule leaves, then against caps, cooldowns and overcompensation, in this
    order. `minimum_minor` is the smallest payout, in minor units. Without `whole`, limits that do not
    restrict the offer are left out of the result.

    If a chosen amount is too high, the refusal comes from the limit that leaves least, so a second choice
    that follows its hint meets no other limit.
    """
    first = () if by_rule is None else (by_rule,)
    if offer.is_chosen:
        ceilings = (*first, *_ceilings(policy, subject, records, offer, whole=whole))
        return _of_choice(ceilings, offer, policy.currency)
    limits: list[Limit] = []
    bound: list[Ceiling] = []
    for ceiling in chain(first, _ceilings(policy, subject, records, offer, whole=whole)):
        limits.append(ceiling.limit)
        headroom = ceiling.headroom_minor
        if headroom is None or (offer.high_minor is not None and offer.high_minor <= headroom):
            continue
        bound.append(ceiling)
        refused = _refusal(ceiling, offer, headroom, minimum_minor, policy.currency)
        if refused is not None:
            return GuardVerdict(offer, tuple(limits), tuple(bound), refused)
        low = offer.low_minor if offer.is_range else headroom
        offer = offer._replace(low_minor=low, high_minor=headroom)
    return GuardVerdict(offer, tuple(limits), tuple(bound)) if limits else GuardVerdict(offer)


def rule_ceiling(
    rule: Rule,
    worth: Worth,
    facts: Mapping[str, FactValue],
    offer: UnguardedOffer,
    records: Records,
    currency: str,
) -> Ceiling | None:
    """What the matched rule leaves for this case after earlier gestures; None if there were none, or if the
    rule does not limit the offer.
    """
    before = records.given_before()
    if not before or offer.high_minor is None or not rule_bounds(rule, offer):
        return None
    most_minor, used_minor = most_by_rule(rule, worth, facts), given_by_rule(rule, before)
    if most_minor is None or not used_minor:
        return None
    left_minor = max(0, most_minor - used_minor)
    most, used, left = (Money(minor, currency) for minor in (most_minor, used_minor, left_minor))
    limit = Limit(f"rule {rule.id}", most, used, left)
    if rule.gesture_class is GestureClass.CORRECTIVE:
        owed = f"this case was given {used} of the {most} owed"
        return Ceiling(limit, left_minor, "already_given", lambda: owed)
    so_far = f"this case has {used} of at most {most}"
    return Ceiling(limit, left_minor, "rule_used_up", lambda: so_far)


_BY_RULE = ("already_given", "rule_used_up")
"""The codes of refusals because the rule leaves nothing: another kind or amount is the agent's decision."""


def _of_choice(ceilings: tuple[Ceiling, ...], offer: UnguardedOffer, currency: str) -> GuardVerdict:
    """The verdict on an amount that the agent chose: kept or refused, never lowered."""
    limits = tuple(ceiling.limit for ceiling in ceilings)
    headrooms = [
        (c.headroom_minor, place) for place, c in enumerate(ceilings) if c.headroom_minor is not None
    ]
    least, place = min(headrooms, default=(None, 0))
    if least is None or (offer.high_minor is not None and offer.high_minor <= least):
        return GuardVerdict(offer, limits)
    tightest = ceilings[place]
    return GuardVerdict(offer, limits, (tightest,), _refusal(tightest, offer, least, 0, currency))


def _refusal(
    ceiling: Ceiling, offer: UnguardedOffer, headroom: int, minimum_minor: int, currency: str
) -> Refusal | None:
    """The refusal if what the ceiling leaves is too little to offer; else None."""
    name, left = ceiling.limit.name, Money(headroom, currency)
    if headroom == 0 and ceiling.code in _BY_RULE:
        hint = (
            "More than the rule says is your decision: give --kind and --amount, counted with what was given."
        )
        return Refusal(ceiling.code, f"The {name} leaves nothing: {ceiling.why()}.", hint)
    if ceiling.code == "cap_unknown":
        hint = "Add the fact to the case, then ask again."
        return Refusal(ceiling.code, f"{name} leaves nothing yet: {ceiling.why()}.", hint)
    if headroom == 0 or offer.high_minor is None:
        hint = "An apology or a callback needs no money. A later day, or another policy, leaves more."
        return Refusal(ceiling.code, f"{name} leaves nothing: {ceiling.why()}.", hint)
    if offer.is_chosen:
        message = f"{name} leaves {left}: {ceiling.why()}."
        return Refusal(ceiling.code, message, f"Choose {left.text} or less.", headroom)
    least = offer.low_minor if offer.is_range and offer.low_minor is not None else 0
    for minor, words in ((least, "the range begins at"), (minimum_minor, "the smallest payout is")):
        if headroom < minor:
            message = f"{name} leaves {left}, and {words} {Money(minor, currency)}: {ceiling.why()}."
            return Refusal(ceiling.code, message, "An apology or a callback needs no money.")
    return None


def _ceilings(
    policy: Policy, subject: Subject, records: Records, offer: UnguardedOffer, *, whole: bool
) -> Iterator[Ceiling]:
    """The limits that apply to an offer; without `whole`, only those that may restrict it."""
    for cap in policy.caps:
        if cap.concerns(
            offer.kind, offer.gesture_class, subject.facts.get("reason"), is_money=offer.is_money
        ):
            yield from _of_cap(cap, policy.currency, subject, records, offer, whole=whole)
    for cooldown in policy.cooldowns:
        if cooldown.concerns(offer.kind, offer.gesture_class, is_money=offer.is_money):
            yield _of_cooldown(cooldown, subject.today, records)
    if policy.overcompensation is not None:
        yield from _of_overcompensation(policy, subject, records, offer, whole=whole)


def _of_cap(
    cap: Cap, currency: str, subject: Subject, records: Records, offer: UnguardedOffer, *, whole: bool
) -> Iterable[Ceiling]:
    given = records.given(cap.scope, cap.window.since(subject.today), cap.gesture_class, cap.kind)
    found = []
    most = cap.most_minor(subject.facts)
    if most is not None and offer.high_minor is not None:
        left = max(0, most - given.amount_minor)
        if whole or left < offer.high_minor:
            found.append(_money_ceiling(cap, currency, most, given.amount_minor, left))
    elif cap.share is not None and offer.high_minor is not None:
        found.append(_unknown_ceiling(cap, cap.share, currency, given.amount_minor))
    if cap.times is not None and (whole or given.times >= cap.times):
        found.append(_times_ceiling(cap, given.times))
    return found


def _times_ceiling(cap: Cap, used: int) -> Ceiling:
    assert cap.times is not None
    turns = max(0, cap.times - used)
    return Ceiling(
        Limit(f"{cap.name}-times" if cap.has_amount else cap.name, cap.times, used, turns),
        None if turns else 0,
        "cap",
        lambda: f"{cap.scope.here} has {used} of at most {cap.times} gestures {cap.window.words}",
    )


def _money_ceiling(cap: Cap, currency: str, most_minor: int, used_minor: int, left_minor: int) -> Ceiling:
    limit, used = Money(most_minor, currency), Money(used_minor, currency)
    share = "" if cap.share is None else f", {cap.share.words},"
    return Ceiling(
        Limit(cap.name, limit, used, Money(left_minor, currency)),
        left_minor,
        "cap",
        lambda: f"{cap.scope.here} has {used} of at most {limit}{share} {cap.window.words}",
    )


def _unknown_ceiling(cap: Cap, share: Share, currency: str, used_minor: int) -> Ceiling:
    """The ceiling of a cap whose fact is missing: nothing may be given until it is known."""
    nothing, used = Money(0, currency), Money(used_minor, currency)
    return Ceiling(
        Limit(cap.name, nothing, used, nothing),
        0,
        "cap_unknown",
        lambda: f"it is {share.words}, and {share.of} is not known",
    )


def lacking_shares(
    policy: Policy, verdict: GuardVerdict | None, facts: Mapping[str, FactValue]
) -> tuple[str, ...]:
    """The missing facts of which caps that concern an offer are a percentage."""
    if verdict is None:
        return ()
    kind, gesture_class = verdict.offer[:2]
    return tuple(
        cap.share.of
        for cap in policy.caps
        if cap.share is not None
        and cap.share.of not in facts
        and cap.concerns(kind, gesture_class, facts.get("reason"), is_money=verdict.offer.is_money)
    )


def _of_cooldown(cooldown: Cooldown, today: date, records: Records) -> Ceiling:
    since = cooldown.since(today)
    if cooldown.gesture_class is None and cooldown.kind is None:
        last = records.last_given_on(cooldown.scope)
        times = int(last is not None and last >= since)
        again = f", again from {last + timedelta(days=cooldown.days)}" if last and times else ""
    else:
        times = records.given(cooldown.scope, since, cooldown.gesture_class, cooldown.kind).times
        again = ""
    return Ceiling(
        Limit(cooldown.name, 1, times, 0 if times else 1),
        0 if times else None,
        "cooldown",
        lambda: f"{cooldown.scope.here} had a gesture within {cooldown.days} days{again}",
    )


def _of_overcompensation(
    policy: Policy, subject: Subject, records: Records, offer: UnguardedOffer, *, whole: bool
) -> Iterator[Ceiling]:
    order_value = _order_value(policy, subject, offer)
    guard = policy.overcompensation
    if order_value is None or guard is None or guard.cap_percent is None or offer.high_minor is None:
        return
    most_minor = order_value.amount_minor * guard.cap_percent // 100
    used_minor = _given_for_case(guard, records)
    left_minor = max(0, most_minor - used_minor)
    if not whole and left_minor >= offer.high_minor:
        return
    most, used, left = (Money(minor, policy.currency) for minor in (most_minor, used_minor, left_minor))
    already = f", and this case has {used} of it" if used_minor else ""
    yield Ceiling(
        Limit("overcompensation", most, used, left),
        left_minor,
        "overcompensation",
        lambda: f"at most {guard.cap_percent} percent of an order of {order_value}{already}",
    )


def _given_for_case(guard: Overcompensation, records: Records) -> int:
    """The amount given earlier for this case, in minor units: two gestures together must meet the limit for
    one.
    """
    return records.given(CapScope.CASE, None, guard.gesture_class, None).amount_minor


def _order_value(policy: Policy, subject: Subject, offer: UnguardedOffer) -> Money | None:
    """The order value that the offer is compared with; None if it is not compared."""
    guard = policy.overcompensation
    if guard is None or offer.high_minor is None or guard.gesture_class not in (None, offer.gesture_class):
        return None
    value = subject.facts.get("order_value")
    return value if isinstance(value, Money) and value.amount_minor > 0 else None


def overcompensation_warning(
    policy: Policy, subject: Subject, records: Records, offer: UnguardedOffer
) -> Reason[PolicyReason] | None:
    """A reason if the offer, together with earlier gestures for the case, exceeds the warning percentage of
    the order value; else None.
    """
    order_value = _order_value(policy, subject, offer)
    guard = policy.overcompensation
    if order_value is None or guard is None or guard.warn_percent is None or offer.high_minor is None:
        return None
    already = _given_for_case(guard, records)
    worth = already + offer.high_minor
    if worth * 100 <= order_value.amount_minor * guard.warn_percent:
        return None
    amount = Money(worth, policy.currency)
    so_far = f", with {Money(already, policy.currency)} given before," if already else ""
    return PolicyReason.OVER_COMPENSATION.of(
        amount=str(amount), so_far=so_far, percent=guard.warn_percent, order=str(order_value)
    )


def never_refusal(policy: Policy, role: Role, offer: UnguardedOffer) -> Refusal | None:
    """The refusal of a kind that this role may never give; None if it may."""
    for never in policy.nevers:
        if never.forbids(offer.kind, role):
            allowed = [
                other for other in Role if not any(one.forbids(offer.kind, other) for one in policy.nevers)
            ]
            message = f"A gesture of kind {offer.kind} is never for the role {role}."
            who = f"The role {allowed[0]} may offer it." if allowed else "Choose another kind."
            return Refusal("never", message, f"{never.why} {who}".strip())
    return None
