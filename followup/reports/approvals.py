"""The approvals report: pending approvals, how long they have waited, and how long decisions took."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from followup.domain.goodwill.gesture import ApprovalState, GestureKind
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.reports.answer import (
    MOST_BEHIND,
    Cell,
    Chart,
    Drawn,
    Kind,
    Line,
    ReportAnswer,
    ReportSentence,
    ReportTable,
    columns,
    counted,
    sentence,
)
from followup.reports.scope import Scope
from followup.store.references import ref_of
from followup.store.tables import Agent, Approval, Case, Gesture

Later = Callable[[datetime, int], datetime]
"""A function: the instant so many business days after another."""

ENOUGH = 5
"""The fewest decisions for which a share or a median is given."""

MOST_LISTED = 200
_AGES = ((1, "under a day"), (2, "1 to 2 days"), (5, "2 to 5 days"))
_OLDER = "older"
_AGE_NAMES = (*(name for _, name in _AGES), _OLDER)
_BY_A_PERSON = (ApprovalState.APPROVED, ApprovalState.COUNTERED, ApprovalState.REJECTED)
_SHARED = (*_BY_A_PERSON, ApprovalState.EXPIRED)
_ENDED = (*_SHARED, ApprovalState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending approval; `deciders` is the number of current agents who may decide it."""

    number: int
    gesture: int
    case: int
    asked_by: str
    kind: GestureKind
    amount_minor: int
    currency: str
    requested_at: datetime
    expires_at: datetime
    role: Role
    age: str
    deciders: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    """The approvals that a role had to decide: the number in each state, and the median hours to a decision
    (None for too few). `numbers` has the ids of these approvals.
    """

    role: Role
    counts: Mapping[ApprovalState, int]
    median_hours: Fraction | None
    numbers: tuple[int, ...]

    @property
    def decided(self) -> int:
        """The number that a person decided or that expired undecided."""
        return sum(self.counts[state] for state in _SHARED)


def waiting(session: Session, scope: Scope, later: Later) -> list[Waiting]:
    """All pending approvals, whatever the scope, those waiting longest first."""
    found: list[Any] = [
        Approval.id,
        Gesture.id,
        Gesture.case_id,
        Agent.email,
        Gesture.kind,
        Gesture.amount_minor,
        Gesture.currency,
        Approval.requested_at,
        Approval.expires_at,
        Approval.approver_role,
        Gesture.agent_id,
    ]
    query = (
        select(*found)
        .select_from(Approval)
        .join(Gesture, col(Gesture.id) == col(Approval.gesture_id))
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .where(col(Approval.state) == ApprovalState.PENDING)
        .order_by(col(Approval.requested_at), col(Approval.id))
    )
    colleagues = _active(session)
    return [
        Waiting(
            number=row[0],
            gesture=row[1],
            case=row.case_id,
            asked_by=row.email,
            kind=row.kind,
            amount_minor=row.amount_minor or 0,
            currency=row.currency,
            requested_at=row.requested_at,
            expires_at=row.expires_at,
            role=row.approver_role,
            age=_age(row.requested_at, scope.now, later),
            deciders=sum(
                number != row.agent_id and role.rank >= row.approver_role.rank for number, role in colleagues
            ),
        )
        for row in session.execute(query)
    ]


def roles(session: Session, scope: Scope) -> list[RoleRow]:
    """Approvals that ended within the scope, by the role they waited for, lowest role first.

    Hours include nights and weekends. Approvals that were withdrawn or expired do not count in the median.
    """
    found: list[Any] = [
        Approval.id,
        Approval.approver_role,
        Approval.state,
        Approval.requested_at,
        Approval.decided_at,
    ]
    query = select(*found).where(col(Approval.decided_at).is_not(None)).order_by(col(Approval.id))
    if scope.begins_at is not None:
        query = query.where(col(Approval.decided_at) >= scope.begins_at)
    if scope.ends_at is not None:
        query = query.where(col(Approval.decided_at) < scope.ends_at)
    rows = session.execute(query).all()
    return [_role(role, own) for role in Role if (own := [row for row in rows if row.approver_role is role])]


def answer(session: Session, scope: Scope, later: Later) -> ReportAnswer:
    """The answer to "Is anybody kept waiting?". `later` counts the business days of ages."""
    pending, ended = waiting(session, scope, later), roles(session, scope)
    return ReportAnswer(
        name="approvals",
        question="Is anybody kept waiting?",
        period=scope.period("waiting now; decided: "),
        says=_says(pending, ended, scope),
        tables=(
            _table_of_ages(pending, ended, scope),
            _table_of_waiting(pending),
            _table_of_roles(ended, scope),
        ),
        empty="No approval waits, and none was decided then.",
        charts=(Chart("Approvals that wait, by business days", Drawn.BARS, "rows", "age", ("approvals",)),)
        if pending
        else (),
    )


def _age(since: datetime, now: datetime, later: Later) -> str:
    return next((name for days, name in _AGES if now < later(since, days)), _OLDER)


def _active(session: Session) -> list[tuple[int, Role]]:
    query: Any = select(col(Agent.id), col(Agent.role)).where(col(Agent.active).is_(True))
    return [(number, role) for number, role in session.execute(query)]


def _role(role: Role, rows: Sequence[Any]) -> RoleRow:
    took = [
        Fraction(round((row.decided_at - row.requested_at).total_seconds()), 3600)
        for row in rows
        if row.state in _BY_A_PERSON
    ]
    return RoleRow(
        role,
        {state: sum(row.state is state for row in rows) for state in _ENDED},
        median(took) if len(took) >= ENOUGH else None,
        tuple(row.id for row in rows),
    )


