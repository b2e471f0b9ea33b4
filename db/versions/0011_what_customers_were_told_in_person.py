"""Remember what customers were told in person, until when a sequence is paused, and which cases were imported

Revision: 0011, after 0010

Cases that were resolved or closed before count as told then: nobody could say so at the time.
"""

import re

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from followup.store.word_checks import change_words

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = re.compile(r"C-(\d+)")


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.add_column("cases", sa.Column("told_at", moment, nullable=True))
    op.add_column(
        "cases", sa.Column("imported", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("enrolment", sa.Column("paused_at", moment, nullable=True))
    op.add_column("enrolment", sa.Column("paused_until", moment, nullable=True))
    change_words(op.get_bind(), "note", "use", ("internal", "tell", "done", "heard", "told"))
    is_open = sa.text("status = 'open'")
    op.create_index("ix_cases_open", "cases", ["id"], sqlite_where=is_open, postgresql_where=is_open)
    op.execute("UPDATE cases SET told_at = COALESCE(closed_at, resolved_at) WHERE status <> 'open'")
    _mark_imported()


def _mark_imported() -> None:
    """Mark the cases that imports have logged; the audit log names the first and the last of each."""
    imports = op.get_bind().execute(
        sa.text("SELECT subject, detail FROM auditevent WHERE action = 'case import' ORDER BY id")
    )
    for row in imports.all():
        numbers = [int(number) for number in _NUMBER.findall(row.subject or "")]
        if numbers:
            op.get_bind().execute(
                sa.text("UPDATE cases SET imported = true WHERE id BETWEEN :first AND :last"),
                {"first": min(numbers), "last": max(numbers)},
            )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
