"""Keep alarms, and hold emails back while mail servers send them back for our sake

Revision: 0030, after 0029
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from followup.store.word_checks import add_word_column

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ALARMS = """
    'relay_refuses', 'sender_refused', 'mailbox_unread', 'first_failed', 'bounces_rising', 'answers_unread'
"""
_CAUSES = "address mailbox sender content policy protocol route time unknown"
_INSTANT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("relaystate", sa.Column("returns_since", _INSTANT(), nullable=True))
    op.add_column("relaystate", sa.Column("returned_with", sa.Text(), nullable=True))
    op.add_column("relaystate", sa.Column("returns_counted_from", _INSTANT(), nullable=True))
    op.add_column("relaystate", sa.Column("probed_at", _INSTANT(), nullable=True))
    op.add_column("relaystate", sa.Column("probes", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "alarm",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("began_at", _INSTANT(), nullable=False),
        sa.CheckConstraint(f"code IN ({_ALARMS})", name=op.f("ck_alarm_code_word")),
        sa.PrimaryKeyConstraint("code", "about", name=op.f("pk_alarm")),
    )
    add_word_column(op.get_bind(), "outbox", "cause", _CAUSES.split())
    op.create_index(
        "ix_outbox_sent_at",
        "outbox",
        ["sent_at"],
        sqlite_where=sa.text("sent_at IS NOT NULL"),
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_inboundmail_bounces",
        "inboundmail",
        ["received_at"],
        sqlite_where=sa.text("kind = 'bounce'"),
        postgresql_where=sa.text("kind = 'bounce'"),
    )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
