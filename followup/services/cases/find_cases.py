"""Finding cases by whatever somebody knows: a reference, an order, a name, a number, words that were said."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, SQLModel, col, select

from followup.domain.cases.case_search import (
    CaseSearch,
    Found,
    FoundIn,
    narrowings,
    places_found,
    read_search,
)
from followup.errors import FollowupError, WrongUsage
from followup.services.goodwill import vouchers
from followup.services.people import agents
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref_of
from followup.store.references import LETTERS
from followup.store.search import case_index
from followup.store.search.case_index import CaseFilter
from followup.store.search.case_texts import texts_of
from followup.store.tables import Approval, Case, Customer, Email, Gesture, InboundMail

_REFERENCE = re.compile(r"([A-Za-z])[- ]?0*([0-9]{1,9})|0*([0-9]{1,9})")
_LONGEST_CODE = 64
MOST_MORE = 1_000
"""So many cases are counted besides those that are shown."""


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case with its customer, the places where it was found, and its gestures, oldest first."""

    case: Case
    customer: Customer
    places: Sequence[Found]
    gestures: Sequence[Gesture]


@dataclass(frozen=True, slots=True)
class FoundCases:
    """The cases that were found, best first. `more` is how many others there are, counted up to MOST_MORE;
    `left_out` is how many words were too many to look for."""

    cases: Sequence[FoundCase]
    more: int
    left_out: int


def case_filter(
    session: Session,
    rules: Configuration,
    *,
    agent: str | None,
    team: str | None,
    since: date | None,
    until: date | None,
) -> CaseFilter:
    """Narrow a search to cases of an agent (by address) or a team, and to the days on which it happened, or
    else on which the case was logged. Raises NotFound for an unknown agent or team."""
    found = agents.numbers_of(session, agent=agent, team=team)
    return CaseFilter(agents=found, since=since, until=until, timezone=rules.settings.timezone)


def find_cases(session: Session, texts: Sequence[str], only: CaseFilter, *, limit: int) -> FoundCases:
    """The cases that a search finds: those it names by a reference or a voucher code, then the best matches
    of its words, the newest first among equals. Without a word, the newest cases of the filter.

    Whatever a text holds, it is searched for and is no error. Raises WrongUsage if all texts are blank and
    there is no filter."""
    if not any(text.strip() for text in texts) and only == CaseFilter():
        raise WrongUsage(
            "There is nothing to look for.",
            hint="Give a reference, an order, a name, a phone number or words: followup case find shah",
            code="nothing_to_find",
        )
    search = read_search(texts)
    named = dict(_named(session, " ".join(texts).strip(), only))
    connection = session.connection()
    numbers = list(named)[:limit]
    more = 0
    if search.terms:
        for narrowing in narrowings(search):
            if len(numbers) >= limit:
                break
            numbers += case_index.find(
                connection, narrowing, only, limit=limit - len(numbers), beside=numbers
            )
        if len(numbers) >= limit:
            more = _more(session, search, only, limit)
    elif not texts:
        numbers = case_index.newest(connection, only, limit=limit)
        more = _more(session, search, only, limit)
    return FoundCases(_shown(session, numbers, named, search), more, search.left_out)


def _more(session: Session, search: CaseSearch, only: CaseFilter, limit: int) -> int:
    """How many cases there are besides the first `limit`, as far as they are counted."""
    counted = case_index.count(session.connection(), search.terms, only, most=limit + MOST_MORE)
    return max(0, counted - limit)


def _named(session: Session, text: str, only: CaseFilter) -> Iterator[tuple[int, Found]]:
    """The cases that the text names as a whole, with the place."""
    for number, where, shown in [*_by_reference(session, text), *_by_code(session, text)]:
        case = session.get(Case, number)
        if case is not None and _fits(case, only):
            yield number, Found(where, shown, ((0, len(shown)),))


def _fits(case: Case, only: CaseFilter) -> bool:
    return (
        (only.agents is None or case.agent_id in only.agents)
        and (only.since is None or _since(case, only.since, only.logged_since))
        and (only.until is None or not _since(case, only.until + timedelta(days=1), only.logged_before))
    )


def _since(case: Case, day: date, instant: datetime | None) -> bool:
    """Whether a case happened on a day or later; if nobody knows when, whether it was logged since an
    instant."""
    if case.occurred_on is not None:
        return case.occurred_on >= day
    return instant is None or case.logged_at >= instant


def _by_reference(session: Session, text: str) -> list[tuple[int, FoundIn, str]]:
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return []
    letter, number = (match[1] or LETTERS[Case]).upper(), int(match[2] or match[3])
    tables: dict[str, type[SQLModel]] = {letter: table for table, letter in LETTERS.items()}
    table = tables.get(letter)
    row = session.get(table, number) if table is not None else None
    case = row
    if isinstance(row, Approval):
        case = session.get(Gesture, row.gesture_id)
    found = case.id if isinstance(case, Case) else None
    if isinstance(case, Gesture | Email | InboundMail):
        found = case.case_id
    if table is None or found is None:
        return []
    return [(found, FoundIn.REFERENCE, ref_of(table, number))]


def _by_code(session: Session, text: str) -> list[tuple[int, FoundIn, str]]:
    if not text or len(text) > _LONGEST_CODE or _REFERENCE.fullmatch(text):
        return []
    try:
        voucher = vouchers.find_voucher(session, text)
    except FollowupError:
        return []
    gesture = session.get_one(Gesture, voucher.gesture_id)
    return [(gesture.case_id, FoundIn.VOUCHER, ref_of(Gesture, gesture.id))]


def _shown(
    session: Session, numbers: Sequence[int], named: dict[int, Found], search: CaseSearch
) -> list[FoundCase]:
    query = select(Case, Customer).join(Customer).where(col(Case.id).in_(numbers))
    rows = {case.id: (case, person) for case, person in session.exec(query)}
    given: dict[int, list[Gesture]] = defaultdict(list)
    of_cases = select(Gesture).where(col(Gesture.case_id).in_(numbers)).order_by(col(Gesture.id))
    for gesture in session.exec(of_cases):
        given[gesture.case_id].append(gesture)
    texts = texts_of(session.connection(), numbers)
    return [
        FoundCase(
            *rows[number],
            [named[number]] if number in named else places_found(search, texts[number]),
            given[number],
        )
        for number in numbers
    ]
