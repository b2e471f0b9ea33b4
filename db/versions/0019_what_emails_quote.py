"""Keep what of a customer's words emails quote, and what an agent wrote about a case

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("quote", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("summary", sa.Text(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
