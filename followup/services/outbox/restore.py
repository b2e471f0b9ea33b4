"""An email that somebody cancelled or left out, put back: it goes after all, if it is still right."""

from datetime import datetime

from sqlmodel import Session

from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.errors import Refused, illegal_state
from followup.services.outbox import outbox, presend_checks
from followup.services.outbox.kinds.outbox_kind import first_of
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import PresendDecision
from followup.services.sequences import sender_eligibility
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import case_ref, ref
from followup.store.tables import Case, Customer, Email, Enrolment

_BY_A_PERSON = (None, EmailReason.PERSON)
"""The reasons of an email that a person stopped, in their own words or in none."""

_STOPS = (PresendDecision.SKIP, PresendDecision.END, PresendDecision.FAIL)


def restore(
    session: Session, rules: Configuration, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Schedule a cancelled or skipped email to a customer again, for its time or for now if that is over, at
    the address that the customer has now.

    Raises Refused for any other email, if no person had stopped it, if its sequence was ended, or if a check
    before sending would stop it."""
    session.refresh(email, with_for_update=True)
    if email.state not in (EmailState.CANCELLED, EmailState.SKIPPED) or email.kind not in TO_CUSTOMERS:
        raise illegal_state(
            f"{ref(email)} is {email.state.value.replace('_', ' ')}; only an email to a customer that was "
            "cancelled or skipped is restored.",
            hint=f"See what happened to it: followup outbox why {ref(email)}",
        )
    if email.reason_code not in _BY_A_PERSON:
        raise _not_right(email, email.reason or "")
    _revive(session, email)
    case = session.get_one(Case, email.case_id)
    email.to_address = session.get_one(Customer, case.customer_id).email
    (situation,) = presend_checks.situations(session, rules, [email], now=now)
    verdict = first_of(kind_of(email).checks_of(email), situation)
    if verdict is not None and verdict.decision in _STOPS:
        raise _not_right(email, verdict.reason.text)
    return outbox.schedule_again(session, email, now=now, actor=actor, because=because)


def _revive(session: Session, email: Email) -> None:
    """Let the enrolment of an email go on that was completed without it."""
    if email.enrolment_id is None:
        return
    enrolment = session.get_one(Enrolment, email.enrolment_id)
    if enrolment.state is EnrolmentState.ENDED:
        raise _not_right(email, enrolment.ended_because or "its sequence was ended")
    if enrolment.state is EnrolmentState.COMPLETED:
        other = sender_eligibility.active_enrolment(session, session.get_one(Case, enrolment.case_id))
        if other is not None:
            raise _not_right(email, f"the case is in the sequence {other.sequence} by now")
        enrolment.state, enrolment.ended_at = EnrolmentState.ACTIVE, None
        session.add(enrolment)
        session.flush()


def _not_right(email: Email, why: str) -> Refused:
    case = case_ref(email.case_id)
    return Refused(
        f"{ref(email)} is not restored, because it is not right any more: {why.rstrip('.')}.",
        hint=f"To begin anew: followup sequence enrol {case} --because …",
        code="email_not_right",
    )
