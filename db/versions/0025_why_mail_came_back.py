"""Say why mail came back, and for which cause an address is written to no more

Revision: 0025, after 0024
"""

from alembic import op

from followup.store.word_checks import add_word_column

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_CAUSES = ["address", "mailbox", "sender", "content", "policy", "protocol", "route", "time", "unknown"]


def upgrade() -> None:
    # A cause of rows of before is judged when it is asked for, by what the server said.
    add_word_column(op.get_bind(), "inboundmail", "cause", _CAUSES)
    add_word_column(op.get_bind(), "suppression", "cause", _CAUSES)


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
