"""Keep since when the mailbox cannot be read

Revision: 0029, after 0028
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from followup.store.word_checks import change_email_reasons

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_EMAIL_REASONS = """
    paused earlier_held earlier_not_sent outside_hours outside_business_hours too_soon too_often
    not_due_yet mailbox_unread away lint gate voucher_used voucher_void voucher_expired signer_gone
    no_language case_closed case_resolved case_undone decided nothing_to_follow nothing_promised no_consent
    enough gesture_void gesture_rejected gesture_withdrawn gesture_expired series_ended
    schedule_removed answered all_well not_yet reopened distressed suppressed nobody_left erasure
    in_sequence written_to another_case cannot_be_written writing_broke mail_server result_unknown
    worker_stopped worker_died stopped_first takes_nothing restored_copy planned planned_at_once
    written_to_file held came_back complaint held_by released_by edited_by edit_dropped_by
    skipped_by cancelled_by retried_by sent_by not_sent_by paused_by resumed_by handed_over ended_by
    person other
"""


def upgrade() -> None:
    op.create_table(
        "mailboxstate",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unreadable_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("unreadable_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxstate")),
    )
    change_email_reasons(op.get_bind(), _EMAIL_REASONS.split())


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
