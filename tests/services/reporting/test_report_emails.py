"""The email of a report says what the reports say, so that every mail program and spreadsheet shows it."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlmodel import Session

from followup.mail.message_check import problems
from followup.services.goodwill import gestures
from followup.services.people import agents
from followup.services.reporting import report_catalog, report_emails, report_schedules
from followup.services.reporting.report_emails import ReportLetter
from followup.store.tables import Gesture
from tests.services.mailing import files, rows
from tests.services.reporting.scheduling import CFO, NEXT_MONDAY, add, run
from tests.shop import DIANA, MAX, Shop

pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")


class Seen(HTMLParser):
    """The words of a document, and its tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\xa0", " ").split())


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A week with three gestures: 8.00 committed, 20.00 spent for damage, and 40.00 that waits."""
    shop.budget("500.00", name="all")
    shop.request(shop.open_case("priya@example.com"), "voucher", "8.00", because="told")
    damaged = shop.open_case("tom@example.com", reason="damaged-item", order_value="200.00")
    paid = shop.request(damaged, "refund", "20.00", by=DIANA, because="told")

    def pay(session: Session) -> None:
        found = session.get_one(Gesture, paid.id)
        gestures.pay(session, found, now=shop.now, actor=shop.actor(session, MAX), because=None)

    shop.write(pay)
    shop.request(
        shop.open_case("lin@example.com", reason="damaged-item", order_value="200.00"),
        "refund",
        "40.00",
        because="told",
    )
    return shop


def letter(shop: Shop, reports: str = "spend budgets", **more: Any) -> ReportLetter:
    schedule = add(shop, reports, **more)
    return shop.read(
        lambda session: report_emails.letter_of(session, shop.rules, schedule, NEXT_MONDAY, now=NEXT_MONDAY)
    )


def test_the_subject_says_what_the_week_cost(busy: Shop) -> None:
    assert letter(busy).subject == "Goodwill, week of 2 November 2026: £28.00 in 3 gestures"


def test_without_the_cost_the_subject_says_what_was_asked(busy: Shop) -> None:
    assert (
        letter(busy, "budgets pacing liability").subject
        == "Goodwill, week of 2 November 2026: budgets, pacing and liability"
    )


def test_figures_and_days_are_written_as_the_reader_writes_them(busy: Shop) -> None:
    said = letter(busy, locale="de-DE", timezone="Europe/Berlin")

    for days in ("2. Nov. 2026 to 8. Nov. 2026, Europe/Berlin", "9. Nov. 2026, Europe/Berlin"):
        assert days in Seen(said.html).text
        assert days in said.text

    assert said.subject == "Goodwill, week of 2. November 2026: 28,00\xa0£ in 3 gestures"
    assert (
        "3 gestures with money were requested, at a cost of 28,00 £; 40,00 £ more is held."
        in Seen(said.html).text
    )
    assert "3 gestures with money were requested, at a cost of 28,00" in said.text.replace("\xa0", " ")


def test_the_days_are_those_of_the_readers_zone(shop: Shop) -> None:
    # Half past one on Monday in Tokyo still is Sunday in London.
    shop.now = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
    shop.budget("500.00")
    shop.request(shop.open_case(), "voucher", "5.00", because="told")

    assert "£0.00 in 0 gestures" in letter(shop).subject
    assert "£5.00 in 1 gesture" in letter(shop, timezone="Asia/Tokyo", name="tokyo").subject


def test_amounts_of_several_currencies_stand_apart(busy: Shop) -> None:
    busy.write(
        lambda session: session.connection().execute(text("UPDATE gesture SET currency = 'EUR' WHERE id = 1"))
    )

    said = letter(busy, "spend")

    assert said.subject.endswith(": €8.00 in 1 gesture and £20.00 in 2 gestures")
    # Each bar is held against the longest of its own currency.
    bars = [tags["width"] for tag, tags in Seen(said.html).tags if tags.get("class") == "bar"]
    assert sorted(map(str, bars)) == ["100%", "100%"]


def test_html_and_text_say_the_same_and_the_html_has_bars_and_no_script(busy: Shop) -> None:
    said = letter(busy)
    seen = Seen(said.html)

    for words in (
        "What did goodwill cost?",
        "3 gestures with money were requested, at a cost of £28.00; £40.00 more is held.",
        "Max Ortiz set this up, to be sent every Monday at 08:00 (Europe/London).",
        "followup report schedule remove monday-spend-budgets",
        "goodwill-2026-11-02.xlsx",
    ):
        assert words in seen.text
        assert words in " ".join(said.text.split())
    assert "damaged-item £20.00" in seen.text  # the 40.00 that are held are no cost yet
    assert "late-delivery £8.00" in seen.text
    bars = [attributes["width"] for tag, attributes in seen.tags if attributes.get("class") == "bar"]
    assert bars[:2] == ["100%", "40%"]  # of the longest: 20 of 20, and 8 of 20
    assert {tag for tag, _ in seen.tags} & {"script", "svg", "img", "link", "style", "form"} == set()
    assert "http" not in said.html
    assert max(len(line) for line in said.text.splitlines()) <= 72


def test_a_long_table_is_cut_in_the_email_and_whole_in_the_workbook(shop: Shop) -> None:
    for number in range(14):
        shop.budget("10.00", name=f"budget-{number:02}")
    said = letter(shop, "budgets")

    assert "2 more are in the workbook." in Seen(said.html).text
    assert "budget-11" in said.html
    assert "budget-12" not in said.html
    assert "budget-12" not in said.text
    sheet = load_workbook(io.BytesIO(said.workbook.content))["budgets"]
    assert [sheet.cell(row, 1).value for row in range(2, 16)] == [f"budget-{n:02}" for n in range(14)]


def test_the_workbook_holds_numbers(busy: Shop) -> None:
    said = letter(busy)

    assert said.workbook.name == "goodwill-2026-11-02.xlsx"
    book = load_workbook(io.BytesIO(said.workbook.content))
    assert book.sheetnames[0] == "Summary"
    spend = book["spend"]
    headings = [cell.value for cell in spend[1]]
    lines = {
        row[0].value: dict(zip(headings, (cell.value for cell in row), strict=True)) for row in spend[2:3]
    }
    assert (lines["damaged-item"]["held"], lines["damaged-item"]["spent"]) == (40, 20)
    assert lines["late-delivery"]["committed"] == 8


def test_the_message_keeps_every_rule_and_comes_back_through_the_standard_parser(busy: Shop) -> None:
    busy.settings(sender="{agent} at Harbour Books <care@shop.example>", business="Harbour & Söhne")
    add(busy, "spend budgets pacing liability")
    run(busy, NEXT_MONDAY)

    (raw,) = [content for content in files(busy) if b"goodwill-" in content]
    assert problems(raw) == ()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Harbour & Söhne", "care@shop.example")
    assert (message["To"], message["Reply-To"]) == (CFO, f"Max Ortiz <{MAX}>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert message["Subject"] == "Goodwill, week of 2 November 2026: £28.00 in 3 gestures"
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "3 gestures with money were requested, at a cost of £28.00" in Seen(html.get_content()).text
    assert "3 gestures with money were requested, at a cost of £28.00" in plain.get_content()
    (workbook,) = message.iter_attachments()
    assert workbook.get_filename() == "goodwill-2026-11-02.xlsx"
    assert load_workbook(io.BytesIO(workbook.get_content())).sheetnames == [
        "Summary",
        "spend",
        "budgets",
        "pacing",
        "liability",
    ]


def test_answers_go_to_the_team_when_who_set_it_up_has_left(busy: Shop) -> None:
    add(busy)

    def leave(session: Session) -> None:
        agents.set_agent(session, MAX, now=busy.now, actor=busy.actor(session, DIANA), active=False)

    busy.write(leave)
    run(busy, NEXT_MONDAY)

    (raw,) = [content for content in files(busy) if b"goodwill-" in content]
    assert message_from_bytes(raw, policy=policy.default)["Reply-To"] is None


def test_what_somebody_wrote_stays_a_text(busy: Shop) -> None:
    hostile = "<img src=x onerror=alert(1)>{{7*7}}\"'&=1+1"
    busy.settings(business=hostile)

    said = letter(busy)

    assert hostile in Seen(said.html).text
    assert "<img" not in said.html
    assert hostile in said.text.splitlines()[1]


def test_a_report_that_cannot_be_written_fails_where_it_is_seen_and_stops_no_other(
    busy: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(busy)
    add(busy, "budgets")
    asked = report_catalog.ask

    def ask(session: Session, rules: Any, names: list[str], scope: Any) -> Any:
        if names == ["spend"]:
            raise ArithmeticError
        return asked(session, rules, names, scope)

    monkeypatch.setattr(report_catalog, "ask", ask)
    run(busy, NEXT_MONDAY)

    reports = [(row.state.value, row.reason) for row in rows(busy) if row.case_id is None]
    assert reports == [("failed", "report cannot be written: ArithmeticError"), ("sent", None)]


def test_standing_questions_are_asked_of_now(busy: Shop) -> None:
    said = letter(busy, "spend liability budgets")
    words = Seen(said.html).text

    # Last days of vouchers lie ahead: of the week that is over there would be none.
    assert "Vouchers for £8.00 can still be redeemed" in words
    assert re.search(r"What did goodwill cost\? 2 Nov 2026 to 8 Nov 2026, Europe/London", words)


def test_a_schedule_is_not_changed_by_what_is_asked_of_it(busy: Shop) -> None:
    schedule = add(busy)
    first = busy.read(
        lambda session: report_emails.letter_of(session, busy.rules, schedule, NEXT_MONDAY, now=NEXT_MONDAY)
    )
    second = busy.read(
        lambda session: report_emails.letter_of(session, busy.rules, schedule, NEXT_MONDAY, now=NEXT_MONDAY)
    )

    assert first == second
    assert replace(first, subject="") != first
    assert [row.name for row in busy.read(report_schedules.list_schedules)] == ["monday-spend"]
