"""Say that an email without a thread belongs to a case by its sender, or may belong to several

Revision: 0022, after 0021
"""

from alembic import op

from followup.store.word_checks import change_words

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_REASONS = """
    own to_a_colleague erased twice no_case several_cases no_case_automatic not_proved foreign_token
    put_off_often nothing_due nobody_left put_off by_address made_right not_yet nobody_there did_not_arrive
    no_more_emails unreadable broke other
"""


def upgrade() -> None:
    change_words(op.get_bind(), "inboundmail", "reason_code", _REASONS.split())


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
