"""Who may give how much without asking, who may approve the rest, and what nobody of a role may give."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import Window
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.recommendation import Limit, Refusal
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason

PER_GESTURE = "authority-per-gesture"
PER_DAY = "authority-per-day"
"""What the limits of an authority are called in a recommendation."""

_ROLES = tuple(Role)
_RANKS = {role: rank for rank, role in enumerate(_ROLES)}


@dataclass(frozen=True, slots=True)
class Authority:
    """What a role may give without approval; None is unlimited. An entry with a class is for that class
    alone and comes before one without."""

    role: Role
    per_gesture_minor: int | None
    per_day_minor: int | None
    gesture_class: GestureClass | None = None
    line: int = field(default=0, compare=False)

    @property
    def has_day_limit(self) -> bool:
        """Whether what was given today counts."""
        return self.per_day_minor is not None

    def covers(self, amount_minor: int) -> bool:
        """Whether one gesture of this amount is within it."""
        return self.per_gesture_minor is None or amount_minor <= self.per_gesture_minor

    def leaves(self, amount_minor: int, given_today_minor: int) -> bool:
        """Whether one more gesture of this amount is within it, after what was given today."""
        within_day = self.per_day_minor is None or amount_minor + given_today_minor <= self.per_day_minor
        return within_day and self.covers(amount_minor)


@dataclass(frozen=True, slots=True)
class Never:
    """Kinds that some roles may not give at all. No kinds means every kind, no roles every role."""

    kinds: tuple[GestureKind, ...]
    roles: tuple[Role, ...]
    why: str = ""
    line: int = field(default=0, compare=False)

    def forbids(self, kind: GestureKind, role: Role) -> bool:
        """Whether this role may not give this kind."""
        return (not self.kinds or kind in self.kinds) and (not self.roles or role in self.roles)


@dataclass(frozen=True, slots=True)
class JustUnder:
    """A habit of amounts just under one's limit: from `percent` of it up to the limit itself, `times`
    times before this one."""

    percent: int
    times: int

    def band_of(self, limit_minor: int) -> tuple[int, int]:
        """The least and the most, in minor units, that lie just under a limit."""
        return -(-limit_minor * self.percent // 100), limit_minor


@dataclass(frozen=True, slots=True)
class Repeat:
    """Signs that a person with an overview should look: counts from which a gesture goes to `approver`.
    None leaves a sign aside."""

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
    """What must be written down, and who is told, from an amount on."""

    from_minor: int
    note_words: int
    notify: Role | None
    line: int = field(default=0, compare=False)


def authority_of(
    authorities: Sequence[Authority], role: Role, gesture_class: GestureClass
) -> Authority | None:
    """The entry that counts for a role and a class; None if the role has no authority."""
    general = None
    for entry in authorities:
        if entry.role is role and entry.gesture_class is gesture_class:
            return entry
        if entry.role is role and entry.gesture_class is None:
            general = entry
    return general


def lowest_approver(
    authorities: Sequence[Authority],
    gesture_class: GestureClass,
    amount_minor: int,
    requester: Role,
    at_least: Role,
) -> Role | None:
    """The lowest role above the requester's, and not below `at_least`, whose authority covers the amount.

    Where there is none above, another person of the requester's own role may approve, if it covers it."""
    lowest = max(_RANKS[requester], _RANKS[at_least])
    peer: Role | None = None
    for role in _ROLES[lowest:]:
        entry = authority_of(authorities, role, gesture_class)
        if entry is not None and entry.covers(amount_minor):
            if role is not requester:
                return role
            peer = role
    return peer


def requirement_at(requirements: Sequence[Requirement], amount_minor: int) -> tuple[int, Role | None]:
    """How many words a note needs for this amount, and the highest role that is told; 0 and None if none."""
    if not requirements:
        return 0, None
    met = [entry for entry in requirements if amount_minor >= entry.from_minor]
    words = max((entry.note_words for entry in met), default=0)
    told = [entry.notify for entry in met if entry.notify is not None]
    return words, max(told, key=lambda role: role.rank, default=None)


@dataclass(frozen=True, slots=True)
class Signature:
    """Whether a gesture may be given as it is: by the acting agent, by an approver, or by nobody.

    `exceeded` are those of the acting role's limits that it is above."""

    needs_approval: bool = False
    approver_role: Role | None = None
    limits: tuple[Limit, ...] = ()
    exceeded: tuple[Limit, ...] = ()
    refused: Refusal | None = None

    def reasons(self, role: Role, amount: Money) -> list[Reason[PolicyReason]]:
        """Why an approval is needed, and whose, for people. `role` is the acting one."""
        told = []
        names = {"amount": str(amount), "role": role.value}
        for limit in self.exceeded:
            if limit.name == PER_DAY:
                left = str(limit.remaining)
                told.append(PolicyReason.ABOVE_DAY.of(**names, left=left, limit=str(limit.limit)))
            else:
                told.append(PolicyReason.ABOVE_GESTURE.of(**names, limit=str(limit.limit)))
        if self.approver_role is not None:
            told.append(PolicyReason.MAY_APPROVE.of(role=self.approver_role.value))
        return told


UNSIGNED = Signature()
"""The acting agent may give it."""


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
) -> Signature:
    """Hold an amount against the authority of the acting role. Above it, or where a repetition sends it to
    `repeat_approver`, the lowest role that may approve is named; where there is none it is refused.

    Not `whole`: without the limits, where the acting role may give it."""
    own = authority_of(authorities, role, gesture_class)
    has_overview = repeat_approver is None or _RANKS[role] >= _RANKS[repeat_approver]
    if not whole and has_overview and own is not None and own.leaves(amount_minor, given_today_minor):
        return UNSIGNED
    amount = Money(amount_minor, currency)
    limits = _limits_of(own, currency, given_today_minor)
    exceeded = tuple(limit for limit in limits if amount_minor > _left_minor(limit))
    if not exceeded and has_overview:
        return Signature(limits=limits)
    at_least = Role.AGENT if repeat_approver is None else repeat_approver
    approver = lowest_approver(authorities, gesture_class, amount_minor, role, at_least)
    if approver is None:
        refused = Refusal(
            "nobody_may_approve",
            f"No role may approve {amount} as {gesture_class}.",
            "Choose less, or raise the authority of a role in the policy: [[authority]].",
        )
        return Signature(limits=limits, exceeded=exceeded, refused=refused)
    return Signature(True, approver, limits, exceeded)


def _left_minor(limit: Limit) -> int:
    assert isinstance(limit.remaining, Money)
    return limit.remaining.amount_minor


def _limits_of(own: Authority | None, currency: str, given_today_minor: int) -> tuple[Limit, ...]:
    """The acting role's limits; a role without authority may give 0."""
    if own is None:
        return (_per_gesture(0, currency),)
    limits = () if own.per_gesture_minor is None else (_per_gesture(own.per_gesture_minor, currency),)
    if own.per_day_minor is None:
        return limits
    left = max(0, own.per_day_minor - given_today_minor)
    most, used, remaining = (Money(minor, currency) for minor in (own.per_day_minor, given_today_minor, left))
    return (*limits, Limit(PER_DAY, most, used, remaining))


@lru_cache(maxsize=256)
def _per_gesture(most_minor: int, currency: str) -> Limit:
    """Cached: it is the same for every case, and there may be 100,000."""
    most = Money(most_minor, currency)
    return Limit(PER_GESTURE, most, Money(0, currency), most)
