"""Logging a case, with the gesture that the policy recommends: `followup case open`."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from followup.application.cases.interview import InterviewAnswers
from followup.application.door import Writing, writes
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.gate.finding import GateFinding, GateRule, TextKind
from followup.domain.outbox.email_state import UNSENT_STATES
from followup.domain.shared.word import spelled
from followup.errors import FollowupError
from followup.services.cases import case_hints, cases, owners, similar_cases, undo_case
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument, EmailDocument, GestureDocument
from followup.services.goodwill import budgets, gestures, recommendations, repeated_gestures
from followup.services.letters import missing, text_gate
from followup.services.outbox import outbox
from followup.services.people import address_hints, customers, locale_hints, whereabouts
from followup.services.sequences import enrolments
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Email, Gesture


class RefusedGestureDocument(TypedDict):
    """Why the recommended gesture was refused, with the fields of an error."""

    code: str
    message: str
    hint: str
    exit_code: int


class OpenedCaseDocument(TypedDict):
    """A new case with the policy's recommendation, and with the gesture and emails that followed. `hints`
    are sentences about what may be added, `gate` is what keeps a text from going to the customer.
    `waiting_emails` are those of the planned emails that wait for a person as things stand, as hints say.
    `undo_until` is until when `case undo` takes it back."""

    case: CaseDocument
    hints: list[str]
    gate: list[text_gate.GateFindingDocument]
    recommendation: dict[str, Any]
    gesture: GestureDocument | None
    gesture_refused: RefusedGestureDocument | None
    emails: list[EmailDocument]
    waiting_emails: list[str]
    undo_until: str | None


@writes(
    "case open",
    beside_content=("answered",),
    added=("again", "what_happened", "answer", "address", "quote", "summary", "currency"),
)
def open_case(
    work: Writing,
    customer: str | None = None,
    name: str | None = None,
    reason: str | None = None,
    severity: str | None = None,
    responsibility: str | None = None,
    feeling: str | None = None,
    channel: str | None = None,
    verbatim: str | None = None,
    order: str | None = None,
    order_value: str | None = None,
    occurred_on: str | None = None,
    promised: str | None = None,
    fact: list[str] | None = None,
    mass_incident: bool = False,
    external_id: str | None = None,
    because: str | None = None,
    accept: bool = False,
    again: bool = False,
    locale: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    what_happened: str | None = None,
    answer: str | None = None,
    quote: str | None = None,
    summary: str | None = None,
    currency: str | None = None,
    *,
    answered: InterviewAnswers | None = None,
) -> OpenedCaseDocument:
    """Log a case. With `accept`, request the recommended gesture; if that is refused, the document says so
    and the case is stored nevertheless. `again` says, with its reason in `because`, that the case is meant
    although a similar one is recorded. `locale`, `phone` and `address` are the customer's; of a known
    customer they are recorded where nothing else was, and `hints` say so.

    `answered` holds what an interview added to the other arguments. It is not part of what an idempotency key
    stands for, because a repeated interview asks fewer questions. Each fact is given as NAME=VALUE. Raises
    WrongUsage for a missing or invalid value, NotFound for an unknown customer without a name, Refused for an
    external id that is taken, and for a case that looks like a recorded one and is not meant."""
    told = {
        "customer": customer,
        "name": name,
        "reason": reason,
        "severity": severity,
        "responsibility": responsibility,
        "feeling": feeling,
        "channel": channel,
        "verbatim": verbatim,
        "what_happened": what_happened,
        "answer": answer,
        "order": order,
        "order_value": order_value,
        "currency": currency,
        "occurred_on": occurred_on,
        "promised": promised,
        "external_id": external_id,
        "locale": locale,
        "phone": phone,
        "quote": quote,
        "summary": summary,
        "address": address,
    }
    facts = parse_input.facts(fact or [])
    if answered is not None:
        told |= answered["told"]
        facts |= answered["facts"]
    rules = work.configuration
    entry = cases.read_case(rules, told, facts, now=work.now, mass_incident=mass_incident)
    slip = address_hints.address_hint(work.session, entry.customer)
    repeated = similar_cases.require_meant(
        work.session, rules, entry, now=work.now, again=again, because=because
    )
    known = customers.find_customer_or_none(work.session, entry.customer)
    taken = () if known is None else _taken(work, known, entry)
    case = cases.open_case(work.session, rules, entry, now=work.now, actor=work.actor, again=repeated)
    gesture, refused = _accepted(work, case, because, again=again) if accept else (None, None)
    person = customers.customer_of(work.session, case)
    caught = text_gate.findings_of(work.session, case)
    emails = enrolments.emails_of(work.session, case)
    return {
        "case": serializers.case(case, person),
        "hints": [
            *([slip.text] if slip else []),
            *text_gate.hints(caught, *(told[name] for name in text_gate.TYPED)),
            *_near_words(told, case.reason),
            *taken,
            *locale_hints.hints_for(rules, person, words=case.verbatim, is_chosen=entry.locale is not None),
            *whereabouts.hints_for(rules, person, {"locale": entry.locale, "phone": entry.phone}),
            *missing.hints_for(work.session, rules, case),
            *case_hints.hints_for(work.session, rules, case),
            *case_hints.two_days(work.session, rules, case, gesture, emails),
            *budgets.hints_for(work.session, gesture),
            *_who_calls(work, case, person, gesture),
        ],
        "gate": [text_gate.document(finding) for finding in caught],
        "recommendation": gesture.reasoning if gesture else _advice(work, case),
        "gesture": serializers.gesture(work.session, gesture, rules) if gesture else None,
        "gesture_refused": refused,
        "emails": [serializers.email(row) for row in emails],
        "waiting_emails": _waiting(work, case, person, emails, caught),
        "undo_until": serializers.instant(undo_case.ends_at(rules, case)),
    }


def _waiting(
    work: Writing,
    case: Case,
    person: Customer,
    emails: list[Email],
    caught: tuple[GateFinding, ...],
) -> list[str]:
    """The references of planned emails that wait for a person as things stand. If the first does, so do all:
    none is sent before it."""
    planned = [email for email in emails if email.state in UNSENT_STATES]
    lacking = locale_hints.lacking_template(
        work.configuration, {email.template for email in planned}, person.locale
    )
    # A sentence of the customer's that must not be quoted is left out; one of an agent's holds the letter.
    is_held = missing.is_held(work.session, work.configuration, case) or any(
        finding.rule is GateRule.G10 or finding.kind is not TextKind.VERBATIM for finding in caught
    )
    if planned and (is_held or planned[0].template in lacking):
        return [ref(email) for email in planned]
    return [ref(email) for email in planned if email.template in lacking]


def _who_calls(work: Writing, case: Case, person: Customer, gesture: Gesture | None) -> list[str]:
    """Who calls the customer, where a call was promised."""
    if gesture is None or gesture.kind is not GestureKind.CALLBACK or not person.phone:
        return []
    owner = owners.owner_of(work.session, case)
    done = f'followup case note {ref(case)} "…" --told'
    return [f"{owner.name} calls {person.name}: {person.phone}. When that is done: {done}"]


def _near_words(told: Mapping[str, str | None], stored_reason: str) -> list[str]:
    """Which word of the list each near word was taken as."""
    taken = []
    for name, words in cases.WORDS_OF_A_CASE.items():
        said = told.get(name)
        meant = parse_input.word(name, said, words).value if said and said.strip() else None
        if said and meant and spelled(said) != meant:
            taken.append(f"The {name} {said.strip()} was taken as {meant}.")
    if (reason := told.get("reason")) and reason.strip().lower() != stored_reason:
        taken.append(f"The reason {reason.strip()} was taken as {stored_reason}.")
    return taken


def _taken(work: Writing, known: Customer, entry: cases.CaseEntry) -> tuple[str, ...]:
    """Record what was told of a known customer. Returns what is to be said about it."""
    rules = work.configuration
    told = locale_hints.take(
        work.session,
        rules,
        known,
        locale=entry.locale,
        phone=entry.phone,
        address=entry.address,
        now=work.now,
        actor=work.actor,
    )
    outbox.language_given(work.session, rules, known, now=work.now, actor=work.actor)
    return told


def _accepted(
    work: Writing, case: Case, because: str | None, *, again: bool
) -> tuple[Gesture | None, RefusedGestureDocument | None]:
    """Request the recommended gesture. Returns it, or why it was refused."""
    try:
        # A refused gesture is rolled back alone; the case is kept.
        with work.session.begin_nested():
            wish = gestures.Wish(because=because, again=again)
            made = gestures.request_gesture(
                work.session, work.configuration, case, wish, now=work.now, actor=work.actor
            )
    except FollowupError as error:
        # The refusal is part of the document, so the same key gives the same refusal again.
        return None, {
            "code": error.code,
            "message": f"{ref(case)} is recorded; its gesture is not: {error.message}",
            "hint": error.hint,
            "exit_code": error.exit_code,
        }
    return made, None


def _advice(work: Writing, case: Case) -> dict[str, Any]:
    agent = work.actor.needed_agent
    rules = work.configuration
    advice = recommendations.advise(work.session, rules, case, agent=agent, now=work.now)
    return repeated_gestures.judged(work.session, rules, case, advice, again=False).to_document()
