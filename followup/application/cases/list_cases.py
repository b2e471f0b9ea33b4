"""Lists of cases by status, reason or customer, or of those that need a person: `followup case list`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.domain.cases.attention import Need
from followup.errors import WrongUsage
from followup.services.cases import cases, waiting_cases
from followup.services.cases.waiting_cases import WaitingCase
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument
from followup.services.documents.serializers import instant
from followup.services.shared.references import ref


class NeedDocument(TypedDict):
    """One reason why a case needs a person: its code, its sentence, since when, and what to do next."""

    code: str
    why: str
    urgency: str
    since: str | None
    next_step: str


class WaitingCaseDocument(CaseDocument):
    """A case that needs a person, with the reasons as sentences and as codes. `since` is when the first of
    them began, `urgency` that of the most urgent, and `next_step` what to do about it."""

    why: str
    why_codes: list[str]
    urgency: str
    since: str | None
    next_step: str
    needs: list[NeedDocument]


@reads("case list")
def list_cases(
    work: Reading,
    status: str | None = None,
    reason: str | None = None,
    customer: str | None = None,
    external_id: str | None = None,
    needs_person: bool = False,
    limit: int = 50,
) -> list[CaseDocument] | list[WaitingCaseDocument]:
    """The matching cases, newest first. With `needs_person`, the cases in which somebody has to write, call
    or decide, the most urgent first, then the oldest, each with its reasons.

    Raises WrongUsage for an unknown status or reason, and for `needs_person` with any filter but a limit."""
    if not needs_person:
        found = cases.list_cases(
            work.session,
            status=status,
            reason=reason,
            customer=customer,
            external_id=external_id,
            limit=limit,
        )
        return [serializers.case(row, person) for row, person in found]
    if status or reason or customer or external_id:
        raise WrongUsage(
            "--needs-person stands alone.",
            hint="Leave the other filters out.",
            code="needs_person_with_filter",
        )
    found_waiting = waiting_cases.waiting(work.session, work.configuration, now=work.now)
    return [_waiting(one) for one in found_waiting[:limit]]


def _waiting(one: WaitingCase) -> WaitingCaseDocument:
    first = min(one.needs, key=lambda need: need.why.code.urgency.rank)
    return {
        **serializers.case(one.case, one.customer),
        "why": one.text,
        "why_codes": [need.why.code.value for need in one.needs],
        "urgency": first.why.code.urgency.value,
        "since": instant(one.since),
        "next_step": _next_step(first, one),
        "needs": [
            {
                "code": need.why.code.value,
                "why": need.why.text,
                "urgency": need.why.code.urgency.value,
                "since": instant(need.since),
                "next_step": _next_step(need, one),
            }
            for need in one.needs
        ],
    }


def _next_step(need: Need, one: WaitingCase) -> str:
    return need.why.code.step(need.why.values or {}, case=ref(one.case), customer=one.customer.email)
