"""Makes JSON documents from rows: one function per noun, with stable keys and amounts as text."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.people.customer_fields import CUSTOMER_FIELDS, FieldForm
from followup.domain.shared.money import Money
from followup.services.cases import case_notes
from followup.services.cases.similar_cases import SimilarCase
from followup.services.documents.documents import (
    AgentDocument,
    ApprovalDocument,
    AuditEventDocument,
    BudgetDocument,
    CaseCustomerDocument,
    CaseDocument,
    CaseWithGesturesDocument,
    CustomerDocument,
    DriftDocument,
    EmailDocument,
    ForecastDocument,
    GestureDocument,
    LedgerEntryDocument,
    NoteDocument,
    RedemptionDocument,
    SimilarCaseDocument,
    SumDocument,
    VoucherDocument,
    WholeCaseDocument,
    WholeVoucherDocument,
)
from followup.services.goodwill import budgets, gestures, kept_amounts, ledger, vouchers
from followup.services.goodwill.budget_forecasts import BudgetForecast
from followup.services.goodwill.budgets import Drift
from followup.services.people import customers
from followup.services.sequences import enrolments
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import case_ref, ref
from followup.store.references import ref_of
from followup.store.tables import (
    Agent,
    Approval,
    AuditEvent,
    Budget,
    BudgetPeriod,
    Case,
    Customer,
    Email,
    Gesture,
    LedgerEntry,
    Note,
    Redemption,
    Voucher,
)

Document = dict[str, Any]


def amount(amount_minor: int | None, currency: str) -> str | None:
    """An amount as decimal text without its currency: "12.50"."""
    return None if amount_minor is None else Money(amount_minor, currency).text


def instant(moment: datetime | None) -> str | None:
    """An instant as RFC 3339 text with an offset."""
    return None if moment is None else moment.isoformat(timespec="seconds")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def agent(row: Agent) -> AgentDocument:
    """An agent."""
    return {
        "name": row.name,
        "email": row.email,
        "role": row.role.value,
        "team": row.team,
        "login": row.login,
        "active": row.active,
    }


def customer(row: Customer, currency: str) -> CustomerDocument:
    """A customer: texts first, then amounts with their currency, then consents."""
    own = {field: getattr(row, field.column) for field in CUSTOMER_FIELDS}
    money, consent = FieldForm.MONEY, FieldForm.CONSENT
    document = {
        **{field.key: value for field, value in own.items() if field.form not in (money, consent)},
        **{field.key: amount(value, currency) for field, value in own.items() if field.form is money},
        "currency": currency,
        **{
            field.key: ["marketing"] if value else [] for field, value in own.items() if field.form is consent
        },
        "erased_at": instant(row.erased_at),
    }
    return cast("CustomerDocument", document)


def customer_of_case(person: Customer) -> CaseCustomerDocument:
    """The customer of a case, as far as who has it needs to know."""
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "erased_at": instant(person.erased_at),
    }


def case(row: Case, person: Customer) -> CaseDocument:
    """A case."""
    return {
        "ref": ref(row),
        "status": row.status.value,
        "reason": row.reason,
        "severity": row.severity.value,
        "responsibility": row.responsibility.value,
        "feeling": row.feeling.value if row.feeling else None,
        "channel": row.channel.value if row.channel else None,
        "customer": customer_of_case(person),
        "verbatim": row.verbatim,
        "what_happened": row.what_happened,
        "answer": row.answer,
        "quote": row.quote,
        "summary": row.summary,
        "order": row.order_ref,
        "order_value": amount(row.order_value_minor, row.currency),
        "currency": row.currency,
        "occurred_on": _day(row.occurred_on),
        "promised": row.promised,
        "facts": row.facts,
        "mass_incident": row.mass_incident,
        "external_id": row.external_id,
        "logged_at": instant(row.logged_at),
        "outcome": row.outcome.value if row.outcome else None,
        "again_because": row.again_because,
    }


def case_with_gestures(session: Session, row: Case) -> CaseWithGesturesDocument:
    """A case with its gestures."""
    return {
        **case(row, customers.customer_of(session, row)),
        "gestures": [gesture(session, found) for found in gestures.gestures_of(session, row)],
    }


def case_whole(session: Session, row: Case) -> WholeCaseDocument:
    """A case with its gestures, emails and notes."""
    return {
        **case_with_gestures(session, row),
        "emails": [email(found) for found in enrolments.emails_of(session, row)],
        "notes": [note(found, number) for number, found in enumerate(case_notes.notes_of(session, row), 1)],
    }


def similar_case(found: SimilarCase) -> SimilarCaseDocument:
    """A recorded case that a new one may repeat."""
    row = found.case
    return {
        "ref": ref(row),
        "same": found.likeness.value,
        "status": row.status.value,
        "reason": row.reason,
        "severity": row.severity.value,
        "order": row.order_ref,
        "logged_at": instant(row.logged_at),
        "logged_by": found.agent.name,
        "given": [
            {
                "ref": ref(gesture),
                "kind": gesture.kind.value,
                "state": gesture.state.value,
                "amount": amount(gesture.amount_minor, gesture.currency),
                "currency": gesture.currency,
            }
            for gesture in found.given
        ],
    }


def note(row: Note, number: int) -> NoteDocument:
    """A note on a case, with its number there."""
    return {
        "number": number,
        "case": ref_of(Case, row.case_id),
        "by": row.actor,
        "at": instant(row.written_at),
        "use": row.use.value,
        "text": row.body,
    }


def gesture(session: Session, row: Gesture, rules: Configuration | None = None) -> GestureDocument:
    """A gesture with its approval and the amounts it draws on budgets. With `rules`, its voucher code is in
    clear."""
    issued = vouchers.voucher_of(session, row) if row.kind.has_code else None
    asked = gestures.approval_of(session, row)
    requester = session.get(Agent, row.agent_id)
    assert requester is not None
    not_written = gestures.not_written_because(session, row)
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
        "again": row.again,
        "requested_by": requester.email,
        "requested_at": instant(row.requested_at),
        "issued_at": instant(row.issued_at),
        "approval": None
        if asked is None
        else {"ref": ref(asked), "state": asked.state.value, "approver_role": asked.approver_role.value},
        "voucher": None if issued is None else voucher(issued, rules),
        "not_written_because": not_written.text if not_written else None,
        "not_written_code": not_written.code.value if not_written else None,
        "holds": [
            {
                "budget": budget.name,
                "period": period.period,
                "amount": amount(row.amount_minor, row.currency),
                "currency": row.currency,
            }
            for budget, period in ledger.holds_of(session, row)
        ],
        "sum": _sum(session, row),
    }


def _sum(session: Session, row: Gesture) -> SumDocument | None:
    if row.kept_in is None and not row.added_minor:
        return None
    adds = kept_amounts.added_to(session, row) if row.added_minor else []
    return {
        "name": row.kept_in,
        "own": amount((row.amount_minor or 0) - row.added_minor, row.currency),
        "minimum": amount(row.kept_minimum_minor, row.currency),
        "until": instant(row.kept_until) if row.state is GestureState.KEPT else None,
        "paid_with": None if row.paid_with_id is None else ref_of(Gesture, row.paid_with_id),
        "adds": [
            {
                "ref": ref(one),
                "case": ref_of(Case, one.case_id),
                "amount": amount(one.amount_minor, one.currency),
            }
            for one in adds
        ],
    }


def voucher(row: Voucher, rules: Configuration | None = None) -> VoucherDocument:
    """A voucher. With `rules`, its code is in clear. A voucher that has ended has nothing left."""
    is_over = row.state in (VoucherState.EXPIRED, VoucherState.VOID)
    return {
        "code": vouchers.code_of(rules, row) if rules else None,
        "hint": row.hint,
        "state": row.state.value,
        "amount": amount(row.amount_minor, row.currency),
        "redeemed": amount(row.redeemed_minor, row.currency),
        "left": amount(0 if is_over else row.amount_minor - row.redeemed_minor, row.currency),
        "currency": row.currency,
        "expires_on": _day(row.expires_on),
    }


def voucher_whole(session: Session, row: Voucher) -> WholeVoucherDocument:
    """A voucher with whose it is, its gesture and its redemptions."""
    case = session.get_one(Case, session.get_one(Gesture, row.gesture_id).case_id)
    return {
        **voucher(row),
        "gesture": ref_of(Gesture, row.gesture_id),
        "case": ref(case),
        "customer": customer_of_case(customers.customer_of(session, case)),
        "redemptions": [redemption(found, row) for found in vouchers.redemptions_of(session, row)],
    }


def redemption(row: Redemption, of: Voucher) -> RedemptionDocument:
    """One redemption of a voucher."""
    return {
        "amount": amount(row.amount_minor, of.currency),
        "currency": of.currency,
        "order": row.order_ref,
        "redeemed_at": instant(row.redeemed_at),
        "by": row.actor,
        "rolled_back_at": instant(row.rolled_back_at),
    }


def approval(session: Session, row: Approval, asked: Gesture) -> ApprovalDocument:
    """An approval with its gesture and case."""
    decided_by = session.get(Agent, row.decided_by) if row.decided_by else None
    return {
        "ref": ref(row),
        "state": row.state.value,
        "approver_role": row.approver_role.value,
        "need": row.need.value,
        "requested_at": instant(row.requested_at),
        "expires_at": instant(row.expires_at),
        "decided_by": decided_by.email if decided_by else None,
        "decided_at": instant(row.decided_at),
        "because": row.because,
        "gesture": gesture(session, asked),
    }


def budget(session: Session, row: Budget, now: datetime, period: str | None = None) -> BudgetDocument:
    """A budget with its figures in one period, by default the present one. `limit` includes `carried_in`."""
    standing = budgets.standing(session, row, period) if period else budgets.standing_now(session, row, now)
    figures = standing.figures
    return {
        "name": row.name,
        "period": standing.period,
        "every": row.period.value,
        "currency": row.currency,
        "limit": amount(figures.limit_minor, row.currency),
        "held": amount(figures.held_minor, row.currency),
        "committed": amount(figures.committed_minor, row.currency),
        "spent": amount(figures.spent_minor, row.currency),
        "released": amount(figures.released_minor, row.currency),
        "available": amount(figures.available_minor, row.currency),
        "carried_in": amount(standing.carried_in_minor, row.currency),
        "carried_out": amount(standing.carried_out_minor, row.currency),
        "soft": standing.soft,
        "carry_over": row.carry_over,
        "scopes": [f"{field}={value}" for field, value in row.scopes],
        "starts_anew_on": _day(budgets.days_of(row, standing.period)[1]),
    }


def forecast(found: BudgetForecast) -> ForecastDocument:
    """The forecast of a budget. `pending` and `outstanding_vouchers` are included in `used`."""
    row, figures, outlook = found.budget, found.standing.figures, found.outlook
    return {
        "name": row.name,
        "period": found.standing.period,
        "currency": row.currency,
        "limit": amount(figures.limit_minor, row.currency),
        "used": amount(figures.used_minor, row.currency),
        "available": amount(figures.available_minor, row.currency),
        "business_days_elapsed": outlook.business_days_elapsed,
        "business_days_left": outlook.business_days_left,
        "burn_per_business_day": amount(outlook.burn_minor, row.currency),
        "expected_at_end": amount(outlook.expected_at_end_minor, row.currency),
        "exhausted_on": _day(outlook.exhausted_on),
        "pending": amount(found.pending_minor, row.currency),
        "outstanding_vouchers": amount(found.outstanding_minor, row.currency),
        "if_all_redeemed": amount(found.if_all_redeemed_minor, row.currency),
        "if_none_redeemed": amount(found.if_none_redeemed_minor, row.currency),
        "soft": found.standing.soft,
        "starts_anew_on": _day(budgets.days_of(row, found.standing.period)[1]),
    }


def ledger_entry(entry: LedgerEntry, period: BudgetPeriod, about: Gesture) -> LedgerEntryDocument:
    """A ledger entry with its effect on one budget."""
    return {
        "at": instant(entry.recorded_at),
        "period": period.period,
        "kind": entry.kind.value,
        "amount": amount(entry.amount_minor, entry.currency),
        "currency": entry.currency,
        "from": entry.taken_from.value,
        "to": entry.put_to.value,
        "gesture": ref(about),
        "by": entry.actor,
    }


def drift(found: Drift) -> DriftDocument:
    """A figure that differs from the sum of its ledger entries."""
    return {
        "budget": found.budget,
        "period": found.period,
        "field": found.figure.value,
        "stored": amount(found.stored_minor, found.currency),
        "computed": amount(found.computed_minor, found.currency),
        "currency": found.currency,
    }


def email(row: Email) -> EmailDocument:
    """A row of the outbox."""
    return {
        "id": ref(row),
        "case": case_ref(row.case_id),
        "kind": row.kind.value,
        "step": row.step,
        "template": row.template,
        "state": row.state.value,
        "held": row.held_code is not None,
        "held_because": row.held_because,
        "held_code": row.held_code.value if row.held_code else None,
        "due_at": instant(row.due_at),
        "sent_at": instant(row.sent_at),
        "transport": row.transport.value if row.transport else None,
        "relay": row.relay,
        "message_id": row.message_id,
        "to": row.to_address,
        "subject": row.subject,
        "attempts": row.attempts,
        "edited": row.edited_text is not None,
        "reason": row.reason,
        "reason_code": row.reason_code.value if row.reason_code else None,
    }


def audit_event(row: AuditEvent) -> AuditEventDocument:
    """An event of the audit log."""
    return {
        "at": instant(row.happened_at),
        "by": row.actor,
        "action": row.action,
        "subject": row.subject,
        "because": row.because,
        "detail": row.detail,
    }


def without_codes(document: Document) -> Document:
    """The document in the form that may be stored: without voucher codes in clear."""
    return _with_vouchers(document, lambda _ref, held: {**held, "code": None})


def with_codes(session: Session, document: Document, rules: Configuration) -> Document:
    """A stored document with its voucher codes in clear again."""

    def again(gesture_ref: str, held: Document) -> Document:
        return {**held, "code": vouchers.code_of(rules, vouchers.find_voucher(session, gesture_ref))}

    return _with_vouchers(document, again)


def _with_vouchers(document: Document, change: Callable[[str, Document], Document]) -> Document:
    """The document with `change` applied to every voucher of a gesture in it."""
    changed = {
        name: _with_vouchers(value, change) if name == "gesture" and isinstance(value, dict) else value
        for name, value in document.items()
    }
    if isinstance(changed.get("voucher"), dict):
        changed["voucher"] = change(str(changed["ref"]), changed["voucher"])
    return changed
