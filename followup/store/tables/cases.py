"""Cases, and what was written on them."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Index, Text, text
from sqlmodel import Field

from followup.domain.cases.answer_tone import AnswerTone
from followup.domain.cases.case import (
    CaseStatus,
    Channel,
    Feeling,
    NoteUse,
    Outcome,
    Responsibility,
    Severity,
)
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.store.columns import DatabaseTable, WordColumn, not_negative, one_of, partial_index


class Case(DatabaseTable, table=True):
    """One bad experience of one customer. `again_because` says why it was logged although it looked like one
    that is recorded; `told_at` is when a person last told the customer in person what there was to tell;
    `imported`, that it came from another system. `what_happened` and `answer` are an agent's sentences for
    the customer: what went wrong, and what they need to hear about it. `quote` is what of `verbatim` emails
    are to quote, and `summary` what an agent wrote about it all, which no email quotes.
    `agent_id` logged it and stays; `owner_id` works on it since and signs its emails, unless it is NULL: then
    whoever logged it does."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("status", CaseStatus),
        one_of("severity", Severity),
        one_of("responsibility", Responsibility),
        one_of("feeling", Feeling),
        one_of("channel", Channel),
        one_of("outcome", Outcome),
        one_of("answer_tone", AnswerTone),
        not_negative("order_value_minor"),
        Index("ix_cases_customer_id_logged_at", "customer_id", "logged_at"),
        Index("ix_cases_customer_id_reason_logged_at", "customer_id", "reason", "logged_at"),
        Index("ix_cases_reason_logged_at", "reason", "logged_at"),
        partial_index(
            "ix_cases_resolved",
            "resolved_at",
            where="status = 'resolved'",
        ),
        partial_index("ix_cases_undone", "id", where="status = 'undone'"),
        partial_index("ix_cases_open", "id", where="status = 'open'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, unique=True)
    customer_id: int = Field(foreign_key="customer.id")
    agent_id: int = Field(foreign_key="agent.id")
    owner_id: int | None = Field(default=None, foreign_key="agent.id")
    status: CaseStatus = Field(sa_type=WordColumn(CaseStatus))
    reason: str
    severity: Severity = Field(sa_type=WordColumn(Severity))
    responsibility: Responsibility = Field(sa_type=WordColumn(Responsibility))
    feeling: Feeling | None = Field(default=None, sa_type=WordColumn(Feeling))
    channel: Channel | None = Field(default=None, sa_type=WordColumn(Channel))
    verbatim: str | None = Field(default=None, sa_type=Text)
    what_happened: str | None = Field(default=None, sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)
    quote: str | None = Field(default=None, sa_type=Text)
    summary: str | None = Field(default=None, sa_type=Text)
    order_ref: str | None = None
    order_value_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str
    occurred_on: date | None = None
    promised: str | None = None
    facts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    mass_incident: bool = False
    again_because: str | None = Field(default=None, sa_type=Text)
    logged_at: datetime
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    closed_at: datetime | None = None
    replied_at: datetime | None = None
    answer_tone: AnswerTone | None = Field(default=None, sa_type=WordColumn(AnswerTone))
    told_at: datetime | None = None
    imported: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    outcome: Outcome | None = Field(default=None, sa_type=WordColumn(Outcome))


class Note(DatabaseTable, table=True):
    """What an agent wrote on a case, for colleagues or for the customer, or what the customer has said.

    `answer` is what they answered to the closing email; with `is_answer_alone` the body is only what the link
    wrote for them."""

    __table_args__ = (one_of("use", NoteUse), one_of("answer", OutcomeAnswer))

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", index=True)
    actor: str
    written_at: datetime
    body: str = Field(sa_type=Text)
    use: NoteUse = Field(
        default=NoteUse.INTERNAL, sa_type=WordColumn(NoteUse), sa_column_kwargs={"server_default": "internal"}
    )
    answer: OutcomeAnswer | None = Field(default=None, sa_type=WordColumn(OutcomeAnswer))
    is_answer_alone: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
