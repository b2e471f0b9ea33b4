"""Let a case have no day, where nobody knows when it happened

Revision: 0020, after 0019

Cases that were recorded before keep the day they have.
"""

from alembic import op

from followup.store.word_checks import edit_sqlite_table

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        edit_sqlite_table(connection, "cases", (r"(occurred_on DATE) NOT NULL", r"\1"))
    else:
        op.alter_column("cases", "occurred_on", nullable=True)


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
