"""Where cases stand: their rows, gathered in a few queries, as the values from which their needs follow."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from followup.domain.cases.answer_tone import AnswerTone
from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import CaseStatus, Feeling, NoteUse, Outcome
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.cases.standing import CaseStanding, Letter, LetterState, Offer
from followup.domain.goodwill.gesture import ApprovalState, GestureKind, GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.single_email import Single
from followup.services.cases import owners
from followup.services.sequences import sender_eligibility
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref_of
from followup.services.shared.settled import overdue_from
from followup.store.tables import (
    Agent,
    Approval,
    Case,
    Customer,
    Email,
    EmailGesture,
    Enrolment,
    Gesture,
    InboundMail,
    Note,
    Suppression,
    Voucher,
)
from followup.store.tables.reason_columns import reason_in

_AT_ONCE = 5_000
"""Cases that are read together: databases limit the values of one statement."""

_CAME_TO = {
    GestureState.HELD: AttentionReason.GESTURE_HELD,
    GestureState.PENDING: AttentionReason.GESTURE_HELD,
    GestureState.ISSUED: AttentionReason.UNTOLD,
    GestureState.SPENT: AttentionReason.UNTOLD,
    GestureState.REJECTED: AttentionReason.GESTURE_REJECTED,
    GestureState.WITHDRAWN: AttentionReason.GESTURE_WITHDRAWN,
    GestureState.EXPIRED: AttentionReason.GESTURE_EXPIRED,
    GestureState.VOID: AttentionReason.GESTURE_VOID,
    GestureState.KEPT: AttentionReason.UNTOLD,
    GestureState.ADDED: AttentionReason.UNTOLD,
}
"""How the newest gesture of a case is listed if nothing else is to come."""

_BECOMES = {
    EmailState.SCHEDULED: LetterState.COMING,
    EmailState.DEFERRED: LetterState.COMING,
    EmailState.CLAIMED: LetterState.COMING,
    EmailState.TRANSMITTING: LetterState.COMING,
    EmailState.SENT: LetterState.SENT,
    EmailState.FAILED: LetterState.FAILED,
    EmailState.IN_DOUBT: LetterState.IN_DOUBT,
    EmailState.SKIPPED: LetterState.LEFT_OUT,
    EmailState.CANCELLED: LetterState.LEFT_OUT,
}
_WHILE_PAUSED = (EmailState.SCHEDULED, EmailState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case, its customer, and where it stands."""

    case: Case
    customer: Customer
    stands: CaseStanding


