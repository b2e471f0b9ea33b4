"""Setting up that reports are sent by themselves, and looking at what became of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.errors import NotFound, Refused, WrongUsage
from followup.services.cases import waiting_cases
from followup.services.documents import serializers
from followup.services.outbox import explain_email, outbox
from followup.services.outbox.explain_email import EmailStoryDocument
from followup.services.reporting import report_schedules
from followup.services.reporting.report_catalog import QUESTIONS
from followup.store.tables import AuditEvent, Email
from tests.services.mailing import rows
from tests.services.reporting.scheduling import CFO, NEXT_MONDAY, act, add, run
from tests.shop import DIANA, MAX, SEN, Shop


def send_now(shop: Shop, by: str = MAX, to: str | None = None) -> list[Email]:
    def change(session: Session) -> list[Email]:
        row = report_schedules.find(session, "monday-spend")
        actor = shop.actor(session, by)
        return report_schedules.send_now(session, row, now=shop.now, actor=actor, to=to)

    return shop.write(change)


# ---- Setting it up


def test_a_schedule_is_named_after_what_it_sends_and_waits_for_its_first_time(shop: Shop) -> None:
    row = add(shop, "spend, budgets  spend")

    document = shop.read(lambda session: report_schedules.document(session, row))
    assert document == {
        "name": "monday-spend-budgets",
        "reports": ["spend", "budgets"],
        "every": "monday",
        "at": "08:00",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "to": [CFO],
        "by": MAX,
        "next_at": "2026-11-09T08:00:00+00:00",
        "last": None,
    }


def test_all_of_them_are_asked_for_in_one_word(shop: Shop) -> None:
    row = add(shop, "all")
    assert (row.name, row.reports) == ("monday-all", list(QUESTIONS))


@pytest.mark.parametrize(
    ("told", "error", "code"),
    [
        ({"reports": "spnd"}, WrongUsage, "unknown_report"),
        ({"reports": " "}, WrongUsage, "missing"),
        ({"every": "mondays"}, WrongUsage, "unknown_time_to_send_a_report"),
        ({"at": "8 o'clock"}, WrongUsage, "bad_time"),
        ({"at": "24:00"}, WrongUsage, "bad_time"),
        ({"timezone": "London"}, WrongUsage, "bad_timezone"),
        ({"locale": "xx-YY"}, WrongUsage, "bad_locale"),
        ({"to": ["cfo"]}, WrongUsage, "bad_address"),
        ({"to": []}, WrongUsage, "bad_recipients"),
        ({"to": [f"a{n}@shop.example" for n in range(21)]}, WrongUsage, "bad_recipients"),
        ({"to": ["priya@example.com"]}, Refused, "customer_address"),
        ({"name": "the first"}, WrongUsage, "bad_name"),
        ({"name": "first"}, Refused, "schedule_exists"),
        ({"by": SEN}, Refused, "manager_needed"),
    ],
)
def test_what_means_nothing_or_is_not_allowed_is_refused(
    shop: Shop, told: dict[str, Any], error: type[Exception], code: str
) -> None:
    shop.open_case("priya@example.com")
    add(shop, name="first")

    with pytest.raises(error) as refused:
        add(shop, **told)
    assert refused.value.code == code  # type: ignore[attr-defined]
    assert len(shop.read(report_schedules.list_schedules)) == 1


def test_a_name_that_is_nearly_right_is_said(shop: Shop) -> None:
    add(shop)

    with pytest.raises(WrongUsage) as report:
        add(shop, "budgts")
    assert report.value.hint.startswith("Did you mean budgets? ")
    with pytest.raises(NotFound) as schedule:
        act(shop, "monday-spnd", report_schedules.remove)
    assert schedule.value.hint == "Did you mean monday-spend?"


def test_the_log_says_who_did_it_and_names_no_address(shop: Shop) -> None:
    add(shop)
    act(shop, "monday-spend", report_schedules.remove, by=DIANA)

    events = shop.read(
        lambda session: session.exec(
            select(AuditEvent).where(col(AuditEvent.action).startswith("report schedule"))
        ).all()
    )
    assert [(event.action, event.actor) for event in events] == [
        ("report schedule add", MAX),
        ("report schedule remove", DIANA),
    ]
    assert CFO not in str([event.detail for event in events])


# ---- Looking at it


def test_it_may_be_sent_at_once_to_all_or_to_one_beside_what_is_planned(shop: Shop) -> None:
    add(shop)
    shop.now = NEXT_MONDAY + timedelta(hours=5)
    run(shop, NEXT_MONDAY)
    send_now(shop)
    send_now(shop)  # at the same moment, which is the same email
    send_now(shop, to=DIANA)
    run(shop, shop.now)

    assert [(row.to_address, row.occurs_at, row.state.value) for row in rows(shop)] == [
        (CFO, NEXT_MONDAY, "sent"),
        (CFO, shop.now, "sent"),
        (DIANA, shop.now, "sent"),
    ]
    assert {row.subject for row in rows(shop)} == {"Goodwill, week of 2 November 2026: £0.00 in 0 gestures"}
    with pytest.raises(Refused):
        send_now(shop, by=SEN)


def test_its_story_is_told_from_the_schedule_to_the_mail_server(shop: Shop) -> None:
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))

    def story(session: Session) -> EmailStoryDocument:
        return explain_email.story(session, shop.rules, session.exec(select(Email)).one(), now=NEXT_MONDAY)

    waiting = shop.read(story)
    assert waiting["story"][0]["text"] == (
        "The reports of the schedule monday-spend (spend) are sent every Monday at 08:00 (Europe/London). "
        "It was planned for Monday 9 November 2026, 08:00 (Europe/London)."
    )
    assert waiting["next"] == (
        "It goes out at the next tick of the daemon, unless its schedule is removed before."
    )
    assert (waiting["case"], waiting["kind"]) == (None, "report")
    run(shop, NEXT_MONDAY)
    assert shop.read(story)["next"].startswith("Nothing: it went out on Monday 9 November 2026")


def test_a_person_may_hold_release_and_retry_it(shop: Shop) -> None:
    add(shop)
    shop.write(lambda session: report_schedules.plan_due(session, now=NEXT_MONDAY))

    def change(what: Callable[..., Email]) -> str:
        def work(session: Session) -> str:
            found = session.exec(select(Email)).one()
            what(session, found, now=NEXT_MONDAY, actor=shop.actor(session, MAX), because="a test")
            told = explain_email.story(session, shop.rules, found, now=NEXT_MONDAY)
            return str(told["next"])

        return shop.write(work)

    assert "outbox release E-0001 --because" in change(outbox.hold)
    assert run(shop, NEXT_MONDAY).claimed == 0
    # It is about no case, so no case waits for it.
    assert shop.read(lambda session: waiting_cases.waiting(session, shop.rules, now=NEXT_MONDAY)) == []
    change(lambda session, email, **more: outbox.release(session, shop.rules, email, **more))
    assert run(shop, NEXT_MONDAY).sent == 1
    assert shop.read(lambda session: serializers.email(session.exec(select(Email)).one()))["held"] is False


def test_what_waits_is_listed_with_what_became_of_the_last(shop: Shop) -> None:
    add(shop)
    add(shop, "budgets", every="day")
    run(shop, NEXT_MONDAY)

    listed = shop.read(
        lambda session: [
            report_schedules.document(session, row) for row in report_schedules.list_schedules(session)
        ]
    )
    assert [(one["name"], one["next_at"], one["last"] and one["last"]["state"]) for one in listed] == [
        ("day-budgets", "2026-11-10T08:00:00+00:00", "sent"),
        ("monday-spend", "2026-11-16T08:00:00+00:00", "sent"),
    ]
