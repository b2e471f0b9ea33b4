"""Create the first tables: cases, gestures, budgets, the ledger, the outbox, the audit log

Revision: 0001, after nothing
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("team", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "role IN ('agent', 'senior', 'manager', 'director')", name=op.f("ck_agent_role_word")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("email", name=op.f("uq_agent_email")),
        sa.UniqueConstraint("login", name=op.f("uq_agent_login")),
    )
    op.create_table(
        "answeredkey",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("command", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answeredkey")),
    )
    op.create_table(
        "auditevent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditevent")),
        sa.UniqueConstraint("hash", name=op.f("uq_auditevent_hash")),
    )
    with op.batch_alter_table("auditevent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auditevent_subject"), ["subject"], unique=False)

    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("period", sa.String(24), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("timezone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("carry_over", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "period IN ('week', 'month', 'quarter', 'year', 'once')", name=op.f("ck_budget_period_word")
        ),
        sa.CheckConstraint("limit_minor >= 0", name=op.f("ck_budget_limit_minor_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("name", name=op.f("uq_budget_name")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("timezone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("segment", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("postal_address", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("email_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("address_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("marketing_consent", sa.Boolean(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("email", name=op.f("uq_customer_email")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_address_key"), ["address_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_phone_key"), ["phone_key"], unique=False)

    op.create_table(
        "worker",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("host", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_tick_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("stopped_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "budgetlimit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("since", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("only", sa.Boolean(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("limit_minor >= 0", name=op.f("ck_budgetlimit_limit_minor_not_negative")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_budgetlimit_budget_id_budget")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgetlimit")),
    )
    with op.batch_alter_table("budgetlimit", schema=None) as batch_op:
        batch_op.create_index("ix_budgetlimit_budget_id", ["budget_id"], unique=False)

    op.create_table(
        "budgetperiod",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("carried_in_minor", sa.BigInteger(), nullable=False),
        sa.Column("carried_out_minor", sa.BigInteger(), nullable=True),
        sa.Column("held_minor", sa.BigInteger(), nullable=False),
        sa.Column("committed_minor", sa.BigInteger(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("released_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "carried_in_minor >= 0 AND carried_out_minor >= 0",
            name=op.f("ck_budgetperiod_carried_in_minor_not_negative"),
        ),
        sa.CheckConstraint(
            "held_minor >= 0 AND committed_minor >= 0 AND spent_minor >= 0 AND released_minor >= 0",
            name=op.f("ck_budgetperiod_held_minor_not_negative"),
        ),
        sa.CheckConstraint(
            "soft OR held_minor + committed_minor + spent_minor + COALESCE(carried_out_minor, 0) <= limit_minor",
            name=op.f("ck_budgetperiod_within_limit"),
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_budgetperiod_budget_id_budget")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgetperiod")),
        sa.UniqueConstraint("budget_id", "period", name=op.f("uq_budgetperiod_budget_id_period")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("severity", sa.String(24), nullable=False),
        sa.Column("responsibility", sa.String(24), nullable=False),
        sa.Column("feeling", sa.String(24), nullable=True),
        sa.Column("channel", sa.String(24), nullable=True),
        sa.Column("verbatim", sa.Text(), nullable=True),
        sa.Column("order_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("order_value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("promised", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("mass_incident", sa.Boolean(), nullable=False),
        sa.Column("logged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("resolved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(24), nullable=True),
        sa.CheckConstraint(
            "channel IN ('phone', 'email', 'chat', 'in_person', 'web', 'social', 'post')",
            name=op.f("ck_cases_channel_word"),
        ),
        sa.CheckConstraint(
            "feeling IN ('frustrated', 'confused', 'worried', 'angry', 'let_down', 'embarrassed', 'ignored', 'treated_unfairly', 'inconvenienced', 'distressed')",
            name=op.f("ck_cases_feeling_word"),
        ),
        sa.CheckConstraint(
            "outcome IN ('recovered', 'lost', 'no_response')", name=op.f("ck_cases_outcome_word")
        ),
        sa.CheckConstraint(
            "responsibility IN ('ours', 'shared', 'theirs', 'nobody')",
            name=op.f("ck_cases_responsibility_word"),
        ),
        sa.CheckConstraint(
            "severity IN ('minor', 'moderate', 'serious', 'severe')", name=op.f("ck_cases_severity_word")
        ),
        sa.CheckConstraint("status IN ('open', 'resolved', 'closed')", name=op.f("ck_cases_status_word")),
        sa.CheckConstraint("order_value_minor >= 0", name=op.f("ck_cases_order_value_minor_not_negative")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_cases_agent_id_agent")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_cases_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("external_id", name=op.f("uq_cases_external_id")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_customer_id_logged_at", ["customer_id", "logged_at"], unique=False)
        batch_op.create_index("ix_cases_reason_logged_at", ["reason", "logged_at"], unique=False)

    op.create_table(
        "gesture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("gesture_class", sa.String(24), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("policy_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("reasoning", sa.JSON(), nullable=False),
        sa.Column("requested_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "gesture_class IN ('corrective', 'goodwill')", name=op.f("ck_gesture_gesture_class_word")
        ),
        sa.CheckConstraint(
            "kind IN ('apology', 'callback', 'discount', 'voucher', 'refund', 'credit', 'gift')",
            name=op.f("ck_gesture_kind_word"),
        ),
        sa.CheckConstraint(
            "state IN ('held', 'pending', 'issued', 'spent', 'rejected', 'withdrawn', 'expired', 'void')",
            name=op.f("ck_gesture_state_word"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_gesture_amount_minor_not_negative")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_gesture_agent_id_agent")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_gesture_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gesture")),
    )
    with op.batch_alter_table("gesture", schema=None) as batch_op:
        batch_op.create_index("ix_gesture_agent_id_requested_at", ["agent_id", "requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gesture_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_gesture_requested_at", ["requested_at"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("written_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_note_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gesture_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("approver_role", sa.String(24), nullable=False),
        sa.Column("requested_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "approver_role IN ('agent', 'senior', 'manager', 'director')",
            name=op.f("ck_approval_approver_role_word"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'countered', 'rejected', 'withdrawn', 'expired')",
            name=op.f("ck_approval_state_word"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["agent.id"], name=op.f("fk_approval_decided_by_agent")),
        sa.ForeignKeyConstraint(["gesture_id"], ["gesture.id"], name=op.f("fk_approval_gesture_id_gesture")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("gesture_id", name=op.f("uq_approval_gesture_id")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_state"), ["state"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("gesture_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ended_because", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'completed', 'ended')", name=op.f("ck_enrolment_state_word")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_enrolment_case_id_cases")),
        sa.ForeignKeyConstraint(["gesture_id"], ["gesture.id"], name=op.f("fk_enrolment_gesture_id_gesture")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "ledgerentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gesture_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("occasion", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("taken_from", sa.String(24), nullable=False),
        sa.Column("put_to", sa.String(24), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hold', 'commit', 'spend', 'release', 'reverse')", name=op.f("ck_ledgerentry_kind_word")
        ),
        sa.CheckConstraint(
            "put_to IN ('available', 'held', 'committed', 'spent', 'released')",
            name=op.f("ck_ledgerentry_put_to_word"),
        ),
        sa.CheckConstraint(
            "taken_from IN ('available', 'held', 'committed', 'spent', 'released')",
            name=op.f("ck_ledgerentry_taken_from_word"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledgerentry_amount_minor_positive")),
        sa.ForeignKeyConstraint(
            ["gesture_id"], ["gesture.id"], name=op.f("fk_ledgerentry_gesture_id_gesture")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledgerentry")),
        sa.UniqueConstraint(
            "gesture_id", "kind", "occasion", name=op.f("uq_ledgerentry_gesture_id_kind_occasion")
        ),
    )
    with op.batch_alter_table("ledgerentry", schema=None) as batch_op:
        batch_op.create_index("ix_ledgerentry_recorded_at", ["recorded_at"], unique=False)

    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gesture_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("salt", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('issued', 'redeemed', 'expired', 'void')", name=op.f("ck_voucher_state_word")
        ),
        sa.CheckConstraint(
            "redeemed_minor BETWEEN 0 AND amount_minor", name=op.f("ck_voucher_redeemed_within")
        ),
        sa.ForeignKeyConstraint(["gesture_id"], ["gesture.id"], name=op.f("fk_voucher_gesture_id_gesture")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_voucher_code_sha256")),
        sa.UniqueConstraint("gesture_id", name=op.f("uq_voucher_gesture_id")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index("ix_voucher_state_expires_on", ["state", "expires_on"], unique=False)

    op.create_table(
        "draw",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("budget_period_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["budget_period_id"], ["budgetperiod.id"], name=op.f("fk_draw_budget_period_id_budgetperiod")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["ledgerentry.id"], name=op.f("fk_draw_entry_id_ledgerentry")),
        sa.PrimaryKeyConstraint("entry_id", "budget_period_id", name=op.f("pk_draw")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index("ix_draw_budget_period_id", ["budget_period_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("gesture_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("template", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("to_address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('scheduled', 'claimed', 'transmitting', 'sent', 'failed', 'in_doubt', 'deferred', 'skipped', 'cancelled')",
            name=op.f("ck_outbox_state_word"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_outbox_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["gesture_id"], ["gesture.id"], name=op.f("fk_outbox_gesture_id_gesture")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("enrolment_id", "step", name=op.f("uq_outbox_enrolment_id_step")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.create_index(
            "ix_outbox_put_off",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'deferred'"),
            postgresql_where=sa.text("state = 'deferred'"),
        )
        batch_op.create_index(
            "ix_outbox_under_way",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state IN ('claimed', 'transmitting')"),
            postgresql_where=sa.text("state IN ('claimed', 'transmitting')"),
        )

    op.create_table(
        "redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("order_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("redeemed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rolled_back_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_redemption_voucher_id_voucher")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("external_id", name=op.f("uq_redemption_external_id")),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_voucher_id"), ["voucher_id"], unique=False)

    _forbid_changes("ledgerentry")
    _forbid_changes("auditevent")


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")


def _forbid_changes(table: str) -> None:
    """Add triggers that forbid changing and deleting rows: the ledger and the audit log are append-only,
    whichever program writes.
    """
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
