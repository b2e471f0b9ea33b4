"""What looks wrong in the amounts of a policy: percentages that look like a slip, bounds the wrong way round,
offers that come to nothing or that a cap always lowers.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from followup.domain.goodwill.policy.amounts import (
    Amount,
    AmountRange,
    Bounded,
    Combined,
    PercentOfFact,
    PerUnit,
    number_words,
    worth_minor,
)
from followup.domain.goodwill.policy.caps import Cap
from followup.domain.goodwill.policy.derived import Ratio
from followup.domain.goodwill.policy.facts import FactSpec, FactType, FactValue
from followup.domain.goodwill.policy.finding import FindingCode, Level, PolicyFinding, error, warning
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.shared.money import Money

_ENDLESS = 10**15
MOST_SHOWN_MINOR = _ENDLESS // 10**4
"""A greatest amount from here on, in minor units, means that there is none."""


def odd_percents(policy: Policy) -> Iterator[PolicyFinding]:
    """Percentages below 1 and above 100, which are often a fraction or a digit too many. One that is written
    as a fraction ("1/2", "200/1") is meant.
    """
    code = FindingCode.ODD_PERCENT
    for rule in policy.offers:
        for part in _parts_of(rule.amount):
            if not isinstance(part, PercentOfFact) or part.as_fraction:
                continue
            odd = _odd(part.percent, part.of)
            if odd is not None:
                yield warning(code, rule, f"it offers {odd[0]}", odd[1])
    for cap in policy.caps:
        if cap.share is None or cap.share.as_fraction:
            continue
        odd = _odd(cap.share.percent, cap.share.of)
        if odd is not None:
            message = f"cap {cap.name}: it leaves {odd[0]}"
            yield PolicyFinding(Level.WARNING, cap.line, "", message, odd[1], code)


def _odd(percent: Fraction, of: str) -> tuple[str, str] | None:
    """What is odd about a percentage of a fact, and how to mend it; None if nothing is."""
    told = number_words(percent)
    meant = f'write percent = "{percent.numerator}/{percent.denominator}" if it is meant'
    if 0 < percent < 1:
        likely = number_words(percent * 100)
        mend = f"Write percent = {likely} for {likely} percent, or {meant}."
        return f"{told} percent of {of}, less than a hundredth of it.", mend
    if percent > 100:
        return f"{told} percent of {of}, more than all of it.", f"Look for a digit too many, or {meant}."
    return None


def _parts_of(amount: Amount | AmountRange | None) -> Iterator[Amount]:
    """An amount and all amounts that stand in it."""
    inside: tuple[Amount | None, ...] = ()
    match amount:
        case None:
            return
        case AmountRange():
            yield from _parts_of(amount.low)
            yield from _parts_of(amount.high)
            return
        case Bounded():
            inside = (amount.inner, amount.at_least, amount.at_most)
        case Combined():
            inside = amount.parts
        case PerUnit():
            inside = (amount.each,)
    yield amount
    for part in inside:
        yield from _parts_of(part)


def ends_of(policy: Policy, rule: Rule) -> tuple[int, int] | None:
    """The least and the greatest amount that a rule can offer, in minor units; None without money."""
    if rule.amount is None:
        return None
    low, high = _both_ends(rule.amount)
    least = _extreme(policy.known_facts, low, rule, most=False)
    return least, _extreme(policy.known_facts, high, rule, most=True)


def _both_ends(amount: Amount | AmountRange) -> tuple[Amount, Amount]:
    return (amount.low, amount.high) if isinstance(amount, AmountRange) else (amount, amount)


def _extreme(specs: Mapping[str, FactSpec], amount: Amount, rule: Rule | None, *, most: bool) -> int:
    """The smallest or greatest possible value of an amount, in minor units, rounded as its rule says: every
    form increases with its facts.
    """
    facts = {name: _end(specs[name], most=most) for name in amount.needs}
    if rule is None:
        return worth_minor(amount, facts, 1)
    return worth_minor(amount, facts, rule.round_to_minor, rule.rounding)


def _end(spec: FactSpec, *, most: bool) -> FactValue:
    end = spec.maximum if most else spec.minimum
    if end is not None:
        return end
    if most and isinstance(spec.derived, Ratio) and spec.derived.rest:
        return 100
    value = _ENDLESS if most else 0
    if spec.type is FactType.MONEY:
        return Money(value, spec.currency)
    return Decimal(value) if spec.type is FactType.DECIMAL else value


def bounds_the_wrong_way(policy: Policy) -> Iterator[PolicyFinding]:
    """Lower bounds that are always above the upper one, where the reader could not see it in the numbers."""
    for rule in policy.offers:
        pairs = [
            ("at_least", part.at_least, "at_most", part.at_most)
            for part in _parts_of(rule.amount)
            if isinstance(part, Bounded) and part.at_least is not None and part.at_most is not None
        ]
        if isinstance(rule.amount, AmountRange):
            pairs.append(("from", rule.amount.low, "to", rule.amount.high))
        for lower, low, upper, high in pairs:
            least = _extreme(policy.known_facts, low, None, most=False)
            most = _extreme(policy.known_facts, high, None, most=True)
            if least > most:
                ends = (Money(end, policy.currency) for end in (least, most))
                message = "its {} is {} or more, above its {}, {} or less.".format(
                    *(part for pair in zip((lower, upper), ends, strict=True) for part in pair)
                )
                mend = f"Write the smaller amount as {lower}."
                yield error(FindingCode.MINIMUM_ABOVE_MAXIMUM, rule, message, mend)


def never_paid(policy: Policy) -> Iterator[PolicyFinding]:
    """Offers that come to nothing, or to less than the smallest payout, for every case."""
    for rule in policy.offers:
        ends = ends_of(policy, rule)
        if ends is None:
            continue
        most = Money(ends[1], policy.currency)
        if most.amount_minor == 0:
            message = "the amount comes to nothing for every case."
            mend = "Look at its percentage, its at_most and round_to, or offer an apology."
            yield error(FindingCode.NOTHING_DUE, rule, message, mend)
        elif most.amount_minor < rule.minimum_payout_minor and rule.keeping is None:
            least = Money(rule.minimum_payout_minor, policy.currency)
            message = f"it offers at most {most}, below its smallest payout, {least}: nothing is ever paid."
            mend = "Lower minimum_payout, or raise the amount."
            yield error(FindingCode.NOTHING_DUE, rule, message, mend)


def caps_below_offers(policy: Policy) -> Iterator[PolicyFinding]:
    """Caps that are below the smallest amount of a rule that they limit."""
    for cap in policy.caps:
        if cap.amount_minor is None:
            continue
        least_of = {
            rule.id: ends[0]
            for rule in policy.offers
            if _may_concern(cap, rule) and (ends := ends_of(policy, rule)) is not None
        }
        above = [rule for rule, least in least_of.items() if least > cap.amount_minor]
        if above:
            most = Money(cap.amount_minor, policy.currency)
            offer = "offers" if len(above) == 1 else "offer"
            message = f"cap {cap.name}: {', '.join(above)} always {offer} more than its {most}."
            mend = (
                f"Raise the cap to {Money(max(least_of[rule] for rule in above), policy.currency)} or more."
            )
            code = FindingCode.CAP_BELOW_OFFER
            yield PolicyFinding(Level.WARNING, cap.line, "", message, mend, code)


def _may_concern(cap: Cap, rule: Rule) -> bool:
    """Whether a cap limits the rule's offer in some case."""
    asked = next((one for one in rule.when if one.fact.name == "reason"), None)
    reasons = [reason for reason in cap.reasons if asked is None or asked.holds(reason)]
    if cap.reasons and not reasons:
        return False
    reason = reasons[0] if reasons else None
    return cap.concerns(rule.kind, rule.gesture_class, reason, is_money=rule.amount is not None)
