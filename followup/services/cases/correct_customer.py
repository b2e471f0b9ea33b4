"""The customer of a case, corrected: the case was logged for the wrong person.

Two people must never read of each other. So it is refused once anything went to or came from the wrong one,
and once money was promised, which is personal."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from followup.domain.cases.case import NoteUse, case_over
from followup.domain.goodwill.gesture import GestureState, Reach
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.shared.local_time import local_text
from followup.domain.shared.money import Money
from followup.errors import Refused, WrongUsage
from followup.services.cases import owners, undo_case
from followup.services.goodwill import gestures
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.people import customers
from followup.services.sequences import email_events, enrolments, sender_eligibility
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Email, Gesture, InboundMail, Note

_REACHED = (EmailState.CLAIMED, EmailState.TRANSMITTING, EmailState.IN_DOUBT, EmailState.SENT)


def give_to(
    session: Session,
    rules: Configuration,
    case: Case,
    email: str,
    name: str | None,
    *,
    now: datetime,
    actor: Actor,
) -> list[str]:
    """Correct whose case it is, in the caller's transaction: the customer with an address, who is added if
    there is a name. Emails to come are written anew for them, no earlier than the grace time from now. The
    audit log names both by number. Returns sentences about what to look at.

    Raises Refused if the case is over, an email has reached the wrong person or may have, they have written,
    or a gesture with money is requested or given; WrongUsage if it is their case already; NotFound for an
    unknown customer without a name."""
    session.refresh(case, with_for_update=True)
    if case.status.is_over:
        raise case_over(ref(case), case.status)
    wrong = customers.customer_of(session, case)
    right = _the_right_one(session, rules, email, name, now=now, actor=actor)
    if right.id == wrong.id:
        raise WrongUsage(
            f"{ref(case)} is {right.email}'s already.",
            hint=f"To correct their name or address: followup customer set {right.email} --help",
            code="customer_is_already",
        )
    _require_unknown_to(session, case)
    _require_no_money(session, rules, case, right, name, now=now)
    assert right.id is not None
    case.customer_id = right.id
    session.add(case)
    session.flush()
    ended = _write_to(session, rules, case, right, now=now, actor=actor)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="case set",
        subject=ref(case),
        detail={"changed": ["customer"], "customer_was": wrong.id, "customer_is": right.id},
    )
    return [*([ended] if ended else []), *_to_look_at(session, case)]


def _the_right_one(
    session: Session, rules: Configuration, email: str, name: str | None, *, now: datetime, actor: Actor
) -> Customer:
    found = customers.find_customer_or_none(session, email)
    if found is None and name:
        address = parse_input.address(email)
        return customers.add_customer(session, rules.settings, now=now, actor=actor, name=name, email=address)
    return found or customers.find_customer(session, email)


def _require_unknown_to(session: Session, case: Case) -> None:
    """Raise Refused if the customer has had an email about the case, or has written about it."""
    emails = enrolments.emails_of(session, case)
    reached = next((email for email in emails if email.state in _REACHED), None)
    heard = select(Note.id).where(col(Note.case_id) == case.id, col(Note.use) == NoteUse.HEARD)
    wrote = select(InboundMail.id).where(col(InboundMail.case_id) == case.id)
    if reached is not None:
        why = f"{ref(reached)} is {reached.state.value.replace('_', ' ')}"
    elif session.exec(heard).first() is not None or session.exec(wrote).first() is not None:
        why = "its customer has written about it"
    else:
        return
    raise Refused(
        f"{ref(case)} stays with its customer, because {why}: two people must not read of each other.",
        hint="Log it for the right one: followup case open --customer …; then take this one out: "
        f"followup case close {ref(case)} --mistake --because …",
        code="customer_knows",
    )


def _require_no_money(
    session: Session, rules: Configuration, case: Case, right: Customer, name: str | None, *, now: datetime
) -> None:
    """Raise Refused if gestures with money are requested or given: they were worked out for the wrong person.
    The hint is the shortest way to the right one, in commands that work in their order."""
    given = [one for one in gestures.gestures_of(session, case) if one.state in COUNTED]
    worth = [one for one in given if one.amount_minor is not None]
    if not worth:
        return
    named = ", ".join(f"{ref(one)} ({one.kind}, {one.state})" for one in worth)
    was = "was" if len(worth) == 1 else "were"
    until = undo_case.ends_at(rules, case)
    if until is not None and now < until and not any(one.state is GestureState.SPENT for one in given):
        hint = (
            f"Until {local_text(until, rules.settings.timezone)} take all of it back, with "
            f"followup case undo {ref(case)}, and log it for the right one: "
            f"followup case open --customer {right.email} …"
        )
    else:
        # The newest first: it may pay what an earlier one kept.
        void = [f"followup gesture void {ref(one)} --because …" for one in reversed(worth)]
        change = f"followup case set {ref(case)} --customer {right.email}" + (
            f' --name "{name}"' if name else ""
        )
        again = [_again(case, one, right, number) for number, one in enumerate(worth)]
        hint = f"In this order: {'; '.join([*void, change, *again])}"
    raise Refused(f"{named} {was} worked out for this customer.", hint=hint, code="customer_has_gesture")


def _again(case: Case, gesture: Gesture, right: Customer, number: int) -> str:
    """The command that requests for the right customer what the wrong one was given."""
    words = [f"followup gesture request {ref(case)} --kind {gesture.kind}"]
    if gesture.amount_minor is not None:
        words.append(f"--amount {Money(gesture.amount_minor, gesture.currency).text}")
    if gesture.item:
        words.append(f'--item "{gesture.item}"')
    if gesture.kind.needs is Reach.ADDRESS and not right.postal_address:
        words.append("--address …")
    if gesture.kind.needs is Reach.PHONE and not right.phone:
        words.append("--phone …")
    return " ".join([*words, *(["--again"] if number else []), "--because …"])


def _write_to(
    session: Session, rules: Configuration, case: Case, right: Customer, *, now: datetime, actor: Actor
) -> str | None:
    """Write the emails to come anew for the right customer. Returns why none is to come any more, if the
    right one must not be written to."""
    to_customer = col(Email.case_id) == case.id, col(Email.kind).in_(TO_CUSTOMERS)
    session.exec(
        update(Email)
        .where(*to_customer)
        # Also those that were stopped: somebody may restore them.
        .values(to_address=right.email, **owners.UNWRITTEN)
        .execution_options(synchronize_session="fetch")
    )
    to_come = owners.emails_to_come(session, case)
    if not to_come:
        return None
    why = sender_eligibility.suppressed_because(session, right.email)
    if why is None and sender_eligibility.had_another_case(session, case, now=now):
        why = EmailReason.ANOTHER_CASE.of()
    if why is not None:
        enrolments.end_active(session, case, now=now, because=why, actor=actor)
        return f"No email of {ref(case)} is to come any more: {why.text}."
    earliest = rules.calendar(right).next_open(now + timedelta(minutes=rules.settings.grace_minutes))
    for email in to_come:
        session.exec(
            update(Email)
            .where(col(Email.id) == email.id, col(Email.state).in_(UNSENT_STATES))
            .values(due_at=max(email.due_at, earliest))
            .execution_options(synchronize_session="fetch")
        )
    events = [
        (email.id, email.state, EmailReason.PLANNED.of(local_text(email.due_at, right.timezone)))
        for email in to_come
    ]
    email_events.record(session, events, now=now, actor=actor)
    return None


def _to_look_at(session: Session, case: Case) -> Iterator[str]:
    """What the emails to come would say to the right customer that the wrong one may have said."""
    if case.verbatim:
        yield (
            "Emails quote the words that the case has as this customer's own. If they are not: "
            f"followup case set {ref(case)} --verbatim ''"
        )
    if case.what_happened or case.answer:
        yield (
            "Emails say what happened and what you answered, as the case has it. Look through it: "
            f"followup case show {ref(case)}"
        )
    telling = select(Note.id).where(
        col(Note.case_id) == case.id, col(Note.use).in_((NoteUse.TELL, NoteUse.DONE))
    )
    if session.exec(telling).first() is not None:
        yield f"Notes are told to this customer. Look through them: followup case show {ref(case)}"
