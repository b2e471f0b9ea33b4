"""The types of the JSON documents: their keys and value types. Keys are a contract: added, never renamed.

Amounts are text with their currency beside them ("12.50"), instants are RFC 3339 text with an offset, days
are ISO 8601 text. A type with a key that is a Python keyword uses the functional syntax.
"""

from typing import Any

from typing_extensions import TypedDict


class AgentDocument(TypedDict):
    """An agent."""

    name: str
    email: str
    role: str
    team: str | None
    login: str | None
    active: bool


class CustomerDocument(TypedDict):
    """A customer."""

    name: str
    email: str
    locale: str
    timezone: str
    region: str
    segment: str | None
    phone: str | None
    postal_address: str | None
    value: str | None
    currency: str
    consent: list[str]
    erased_at: str | None


class CaseCustomerDocument(TypedDict):
    """The customer of a case."""

    name: str
    email: str
    phone: str | None
    erased_at: str | None


class CountDocument(TypedDict):
    """How many rows a list has without its limit."""

    count: int


class CaseDocument(TypedDict):
    """A case."""

    ref: str
    status: str
    reason: str
    severity: str
    responsibility: str
    feeling: str | None
    channel: str | None
    customer: CaseCustomerDocument
    verbatim: str | None
    what_happened: str | None
    answer: str | None
    quote: str | None
    summary: str | None
    order: str | None
    order_value: str | None
    currency: str
    occurred_on: str | None
    promised: str | None
    facts: dict[str, Any]
    mass_incident: bool
    external_id: str | None
    logged_at: str | None
    outcome: str | None
    again_because: str | None


class SimilarGestureDocument(TypedDict):
    """A gesture that a similar case was given."""

    ref: str
    kind: str
    state: str
    amount: str | None
    currency: str


class SimilarCaseDocument(TypedDict):
    """A recorded case that a new one may repeat. `same` says in what: order or reason."""

    ref: str
    same: str
    status: str
    reason: str
    severity: str
    order: str | None
    logged_at: str | None
    logged_by: str
    given: list[SimilarGestureDocument]


class NoteDocument(TypedDict):
    """A note on a case. `number` counts the notes of the case from 1; `case note --correct` takes it."""

    number: int
    case: str
    by: str
    at: str | None
    use: str
    text: str


class GestureApprovalDocument(TypedDict):
    """The approval that a gesture needs or needed."""

    ref: str
    state: str
    approver_role: str


class VoucherDocument(TypedDict):
    """A voucher. `code` is present only if it may be shown in clear; otherwise `hint` shows a part of it."""

    code: str | None
    hint: str
    state: str
    amount: str | None
    redeemed: str | None
    left: str | None
    currency: str
    expires_on: str | None


class HoldDocument(TypedDict):
    """The amount that a gesture draws on one budget."""

    budget: str
    period: str
    amount: str | None
    currency: str


class AddedDocument(TypedDict):
    """An amount that was kept and is paid with another gesture."""

    ref: str
    case: str
    amount: str | None


class SumDocument(TypedDict):
    """What a gesture has to do with the sum `name`, in which small amounts are kept until they come to
    `minimum`. `own` is what is owed for its case, `adds` what it pays of others. While it is kept, somebody
    looks at it at `until`; afterwards `paid_with` is the gesture that pays it."""

    name: str | None
    own: str | None
    minimum: str | None
    until: str | None
    paid_with: str | None
    adds: list[AddedDocument]


GestureDocument = TypedDict(
    "GestureDocument",
    {
        "ref": str,
        "case": str,
        "state": str,
        "kind": str,
        "class": str,
        "amount": str | None,
        "currency": str,
        "item": str | None,
        "points": int | None,
        "rule": str | None,
        "policy_version": str,
        "because": str | None,
        "again": bool,
        "requested_by": str,
        "requested_at": str | None,
        "issued_at": str | None,
        "approval": GestureApprovalDocument | None,
        "voucher": VoucherDocument | None,
        "not_written_because": str | None,
        "not_written_code": str | None,
        "holds": list[HoldDocument],
        "sum": SumDocument | None,
    },
)
"""A gesture with its approval and the amounts it draws on budgets. With an `item`, `amount` is what that
costs us, if somebody said it."""


class RedemptionDocument(TypedDict):
    """One redemption of a voucher."""

    amount: str | None
    currency: str
    order: str | None
    redeemed_at: str | None
    by: str
    rolled_back_at: str | None


