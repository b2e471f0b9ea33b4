"""Let a gesture be a replacement, a repair or a resend, and name its item

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

from followup.store.word_checks import change_words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KINDS = (
    "apology",
    "callback",
    "replacement",
    "repair",
    "resend",
    "discount",
    "voucher",
    "refund",
    "credit",
    "gift",
)


def upgrade() -> None:
    op.add_column("gesture", sa.Column("item", sa.Text(), nullable=True))
    change_words(op.get_bind(), "gesture", "kind", _KINDS)


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
