"""Gestures and cases that looked like a repetition, and were meant."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from followup.domain.reporting.oddity import Oddity
from followup.reports.oddities.found import Asked, Found, OddityCount, money
from followup.reports.spend import within
from followup.store.references import ref_of
from followup.store.tables import Agent, Case, Gesture


def given_again(asked: Asked) -> OddityCount:
    """Gestures requested within the scope for a case or an order that had been given something, and cases
    logged within it that looked like a recorded one.
    """
    columns: list[Any] = [
        Gesture.id,
        Gesture.case_id,
        Gesture.kind,
        Gesture.amount_minor,
        Gesture.currency,
        Gesture.requested_at,
        Agent.email,
    ]
    gestures = (
        select(*columns)
        .join(Agent, col(Agent.id) == col(Gesture.agent_id))
        .where(col(Gesture.again).is_(True))
    )
    case_columns: list[Any] = [Case.id, Case.logged_at, Agent.email]
    cases = (
        select(*case_columns)
        .join(Agent, col(Agent.id) == col(Case.agent_id))
        .where(col(Case.again_because).is_not(None))
    )

    def given(row: Any) -> Found:
        says = f"Requested as {row.kind}, although the case or its order had been given something."
        references = (ref_of(Gesture, row.id), ref_of(Case, row.case_id))
        return Found(row.requested_at, row.email, says, references, money(row.amount_minor, row.currency))

    def logged(row: Any) -> Found:
        says = "Logged, although a recorded case of the customer looks like it."
        return Found(row.logged_at, row.email, says, (ref_of(Case, row.id),))

    found = [given(row) for row in asked.session.execute(within(gestures, asked.scope))]
    logged_at = asked.happened(cases, col(Case.logged_at))
    found += [logged(row) for row in asked.session.execute(logged_at)]
    return asked.told(Oddity.GIVEN_AGAIN, found)
