"""Reports by email, from the command that asks for them to what arrives; and several in one file."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from followup.mail.message_check import problems
from followup.services.reporting.report_catalog import QUESTIONS
from followup.store.tables import ReportSchedule
from tests.e2e.conftest import Desk
from tests.integration.mail_server import Inbox, running
from tests.shop import MAX, SEN

CFO = "cfo@shop.example"
AS_MAX = ("--as", MAX)


def fall_due(desk: Desk) -> None:
    """As if the time of every schedule had come an hour ago."""
    desk.shop.write(
        lambda session: session.execute(
            update(ReportSchedule).values(next_at=desk.shop.now - timedelta(hours=1))
        )
    )


def test_a_scheduled_report_arrives_once_through_the_daemon_with_its_workbook(
    desk: Desk, quick: Desk
) -> None:
    desk.shop.budget("500.00")
    desk.shop.request(desk.shop.open_case(), "apology")
    asked = ["spend budgets", "--every", "monday", "--to", CFO, "--locale", "de-DE", *AS_MAX]
    made = quick.followup.json("report", "schedule", "add", *asked)
    assert (made["name"], made["every"], made["at"], made["to"]) == (
        "monday-spend-budgets",
        "monday",
        "08:00",
        [CFO],
    )
    fall_due(desk)
    foreseen = quick.followup.json("daemon", "tick", "--dry-run")
    assert [due["name"] for due in foreseen["reports_due"]] == ["monday-spend-budgets"]

    inbox = Inbox()
    with running(inbox) as port:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        desk.followup.run("daemon", "run", "--drain-and-exit")
        desk.followup.run("daemon", "run", "--drain-and-exit")

    (raw,) = [
        body
        for body, envelope in zip(inbox.bodies, inbox.envelopes, strict=True)
        if envelope.rcpt_tos == [CFO]
    ]
    assert problems(raw) == ()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert str(message["Subject"]).startswith("Goodwill, week of ")
    (workbook,) = message.iter_attachments()
    assert str(workbook.get_filename()).endswith(".xlsx")
    (last,) = quick.followup.json("report", "schedule", "list")
    assert last["last"]["state"] == "sent"
    listed = quick.followup.json("outbox", "list", "--state", "sent")
    assert [(email["case"], email["kind"]) for email in listed if email["to"] == CFO] == [(None, "report")]
    told = quick.followup.run("outbox", "why", last["last"]["id"]).out
    assert "The reports of the schedule monday-spend-budgets (spend, budgets) are sent every Monday" in told


def test_a_dry_run_shows_the_email_and_sends_nothing(quick: Desk) -> None:
    quick.followup.run("report", "schedule", "add", "spend", "--every", "day", "--to", CFO, *AS_MAX)

    shown = quick.followup.run("report", "schedule", "send", "day-spend", "--dry-run")
    assert "What did goodwill cost?" in shown.out
    assert CFO in shown.out
    assert "Nothing was sent." in shown.err
    assert quick.followup.json("outbox", "list") == []


def test_reports_are_named_in_several_words_and_due_by_their_readers_clock(quick: Desk) -> None:
    asked = ["--every", "monday", "--at", "07:30", "--timezone", "Asia/Tokyo", "--to", CFO, *AS_MAX]
    said = quick.followup.run("report", "schedule", "add", "spend", "budgets", *asked).out
    (made,) = quick.followup.json("report", "schedule", "list")
    assert made["reports"] == ["spend", "budgets"]
    there = r"Monday \d+ \w+ \d{4}, 07:30 \(Asia/Tokyo\)"
    assert re.search(rf"the first time on {there}", said)
    assert re.search(there, quick.followup.run("report", "schedule", "list").out)
    fall_due(quick)
    assert "(Asia/Tokyo)" in quick.followup.run("daemon", "tick", "--dry-run").out


def test_only_a_manager_says_to_whom_reports_go_and_the_nearest_word_is_offered(quick: Desk) -> None:
    asked = ["report", "schedule", "add", "spend", "--every", "monday", "--to", CFO]
    refusal = quick.followup.run(*asked, "--as", SEN, "--json", code=4).refusal
    assert refusal["code"] == "manager_needed"
    asked[3] = "budgts"
    refusal = quick.followup.run(*asked, *AS_MAX, "--json", code=2).refusal
    assert (refusal["code"], refusal["hint"][:21]) == ("unknown_report", "Did you mean budgets?")
    assert "Nothing is sent by itself." in quick.followup.run("report", "schedule", "list").err


@pytest.mark.filterwarnings("ignore:.* extension is not supported")
def test_all_questions_stand_in_one_page_one_workbook_or_one_document(quick: Desk) -> None:
    quick.shop.budget("500.00")
    quick.shop.request(quick.shop.open_case())

    assert list(quick.followup.json("report", "all")) == list(QUESTIONS)
    two = quick.followup.json("report", "all", "exceptions", "spend")
    assert [two[name]["report"] for name in two] == ["exceptions", "spend"]
    quick.followup.run("report", "all", "--output", "all.html")
    page = (quick.root / "all.html").read_text(encoding="utf-8")
    assert page.count("<h2") == len(QUESTIONS)
    quick.followup.run("report", "all", "spend", "budgets", "--from", "2026-01-01", "--output", "two.xlsx")
    assert load_workbook(quick.root / "two.xlsx").sheetnames == ["Summary", "spend", "budgets"]
    assert "What is left in the budgets?" in quick.followup.run("report", "all", "spend", "budgets").out


def test_several_questions_are_no_csv_and_nothing_is_overwritten(quick: Desk) -> None:
    refusal = quick.followup.run("report", "all", "--output", "all.csv", code=2)
    assert "CSV holds one table" in refusal.err
    assert not (quick.root / "all.csv").exists()
    (quick.root / "kept.html").write_text("mine", encoding="utf-8")
    quick.followup.run("report", "all", "--output", "kept.html", code=4)
    assert (quick.root / "kept.html").read_text(encoding="utf-8") == "mine"
