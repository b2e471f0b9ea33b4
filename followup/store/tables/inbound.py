"""Emails that arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field

from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.shared.reason import Reason
from followup.store.columns import VALUES, DatabaseTable, WordColumn, one_of, partial_index
from followup.store.tables.reason_columns import reason_in


class InboundMail(DatabaseTable, table=True):
    """An email that arrived, once however often it is fetched: `digest` is the SHA-256 of its bytes.

    What a customer wrote is the note `note_id` of the case, and what could not be read is a file; `text` is
    that of an absence note or a notice. `address` is whom a bounce or a complaint is about, or who wrote what
    is about no case; `permanent`, of a bounce, that nobody is there, and `cause` whose trouble it is."""

    __table_args__ = (
        one_of("cause", BounceCause),
        one_of("kind", InboundKind),
        one_of("reason_code", MessageReason),
        Index("ix_inboundmail_address_received_at", "address", "received_at"),
        partial_index("ix_inboundmail_bounces", "received_at", where="kind = 'bounce'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    received_at: datetime
    kind: InboundKind = Field(sa_type=WordColumn(InboundKind))
    message_id: str | None = None
    case_id: int | None = Field(default=None, foreign_key="cases.id", index=True)
    email_id: int | None = Field(default=None, foreign_key="outbox.id")
    note_id: int | None = Field(default=None, foreign_key="note.id", index=True)
    address: str | None = None
    permanent: bool | None = None
    cause: BounceCause | None = Field(default=None, sa_type=WordColumn(BounceCause))
    reason_code: MessageReason | None = Field(default=None, sa_type=WordColumn(MessageReason))
    reason_values: dict[str, Any] | None = Field(default=None, sa_type=VALUES)
    reason_detail: str | None = Field(default=None, sa_type=Text)
    text: str | None = Field(default=None, sa_type=Text)

    @property
    def why(self) -> Reason[MessageReason] | None:
        """What came of it, or why nothing did."""
        return reason_in(self.reason_code, self.reason_values, self.reason_detail)

    @property
    def reason(self) -> str | None:
        """What came of it, or why nothing did, for people."""
        return None if self.why is None else self.why.text


class MailboxState(DatabaseTable, table=True):
    """A mailbox that cannot be read: since when, and why. One that can be has no row."""

    name: str = Field(primary_key=True)
    unreadable_since: datetime
    unreadable_because: str = Field(sa_type=Text)
