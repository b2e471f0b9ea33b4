"""Export of all personal data of a customer as one document."""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any, cast

from sqlmodel import Session, SQLModel
from typing_extensions import TypedDict

from followup.domain.shared.reason import ReasonCode
from followup.mail.read_own_email import text_of
from followup.services.cases import correct_note
from followup.services.documents import serializers
from followup.services.documents.documents import AuditEventDocument
from followup.services.documents.serializers import Document, amount, instant
from followup.services.people import suppressions
from followup.services.privacy.personal_data import PersonalData, dossier_of
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref, ref_of
from followup.store.tables import (
    Agent,
    AnsweredKey,
    Approval,
    Budget,
    BudgetPeriod,
    Case,
    Customer,
    Draw,
    Email,
    EmailEvent,
    EmailGesture,
    Enrolment,
    Gesture,
    InboundMail,
    LedgerEntry,
    Note,
    Redemption,
    Suppression,
    Voucher,
)


class PersonalDataDocument(TypedDict):
    """All personal data of a customer: one list for each kind of record, oldest first."""

    exported_at: str
    customers: list[Document]
    cases: list[Document]
    notes: list[Document]
    gestures: list[Document]
    approvals: list[Document]
    vouchers: list[Document]
    redemptions: list[Document]
    ledger: list[Document]
    enrolments: list[Document]
    emails: list[Document]
    inbound: list[Document]
    suppressions: list[Document]
    log: list[AuditEventDocument]
    answers: list[Document]


def export(
    session: Session, customer: Customer, currency: str, *, now: datetime, actor: Actor
) -> PersonalDataDocument:
    """Export the data of a customer and of the records merged into theirs. Records the export with who asked
    for it.

    One key per kind of record (see docs/data-protection.md), each a list, oldest first; records refer to each
    other by reference."""
    dossier = dossier_of(session, customer)
    document = {
        "exported_at": instant(now),
        **{
            key: [write(session, dossier, row, currency) for row in dossier.of(table)]
            for key, (table, write) in PARTS.items()
        },
        "log": [serializers.audit_event(event) for event in dossier.events],
        "answers": [_answer(row) for row in dossier.answers],
    }
    audit.record(session, now=now, actor=actor, action="customer export", subject=f"customer {customer.id}")
    # The keys are those of PARTS; a test compares them with the type.
    return cast("PersonalDataDocument", document)


# ---- One function per kind of record


def _customer(_session: Session, _dossier: PersonalData, row: Customer, currency: str) -> Document:
    return {
        "number": row.id,
        **serializers.customer(row, currency),
        "added_at": instant(row.added_at),
        "merged_into": row.merged_into_id,
        "compared_as": {"email": row.email_key, "phone": row.phone_key, "postal_address": row.address_key},
    }


def _case(session: Session, dossier: PersonalData, row: Case, _currency: str) -> Document:
    return {
        **serializers.case(row, dossier.customer),
        "by": _agent(session, row.agent_id),
        "resolved_at": instant(row.resolved_at),
        "reopened_at": instant(row.reopened_at),
        "closed_at": instant(row.closed_at),
        "replied_at": instant(row.replied_at),
    }


def _note(session: Session, _dossier: PersonalData, row: Note, _currency: str) -> Document:
    return {**serializers.note(row, correct_note.number_of(session, row))}


def _gesture(session: Session, _dossier: PersonalData, row: Gesture, _currency: str) -> Document:
    return {
        "ref": ref(row),
        "case": ref_of(Case, row.case_id),
        "state": row.state.value,
        "kind": row.kind.value,
        "class": row.gesture_class.value,
        "amount": amount(row.amount_minor, row.currency),
        "currency": row.currency,
        "item": row.item,
        "points": row.points,
        "rule": row.rule,
        "policy_version": row.policy_version,
        "because": row.because,
        "reasoning": row.reasoning,
        "by": _agent(session, row.agent_id),
        "requested_at": instant(row.requested_at),
        "issued_at": instant(row.issued_at),
        "ended_at": instant(row.ended_at),
    }


def _approval(session: Session, _dossier: PersonalData, row: Approval, _currency: str) -> Document:
    return {
        "ref": ref(row),
        "gesture": ref_of(Gesture, row.gesture_id),
        "state": row.state.value,
        "approver_role": row.approver_role.value,
        "need": row.need.value,
        "requested_at": instant(row.requested_at),
        "expires_at": instant(row.expires_at),
        "decided_by": _agent(session, row.decided_by),
        "decided_at": instant(row.decided_at),
        "because": row.because,
    }


def _voucher(_session: Session, _dossier: PersonalData, row: Voucher, _currency: str) -> Document:
    return {
        "gesture": ref_of(Gesture, row.gesture_id),
        **{name: value for name, value in serializers.voucher(row).items() if name != "code"},
        "issued_at": instant(row.issued_at),
        "ended_at": instant(row.ended_at),
    }


