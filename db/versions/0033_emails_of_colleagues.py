"""Tell the emails of colleagues from the customer's answers

Revision: 0033, after 0032
"""

from alembic import op

from followup.store.word_checks import change_words

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_REASONS = """
    own to_a_colleague by_a_colleague erased twice no_case several_cases no_case_automatic not_proved foreign_token
    put_off_often nothing_due notice nobody_left put_off by_address opted_out made_right not_yet nobody_there
    did_not_arrive no_more_emails unreadable broke other
"""


def upgrade() -> None:
    change_words(op.get_bind(), "inboundmail", "reason_code", _REASONS.split())


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
