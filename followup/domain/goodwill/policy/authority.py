"""Authority: how much a role may give without approval, who approves more, and what a role may never give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import Window
from followup.domain.goodwill.policy.given_before import GivenBefore, sum_of_classes
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.recommendation import Limit, Refusal
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason

PER_GESTURE = "authority-per-gesture"
PER_DAY = "authority-per-day"
"""The names of the authority limits in a recommendation."""

_ROLES = tuple(Role)
_RANKS = {role: rank for rank, role in enumerate(_ROLES)}


@dataclass(frozen=True, slots=True)
class Authority:
    """What a role may give without approval; None means unlimited. An entry with a class applies to that
    class only and takes precedence over an entry without one.
    """

    role: Role
    per_gesture_minor: int | None
    per_day_minor: int | None
    gesture_class: GestureClass | None = None
    line: int = field(default=0, compare=False)

    @property
    def has_day_limit(self) -> bool:
        """Whether there is a limit per day."""
        return self.per_day_minor is not None

    def covers(self, amount_minor: int) -> bool:
        """Whether one gesture of this amount (minor units) is within the limit per gesture."""
        return self.per_gesture_minor is None or amount_minor <= self.per_gesture_minor

    def leaves(self, amount_minor: int, given_today_minor: int, given_before_minor: int = 0) -> bool:
        """Whether one more gesture of this amount is within both limits, after `given_today_minor`, and
        together with `given_before_minor` for the same case or order (minor units).
        """
        within_day = self.per_day_minor is None or amount_minor + given_today_minor <= self.per_day_minor
        return within_day and self.covers(amount_minor + given_before_minor)


@dataclass(frozen=True, slots=True)
class Never:
    """Kinds of gestures that some roles may never give. No kinds means every kind, no roles every role."""

    kinds: tuple[GestureKind, ...]
    roles: tuple[Role, ...]
    why: str = ""
    line: int = field(default=0, compare=False)

    def forbids(self, kind: GestureKind, role: Role) -> bool:
        """Whether this role may not give this kind."""
        return (not self.kinds or kind in self.kinds) and (not self.roles or role in self.roles)


@dataclass(frozen=True, slots=True)
class JustUnder:
    """The pattern of amounts just under one's limit: between `percent` of the limit and the limit itself,
    `times` times before this gesture.
    """

    percent: int
    times: int

    def band_of(self, limit_minor: int) -> tuple[int, int]:
        """The least and the greatest amount, in minor units, that count as just under a limit."""
        return -(-limit_minor * self.percent // 100), limit_minor


@dataclass(frozen=True, slots=True)
class Repeat:
    """Signs of repetition, each with the count from which a gesture needs the approval of `approver`. None
    disables a sign.
    """

    window: Window
    similar_cases: int | None
    other_agents: int | None
    linked_customers: int | None
    just_under: JustUnder | None = None
    approver: Role = Role.MANAGER
    gesture_class: GestureClass | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A required note, and who is notified, from an amount on."""

    from_minor: int
    note_words: int
    notify: Role | None
    line: int = field(default=0, compare=False)


def authority_of(
    authorities: Sequence[Authority], role: Role, gesture_class: GestureClass
) -> Authority | None:
    """The authority that applies to a role and a class: the role's own, or else that of the next lower role
    that has one; None if there is none.
    """
    for rank in range(_RANKS[role], -1, -1):
        general = None
        for entry in authorities:
            if entry.role is not _ROLES[rank]:
                continue
            if entry.gesture_class is gesture_class:
                return entry
            if entry.gesture_class is None:
                general = entry
        if general is not None:
            return general
    return None


def inherited_from(authorities: Sequence[Authority], role: Role) -> Role | None:
    """The lower role whose authority a role has, because the policy names none of its own; None if it has its
    own, or if no lower role has any.
    """
    named = {entry.role for entry in authorities}
    if role in named:
        return None
    return next((lower for lower in reversed(_ROLES[: _RANKS[role]]) if lower in named), None)


def given_under(authorities: Sequence[Authority], entry: Authority, before: Sequence[GivenBefore]) -> int:
    """What was given before (minor units) in the classes that this authority is for: its own class, or for an
    entry without one all classes that have no entry of their own.
    """
    if not before:
        return 0
    classes = frozenset(one for one in GestureClass if authority_of(authorities, entry.role, one) is entry)
    return sum_of_classes(before, classes)


def lowest_approver(
    authorities: Sequence[Authority],
    gesture_class: GestureClass,
    amount_minor: int,
    requester: Role,
    at_least: Role,
    before: Sequence[GivenBefore] = (),
) -> Role | None:
    """The lowest role above the requester's, and not below `at_least`, whose authority covers the amount
    (minor units) together with what the case or its order was given before.

    If there is none above, it is the requester's own role if that covers the amount: then another person of
    that role may approve. None if nobody may.
    """
    lowest = max(_RANKS[requester], _RANKS[at_least])
    peer: Role | None = None
    for role in _ROLES[lowest:]:
        entry = authority_of(authorities, role, gesture_class)
        if entry is not None and entry.covers(amount_minor + given_under(authorities, entry, before)):
            if role is not requester:
                return role
            peer = role
    return peer


