"""Repeat claimants: people who were given goodwill again and again, under any address."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from followup.domain.goodwill.budget import day_start, local_day
from followup.domain.goodwill.gesture import GestureClass, GestureState
from followup.domain.reporting.oddity import Oddity, linked
from followup.reports.oddities.found import AT_ONCE, Asked, Found, OddityCount
from followup.reports.oddities.money import together
from followup.store.references import ref_of
from followup.store.tables import Case, Customer, Gesture

REPEATS = 2
"""More goodwill gestures with money than this within `REPEAT_DAYS` make a repeat claimant."""

REPEAT_DAYS = 365


def repeat_claimants(asked: Asked) -> OddityCount:
    """People with more than `REPEATS` goodwill gestures with money, given within `REPEAT_DAYS` before the end
    of the scope. A person is all records that were merged or share a mailbox, a telephone number or an
    address.
    """
    scope = asked.scope
    end = min(scope.ends_at or scope.now, scope.now)
    begin = day_start(local_day(end, scope.timezone) - timedelta(days=REPEAT_DAYS), scope.timezone)

    def given(columns: list[Any]) -> Any:
        return (
            select(*columns)
            .select_from(Gesture)
            .join(Case, col(Case.id) == col(Gesture.case_id))
            .where(
                col(Gesture.gesture_class) == GestureClass.GOODWILL,
                col(Gesture.amount_minor) > 0,
                col(Gesture.state) != GestureState.VOID,
                col(Gesture.issued_at) >= begin,
                col(Gesture.issued_at) <= end,
            )
        )

    people = given([Case.customer_id, func.count().label("times")]).group_by(col(Case.customer_id)).subquery()
    keys: list[Any] = [
        Customer.id,
        func.coalesce(Customer.merged_into_id, Customer.id),
        Customer.email_key,
        Customer.phone_key,
        Customer.address_key,
        people.c.times,
    ]
    rows = asked.session.execute(select(*keys).join(people, people.c.customer_id == col(Customer.id))).all()
    times = {row[0]: row.times for row in rows}
    named = ((row[0], [(place, key) for place, key in enumerate(row[1:5]) if key]) for row in rows)
    groups = [group for group in linked(named) if sum(times[number] for number in group) > REPEATS]
    columns: list[Any] = [
        Case.customer_id,
        Gesture.id,
        Gesture.agent_id,
        Gesture.amount_minor,
        Gesture.currency,
        Gesture.issued_at,
    ]
    wanted = sorted(number for group in groups for number in group)
    of_person: dict[int, list[Any]] = defaultdict(list)
    for place in range(0, len(wanted), AT_ONCE):
        query = given(columns).where(col(Case.customer_id).in_(wanted[place : place + AT_ONCE]))
        for row in asked.session.execute(query):
            of_person[row.customer_id].append(row)
    found = []
    for group in groups:
        own = sorted((row for number in group for row in of_person[number]), key=lambda row: row.id)
        newest = max(row.issued_at for row in own)
        if scope.begins_at is None or newest >= scope.begins_at:
            found.append(_claimant(own, newest, records=len(group)))
    return asked.told(Oddity.REPEAT_CLAIMANT, found)


def _claimant(own: Sequence[Any], newest: datetime, *, records: int) -> Found:
    agents = len({row.agent_id for row in own})
    by = f"by {agents} agents" if agents > 1 else "by one agent"
    same = f" in {records} records that look like one person or household" if records > 1 else ""
    says = f"{len(own)} gestures of goodwill within {REPEAT_DAYS} days, {by}{same}."
    return Found(newest, None, says, tuple(ref_of(Gesture, row.id) for row in own), together(own))
