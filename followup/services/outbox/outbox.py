"""What agents do with outbox emails: list, find, hold, release, skip, cancel, retry and resolve."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from followup.domain.letters.gate.finding import GateFinding
from followup.domain.outbox.email_reason import VOUCHER_ENDED, EmailReason
from followup.domain.outbox.email_state import EMAIL_MOVES, UNSENT_STATES, EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.domain.people.rights import Right
from followup.errors import Refused, WrongUsage, illegal_state
from followup.services.people import rights
from followup.services.sequences import email_events, enrolments
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import case_ref, find, ref
from followup.store.tables import Case, Customer, Email


def list_emails(
    session: Session, *, state: str | None, case_id: int | None, limit: int, held: bool = False
) -> list[Email]:
    """The first `limit` matching emails, in the order in which they are due. With `held`, only
    held emails."""
    query = select(Email).order_by(col(Email.due_at), col(Email.id)).limit(limit)
    if state:
        query = query.where(col(Email.state) == parse_input.word("state", state, EmailState))
    if held:
        query = query.where(col(Email.state) == EmailState.DEFERRED, col(Email.held_code).is_not(None))
    if case_id is not None:
        query = query.where(col(Email.case_id) == case_id)
    return list(session.exec(query).all())


def only_files(session: Session) -> list[Email]:
    """The emails that count as sent and are only files, the first written first."""
    query = (
        select(Email)
        .where(col(Email.transport) == MailTransport.FILES, col(Email.state) == EmailState.SENT)
        .order_by(col(Email.sent_at), col(Email.id))
    )
    return list(session.exec(query).all())


def find_email(session: Session, text: str) -> Email:
    """The email with a reference such as E-0012. Raises WrongUsage or NotFound."""
    return find(session, Email, text)


def hold(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Hold an email, whatever its due time, until a person releases it.

    Raises Refused if it is held already, was sent, or has ended."""
    _lock(session, email)
    if email.held_code is not None:
        raise illegal_state(
            f"{ref(email)} is held already: {email.held_because}",
            hint=f"Let it go with: followup outbox release {ref(email)} --because …",
        )
    if email.state not in UNSENT_STATES:
        raise _illegal(email, "held")
    why = _needed(because)
    email.held_code, email.held_detail = EmailReason.PERSON, why
    did = EmailReason.HELD_BY
    return _set(session, email, EmailState.DEFERRED, did, now=now, actor=actor, because=why)