def requirement_at(requirements: Sequence[Requirement], amount_minor: int) -> tuple[int, Role | None]:
    """The number of words a note needs at this amount (minor units), and the highest role to notify; 0 and
    None if nothing is required.
    """
    if not requirements:
        return 0, None
    met = [entry for entry in requirements if amount_minor >= entry.from_minor]
    words = max((entry.note_words for entry in met), default=0)
    told = [entry.notify for entry in met if entry.notify is not None]
    return words, max(told, key=lambda role: role.rank, default=None)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who may authorise a gesture: the acting agent, an approver, or nobody.

    `exceeded` has the limits of the acting role that the gesture exceeds.
    """

    needs_approval: bool = False
    approver_role: Role | None = None
    limits: tuple[Limit, ...] = ()
    exceeded: tuple[Limit, ...] = ()
    refused: Refusal | None = None

    def reasons(self, role: Role, amount: Money) -> list[Reason[PolicyReason]]:
        """Why an approval is needed, and by whom, for people. `role` is the acting role."""
        told = []
        names = {"amount": str(amount), "role": role.value}
        for limit in self.exceeded:
            if limit.name == PER_DAY:
                left = str(limit.remaining)
                told.append(PolicyReason.ABOVE_DAY.of(**names, left=left, limit=str(limit.limit)))
            elif limit.used != Money(0, amount.currency):
                before = str(limit.used)
                told.append(PolicyReason.ABOVE_TOGETHER.of(**names, before=before, limit=str(limit.limit)))
            else:
                told.append(PolicyReason.ABOVE_GESTURE.of(**names, limit=str(limit.limit)))
        if self.approver_role is not None:
            told.append(PolicyReason.MAY_APPROVE.of(role=self.approver_role.value))
        return told


UNSIGNED = Signature()
"""The result for a gesture that the acting agent may give without approval."""


def judge_authority(
    authorities: Sequence[Authority],
    *,
    role: Role,
    gesture_class: GestureClass,
    amount_minor: int,
    currency: str,
    given_today_minor: int,
    repeat_approver: Role | None,
    whole: bool,
    before: Sequence[GivenBefore] = (),
) -> Signature:
    """Check an amount, together with what the case or its order was given `before`, against the authority of
    the acting role. If it exceeds it, or if repetition requires `repeat_approver`, the result names the
    lowest role that may approve; if there is none, the gesture is refused.

    Without `whole`, limits are left out of the result if the acting role may give the amount (faster in
    simulations).
    """
    own = authority_of(authorities, role, gesture_class)
    before_minor = 0 if own is None else given_under(authorities, own, before)
    has_overview = repeat_approver is None or _RANKS[role] >= _RANKS[repeat_approver]
    if (
        not whole
        and has_overview
        and own is not None
        and own.leaves(amount_minor, given_today_minor, before_minor)
    ):
        return UNSIGNED
    amount = Money(amount_minor, currency)
    limits = _limits_of(own, currency, given_today_minor, before_minor)
    exceeded = tuple(limit for limit in limits if amount_minor > _left_minor(limit))
    if not exceeded and has_overview:
        return Signature(limits=limits)
    at_least = Role.AGENT if repeat_approver is None else repeat_approver
    approver = lowest_approver(authorities, gesture_class, amount_minor, role, at_least, before)
    if approver is None:
        with_before = f" with the {Money(before_minor, currency)} given before" if before_minor else ""
        refused = Refusal(
            "nobody_may_approve",
            f"No role may approve {amount} as {gesture_class}{with_before}.",
            "Choose less, or raise the authority of a role in the policy: [[authority]].",
        )
        return Signature(limits=limits, exceeded=exceeded, refused=refused)
    return Signature(True, approver, limits, exceeded)


def _left_minor(limit: Limit) -> int:
    assert isinstance(limit.remaining, Money)
    return limit.remaining.amount_minor


def _limits_of(
    own: Authority | None, currency: str, given_today_minor: int, before_minor: int
) -> tuple[Limit, ...]:
    """The limits of the acting role; a role without authority has a limit of 0."""
    if own is None:
        return (_per_gesture(0, currency, 0),)
    most_minor = own.per_gesture_minor
    limits = () if most_minor is None else (_per_gesture(most_minor, currency, before_minor),)
    if own.per_day_minor is None:
        return limits
    left = max(0, own.per_day_minor - given_today_minor)
    most, used, remaining = (Money(minor, currency) for minor in (own.per_day_minor, given_today_minor, left))
    return (*limits, Limit(PER_DAY, most, used, remaining))


@lru_cache(maxsize=256)
def _per_gesture(most_minor: int, currency: str, before_minor: int) -> Limit:
    """The limit per gesture; what the case or its order was given before is used of it. Cached: it is the
    same for most of up to 100,000 cases in a simulation.
    """
    left_minor = max(0, most_minor - before_minor)
    most, used, left = (Money(minor, currency) for minor in (most_minor, before_minor, left_minor))
    return Limit(PER_GESTURE, most, used, left)
