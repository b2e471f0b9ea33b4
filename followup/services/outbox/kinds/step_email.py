"""Emails of a sequence that a case goes through."""

from typing import ClassVar

from followup.domain.outbox.email_kind import EmailKind
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import gesture_text
from followup.services.outbox.kinds.to_customer import ToCustomer
from followup.services.outbox.presend_checks import Situation


class StepEmail(ToCustomer):
    """A step of a sequence. The first apologises; those after it follow it up, and never go before it."""

    kind: ClassVar = EmailKind.STEP

    checks: ClassVar = (
        presend_checks.erased,
        presend_checks.suppressed,
        presend_checks.closed,
        presend_checks.ended,
        presend_checks.distressed,
        presend_checks.answered,
        presend_checks.reopened,
        presend_checks.taken_back,
        presend_checks.voucher_ended,
        presend_checks.resolved,
        presend_checks.nothing_to_follow,
        presend_checks.enough,
    )

    time_checks: ClassVar = (
        presend_checks.paused,
        presend_checks.not_its_turn_in_the_series,
        presend_checks.not_their_turn,
    )

    def occasion(self, situation: Situation) -> str:
        """The enrolment that planned it, and which step it is."""
        gesture, enrolment = gesture_text(situation), situation.enrolment
        assert enrolment is not None
        began = f"{gesture} was issued, and the case was" if gesture else "The case was"
        return f"{began} enrolled in the sequence {enrolment.sequence}. {_step(situation)}"


def _step(s: Situation) -> str:
    """Which step it is, and the rule for its time, in the words of the file of sequences as it is now."""
    email, enrolment = s.email, s.enrolment
    sequence = s.rules.sequences.by_name.get(enrolment.sequence) if enrolment else None
    step = next((step for step in sequence.steps if step.number == email.step), None) if sequence else None
    if step is None or step.template != email.template:
        return f"This is its email {email.step}, {email.template}."
    after = "at once" if step.after.quantity == 0 else f"{step.after} later"
    only = f", only if this holds: {step.only_if.meaning.lower()}" if step.only_if else ""
    return f"This is its email {email.step}, {email.template}, {after} by the customer's own clock{only}."
