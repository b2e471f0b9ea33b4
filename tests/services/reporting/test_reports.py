import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from followup.errors import Refused, WrongUsage
from followup.reports.answer import document
from followup.reports.renderers import text as forms
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, SpendRow, answer, spend
from followup.services.goodwill import gestures
from followup.services.people import agents
from followup.store.tables import Customer, Gesture
from tests.shop import ANA, DIANA, MAX, SEN, Shop

Line = tuple[str, int, int, int, int, int]


def scope(shop: Shop, since: date | None = None, until: date | None = None, *, drill: bool = False) -> Scope:
    settings = shop.workspace.settings
    return Scope(
        since=since,
        until=until,
        timezone=settings.timezone,
        currency=settings.currency,
        now=shop.now,
        drill=drill,
    )


def ask(
    shop: Shop, by: SpendBy, since: date | None = None, until: date | None = None
) -> tuple[list[SpendRow], list[SpendRow]]:
    asked = scope(shop, since, until)
    return shop.read(lambda session: (spend(session, [by], asked), spend(session, [], asked)))


def line(row: SpendRow) -> Line:
    return (row.key, row.gestures, row.held_minor, row.committed_minor, row.spent_minor, row.released_minor)


def rows(shop: Shop, by: SpendBy, since: date | None = None, until: date | None = None) -> list[Line]:
    return [line(row) for row in ask(shop, by, since, until)[0]]


def step(shop: Shop, gesture: Gesture, what: Callable[..., Gesture]) -> None:
    def change(session: Session) -> None:
        found = session.get_one(Gesture, gesture.id)
        what(session, found, now=shop.now, actor=shop.actor(session, MAX), because="a test")

    shop.write(change)


@pytest.fixture
def told(shop: Shop) -> Shop:
    """Six gestures, one of them without money:

    voucher  8.00  late-delivery  Ana    committed   segment vip
    refund  20.00  damaged-item   Ana    spent
    refund  40.00  damaged-item   Ana    held (an approval waits)
    credit  25.00  missed-appointment  Sen (no team)  released (taken back)
    refund  18.40  billing-error  Diana  committed, owed, so it draws on no budget
    apology        long-wait      Diana
    """
    shop.budget("500.00", "year", name="all")
    shop.budget("100.00", "year", name="damage", scopes=["reason=damaged-item"])
    shop.write(
        lambda session: agents.set_agent(session, SEN, now=shop.now, actor=shop.actor(session, MAX), team="")
    )
    first = shop.open_case("priya@example.com")

    def make_vip(session: Session) -> None:
        session.get_one(Customer, first.customer_id).segment = "vip"

    shop.write(make_vip)
    shop.request(first)
    tom = shop.open_case("tom@example.com", reason="damaged-item", severity="serious")
    step(shop, shop.request(tom, "refund", "20.00"), gestures.pay)
    ada = shop.open_case("ada@example.com", reason="damaged-item", severity="serious", order_value="100.00")
    shop.request(ada, "refund", "40.00")
    lin = shop.open_case("lin@example.com", reason="missed-appointment", by=SEN)
    step(shop, shop.request(lin, by=SEN), gestures.void)
    sam = shop.open_case("sam@example.com", reason="billing-error", by=DIANA, fact_overcharged="18.40")
    shop.request(sam, by=DIANA)
    uma = shop.open_case("uma@example.com", reason="long-wait", severity="minor", by=DIANA)
    shop.request(uma, by=DIANA)
    return shop


EXPECTED: dict[SpendBy, list[Line]] = {
    SpendBy.REASON: [
        ("billing-error", 1, 0, 1840, 0, 0),
        ("damaged-item", 2, 4000, 0, 2000, 0),
        ("late-delivery", 1, 0, 800, 0, 0),
        ("missed-appointment", 1, 0, 0, 0, 2500),
    ],
    SpendBy.AGENT: [
        (ANA, 3, 4000, 800, 2000, 0),
        (DIANA, 1, 0, 1840, 0, 0),
        (SEN, 1, 0, 0, 0, 2500),
    ],
    SpendBy.TEAM: [("none", 1, 0, 0, 0, 2500), ("north", 4, 4000, 2640, 2000, 0)],
    SpendBy.KIND: [
        ("credit", 1, 0, 0, 0, 2500),
        ("refund", 3, 4000, 1840, 2000, 0),
        ("voucher", 1, 0, 800, 0, 0),
    ],
    SpendBy.CLASS: [("corrective", 1, 0, 1840, 0, 0), ("goodwill", 4, 4000, 800, 2000, 2500)],
    # What is damaged counts in both budgets, what is owed in none.
    SpendBy.BUDGET: [
        ("none", 1, 0, 1840, 0, 0),
        ("all", 4, 4000, 800, 2000, 2500),
        ("damage", 2, 4000, 0, 2000, 0),
    ],
    SpendBy.SEGMENT: [("none", 4, 4000, 1840, 2000, 2500), ("vip", 1, 0, 800, 0, 0)],
    SpendBy.MONTH: [("2026-11", 5, 4000, 2640, 2000, 2500)],
}


