from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import local_day
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.shared.money import Money
from followup.reports.answer import document
from followup.reports.liability import LiabilityRow, answer, liability
from followup.services.goodwill import vouchers
from followup.services.shared.actors import DAEMON
from followup.store.tables import Gesture, Voucher
from tests.services.reporting.test_reports import scope
from tests.shop import Shop


def test_what_was_issued_is_redeemed_owed_breakage_or_taken_back(shop: Shop) -> None:
    # Five vouchers of 8.00 GBP, issued a month apart; their last days lie 365 days later.
    for month in range(5):
        shop.now += timedelta(days=30 if month else 0)
        shop.request(shop.open_case(f"c{month}@example.com"))

    def use(session: Session) -> None:
        first, second, third, _, _ = session.exec(select(Voucher)).all()
        actor = shop.actor(session)
        for voucher, pence in ((first, 800), (second, 300)):
            vouchers.redeem(
                session, shop.rules, voucher, now=shop.now, actor=actor, amount=Money(pence, "GBP")
            )
        vouchers.void(session, third, now=shop.now, actor=actor, because="x")

    shop.write(use)
    shop.now += timedelta(days=365 - 120 + 32)
    shop.write(lambda session: vouchers.expire(session, shop.rules, now=shop.now, actor=DAEMON))
    _, totals = shop.read(lambda session: liability(session, scope(shop)))
    # The second expired with 5.00 left; the fourth and fifth are still owed.
    assert totals == [LiabilityRow("total", "GBP", 5, 4000, 1100, 1600, 500, 800)]


def test_vouchers_are_listed_by_the_month_of_their_last_day(shop: Shop) -> None:
    shop.request(shop.open_case())
    rows, _ = shop.read(lambda session: liability(session, scope(shop)))
    assert [(row.key, row.liability_minor) for row in rows] == [("2027-11", 800)]


def test_without_vouchers_the_total_is_zero(shop: Shop) -> None:
    rows, totals = shop.read(lambda session: liability(session, scope(shop)))
    assert rows == []
    assert totals == [LiabilityRow("total", "GBP", 0, 0, 0, 0, 0, 0)]


def ask(
    shop: Shop, since: date | None = None, until: date | None = None, *, drill: bool = False
) -> dict[str, Any]:
    asked = scope(shop, since, until, drill=drill)
    return shop.read(lambda session: document(answer(session, asked), "GBP"))


def put(session: Session, shop: Shop, number: int, **told: Any) -> None:
    """A voucher as it would be after a while: `age` days old, `left` days to go, of which some is used."""
    amount, used, state = told["amount"], told.get("used", 0), told.get("state", VoucherState.ISSUED)
    currency = told.get("currency", "GBP")
    gesture = Gesture(
        case_id=1,
        agent_id=1,
        state=GestureState.ISSUED,
        kind=GestureKind.VOUCHER,
        gesture_class=GestureClass.GOODWILL,
        amount_minor=amount,
        currency=currency,
        policy_version="1",
        requested_at=shop.now,
    )
    session.add(gesture)
    session.flush()
    assert gesture.id is not None
    session.add(
        Voucher(
            gesture_id=gesture.id,
            state=VoucherState.REDEEMED if used == amount else state,
            salt=f"{number:032}",
            code_sha256=f"{number:064}",
            hint="ABCD",
            amount_minor=amount,
            redeemed_minor=used,
            currency=currency,
            issued_at=shop.now - timedelta(days=told["age"]),
            expires_on=local_day(shop.now, "Europe/London") + timedelta(days=told["left"]),
        )
    )


def put_all(shop: Shop, told: list[dict[str, Any]]) -> None:
    shop.open_case()

    def change(session: Session) -> None:
        for number, one in enumerate(told):
            put(session, shop, number, **one)

    shop.write(change)


def test_what_can_still_be_used_is_listed_by_age_with_what_ends_soon(shop: Shop) -> None:
    # Today is 2 November 2026; 30 days on is 2 December.
    ages = [(0, 30), (30, 31), (31, 365), (90, 10), (91, 0), (180, 50), (181, 50), (365, 50), (366, 50)]
    put_all(
        shop, [{"amount": 100 + place, "age": age, "left": left} for place, (age, left) in enumerate(ages)]
    )
    said = ask(shop, drill=True)
    assert [
        (row["age"], row["vouchers"], row["liability"], row["soon"], row["behind"]) for row in said["ages"]
    ] == [
        ("0–30", 2, "2.01", "1.00", ["G-0001", "G-0002"]),
        ("31–90", 2, "2.05", "1.03", ["G-0003", "G-0004"]),
        ("91–180", 2, "2.09", "1.04", ["G-0005", "G-0006"]),
        ("181–365", 2, "2.13", "0.00", ["G-0007", "G-0008"]),
        ("older", 1, "1.08", "0.00", ["G-0009"]),
    ]
    assert (said["rows"][0]["key"], said["rows"][0]["behind"]) == ("2026-11", ["G-0004", "G-0005"])
    assert said["says"] == [
        "Vouchers for 9.36 GBP can still be redeemed; 3.07 GBP of it ends within 30 days."
    ]
    assert said["period"] == "all vouchers, as of 2026-11-02, Europe/London"


