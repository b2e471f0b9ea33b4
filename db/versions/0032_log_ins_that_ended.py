"""Know the alarm that somebody has to log in to a mail server again

Revision: 0032, after 0031
"""

from alembic import op

from followup.store.word_checks import change_words

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ALARMS = (
    "relay_refuses sender_refused mailbox_unread log_in_ended first_failed bounces_rising answers_unread"
)


def upgrade() -> None:
    change_words(op.get_bind(), "alarm", "code", _ALARMS.split())


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
