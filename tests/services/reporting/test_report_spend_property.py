"""What was spent, by every key and every two, is what anybody adds up by hand from the rows of the tables."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import EntryKind, Figure
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.domain.shared.money import Money
from followup.errors import FollowupError
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, spend
from followup.services.cases import cases, mistaken_case
from followup.services.goodwill import approvals, budgets, gestures, ledger, vouchers
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.people import agents
from followup.services.shared import parse_input
from followup.store.tables import Approval, Case, Customer, Gesture
from tests.services.undone import undone
from tests.shop import ANA, DIANA, MAX, SEN, Shop

ZONES = ("Europe/London", "Pacific/Auckland", "America/Los_Angeles", "UTC", "Asia/Kolkata")
BEGIN = datetime(2026, 9, 30, 10, 30, tzinfo=UTC)
WORDS = "It came late and broken, and nobody told her anything for a week, which is not how we mean to serve."
Keys = tuple[str, ...]
Figures = dict[tuple[Keys, str], tuple[int, int, int, int, int]]


# ---- Histories


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What happens, one after the other, each some hours after the one before."""
    happens = st.fixed_dictionaries(
        {
            "what": st.sampled_from(
                ("request", "request", "request", "euro", "decide", "pay", "void", "use", "mistake")
            ),
            "hours": st.sampled_from((0, 1, 5, 13, 26, 24 * 9, 24 * 20)),
            "customer": st.sampled_from(("priya@example.com", "tom@example.com", "ada@example.com")),
            "reason": st.sampled_from(("late-delivery", "damaged-item", "billing-error", "long-wait")),
            "kind": st.sampled_from((None, "refund", "voucher", "credit", "apology")),
            "pounds": st.integers(1, 70),
            "by": st.sampled_from((ANA, SEN, DIANA)),
            "place": st.integers(0, 7),
        }
    )
    return draw(st.lists(happens, min_size=1, max_size=9))


def live(session: Session, shop: Shop, history: list[dict[str, Any]]) -> None:
    """Let a history happen. What the rules refuse does not."""
    now = BEGIN
    for step in history:
        now += timedelta(hours=step["hours"])
        try:
            with session.begin_nested():
                _STEPS[step["what"]](session, shop, now, step)
        except FollowupError:
            continue


