"""Tell colleagues by email what needs them

Revision: 0031, after 0030
"""

from alembic import op

from followup.store.word_checks import change_email_reasons, change_words, edit_sqlite_table

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_KINDS = ["step", "single", "colleague", "report", "notification"]
_HAS_ITS_CASE = "kind IN ('report', 'notification') OR case_id IS NOT NULL"
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
    nothing_needed person other
"""


def upgrade() -> None:
    connection = op.get_bind()
    change_words(connection, "outbox", "kind", _KINDS)
    if connection.dialect.name == "sqlite":
        was = r"CHECK \(kind = 'report' OR case_id IS NOT NULL\)"
        edit_sqlite_table(connection, "outbox", (was, f"CHECK ({_HAS_ITS_CASE})"))
    else:
        op.execute("ALTER TABLE outbox DROP CONSTRAINT ck_outbox_has_its_case")
        op.execute(f"ALTER TABLE outbox ADD CONSTRAINT ck_outbox_has_its_case CHECK ({_HAS_ITS_CASE})")
    change_email_reasons(connection, _EMAIL_REASONS.split())


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
