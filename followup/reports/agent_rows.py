"""The data of the agents report: what each agent gave, compared with colleagues, from the database and
ledger.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, false, func, or_, select
from sqlmodel import Session, col

from followup.domain.goodwill.gesture import ApprovalState, GestureClass, GestureState
from followup.domain.reporting.consistency import (
    ENOUGH_COMPARED,
    GivenAmount,
    PeerComparison,
    PeerStanding,
    compare,
    standings,
)
from followup.domain.shared.confidence_interval import is_above
from followup.domain.shared.money import Money
from followup.reports.drill_down import Behind, behind
from followup.reports.scope import Scope
from followup.reports.spend import within
from followup.store import case_counts
from followup.store.reasoning import authority_limit, has_authority_limit, is_chosen
from followup.store.tables import Agent, Approval, Case, Gesture

JUST_UNDER_PERCENT = 90
"""An amount counts as just under a limit from this percentage of the limit up to the limit itself."""

_Key = tuple[int, str]
"""The id of an agent, and a currency."""


@dataclass(slots=True)
class AgentRow:
    """One agent in one currency. Amounts are in minor units.

    `gestures` counts those given to the customer and not taken back; `given_minor` is the goodwill among
    them. `limited` counts goodwill with an amount of the agent's own and a known limit; `just_under` counts
    those of them with a chosen amount just under the limit. `approvals` counts the requested approvals by
    state.
    """

    agent: str
    name: str
    currency: str
    cases: int = 0
    gestures: int = 0
    given_minor: int = 0
    chosen: int = 0
    limited: int = 0
    just_under: int = 0
    comparison: PeerComparison | None = None
    standing: PeerStanding = PeerStanding.UNKNOWN
    is_often_just_under: bool = False
    asked: int = 0
    approvals: Mapping[ApprovalState, int] = field(default_factory=dict)

    @property
    def remark(self) -> str:
        """The comparison with colleagues in words."""
        one = self.comparison
        if one is None or self.standing is PeerStanding.UNKNOWN:
            return "too few to say"
        if self.standing is PeerStanding.ALIKE:
            return "much as colleagues"
        amount = Money.rounded(abs(one.difference), self.currency)
        same_way = one.above if self.standing is PeerStanding.MORE else one.below
        return (
            f"gives {amount} {self.standing} than colleagues for the same kind of case, "
            f"in {same_way} of {one.compared} gestures"
        )


def by_agent(session: Session, scope: Scope) -> list[AgentRow]:
    """One row per agent and currency, ordered by the agent's address: cases logged and gestures requested
    within the scope.

    Goodwill is compared with goodwill for the same reason and severity. Gestures countered by an approver are
    not compared, because the amount is not the agent's.
    """
    rows: dict[_Key, AgentRow] = {}
    names = {number: (email, name) for number, email, name in session.execute(_agents())}

    def row(agent: int, currency: str) -> AgentRow:
        return rows.setdefault((agent, currency), AgentRow(*names[agent], currency))

    for agent, currency, number in session.execute(_cases(scope)):
        row(agent, currency).cases = number
    for agent, currency, *figures in session.execute(_given(scope)):
        one = row(agent, currency)
        one.gestures, one.given_minor, one.chosen, one.limited, one.just_under = map(int, figures)
    approvals: dict[_Key, dict[ApprovalState, int]] = defaultdict(dict)
    for agent, currency, state, number in session.execute(_approvals(scope)):
        approvals[agent, currency][state] = number
    for key, counts in approvals.items():
        row(*key).asked = sum(counts.values())
        row(*key).approvals = counts
    for currency, amounts in _amounts(session, scope).items():
        found = compare(amounts)
        for agent, standing in standings(found).items():
            row(agent, currency).comparison = found[agent]
            row(agent, currency).standing = standing
    _compare_limits(rows.values())
    return sorted(rows.values(), key=lambda one: (one.agent, one.currency))


def _compare_limits(rows: Collection[AgentRow]) -> None:
    for one in rows:
        others = [other for other in rows if other.currency == one.currency and other is not one]
        theirs = (sum(other.just_under for other in others), sum(other.limited for other in others))
        one.is_often_just_under = one.limited >= ENOUGH_COMPARED and is_above(
            (one.just_under, one.limited), theirs
        )


def references(session: Session, scope: Scope) -> Behind:
    """The references of given gestures, by the agent's address and the currency."""
    return _references(session, scope, _IS_GIVEN)


