"""Add to each email what it was handed to, and to each mail server when it took its last real email

Revision: 0006, after 0005

A mail server on this machine whose port has five digits is taken for a test server: the system chose its port.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_HANDED_TO = """
    UPDATE outbox SET transport = CASE
        WHEN EXISTS (SELECT 1 FROM emailevent WHERE email_id = outbox.id AND reason_code = 'written_to_file')
        THEN 'files'
        WHEN EXISTS (SELECT 1 FROM emailevent WHERE email_id = outbox.id AND state = 'sent'
                     AND reason_code = 'mail_server')
        THEN 'relay' END
    WHERE state = 'sent'
"""


def upgrade() -> None:
    # Written out, because adding a constraint otherwise copies the whole table on SQLite.
    op.execute(
        "ALTER TABLE outbox ADD COLUMN transport VARCHAR(24) CONSTRAINT ck_outbox_transport_word "
        "CHECK (transport IN ('relay', 'test_server', 'files'))"
    )
    op.add_column("outbox", sa.Column("relay", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column("relaystate", sa.Column("last_real_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.execute(_HANDED_TO)
    op.execute(
        "UPDATE relaystate SET last_real_at = last_accepted_at "
        "WHERE NOT (name LIKE '127.0.0.1:%' AND length(name) = 15)"
    )
    is_a_file = sa.text("transport = 'files'")
    op.create_index(
        "ix_outbox_to_files", "outbox", ["sent_at"], sqlite_where=is_a_file, postgresql_where=is_a_file
    )


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
