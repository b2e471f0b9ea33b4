"""Erasure: personal data is removed, amounts stay.

`TAKEN_OUT` says what becomes of each column that can hold personal data, and `KEPT` why the other columns may
stay; a test compares both with the tables. Nothing is left open: gestures not given yet are voided, cases are
closed, unsent emails are cancelled, and the address is suppressed.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col
from typing_extensions import TypedDict

from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.people.agent import Role
from followup.domain.people.customer_fields import (
    CUSTOMER_FIELDS,
    CustomerField,
    FieldForm,
    WhenErased,
)
from followup.domain.people.erased_address import stand_in
from followup.domain.people.rights import Right
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.reason import REMOVED_VALUES
from followup.errors import Refused
from followup.mail.file_transport import file_name
from followup.services.cases import cases
from followup.services.goodwill import gestures
from followup.services.people import erased_addresses, rights
from followup.services.privacy.personal_data import PersonalData, dossier_of
from followup.services.reporting import report_emails
from followup.services.sequences import email_events, enrolments
from followup.services.sequences.sender_eligibility import OPEN_STATES
from followup.services.shared import audit, idempotency, parse_input
from followup.services.shared.actors import Actor, manager_needed
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.settings import Settings
from followup.store import scrub
from followup.store.tables import (
    AnsweredKey,
    Approval,
    Case,
    Customer,
    Email,
    EmailEvent,
    Enrolment,
    Gesture,
    InboundMail,
    Note,
    Redemption,
    Suppression,
)


class StoppedFigures(TypedDict):
    """How much was open and is stopped."""

    gestures: int
    emails: int
    cases: int


class KeptFigures(TypedDict):
    """How much is kept, without the person."""

    gestures: int
    vouchers_outstanding: int


class ErasureFigures(TypedDict):
    """What erasing a person removes, stops and keeps. `customer` is the placeholder that replaces their
    address."""

    customer: str
    erased_at: str | None
    records: int
    cases: int
    notes: int
    emails: int
    files: int
    inbound: int
    reasons: int
    answers: int
    addresses: int
    stopped: StoppedFigures
    kept: KeptFigures


NAME = "erased"
_WHY = EmailReason.ERASURE.of()

TAKEN_OUT: dict[type[SQLModel], dict[str, Any]] = {
    Case: {
        "external_id": None,
        "verbatim": None,
        "what_happened": None,
        "answer": None,
        "quote": None,
        "summary": None,
        "order_ref": None,
        "promised": None,
        "again_because": None,
        "facts": {},
    },
    Gesture: {"because": None, "item": None, "reasoning": {}, "choice": None, "looks_first": False},
    Approval: {"because": None},
    Redemption: {"order_ref": None},
    Enrolment: {"ended_values": REMOVED_VALUES, "ended_detail": None},
    Email: {
        "message_id": None,
        "subject": None,
        "reason_values": REMOVED_VALUES,
        "reason_detail": None,
        "held_code": None,
        "held_detail": None,
        "released": [],
        "edited_subject": None,
        "edited_text": None,
        "message_sha256": None,
        "message": None,
    },
    EmailEvent: {"reason_values": REMOVED_VALUES, "reason_detail": None},
    InboundMail: {
        "message_id": None,
        "note_id": None,
        "address": None,
        "reason_code": None,
        "reason_values": None,
        "reason_detail": None,
        "text": None,
    },
}
"""The new values of columns that hold text about a person. Of an email's reason only the code is kept;
REMOVED_VALUES replace the values of a reason, if there is one. Notes are deleted; customers and suppressions
have functions of their own."""

KEPT: dict[str, str] = {
    **{
        f"customer.{field.column}": str(field.kept_because)
        for field in CUSTOMER_FIELDS
        if field.when_erased is WhenErased.KEPT
    },
    "cases.reason": "a word of the business, not of the person",
    "cases.currency": "money",
    "gesture.currency": "money",
    "gesture.rule": "the policy",
    "gesture.kept_in": "the policy's name of a sum",
    "gesture.policy_version": "the policy",
    "ledgerentry.occasion": "our own number of a redemption",
    "ledgerentry.currency": "money",
    "ledgerentry.actor": "who works here",
    "voucher.salt": "the code, which is whoever's who has it, stays good",
    "voucher.code_sha256": "as the salt",
    "voucher.hint": "as the salt",
    "voucher.currency": "money",
    "redemption.external_id": "the till's own number, by which it is not counted twice",
    "redemption.actor": "who works here",
    "enrolment.sequence": "a file's name",
    "outbox.template": "a file's name",
    "outbox.claimed_by": "a daemon",
    "outbox.relay": "a mail server",
    "emailevent.actor": "who works here, or a daemon",
    "suppression.actor": "who works here",
    "inboundmail.digest": "an email is not read twice",
}
"""The text columns that stay unchanged, and why they may."""


def erase(
    session: Session,
    rules: Configuration,
    customer: Customer,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> ErasureFigures:
    """Erase a person and the records merged into theirs, in the caller's transaction. Returns the same
    figures as `preview`. The caller clears the deleted bytes afterwards, see `scrub`.

    Reports that were sent may quote text about the person, so only their subjects are kept. An erased person
    who has written again can be erased again. Raises WrongUsage without a reason, Refused if the actor is
    neither a manager nor the daemon, and if something of theirs is not settled."""
    if actor.agent is not None and not rights.holds(actor.agent, Right.PERSONAL_DATA):
        raise manager_needed(
            f"Only a {Role.MANAGER} may erase somebody: it cannot be undone.",
            hint=f"Ask one. What it would remove: followup customer erase {customer.email} --dry-run",
        )
    why = parse_input.line("because", because) if because is not None else None
    dossier = dossier_of(session, customer)
    _require_settled(dossier)
    document = preview(rules, dossier)
    reports = report_emails.kept(session)
    _remove_files([*_files(rules, dossier.of(Email)), *_files(rules, reports)])
    reasons = audit.take_out_reasons(session, [event.id for event in dossier.events if event.id is not None])
    _take_out(session, dossier)
    _set(session, Email, [email.id for email in reports], "message", None)
    _keep_unreadable(session, dossier, now=now, actor=actor)
    for row in dossier.of(Customer):
        _anonymise(session, rules, row, now)
    session.expire_all()
    _stop(session, dossier, now=now, actor=actor)
    scrub.ask(session, now)
    audit.record(
        session,
        now=now,
        actor=actor,
        action="customer erase",
        subject=f"customer {customer.id}",
        because=why,
        detail={audit.REASONS_TAKEN_OUT: reasons},
    )
    return {**document, "erased_at": now.isoformat(timespec="seconds")}


def preview(rules: Configuration, dossier: PersonalData) -> ErasureFigures:
    """The figures of what erasing a person would remove, stop and keep. `customer` is the placeholder that
    replaces their address. Reads only."""
    emails = dossier.of(Email)
    return {
        "customer": stand_in(dossier.customer.id or 0),
        "erased_at": None,
        "records": len(dossier.of(Customer)),
        "cases": len(dossier.of(Case)),
        "notes": len(dossier.of(Note)),
        "emails": len(emails),
        "files": len(_files(rules, emails)),
        "inbound": len(dossier.of(InboundMail)),
        "reasons": sum(event.because is not None for event in dossier.events),
        "answers": len(dossier.answers),
        "addresses": len(dossier.addresses),
        "stopped": {
            "gestures": len(_open_gestures(dossier)),
            "emails": sum(email.state in UNSENT_STATES for email in emails),
            "cases": sum(not case.status.is_over for case in dossier.of(Case)),
        },
        "kept": {
            "gestures": len(dossier.of(Gesture)),
            "vouchers_outstanding": sum(
                gesture.kind.has_code and gesture.state is GestureState.ISSUED
                for gesture in dossier.of(Gesture)
            ),
        },
    }


# ---- What prevents an erasure


def _require_settled(dossier: PersonalData) -> None:
    for email in dossier.of(Email):
        if email.state in (EmailState.CLAIMED, EmailState.TRANSMITTING):
            raise Refused(
                f"{ref(email)} to this customer is being handed over just now.",
                hint="Try again in a minute.",
                code="email_under_way",
            )
        if email.state is EmailState.IN_DOUBT:
            raise Refused(
                f"{ref(email)} may or may not have gone out; once they are erased, nobody can find out.",
                hint=f"Say it first: followup outbox resolve {ref(email)} --sent, or --not-sent",
                code="email_in_doubt",
            )
    for gesture in dossier.of(Gesture):
        if is_owed(gesture):
            is_kept = gesture.state is GestureState.KEPT
            why = "kept and not paid out" if is_kept else f"issued and not {gesture.kind.handed_over}"
            first = (
                "Pay it out first (followup gesture issue"
                if is_kept
                else "Say so first (followup gesture pay"
            )
            raise Refused(
                f"{ref(gesture)}, a {gesture.kind}, is {why}; once they are erased, nobody knows whom it is "
                "for.",
                hint=f"{first} {ref(gesture)}), or take it back (gesture void).",
                code="gesture_owed",
            )


def is_owed(gesture: Gesture) -> bool:
    """Whether the person must stay known for a gesture to be given: kept, or still to be paid or sent."""
    is_promised = gesture.state is GestureState.ISSUED and gesture.kind.is_handed_over
    return is_promised or gesture.state is GestureState.KEPT


def _open_gestures(dossier: PersonalData) -> list[Gesture]:
    waiting = (GestureState.HELD, GestureState.PENDING)
    return [gesture for gesture in dossier.of(Gesture) if gesture.state in waiting]


# ---- What is removed


def _files(rules: Configuration, emails: Iterable[Email]) -> list[Path]:
    """The files of those emails that were written as files."""
    folder = rules.workspace.outbox_dir
    named = [folder / file_name(email.message) for email in emails if email.message]
    return [path for path in named if path.is_file()]


def _remove_files(files: Iterable[Path]) -> None:
    """Delete files before the commit: if that fails, the rows still name them for the next attempt."""
    for path in files:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Refused(
                f"{path} cannot be removed: {error.strerror}. Nobody was erased.",
                hint="Check who owns the file and its folder, then erase again.",
                code="file_stays",
            ) from error


def _take_out(session: Session, dossier: PersonalData) -> None:
    for table, texts in TAKEN_OUT.items():
        numbers = [row.id for row in dossier.rows[table]]
        for column, value in texts.items():
            _set(session, table, numbers, column, value)
    to_them = [row.id for row in dossier.of(Email) if row.kind.traits.to_customer]
    _set(session, Email, to_them, "to_address", stand_in(dossier.customer.id or 0))
    session.execute(delete(Note).where(col(Note.id).in_([row.id for row in dossier.of(Note)])))
    _set_answers(session, dossier.answers)


def _set(session: Session, table: Any, numbers: list[Any], column: str, value: Any) -> None:
    where = [table.id.in_(numbers)]
    if value is REMOVED_VALUES:
        where.append(getattr(table, column.replace("values", "code")).is_not(None))
    session.execute(
        update(table).where(*where).values({column: value}).execution_options(synchronize_session=False)
    )


def _set_answers(session: Session, answers: list[AnsweredKey]) -> None:
    for row in answers:
        row.answer = idempotency.TAKEN_OUT
        row.content_sha256 = ""
        session.add(row)


def _anonymise(session: Session, rules: Configuration, row: Customer, now: datetime) -> None:
    """Replace the customer's personal fields. The keys that would find the same person again are computed
    anew from them."""
    assert row.id is not None
    for field in CUSTOMER_FIELDS:
        if field.when_erased is not WhenErased.KEPT:
            setattr(row, field.column, _left_of(field, rules.settings, row.id))
    row.erased_at = row.erased_at or now
    session.add(row)
    session.flush()


def _left_of(field: CustomerField, settings: Settings, number: int) -> Any:
    if field.when_erased is WhenErased.REPLACED:
        return stand_in(number) if field.form is FieldForm.ADDRESS else NAME
    if field.when_erased is WhenErased.RESET:
        return getattr(settings, str(field.setting))
    return False if field.form is FieldForm.CONSENT else None


def _keep_unreadable(session: Session, dossier: PersonalData, *, now: datetime, actor: Actor) -> None:
    """Keep a salted hash of each address, so that nothing is sent there again."""
    readable = {row.address: row for row in dossier.of(Suppression)}
    for address in dossier.addresses:
        row = readable.get(address)
        entry = erased_addresses.find(session, address)
        if entry is not None and row is not None:
            session.delete(row)
        kept = entry or row
        if kept is None:
            kept = Suppression(address="", reason=SuppressionReason.ERASED, since=now, actor=actor.name)
        if entry is None:
            kept.address = erased_addresses.entry_for(session, address)
        kept.reason, kept.because, kept.customer_id = SuppressionReason.ERASED, None, None
        session.add(kept)
        session.flush()


# ---- What is stopped


def _stop(session: Session, dossier: PersonalData, *, now: datetime, actor: Actor) -> None:
    for gesture in _open_gestures(dossier):
        gestures.void(session, gesture, now=now, actor=actor, because=_WHY.text)
    for enrolment in dossier.of(Enrolment):
        if enrolment.state in OPEN_STATES:
            enrolments.end(session, enrolment, now=now, because=_WHY, actor=actor)
    for email in dossier.of(Email):
        if email.state in UNSENT_STATES:
            email.stand(EmailState.CANCELLED, _WHY)
            session.add(email)
            email_events.record(session, [(email.id, email.state, _WHY)], now=now, actor=actor)
    for case in dossier.of(Case):
        if not case.status.is_over:
            cases.move_case(session, case, CaseStatus.CLOSED, now=now, actor=actor, because=_WHY.text)
    session.flush()