def test_every_key_has_its_expectation() -> None:
    assert set(EXPECTED) == set(SpendBy)


@pytest.mark.parametrize("by", SpendBy)
def test_spend_by_each_key_is_what_was_given(told: Shop, by: SpendBy) -> None:
    assert sorted(rows(told, by)) == sorted(EXPECTED[by])


@pytest.mark.parametrize("by", [by for by in SpendBy if by is not SpendBy.BUDGET])
def test_the_rows_add_up_to_the_total_and_the_total_to_the_ledger(told: Shop, by: SpendBy) -> None:
    found, (total,) = ask(told, by)
    assert line(total) == ("total", 5, 4000, 2640, 2000, 2500)
    for name in ("gestures", "held_minor", "committed_minor", "spent_minor", "released_minor"):
        assert sum(getattr(row, name) for row in found) == getattr(total, name)
    # Added up by the database itself, entry by entry.
    ledger = told.read(
        lambda session: session.execute(
            text(
                "SELECT sum(CASE WHEN put_to = 'committed' THEN amount_minor ELSE 0 END)"
                " - sum(CASE WHEN taken_from = 'committed' THEN amount_minor ELSE 0 END) FROM ledgerentry"
            )
        ).scalar()
    )
    assert ledger == 2640


def test_of_one_budget_the_report_says_what_the_budget_says(told: Shop) -> None:
    stored = told.read(
        lambda session: session.execute(
            text(
                "SELECT name, held_minor, committed_minor, spent_minor, released_minor FROM budgetperiod"
                " JOIN budget ON budget.id = budget_id ORDER BY name"
            )
        ).all()
    )
    reported = [(row[0], *row[2:]) for row in sorted(rows(told, SpendBy.BUDGET)) if row[0] != "none"]
    assert [tuple(row) for row in stored] == reported


# ---- When


def request_at(shop: Shop, moment: datetime, name: str) -> None:
    shop.now = moment
    shop.request(shop.open_case(f"{name}@example.com"))


def test_a_month_is_that_of_the_workspaces_zone(shop: Shop) -> None:
    # Half past eleven on the last evening of October in London is one o'clock, 13 hours on, in Auckland.
    request_at(shop, datetime(2026, 10, 31, 23, 30, tzinfo=UTC), "a")
    request_at(shop, datetime(2026, 11, 1, 0, 30, tzinfo=UTC), "b")
    assert [(key, count) for key, count, *_ in rows(shop, SpendBy.MONTH)] == [("2026-10", 1), ("2026-11", 1)]
    shop.settings(timezone="Pacific/Auckland")
    assert [(key, count) for key, count, *_ in rows(shop, SpendBy.MONTH)] == [("2026-11", 2)]


def test_summer_time_moves_the_border_of_a_month(shop: Shop) -> None:
    # At 23:30 UTC on 30 June it is half past midnight of 1 July in London.
    request_at(shop, datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "a")
    request_at(shop, datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "b")
    assert [(key, count) for key, count, *_ in rows(shop, SpendBy.MONTH)] == [("2026-06", 1), ("2026-07", 1)]


def test_months_without_a_gesture_have_no_row_and_the_year_may_change(shop: Shop) -> None:
    request_at(shop, datetime(2026, 11, 30, 12, tzinfo=UTC), "a")
    request_at(shop, datetime(2027, 2, 1, 12, tzinfo=UTC), "b")
    assert [(key, committed) for key, _, _, committed, *_ in rows(shop, SpendBy.MONTH)] == [
        ("2026-11", 800),
        ("2027-02", 800),
    ]


def test_the_first_and_the_last_day_count(shop: Shop) -> None:
    for day in (1, 2, 3, 4):
        request_at(shop, datetime(2026, 11, day, 23, 59, tzinfo=UTC), f"c{day}")
    second, third = date(2026, 11, 2), date(2026, 11, 3)
    for by in (SpendBy.REASON, SpendBy.MONTH):
        assert [count for _, count, *_ in rows(shop, by, second, third)] == [2]
        assert [count for _, count, *_ in rows(shop, by, second, None)] == [3]
        assert [count for _, count, *_ in rows(shop, by, None, second)] == [2]
        assert rows(shop, by, date(2027, 1, 1), None) == []


def test_money_counts_where_it_was_requested_wherever_it_is_now(shop: Shop) -> None:
    shop.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    gesture = shop.request(shop.open_case(), "refund", "20.00")
    shop.now = datetime(2026, 12, 5, 12, tzinfo=UTC)
    step(shop, gesture, gestures.pay)
    assert rows(shop, SpendBy.MONTH) == [("2026-11", 1, 0, 0, 2000, 0)]


def test_where_nothing_was_given_the_total_is_nothing(shop: Shop) -> None:
    for by in SpendBy:
        found, totals = ask(shop, by)
        assert found == []
        assert totals == []
        said = shop.read(lambda session, key=by: document(answer(session, [key], scope(shop)), "GBP"))  # type: ignore[misc]
        assert (said["rows"], said["total"]["committed"]) == ([], "0.00")


# ---- Two levels, and what is behind a figure


