"""Emails that did not go out as planned, and what people decided about them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from followup.domain.outbox.email_state import EmailKind, EmailState
from followup.domain.reporting.oddity import Oddity
from followup.reports.oddities.found import AT_ONCE, Asked, Found, OddityCount
from followup.reports.oddities.log import events
from followup.store.references import ref_of
from followup.store.tables import Case, Email, EmailEvent

_IN_DOUBT = "May have gone out or not; a person says which."
_FAILED = "Was refused for good, or could not be written."
_HELD = "Waits until a person releases it."
_IS_HELD: Any = (col(Email.state) == EmailState.DEFERRED) & col(Email.held_because).is_not(None)


def in_doubt(asked: Asked) -> OddityCount:
    """Emails of which nobody knows whether they went out."""
    return _of(asked, Oddity.IN_DOUBT, col(Email.state) == EmailState.IN_DOUBT, _IN_DOUBT)


def failed(asked: Asked) -> OddityCount:
    """Emails that a mail server refused, or that cannot be written."""
    return _of(asked, Oddity.FAILED, col(Email.state) == EmailState.FAILED, _FAILED)


def held(asked: Asked) -> OddityCount:
    """Emails that wait for a person."""
    return _of(asked, Oddity.HELD, _IS_HELD, _HELD)


def _of(asked: Asked, kind: Oddity, condition: Any, says: str, *, in_scope: bool = False) -> OddityCount:
    """The emails in a state, by what happened to them last; `in_scope`, where that was within it."""
    last: Any = select(func.max(EmailEvent.id)).where(col(EmailEvent.email_id) == col(Email.id))
    last = last.correlate(Email).scalar_subquery()
    when: Any = func.coalesce(EmailEvent.happened_at, Email.due_at)
    columns: list[Any] = [Email.id, Email.case_id, Email.kind, EmailEvent.actor]
    query = (
        select(*columns, when.label("at"))
        .select_from(Email)
        .outerjoin(EmailEvent, col(EmailEvent.id) == last)
        .where(condition)
        .order_by(when.desc(), col(Email.id).desc())
    )

    def tell(row: Any) -> Found:
        references = _references(row.id, row.case_id)
        whom = {EmailKind.COLLEAGUE: "To a colleague. ", EmailKind.REPORT: "A report. "}.get(row.kind, "")
        return Found(row.at, row.actor, f"{whom}{says}", references)

    return asked.listed(kind, asked.happened(query, when) if in_scope else query, tell)


def _references(number: int, case_id: int | None) -> tuple[str, ...]:
    """The email, and its case; a report is about none."""
    return (ref_of(Email, number), *(() if case_id is None else (ref_of(Case, case_id),)))


def left_out(asked: Asked) -> OddityCount:
    """First emails that were left out, within the scope, so that the customer was told nothing."""
    is_first = (col(Email.kind) == EmailKind.STEP) & (col(Email.step) == 1)
    is_left_out = is_first & (col(Email.state) == EmailState.SKIPPED)
    says = "The first email was left out, so no other follows."
    return _of(asked, Oddity.LEFT_OUT, is_left_out, says, in_scope=True)


def released(asked: Asked) -> OddityCount:
    """Emails that were held, and that a person let go within the scope.

    The log says that a person scheduled an email, and its history that it was put off before. Why may have
    been taken out since, but never the states that it went through."""
    told = {
        (int(event.subject.partition("-")[2]), event.happened_at, event.actor)
        for event in events(asked, "outbox scheduled")
    }
    found = []
    for before, row in pairwise(_histories(asked, sorted({number for number, *_ in told}))):
        was_put_off = (before.email_id, before.state) == (row.email_id, EmailState.DEFERRED)
        is_told = (row.email_id, row.happened_at, row.actor) in told
        if was_put_off and is_told and row.state is EmailState.SCHEDULED:
            references = _references(row.email_id, row.case_id)
            found.append(Found(row.happened_at, row.actor, "Was held, and a person let it go.", references))
    return asked.told(Oddity.RELEASED, found)


def _histories(asked: Asked, numbers: list[int]) -> Iterator[Any]:
    """What happened to some emails, one after the other, oldest first."""
    columns: list[Any] = [
        EmailEvent.email_id,
        EmailEvent.happened_at,
        EmailEvent.actor,
        EmailEvent.state,
        Email.case_id,
    ]
    for place in range(0, len(numbers), AT_ONCE):
        query = (
            select(*columns)
            .join(Email, col(Email.id) == col(EmailEvent.email_id))
            .where(col(EmailEvent.email_id).in_(numbers[place : place + AT_ONCE]))
            .order_by(col(EmailEvent.email_id), col(EmailEvent.id))
        )
        yield from asked.session.execute(query)