def _redemption(_session: Session, dossier: PersonalData, row: Redemption, _currency: str) -> Document:
    of = next(voucher for voucher in dossier.of(Voucher) if voucher.id == row.voucher_id)
    return {
        "gesture": ref_of(Gesture, of.gesture_id),
        **serializers.redemption(row, of),
        "external_id": row.external_id,
    }


def _ledger_entry(session: Session, dossier: PersonalData, row: LedgerEntry, _currency: str) -> Document:
    drawn = [draw.budget_period_id for draw in dossier.of(Draw) if draw.entry_id == row.id]
    periods = [session.get_one(BudgetPeriod, number) for number in drawn]
    return {
        "gesture": ref_of(Gesture, row.gesture_id),
        "kind": row.kind.value,
        "from": row.taken_from.value,
        "to": row.put_to.value,
        "amount": amount(row.amount_minor, row.currency),
        "currency": row.currency,
        "at": instant(row.recorded_at),
        "by": row.actor,
        "budgets": [
            {"budget": session.get_one(Budget, period.budget_id).name, "period": period.period}
            for period in periods
        ],
    }


def _enrolment(_session: Session, _dossier: PersonalData, row: Enrolment, _currency: str) -> Document:
    return {
        "case": ref_of(Case, row.case_id),
        "gesture": None if row.gesture_id is None else ref_of(Gesture, row.gesture_id),
        "sequence": row.sequence,
        "state": row.state.value,
        "started_at": instant(row.started_at),
        "ended_at": instant(row.ended_at),
        "ended_because": row.ended_because,
        "ended_code": _code(row.ended_code),
    }


def _email(_session: Session, dossier: PersonalData, row: Email, _currency: str) -> Document:
    """An email as it was or will be sent: its headers and its text."""
    headers = message_from_bytes(row.message, policy=policy.default).items() if row.message else ()
    return {
        **serializers.email(row),
        "gesture": None if row.gesture_id is None else ref_of(Gesture, row.gesture_id),
        "also_tells_of": [
            ref_of(Gesture, told.gesture_id) for told in dossier.of(EmailGesture) if told.email_id == row.id
        ],
        "released": row.released,
        "headers": [[name, str(value)] for name, value in headers],
        "text": text_of(row.message) if row.message else None,
        "events": [
            {
                "at": instant(event.happened_at),
                "state": event.state.value,
                "reason": event.reason,
                "reason_code": _code(event.reason_code),
                "by": event.actor,
            }
            for event in dossier.of(EmailEvent)
            if event.email_id == row.id
        ],
    }


def _inbound(_session: Session, _dossier: PersonalData, row: InboundMail, _currency: str) -> Document:
    return {
        "received_at": instant(row.received_at),
        "kind": row.kind.value,
        "case": None if row.case_id is None else ref_of(Case, row.case_id),
        "email": None if row.email_id is None else ref_of(Email, row.email_id),
        "address": row.address,
        "permanent": row.permanent,
        "cause": row.cause.value if row.cause else None,
        "text": row.text,
        "reason": row.reason,
        "reason_code": _code(row.reason_code),
        "message_id": row.message_id,
    }


def _suppression(_session: Session, _dossier: PersonalData, row: Suppression, _currency: str) -> Document:
    return {**suppressions.document(row)}


def _answer(row: AnsweredKey) -> Document:
    return {
        "key": row.key,
        "command": row.command,
        "answer": row.answer,
        "answered_at": instant(row.answered_at),
    }


def _code(reason: ReasonCode | None) -> str | None:
    return None if reason is None else reason.value


def _agent(session: Session, number: int | None) -> str | None:
    return None if number is None else session.get_one(Agent, number).email


PARTS: dict[str, tuple[type[SQLModel], Callable[[Session, PersonalData, Any, str], Document]]] = {
    "customers": (Customer, _customer),
    "cases": (Case, _case),
    "notes": (Note, _note),
    "gestures": (Gesture, _gesture),
    "approvals": (Approval, _approval),
    "vouchers": (Voucher, _voucher),
    "redemptions": (Redemption, _redemption),
    "ledger": (LedgerEntry, _ledger_entry),
    "enrolments": (Enrolment, _enrolment),
    "emails": (Email, _email),
    "inbound": (InboundMail, _inbound),
    "suppressions": (Suppression, _suppression),
}
"""The keys of the export, each with its table."""

WITHIN: dict[type[SQLModel], str] = {EmailEvent: "emails", EmailGesture: "emails", Draw: "ledger"}
"""The tables whose rows are nested in those of another, and that one's key."""
