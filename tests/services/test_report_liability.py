from datetime import timedelta

from sqlmodel import Session, select

from followup.domain.money import Money
from followup.reports.liability import LiabilityRow, liability
from followup.services import vouchers
from followup.services.actors import DAEMON
from followup.store.tables import Voucher
from tests.services.test_reports import scope
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
