"""Finding cases by whatever somebody knows of them: `followup case find`."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.domain.cases.case_search import Found
from followup.services.cases import find_cases
from followup.services.cases.find_cases import FoundCase
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Gesture


class FoundPlaceDocument(TypedDict):
    """A place in which a case was found: which one, part of its text, and the marked words of that part, each
    by its first character and the one after its last."""

    where: str
    text: str
    marks: list[list[int]]


class GivenDocument(TypedDict):
    """A gesture of a found case."""

    ref: str
    kind: str
    state: str
    amount: str | None
    currency: str


class FoundCaseDocument(CaseDocument):
    """A case that was found, with the places, and with its gestures, oldest first."""

    found: list[FoundPlaceDocument]
    gestures: list[GivenDocument]


class FoundCasesDocument(TypedDict):
    """The cases that were found, best first. `more` is how many others there are, counted up to 1,000;
    `words_left_out` is how many words were too many to look for."""

    cases: list[FoundCaseDocument]
    more: int
    words_left_out: int


@reads("case find")
def find(
    work: Reading,
    texts: Sequence[str] = (),
    agent: str | None = None,
    team: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = 20,
) -> FoundCasesDocument:
    """The cases in which all words of the texts are found: in references, orders, voucher codes, names,
    addresses, phone numbers, and in what was said. Best first, then newest. `agent` (by address) and `team`
    are of those who logged the case; `since` and `until` are days on which it happened, or else on which it
    was logged, as YYYY-MM-DD.

    Raises WrongUsage for an invalid day and without any text and filter, NotFound for an unknown agent or
    team. No text is an error."""
    first, last = parse_input.days(since, until)
    only = find_cases.case_filter(
        work.session, work.configuration, agent=agent, team=team, since=first, until=last
    )
    found = find_cases.find_cases(work.session, texts, only, limit=limit)
    return {
        "cases": [_case(one) for one in found.cases],
        "more": found.more,
        "words_left_out": found.left_out,
    }


def _case(found: FoundCase) -> FoundCaseDocument:
    return {
        **serializers.case(found.case, found.customer),
        "found": [_place(place) for place in found.places],
        "gestures": [_given(gesture) for gesture in found.gestures],
    }


def _place(found: Found) -> FoundPlaceDocument:
    return {"where": found.where.value, "text": found.text, "marks": [list(mark) for mark in found.marks]}


def _given(gesture: Gesture) -> GivenDocument:
    return {
        "ref": ref(gesture),
        "kind": gesture.kind.value,
        "state": gesture.state.value,
        "amount": serializers.amount(gesture.amount_minor, gesture.currency),
        "currency": gesture.currency,
    }
