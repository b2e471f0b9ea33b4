"""Add inbound email, the state of mail servers, and merged and erased customers

Revision: 0003, after 0002
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inboundmail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("email_id", sa.Integer(), nullable=True),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("permanent", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('reply', 'auto_reply', 'bounce', 'complaint', 'unsubscribe', 'unknown', 'unreadable')",
            name=op.f("ck_inboundmail_kind_word"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inboundmail_case_id_cases")),
        sa.ForeignKeyConstraint(["email_id"], ["outbox.id"], name=op.f("fk_inboundmail_email_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inboundmail")),
        sa.UniqueConstraint("digest", name=op.f("uq_inboundmail_digest")),
    )
    op.create_index("ix_inboundmail_case_id", "inboundmail", ["case_id"])
    op.create_index("ix_inboundmail_address_received_at", "inboundmail", ["address", "received_at"])
    op.create_table(
        "relaystate",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paused_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("paused_because", sa.Text(), nullable=True),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("last_accepted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_relaystate")),
    )
    op.create_table(
        "mark",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    not_sent = sa.text("state IN ('failed', 'in_doubt', 'skipped', 'cancelled')")
    op.create_index(
        "ix_outbox_not_sent", "outbox", ["state"], sqlite_where=not_sent, postgresql_where=not_sent
    )
    op.add_column("customer", sa.Column("erased_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    # Written out, because adding a constraint otherwise copies the whole table on SQLite.
    op.execute(
        "ALTER TABLE customer ADD COLUMN merged_into_id INTEGER "
        "CONSTRAINT fk_customer_merged_into_id_customer REFERENCES customer (id)"
    )
    op.create_index("ix_customer_merged_into_id", "customer", ["merged_into_id"])
    op.execute(
        "ALTER TABLE suppression ADD COLUMN customer_id INTEGER "
        "CONSTRAINT fk_suppression_customer_id_customer REFERENCES customer (id)"
    )
    op.create_index("ix_suppression_customer_id", "suppression", ["customer_id"])
    op.execute(
        "UPDATE suppression SET customer_id = "
        "(SELECT customer.id FROM customer WHERE customer.email = suppression.address)"
    )
    op.add_column("cases", sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    _remember_when_cases_were_closed()
    resolved = sa.text("status = 'resolved'")
    op.create_index(
        "ix_cases_resolved", "cases", ["resolved_at"], sqlite_where=resolved, postgresql_where=resolved
    )
    op.add_column("auditevent", sa.Column("because_salt", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    _let_reasons_be_taken_out()


def _remember_when_cases_were_closed() -> None:
    """Fill in the closing time of cases from the audit log, which has recorded it since the first release."""
    op.execute(
        "UPDATE cases SET closed_at = ("
        "SELECT max(happened_at) FROM auditevent WHERE action = 'case closed' AND subject = "
        "'C-' || CASE WHEN cases.id < 10 THEN '000' WHEN cases.id < 100 THEN '00' "
        "WHEN cases.id < 1000 THEN '0' ELSE '' END || cases.id"
        ") WHERE status = 'closed'"
    )


_KEPT = ("id", "happened_at", "actor", "action", "subject", "detail", "previous_hash", "hash")
"""The columns of an audit event that must never change."""


def _let_reasons_be_taken_out() -> None:
    """Allow removing the reason of an audit event, and nothing else. The audit log stays append-only."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _KEPT)
        op.execute("DROP TRIGGER auditevent_no_update")
        op.execute(
            "CREATE TRIGGER auditevent_no_update BEFORE UPDATE ON auditevent "
            f"WHEN NOT (NEW.because IS NULL AND NEW.because_salt IS NULL AND {same}) "
            "BEGIN SELECT RAISE(ABORT, 'auditevent is append-only'); END"
        )
        return
    same = " AND ".join(f"NEW.{column}::text IS NOT DISTINCT FROM OLD.{column}::text" for column in _KEPT)
    op.execute(
        "CREATE OR REPLACE FUNCTION auditevent_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.because IS NULL AND NEW.because_salt IS NULL AND {same} "
        "THEN RETURN NEW; END IF; RAISE EXCEPTION 'auditevent is append-only'; END $$"
    )
    # TRUNCATE deletes rows without firing row triggers.
    for table in ("auditevent", "ledgerentry"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