class WholeVoucherDocument(VoucherDocument):
    """A voucher with whose it is, its gesture and its redemptions."""

    gesture: str
    case: str
    customer: CaseCustomerDocument
    redemptions: list[RedemptionDocument]


class ApprovalDocument(TypedDict):
    """An approval with its gesture and case."""

    ref: str
    state: str
    approver_role: str
    need: str
    requested_at: str | None
    expires_at: str | None
    decided_by: str | None
    decided_at: str | None
    because: str | None
    gesture: GestureDocument


class BudgetDocument(TypedDict):
    """A budget with its figures in one period. `limit` includes `carried_in`."""

    name: str
    period: str
    every: str
    currency: str
    limit: str | None
    held: str | None
    committed: str | None
    spent: str | None
    released: str | None
    available: str | None
    carried_in: str | None
    carried_out: str | None
    soft: bool
    carry_over: bool
    scopes: list[str]
    starts_anew_on: str | None


class ForecastDocument(TypedDict):
    """The forecast of a budget. `pending` and `outstanding_vouchers` are included in `used`."""

    name: str
    period: str
    currency: str
    limit: str | None
    used: str | None
    available: str | None
    business_days_elapsed: int
    business_days_left: int | None
    burn_per_business_day: str | None
    expected_at_end: str | None
    exhausted_on: str | None
    pending: str | None
    outstanding_vouchers: str | None
    if_all_redeemed: str | None
    if_none_redeemed: str | None
    soft: bool
    starts_anew_on: str | None


LedgerEntryDocument = TypedDict(
    "LedgerEntryDocument",
    {
        "at": str | None,
        "period": str,
        "kind": str,
        "amount": str | None,
        "currency": str,
        "from": str,
        "to": str,
        "gesture": str,
        "by": str,
    },
)
"""A ledger entry with its effect on one budget."""


class DriftDocument(TypedDict):
    """A figure that differs from the sum of its ledger entries."""

    budget: str
    period: str
    field: str
    stored: str | None
    computed: str | None
    currency: str


class EmailDocument(TypedDict):
    """A row of the outbox. `transport` is what it was last handed to (a code of MailTransport), `relay` the
    mail server. `edited` says that an agent wrote its words."""

    id: str
    case: str | None
    kind: str
    step: int | None
    template: str
    state: str
    held: bool
    held_because: str | None
    held_code: str | None
    due_at: str | None
    sent_at: str | None
    transport: str | None
    relay: str | None
    message_id: str | None
    to: str
    subject: str | None
    attempts: int
    edited: bool
    reason: str | None
    reason_code: str | None


TemplateDocument = TypedDict(
    "TemplateDocument",
    {"name": str, "for": str, "class": str | None, "locales": list[str], "used_by": list[str]},
)
"""A template. `class` is None if no language's version can be used alone."""


class FindingDocument(TypedDict):
    """A finding of the sincerity lint. Without a rule, the email cannot be written at all."""

    rule: str
    level: str
    sentence: str
    why: str
    instead: str


PreviewDocument = TypedDict(
    "PreviewDocument",
    {
        "case": str,
        "step": int,
        "template": str,
        "class": str,
        "locale": str,
        "fallback": bool,
        "as_if": str | None,
        "subject": str,
        "text": str,
        "html": str,
        "findings": list[FindingDocument],
    },
)
"""An email as it would be written. `as_if` says that its gesture is shown as issued but is not; `fallback`,
that the email is not in the customer's language."""


class InboundMessageDocument(TypedDict):
    """An inbound message. `text` is that of an absence note or a notice; what a customer wrote is a note.
    `file` is the path of a message that could not be parsed. Of a bounce, `cause` is whose trouble it is, and
    `permanent` that nobody is there any more."""

    ref: str
    received_at: str | None
    kind: str
    case: str | None
    email: str | None
    address: str | None
    permanent: bool | None
    cause: str | None
    text: str | None
    reason: str | None
    reason_code: str | None
    message_id: str | None
    file: str | None


class CaseWithGesturesDocument(CaseDocument):
    """A case with its gestures."""

    gestures: list[GestureDocument]


class WholeCaseDocument(CaseWithGesturesDocument):
    """A case with its gestures, emails and notes."""

    emails: list[EmailDocument]
    notes: list[NoteDocument]


class AuditEventDocument(TypedDict):
    """An event of the audit log."""

    at: str | None
    by: str
    action: str
    subject: str | None
    because: str | None
    detail: dict[str, Any]
