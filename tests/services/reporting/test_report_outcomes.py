"""Did it work? By hand on a small story."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from followup.domain.cases.case import Severity
from followup.domain.goodwill.gesture import GestureState
from followup.reports.outcome_counts import OutcomesBy
from followup.reports.outcomes import answer
from followup.reports.renderers import text as forms
from followup.services.people import customers, merge_customers
from followup.store.tables import Customer
from tests.services.reporting.ended_cases import (
    APOLOGY,
    LOST,
    SILENT,
    VOUCHER,
    WON,
    ask,
    person,
    put,
    put_all,
)
from tests.services.reporting.test_reports import scope
from tests.shop import MAX, Shop

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
