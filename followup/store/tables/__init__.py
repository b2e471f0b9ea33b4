"""The tables, by room. Money is integer minor units, instants are UTC, words are guarded by CHECKs.

Whoever imports one has them all: each refers to others by name. SQLModel does not validate tables when they
are made: services validate, and the constraints hold.
"""

from followup.store.tables.cases import Case, Note
from followup.store.tables.coaching import PracticeRound
from followup.store.tables.goodwill import (
    Approval,
    Budget,
    BudgetLimit,
    BudgetPeriod,
    Draw,
    Gesture,
    LedgerEntry,
    Redemption,
    Voucher,
)
from followup.store.tables.inbound import InboundMail, MailboxState
from followup.store.tables.outbox import NOT_HELD, Email, EmailEvent, EmailGesture, RelayState
from followup.store.tables.people import Agent, Customer, Suppression
from followup.store.tables.reason_columns import NO_REASON
from followup.store.tables.reporting import ReportSchedule
from followup.store.tables.sequences import Enrolment
from followup.store.tables.shared import AnsweredKey, AuditEvent
from followup.store.tables.upkeep import AlarmState, CopyMark, Worker

__all__ = [
    "NOT_HELD",
    "NO_REASON",
    "Agent",
    "AlarmState",
    "AnsweredKey",
    "Approval",
    "AuditEvent",
    "Budget",
    "BudgetLimit",
    "BudgetPeriod",
    "Case",
    "CopyMark",
    "Customer",
    "Draw",
    "Email",
    "EmailEvent",
    "EmailGesture",
    "Enrolment",
    "Gesture",
    "InboundMail",
    "LedgerEntry",
    "MailboxState",
    "Note",
    "PracticeRound",
    "Redemption",
    "RelayState",
    "ReportSchedule",
    "Suppression",
    "Voucher",
    "Worker",
]
