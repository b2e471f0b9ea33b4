"""Contact frequency: the order and spacing of the emails to one customer, across all their cases.

A minimum gap lies between two emails to the same customer, and a maximum number is sent in a number of weeks.
An email that has to wait keeps its place: one that became due later is never sent before one that became due
earlier.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select

from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import KEEPS_ITS_TURN, EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.contact_frequency import Frequency
from followup.services.sequences import sender_eligibility
from followup.settings import Settings
from followup.store.tables import Case, Email, EmailEvent

_WAITING = (EmailState.SCHEDULED, EmailState.CLAIMED, EmailState.DEFERRED)
_MAYBE_GONE = (EmailState.TRANSMITTING, EmailState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class _Mail:
    """The fields of an email that count for contact frequency. `put_off` is the number of its first deferral,
    which preserves the order in which emails became due, whatever time they were deferred to."""

    id: int
    state: EmailState
    due_at: datetime
    sent_at: datetime | None
    first_attempt_at: datetime | None
    reason_code: EmailReason | None
    held_code: EmailReason | None
    put_off: int | None

    @property
    def place(self) -> tuple[bool, bool, int, datetime, int]:
        """The sort key of the queue: emails whose delivery was begun, then deferred ones, then those due."""
        return (
            self.first_attempt_at is None,
            self.put_off is None,
            self.put_off or 0,
            self.due_at,
            self.id,
        )

    def went_out_at(self, now: datetime) -> datetime | None:
        """When the email was sent, or may have been; None if it was not."""
        if self.sent_at is not None or self.state not in _MAYBE_GONE:
            return self.sent_at
        return now if self.state is EmailState.TRANSMITTING else self.first_attempt_at or self.due_at

    def stands_in_line(self, now: datetime) -> bool:
        """Whether the email will be sent as soon as contact frequency allows."""
        if self.state not in _WAITING or self.held_code is not None:
            return False
        due = self.state is not EmailState.DEFERRED and self.due_at <= now
        return due or self.first_attempt_at is not None or self.reason_code in KEEPS_ITS_TURN


def frequency_of(settings: Settings) -> Frequency:
    """The contact frequency from the workspace's settings."""
    return Frequency(
        least_gap=timedelta(hours=settings.least_gap_hours),
        most=settings.most_emails,
        within=timedelta(days=settings.most_emails_days),
    )


def turn_of(
    session: Session, email: Email, customer_id: int, frequency: Frequency, *, now: datetime
) -> tuple[datetime, EmailReason]:
    """The earliest time at which an email may be sent, not before `now`, and the reason for any wait."""
    mails = _mails_to(session, customer_id, since=now - frequency.within)
    own = next(mail for mail in mails if mail.id == email.id)
    times = [gone for mail in mails if mail is not own and (gone := mail.went_out_at(now)) is not None]
    times += [max(mail.due_at, now) for mail in mails if mail.place < own.place and mail.stands_in_line(now)]
    turn = frequency.earliest(times, now)
    often = bool(times) and turn > max(times) + frequency.least_gap
    return turn, EmailReason.TOO_OFTEN if often else EmailReason.TOO_SOON


def _mails_to(session: Session, customer_id: int, *, since: datetime) -> list[_Mail]:
    """The emails that a customer got after `since`, or may still get."""
    put_off = (
        select(func.min(EmailEvent.id))
        .where(col(EmailEvent.email_id) == col(Email.id), col(EmailEvent.state) == EmailState.DEFERRED)
        .scalar_subquery()
    )
    columns: Any = (
        Email.id,
        Email.state,
        Email.due_at,
        Email.sent_at,
        Email.first_attempt_at,
        Email.reason_code,
        Email.held_code,
        put_off,
    )
    query = (
        select(*columns)
        .join(Case, col(Case.id) == col(Email.case_id))
        .where(
            col(Case.customer_id) == customer_id,
            col(Email.kind).in_(TO_CUSTOMERS),
            or_(
                (col(Email.sent_at) > since) & sender_eligibility.not_astray(),
                col(Email.sent_at).is_(None) & col(Email.state).in_((*_WAITING, *_MAYBE_GONE)),
            ),
        )
    )
    return [_Mail(*row) for row in session.exec(query).all()]
