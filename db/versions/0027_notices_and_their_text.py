"""Tell notices from absence notes, and keep the text of both

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

from followup.store.word_checks import change_words

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_KINDS = ["reply", "auto_reply", "notice", "bounce", "complaint", "unsubscribe", "unknown", "unreadable"]
_REASONS = """
    own to_a_colleague erased twice no_case several_cases no_case_automatic not_proved foreign_token
    put_off_often nothing_due notice nobody_left put_off by_address made_right not_yet nobody_there
    did_not_arrive no_more_emails unreadable broke other
"""


def upgrade() -> None:
    change_words(op.get_bind(), "inboundmail", "kind", _KINDS)
    change_words(op.get_bind(), "inboundmail", "reason_code", _REASONS.split())
    op.add_column("inboundmail", sa.Column("text", sa.Text(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
