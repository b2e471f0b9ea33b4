"""Similar cases: what is recorded of a customer that a new case may be a repetition of."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from followup.domain.cases.case import CaseStatus
from followup.domain.cases.likeness import Likeness, likeness
from followup.errors import Refused
from followup.services.cases.cases import Again, CaseEntry
from followup.services.goodwill import gestures, repeated_gestures
from followup.services.people import customers
from followup.services.shared import parse_input
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store import case_counts
from followup.store.tables import Agent, Case, Gesture

MOST_SHOWN = 5
"""The maximum number of similar cases that are looked up."""


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A recorded case like the new one, who logged it, and what it was given and keeps."""

    case: Case
    likeness: Likeness
    agent: Agent
    given: tuple[Gesture, ...]


def similar_cases(
    session: Session,
    rules: Configuration,
    *,
    customer: str | None,
    reason: str | None,
    order: str | None,
    now: datetime,
) -> list[SimilarCase]:
    """The cases of a customer (by address) that a new case may repeat: of the same order first, then the
    newest; MOST_SHOWN at most. None for an unknown customer."""
    person = customers.find_customer_or_none(session, customer) if customer else None
    if person is None:
        return []
    query = (
        select(Case, Agent)
        .join(Agent, col(Agent.id) == col(Case.agent_id))
        .where(
            col(Case.customer_id) == person.id,
            case_counts.of_case(),
            case_counts.of_case(),
            or_(col(Case.order_ref).is_not(None), col(Case.reason) == reason),
        )
        .order_by(col(Case.id).desc())
    )
    found = [
        (case, agent, alike)
        for case, agent in session.exec(query).all()
        if (alike := _likeness(rules, case, reason, order, now)) is not None
    ]
    found.sort(key=lambda row: row[2] is not Likeness.ORDER)
    return [
        SimilarCase(case, alike, agent, tuple(gestures.given_of(session, case)))
        for case, agent, alike in found[:MOST_SHOWN]
    ]


def require_meant(
    session: Session,
    rules: Configuration,
    entry: CaseEntry,
    *,
    now: datetime,
    again: bool,
    because: str | None,
) -> Again | None:
    """What a new case repeats on purpose; None if it is like no recorded case.

    Raises Refused, naming the recorded case and what it was given, if it is not said to be meant, or was
    logged again for the same reason before; WrongUsage if it is meant and nobody says why."""
    repeated_gestures.require_reason(again, because)
    found = similar_cases(
        session, rules, customer=entry.customer, reason=entry.reason, order=entry.order, now=now
    )
    if not found:
        return None
    if not again:
        raise _looks_like(session, rules, found)
    why = parse_input.passage("because", because or "")
    twice = next((one.case for one in found if one.case.again_because == why), None)
    if twice is not None:
        raise Refused(
            f"{ref(twice)} was logged again for the same reason on {_day(rules, twice)}.",
            hint="If it is meant once more, say what for in other words: --again --because …",
            code="case_repeated_again",
        )
    return Again(why, tuple(ref(one.case) for one in found))


def _looks_like(session: Session, rules: Configuration, found: list[SimilarCase]) -> Refused:
    first = found[0]
    case = first.case
    same = f"order {case.order_ref}" if first.likeness is Likeness.ORDER else f"the reason {case.reason}"
    given = " and ".join(repeated_gestures.described(session, rules, one) for one in first.given)
    more = f" {len(found) - 1} more are like it." if len(found) > 1 else ""
    return Refused(
        f"This looks like {ref(case)} ({case.status}), logged by {first.agent.name} on {_day(rules, case)} "
        f"for the same customer and {same}; it was given {given or 'nothing yet'}.{more}",
        hint=f"Nothing was saved. See it: followup case show {ref(case)}. "
        'If this is another: --again --because "…"',
        code="case_repeated",
    )


def _day(rules: Configuration, case: Case) -> str:
    return f"{case.logged_at.astimezone(ZoneInfo(rules.settings.timezone)):%-d %B %Y at %H:%M}"


def _likeness(
    rules: Configuration, case: Case, reason: str | None, order: str | None, now: datetime
) -> Likeness | None:
    return likeness(
        orders=(case.order_ref, order),
        same_reason=case.reason == reason,
        is_open=case.status is CaseStatus.OPEN,
        logged_at=case.logged_at,
        now=now,
        within_days=rules.settings.repeat_days,
    )
