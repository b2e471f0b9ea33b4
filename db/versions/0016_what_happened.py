"""Add an agent's sentences for the customer to cases: what happened, and what they need to hear

Revision: 0016, after 0015

The search index covers both: its trigger on a changed case is made anew with the two columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TRIGGER = "casesearch_case_changed"
_CASE_COLUMNS = (
    "customer_id, order_ref, external_id, reason, verbatim, what_happened, answer, promised, facts"
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("what_happened", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("answer", sa.Text(), nullable=True))
    after = f"CREATE TRIGGER {_TRIGGER} AFTER UPDATE OF {_CASE_COLUMNS} ON cases"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {_TRIGGER}")
        note = "INSERT OR IGNORE INTO casesearchdue (case_id) SELECT new.id;"
        op.execute(f"{after} BEGIN {note} END")
    else:
        op.execute(f"DROP TRIGGER {_TRIGGER} ON cases")
        op.execute(f"{after} FOR EACH ROW EXECUTE FUNCTION {_TRIGGER}()")


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
