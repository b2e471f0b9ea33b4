"""Let a case be taken back within its grace time

Revision: 0010, after 0009
"""

from alembic import op

from followup.store.word_checks import change_email_reasons, change_words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_EMAIL_REASONS = """
    paused earlier_held earlier_not_sent outside_hours outside_business_hours too_soon too_often away
    lint voucher_used voucher_void voucher_expired case_closed case_resolved case_undone decided
    nothing_to_follow nothing_promised no_consent enough gesture_void gesture_rejected gesture_withdrawn
    gesture_expired series_ended schedule_removed answered all_well not_yet reopened distressed
    suppressed nobody_left erasure in_sequence written_to another_case cannot_be_written writing_broke
    mail_server result_unknown worker_stopped worker_died stopped_first takes_nothing restored_copy
    planned planned_at_once written_to_file held came_back complaint held_by released_by skipped_by
    cancelled_by retried_by sent_by not_sent_by paused_by resumed_by ended_by person other
"""


def upgrade() -> None:
    change_words(op.get_bind(), "cases", "status", ("open", "resolved", "closed", "undone"))
    change_email_reasons(op.get_bind(), _EMAIL_REASONS.split())
    # Reports leave these out. There are few of them.
    op.execute("CREATE INDEX ix_cases_undone ON cases (id) WHERE status = 'undone'")


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