def test_two_levels_are_shown_with_the_sums_of_the_first(told: Shop) -> None:
    by = [SpendBy.KIND, SpendBy.REASON]
    said = told.read(lambda session: document(answer(session, by, scope(told)), "GBP"))
    assert [(row["key"], row["then"], row["gestures"]) for row in said["rows"]] == [
        ("refund", "damaged-item", 2),
        ("refund", "billing-error", 1),
        ("voucher", "late-delivery", 1),
        ("credit", "missed-appointment", 1),
    ]
    assert [(row["key"], row["gestures"], row["spent"]) for row in said["groups"]] == [
        ("refund", 3, "20.00"),
        ("voucher", 1, "0.00"),
        ("credit", 1, "0.00"),
    ]


def test_the_most_costly_come_first_of_the_own_currency_and_months_as_they_follow(told: Shop) -> None:
    own = scope(told)
    abroad = replace(own, currency="EUR")

    def said(by: list[SpendBy], asked: Scope) -> list[tuple[str, str, str]]:
        rows = told.read(lambda session: document(answer(session, by, asked), "GBP")["rows"])
        return [(row["key"], row["cost"], row["currency"]) for row in rows]

    told.now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    later = told.request(told.open_case("zoe@example.com"), "refund", "24.00")
    told.write(
        lambda session: session.connection().execute(
            text("UPDATE gesture SET currency = 'EUR' WHERE id = :number"), {"number": later.id}
        )
    )
    reasons = [
        ("damaged-item", "20.00", "GBP"),
        ("billing-error", "18.40", "GBP"),
        ("late-delivery", "8.00", "GBP"),
        ("missed-appointment", "0.00", "GBP"),
    ]
    euros = ("late-delivery", "24.00", "EUR")
    assert said([SpendBy.REASON], own) == [*reasons, euros]
    assert said([SpendBy.REASON], abroad) == [euros, *reasons]
    assert said([SpendBy.MONTH], own) == [("2026-11", "46.40", "GBP"), ("2026-12", "24.00", "EUR")]


@pytest.mark.parametrize("first", SpendBy)
def test_the_second_level_adds_up_to_the_first(told: Shop, first: SpendBy) -> None:
    def by(*keys: SpendBy) -> list[SpendRow]:
        return told.read(lambda session: spend(session, keys, scope(told)))

    for then in SpendBy:
        if first is then or SpendBy.BUDGET in (first, then):
            continue
        fine = by(first, then)
        for row in by(first):
            parts = [part for part in fine if part.key == row.key]
            assert sum(part.gestures for part in parts) == row.gestures, then
            assert sum(part.committed_minor for part in parts) == row.committed_minor, then
    with pytest.raises(WrongUsage):
        by(first, first)


def test_a_line_names_the_gestures_behind_it(told: Shop) -> None:
    said = told.read(
        lambda session: document(answer(session, [SpendBy.KIND], scope(told, drill=True)), "GBP")
    )
    assert [(row["key"], row["behind"]) for row in said["rows"]] == [
        ("refund", ["G-0002", "G-0003", "G-0005"]),
        ("voucher", ["G-0001"]),
        ("credit", ["G-0004"]),
    ]


def test_a_period_that_ends_before_it_begins_is_refused(shop: Shop) -> None:
    with pytest.raises(WrongUsage):
        scope(shop, date(2026, 11, 2), date(2026, 11, 1))


# ---- Forms


def test_the_document_carries_money_as_text_with_its_currency(told: Shop) -> None:
    said = told.read(lambda session: document(answer(session, [SpendBy.CLASS], scope(told)), "GBP"))
    assert said["by"] == "class"
    assert said["rows"][1] == {
        "key": "corrective",
        "gestures": 1,
        "held": "0.00",
        "committed": "18.40",
        "spent": "0.00",
        "cost": "18.40",
        "released": "0.00",
        "currency": "GBP",
    }
    assert said["total"]["committed"] == "26.40"
    assert said["totals"] == [said["total"]]


def test_a_csv_can_be_read_back_and_holds_no_formula() -> None:
    names = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", 'a "quoted", b', "two\nlines", "-12.50", "plain"]
    names += ["--1", " =1", "\uff1d1+1"]
    written = forms.as_csv(["key", "amount"], [{"key": name, "amount": "1.00"} for name in names])
    read_back = list(csv.reader(io.StringIO(written, newline="")))
    assert read_back[0] == ["key", "amount"]
    assert [row[0] for row in read_back[1:]] == [
        *("'=1+1", "'+1", "'-1+1", "'@SUM(A1)", "'\tx", 'a "quoted", b', "two\nlines", "-12.50", "plain"),
        *("'--1", "' =1", "'\uff1d1+1"),
    ]
    assert written.endswith("\r\n")


def test_a_report_overwrites_nothing(tmp_path: Path) -> None:
    target = tmp_path / "spend.csv"
    forms.write_new(target, "one\r\n")
    with pytest.raises(Refused) as caught:
        forms.write_new(target, "two\r\n")
    assert caught.value.code == "file_exists"
    assert target.read_bytes() == b"one\r\n"