def references_just_under(session: Session, scope: Scope) -> Behind:
    """The references of gestures just under their limit, by the agent's address and the currency."""
    return _references(session, scope, and_(_IS_GIVEN, _is_just_under()))


def _references(session: Session, scope: Scope, condition: Any) -> Behind:
    query = _with_approvals(select(col(Gesture.id))).join(Agent, col(Agent.id) == col(Gesture.agent_id))
    keys = [col(Agent.email), col(Gesture.currency)]
    return behind(session, within(query.where(condition), scope), Gesture, col(Gesture.id), keys)


def _agents() -> Any:
    found: list[Any] = [Agent.id, Agent.email, Agent.name]
    return select(*found)


def _cases(scope: Scope) -> Any:
    found: list[Any] = [Case.agent_id, Case.currency, func.count()]
    query = select(*found).where(case_counts.of_case()).group_by(*found[:2])
    if scope.begins_at is not None:
        query = query.where(col(Case.logged_at) >= scope.begins_at)
    if scope.ends_at is not None:
        query = query.where(col(Case.logged_at) < scope.ends_at)
    return query


_IS_GOODWILL: Any = col(Gesture.gesture_class) == GestureClass.GOODWILL
_NOT_PAID_ITSELF = (GestureState.VOID, GestureState.KEPT, GestureState.ADDED)
_IS_GIVEN: Any = and_(col(Gesture.issued_at).is_not(None), col(Gesture.state).not_in(_NOT_PAID_ITSELF))
"""Issued to the customer and not taken back, including gestures that have expired since. What is kept counts
with the gesture that pays it."""

_IS_OWN: Any = and_(
    _IS_GOODWILL,
    col(Gesture.amount_minor).is_not(None),
    or_(col(Approval.state).is_(None), col(Approval.state) != ApprovalState.COUNTERED),
)
"""Goodwill with an amount that the agent decided."""


def _is_just_under() -> Any:
    """Whether the agent chose the amount, and it is just under the limit."""
    amount, limit = col(Gesture.amount_minor), authority_limit()
    is_under = and_(amount <= limit, amount * 100 >= limit * JUST_UNDER_PERCENT)
    # The limit is evaluated last and only for chosen amounts, because it is the slowest part.
    return case((and_(_IS_OWN, is_chosen()), is_under), else_=false())


def _given(scope: Scope) -> Any:
    amount = col(Gesture.amount_minor)
    chosen, limited = and_(_IS_OWN, is_chosen()), and_(_IS_OWN, has_authority_limit())
    found: list[Any] = [
        Gesture.agent_id,
        Gesture.currency,
        func.count(),
        func.coalesce(func.sum(case((_IS_GOODWILL, amount), else_=0)), 0),
        *(func.sum(case((condition, 1), else_=0)) for condition in (chosen, limited, _is_just_under())),
    ]
    query = _with_approvals(select(*found)).where(_IS_GIVEN).group_by(*found[:2])
    return within(query, scope)


def _approvals(scope: Scope) -> Any:
    found: list[Any] = [Gesture.agent_id, Gesture.currency, Approval.state, func.count()]
    query = (
        select(*found)
        .select_from(Approval)
        .join(Gesture, col(Gesture.id) == col(Approval.gesture_id))
        .group_by(*found[:3])
    )
    return within(query, scope)


def _amounts(session: Session, scope: Scope) -> dict[str, list[GivenAmount]]:
    """The amounts given as goodwill, by currency, each with how often the agent gave it."""
    keys: list[Any] = [Gesture.agent_id, Gesture.currency, Gesture.amount_minor, Case.reason, Case.severity]
    query = _with_approvals(select(*keys, func.count()))
    query = query.join(Case, col(Case.id) == col(Gesture.case_id)).where(_IS_GIVEN, _IS_OWN).group_by(*keys)
    found: dict[str, list[GivenAmount]] = defaultdict(list)
    for agent, currency, amount_minor, reason, severity, times in session.execute(within(query, scope)):
        found[currency].append(GivenAmount(agent, (reason, severity), amount_minor, times))
    return found


def _with_approvals(query: Any) -> Any:
    return query.select_from(Gesture).outerjoin(Approval, col(Approval.gesture_id) == col(Gesture.id))
