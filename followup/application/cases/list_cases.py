"""Lists of cases by status, reason or customer, or of those that need a person: `followup case list`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.errors import WrongUsage
from followup.services.cases import cases, owners, waiting_cases
from followup.services.cases.waiting_cases import WaitingCase
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument
from followup.services.documents.serializers import instant
from followup.services.goodwill import known_reasons
from followup.services.people import agents, customers
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer


class NeedDocument(TypedDict):
    """One reason why a case needs a person: its code, its sentence, since when, and what to do next."""

    code: str
    why: str
    urgency: str
    since: str | None
    next_step: str


class WaitingCaseDocument(CaseDocument):
    """A case that needs a person, with the reasons as sentences and as codes. `since` is when the first of
    them began, `urgency` that of the most urgent, and `next_step` what to do about it. In a queue a
    case without reasons needs nobody just now."""

    why: str
    why_codes: list[str]
    urgency: str | None
    since: str | None
    next_step: str | None
    needs: list[NeedDocument]


@reads("case list")
def list_cases(
    work: Reading,
    status: str | None = None,
    reason: str | None = None,
    customer: str | None = None,
    external_id: str | None = None,
    needs_person: bool = False,
    mine: bool = False,
    owner: str | None = None,
    limit: int = 50,
) -> list[CaseDocument] | list[WaitingCaseDocument]:
    """The matching cases, newest first. With `needs_person`, the cases in which somebody has to write, call
    or decide, the most urgent first, then the oldest, each with its reasons. With `owner`, or `mine` for the
    actor, only their cases; without any filter beside it that is their queue: first the cases that need a
    person, then their other open ones, the oldest first, with the reason where nothing goes on.

    Raises WrongUsage for an unknown status or reason, for `needs_person` with any filter but an owner and a
    limit, and for `mine` if the actor is no agent; NotFound for an unknown owner."""
    if mine and owner:
        raise WrongUsage(
            "--mine is your own queue, and --owner somebody's.",
            hint="Give one of them.",
            code="two_owners",
        )
    whose = work.acting().needed_agent if mine else None
    whose = agents.find_agent(work.session, owner) if owner else whose
    filtered = bool(status or reason or customer or external_id)
    if not needs_person and (filtered or whose is None):
        found = cases.list_cases(
            work.session,
            status=status,
            reason=known_reasons.read(work.configuration, reason) if reason else None,
            customer=customer,
            external_id=external_id,
            owner=whose,
            limit=limit,
        )
        return [serializers.case(row, person) for row, person in found]
    if filtered:
        raise WrongUsage(
            "--needs-person goes with --mine or --owner alone.",
            hint="Leave the other filters out.",
            code="needs_person_with_filter",
        )
    waiting = [
        _waiting(one)
        for one in waiting_cases.waiting(work.session, work.configuration, now=work.now)
        if whose is None or owners.owner_of(work.session, one.case).id == whose.id
    ]
    if whose is not None and not needs_person:
        named = {one["ref"] for one in waiting}
        calm = [case for case in owners.queue(work.session, whose) if ref(case) not in named]
        still = waiting_cases.at_a_standstill(work.session, work.configuration, calm)
        waiting += [
            _waiting(still[case.id or 0])
            if (case.id or 0) in still
            else _calm(case, customers.customer_of(work.session, case))
            for case in calm
        ]
    return waiting[:limit]


def _calm(case: Case, customer: Customer) -> WaitingCaseDocument:
    """An open case of a queue that needs nobody just now."""
    return {
        **serializers.case(case, customer),
        "why": "",
        "why_codes": [],
        "urgency": None,
        "since": None,
        "next_step": None,
        "needs": [],
    }


def _waiting(one: WaitingCase) -> WaitingCaseDocument:
    first = min(one.needs, key=lambda need: need.why.code.urgency.rank)
    return {
        **serializers.case(one.case, one.customer),
        "why": one.text,
        "why_codes": [need.why.code.value for need in one.needs],
        "urgency": first.why.code.urgency.value,
        "since": instant(one.since),
        "next_step": one.next_step(first),
        "needs": [
            {
                "code": need.why.code.value,
                "why": need.why.text,
                "urgency": need.why.code.urgency.value,
                "since": instant(need.since),
                "next_step": one.next_step(need),
            }
            for need in one.needs
        ],
    }
