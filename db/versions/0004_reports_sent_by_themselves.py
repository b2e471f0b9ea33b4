"""Add report schedules, and allow emails without a case

Revision: 0004, after 0003
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from followup.store.word_checks import change_words, edit_sqlite_table

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HAS_ITS_CASE = "kind = 'report' OR case_id IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "reportschedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reports", sa.JSON(), nullable=False),
        sa.Column("every", sa.String(24), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("timezone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("removed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "every IN ('day', 'weekday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', "
            "'sunday', 'month')",
            name=op.f("ck_reportschedule_every_word"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_reportschedule_agent_id_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reportschedule")),
    )
    still_there = sa.text("removed_at IS NULL")
    op.create_index(
        "ix_reportschedule_name",
        "reportschedule",
        ["name"],
        unique=True,
        sqlite_where=still_there,
        postgresql_where=still_there,
    )
    # Written out, because adding a constraint otherwise copies the whole table on SQLite.
    op.execute(
        "ALTER TABLE outbox ADD COLUMN schedule_id INTEGER "
        "CONSTRAINT fk_outbox_schedule_id_reportschedule REFERENCES reportschedule (id)"
    )
    op.add_column("outbox", sa.Column("occurs_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        has_its_case = f"case_id INTEGER CONSTRAINT ck_outbox_has_its_case CHECK ({_HAS_ITS_CASE})"
        edit_sqlite_table(connection, "outbox", ("case_id INTEGER NOT NULL", has_its_case))
    else:
        op.execute("ALTER TABLE outbox ALTER COLUMN case_id DROP NOT NULL")
        op.execute(f"ALTER TABLE outbox ADD CONSTRAINT ck_outbox_has_its_case CHECK ({_HAS_ITS_CASE})")
    change_words(connection, "outbox", "kind", ("step", "single", "colleague", "report"))
    # With separate indexes on customer and reason, SQLite chose the slower one.
    op.create_index("ix_cases_customer_id_reason_logged_at", "cases", ["customer_id", "reason", "logged_at"])
    # Amounts approved on a day count against the approver's own daily limit.
    op.create_index("ix_approval_decided_by_decided_at", "approval", ["decided_by", "decided_at"])
    of_reports = sa.text("kind = 'report'")
    op.create_index(
        "ix_outbox_report",
        "outbox",
        ["schedule_id", "occurs_at", "to_address"],
        unique=True,
        sqlite_where=of_reports,
        postgresql_where=of_reports,
    )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
