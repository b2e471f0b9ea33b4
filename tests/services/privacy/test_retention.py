from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.daemon import Daemon
from followup.domain.cases.case import CaseStatus
from followup.errors import Refused
from followup.services.cases import cases, replies
from followup.services.goodwill import gestures
from followup.services.people.customer_lists import ANYBODY, list_customers
from followup.services.privacy import erasure, retention
from followup.services.shared.actors import DAEMON
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import housekeeping
from followup.store import scrub
from followup.store.tables import AuditEvent, Case, Customer
from tests.services import life
from tests.services.life import EMAIL
from tests.services.mailing import tick
from tests.services.people.test_customers import add
from tests.services.privacy.erasing import traces
from tests.shop import MAX, Shop

DAYS = 365


@pytest.fixture
def kept(shop: Shop) -> Shop:
    """People are kept for a year. One had a case that was closed today."""
    shop.budget("500.00")
    shop.settings(retention_days=DAYS)
    life.meet(shop)
    life.do(shop, life.complain(shop), "close")
    return shop


def due(shop: Shop, days: int) -> list[str]:
    """Who is due so many days from now."""
    now = shop.now + timedelta(days=days)
    found = shop.read(lambda session: retention.due(session, shop.rules, now=now, limit=99))
    assert len(found) == shop.read(lambda session: retention.count_due(session, shop.rules, now=now))
    return [row.email for row in found]


def later(shop: Shop, days: int) -> None:
    shop.now += timedelta(days=days)


def test_a_person_is_due_when_the_days_have_passed_since_their_last_case_was_closed(kept: Shop) -> None:
    assert due(kept, DAYS) == []
    assert due(kept, DAYS + 1) == [EMAIL]


def test_a_later_case_begins_the_days_anew(kept: Shop) -> None:
    later(kept, 100)
    second = life.complain(kept, reason="long-wait", number=2)
    assert due(kept, DAYS) == []
    life.do(kept, second, "close")
    assert due(kept, DAYS) == []
    assert due(kept, DAYS + 1) == [EMAIL]


def test_a_case_that_is_opened_again_is_not_over(kept: Shop) -> None:
    def reopen(session: Session) -> None:
        case = session.exec(select(Case)).one()
        replies.reopen(session, case, now=kept.now, actor=kept.actor(session), because=None)

    kept.write(reopen)
    assert due(kept, DAYS + 1) == []


@pytest.mark.parametrize("step", ["holds", "voucher"])
def test_nobody_is_due_to_whom_something_may_still_be_given(shop: Shop, step: str) -> None:
    shop.budget("500.00")
    shop.settings(retention_days=DAYS)
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, step, "unenrol", "close")
    assert due(shop, DAYS + 1) == []

    def end(session: Session) -> None:
        found = gestures.gestures_of(session, session.get_one(Case, case.id))[0]
        gestures.void(session, found, now=shop.now, actor=shop.actor(session, MAX), because="over")

    shop.write(end)
    assert due(shop, DAYS + 1) == [EMAIL]


def test_nobody_is_due_while_an_email_is_to_come(shop: Shop) -> None:
    shop.budget("500.00")
    shop.settings(retention_days=DAYS)
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, "refund", "close")
    assert due(shop, DAYS + 1) == []
    shop.write(
        lambda session: cases.move_case(
            session,
            session.get_one(Case, case.id),
            CaseStatus.OPEN,
            now=shop.now,
            actor=shop.actor(session),
        )
    )
    life.do(shop, case, "unenrol", "close")
    assert due(shop, DAYS + 1) == [EMAIL]


def test_who_never_had_a_case_and_who_was_erased_is_not_due(kept: Shop) -> None:
    add(kept)
    later(kept, DAYS + 1)
    kept.write(lambda session: retention.erase_due(session, kept.rules, now=kept.now, actor=DAEMON))
    assert due(kept, 9999) == []


def test_without_the_setting_everybody_is_kept(kept: Shop) -> None:
    kept.settings(retention_days=None)
    assert due(kept, 99999) == []
    assert housekeeping.forget(kept.engine, kept.rules, now=kept.now + timedelta(days=99999)) == 0
    assert traces(kept)


def test_housekeeping_erases_a_few_at_a_time_and_clears_the_bytes_when_nobody_is_left(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention.erase_due, "__kwdefaults__", {"limit": 2})
    shop.settings(retention_days=DAYS)
    for number in range(3):
        life.meet(shop, f"zqx{number}@example.com")
        life.do(shop, life.complain(shop, f"zqx{number}@example.com"), "close")
        later(shop, 1)
    later(shop, DAYS)
    assert housekeeping.forget(shop.engine, shop.rules, now=shop.now) == 2
    assert shop.read(scrub.asked_since) is not None
    assert shop.read(lambda s: [row.email for row in list_customers(s, ANYBODY, limit=9)]) == [
        "zqx2@example.com"
    ]
    assert housekeeping.forget(shop.engine, shop.rules, now=shop.now) == 1
    assert shop.read(scrub.asked_since) is None
    assert housekeeping.forget(shop.engine, shop.rules, now=shop.now) == 0
    assert traces(shop) == []


def test_the_daemon_forgets_and_says_in_the_log_that_it_did(kept: Shop) -> None:
    later(kept, DAYS + 1)
    Daemon(kept.place).tick(now=lambda: kept.now)
    assert traces(kept) == []
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer erase")
    event = kept.read(lambda session: session.exec(query).one())
    assert (event.actor, event.because) == (
        "daemon",
        "kept for 365 days after the last case was closed",
    )


def test_who_cannot_be_erased_keeps_nobody_else(kept: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    life.meet(kept, "zqxsecond@example.com")
    life.do(kept, life.complain(kept, "zqxsecond@example.com", number=2), "close")
    later(kept, DAYS + 1)
    erase = erasure.erase

    def refuse_the_first(session: Session, rules: Configuration, customer: Customer, **more: Any) -> Any:
        done = erase(session, rules, customer, **more)
        if customer.id == 1:
            raise Refused("its file cannot be removed", code="file_stays")
        return done

    monkeypatch.setattr(erasure, "erase", refuse_the_first)
    assert housekeeping.forget(kept.engine, kept.rules, now=kept.now) == 1
    assert due(kept, 0) == [EMAIL]
    # Alone it is said, and what else the daemon does goes on.
    with pytest.raises(Refused):
        housekeeping.forget(kept.engine, kept.rules, now=kept.now)
    assert tick(kept).claimed == 0


def test_a_preview_names_who_would_go(kept: Shop) -> None:
    later(kept, DAYS + 1)
    (found,) = kept.read(lambda s: retention.preview_due(s, kept.rules, now=kept.now, limit=9))
    assert (found["email"], found["cases"], found["erased_at"]) == (EMAIL, 1, None)
    assert traces(kept)
