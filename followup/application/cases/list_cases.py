"""Lists of cases by status, reason or customer, or of those that need a person: `followup case list`."""

from followup.application.door import Reading, reads
from followup.errors import WrongUsage
from followup.services.cases import cases, unattended_cases
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument
from followup.services.people import customers


class WaitingCaseDocument(CaseDocument):
    """A case that needs a person, with the reasons as sentences and as codes."""

    why: str
    why_codes: list[str]


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
    or decide, oldest first, followed by the unattended ones, each with its reasons.

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
    waiting = unattended_cases.waiting(work.session, work.configuration, now=work.now)[:limit]
    waiting_cases: list[WaitingCaseDocument] = [
        {
            **serializers.case(case, customers.customer_of(work.session, case)),
            "why": "; ".join(why.text for why in whys),
            "why_codes": [why.code.value for why in whys],
        }
        for case, whys in waiting
    ]
    return waiting_cases