def release(
    session: Session, rules: Configuration, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Release a held email; it is sent when it is due. The lint findings and voucher state that held it are
    stored as seen, and hold it no more.

    Raises WrongUsage if no agent acts or no reason is given, Refused if the email is not held, nobody signs
    it, or the actor may not let a text go that the gate caught, InvalidFile if it cannot be written."""
    # What writes emails is slow to load, and listing them needs none of it.
    from followup.services.outbox import presend_checks
    from followup.services.outbox.kinds.registry import kind_of

    _lock(session, email)
    if email.held_code is None:
        raise Refused(
            f"{ref(email)} is not held; it is {email.state.value.replace('_', ' ')}.",
            hint=f"See what it waits for: followup outbox why {ref(email)}",
            code="email_not_held",
        )
    if email.held_code is EmailReason.SIGNER_GONE:
        raise Refused(
            f"{ref(email)} is held because {EmailReason.SIGNER_GONE.say()}.",
            hint=f"Give the case to somebody: followup case set {case_ref(email.case_id)} --owner EMAIL. "
            "The email then goes by itself.",
            code="signer_gone",
        )
    if email.held_code is EmailReason.NO_LANGUAGE:
        (found,) = presend_checks.situations(session, rules, [email], now=now)
        if presend_checks.language_missing(found) is not None:
            raise Refused(
                f"{ref(email)} has no template in {found.customer.locale}, and goes in no other language.",
                hint=f"Say what they read: followup customer set {found.customer.email} --locale …; or add "
                f"the template; or write yourself and followup outbox skip {ref(email)} --because …",
                code="no_language",
            )
    why = _needed(because)
    _ = actor.needed_agent  # raises if no agent acts
    seen: list[list[str]] = []
    if email.held_code in (EmailReason.LINT, EmailReason.GATE):
        (situation,) = presend_checks.looked_at(session, rules, [email], now=now)
        errors = presend_checks.unreleased(email, kind_of(email).write(situation))
        if any(isinstance(finding, GateFinding) for finding in errors):
            rights.require(session, actor, Right.TEXTS)
        seen = [[finding.rule.value, finding.sentence] for finding in errors]
    elif email.held_code in VOUCHER_ENDED:
        seen = [[presend_checks.VOUCHER, email.held_code.value]]
    email.released = [*email.released, *(entry for entry in seen if entry not in email.released)]
    email.held_code = email.held_detail = None
    did = EmailReason.RELEASED_BY
    return _set(session, email, EmailState.SCHEDULED, did, now=now, actor=actor, because=why)


def language_given(
    session: Session, rules: Configuration, customer: Customer, *, now: datetime, actor: Actor
) -> None:
    """Let a customer's emails go on that were held for want of a template in their language, if there is one
    in what they have now."""
    of_customer = select(Case.id).where(col(Case.customer_id) == customer.id)
    held = _held(session, col(Email.case_id).in_(of_customer), EmailReason.NO_LANGUAGE)
    if not held:
        return
    from followup.services.outbox import presend_checks

    for found in presend_checks.situations(session, rules, held, now=now):
        if presend_checks.language_missing(found) is None:
            _let_go(session, found.email, f"their locale is {customer.locale}", now=now, actor=actor)


def texts_mended(session: Session, rules: Configuration, case: Case, *, now: datetime, actor: Actor) -> None:
    """Let the emails of a case go on that were held for a person's text or by the lint, if nothing is wrong
    with them any more."""
    held = _held(session, col(Email.case_id) == case.id, EmailReason.GATE, EmailReason.LINT)
    if not held:
        return
    from followup.services.outbox import presend_checks
    from followup.services.outbox.kinds.registry import kind_of

    for found in presend_checks.situations(session, rules, held, now=now):
        if not presend_checks.unreleased(found.email, kind_of(found.email).write(found)):
            _let_go(session, found.email, "the text was changed", now=now, actor=actor)


def _held(session: Session, which: ColumnElement[bool], *codes: EmailReason) -> list[Email]:
    """The unsent emails that are held for one of these reasons, oldest first."""
    is_held = (col(Email.held_code).in_(codes), col(Email.state) == EmailState.DEFERRED)
    return list(session.exec(select(Email).where(which, *is_held).order_by(col(Email.id))).all())


def _let_go(session: Session, email: Email, why: str, *, now: datetime, actor: Actor) -> None:
    """Schedule a held email again, because what held it is mended."""
    email.held_code = email.held_detail = None
    did = EmailReason.RELEASED_BY
    _set(session, email, EmailState.SCHEDULED, did, now=now, actor=actor, because=why)


def skip(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Skip one unsent email; the rest of its sequence continues.

    Raises Refused if it was sent or has ended, WrongUsage without a reason."""
    _lock(session, email)
    if email.state not in UNSENT_STATES:
        raise _illegal(email, EmailState.SKIPPED)
    why = _needed(because)
    did = EmailReason.SKIPPED_BY
    return _set(session, email, EmailState.SKIPPED, did, now=now, actor=actor, because=why)


def cancel(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Cancel one unsent email. Raises Refused if it was sent or has ended."""
    _lock(session, email)
    if email.state not in UNSENT_STATES:
        raise _illegal(email, EmailState.CANCELLED)
    did = EmailReason.CANCELLED_BY
    return _set(session, email, EmailState.CANCELLED, did, now=now, actor=actor, because=because)


def retry(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Schedule an email again that failed, is in doubt, or only became a file. One in doubt may then be sent
    twice.

    A failed email, or one that was written to a file, is written anew with the present template; one in doubt
    keeps its bytes. Raises Refused for any other state."""
    _lock(session, email)
    is_only_a_file = email.state is EmailState.SENT and email.transport is MailTransport.FILES
    if email.state not in (EmailState.FAILED, EmailState.IN_DOUBT) and not is_only_a_file:
        raise _illegal(email, EmailState.SCHEDULED)
    if email.state is not EmailState.IN_DOUBT:
        email.message = email.message_sha256 = email.message_id = email.subject = None
    return _again(session, email, EmailReason.RETRIED_BY, now=now, actor=actor, because=because)


def send_now(session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None) -> Email:
    """Let an email that waits go out at the next tick, written anew, with its attempts reset. Raises Refused
    if it does not wait, or if a person has to release it."""
    _lock(session, email)
    if email.state not in UNSENT_STATES or email.held_code is not None:
        raise _illegal(email, EmailState.SCHEDULED)
    email.message = email.message_sha256 = email.message_id = email.subject = None
    return _again(session, email, EmailReason.RETRIED_BY, now=now, actor=actor, because=because)


def resolve_as_sent(
    session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Record that an email in doubt was sent. Raises Refused if it is not in doubt."""
    _lock(session, email)
    if email.state is not EmailState.IN_DOUBT:
        raise _illegal(email, EmailState.SENT)
    email.sent_at = email.first_attempt_at or min(email.due_at, now)
    return _set(session, email, EmailState.SENT, EmailReason.SENT_BY, now=now, actor=actor, because=because)


def resolve_as_not_sent(
    session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Record that an email in doubt was not sent, and schedule it again with the same bytes. Raises Refused
    if it is not in doubt."""
    _lock(session, email)
    if email.state is not EmailState.IN_DOUBT:
        raise _illegal(email, EmailState.SCHEDULED)
    return _again(session, email, EmailReason.NOT_SENT_BY, now=now, actor=actor, because=because)


def schedule_again(
    session: Session, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Schedule an email again that a person had stopped, written anew: for its time, or for now if that is
    over."""
    due_at = email.due_at
    email.message = email.message_sha256 = email.message_id = email.subject = None
    _again(session, email, EmailReason.RETRIED_BY, now=now, actor=actor, because=because)
    email.due_at = max(due_at, now)
    session.add(email)
    session.flush()
    return email


def _again(
    session: Session, email: Email, did: EmailReason, *, now: datetime, actor: Actor, because: str | None
) -> Email:
    """Schedule the email again with its attempts reset, so that it gets the full retry time."""
    email.attempts = 0
    email.first_attempt_at = email.sent_at = email.transport = email.relay = None
    email.due_at = now
    return _set(session, email, EmailState.SCHEDULED, did, now=now, actor=actor, because=because)


def _lock(session: Session, email: Email) -> None:
    """Lock the row of the email until the transaction ends, and reload it."""
    session.refresh(email, with_for_update=True)


def _needed(because: str | None) -> str:
    if because is None:
        raise WrongUsage(
            "The reason is missing.", hint='Say it: --because "…"', code="email_step_without_reason"
        )
    return parse_input.line("because", because)


def _set(
    session: Session,
    email: Email,
    state: EmailState,
    did: EmailReason,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Email:
    """Change the state of an email; record in its history what the actor `did`, and the change in the audit
    log."""
    assert state in EMAIL_MOVES[email.state] or state is email.state
    if state is not EmailState.DEFERRED:
        email.held_code = email.held_detail = None
    email.stand(state, EmailReason.PERSON.of(because) if because is not None else None)
    session.add(email)
    session.flush()
    email_events.record(session, [(email.id, state, did.of(because))], now=now, actor=actor)
    enrolments.complete_if_done(session, email.enrolment_id, now=now)
    action = "held" if email.held_code else state.value
    audit.record(
        session, now=now, actor=actor, action=f"outbox {action}", subject=ref(email), because=because
    )
    return email


def _illegal(email: Email, state: str) -> Refused:
    return illegal_state(
        f"{ref(email)} is {email.state}, so it cannot become {state}.",
        hint=f"See what happened to it: followup outbox why {ref(email)}",
    )