def request(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    flags = {
        "customer": step["customer"],
        "name": "Somebody",
        "reason": step["reason"],
        "severity": "moderate",
        "order_value": "80.00",
    }
    facts = {"overcharged": "18.40"} if step["reason"] == "billing-error" else {}
    actor = shop.actor(session, step["by"])
    told = cases.read_case(shop.rules, flags, facts, now=now)
    case = cases.open_case(session, shop.rules, told, now=now, actor=actor)
    _customer(session, step["customer"])
    kind = parse_input.word("kind", step["kind"], GestureKind) if step["kind"] else None
    amount = Money(step["pounds"] * 100, "GBP") if kind and kind.has_amount else None
    wish = gestures.Wish(kind=kind, amount=amount, because=WORDS)
    gestures.request_gesture(session, shop.rules, case, wish, now=now, actor=actor)


def euro(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    """A gesture in another currency, as a workspace has it that once counted in that."""
    request(session, shop, now, {**step, "kind": "apology"})
    last = session.exec(select(Gesture).order_by(col(Gesture.id).desc())).first()
    assert last is not None
    given = Gesture(
        case_id=last.case_id,
        agent_id=last.agent_id,
        state=GestureState.ISSUED,
        kind=GestureKind.REFUND,
        gesture_class=GestureClass.GOODWILL,
        amount_minor=step["pounds"] * 100,
        currency="EUR",
        policy_version="1",
        requested_at=now,
    )
    session.add(given)
    session.flush()
    actor = shop.actor(session, MAX)
    ledger.hold(session, given, [], now=now, actor=actor)
    ledger.move(session, given, EntryKind.COMMIT, Figure.HELD, now=now, actor=actor)


def decide(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    approval = _one(session.exec(select(Approval).order_by(col(Approval.id))).all(), step)
    decided = approvals.approve if step["pounds"] % 3 else approvals.reject
    decided(session, shop.rules, approval, now=now, actor=shop.actor(session, MAX), because=WORDS)


def pay(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    gestures.pay(session, _gesture(session, step), now=now, actor=shop.actor(session, MAX), because=WORDS)


def void(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    gestures.void(session, _gesture(session, step), now=now, actor=shop.actor(session, MAX), because=WORDS)


def use(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    voucher = vouchers.voucher_of(session, _gesture(session, step))
    if voucher is None:
        raise FollowupError("no voucher", code="none")
    amount = Money(min(step["pounds"] * 100, voucher.amount_minor - voucher.redeemed_minor), "GBP")
    actor = shop.actor(session, MAX)
    vouchers.redeem(session, shop.rules, voucher, now=now, actor=actor, amount=amount)


def mistake(session: Session, shop: Shop, now: datetime, step: dict[str, Any]) -> None:
    """The case of a gesture turns out to be logged by mistake."""
    case = session.get_one(Case, _gesture(session, step).case_id)
    actor = shop.actor(session, MAX)
    for one in session.exec(select(Gesture).where(col(Gesture.case_id) == case.id)).all():
        if one.state in COUNTED:
            gestures.void(session, one, now=now, actor=actor, because=WORDS)
    mistaken_case.take_out(session, case, now=now, actor=actor, because=WORDS)


_STEPS = {
    "request": request,
    "euro": euro,
    "decide": decide,
    "pay": pay,
    "void": void,
    "use": use,
    "mistake": mistake,
}


def _one(found: Iterable[Any], step: dict[str, Any]) -> Any:
    there = list(found)
    if not there:
        raise FollowupError("none", code="none")
    return there[step["place"] % len(there)]


def _gesture(session: Session, step: dict[str, Any]) -> Gesture:
    found: Gesture = _one(session.exec(select(Gesture).order_by(col(Gesture.id))).all(), step)
    return found


def _customer(session: Session, email: str) -> None:
    person = session.exec(select(Customer).where(col(Customer.email) == email)).one()
    person.segment = {"p": "vip", "t": "regular"}.get(email[0])
    session.add(person)


# ---- Adding up by hand


def rows_of(session: Session, query: str) -> list[Any]:
    return list(session.connection().exec_driver_sql(query).mappings())


def instant(stored: Any) -> datetime:
    """An instant as a driver gives it."""
    read = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


@dataclass(frozen=True)
class Rows:
    """The tables as they are, each row by its number."""

    agents: dict[int, Any]
    segments: dict[int, str | None]
    cases: dict[int, Any]
    gestures: dict[int, Any]
    entries: list[Any]
    drawn: dict[int, list[str]]


def read(session: Session) -> Rows:
    def numbered(query: str) -> dict[int, Any]:
        return {row["id"]: row for row in rows_of(session, query)}

    drawn = defaultdict(list)
    for row in rows_of(
        session,
        "SELECT entry_id, name FROM draw JOIN budgetperiod ON budgetperiod.id = budget_period_id"
        " JOIN budget ON budget.id = budget_id",
    ):
        drawn[row["entry_id"]].append(row["name"])
    people = numbered("SELECT id, segment FROM customer")
    return Rows(
        agents=numbered("SELECT id, email, team FROM agent"),
        segments={number: row["segment"] for number, row in people.items()},
        cases=numbered("SELECT id, reason, customer_id, status FROM cases"),
        gestures=numbered("SELECT * FROM gesture"),
        entries=rows_of(session, "SELECT id, gesture_id, taken_from, put_to, amount_minor FROM ledgerentry"),
        drawn=drawn,
    )


def by_hand(rows: Rows, by: Iterable[SpendBy], asked: Scope) -> Figures:
    """What `spend` promises, from nothing but the rows of the tables."""
    keys = tuple(by)
    zone = ZoneInfo(asked.timezone)
    figures: dict[tuple[Keys, str], dict[str, int]] = {}
    counted = defaultdict(set)
    for entry in rows.entries:
        one = rows.gestures[entry["gesture_id"]]
        case, agent = rows.cases[one["case_id"]], rows.agents[one["agent_id"]]
        day = instant(one["requested_at"]).astimezone(zone).date()
        if (asked.since and day < asked.since) or (asked.until and day > asked.until):
            continue
        budgets: list[str | None] = [None]
        if SpendBy.BUDGET in keys:
            budgets = [*rows.drawn.get(entry["id"], ())] or [None]
        for budget in budgets:
            told = {
                SpendBy.REASON: case["reason"],
                SpendBy.AGENT: agent["email"],
                SpendBy.TEAM: agent["team"],
                SpendBy.KIND: one["kind"],
                SpendBy.CLASS: one["gesture_class"],
                SpendBy.BUDGET: budget,
                SpendBy.SEGMENT: rows.segments[case["customer_id"]],
                SpendBy.MONTH: f"{day:%Y-%m}",
            }
            key = tuple("none" if told[name] is None else told[name] for name in keys), one["currency"]
            row = figures.setdefault(key, defaultdict(int))
            row[entry["put_to"]] += entry["amount_minor"]
            row[entry["taken_from"]] -= entry["amount_minor"]
            if case["status"] != "undone":
                counted[key].add(entry["gesture_id"])
    return {
        key: (len(counted[key]), row["held"], row["committed"], row["spent"], row["released"])
        for key, row in figures.items()
    }


def reported(session: Session, by: Iterable[SpendBy], asked: Scope) -> Figures:
    rows = spend(session, tuple(by), asked)
    found = {
        (row.keys, row.currency): (
            row.gestures,
            row.held_minor,
            row.committed_minor,
            row.spent_minor,
            row.released_minor,
        )
        for row in rows
    }
    assert len(found) == len(rows), "a key has two rows"
    return found


def scope(timezone: str, since: date | None = None, until: date | None = None) -> Scope:
    return Scope(
        since=since,
        until=until,
        timezone=timezone,
        currency="GBP",
        now=datetime(2027, 6, 1, tzinfo=UTC),
    )


# ---- What is proved


@pytest.fixture
def history_shop(shop: Shop) -> Shop:
    """With a budget for all, and one besides for what is damaged; Sen is in no team."""
    shop.budget("5000.00", "year", name="all")
    shop.budget("90.00", "month", name="damage", scopes=["reason=damaged-item"])
    shop.write(
        lambda session: agents.set_agent(session, SEN, now=shop.now, actor=shop.actor(session, MAX), team="")
    )
    return shop


KEYS: list[tuple[SpendBy, ...]] = [(), *((key,) for key in SpendBy), *combinations(SpendBy, 2)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=histories(),
    timezone=st.sampled_from(ZONES),
    since=st.none() | st.dates(date(2026, 9, 28), date(2026, 12, 1)),
    days=st.none() | st.integers(0, 80),
    backwards=st.booleans(),
)
def test_spend_by_any_keys_is_what_the_rows_of_the_tables_add_up_to(
    history_shop: Shop,
    history: list[dict[str, Any]],
    timezone: str,
    since: date | None,
    days: int | None,
    backwards: bool,
) -> None:
    until = None if days is None else (since or date(2026, 9, 28)) + timedelta(days=days)
    asked = scope(timezone, since, until)
    with undone(history_shop) as session:
        live(session, history_shop, history)
        rows = read(session)
        whole = {currency: row for (_, currency), row in by_hand(rows, (), asked).items()}
        for keys in KEYS:
            by = keys[::-1] if backwards else keys
            found = reported(session, by, asked)
            assert found == by_hand(rows, by, asked), by
            if SpendBy.BUDGET not in by:
                assert added_up(found) == whole, by


def added_up(figures: Figures) -> dict[str, tuple[int, ...]]:
    sums: dict[str, tuple[int, ...]] = {}
    for (_, currency), row in figures.items():
        sums[currency] = tuple(map(sum, zip(row, sums.get(currency, (0,) * 5), strict=True)))
    return sums


def straddling(session: Session, shop: Shop) -> None:
    """Two gestures an hour apart, before and after the midnight that ends October in Los Angeles."""
    told = {"customer": "priya@example.com", "reason": "late-delivery", "kind": None, "by": ANA, "pounds": 1}
    # The clocks there go back on 1 November at two, so that midnight is seven o'clock in UTC.
    for hour, name in ((6, "priya@example.com"), (7, "tom@example.com")):
        request(session, shop, datetime(2026, 11, 1, hour, 30, tzinfo=UTC), {**told, "customer": name})


def test_adding_up_in_another_zone_would_come_to_something_else(history_shop: Shop) -> None:
    month = (SpendBy.MONTH,)
    there, utc = scope("America/Los_Angeles"), scope("UTC")
    with undone(history_shop) as session:
        straddling(session, history_shop)
        assert reported(session, month, there) == by_hand(read(session), month, there)
        assert {keys: row[0] for (keys, _), row in reported(session, month, there).items()} == {
            ("2026-10",): 1,
            ("2026-11",): 1,
        }
        assert reported(session, month, there) != by_hand(read(session), month, utc)
        first = scope("America/Los_Angeles", until=date(2026, 10, 31))
        assert [row[0] for row in reported(session, (), first).values()] == [1]


def test_currencies_stand_in_rows_of_their_own(history_shop: Shop) -> None:
    told = {"customer": "ada@example.com", "reason": "late-delivery", "by": ANA, "pounds": 7, "place": 0}
    with undone(history_shop) as session:
        request(session, history_shop, BEGIN, {**told, "kind": "refund"})
        euro(session, history_shop, BEGIN, {**told, "kind": None})
        assert reported(session, (SpendBy.REASON,), scope("UTC")) == {
            (("late-delivery",), "EUR"): (1, 0, 700, 0, 0),
            (("late-delivery",), "GBP"): (1, 0, 700, 0, 0),
        }


TOLD = {"hours": 1, "customer": "ada@example.com", "reason": "damaged-item", "place": 0, "by": ANA}


def test_a_budget_and_the_report_mean_the_same_by_every_figure(history_shop: Shop) -> None:
    """A case taken back counts no gesture, but its money was held and came back, as that of a void one."""
    steps: list[dict[str, Any]] = [
        # 9.00, of which 4.00 are used.
        {"what": "request", "kind": "voucher", "pounds": 9},
        {"what": "use", "kind": None, "pounds": 4},
        # 7.00, whose case turns out to be a mistake.
        {"what": "request", "kind": "voucher", "pounds": 7, "customer": "tom@example.com"},
        {"what": "mistake", "kind": None, "pounds": 1, "place": 1},
        # 6.00, void: a gesture as any other, which came to nothing.
        {"what": "request", "kind": "credit", "pounds": 6, "customer": "priya@example.com"},
        {"what": "void", "kind": None, "pounds": 1, "place": 2},
        {"what": "request", "kind": "credit", "pounds": 8, "reason": "long-wait"},
    ]
    with undone(history_shop) as session:
        live(session, history_shop, [{**TOLD, **step} for step in steps])
        # held, committed, spent, released; `damage` is for what was damaged alone.
        expected = {"all": (0, 1300, 400, 1300), "damage": (0, 500, 400, 1300)}
        standings = {
            name: budgets.standing_now(
                session, budgets.find_budget(session, name), BEGIN + timedelta(hours=9)
            ).figures
            for name in expected
        }
        assert {
            name: (one.held_minor, one.committed_minor, one.spent_minor, one.released_minor)
            for name, one in standings.items()
        } == expected
        found = reported(session, (SpendBy.BUDGET,), scope("UTC"))
        assert {keys[0]: row[1:] for (keys, _), row in found.items()} == expected
        assert {keys[0]: row[0] for (keys, _), row in found.items()} == {"all": 3, "damage": 2}
        assert found == by_hand(read(session), (SpendBy.BUDGET,), scope("UTC"))


def test_histories_come_to_everything_that_money_can_do(history_shop: Shop) -> None:
    """The examples prove nothing about what never happens in them."""
    told = {"hours": 1, "customer": "ada@example.com", "reason": "damaged-item", "place": 0, "by": ANA}
    steps: list[dict[str, Any]] = [
        {"what": "request", "kind": "voucher", "pounds": 9},
        {"what": "use", "kind": None, "pounds": 4},
        {"what": "request", "kind": "refund", "pounds": 40},
        {"what": "decide", "kind": None, "pounds": 1},
        {"what": "pay", "kind": None, "pounds": 1, "place": 1},
        {"what": "void", "kind": None, "pounds": 1, "place": 1},
    ]
    with undone(history_shop) as session:
        live(session, history_shop, [{**told, **step} for step in steps])
        assert {row["kind"] for row in rows_of(session, "SELECT DISTINCT kind FROM ledgerentry")} == {
            kind.value for kind in EntryKind
        }
