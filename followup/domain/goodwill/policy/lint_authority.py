"""Who may give what a policy offers: amounts above every role, kinds that no role may give, roles that
inherit, and authority that falls with rank.
"""

from collections.abc import Iterator, Sequence

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.authority import Authority, authority_of, inherited_from
from followup.domain.goodwill.policy.finding import FindingCode, Level, PolicyFinding, error, warning
from followup.domain.goodwill.policy.lint_amounts import MOST_SHOWN_MINOR, ends_of
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.word import with_article


def unapprovable(policy: Policy) -> Iterator[PolicyFinding]:
    """Amounts above the authority of every role, and kinds that no role may give."""
    if not policy.authorities and any(rule.amount is not None for rule in policy.offers):
        message = "no role has authority, so nobody may give or approve money."
        mend = 'Add [[authority]] role = "agent", per_gesture = "25".'
        yield PolicyFinding(Level.WARNING, 1, "", message, mend, FindingCode.NO_AUTHORITY)
    for rule in policy.offers:
        if all(any(never.forbids(rule.kind, role) for never in policy.nevers) for role in Role):
            message = f"no role may give a {rule.kind}."
            yield error(FindingCode.NEVER_GIVEN, rule, message, "Change [[never]], or offer another kind.")
        if rule.amount is not None and policy.authorities:
            yield from _above_authority(policy, rule)


def _above_authority(policy: Policy, rule: Rule) -> Iterator[PolicyFinding]:
    top, ends = _top_authority(policy.authorities, rule.gesture_class), ends_of(policy, rule)
    if top is None or ends is None:
        return
    least, most = ends
    limit = Money(top, policy.currency)
    mend = "Raise a role's per_gesture, or lower the amount with at_most."
    if least > top:
        at_least = Money(least, policy.currency)
        message = f"it offers {at_least} or more, and no role may give more than {limit}."
        yield error(FindingCode.ABOVE_AUTHORITY, rule, message, mend)
    elif top < most < MOST_SHOWN_MINOR:
        at_most = Money(most, policy.currency)
        message = f"it offers up to {at_most}, and no role may give more than {limit}."
        yield warning(FindingCode.ABOVE_AUTHORITY, rule, message, mend)


def _top_authority(authorities: Sequence[Authority], gesture_class: GestureClass) -> int | None:
    """The highest limit of any role, in minor units; None if unlimited."""
    limits = [
        entry.per_gesture_minor for entry in authorities if entry.gesture_class in (None, gesture_class)
    ]
    if None in limits:
        return None
    return max((limit for limit in limits if limit is not None), default=0)


def inherited(policy: Policy) -> Iterator[PolicyFinding]:
    """Roles without an entry of their own: each has the authority of the next lower role that has one.
    Nothing is said where that is unlimited.
    """
    heirs: dict[Role, list[Role]] = {}
    for role in Role:
        lower = inherited_from(policy.authorities, role)
        if lower is not None:
            heirs.setdefault(lower, []).append(role)
    for lower, roles in heirs.items():
        entries = [entry for entry in policy.authorities if entry.role is lower]
        if all(entry.per_gesture_minor is None and entry.per_day_minor is None for entry in entries):
            continue
        line = max(entry.line for entry in entries)
        listed = " and ".join(with_article(str(role)) for role in roles)
        message = f"{listed} may give as much as {with_article(str(lower))}, for want of another entry."
        mend = f'Where that is not meant, add [[authority]] role = "{roles[0]}".'
        yield PolicyFinding(Level.NOTE, line, "", message, mend, FindingCode.INHERITED_AUTHORITY)


def falling(policy: Policy) -> Iterator[PolicyFinding]:
    """Entries that allow less than the next lower role has, and days that leave less than one gesture."""
    seen: set[int] = set()
    for gesture_class in GestureClass:
        below: Authority | None = None
        for role in Role:
            entry = authority_of(policy.authorities, role, gesture_class)
            if entry is None or entry is below:
                continue
            if below is not None and _less(entry, below) and entry.line not in seen:
                seen.add(entry.line)
                message = (
                    f"{with_article(str(entry.role))} may give less than {with_article(str(below.role))}."
                )
                mend = f"Raise the limits of {entry.role} to those of {below.role}, or more."
                code = FindingCode.FALLING_AUTHORITY
                yield PolicyFinding(Level.WARNING, entry.line, "", message, mend, code)
            below = entry
    for entry in policy.authorities:
        if entry.per_day_minor is None:
            continue
        if entry.per_gesture_minor is None or entry.per_gesture_minor > entry.per_day_minor:
            day = Money(entry.per_day_minor, policy.currency)
            message = (
                f"per_day, {day}, is below what {with_article(str(entry.role))} may give for one gesture."
            )
            mend = "Raise per_day, or lower per_gesture."
            code = FindingCode.DAY_BELOW_GESTURE
            yield PolicyFinding(Level.WARNING, entry.line, "", message, mend, code)


def _less(entry: Authority, below: Authority) -> bool:
    """Whether an entry allows less than another one, for a gesture or for a day."""
    pairs = ((entry.per_gesture_minor, below.per_gesture_minor), (entry.per_day_minor, below.per_day_minor))
    return any(mine is not None and (theirs is None or mine < theirs) for mine, theirs in pairs)
