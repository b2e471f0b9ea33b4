"""Did it work? By hand on a small story, and against an independent count over random histories."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Outcome, Responsibility, Severity
from followup.domain.goodwill.budget import ENTRY_MOVES, EntryKind, Figure
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.reports.answer import document
from followup.reports.outcome_counts import OutcomesBy
from followup.reports.outcomes import answer
from followup.reports.renderers import text as forms
from followup.services.people import customers, merge_customers
from followup.store.tables import Agent, Case, Customer, Gesture, LedgerEntry
from tests.services.reporting.test_reports import scope
from tests.shop import MAX, Shop

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
    for step in _WAYS[state]:
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
_WAYS = {
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


STORY = (
    (21, WON, VOUCHER),
    (8, LOST, VOUCHER),
    (5, SILENT, VOUCHER),
    (2, "open", VOUCHER),
    (1, "not_said", VOUCHER),
)


def test_a_group_says_how_its_cases_ended_how_sure_that_is_and_what_a_recovery_cost(shop: Shop) -> None:
    put_all(shop, *STORY, (4, WON, APOLOGY), (16, LOST, APOLOGY))
    said = ask(shop)
    apology, voucher = said["rows"]
    # 37 vouchers of 8.00 are 296.00; for each of the 21 that is 14.0952. The shares by Wilson's formula.
    assert voucher == {
        "key": "voucher",
        "cases": 37,
        "recovered": 21,
        "lost": 8,
        "no_response": 5,
        "open": 2,
        "not_said": 1,
        "known": 34,
        "share": "0.6176",
        "low": "0.4504",
        "high": "0.7610",
        "cost": "296.00",
        "cost_each": "14.10",
        "currency": "GBP",
    }
    assert [apology[name] for name in ("key", "known", "share", "low", "high", "cost", "cost_each")] == [
        *("apology", 20, "0.2000", "0.0807", "0.4160", "0.00", "0.00"),
    ]
    # 296.00 for 25 is 11.84.
    assert (said["total"]["cases"], said["total"]["cost_each"]) == (57, "11.84")
    assert said["says"] == [
        "57 cases: 25 recovered, 24 lost, 5 without a response, 2 still open, 1 closed without saying how.",
        "46 % (34 % to 59 %) of the 54 whose end is known were recovered.",
        "Cases with a voucher were recovered in 62 % (45 % to 76 %) of 34.",
        (
            "With money 62 % were recovered, without 20 %: more apart than chance explains. It does not say "
            "that the money did it, since who is given some is no accident."
        ),
        "296.00 GBP is promised or paid in all, 11.84 GBP for each recovered customer.",
    ]


def test_where_chance_explains_a_difference_none_is_said(shop: Shop) -> None:
    # 8 of 20 is 0.2188 to 0.6134 by Wilson's formula, 21 of 34 0.4504 to 0.7610: they overlap.
    put_all(shop, *STORY, (8, WON, APOLOGY), (12, LOST, APOLOGY))
    said = ask(shop)["says"]
    assert "With money 62 % were recovered, without 40 %: no difference that these numbers can show." in said
    assert not [sentence for sentence in said if "chance" in sentence]


def test_of_too_few_nothing_is_said_but_how_many_they_are(shop: Shop) -> None:
    put_all(shop, (19, WON, VOUCHER), (3, LOST, APOLOGY))
    said = ask(shop)
    assert [(row["key"], row["known"], row["share"], row["low"]) for row in said["rows"]] == [
        ("apology", 3, None, None),
        ("voucher", 19, None, None),
    ]
    assert said["says"][2:3] == [
        "With money 19 and without 3 are known to have ended, too few to compare them."
    ]


def test_without_a_known_end_or_a_case_it_says_so(shop: Shop) -> None:
    assert ask(shop)["says"] == []
    assert ask(shop)["rows"] == []
    assert ask(shop, OutcomesBy.MONTH)["rows"] == []
    put_all(shop, (1, "resolved", []))
    assert ask(shop)["says"] == ["1 case: 1 still open.", "It is not known of any yet how it ended."]
    put_all(shop, (1, LOST, []))
    assert ask(shop)["says"][1] == "How 1 case ended is known, too few to say how cases usually end."


def test_a_case_counts_under_what_was_given_last_and_money_counts_first(shop: Shop) -> None:
    def change(session: Session) -> None:
        put(session, shop, WON, [("voucher", 500), ("refund", 700), ("apology", None)])
        put(session, shop, WON, [("apology", None), ("callback", None)])
        put(session, shop, WON, [("gift", 900), ("voucher", 300, GestureState.VOID)])
        put(session, shop, WON, [("voucher", 300, GestureState.VOID)])
        put(session, shop, WON, [("refund", 300, GestureState.REJECTED)])
        put(session, shop, WON, [("credit", 300, GestureState.HELD)])
        put(session, shop, WON, [("voucher", 400, GestureState.EXPIRED)])
        put(session, shop, WON, [("discount", 200, GestureState.SPENT)])

    shop.write(change)
    said = ask(shop, drill=True)
    assert [(row["key"], row["cases"], row["cost"], row["behind"]) for row in said["rows"]] == [
        ("callback", 1, "0.00", ["C-0002"]),
        ("discount", 1, "2.00", ["C-0008"]),
        ("gift", 1, "9.00", ["C-0003"]),
        # What was promised in all, by both its gestures.
        ("refund", 1, "12.00", ["C-0001"]),
        # Given, and never used: it cost nothing.
        ("voucher", 1, "0.00", ["C-0007"]),
        ("none", 3, "0.00", ["C-0004", "C-0005", "C-0006"]),
    ]
    assert [(row["key"], row["cases"]) for row in said["money"]] == [
        ("with money", 4),
        ("without money", 1),
        ("none", 3),
    ]


def test_a_second_bad_experience_counts_within_ninety_days_to_the_second(shop: Shop) -> None:
    first = shop.now - timedelta(days=200)
    ninety = timedelta(days=90)
    second = timedelta(seconds=1)
    tick = timedelta(microseconds=1)

    def change(session: Session) -> None:
        for number, after in enumerate((ninety, ninety + tick, ninety - tick, timedelta(0), ninety + second)):
            who = person(session, shop)
            put(session, shop, WON, customer=who, at=first, reason=f"r{number}")
            put(session, shop, LOST, customer=who, at=first + after, reason="later")
        # Too recent to know.
        put(session, shop, WON, customer=person(session, shop), at=shop.now - ninety + tick, reason="recent")
        put(session, shop, WON, at=shop.now - ninety, reason="just known")

    shop.write(change)
    found = {row["key"]: (row["watched"], row["again"]) for row in ask(shop, OutcomesBy.REASON)["again"]}
    assert found == {
        "r0": (1, 1),
        "r1": (1, 0),
        "r2": (1, 1),
        # Both were logged at the same moment: one of them is the later one.
        "r3": (1, 1),
        "r4": (1, 0),
        "later": (5, 0),
        "recent": (0, 0),
        "just known": (1, 0),
    }


def test_the_later_case_counts_wherever_it_lies_and_also_when_it_was_another_record_of_them(
    shop: Shop,
) -> None:
    long_ago = shop.now - timedelta(days=200)

    def change(session: Session) -> None:
        one, other = person(session, shop), person(session, shop)
        put(session, shop, WON, customer=one, at=long_ago)
        put(session, shop, LOST, customer=other, at=long_ago + timedelta(days=60))

    shop.write(change)
    day = long_ago.date()
    assert [row["again"] for row in ask(shop, since=day, until=day)["again"]] == [0]

    def merge(session: Session) -> None:
        one, other = session.exec(select(Customer).order_by(col(Customer.id).desc()).limit(2)).all()
        found = [customers.find_customer(session, customer.email) for customer in (one, other)]
        merge_customers.merge(session, *found, now=shop.now, actor=shop.actor(session, MAX), because="a test")

    shop.write(merge)
    assert [(row["watched"], row["again"]) for row in ask(shop, since=day, until=day)["again"]] == [(1, 1)]


def test_how_many_come_back_is_said_where_there_are_enough(shop: Shop) -> None:
    def change(session: Session) -> None:
        at = shop.now - timedelta(days=100)
        for number in range(20):
            who = person(session, shop)
            put(session, shop, WON, customer=who, at=at)
            if number < 8:
                put(session, shop, WON, customer=who, at=at + timedelta(days=20))

    shop.write(change)
    # 8 of 20 by Wilson's formula: 0.2188 to 0.6134.
    assert ask(shop)["says"][-1] == (
        "Another bad experience followed within 90 days in 40 % (22 % to 61 %) of 20."
    )


def test_currencies_never_mix(shop: Shop) -> None:
    def change(session: Session) -> None:
        put(session, shop, WON, VOUCHER)
        put(session, shop, WON, [("voucher", 500)], currency="EUR")
        # Its case was logged when the shop still reckoned in pounds.
        put(session, shop, WON, [("voucher", 300)], money="EUR")

    shop.write(change)
    said = ask(shop)
    assert [(row["currency"], row["cases"], row["cost"], row["cost_each"]) for row in said["rows"]] == [
        ("EUR", 2, "8.00", "4.00"),
        ("GBP", 1, "8.00", "8.00"),
    ]
    assert [(row["currency"], row["cases"]) for row in said["totals"]] == [("EUR", 2), ("GBP", 1)]
    assert said["says"][-2:] == [
        "8.00 EUR is promised or paid in all, 4.00 EUR for each recovered customer.",
        "8.00 GBP is promised or paid in all, 8.00 GBP for each recovered customer.",
    ]


def test_months_are_those_of_the_workspaces_zone(shop: Shop) -> None:
    # In London it is an hour later until 25 October 2026.
    def change(session: Session) -> None:
        for at in ("2026-06-30T23:30", "2026-06-30T22:30", "2026-11-30T23:30"):
            put(session, shop, WON, at=datetime.fromisoformat(at).replace(tzinfo=UTC))

    shop.now = datetime(2026, 12, 24, tzinfo=UTC)
    shop.write(change)
    assert [(row["key"], row["cases"]) for row in ask(shop)["months"]] == [
        ("2026-06", 1),
        ("2026-07", 1),
        ("2026-11", 1),
    ]
    assert [
        row["key"] for row in ask(shop, OutcomesBy.MONTH, date(2026, 7, 1), date(2026, 7, 31))["rows"]
    ] == ["2026-07"]


def test_severities_come_in_their_order(shop: Shop) -> None:
    def change(session: Session) -> None:
        for severity in reversed(Severity):
            put(session, shop, WON, severity=severity)

    shop.write(change)
    assert [row["key"] for row in ask(shop, OutcomesBy.SEVERITY)["rows"]] == list(Severity.values())


def test_the_file_for_spreadsheets_holds_the_groups(shop: Shop) -> None:
    put_all(shop, (1, WON, VOUCHER))
    asked = scope(shop)
    table = shop.read(lambda session: answer(session, OutcomesBy.KIND, asked)).main
    assert forms.table_as_csv(table).splitlines() == [
        "key,cases,recovered,lost,no_response,open,not_said,known,share,low,high,cost,cost_each,currency",
        "voucher,1,1,0,0,0,0,1,,,,8.00,8.00,GBP",
    ]


# ---- Against an independent count

GIVEN = st.tuples(
    st.sampled_from([GestureKind.VOUCHER, GestureKind.REFUND, GestureKind.APOLOGY, GestureKind.CALLBACK]),
    st.integers(1, 5000),
    st.sampled_from(list(_WAYS)),
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
