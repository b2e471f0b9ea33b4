"""Let a gesture be loyalty points, and keep how many they are

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

from followup.store.word_checks import change_words

revision = "0024"
down_revision = "0023"
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
    "points",
    "gift",
)


def upgrade() -> None:
    op.add_column("gesture", sa.Column("points", sa.BigInteger(), nullable=True))
    change_words(op.get_bind(), "gesture", "kind", _KINDS)


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
