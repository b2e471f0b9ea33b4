"""Whether something arrived is asked once the day by which it was promised is over, never before."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from followup.services.outbox import explain_email
from followup.store.tables import Email
from tests.services.mailing import rows, tick
from tests.shop import Shop


def at(day: int, month: int = 11, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "days", "asked"),
    [
        # Five business days from Monday 2 November are Monday the 9th, so it is asked on Tuesday at nine.
        ("refund", 5, at(10, hour=9)),
        # Four are Friday the 6th; nobody is written to at the weekend.
        ("refund", 4, at(9, hour=9)),
        # Two are over before the three business days of the step.
        ("refund", 2, at(5)),
        # A voucher is there at once.
        ("voucher", 5, at(5)),
    ],
)
def test_it_is_asked_when_it_should_be_there(shop: Shop, kind: str, days: int, asked: datetime) -> None:
    shop.settings(settled_business_days={"refund": days})
    shop.request(shop.open_case(), kind, "5.00")
    assert rows(shop)[1].due_at == asked
    assert rows(shop)[2].due_at == at(16)


def test_the_closing_email_leaves_time_to_answer(shop: Shop) -> None:
    shop.settings(settled_business_days={"refund": 12})
    shop.request(shop.open_case(), "refund", "5.00")
    # Twelve business days are Wednesday the 18th.
    assert [row.due_at for row in rows(shop)[1:]] == [at(19, hour=9), at(23, hour=9)]


def test_what_was_planned_too_early_is_put_off(shop: Shop) -> None:
    shop.settings(settled_business_days={"refund": 5})
    shop.request(shop.open_case(), "refund", "5.00")
    tick(shop)

    def early(session: object) -> None:
        email = session.exec(select(Email).where(col(Email.step) == 2)).one()  # type: ignore[attr-defined]
        email.due_at = at(5)

    shop.write(early)
    assert tick(shop, at(6)).deferred == 1
    second = rows(shop)[1]
    assert (second.reason_code, second.due_at) == ("not_due_yet", at(10, hour=9))
    told = shop.read(
        lambda session: explain_email.story(session, shop.rules, session.get_one(Email, 2), now=at(6))
    )
    assert "the day by which it was promised is not over" in told["story"][-1]["text"]
    assert tick(shop, at(9)).sent == 0
    assert tick(shop, at(10)).sent == 1