def _table_of_ages(pending: Sequence[Waiting], ended: Sequence[RoleRow], scope: Scope) -> ReportTable:
    currencies = sorted({one.currency for one in pending}) or ([scope.currency] if ended else [])
    lines = [
        _line_of_age(
            age, currency, [one for one in pending if (one.age, one.currency) == (age, currency)], scope
        )
        for currency in currencies
        for age in _AGE_NAMES
    ]
    return ReportTable(
        "rows",
        "Approvals that wait, by business days",
        columns(
            ("age", "waiting for", Kind.TEXT),
            ("approvals", "approvals", Kind.COUNT, True),
            ("amount", "amount", Kind.MONEY),
            ("next_expires_at", "next expires", Kind.INSTANT),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(lines),
    )


def _line_of_age(age: str, currency: str, own: Sequence[Waiting], scope: Scope) -> Line:
    return Line(
        {
            "age": age,
            "approvals": len(own),
            "amount": Money(sum(one.amount_minor for one in own), currency),
            "next_expires_at": min((one.expires_at for one in own), default=None),
            "currency": currency,
        },
        tuple(ref_of(Approval, one.number) for one in own[:MOST_BEHIND]) if scope.drill else (),
    )


def _table_of_waiting(pending: Sequence[Waiting]) -> ReportTable:
    left_out = len(pending) - MOST_LISTED
    return ReportTable(
        "waiting",
        "What waits, and for whom",
        columns(
            ("approval", "approval", Kind.TEXT),
            ("gesture", "gesture", Kind.TEXT),
            ("case", "case", Kind.TEXT),
            ("asked_by", "asked by", Kind.TEXT),
            ("kind", "kind", Kind.TEXT),
            ("amount", "amount", Kind.MONEY),
            ("role", "role", Kind.TEXT),
            ("deciders", "who may", Kind.COUNT),
            ("age", "waiting for", Kind.TEXT),
            ("requested_at", "since", Kind.INSTANT),
            ("expires_at", "expires", Kind.INSTANT),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(Line(_waiting_cells(one)) for one in pending[:MOST_LISTED]),
        note="Decided by: this role, or one above it. Who may: how many who work here now have it, without "
        "the person who asks."
        + (f" {left_out} more that wait for a shorter time are left out." if left_out > 0 else ""),
    )


def _waiting_cells(one: Waiting) -> dict[str, Cell]:
    return {
        "approval": ref_of(Approval, one.number),
        "gesture": ref_of(Gesture, one.gesture),
        "case": ref_of(Case, one.case),
        "asked_by": one.asked_by,
        "kind": one.kind.value,
        "amount": Money(one.amount_minor, one.currency),
        "role": one.role.value,
        "deciders": one.deciders,
        "age": one.age,
        "requested_at": one.requested_at,
        "expires_at": one.expires_at,
        "currency": one.currency,
    }


def _table_of_roles(ended: Sequence[RoleRow], scope: Scope) -> ReportTable:
    return ReportTable(
        "roles",
        "What was decided, by role",
        columns(
            ("role", "role", Kind.TEXT),
            ("decided", "ended", Kind.COUNT),
            *((state.value, state.value, Kind.COUNT) for state in _ENDED),
            *((f"{state.value}_share", f"share {state.value}", Kind.SHARE) for state in _SHARED),
            ("median_hours", "hours until half are decided", Kind.NUMBER),
        ),
        tuple(_line_of_role(row, scope) for row in ended),
        note="The role is the one that was needed. What was withdrawn counts in no share. Hours are those of "
        f"the clock, nights and weekends included. Fewer than {ENOUGH} are too few to say.",
    )


def _line_of_role(row: RoleRow, scope: Scope) -> Line:
    enough = row.decided >= ENOUGH
    return Line(
        {
            "role": row.role.value,
            "decided": row.decided,
            **{state.value: row.counts[state] for state in _ENDED},
            **{
                f"{state.value}_share": Fraction(row.counts[state], row.decided) if enough else None
                for state in _SHARED
            },
            "median_hours": row.median_hours,
        },
        tuple(ref_of(Approval, number) for number in row.numbers[:MOST_BEHIND]) if scope.drill else (),
    )


def _says(pending: Sequence[Waiting], ended: Sequence[RoleRow], scope: Scope) -> tuple[ReportSentence, ...]:
    said = [_says_who_waits(pending)]
    late = sum(one.expires_at <= scope.now for one in pending)
    if late:
        said.append(sentence("Nobody decided {late} in time.", late=late))
    alone = [ref_of(Approval, one.number) for one in pending if not one.deciders]
    if alone:
        said.append(
            sentence("Nobody who works here now may decide {alone}.", alone=", ".join(alone[:_MOST_NAMED]))
        )
    expired = sum(row.counts[ApprovalState.EXPIRED] for row in ended)
    decided = sum(row.decided for row in ended)
    if expired:
        said.append(
            sentence(
                "{expired} of {decided} expired before anybody decided.", expired=expired, decided=decided
            )
        )
    said += [
        sentence(
            "Half of what waits for a {role} is decided within {hours}.",
            role=row.role.value,
            hours=counted(hours, "hour"),
        )
        for row in ended
        if row.median_hours is not None and (hours := max(1, -(-row.median_hours // 1)))
    ]
    return tuple(said)


_MOST_NAMED = 5


def _says_who_waits(pending: Sequence[Waiting]) -> ReportSentence:
    if not pending:
        return sentence("Nobody is kept waiting.")
    return sentence(
        "{approvals} wait, the first since {since}; the next expires at {expires}."
        if len(pending) > 1
        else "{approvals} waits, since {since}; it expires at {expires}.",
        approvals=counted(len(pending), "approval"),
        since=pending[0].requested_at,
        expires=min(one.expires_at for one in pending),
    )
