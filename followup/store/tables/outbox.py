"""Emails that go out, what happened to each, and what is known of the servers that take them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.domain.shared.reason import Reason
from followup.store.columns import VALUES, DatabaseTable, WordColumn, one_of, partial_index
from followup.store.tables.reason_columns import NO_REASON, reason_in

NOT_HELD: dict[str, Any] = {"held_code": None, "held_detail": None}
"""What stands in the columns of an email that waits for nobody."""


class Email(DatabaseTable, table=True):
    """One row of the outbox. `message` is frozen when the email is claimed.

    A step of a sequence belongs to an enrolment, a report to a schedule, for which it `occurs_at` a time, and
    any other kind to a gesture. Only reports and some notifications are about no case.

    `reason_code` says why it stands as it does, `reason_detail` in whose words, `held_code` why it waits for
    a person, whatever its time; `cause`, of one that a mail server refused for good, whose trouble that is.
    `released` lists what a person let pass: findings of the lint, each as [rule, sentence], and ends of its
    voucher, each as [VOUCHER, code]. `transport` says what it was last handed to, `relay` which mail server
    that was. `edited_subject` and `edited_text` are what an agent wrote in place of the template's words;
    both or neither are there."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "step"),
        one_of("state", EmailState),
        one_of("kind", EmailKind),
        one_of("reason_code", EmailReason),
        one_of("held_code", EmailReason),
        one_of("transport", MailTransport),
        one_of("cause", BounceCause),
        CheckConstraint("kind IN ('report', 'notification') OR case_id IS NOT NULL", name="has_its_case"),
        partial_index(
            "ix_outbox_report",
            "schedule_id",
            "occurs_at",
            "to_address",
            unique=True,
            where="kind = 'report'",
        ),
        partial_index(
            "ix_outbox_single",
            "gesture_id",
            "template",
            unique=True,
            where="kind = 'single'",
        ),
        partial_index(
            "ix_outbox_due",
            "due_at",
            where="state = 'scheduled'",
        ),
        partial_index(
            "ix_outbox_under_way",
            "lease_until",
            where="state IN ('claimed', 'transmitting')",
        ),
        partial_index(
            "ix_outbox_put_off",
            "due_at",
            where="state = 'deferred'",
        ),
        partial_index(
            "ix_outbox_not_sent",
            "state",
            where="state IN ('failed', 'in_doubt', 'skipped', 'cancelled')",
        ),
        partial_index("ix_outbox_to_files", "sent_at", where="transport = 'files'"),
        partial_index("ix_outbox_sent_at", "sent_at", where="sent_at IS NOT NULL"),
        Index("ix_outbox_message_id", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    enrolment_id: int | None = Field(default=None, foreign_key="enrolment.id")
    case_id: int | None = Field(default=None, foreign_key="cases.id", index=True)
    gesture_id: int | None = Field(default=None, foreign_key="gesture.id")
    schedule_id: int | None = Field(default=None, foreign_key="reportschedule.id")
    occurs_at: datetime | None = None
    kind: EmailKind = Field(sa_type=WordColumn(EmailKind), sa_column_kwargs={"server_default": "step"})
    step: int
    template: str
    to_address: str
    state: EmailState = Field(sa_type=WordColumn(EmailState))
    due_at: datetime
    epoch: int = 0
    claimed_by: str | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    first_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    cause: BounceCause | None = Field(default=None, sa_type=WordColumn(BounceCause))
    transport: MailTransport | None = Field(default=None, sa_type=WordColumn(MailTransport))
    relay: str | None = None
    message_id: str | None = None
    subject: str | None = None
    reason_code: EmailReason | None = Field(default=None, sa_type=WordColumn(EmailReason))
    reason_values: dict[str, Any] | None = Field(default=None, sa_type=VALUES)
    reason_detail: str | None = Field(default=None, sa_type=Text)
    held_code: EmailReason | None = Field(default=None, sa_type=WordColumn(EmailReason))
    held_detail: str | None = Field(default=None, sa_type=Text)
    released: list[list[str]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"}
    )
    edited_subject: str | None = None
    edited_text: str | None = Field(default=None, sa_type=Text)
    message_sha256: str | None = None
    message: bytes | None = Field(default=None, sa_type=LargeBinary)

    @property
    def why(self) -> Reason[EmailReason] | None:
        """Why it stands as it does."""
        return reason_in(self.reason_code, self.reason_values, self.reason_detail)

    @property
    def reason(self) -> str | None:
        """Why it stands as it does, for people."""
        return None if self.why is None else self.why.text

    @property
    def held_because(self) -> str | None:
        """Why it waits for a person, for people; what was found with it says more than the reason."""
        return None if self.held_code is None else self.held_detail or self.held_code.say()

    def stand(self, state: EmailState, why: Reason[EmailReason] | None) -> None:
        """Come to a state for a reason."""
        self.state = state
        for name, value in (NO_REASON if why is None else why.columns()).items():
            setattr(self, name, value)


class EmailGesture(DatabaseTable, table=True):
    """A gesture that an email tells of besides the one that it was planned for. Those of a sequence stand at
    its first email."""

    __table_args__ = (Index("ix_emailgesture_gesture_id", "gesture_id"),)

    email_id: int = Field(foreign_key="outbox.id", primary_key=True)
    gesture_id: int = Field(foreign_key="gesture.id", primary_key=True)


class EmailEvent(DatabaseTable, table=True):
    """One thing that happened to an email: the state it came to, and why. `actor` is a person or a daemon."""

    __table_args__ = (one_of("state", EmailState), one_of("reason_code", EmailReason))

    id: int | None = Field(default=None, primary_key=True)
    email_id: int = Field(foreign_key="outbox.id", index=True)
    happened_at: datetime
    state: EmailState = Field(sa_type=WordColumn(EmailState))
    reason_code: EmailReason | None = Field(default=None, sa_type=WordColumn(EmailReason))
    reason_values: dict[str, Any] | None = Field(default=None, sa_type=VALUES)
    reason_detail: str | None = Field(default=None, sa_type=Text)
    actor: str

    @property
    def why(self) -> Reason[EmailReason] | None:
        """Why it came to the state."""
        return reason_in(self.reason_code, self.reason_values, self.reason_detail)

    @property
    def reason(self) -> str | None:
        """Why it came to the state, for people."""
        return None if self.why is None else self.why.text


class RelayState(DatabaseTable, table=True):
    """What all daemons know about a mail server, named host:port: whether it asked to be left alone, how
    often in a row, and when the next email may go to it where there is a limit. `last_real_at` is when it
    last accepted an email outside a rehearsal. `equal_refusals` counts the refusals for good since then that
    mean the same, whatever the email; `refused_with` is what they have in common.

    `returns_since` is when emails to customers began to be held back, because too many came back for our
    sake; `returned_with` is what the last one said, and `returns_counted_from` since when they count again.
    Meanwhile single emails go as probes: the last at `probed_at`, `probes` so far without one coming back."""

    name: str = Field(primary_key=True)
    paused_until: datetime | None = None
    paused_because: str | None = Field(default=None, sa_type=Text)
    pauses: int = 0
    next_at: datetime | None = None
    accepted: int = 0
    refused: int = 0
    equal_refusals: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    refused_with: str | None = Field(default=None, sa_type=Text)
    last_accepted_at: datetime | None = None
    last_real_at: datetime | None = None
    returns_since: datetime | None = None
    returned_with: str | None = Field(default=None, sa_type=Text)
    returns_counted_from: datetime | None = None
    probed_at: datetime | None = None
    probes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
