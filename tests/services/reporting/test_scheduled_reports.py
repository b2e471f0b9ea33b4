"""Reports are sent by themselves: each once, to whom a manager said, about the right days."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.people import suppressions
from followup.services.privacy import erasure
from followup.services.reporting import report_catalog, report_emails, report_schedules
from followup.services.upkeep import restored_copies
from followup.store import backup_copy
from followup.store.engine import reading
from followup.store.tables import Customer, EmailEvent
from tests.services.mail_back import bounce, bounce_address, letter, receive
from tests.services.mailing import Answering, files, rows, states, tick
from tests.services.reporting.scheduling import CFO, NEXT_MONDAY, act, add, run
from tests.shop import DIANA, MAX, MONDAY, Shop

WEEK = timedelta(days=7)


# ---- When it is due


def test_it_is_sent_when_its_time_has_come_and_not_again(shop: Shop) -> None:
    add(shop, to=[CFO, MAX])

    assert run(shop, NEXT_MONDAY - timedelta(seconds=1)).claimed == 0
    assert run(shop, NEXT_MONDAY).sent == 2
    assert run(shop, NEXT_MONDAY).claimed == 0
    assert run(shop, NEXT_MONDAY + timedelta(days=6)).claimed == 0
    assert run(shop, NEXT_MONDAY + WEEK).sent == 2

    sent = [(row.to_address, row.occurs_at, row.case_id) for row in rows(shop)]
    assert sent == [
        (CFO, NEXT_MONDAY, None),
        (MAX, NEXT_MONDAY, None),
        (CFO, NEXT_MONDAY + WEEK, None),
        (MAX, NEXT_MONDAY + WEEK, None),
    ]
    assert len(files(shop)) == 4


def test_what_no_daemon_saw_to_is_sent_once_and_says_how_many_were_left_out(shop: Shop) -> None:
    add(shop)

    assert run(shop, NEXT_MONDAY + 2 * WEEK + timedelta(days=2)).sent == 1

    (email,) = rows(shop)
    assert email.occurs_at == NEXT_MONDAY + 2 * WEEK
    assert email.subject is not None
    assert email.subject.startswith("Goodwill, week of 16 November 2026: ")
    assert b"Before this, 2 were left out, since no daemon ran" in files(shop)[0]
    # The next one follows the last, so nothing was left out before it.
    assert run(shop, NEXT_MONDAY + 3 * WEEK).sent == 1
    assert b"Before this" not in files(shop)[1]


def test_several_daemons_plan_it_once(shop: Shop) -> None:
    add(shop, to=[CFO, MAX])

    def plan(_number: int) -> int:
        return shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))

    with ThreadPoolExecutor(4) as executor:
        assert sorted(executor.map(plan, range(8))) == [0] * 7 + [2]
    assert len(rows(shop)) == 2


def test_a_clock_that_jumps_ahead_and_back_sends_none_twice_and_stops_none(shop: Shop) -> None:
    add(shop)
    assert run(shop, NEXT_MONDAY).sent == 1
    seventy_years_on = NEXT_MONDAY.replace(year=2096)
    assert run(shop, seventy_years_on).sent == 1

    assert run(shop, NEXT_MONDAY - timedelta(hours=1)).claimed == 0
    assert run(shop, NEXT_MONDAY).claimed == 0
    assert run(shop, NEXT_MONDAY + WEEK).sent == 1


def test_the_zone_of_the_schedule_decides_when(shop: Shop) -> None:
    add(shop, every="day", at="23:30", timezone="America/New_York")

    # 23:30 on Monday 2 November in New York is 04:30 on Tuesday in UTC.
    assert run(shop, datetime(2026, 11, 3, 4, 29, tzinfo=UTC)).claimed == 0
    assert run(shop, datetime(2026, 11, 3, 4, 30, tzinfo=UTC)).sent == 1
    assert rows(shop)[0].subject == "Goodwill, 1 November 2026: £0.00 in 0 gestures"


def test_it_is_tried_again_and_given_up_like_any_other_email(shop: Shop) -> None:
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))

    tick(shop, NEXT_MONDAY, Answering(DeliveryOutcome.REFUSED_NOW, Phase.DATA))
    (email,) = rows(shop)
    assert (email.state, email.attempts) == (EmailState.SCHEDULED, 1)
    frozen = email.message
    tick(shop, NEXT_MONDAY + timedelta(hours=1), Answering(DeliveryOutcome.IN_DOUBT, Phase.BODY))
    (email,) = rows(shop)
    assert (email.state, email.message) == (EmailState.IN_DOUBT, frozen)


def test_bytes_that_were_prepared_are_those_that_go_out(shop: Shop) -> None:
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))

    assert report_emails.prepare(shop.engine, shop.rules, now=NEXT_MONDAY) == 1
    assert report_emails.prepare(shop.engine, shop.rules, now=NEXT_MONDAY) == 0
    prepared = rows(shop)[0].message
    assert tick(shop, NEXT_MONDAY + timedelta(minutes=5)).sent == 1

    assert files(shop) == [prepared]


# ---- Stopping it


def test_a_removed_schedule_sends_no_more_and_what_was_planned_is_cancelled(shop: Shop) -> None:
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))
    act(shop, "monday-spend", report_schedules.remove)

    assert run(shop, NEXT_MONDAY + WEEK).claimed == 0
    assert states(shop) == ["cancelled"]
    with pytest.raises(NotFound):
        act(shop, "monday-spend", report_schedules.remove)
    # Its name is free again.
    assert add(shop).name == "monday-spend"


def test_one_that_was_under_way_when_its_schedule_was_removed_is_skipped_if_it_comes_back(
    shop: Shop,
) -> None:
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))

    def remove() -> None:
        act(shop, "monday-spend", report_schedules.remove)

    tick(shop, NEXT_MONDAY, Answering(DeliveryOutcome.REFUSED_NOW, Phase.DATA, first=remove))
    assert states(shop) == ["scheduled"]
    tick(shop, NEXT_MONDAY + timedelta(hours=1))

    assert [(row.state, row.reason) for row in rows(shop)] == [
        (EmailState.SKIPPED, "its schedule was removed")
    ]


def test_an_address_that_must_not_be_written_to_gets_no_report(shop: Shop) -> None:
    add(shop, to=[CFO, MAX])

    def suppress(session: Session) -> None:
        suppressions.suppress(
            session, CFO, SuppressionReason.MANUAL, now=shop.now, actor=shop.actor(session, MAX)
        )

    shop.write(suppress)
    run(shop, NEXT_MONDAY)

    assert [(row.to_address, row.state) for row in rows(shop)] == [
        (CFO, EmailState.SKIPPED),
        (MAX, EmailState.SENT),
    ]


# ---- What else must hold


def test_a_report_that_went_out_is_forgotten_when_somebody_is_erased(shop: Shop) -> None:
    shop.budget("500.00")
    case = shop.open_case()
    shop.request(case, "voucher", "12.00", because="She told me about her illness")
    add(shop, "exceptions")
    run(shop, NEXT_MONDAY)
    name = "monday-exceptions"
    assert any(name.encode() in content for content in files(shop))

    def erase(session: Session) -> None:
        customer = session.get_one(Customer, case.customer_id)
        erasure.erase(
            session, shop.rules, customer, now=NEXT_MONDAY, actor=shop.actor(session, MAX), because=None
        )

    shop.write(erase)

    report = next(row for row in rows(shop) if row.case_id is None)
    assert (report.state, report.message) == (EmailState.SENT, None)
    assert not any(name.encode() in content for content in files(shop))


@pytest.mark.only_on("sqlite")
def test_a_restored_copy_asks_before_it_sends_a_report_that_may_have_gone_out(
    shop: Shop, tmp_path: Path
) -> None:
    add(shop)
    copy = tmp_path / "copy.db"
    backup_copy.backup(shop.engine, copy, lambda session: restored_copies.mark_as_copy(session, now=MONDAY))
    assert run(shop, NEXT_MONDAY).sent == 1  # after the backup was made
    shop.engine.dispose()
    restored_copies.restore(shop.workspace, copy, now=NEXT_MONDAY + timedelta(hours=1))

    tally = run(shop, NEXT_MONDAY + timedelta(hours=1))

    assert (tally.sent, tally.in_doubt) == (0, 1)
    assert states(shop) == ["in_doubt"]
    assert run(shop, NEXT_MONDAY + WEEK).sent == 1


def test_an_answer_or_a_bounce_of_a_report_is_left_to_a_person(shop: Shop) -> None:
    add(shop)
    run(shop, NEXT_MONDAY)
    (report,) = rows(shop)

    answer = receive(shop, letter(sender=CFO, In_Reply_To=str(report.message_id)))
    returned = receive(shop, bounce(CFO, to=bounce_address(shop, report)))

    assert [(one.kind, one.case, one.email) for one in (answer, returned)] == [
        ("unknown", None, "E-0001"),
        ("unknown", None, "E-0001"),
    ]
    assert shop.read(lambda session: suppressions.is_suppressed(session, CFO)) is None


def test_every_step_is_in_its_history(shop: Shop) -> None:
    add(shop)
    run(shop, NEXT_MONDAY)

    events = shop.read(lambda session: session.exec(select(EmailEvent).order_by(col(EmailEvent.id))).all())
    assert [event.state for event in events] == [EmailState.SCHEDULED, EmailState.SENT]


def test_a_report_that_was_asked_before_somebody_was_erased_is_not_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = shop.open_case()
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))
    looks = []

    def erase(session: Session) -> None:
        customer = session.get_one(Customer, case.customer_id)
        actor = shop.actor(session, MAX)
        erasure.erase(session, shop.rules, customer, now=NEXT_MONDAY, actor=actor, because=None)

    @contextmanager
    def reading_and_then_erasing(engine: Engine) -> Iterator[Session]:
        with reading(engine) as session:
            yield session
        looks.append(engine)
        if len(looks) == 2:  # first what is due was looked up, then the report was written
            shop.write(erase)

    monkeypatch.setattr(report_emails, "reading", reading_and_then_erasing)

    assert report_emails.prepare(shop.engine, shop.rules, now=NEXT_MONDAY) == 0
    assert rows(shop)[-1].message is None
    monkeypatch.undo()
    assert report_emails.prepare(shop.engine, shop.rules, now=NEXT_MONDAY) == 1


def test_all_recipients_read_the_same_and_the_questions_are_asked_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(shop, to=[CFO, MAX, DIANA])
    asked = []

    def ask(*arguments: Any, ask: Any = report_catalog.ask) -> Any:
        asked.append(arguments)
        return ask(*arguments)

    monkeypatch.setattr(report_catalog, "ask", ask)
    run(shop, NEXT_MONDAY)

    assert (len(asked), states(shop)) == (1, ["sent"] * 3)
    assert len({row.message_id for row in rows(shop)}) == 3
