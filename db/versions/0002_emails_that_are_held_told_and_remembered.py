"""Add columns and tables for held emails, the history of an email, and sentences already sent

Revision: 0002, after 0001
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from followup.store.word_checks import add_word_column

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suppression",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('hard_bounce', 'complaint', 'unsubscribe', 'manual', 'erased')",
            name=op.f("ck_suppression_reason_word"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("address", name=op.f("uq_suppression_address")),
    )
    op.create_table(
        "practiceround",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("played_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_practiceround_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practiceround")),
    )
    with op.batch_alter_table("practiceround", schema=None) as batch_op:
        batch_op.create_index("ix_practiceround_agent_id_played_at", ["agent_id", "played_at"], unique=False)

    op.create_table(
        "emailevent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled', 'claimed', 'transmitting', 'sent', 'failed', 'in_doubt', 'deferred', 'skipped', 'cancelled')",
            name=op.f("ck_emailevent_state_word"),
        ),
        sa.ForeignKeyConstraint(["email_id"], ["outbox.id"], name=op.f("fk_emailevent_email_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emailevent")),
    )
    with op.batch_alter_table("emailevent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emailevent_email_id"), ["email_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reopened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("replied_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wording", sa.Integer(), server_default="0", nullable=False))

    add_word_column(op.get_bind(), "note", "use", ("internal", "tell", "done", "heard"), default="internal")
    add_word_column(op.get_bind(), "outbox", "kind", ("step", "single", "colleague"), default="step")
    op.execute("UPDATE outbox SET kind = 'colleague' WHERE enrolment_id IS NULL")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_because", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("released", sa.JSON(), server_default="[]", nullable=False))
        batch_op.create_index(
            "ix_outbox_single",
            ["gesture_id", "template"],
            unique=True,
            sqlite_where=sa.text("kind = 'single'"),
            postgresql_where=sa.text("kind = 'single'"),
        )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
