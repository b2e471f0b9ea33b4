"""Whose turn it is among the emails to one customer, across all their cases.

Between two emails to the same customer lies a gap, and only so many go out in some weeks. What has to wait
keeps its place: an email that became due later never goes before one that became due earlier.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select

from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import KEEPS_ITS_TURN, EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.contact_frequency import Frequency
from followup.settings import Settings
from followup.store.tables import Case, Email, EmailEvent

_WAITING = (EmailState.SCHEDULED, EmailState.CLAIMED, EmailState.DEFERRED)
_MAYBE_GONE = (EmailState.TRANSMITTING, EmailState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class _Mail:
    """What counts of an email to the customer. `put_off` grows in the order in which emails were first put
    off, which is that in which they became due, whatever time they were put off to."""

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
        """What sorts emails into their order: begun, then put off, then due."""
        return (
            self.first_attempt_at is None,
            self.put_off is None,
            self.put_off or 0,
            self.due_at,
            self.id,
        )

    def went_out_at(self, now: datetime) -> datetime | None:
        """When the customer got it, or may have got it."""
        if self.sent_at is not None or self.state not in _MAYBE_GONE:
            return self.sent_at
        return now if self.state is EmailState.TRANSMITTING else self.first_attempt_at or self.due_at

    def stands_in_line(self, now: datetime) -> bool:
        """Whether it goes out as soon as it may."""
        if self.state not in _WAITING or self.held_code is not None:
            return False
        due = self.state is not EmailState.DEFERRED and self.due_at <= now
        return due or self.first_attempt_at is not None or self.reason_code in KEEPS_ITS_TURN


def frequency_of(settings: Settings) -> Frequency:
    """How often one customer is written to, as the workspace has set it."""
    return Frequency(
        least_gap=timedelta(hours=settings.least_gap_hours),
        most=settings.most_emails,
        within=timedelta(days=settings.most_emails_days),
    )


def turn_of(
    session: Session, email: Email, customer_id: int, frequency: Frequency, *, now: datetime
) -> tuple[datetime, EmailReason]:
    """When it is an email's turn, `now` at the earliest, and why not before."""
    mails = _mails_to(session, customer_id, since=now - frequency.within)
    own = next(mail for mail in mails if mail.id == email.id)
    times = [gone for mail in mails if mail is not own and (gone := mail.went_out_at(now)) is not None]
    times += [max(mail.due_at, now) for mail in mails if mail.place < own.place and mail.stands_in_line(now)]
    turn = frequency.earliest(times, now)
    often = bool(times) and turn > max(times) + frequency.least_gap
    return turn, EmailReason.TOO_OFTEN if often else EmailReason.TOO_SOON


def _mails_to(session: Session, customer_id: int, *, since: datetime) -> list[_Mail]:
    """The emails that a customer got since a moment, or may yet get."""
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
                col(Email.sent_at) > since,
                col(Email.sent_at).is_(None) & col(Email.state).in_((*_WAITING, *_MAYBE_GONE)),
            ),
        )
    )
    return [_Mail(*row) for row in session.exec(query).all()]
