"""Did it work? Against an independent count over random histories."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Severity
from followup.domain.goodwill.budget import Figure
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.reports.outcome_counts import OutcomesBy
from followup.store.tables import Agent, Case, Customer, Gesture, LedgerEntry
from tests.services.reporting.ended_cases import LOST, SILENT, VOUCHER, WAYS, WON, ask, person, put, put_all
from tests.shop import Shop

GIVEN = st.tuples(
    st.sampled_from([GestureKind.VOUCHER, GestureKind.REFUND, GestureKind.APOLOGY, GestureKind.CALLBACK]),
    st.integers(1, 5000),
    st.sampled_from(list(WAYS)),
)
ONE = st.fixed_dictionaries(
    {
        "ended": st.sampled_from([WON, WON, WON, LOST, SILENT, "open", "resolved", "not_said"]),
        "given": st.lists(GIVEN, max_size=3),
        "who": st.integers(0, 7),
        "days": st.integers(0, 220),
        "seconds": st.integers(0, 86_400),
        "reason": st.sampled_from(["late-delivery", "long-wait"]),
        "severity": st.sampled_from(list(Severity)),
        "agent": st.integers(1, 2),
        "currency": st.sampled_from(["GBP", "GBP", "EUR"]),
        "money": st.sampled_from(["GBP", "EUR"]),
    }
)


def tell(shop: Shop, told: list[dict[str, Any]]) -> None:
    def change(session: Session) -> None:
        people = [person(session, shop) for _ in range(8)]
        for one in told:
            offered = [
                (kind.value, pence if kind.has_amount else None, state) for kind, pence, state in one["given"]
            ]
            at = shop.now - timedelta(days=one["days"], seconds=one["seconds"])
            more = {name: one[name] for name in ("reason", "severity", "agent", "currency", "money")}
            put(session, shop, one["ended"], offered, customer=people[one["who"]], at=at, **more)

    shop.write(change)


def keys_of(case: Case, gestures: list[Gesture], agent: Agent, customer: Customer) -> dict[OutcomesBy, str]:
    """What a case counts under."""
    reached = [one for one in gestures if one.issued_at and one.state is not GestureState.VOID]
    worth = [one for one in reached if one.amount_minor is not None]
    last = (worth or reached)[-1] if reached else None
    return {
        OutcomesBy.KIND: last.kind.value if last is not None else "none",
        OutcomesBy.CLASS: last.gesture_class.value if last is not None else "none",
        OutcomesBy.MONEY: ("with money" if worth else "without money") if last is not None else "none",
        OutcomesBy.REASON: case.reason,
        OutcomesBy.SEVERITY: case.severity.value,
        OutcomesBy.SEGMENT: customer.segment or "none",
        OutcomesBy.AGENT: agent.email,
        OutcomesBy.TEAM: agent.team or "none",
        OutcomesBy.MONTH: f"{case.logged_at.astimezone(ZoneInfo('Europe/London')):%Y-%m}",
    }


def recount(session: Session, shop: Shop, by: OutcomesBy, since: date) -> dict[tuple[str, str], list[Any]]:
    """The report's rows, from the rows of the tables one by one."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0] * 8)
    cases = session.exec(select(Case).order_by(col(Case.id))).all()
    begins = datetime(since.year, since.month, since.day, tzinfo=ZoneInfo("Europe/London"))
    for case in cases:
        if case.logged_at < begins:
            continue
        gestures = list(
            session.exec(select(Gesture).where(Gesture.case_id == case.id).order_by(col(Gesture.id)))
        )
        entries = session.exec(
            select(LedgerEntry).where(col(LedgerEntry.gesture_id).in_([one.id for one in gestures]))
        ).all()
        cost: dict[str, int] = defaultdict(int)
        for entry in entries:
            for figure, sign in ((entry.put_to, 1), (entry.taken_from, -1)):
                cost[entry.currency] += (
                    sign * entry.amount_minor * (figure in (Figure.COMMITTED, Figure.SPENT))
                )
        agent, customer = session.get_one(Agent, case.agent_id), session.get_one(Customer, case.customer_id)
        key = keys_of(case, gestures, agent, customer)[by]
        later = [
            other
            for other in cases
            if other.customer_id == case.customer_id
            and (other.logged_at, other.id or 0) > (case.logged_at, case.id or 0)
            and other.logged_at - case.logged_at <= timedelta(days=90)
        ]
        watched = shop.now - case.logged_at >= timedelta(days=90)
        outcome = case.outcome.value if case.outcome else "not_said"
        place = [WON, LOST, SILENT, "not_said"].index(outcome) if case.status is CaseStatus.CLOSED else 4
        for currency in cost or {case.currency: 0}:
            row = found[key, currency]
            row[place] += 1
            row[5] += watched
            row[6] += watched and bool(later)
            row[7] += cost[currency]
    return found


def reported(row: dict[str, Any]) -> list[Any]:
    names = (WON, LOST, SILENT, "not_said", "open")
    return [*(row[name] for name in names), int(row["cost"].replace(".", ""))]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(ONE, min_size=1, max_size=25),
    by=st.sampled_from(list(OutcomesBy)),
    days=st.integers(0, 230),
)
def test_it_says_what_counting_case_by_case_says(
    new_shop: Callable[[], Shop], told: list[dict[str, Any]], by: OutcomesBy, days: int
) -> None:
    shop = new_shop()
    tell(shop, told)
    since = (shop.now - timedelta(days=days)).date()
    said = ask(shop, by, since, drill=True)
    expected = shop.read(lambda session: recount(session, shop, by, since))
    assert {(row["key"], row["currency"]): reported(row) for row in said["rows"]} == {
        key: [*row[:5], row[7]] for key, row in expected.items()
    }
    for row in said["rows"]:
        known, won = row[WON] + row[LOST] + row[SILENT], row[WON]
        assert row["known"] == known
        assert row["share"] == (f"{rounded(Fraction(won, known), 4)}" if known >= 20 else None)
        each = rounded(Fraction(row["cost"]) / won, 2) if won else None
        assert row["cost_each"] == (None if each is None else str(each))
        assert len(row["behind"]) == row["cases"]
    for row in (*said["money"], *said["months"]):
        assert len(row["behind"]) == row["cases"]
    for row in said["again"]:
        assert len(row.get("behind", ())) == row["again"]
    # The groups make up the whole, and no case is lost or counted twice.
    for total in said["totals"]:
        own = [reported(row) for row in said["rows"] if row["currency"] == total["currency"]]
        assert reported(total) == [sum(part) for part in zip(*own, strict=True)]
    again = [sum(row[name] for row in said["again"]) for name in ("watched", "again")]
    assert sum(row["cases"] for row in said["money"]) == sum(row["cases"] for row in said["months"])
    if all(one["currency"] == "GBP" and one["money"] == "GBP" for one in told):
        assert again == [sum(row[place] for row in expected.values()) for place in (5, 6)]
        assert sum(row["cases"] for row in said["money"]) == sum(row["cases"] for row in said["rows"])
    shop.engine.dispose()


def rounded(exact: Fraction, places: int) -> Decimal:
    """Half up, by the standard library's own decimals."""
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    return whole.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def test_every_kind_of_row_can_be_asked_for(shop: Shop) -> None:
    put_all(shop, (2, WON, VOUCHER))
    for by in OutcomesBy:
        assert sum(row["cases"] for row in ask(shop, by)["rows"]) == 2
