"""Emails that were not sent as planned, and people's decisions about them."""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from followup.domain.outbox.email_kind import IN_SERIES
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.reporting.oddity import Oddity
from followup.reports.oddities.found import Asked, Found, OddityCount
from followup.store.references import ref_of
from followup.store.tables import Case, Email, EmailEvent

_IN_DOUBT = "May have gone out or not; a person says which."
_FAILED = "Was refused for good, or could not be written."
_HELD = "Waits until a person releases it."
_IS_HELD: Any = (col(Email.state) == EmailState.DEFERRED) & col(Email.held_code).is_not(None)


def in_doubt(asked: Asked) -> OddityCount:
    """Emails in doubt: it is unknown whether they were sent."""
    return _of(asked, Oddity.IN_DOUBT, col(Email.state) == EmailState.IN_DOUBT, _IN_DOUBT)


def failed(asked: Asked) -> OddityCount:
    """Emails that a mail server refused, or that could not be rendered."""
    return _of(asked, Oddity.FAILED, col(Email.state) == EmailState.FAILED, _FAILED)


def held(asked: Asked) -> OddityCount:
    """Emails held for a person."""
    return _of(asked, Oddity.HELD, _IS_HELD, _HELD)


def _of(asked: Asked, kind: Oddity, condition: Any, says: str, *, in_scope: bool = False) -> OddityCount:
    """The emails that meet a condition, with their latest event; with `in_scope`, only if that event is
    within the scope.
    """
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
        return Found(row.at, row.actor, f"{row.kind.traits.listed_as}{says}", references)

    return asked.listed(kind, asked.happened(query, when) if in_scope else query, tell)


def _references(number: int, case_id: int | None) -> tuple[str, ...]:
    """The references of an email and its case; an email with a report has no case."""
    return (ref_of(Email, number), *(() if case_id is None else (ref_of(Case, case_id),)))


def left_out(asked: Asked) -> OddityCount:
    """First emails left out within the scope, so that the customer was told nothing."""
    is_first = (col(Email.kind).in_(IN_SERIES)) & (col(Email.step) == 1)
    is_left_out = is_first & (col(Email.state) == EmailState.SKIPPED)
    says = "The first email was left out, so no other follows."
    return _of(asked, Oddity.LEFT_OUT, is_left_out, says, in_scope=True)


def released(asked: Asked) -> OddityCount:
    """Held emails that a person released within the scope."""
    columns: list[Any] = [EmailEvent.email_id, EmailEvent.happened_at, EmailEvent.actor, Email.case_id]
    query = (
        select(*columns)
        .join(Email, col(Email.id) == col(EmailEvent.email_id))
        .where(col(EmailEvent.reason_code) == EmailReason.RELEASED_BY)
        .order_by(col(EmailEvent.happened_at).desc(), col(EmailEvent.id).desc())
    )

    def tell(row: Any) -> Found:
        references = _references(row.email_id, row.case_id)
        return Found(row.happened_at, row.actor, "Was held, and a person let it go.", references)

    return asked.told(
        Oddity.RELEASED,
        map(tell, asked.session.execute(asked.happened(query, col(EmailEvent.happened_at)))),
    )