def test_breakage_is_a_part_of_the_value_of_what_is_over(shop: Shop) -> None:
    # Twenty of 10.00: twelve used up, four half, four not at all. The one that was taken back does not count.
    used = [1000] * 12 + [500] * 4 + [0] * 4
    over = [
        {"amount": 1000, "used": part, "age": 400, "left": -1, "state": VoucherState.EXPIRED} for part in used
    ]
    taken_back = {"amount": 1000, "age": 400, "left": -1, "state": VoucherState.VOID}
    put_all(shop, [*over, taken_back, {"amount": 700, "age": 1, "left": 0}])
    said = ask(shop)
    assert said["breakage"] == [
        {
            "vouchers": 20,
            "issued": "200.00",
            "breakage": "60.00",
            "rate": "0.3000",
            "with_breakage": 8,
            "share": "0.4000",
            "low": "0.2188",  # Wilson, 8 of 20
            "high": "0.6134",
            "currency": "GBP",
        }
    ]
    assert said["says"] == [
        "Vouchers for 7.00 GBP can still be redeemed; 7.00 GBP of it ends within 30 days.",
        "60.00 GBP expired unused: 30 % of the value of vouchers whose last day is over.",
    ]


def test_of_nineteen_it_is_too_early_to_say_how_much_expires(shop: Shop) -> None:
    put_all(shop, [{"amount": 1000, "age": 400, "left": -1}] * 19)
    said = ask(shop)
    (row,) = said["breakage"]
    assert (row["breakage"], row["rate"], row["share"], row["low"]) == ("190.00", None, None, None)
    assert said["says"][1] == (
        "190.00 GBP expired unused; 19 vouchers whose last day is over are too few to say how much usually "
        "does."
    )


def test_the_day_after_its_last_one_a_voucher_is_owed_no_more_though_nobody_ended_it(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.now += timedelta(days=365)
    assert ask(shop)["total"]["liability"] == "8.00"
    shop.now += timedelta(days=1)
    total = ask(shop)["total"]
    assert (total["liability"], total["breakage"]) == ("0.00", "8.00")


def test_days_that_are_asked_for_are_last_days(shop: Shop) -> None:
    put_all(shop, [{"amount": 100, "age": 1, "left": left} for left in (10, 40, 70)])
    said = ask(shop, date(2026, 12, 1), date(2026, 12, 31))
    assert [row["key"] for row in said["rows"]] == ["2026-12"]
    assert said["total"]["liability"] == said["ages"][0]["liability"] == "1.00"
    assert said["period"] == (
        "vouchers with a last day from 2026-12-01 until 2026-12-31, as of 2026-11-02, Europe/London"
    )


ONE = st.fixed_dictionaries(
    {
        "amount": st.integers(1, 5000),
        "part": st.integers(0, 4),
        "age": st.integers(0, 500),
        "left": st.integers(-60, 400),
        "state": st.sampled_from([VoucherState.ISSUED, VoucherState.EXPIRED, VoucherState.VOID]),
        "currency": st.sampled_from(["GBP", "EUR"]),
    }
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(ONE, min_size=1, max_size=30))
def test_it_says_what_adding_up_voucher_by_voucher_says(
    new_shop: Callable[[], Shop], told: list[dict[str, Any]]
) -> None:
    shop = new_shop()
    put_all(shop, [{**one, "used": one["amount"] * one["part"] // 4} for one in told])
    said = ask(shop, drill=True)
    today = local_day(shop.now, "Europe/London")
    months: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 6)
    usable: dict[str, int] = defaultdict(int)
    behind: dict[tuple[str, str], list[str]] = defaultdict(list)
    for voucher in shop.read(lambda session: session.exec(select(Voucher).order_by(col(Voucher.id))).all()):
        left = voucher.amount_minor - voucher.redeemed_minor
        lives = voucher.state is VoucherState.ISSUED and voucher.expires_on >= today
        place = 3 if lives else 5 if voucher.state is VoucherState.VOID else 4
        month = (f"{voucher.expires_on:%Y-%m}", voucher.currency)
        row = months[month]
        behind[month].append(f"G-{voucher.gesture_id:04d}")
        for figure, more in ((0, 1), (1, voucher.amount_minor), (2, voucher.redeemed_minor), (place, left)):
            row[figure] += more
        usable[voucher.currency] += left if lives else 0
    names = ("issued", "redeemed", "liability", "breakage", "taken_back")
    reported = {
        (row["key"], row["currency"]): [row["vouchers"], *(_minor(row[name]) for name in names)]
        for row in said["rows"]
    }
    assert reported == months
    assert {(row["key"], row["currency"]): row["behind"] for row in said["rows"]} == behind
    for total in said["totals"]:
        own = [row for (_, currency), row in months.items() if currency == total["currency"]]
        assert [total["vouchers"], *(_minor(total[name]) for name in names)] == [
            sum(part) for part in zip(*own, strict=True)
        ]
        of_ages = [row for row in said["ages"] if row["currency"] == total["currency"]]
        assert sum(_minor(row["liability"]) for row in of_ages) == usable[total["currency"]]
    shop.engine.dispose()


def _minor(amount: str) -> int:
    return int(amount.replace(".", ""))
