"""Say which gestures an email tells of besides its own

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emailgesture",
        sa.Column("email_id", sa.Integer(), nullable=False),
        sa.Column("gesture_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["email_id"], ["outbox.id"], name="fk_emailgesture_email_id_outbox"),
        sa.ForeignKeyConstraint(["gesture_id"], ["gesture.id"], name="fk_emailgesture_gesture_id_gesture"),
        sa.PrimaryKeyConstraint("email_id", "gesture_id", name="pk_emailgesture"),
    )
    op.create_index("ix_emailgesture_gesture_id", "emailgesture", ["gesture_id"])


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
