"""The tables. Money is integer minor units, instants are UTC, words are guarded by CHECKs.

SQLModel does not validate tables when they are made: services validate, and the constraints hold.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlmodel import Field, SQLModel

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
from followup.domain.goodwill.budget import EntryKind, Figure, Period
from followup.domain.goodwill.gesture import ApprovalState, GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, Choice
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.agent import Role
from followup.domain.people.match_keys import address_key, email_key, phone_key
from followup.domain.people.suppression import SuppressionReason
from followup.domain.reporting.report_schedule import Every
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.shared.reason import AnyCode, Reason
from followup.store.columns import VALUES, WordColumn, name_constraints, not_negative, one_of

name_constraints(SQLModel.metadata)

NO_REASON: dict[str, Any] = {"reason_code": None, "reason_values": None, "reason_detail": None}
"""What stands in the columns of a reason where there is none."""

NOT_HELD: dict[str, Any] = {"held_code": None, "held_detail": None}
"""What stands in the columns of an email that waits for nobody."""


def _reason(
    code: AnyCode | None, values: dict[str, Any] | None, detail: str | None
) -> Reason[AnyCode] | None:
    """The reason that three columns keep."""
    return None if code is None else Reason(code, tuple((values or {}).items()), detail)


class Agent(SQLModel, table=True):
    """Somebody who works here."""

    __table_args__ = (one_of("role", Role),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    role: Role = Field(sa_type=WordColumn(Role))
    team: str | None = None
    login: str | None = Field(default=None, unique=True)
    active: bool = True
    added_at: datetime


class Customer(SQLModel, table=True):
    """Somebody we serve. `email` is kept in lower case.

    The keys, by which the same person is found under another name, follow what they are made from. Of an
    erased person only the row is left, for the money; a merged one points to whoever has its cases now."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    locale: str
    timezone: str
    region: str
    segment: str | None = None
    value_minor: int | None = Field(default=None, sa_type=BigInteger)
    phone: str | None = None
    postal_address: str | None = None
    email_key: str = Field(default="", index=True)
    phone_key: str | None = Field(default=None, index=True)
    address_key: str | None = Field(default=None, index=True)
    marketing_consent: bool = False
    added_at: datetime
    erased_at: datetime | None = None
    merged_into_id: int | None = Field(default=None, foreign_key="customer.id", index=True)


@event.listens_for(Customer, "before_insert")
@event.listens_for(Customer, "before_update")
def _keep_keys(_mapper: object, _connection: object, customer: Customer) -> None:
    # Here, so that whoever changes or erases an address cannot leave its key behind.
    customer.email_key = email_key(customer.email)
    customer.phone_key = phone_key(customer.phone)
    customer.address_key = address_key(customer.postal_address)


