"""Add why a case was logged again, and which gestures were given again

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("again_because", sa.Text(), nullable=True))
    op.add_column(
        "gesture", sa.Column("again", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
