"""Gestures offered to customers: `followup gesture`."""

from typing import Any

from followup.application.door import Reading, Writing, reads, writes
from followup.domain.cases.case import NoteUse
from followup.domain.goodwill.gesture import GestureKind
from followup.services.cases import case_hints, case_notes, cases
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument, GestureDocument
from followup.services.goodwill import budgets, gestures, ledger, second_look
from followup.services.goodwill.second_look import RecommendedNow
from followup.services.people import customers, locale_hints
from followup.services.sequences import enrolments, single_emails, telling
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Case


class RequestedGestureDocument(GestureDocument):
    """A requested gesture. `overdrafts` are sentences about soft budgets that it exceeds, `hints` about
    budgets that are missing."""

    overdrafts: list[str]
    hints: list[str]


class ShownGestureDocument(GestureDocument):
    """A gesture, and what the policy would offer today; `recommended_now` is None for one that has ended."""

    recommended_now: RecommendedNow | None


@reads("gesture show")
def show_gesture(work: Reading, reference: str) -> ShownGestureDocument:
    """A gesture with its approval, its voucher code in clear, the budgets it draws on, and what the policy
    would offer today.

    Raises NotFound."""
    found = gestures.find_gesture(work.session, reference)
    return {
        **serializers.gesture(work.session, found, work.configuration),
        "recommended_now": second_look.recommended_now(work.session, work.configuration, found, now=work.now),
    }


@reads("gesture explain")
def explain_gesture(work: Reading, reference: str) -> dict[str, Any] | None:
    """The recommendation behind a gesture, by the policy of its day; None if it was erased with the customer.
    Raises NotFound."""
    return gestures.find_gesture(work.session, reference).reasoning


@writes("gesture request", added=("again", "phone", "address"))
def request_gesture(
    work: Writing,
    case: str,
    kind: str | None = None,
    amount: str | None = None,
    because: str | None = None,
    item: str | None = None,
    hold: bool = False,
    again: bool = False,
    phone: str | None = None,
    address: str | None = None,
) -> RequestedGestureDocument:
    """Hold a gesture's money in its budgets and, within the actor's authority, issue it and enrol the case.

    Without `kind` and `amount` it is the recommended gesture; with `hold` it is not issued yet. `item` is
    what is replaced, mended or sent again; its `amount` is the cost to us. Without it, it is the case's item.
    `again` says, with its reason in `because`, that it is meant although the case or its order was given
    something. `phone` and `address` are the customer's, recorded where none was known: a call needs the one,
    what goes by post the other. Raises Refused with the rule that forbids it, for a repetition that is not
    meant, and where the customer cannot be reached; WrongUsage if a kind, an amount or the reason is missing,
    NotFound."""
    rules = work.configuration
    found = cases.find_case(work.session, case)
    wish = gestures.Wish(
        kind=parse_input.word("kind", kind, GestureKind) if kind else None,
        amount=parse_input.money("amount", amount, found.currency, rules.settings.locale) if amount else None,
        because=parse_input.passage("because", because) if because else None,
        item=parse_input.line("item", item) if item else None,
        hold_only=hold,
        again=again,
    )
    taken = locale_hints.take(
        work.session,
        rules,
        customers.customer_of(work.session, found),
        locale=None,
        phone=phone or None,
        address=address or None,
        now=work.now,
        actor=work.actor,
    )
    made = gestures.request_gesture(
        work.session, work.configuration, found, wish, now=work.now, actor=work.actor
    )
    return {
        **serializers.gesture(work.session, made, work.configuration),
        "overdrafts": ledger.overdrafts(work.session, made),
        "hints": [
            *taken,
            *budgets.hints_for(work.session, made),
            *case_hints.two_days(work.session, rules, found, made, enrolments.emails_of(work.session, found)),
        ],
    }


@writes("gesture issue", added=("as_requested", "because"))
def issue_gesture(
    work: Writing, reference: str, as_requested: bool = False, because: str | None = None
) -> GestureDocument:
    """Issue a held gesture: it is promised to the customer, and its emails are planned.

    Raises Refused if its state does not allow it, and if the policy says something else of it today; with
    `as_requested` and its reason it is issued all the same."""
    found = gestures.find_gesture(work.session, reference)
    second_look.issue_held(
        work.session,
        work.configuration,
        found,
        now=work.now,
        actor=work.actor,
        as_requested=as_requested,
        because=because,
    )
    return serializers.gesture(work.session, found, work.configuration)


@writes("gesture pay")
def pay_gesture(work: Writing, reference: str, because: str | None = None) -> GestureDocument:
    """Record that the gesture was paid, sent or mended: committed money becomes spent. Raises Refused if its
    state does not allow it."""
    found = gestures.find_gesture(work.session, reference)
    gestures.pay(work.session, found, now=work.now, actor=work.actor, because=because)
    return serializers.gesture(work.session, found, work.configuration)


class VoidedGestureDocument(GestureDocument):
    """A gesture that was taken back. `correction` is the email that tells the customer so, held until
    somebody has read it; `hints` are sentences about what is left to do."""

    correction: EmailDocument | None
    hints: list[str]


@writes("gesture void", added=("tell_customer",))
def void_gesture(
    work: Writing, reference: str, because: str, tell_customer: str | None = None
) -> VoidedGestureDocument:
    """Take a gesture back: its money is released and its unsent emails are cancelled.

    `tell_customer` says why in words for the customer. If an email told them of the gesture, another one is
    planned that corrects it with these words, and held until somebody has read it. Raises Refused if its
    state does not allow it."""
    session, rules = work.session, work.configuration
    found = gestures.find_gesture(session, reference)
    gestures.void(session, found, now=work.now, actor=work.actor, because=because)
    case, correction, hints = session.get_one(Case, found.case_id), None, []
    telling.tell_of_the_rest(session, rules, case, now=work.now, actor=work.actor)
    if tell_customer is not None:
        case_notes.add_note(session, case, tell_customer, now=work.now, actor=work.actor, use=NoteUse.TELL)
        correction = single_emails.plan_correction(session, rules, found, now=work.now, actor=work.actor)
        hints.append(
            f"{ref(correction)} tells them, once you have read it: followup outbox show {ref(correction)}, "
            f"then: followup outbox release {ref(correction)}"
            if correction is not None
            else "No email told them of it, or none may be sent: tell them yourself if they know of it."
        )
    return {
        **serializers.gesture(session, found, rules),
        "correction": None if correction is None else serializers.email(correction),
        "hints": hints,
    }