def standings(session: Session, rules: Configuration, numbers: Iterable[int]) -> Iterator[Standing]:
    """Where the cases with these numbers stand."""
    wanted = list(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        yield from _read(session, rules, wanted[start : start + _AT_ONCE])


def _read(session: Session, rules: Configuration, numbers: Sequence[int]) -> Iterator[Standing]:
    offers = _offers(session, rules, numbers)
    letters = _letters(session, numbers)
    pauses = _pauses(session, numbers)
    unplaced = _unplaced(session, numbers)
    notes: dict[int, list[Any]] = defaultdict(list)
    columns: list[Any] = [Note.case_id, Note.use, Note.written_at, Note.answer, Note.is_answer_alone]
    said = select(*columns).where(col(Note.case_id).in_(numbers)).order_by(col(Note.id))
    for note in session.execute(said).all():
        notes[note.case_id].append(note)
    read: list[Any] = [Case, Customer, Agent.name, Agent.active, Suppression.since]
    rows = session.execute(
        select(*read)
        .select_from(Case)
        .join(Customer, col(Customer.id) == col(Case.customer_id))
        .join(Agent, owners.owned_by(Agent))
        .outerjoin(Suppression, col(Suppression.address) == col(Customer.email))
        .where(col(Case.id).in_(numbers))
        .order_by(col(Case.id))
    )
    for case, customer, agent, is_active, since in rows.all():
        number = case.id or 0
        paused = pauses.get(number, (None, None))
        wrote_at, wrote_in = unplaced.get(number, (None, None))
        yield Standing(
            case,
            customer,
            CaseStanding(
                status=case.status,
                logged_at=case.logged_at,
                reopened_at=case.reopened_at,
                replied_at=case.replied_at,
                tone=case.answer_tone or AnswerTone.PLAIN,
                told_at=case.told_at,
                **_said(case, notes[number], letters[number]),
                wrote_at=wrote_at,
                wrote_in=wrote_in,
                is_distressed=case.feeling is Feeling.DISTRESSED,
                is_erased=customer.erased_at is not None,
                is_history=_is_history(case, notes[number], offers[number], letters[number]),
                has_phone=bool(customer.phone),
                suppressed_since=since,
                agent_left=None if is_active else agent,
                paused_since=paused[0],
                paused_until=paused[1],
                offers=tuple(offers[number]),
                letters=tuple(letters[number]),
            ),
        )


def _unplaced(session: Session, numbers: Sequence[int]) -> dict[int, tuple[datetime, str]]:
    """When the customer of each case last wrote an email that may be about several of their cases, and its
    reference."""
    columns: list[Any] = [Case.id, InboundMail.id, InboundMail.received_at, InboundMail.reason_values]
    query = (
        select(*columns)
        .join(Customer, col(Customer.email) == col(InboundMail.address))
        .join(Case, col(Case.customer_id) == col(Customer.id))
        .where(col(InboundMail.reason_code) == MessageReason.SEVERAL_CASES, col(Case.id).in_(numbers))
        .order_by(col(InboundMail.id))
    )
    found = {}
    for case, message, received_at, values in session.execute(query).all():
        if ref_of(Case, case) in values["cases"]:
            found[case] = (received_at, ref_of(InboundMail, message))
    return found


def _is_history(case: Case, notes: list[Any], offers: list[Offer], letters: list[Letter]) -> bool:
    """Whether nobody has touched a case since it was imported."""
    touched = case.replied_at or case.reopened_at or case.told_at
    return case.imported and not (touched or notes or offers or letters)


def _said(case: Case, notes: list[Any], letters: list[Letter]) -> dict[str, Any]:
    """What the notes of a case say about it."""
    by_us = [note.written_at for note in notes if note.use is not NoteUse.HEARD]
    heard = [note for note in notes if note.use is NoteUse.HEARD]
    newest = heard[-1] if heard else None
    sent = [letter.sent_at for letter in letters if letter.has_reached and letter.sent_at is not None]
    carried = [
        note.written_at
        for note in notes
        if note.use in (NoteUse.TELL, NoteUse.DONE) and any(at > note.written_at for at in sent)
    ]
    ended_by_them = case.status is CaseStatus.CLOSED and case.outcome is Outcome.RECOVERED
    is_unread = (
        newest is not None
        and newest is notes[-1]
        and newest.answer is OutcomeAnswer.MADE_RIGHT
        and not newest.is_answer_alone
        and ended_by_them
    )
    return {
        "noted_at": max(by_us, default=None),
        "carried_at": max(carried, default=None),
        "answer": newest.answer if newest is not None else None,
        "unread_since": newest.written_at if newest is not None and is_unread else None,
    }


def _offers(session: Session, rules: Configuration, numbers: Sequence[int]) -> dict[int, list[Offer]]:
    query = (
        select(Gesture, Approval, Voucher.state)
        .outerjoin(Approval, col(Approval.gesture_id) == col(Gesture.id))
        .outerjoin(Voucher, col(Voucher.gesture_id) == col(Gesture.id))
        .where(col(Gesture.case_id).in_(numbers))
        .order_by(col(Gesture.id))
    )
    announced = _announced(session, numbers)
    elsewhere = _written_to_elsewhere(session, numbers)
    consents = select(Case.id, Customer.marketing_consent).join(Customer).where(col(Case.id).in_(numbers))
    agreed = {number or 0: is_agreed for number, is_agreed in session.exec(consents).all()}
    found: dict[int, list[Offer]] = defaultdict(list)
    for gesture, approval, voucher in session.exec(query).all():
        is_issued = gesture.state is GestureState.ISSUED
        is_kept = gesture.state is GestureState.KEPT
        waits = gesture.state is GestureState.PENDING and approval is not None
        waits = waits and approval.state is ApprovalState.PENDING
        promised = is_issued and gesture.kind.is_handed_over
        found[gesture.case_id].append(
            Offer(
                name=ref_of(Gesture, gesture.id),
                requested_at=gesture.requested_at,
                issued_at=gesture.issued_at,
                ended_at=gesture.ended_at,
                is_standing=is_issued or is_kept,
                is_void=gesture.state is GestureState.VOID or voucher is VoucherState.VOID,
                is_expired=gesture.state is GestureState.EXPIRED,
                came_to=None if waits else _CAME_TO[gesture.state],
                decision_until=approval.expires_at if waits else None,
                was_announced=gesture.id in announced,
                is_call=gesture.kind is GestureKind.CALLBACK,
                arrives_by=(
                    overdue_from(rules, gesture.kind, gesture.issued_at)
                    if promised and gesture.issued_at
                    else None
                ),
                kept_until=gesture.kept_until if is_kept else None,
                not_written=_not_written(gesture, elsewhere, agreed[gesture.case_id]),
                is_paid=gesture.state is GestureState.SPENT and gesture.kind.is_handed_over,
            )
        )
    return found


def _not_written(gesture: Gesture, elsewhere: set[int | None], agreed: bool) -> AttentionReason | None:
    """Why no sequence told of a gesture, if that is known."""
    if gesture.id in elsewhere:
        return AttentionReason.ANOTHER_CASE
    return AttentionReason.NO_CONSENT if gesture.kind.is_advertising and not agreed else None


def _announced(session: Session, numbers: Sequence[int]) -> set[int | None]:
    """The gestures of which an email said that a decision is pending."""
    query = select(Email.gesture_id).where(
        col(Email.case_id).in_(numbers),
        col(Email.template) == Single.APPROVAL_DELAYED.value,
        col(Email.sent_at).is_not(None),
    )
    return set(session.exec(query).all())


def _written_to_elsewhere(session: Session, numbers: Sequence[int]) -> set[int | None]:
    """The issued gestures of cases without emails whose customers were written to about another case."""
    other = aliased(Case)
    unwritten = select(Enrolment.id).where(col(Enrolment.case_id) == col(Case.id))
    another = (
        select(Enrolment.id)
        .join(other, col(other.id) == col(Enrolment.case_id))
        .where(col(other.customer_id) == col(Case.customer_id), col(other.id) != col(Case.id))
    )
    query = (
        select(Case, Gesture)
        .join(Gesture, col(Gesture.case_id) == col(Case.id))
        .where(col(Case.id).in_(numbers), col(Gesture.issued_at).is_not(None))
        .where(~unwritten.exists(), another.exists())
    )
    # Few customers have another case, so that a query for each of these is cheap.
    return {
        gesture.id
        for case, gesture in session.exec(query).all()
        if gesture.issued_at and sender_eligibility.had_another_case(session, case, now=gesture.issued_at)
    }


def _letters(session: Session, numbers: Sequence[int]) -> dict[int, list[Letter]]:
    # Columns, because the bytes of the emails are large.
    columns: list[Any] = [
        *(Email.id, Email.case_id, Email.state, Email.template, Email.step, Email.kind, Email.due_at),
        *(Email.sent_at, Email.held_code, Email.held_detail, Email.enrolment_id, Email.gesture_id),
        *(Email.reason_code, Email.reason_values, Email.reason_detail),
        Gesture.state.label("gesture_state"),  # type: ignore[attr-defined]
        *(Enrolment.started_at, Enrolment.gesture_id.label("about"), Enrolment.state.label("series")),  # type: ignore[union-attr, attr-defined]
    ]
    query: Any = (
        select(*columns)
        .outerjoin(Enrolment, col(Enrolment.id) == col(Email.enrolment_id))
        .outerjoin(Gesture, col(Gesture.id) == col(Email.gesture_id))
        .where(col(Email.case_id).in_(numbers), col(Email.kind).in_(TO_CUSTOMERS))
        .order_by(col(Email.id))
    )
    returned = select(InboundMail.email_id).where(
        col(InboundMail.kind) == InboundKind.BOUNCE, col(InboundMail.case_id).in_(numbers)
    )
    back = set(session.exec(returned).all())
    besides = _besides(session, numbers)
    found: dict[int, list[Letter]] = defaultdict(list)
    for row in session.execute(query).all():
        told = besides[row.enrolment_id, None if row.enrolment_id is not None else row.id]
        found[row.case_id].append(_letter(row, frozenset(told), came_back=row.id in back))
    return found


def _besides(session: Session, numbers: Sequence[int]) -> dict[tuple[int | None, int | None], list[str]]:
    """By series, or by email where it belongs to none: the gestures told of besides."""
    query = (
        select(Email.id, Email.enrolment_id, EmailGesture.gesture_id)
        .join(EmailGesture, col(EmailGesture.email_id) == col(Email.id))
        .where(col(Email.case_id).in_(numbers))
    )
    found: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
    for number, series, gesture in session.exec(query).all():
        found[series, None if series is not None else number].append(ref_of(Gesture, gesture))
    return found


def _letter(row: Any, besides: frozenset[str], *, came_back: bool) -> Letter:
    state = _BECOMES[row.state]
    why = reason_in(row.reason_code, row.reason_values, row.reason_detail)
    text = None if why is None else why.text
    if row.state is EmailState.DEFERRED and row.held_code is not None:
        state, text = LetterState.HELD, row.held_detail or row.held_code.say()
    elif row.series is EnrolmentState.PAUSED and row.state in _WHILE_PAUSED:
        state = LetterState.PAUSED
    elif _is_pointless(row) and state is LetterState.COMING:
        state = LetterState.LEFT_OUT
    about = row.about if row.enrolment_id is not None else row.gesture_id
    return Letter(
        name=ref_of(Email, row.id),
        state=state,
        due_at=row.due_at,
        planned_at=row.started_at or row.due_at,
        series=row.enrolment_id,
        offer=None if about is None else ref_of(Gesture, about),
        besides=besides,
        was_added=row.template == Single.GIVEN_LATER.value,
        tells=row.kind.traits.tells or row.template == Single.GIVEN_LATER.value,
        is_first=row.kind.traits.in_series and row.step == 1,
        sent_at=row.sent_at,
        came_back=came_back,
        was_put_off=row.state is EmailState.DEFERRED,
        lacks_consent=row.reason_code is EmailReason.NO_CONSENT,
        why=text,
    )


def _is_pointless(row: Any) -> bool:
    """Whether it says that a decision takes its time, and the decision is made: it will be skipped."""
    is_decided = row.gesture_state is not GestureState.PENDING
    return row.template == Single.APPROVAL_DELAYED.value and is_decided


def _pauses(session: Session, numbers: Sequence[int]) -> dict[int, tuple[datetime, datetime | None]]:
    """Since when, and until when, the emails of cases are paused."""
    query = select(
        Enrolment.case_id, func.coalesce(Enrolment.paused_at, Enrolment.started_at), Enrolment.paused_until
    ).where(col(Enrolment.case_id).in_(numbers), col(Enrolment.state) == EnrolmentState.PAUSED)
    return {number: (since, until) for number, since, until in session.exec(query).all()}
