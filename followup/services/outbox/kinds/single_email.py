"""Automatic emails to a customer about one gesture, outside any sequence."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sqlmodel import col, select

from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.single_email import Single
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import Check, gesture_text
from followup.services.outbox.kinds.to_customer import ToCustomer
from followup.services.outbox.presend_checks import PresendDecision, PresendVerdict, Situation
from followup.services.sequences import enrolments
from followup.services.shared.references import ref
from followup.store.tables import Email


def _delay_is_over(s: Situation) -> PresendVerdict | None:
    """Skip the notice of a pending decision once the decision is made."""
    waits = s.gesture is not None and s.gesture.state is GestureState.PENDING
    return None if waits else PresendVerdict(PresendDecision.SKIP, EmailReason.DECIDED.of())


def _nothing_to_remind_of(s: Situation) -> PresendVerdict | None:
    """Skip the reminder of a voucher that has ended."""
    why = presend_checks.voucher_ended_because(s)
    return PresendVerdict(PresendDecision.SKIP, why.of()) if why else None


_SKIPPED = (EmailState.SKIPPED, EmailState.CANCELLED)
_TRY_AGAIN = timedelta(days=1)


def _nothing_to_add_to(s: Situation) -> PresendVerdict | None:
    """Skip what was given later if the customer never got the first email: it would speak of that one."""
    first = _first_email(s)
    left_out = first is None or (first.sent_at is None and first.state in _SKIPPED)
    return PresendVerdict(PresendDecision.SKIP, EmailReason.NOTHING_TO_FOLLOW.of()) if left_out else None


def _not_before_the_first(s: Situation) -> PresendVerdict | None:
    """Defer what was given later until the first email is sent, and while the sequence is paused."""
    if s.email.template != Single.GIVEN_LATER.value:
        return None
    enrolment, first = enrolments.newest_enrolment(s.session, s.case), _first_email(s)
    is_paused = enrolment is not None and enrolment.state is EnrolmentState.PAUSED
    if not is_paused and (first is None or first.sent_at is not None):
        return None
    why = EmailReason.PAUSED.of()
    if first is not None and first.sent_at is None and not is_paused:
        why = EmailReason.EARLIER_NOT_SENT.of(email=ref(first), state=first.state.value)
    return PresendVerdict(
        PresendDecision.DEFER, why, s.rules.calendar(s.customer).next_open(s.now + _TRY_AGAIN)
    )


def _first_email(s: Situation) -> Email | None:
    """The first email of the case's newest sequence."""
    return s.session.exec(
        select(Email)
        .where(col(Email.case_id) == s.case.id, col(Email.kind) == EmailKind.STEP, col(Email.step) == 1)
        .order_by(col(Email.id).desc())
    ).first()


@dataclass(frozen=True, slots=True)
class _Part:
    """What differs between these emails. `occasion` is a clause that follows the gesture's reference."""

    checks: tuple[Check[Situation], ...]
    occasion: str


_PARTS: dict[str, _Part] = {
    Single.APPROVAL_DELAYED.value: _Part(
        (
            presend_checks.erased,
            presend_checks.suppressed,
            presend_checks.closed,
            presend_checks.distressed,
            presend_checks.answered,
            presend_checks.reopened,
            _delay_is_over,
            presend_checks.enough,
            presend_checks.signer_gone,
            presend_checks.language_missing,
        ),
        "waits for a decision. One business day later the customer is told that it takes its time.",
    ),
    Single.GIVEN_LATER.value: _Part(
        (
            presend_checks.erased,
            presend_checks.suppressed,
            presend_checks.closed,
            presend_checks.distressed,
            presend_checks.answered,
            presend_checks.reopened,
            presend_checks.taken_back,
            _nothing_to_add_to,
            _nothing_to_remind_of,
            presend_checks.enough,
            presend_checks.signer_gone,
            presend_checks.language_missing,
        ),
        "was issued after the first email about the case was written, so this one tells of it.",
    ),
    # A person reads it before it goes, and decides whether it still fits.
    Single.TAKEN_BACK.value: _Part(
        (
            presend_checks.erased,
            presend_checks.suppressed,
            presend_checks.signer_gone,
            presend_checks.language_missing,
        ),
        "was taken back after the customer was told of it. A person reads what corrects that before it goes.",
    ),
    # A voucher runs out whether its case is open or closed, so that stops no reminder; an answer does.
    Single.VOUCHER_EXPIRING.value: _Part(
        (
            presend_checks.erased,
            presend_checks.suppressed,
            presend_checks.distressed,
            presend_checks.ever_answered,
            presend_checks.taken_back,
            _nothing_to_remind_of,
            presend_checks.signer_gone,
            presend_checks.language_missing,
        ),
        "is not used up yet. Two weeks before the voucher's last day the customer is reminded of it.",
    ),
}


class SingleEmail(ToCustomer):
    """An email outside any sequence. Its template decides which of these emails it is."""

    kind: ClassVar = EmailKind.SINGLE

    time_checks: ClassVar = (
        _not_before_the_first,
        presend_checks.not_their_turn,
        presend_checks.answers_unseen,
    )

    def checks_of(self, email: Email) -> tuple[Check[Situation], ...]:
        """The presend checks that belong to the email's template."""
        return _PARTS[email.template].checks

    def occasion(self, situation: Situation) -> str:
        """What the email tells the customer about their gesture."""
        return f"{gesture_text(situation)} {_PARTS[situation.email.template].occasion}"
