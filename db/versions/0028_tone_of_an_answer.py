"""Say what kind of answer a customer wrote

Revision: 0028, after 0027
"""

from alembic import op

from followup.store.word_checks import add_word_column, change_words

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TONES = ["opt_out", "legal", "angry", "question", "thanks", "plain"]
_REASONS = """
    own to_a_colleague erased twice no_case several_cases no_case_automatic not_proved foreign_token
    put_off_often nothing_due notice nobody_left put_off by_address opted_out made_right not_yet nobody_there
    did_not_arrive no_more_emails unreadable broke other
"""


def upgrade() -> None:
    add_word_column(op.get_bind(), "cases", "answer_tone", _TONES)
    change_words(op.get_bind(), "inboundmail", "reason_code", _REASONS.split())


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
