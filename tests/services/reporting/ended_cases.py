"""Cases that ended, what was given for them, and the question whether it worked."""

from datetime import date, datetime
from itertools import count
from typing import Any

from sqlmodel import Session

from followup.domain.cases.case import CaseStatus, Outcome, Responsibility, Severity
from followup.domain.goodwill.budget import ENTRY_MOVES, EntryKind, Figure
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.reports.answer import document
from followup.reports.outcome_counts import OutcomesBy
from followup.reports.outcomes import answer
from followup.store.tables import Case, Customer, Gesture, LedgerEntry
from tests.services.reporting.test_reports import scope
from tests.shop import Shop

WON, LOST, SILENT = "recovered", "lost", "no_response"
_PEOPLE = count(1)
VOUCHER, APOLOGY = [("voucher", 800)], [("apology", None)]


def person(session: Session, shop: Shop) -> int:
    """A customer nobody knew."""
    number = next(_PEOPLE)
    customer = Customer(
        name=f"C {number}",
        email=f"c{number}@example.com",
        locale="en-GB",
        timezone="Europe/London",
        region="GB-ENG",
        segment=("new", "regular", None)[number % 3],
        added_at=shop.now,
    )
    session.add(customer)
    session.flush()
    assert customer.id is not None
    return customer.id


def put(
    session: Session,
    shop: Shop,
    ended: str = "open",
    offered: list[Any] | None = None,
    *,
    customer: int | None = None,
    at: datetime | None = None,
    **told: Any,
) -> Case:
    """A case as it would be after a while. `offered` lists kind, pence, and the state."""
    closed = ended not in ("open", "resolved")
    case = Case(
        customer_id=customer or person(session, shop),
        agent_id=told.get("agent", 1),
        status=CaseStatus.CLOSED if closed else CaseStatus[ended.upper()],
        outcome=Outcome[ended.upper()] if closed and ended != "not_said" else None,
        reason=told.get("reason", "late-delivery"),
        severity=told.get("severity", Severity.MINOR),
        responsibility=Responsibility.OURS,
        currency=told.get("currency", "GBP"),
        occurred_on=date(2026, 1, 1),
        logged_at=at or shop.now,
    )
    session.add(case)
    session.flush()
    for kind, pence, *state in offered or []:
        stands = state[0] if state else GestureState.ISSUED
        offer(session, case, kind, pence, stands, told.get("money", case.currency))
    return case


def offer(
    session: Session, case: Case, kind: str, pence: int | None, state: GestureState, currency: str
) -> None:
    """A gesture, and the ledger's entries by which it came to its state."""
    issued = state in (GestureState.ISSUED, GestureState.SPENT, GestureState.VOID, GestureState.EXPIRED)
    gesture = Gesture(
        case_id=case.id or 0,
        agent_id=1,
        state=state,
        kind=GestureKind[kind.upper()],
        gesture_class=GestureClass.GOODWILL,
        amount_minor=pence,
        currency=currency,
        policy_version="1",
        requested_at=case.logged_at,
        issued_at=case.logged_at if issued else None,
    )
    session.add(gesture)
    session.flush()
    if pence is None:
        return
    before = Figure.AVAILABLE
    for step in WAYS[state]:
        put_to = ENTRY_MOVES[step][1]
        session.add(
            LedgerEntry(
                gesture_id=gesture.id or 0,
                kind=step,
                taken_from=before,
                put_to=put_to,
                amount_minor=pence,
                currency=currency,
                recorded_at=case.logged_at,
                actor="ana@shop.example",
            )
        )
        before = put_to


_HELD, _PROMISED = [EntryKind.HOLD], [EntryKind.HOLD, EntryKind.COMMIT]
WAYS = {
    GestureState.HELD: _HELD,
    GestureState.ISSUED: _PROMISED,
    GestureState.SPENT: [*_PROMISED, EntryKind.SPEND],
    GestureState.VOID: [*_PROMISED, EntryKind.RELEASE],
    GestureState.EXPIRED: [*_PROMISED, EntryKind.RELEASE],
    GestureState.REJECTED: [*_HELD, EntryKind.RELEASE],
}


def put_all(shop: Shop, *told: tuple[int, str, list[Any]]) -> None:
    """So many cases that ended so, with this given."""

    def change(session: Session) -> None:
        for number, ended, offered in told:
            for _ in range(number):
                put(session, shop, ended, offered)

    shop.write(change)


def ask(
    shop: Shop,
    by: OutcomesBy = OutcomesBy.KIND,
    since: date | None = None,
    until: date | None = None,
    *,
    drill: bool = False,
) -> dict[str, Any]:
    asked = scope(shop, since, until, drill=drill)
    return shop.read(lambda session: document(answer(session, by, asked), "GBP"))
