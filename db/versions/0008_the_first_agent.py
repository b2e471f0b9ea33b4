"""Mark the first agent of a workspace, who has a manager's rights

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark the agent who was added first."""
    op.add_column("agent", sa.Column("is_founder", sa.Boolean(), nullable=False, server_default=sa.false()))
    agent = sa.table("agent", sa.column("id", sa.Integer), sa.column("is_founder", sa.Boolean))
    first = sa.select(sa.func.min(agent.c.id)).scalar_subquery()
    op.execute(sa.update(agent).where(agent.c.id == first).values(is_founder=True))
