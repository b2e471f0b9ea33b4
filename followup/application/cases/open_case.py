"""Logging a case, with what may be offered for it: `followup case open`."""

from typing import Any

from typing_extensions import TypedDict

from followup.application.cases.interview import InterviewAnswers
from followup.application.door import Writing, writes
from followup.errors import FollowupError
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument, EmailDocument, GestureDocument
from followup.services.goodwill import budgets, gestures, recommendations
from followup.services.people import customers
from followup.services.sequences import enrolments
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Case, Gesture


class RefusedGestureDocument(TypedDict):
    """Why the recommended gesture was not requested, as an error says it."""

    code: str
    message: str
    hint: str
    exit_code: int


class OpenedCaseDocument(TypedDict):
    """A case as it was logged, with what the policy recommends for it, and the gesture and emails that came
    of it. `hints` are sentences about what may still be added."""

    case: CaseDocument
    hints: list[str]
    recommendation: dict[str, Any]
    gesture: GestureDocument | None
    gesture_refused: RefusedGestureDocument | None
    emails: list[EmailDocument]


@writes("case open", beside_content=("answered",))
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
    *,
    answered: InterviewAnswers | None = None,
) -> OpenedCaseDocument:
    """Log a case; with `accept`, request what is recommended. A refusal of that stands in the document, and
    the case is recorded all the same.

    `answered` is what an interview has added to the rest; a key does not stand for it, since an interview
    asks less where it is held again. A fact is written NAME=VALUE. Raises WrongUsage for what is missing or
    cannot be used, NotFound for an unknown customer without a name, Refused for an external id that is
    taken."""
    told = {
        "customer": customer,
        "name": name,
        "reason": reason,
        "severity": severity,
        "responsibility": responsibility,
        "feeling": feeling,
        "channel": channel,
        "verbatim": verbatim,
        "order": order,
        "order_value": order_value,
        "occurred_on": occurred_on,
        "promised": promised,
        "external_id": external_id,
    }
    facts = parse_input.facts(fact or [])
    if answered is not None:
        told |= answered["told"]
        facts |= answered["facts"]
    rules = work.configuration
    entry = cases.read_case(rules, told, facts, now=work.now, mass_incident=mass_incident)
    case = cases.open_case(work.session, rules, entry, now=work.now, actor=work.actor)
    gesture, refused = _accepted(work, case, because) if accept else (None, None)
    return {
        "case": serializers.case(case, customers.customer_of(work.session, case)),
        "hints": [*cases.hints_for(work.session, rules, case), *budgets.hints_for(work.session, gesture)],
        "recommendation": gesture.reasoning if gesture else _advice(work, case),
        "gesture": serializers.gesture(work.session, gesture, rules) if gesture else None,
        "gesture_refused": refused,
        "emails": [serializers.email(row) for row in enrolments.emails_of(work.session, case)],
    }


def _accepted(
    work: Writing, case: Case, because: str | None
) -> tuple[Gesture | None, RefusedGestureDocument | None]:
    """The recommended gesture, requested; or why it is refused."""
    try:
        # A refused gesture is undone by itself; what the customer told us is kept.
        with work.session.begin_nested():
            wish = gestures.Wish(because=because)
            made = gestures.request_gesture(
                work.session, work.configuration, case, wish, now=work.now, actor=work.actor
            )
    except FollowupError as error:
        # It stands in the document, so that the same key is refused in the same way again.
        return None, {
            "code": error.code,
            "message": f"{ref(case)} is recorded; its gesture is not: {error.message}",
            "hint": error.hint,
            "exit_code": error.exit_code,
        }
    return made, None


def _advice(work: Writing, case: Case) -> dict[str, Any]:
    agent = work.actor.needed_agent
    return recommendations.advise(
        work.session, work.configuration, case, agent=agent, now=work.now
    ).to_document()
