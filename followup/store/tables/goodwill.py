"""Gestures and their approvals, vouchers, budgets, and the ledger of what moved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from followup.domain.goodwill.budget import EntryKind, Figure, Period
from followup.domain.goodwill.gesture import ApprovalState, GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, Choice
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.people.agent import Role
from followup.store.columns import DatabaseTable, WordColumn, not_negative, one_of


class Gesture(DatabaseTable, table=True):
    """What is offered for a case. `policy_version` and `reasoning` are those of the day it was requested.

    `amount_minor` is what the customer gets, what its `item` costs us, or what its `points`
    are worth. `again` says that the case or its
    why. `choice` says whose decision kind and amount were, None where that was taken out; `looks_first` that
    a sign of repetition sent it to somebody with an overview.

    `kept_in` is the sum that it was kept in because it was below `kept_minimum_minor`, until somebody looks
    at it at `kept_until`; `paid_with_id` is the gesture that pays it. `added_minor` is the part of
    `amount_minor` that was kept of other cases."""

    __table_args__ = (
        one_of("state", GestureState),
        one_of("kind", GestureKind),
        one_of("gesture_class", GestureClass),
        one_of("choice", Choice),
        not_negative("amount_minor"),
        not_negative("added_minor"),
        not_negative("kept_minimum_minor"),
        Index("ix_gesture_kept_in", "kept_in"),
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
    item: str | None = Field(default=None, sa_type=Text)
    points: int | None = Field(default=None, sa_type=BigInteger)
    rule: str | None = None
    policy_version: str
    because: str | None = Field(default=None, sa_type=Text)
    reasoning: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    choice: Choice | None = Field(default=None, sa_type=WordColumn(Choice))
    again: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    looks_first: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    kept_in: str | None = None
    kept_minimum_minor: int | None = Field(default=None, sa_type=BigInteger)
    kept_until: datetime | None = None
    paid_with_id: int | None = Field(default=None, foreign_key="gesture.id")
    added_minor: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    requested_at: datetime
    issued_at: datetime | None = None
    ended_at: datetime | None = None


class Approval(DatabaseTable, table=True):
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


class Budget(DatabaseTable, table=True):
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


class BudgetPeriod(DatabaseTable, table=True):
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


class BudgetLimit(DatabaseTable, table=True):
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


class LedgerEntry(DatabaseTable, table=True):
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


class Draw(DatabaseTable, table=True):
    """The budget periods that a ledger entry counts in: those that held the money, whatever day it is."""

    __table_args__ = (Index("ix_draw_budget_period_id", "budget_period_id"),)

    entry_id: int = Field(foreign_key="ledgerentry.id", primary_key=True)
    budget_period_id: int = Field(foreign_key="budgetperiod.id", primary_key=True)


class Voucher(DatabaseTable, table=True):
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


class Redemption(DatabaseTable, table=True):
    """One use of a voucher, whole or in part. `external_id` is what the till calls it."""

    id: int | None = Field(default=None, primary_key=True)
    voucher_id: int = Field(foreign_key="voucher.id", index=True)
    external_id: str | None = Field(default=None, unique=True)
    order_ref: str | None = None
    amount_minor: int = Field(sa_type=BigInteger)
    redeemed_at: datetime
    actor: str
    rolled_back_at: datetime | None = None
