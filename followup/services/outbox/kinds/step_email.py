"""Emails of a sequence that a case is enrolled in."""

from datetime import timedelta
from typing import ClassVar

from sqlmodel import col, select

from followup.domain.cases.case import CaseStatus
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.sequence import StepCondition
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import gesture_text
from followup.services.outbox.kinds.to_customer import ToCustomer
from followup.services.outbox.presend_checks import PresendDecision, PresendVerdict, Situation
from followup.services.shared.references import ref
from followup.services.shared.settled import overdue_from
from followup.store.tables import Email

_TRY_AGAIN = timedelta(days=1)


def _ended(s: Situation) -> PresendVerdict | None:
    """Skip an email that was claimed when its enrolment ended, and came back unsent."""
    if s.enrolment is None or s.enrolment.state is not EnrolmentState.ENDED:
        return None
    return PresendVerdict(PresendDecision.SKIP, s.enrolment.why or EmailReason.SERIES_ENDED.of())


def _voucher_ended(s: Situation) -> PresendVerdict | None:
    """Hold the first email of a sequence if it is about a voucher that has ended. The step that asks whether
    the voucher arrived is skipped instead."""
    why = presend_checks.voucher_ended_because(s)
    if why is None:
        return None
    if s.email.step == 1:
        return PresendVerdict(PresendDecision.HOLD, why.of())
    return PresendVerdict(PresendDecision.SKIP, why.of()) if _asks_whether_it_arrived(s) else None


def _resolved(s: Situation) -> PresendVerdict | None:
    """Skip the step that asks whether a promise arrived if the customer has confirmed it."""
    is_resolved = s.case.status is CaseStatus.RESOLVED and _asks_whether_it_arrived(s)
    return PresendVerdict(PresendDecision.SKIP, EmailReason.CASE_RESOLVED.of()) if is_resolved else None


def _nothing_to_follow(s: Situation) -> PresendVerdict | None:
    """Skip follow-ups if the first email was skipped or cancelled: they would refer to an email that the
    customer never got."""
    if s.enrolment is None or s.email.step == 1:
        return None
    left_out = s.session.exec(
        select(Email.id).where(
            col(Email.enrolment_id) == s.enrolment.id,
            col(Email.step) == 1,
            col(Email.state).in_((EmailState.SKIPPED, EmailState.CANCELLED)),
        )
    ).first()
    if left_out is None:
        return None
    return PresendVerdict(PresendDecision.SKIP, EmailReason.NOTHING_TO_FOLLOW.of())


def _paused(s: Situation) -> PresendVerdict | None:
    """Defer the emails of a paused enrolment."""
    is_paused = s.enrolment is not None and s.enrolment.state is EnrolmentState.PAUSED
    return (
        PresendVerdict(PresendDecision.DEFER, EmailReason.PAUSED.of(), s.now + _TRY_AGAIN)
        if is_paused
        else None
    )


def _not_its_turn_in_the_series(s: Situation) -> PresendVerdict | None:
    """Defer a follow-up until the email before it in the sequence is sent."""
    if s.enrolment is None:
        return None
    earlier = s.session.exec(
        select(Email)
        .where(
            col(Email.enrolment_id) == s.enrolment.id,
            col(Email.step) < s.email.step,
            col(Email.sent_at).is_(None),
            col(Email.state).not_in((EmailState.SKIPPED, EmailState.CANCELLED)),
        )
        .order_by(col(Email.step).desc())
    ).first()
    if earlier is None:
        return None
    why = (
        EmailReason.EARLIER_HELD.of(email=ref(earlier))
        if earlier.held_code
        else EmailReason.EARLIER_NOT_SENT.of(email=ref(earlier), state=earlier.state.value)
    )
    return PresendVerdict(
        PresendDecision.DEFER, why, s.rules.calendar(s.customer).next_open(s.now + _TRY_AGAIN)
    )


def _not_due_yet(s: Situation) -> PresendVerdict | None:
    """Defer the question whether something arrived until the day by which it was promised is over."""
    told = [gesture for gesture in (s.gesture, *s.besides) if gesture is not None]
    if not told or not _asks_whether_it_arrived(s):
        return None
    days = [overdue_from(s.rules, gesture.kind, gesture.issued_at or s.began_at) for gesture in told]
    late = max((day for day in days if day is not None), default=None)
    if late is None or late <= s.now:
        return None
    opens = s.rules.calendar(s.customer).next_open(late)
    return PresendVerdict(PresendDecision.DEFER, EmailReason.NOT_DUE_YET.of(), opens)


class StepEmail(ToCustomer):
    """A step of a sequence. The first step apologises; the others follow up on it, and are never sent before
    it."""

    kind: ClassVar = EmailKind.STEP

    checks: ClassVar = (
        presend_checks.erased,
        presend_checks.suppressed,
        presend_checks.closed,
        _ended,
        presend_checks.distressed,
        presend_checks.answered,
        presend_checks.reopened,
        presend_checks.taken_back,
        _voucher_ended,
        _resolved,
        _nothing_to_follow,
        presend_checks.enough,
        presend_checks.signer_gone,
        presend_checks.language_missing,
    )

    time_checks: ClassVar = (
        _paused,
        _not_its_turn_in_the_series,
        _not_due_yet,
        presend_checks.not_their_turn,
        presend_checks.answers_unseen,
    )

    def occasion(self, situation: Situation) -> str:
        """The enrolment that planned the email, and the number of its step."""
        gesture, enrolment = gesture_text(situation), situation.enrolment
        assert enrolment is not None
        began = f"{gesture} was issued, and the case was" if gesture else "The case was"
        return f"{began} enrolled in the sequence {enrolment.sequence}. {_step(situation)}"


def _step(s: Situation) -> str:
    """The number of the step and the rule for its time, as sequences.toml has them now."""
    email, enrolment = s.email, s.enrolment
    sequence = s.rules.sequences.by_name.get(enrolment.sequence) if enrolment else None
    step = next((step for step in sequence.steps if step.number == email.step), None) if sequence else None
    if step is None or step.template != email.template:
        return f"This is its email {email.step}, {email.template}."
    after = "at once" if step.after.quantity == 0 else f"{step.after} later"
    only = f", only if this holds: {step.only_if.meaning.lower()}" if step.only_if else ""
    return f"This is its email {email.step}, {email.template}, {after} by the customer's own clock{only}."


def _asks_whether_it_arrived(s: Situation) -> bool:
    """Whether the step asks if a promised gesture arrived. Raises InvalidFile or NotFound if sequences.toml
    cannot be used."""
    sequence = s.rules.sequences.by_name.get(s.enrolment.sequence) if s.enrolment else None
    steps = sequence.steps if sequence else ()
    return any(step.number == s.email.step and step.only_if is StepCondition.PROMISED for step in steps)