class Case(SQLModel, table=True):
    """One bad experience of one customer."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("status", CaseStatus),
        one_of("severity", Severity),
        one_of("responsibility", Responsibility),
        one_of("feeling", Feeling),
        one_of("channel", Channel),
        one_of("outcome", Outcome),
        not_negative("order_value_minor"),
        Index("ix_cases_customer_id_logged_at", "customer_id", "logged_at"),
        Index("ix_cases_customer_id_reason_logged_at", "customer_id", "reason", "logged_at"),
        Index("ix_cases_reason_logged_at", "reason", "logged_at"),
        Index(
            "ix_cases_resolved",
            "resolved_at",
            sqlite_where=text("status = 'resolved'"),
            postgresql_where=text("status = 'resolved'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, unique=True)
    customer_id: int = Field(foreign_key="customer.id")
    agent_id: int = Field(foreign_key="agent.id")
    status: CaseStatus = Field(sa_type=WordColumn(CaseStatus))
    reason: str
    severity: Severity = Field(sa_type=WordColumn(Severity))
    responsibility: Responsibility = Field(sa_type=WordColumn(Responsibility))
    feeling: Feeling | None = Field(default=None, sa_type=WordColumn(Feeling))
    channel: Channel | None = Field(default=None, sa_type=WordColumn(Channel))
    verbatim: str | None = Field(default=None, sa_type=Text)
    order_ref: str | None = None
    order_value_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str
    occurred_on: date
    promised: str | None = None
    facts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    mass_incident: bool = False
    logged_at: datetime
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    closed_at: datetime | None = None
    replied_at: datetime | None = None
    outcome: Outcome | None = Field(default=None, sa_type=WordColumn(Outcome))


class Note(SQLModel, table=True):
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


class Gesture(SQLModel, table=True):
    """What is offered for a case. `policy_version` and `reasoning` are those of the day it was requested.

    `choice` says whose decision kind and amount were, None where that was taken out; `looks_first` that a
    sign of repetition sent it to somebody with an overview."""

    __table_args__ = (
        one_of("state", GestureState),
        one_of("kind", GestureKind),
        one_of("gesture_class", GestureClass),
        one_of("choice", Choice),
        not_negative("amount_minor"),
        Index("ix_gesture_agent_id_requested_at", "agent_id", "requested_at"),
        Index("ix_gesture_requested_at", "requested_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", index=True)
    agent_id: int = Field(foreign_key="agent.id")
    state: GestureState = Field(sa_type=WordColumn(GestureState))
    kind: GestureKind = Field(sa_type=WordColumn(GestureKind))
    gesture_class: GestureClass = Field(sa_type=WordColumn(GestureClass))
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str
    rule: str | None = None
    policy_version: str
    because: str | None = Field(default=None, sa_type=Text)
    reasoning: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    choice: Choice | None = Field(default=None, sa_type=WordColumn(Choice))
    looks_first: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    requested_at: datetime
    issued_at: datetime | None = None
    ended_at: datetime | None = None


class Approval(SQLModel, table=True):
    """What exceeds an agent's authority waits here. One per gesture; `need` says why it needs somebody."""

    __table_args__ = (
        one_of("state", ApprovalState),
        one_of("approver_role", Role),
        one_of("need", ApprovalNeed),
        Index("ix_approval_decided_by_decided_at", "decided_by", "decided_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    gesture_id: int = Field(foreign_key="gesture.id", unique=True)
    state: ApprovalState = Field(sa_type=WordColumn(ApprovalState), index=True)
    approver_role: Role = Field(sa_type=WordColumn(Role))
    need: ApprovalNeed = Field(
        default=ApprovalNeed.OTHER,
        sa_type=WordColumn(ApprovalNeed),
        sa_column_kwargs={"server_default": "other"},
    )
    requested_at: datetime
    expires_at: datetime
    decided_by: int | None = Field(default=None, foreign_key="agent.id")
    decided_at: datetime | None = None
    because: str | None = Field(default=None, sa_type=Text)


class Budget(SQLModel, table=True):
    """A limit per period and scope. `scopes` is a list of [field, value].

    `limit_minor` is what it was made with; BudgetLimit has what was decided since. `soft` is that of the
    periods that have not begun."""

    __table_args__ = (one_of("period", Period), not_negative("limit_minor"))

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    period: Period = Field(sa_type=WordColumn(Period))
    limit_minor: int = Field(sa_type=BigInteger)
    currency: str
    timezone: str
    scopes: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    soft: bool = False
    carry_over: bool = False
    created_at: datetime


class BudgetPeriod(SQLModel, table=True):
    """The figures of a budget in one period. The CHECK is what makes overspending impossible.

    `limit_minor` includes `carried_in_minor`. `carried_out_minor` is what the next period took over; None
    until that has begun. It can be used there only, whatever is released here later."""

    __table_args__ = (
        UniqueConstraint("budget_id", "period"),
        not_negative("held_minor", "committed_minor", "spent_minor", "released_minor"),
        not_negative("carried_in_minor", "carried_out_minor"),
        CheckConstraint(
            "soft OR held_minor + committed_minor + spent_minor + COALESCE(carried_out_minor, 0) "
            "<= limit_minor",
            name="within_limit",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    budget_id: int = Field(foreign_key="budget.id")
    period: str
    soft: bool
    limit_minor: int = Field(sa_type=BigInteger)
    carried_in_minor: int = Field(default=0, sa_type=BigInteger)
    carried_out_minor: int | None = Field(default=None, sa_type=BigInteger)
    held_minor: int = Field(default=0, sa_type=BigInteger)
    committed_minor: int = Field(default=0, sa_type=BigInteger)
    spent_minor: int = Field(default=0, sa_type=BigInteger)
    released_minor: int = Field(default=0, sa_type=BigInteger)


class BudgetLimit(SQLModel, table=True):
    """A limit that was decided after the budget was made: from a period on, or for that period only.
    The newest that fits a period counts."""

    __table_args__ = (
        not_negative("limit_minor"),
        Index("ix_budgetlimit_budget_id", "budget_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    budget_id: int = Field(foreign_key="budget.id")
    since: str
    only: bool = False
    limit_minor: int = Field(sa_type=BigInteger)


class LedgerEntry(SQLModel, table=True):
    """One movement of a gesture's money, in every budget it draws on. Append-only.

    `occasion` tells apart what may rightly happen more than once, such as partial redemptions;
    everything else happens once because of the UNIQUE constraint.
    """

    __table_args__ = (
        UniqueConstraint("gesture_id", "kind", "occasion"),
        one_of("kind", EntryKind),
        one_of("taken_from", Figure),
        one_of("put_to", Figure),
        CheckConstraint("amount_minor > 0", name="amount_minor_positive"),
        Index("ix_ledgerentry_recorded_at", "recorded_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    gesture_id: int = Field(foreign_key="gesture.id")
    kind: EntryKind = Field(sa_type=WordColumn(EntryKind))
    occasion: str = ""
    taken_from: Figure = Field(sa_type=WordColumn(Figure))
    put_to: Figure = Field(sa_type=WordColumn(Figure))
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str
    recorded_at: datetime
    actor: str


class Draw(SQLModel, table=True):
    """The budget periods that a ledger entry counts in: those that held the money, whatever day it is."""

    __table_args__ = (Index("ix_draw_budget_period_id", "budget_period_id"),)

    entry_id: int = Field(foreign_key="ledgerentry.id", primary_key=True)
    budget_period_id: int = Field(foreign_key="budgetperiod.id", primary_key=True)


class Voucher(SQLModel, table=True):
    """A code for one customer. The code itself is not here: the workspace's key and `salt` make it."""

    __table_args__ = (
        one_of("state", VoucherState),
        CheckConstraint("redeemed_minor BETWEEN 0 AND amount_minor", name="redeemed_within"),
        Index("ix_voucher_state_expires_on", "state", "expires_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    gesture_id: int = Field(foreign_key="gesture.id", unique=True)
    state: VoucherState = Field(sa_type=WordColumn(VoucherState))
    salt: str
    code_sha256: str = Field(unique=True)
    hint: str
    amount_minor: int = Field(sa_type=BigInteger)
    redeemed_minor: int = Field(default=0, sa_type=BigInteger)
    currency: str
    issued_at: datetime
    expires_on: date
    ended_at: datetime | None = None


class Redemption(SQLModel, table=True):
    """One use of a voucher, whole or in part. `external_id` is what the till calls it."""

    id: int | None = Field(default=None, primary_key=True)
    voucher_id: int = Field(foreign_key="voucher.id", index=True)
    external_id: str | None = Field(default=None, unique=True)
    order_ref: str | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    redeemed_at: datetime
    actor: str
    rolled_back_at: datetime | None = None


class Enrolment(SQLModel, table=True):
    """A case that goes through a sequence of emails. `wording` chooses among the ways a template has of
    saying a thing, so that a customer does not read the same sentence twice."""

    __table_args__ = (one_of("state", EnrolmentState), one_of("ended_code", EmailReason))

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", index=True)
    gesture_id: int | None = Field(default=None, foreign_key="gesture.id")
    sequence: str
    state: EnrolmentState = Field(sa_type=WordColumn(EnrolmentState))
    wording: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    started_at: datetime
    ended_at: datetime | None = None
    ended_code: EmailReason | None = Field(default=None, sa_type=WordColumn(EmailReason))
    ended_values: dict[str, Any] | None = Field(default=None, sa_type=VALUES)
    ended_detail: str | None = None

    @property
    def why(self) -> Reason[EmailReason] | None:
        """Why it ended."""
        return _reason(self.ended_code, self.ended_values, self.ended_detail)

    @property
    def ended_because(self) -> str | None:
        """Why it ended, for people."""
        return None if self.why is None else self.why.text


class ReportSchedule(SQLModel, table=True):
    """Reports that are sent by themselves, by the clock of `timezone`. `next_at` is when the next are due;
    `agent_id` is who set it up. Changed never, only removed: an email says what it was sent for."""

    __table_args__ = (
        one_of("every", Every),
        Index(
            "ix_reportschedule_name",
            "name",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str
    reports: list[str] = Field(sa_type=JSON)
    every: Every = Field(sa_type=WordColumn(Every))
    at: time
    timezone: str
    locale: str
    recipients: list[str] = Field(sa_type=JSON)
    agent_id: int = Field(foreign_key="agent.id")
    added_at: datetime
    next_at: datetime
    removed_at: datetime | None = None


class Email(SQLModel, table=True):
    """One row of the outbox. `message` is frozen when the email is claimed.

    A step of a sequence belongs to an enrolment, a report to a schedule, for which it `occurs_at` a time, and
    any other kind to a gesture. Only a report is about no case.

    `reason_code` says why it stands as it does, `reason_detail` in whose words, `held_code` why it waits for
    a person, whatever its time. `released` lists what a person let pass: findings of the lint, each as
    [rule, sentence], and ends of its voucher, each as [VOUCHER, code]."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "step"),
        one_of("state", EmailState),
        one_of("kind", EmailKind),
        one_of("reason_code", EmailReason),
        one_of("held_code", EmailReason),
        CheckConstraint("kind = 'report' OR case_id IS NOT NULL", name="has_its_case"),
        Index(
            "ix_outbox_report",
            "schedule_id",
            "occurs_at",
            "to_address",
            unique=True,
            sqlite_where=text("kind = 'report'"),
            postgresql_where=text("kind = 'report'"),
        ),
        Index(
            "ix_outbox_single",
            "gesture_id",
            "template",
            unique=True,
            sqlite_where=text("kind = 'single'"),
            postgresql_where=text("kind = 'single'"),
        ),
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
        Index(
            "ix_outbox_under_way",
            "lease_until",
            sqlite_where=text("state IN ('claimed', 'transmitting')"),
            postgresql_where=text("state IN ('claimed', 'transmitting')"),
        ),
        Index(
            "ix_outbox_put_off",
            "due_at",
            sqlite_where=text("state = 'deferred'"),
            postgresql_where=text("state = 'deferred'"),
        ),
        Index(
            "ix_outbox_not_sent",
            "state",
            sqlite_where=text("state IN ('failed', 'in_doubt', 'skipped', 'cancelled')"),
            postgresql_where=text("state IN ('failed', 'in_doubt', 'skipped', 'cancelled')"),
        ),
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
    message_sha256: str | None = None
    message: bytes | None = Field(default=None, sa_type=LargeBinary)

    @property
    def why(self) -> Reason[EmailReason] | None:
        """Why it stands as it does."""
        return _reason(self.reason_code, self.reason_values, self.reason_detail)

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


class EmailEvent(SQLModel, table=True):
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
        return _reason(self.reason_code, self.reason_values, self.reason_detail)

    @property
    def reason(self) -> str | None:
        """Why it came to the state, for people."""
        return None if self.why is None else self.why.text


class Suppression(SQLModel, table=True):
    """An address, in lower case, that must not be written to; `customer_id` is whose it is or was last, so
    that it is found when they are erased. Of an erased person's address only a hash is kept."""

    __table_args__ = (one_of("reason", SuppressionReason),)

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    reason: SuppressionReason = Field(sa_type=WordColumn(SuppressionReason))
    because: str | None = Field(default=None, sa_type=Text)
    since: datetime
    actor: str


class PracticeRound(SQLModel, table=True):
    """One round of `followup coach`: which exercise, and which rules the reply broke. The reply itself is
    not kept."""

    __table_args__ = (Index("ix_practiceround_agent_id_played_at", "agent_id", "played_at"),)

    id: int | None = Field(default=None, primary_key=True)
    agent_id: int = Field(foreign_key="agent.id")
    exercise: str
    played_at: datetime
    rules: list[str] = Field(default_factory=list, sa_type=JSON)


class AuditEvent(SQLModel, table=True):
    """Who changed what, when and why. Append-only; `hash` covers the row and the hash before it.

    Only the reason, which somebody put into words, can be taken out, when a person is erased. It has a salt
    that goes with it, so that nobody can find the words again by trying them against the hash."""

    id: int | None = Field(default=None, primary_key=True)
    happened_at: datetime
    actor: str
    action: str
    subject: str = Field(index=True)
    because: str | None = Field(default=None, sa_type=Text)
    because_salt: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    previous_hash: str
    hash: str = Field(unique=True)


class AnsweredKey(SQLModel, table=True):
    """The first answer to a write that carried `--key`, given again when the key comes again."""

    key: str = Field(primary_key=True)
    command: str
    content_sha256: str
    answer: dict[str, Any] = Field(sa_type=JSON)
    answered_at: datetime


class Worker(SQLModel, table=True):
    """A daemon: who it is and when it last did something."""

    id: str = Field(primary_key=True)
    host: str
    pid: int
    started_at: datetime
    last_tick_at: datetime
    stopped_at: datetime | None = None


class InboundMail(SQLModel, table=True):
    """An email that arrived, once however often it is fetched: `digest` is the SHA-256 of its bytes.

    Its text is not here: what a customer wrote is the note `note_id` of the case, and what could not be read
    is a file.
    `address` is whom a bounce or a complaint is about, or who wrote what is about no case; `permanent`, of a
    bounce, that nobody is there."""

    __table_args__ = (
        one_of("kind", InboundKind),
        one_of("reason_code", MessageReason),
        Index("ix_inboundmail_address_received_at", "address", "received_at"),
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
    reason_code: MessageReason | None = Field(default=None, sa_type=WordColumn(MessageReason))
    reason_values: dict[str, Any] | None = Field(default=None, sa_type=VALUES)
    reason_detail: str | None = Field(default=None, sa_type=Text)

    @property
    def why(self) -> Reason[MessageReason] | None:
        """What came of it, or why nothing did."""
        return _reason(self.reason_code, self.reason_values, self.reason_detail)

    @property
    def reason(self) -> str | None:
        """What came of it, or why nothing did, for people."""
        return None if self.why is None else self.why.text


class RelayState(SQLModel, table=True):
    """What all daemons know about a mail server, named host:port: whether it asked to be left alone, how
    often in a row, and when the next email may go to it where there is a limit."""

    name: str = Field(primary_key=True)
    paused_until: datetime | None = None
    paused_because: str | None = Field(default=None, sa_type=Text)
    pauses: int = 0
    next_at: datetime | None = None
    accepted: int = 0
    refused: int = 0
    last_accepted_at: datetime | None = None


class CopyMark(SQLModel, table=True):
    """A fact about this copy of the database, such as that it was written as a backup."""

    __tablename__ = "mark"

    name: str = Field(primary_key=True)
    value: str = Field(default="", sa_type=Text)
    since: datetime
