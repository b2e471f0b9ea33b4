"""Who may give how much without asking, who may approve the rest, and what nobody of a role may give."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from followup.domain.caps import Window
from followup.domain.case import Role
from followup.domain.gesture import GestureClass, GestureKind
from followup.domain.money import Money
from followup.domain.recommendation import Limit, Refusal


@dataclass(frozen=True, slots=True)
class Authority:
    """What a role may give without approval; None is unlimited. An entry with a class is for that class
    alone and comes before one without."""

    role: Role
    per_gesture_minor: int | None
    per_day_minor: int | None
    gesture_class: GestureClass | None = None
    line: int = field(default=0, compare=False)

    def covers(self, amount_minor: int) -> bool:
        """Whether one gesture of this amount is within it."""
        return self.per_gesture_minor is None or amount_minor <= self.per_gesture_minor


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
class Repeat:
    """Signs that a person with an overview should look: counts from which a gesture goes to `approver`.
    None leaves a sign aside."""

    window: Window
    similar_cases: int | None
    other_agents: int | None
    linked_customers: int | None
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
    covering = []
    for role in Role:
        entry = authority_of(authorities, role, gesture_class)
        if entry is not None and entry.covers(amount_minor) and role.rank >= at_least.rank:
            covering.append(role)
    higher = [role for role in covering if role.rank > requester.rank]
    return next(iter(higher), requester if requester in covering else None)


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
    """Whether a gesture may be given as it is: by the acting agent, by an approver, or by nobody."""

    needs_approval: bool = False
    approver_role: Role | None = None
    limits: tuple[Limit, ...] = ()
    sentences: tuple[str, ...] = ()
    refused: Refusal | None = None


def judge_authority(
    authorities: Sequence[Authority],
    *,
    role: Role,
    gesture_class: GestureClass,
    amount: Money,
    given_today_minor: int,
    repeat_approver: Role | None,
) -> Signature:
    """Hold an amount against the authority of the acting role. Above it, or where a repetition sends it to
    `repeat_approver`, the lowest role that may approve is named; where there is none it is refused."""
    own = authority_of(authorities, role, gesture_class)
    limits, sentences = _own_limits(own, role, amount, given_today_minor)
    seen = repeat_approver is None or role.rank >= repeat_approver.rank
    if not sentences and seen:
        return Signature(limits=limits)
    at_least = Role.AGENT if repeat_approver is None else repeat_approver
    approver = lowest_approver(authorities, gesture_class, amount.amount_minor, role, at_least)
    if approver is None:
        refused = Refusal(
            "nobody_may_approve",
            f"No role may approve {amount} as {gesture_class}.",
            "Choose less, or raise the authority of a role in the policy: [[authority]].",
        )
        return Signature(limits=limits, sentences=(*sentences, refused.message), refused=refused)
    return Signature(True, approver, limits, (*sentences, f"A {approver} may approve it."))


def _own_limits(
    own: Authority | None, role: Role, amount: Money, given_today_minor: int
) -> tuple[tuple[Limit, ...], tuple[str, ...]]:
    """The acting role's limits, and a sentence for each that the amount is above."""
    if own is None:
        return (), (f"The role {role} has no authority for this class of gesture.",)
    limits, sentences = [], []
    if own.per_gesture_minor is not None:
        most = Money(own.per_gesture_minor, amount.currency)
        limits.append(Limit("authority-per-gesture", most, Money(0, amount.currency), most))
        if not own.covers(amount.amount_minor):
            sentences.append(f"{amount} is above the authority of the role {role}, {most} for a gesture.")
    if own.per_day_minor is not None:
        left = max(0, own.per_day_minor - given_today_minor)
        most, used, remaining = (
            Money(minor, amount.currency) for minor in (own.per_day_minor, given_today_minor, left)
        )
        limits.append(Limit("authority-per-day", most, used, remaining))
        if amount.amount_minor > left:
            sentences.append(f"{amount} is above what the role {role} has left today, {remaining} of {most}.")
    return tuple(limits), tuple(sentences)
