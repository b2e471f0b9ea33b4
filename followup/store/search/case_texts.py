"""The texts of cases that can be searched, read from the tables they stand in."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, text

from followup.domain.cases.case_search import CaseText, FoundIn

_CASES = text("""
    SELECT id, customer_id, order_ref, external_id, reason, verbatim, what_happened, answer, promised, facts
    FROM cases WHERE id IN :ids
""").bindparams(bindparam("ids", expanding=True))
_PEOPLE = text("""
    SELECT cases.id AS case_id, customer.name, customer.email, customer.phone, customer.postal_address
    FROM cases JOIN customer ON customer.id = cases.customer_id OR customer.merged_into_id = cases.customer_id
    WHERE cases.id IN :ids AND customer.erased_at IS NULL
    ORDER BY cases.id, customer.merged_into_id IS NOT NULL, customer.id
""").bindparams(bindparam("ids", expanding=True))
_NOTES = text("""
    SELECT case_id, body FROM note WHERE case_id IN :ids AND NOT is_answer_alone ORDER BY id
""").bindparams(bindparam("ids", expanding=True))


def texts_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[CaseText]]:
    """The texts of each case that exists, those that identify somebody or something first. A customer is
    also found by what a record says that was merged into theirs."""
    people: dict[int, list[CaseText]] = defaultdict(list)
    for row in connection.execute(_PEOPLE, {"ids": ids}):
        people[row.case_id] += [
            (FoundIn.NAME, row.name),
            (FoundIn.EMAIL, row.email),
            (FoundIn.PHONE, row.phone),
            (FoundIn.ADDRESS, row.postal_address),
        ]
    notes: dict[int, list[CaseText]] = defaultdict(list)
    for row in connection.execute(_NOTES, {"ids": ids}):
        notes[row.case_id].append((FoundIn.NOTE, row.body))
    found = {}
    for row in connection.execute(_CASES, {"ids": ids}):
        texts: list[tuple[FoundIn, str | None]] = [
            (FoundIn.ORDER, row.order_ref),
            (FoundIn.EXTERNAL_ID, row.external_id),
            *people[row.id],
            (FoundIn.VERBATIM, row.verbatim),
            (FoundIn.WHAT_HAPPENED, row.what_happened),
            (FoundIn.ANSWER, row.answer),
            (FoundIn.PROMISED, row.promised),
            *((FoundIn.FACT, str(value)) for value in _facts(row.facts).values()),
            *notes[row.id],
            (FoundIn.REASON, row.reason),
        ]
        found[row.id] = [(where, written) for where, written in texts if written]
    return found


def _facts(stored: Any) -> dict[str, Any]:
    """The facts of a case; a query in plain SQL gives them as SQLite stores them."""
    facts = json.loads(stored) if isinstance(stored, str) else stored
    return facts or {}
