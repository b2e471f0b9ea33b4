"""Count equal refusals of a mail server in a row

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relaystate", sa.Column("equal_refusals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("relaystate", sa.Column("refused_with", sa.Text(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
