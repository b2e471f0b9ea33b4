"""Cases that go through a sequence of emails."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.shared.reason import Reason
from followup.store.columns import VALUES, DatabaseTable, WordColumn, one_of
from followup.store.tables.reason_columns import reason_in


class Enrolment(DatabaseTable, table=True):
    """A case that goes through a sequence of emails. `wording` chooses among the ways a template has of
    saying a thing, so that a customer does not read the same sentence twice. A pause goes on until
    `paused_until`, or until a person ends it."""

    __table_args__ = (one_of("state", EnrolmentState), one_of("ended_code", EmailReason))

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", index=True)
    gesture_id: int | None = Field(default=None, foreign_key="gesture.id")
    sequence: str
    state: EnrolmentState = Field(sa_type=WordColumn(EnrolmentState))
    wording: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    started_at: datetime
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    ended_at: datetime | None = None
    ended_code: EmailReason | None = Field(default=None, sa_type=WordColumn(EmailReason))
    ended_values: dict[str, Any] | None = Field(default=None, sa_type=VALUES)
    ended_detail: str | None = None

    @property
    def why(self) -> Reason[EmailReason] | None:
        """Why it ended."""
        return reason_in(self.ended_code, self.ended_values, self.ended_detail)

    @property
    def ended_because(self) -> str | None:
        """Why it ended, for people."""
        return None if self.why is None else self.why.text
