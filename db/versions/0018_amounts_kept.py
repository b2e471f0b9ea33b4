"""Keep amounts that are owed and too small to be paid out

Revision: 0018, after 0017
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from followup.store.word_checks import change_words

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATES = (
    *("held", "pending", "issued", "spent", "rejected", "withdrawn", "expired", "void"),
    *("kept", "added"),
)


def upgrade() -> None:
    op.add_column("gesture", sa.Column("kept_in", sa.String(), nullable=True))
    # In plain SQL: batch mode would make the table anew on SQLite.
    op.execute(
        "ALTER TABLE gesture ADD COLUMN kept_minimum_minor BIGINT "
        "CONSTRAINT ck_gesture_kept_minimum_minor_not_negative CHECK (kept_minimum_minor >= 0)"
    )
    op.execute(
        "ALTER TABLE gesture ADD COLUMN added_minor BIGINT NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_gesture_added_minor_not_negative CHECK (added_minor >= 0)"
    )
    op.execute(
        "ALTER TABLE gesture ADD COLUMN paid_with_id INTEGER "
        "CONSTRAINT fk_gesture_paid_with_id_gesture REFERENCES gesture (id)"
    )
    op.add_column("gesture", sa.Column("kept_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index("ix_gesture_kept_in", "gesture", ["kept_in"])
    change_words(op.get_bind(), "gesture", "state", _STATES)


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
