"""The demo: two weeks of work, played through the same functions as every command.

Time is a parameter: each scene has a Caller with its own time. The mail server is a real one on a socket of
this machine, and the workspace can be used afterwards.
"""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from followup.application.cases import change_case, open_case
from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import approvals, budgets, gestures
from followup.application.outbox import outbox
from followup.application.outbox.daemon import Report
from followup.application.people import agents, customers
from followup.application.reporting import catalog_reports
from followup.application.upkeep import demo_workspace
from followup.cli import output
from followup.cli.goodwill import recommendation as explaining
from followup.cli.goodwill.recommendation import gesture_line
from followup.cli.upkeep.demo_mail_server import mail_server
from followup.cli.upkeep.demo_scenes import BEGIN, ENDINGS, SCENES, DemoCustomer, Scene
from followup.daemon import Daemon
from followup.domain.cases.case import Feeling
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.familiar_amounts import familiar_amount
from followup.errors import Refused
from followup.mail.read_own_email import text_of
from followup.reports.answer import ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.page import as_page
from followup.reports.renderers.terminal import as_renderable
from followup.reports.renderers.workbook import as_workbook
from followup.workspace import load_workspace

ANA, MAX = "ana@harbour.example", "max@harbour.example"
BUDGET = "goodwill"
READER = Reader("en-GB", "Europe/London")


class Story:
    """Plays the scenes, and prints what each user would see."""

    def __init__(self, place: OpenWorkspace) -> None:
        self.place = place
        self.currency = place.workspace.settings.currency
        self.now = BEGIN
        self.customers: dict[str, DemoCustomer] = {}

    def caller(self, email: str | None = None) -> Caller:
        """The caller with an address, at the present time of the story; without an address, the one who set
        it up."""
        return Caller(place=self.place, now=self.now, login="demo", actor_email=email)

    def amount(self, pounds: str) -> str:
        """An amount of the story in the currency of the workspace."""
        return familiar_amount(pounds, self.currency)

    def people_and_budget(self) -> None:
        """Add two agents and a budget."""
        for name, email, role in (("Ana Reyes", ANA, "agent"), ("Max Ortiz", MAX, "manager")):
            agents.add_agent(self.caller(), name=name, email=email, role=role, team="Customer care")
        budgets.create_budget(self.caller(MAX), name=BUDGET, limit=self.amount("60.00"), period="month")

    def play(self, scene: Scene) -> None:
        """Log a case, show the recommendation, and request the gesture."""
        person = scene.customer
        customers.add_customer(
            self.caller(ANA),
            name=person.name,
            email=person.email,
            timezone=person.timezone,
            region=person.region,
            locale=person.locale,
        )
        facts = [f"{name}={self.amount(pounds)}" for name, pounds in scene.amounts.items()]
        told = dict(scene.told)
        if "order_value" in told:
            told["order_value"] = self.amount(told["order_value"])
        opened = open_case.open_case(self.caller(ANA), customer=person.email, fact=facts, **told)
        case = opened["case"]
        self.customers[case["ref"]] = person
        output.lines(f"\n{person.name}, {scene.told['feeling']}: “{scene.told['verbatim']}”")
        output.lines(f"  {case['ref']}  {case['reason']}, {case['severity']}, {person.timezone}")
        _indented(lambda: explaining.show(opened["recommendation"], whole=False))
        try:
            made = gestures.request_gesture(self.caller(ANA), case["ref"], because=scene.because)
        except Refused as error:
            output.lines(f"  ✗ refused: {error.message}")
        else:
            output.lines(f"  → {gesture_line(made)}")
            if case["feeling"] == Feeling.DISTRESSED:
                output.lines("    No automatic email: a person calls.")
        self.now += timedelta(minutes=7)

    def approve(self) -> None:
        """Let the manager decide the pending approvals."""
        self.now += timedelta(minutes=20)
        for waiting in approvals.list_approvals(self.caller(MAX)):
            output.lines(f"  {gesture_line(waiting['gesture'])}")
            output.lines(f"  Ana says: “{waiting['gesture']['because']}”")
            granted = approvals.approve(self.caller(MAX), waiting["ref"], because="He is right.")
            output.lines(f"  → {gesture_line(granted['gesture'])}, by Max")

    def two_weeks(self) -> None:
        """Let the daemon tick every half hour for fifteen days. A real daemon ticks more often."""
        daemon = Daemon(self.place, worker="demo")
        for tick in range(15 * 48):
            self.now = BEGIN + timedelta(minutes=30 * (tick + 1))
            for report in daemon.tick(now=lambda: self.now).reports:
                if report.state is EmailState.SENT and report.case is not None:
                    output.lines(f"  {self._email_line(report, self.customers[report.case])}")

    def _email_line(self, report: Report, customer: DemoCustomer) -> str:
        there = self.now.astimezone(ZoneInfo(customer.timezone))
        subject = outbox.show_email(self.caller(ANA), report.email)["subject"]
        return (
            f"{there:%a %d %b %H:%M} in {customer.timezone.partition('/')[2].replace('_', ' '):<9} "
            f"{report.state:<5} {customer.name:<13} step {report.step}: {subject}"
        )

    def close(self) -> None:
        """Let Ana close the cases whose outcome she knows."""
        for reference, outcome, because in ENDINGS:
            change_case.close(self.caller(ANA), reference, outcome=outcome, because=because)
            output.lines(f"  {reference}  {self.customers[reference].name}: {outcome}. {because}")

    def what_a_manager_sees(self) -> list[ReportAnswer]:
        """Show the budget, the reconciliation, and the reports, which are returned."""
        budget = budgets.show_budget(self.caller(MAX), BUDGET, "2026-11")
        answers = catalog_reports.all_(self.caller(MAX))
        books = budgets.reconcile(self.caller(MAX))
        output.lines(
            f"  Budget {budget['name']} {budget['period']}: limit {budget['limit']}, held {budget['held']}, "
            f"committed {budget['committed']}, available {budget['available']} {self.currency}"
        )
        output.lines(
            f"  Figures and ledger agree: {books['checked']} period checked, {len(books['drift'])} off.\n"
        )
        spend, *others = answers
        output.rendered(as_renderable(spend, READER))
        output.lines("")
        output.fields((other.question, str(other.says[0])) for other in others if other.says)
        return answers


def play(folder: Path, currency: str = "GBP") -> dict[str, Any]:
    """Create the workspace, play the story in it, and print it. Returns the paths of everything created.

    Raises Refused if `folder` holds something that is not a demo, WrongUsage for an unknown currency."""
    workspace = load_workspace(Path(demo_workspace.make(folder, currency)["workspace"]), {})
    with mail_server(workspace.root / "received") as (received, port):
        url = f"smtp://127.0.0.1:{port}?starttls=never"
        settings = replace(workspace.settings, smtp_url=url, rehearsal=True)
        story = Story(OpenWorkspace(replace(workspace, settings=settings)))
        limit = f"{story.amount('60.00')} {currency}"
        _heading(f"{BEGIN:%A %-d %B %Y}: six customers, one budget of {limit} for the month")
        story.people_and_budget()
        for scene in SCENES:
            story.play(scene)
        _heading("What Ana may not give alone waits for Max, her manager")
        story.approve()
        _heading(f"The daemon writes to them for two weeks, over SMTP to 127.0.0.1:{port}")
        story.two_weeks()
        _heading("What Ana hears of them")
        story.close()
    _heading("The first of these emails")
    _indented(lambda: output.lines(output.passage(text_of(received.files[0].read_bytes()))))
    _heading("What Max sees at the end")
    reports = _write_reports(workspace.root, story.what_a_manager_sees(), story.now)
    story.place.close()
    _ending(folder, received.files)
    return {
        "workspace": str(workspace.root),
        "emails": [str(path) for path in received.files],
        "reports": [str(path) for path in reports],
    }


def _write_reports(root: Path, answers: list[ReportAnswer], now: datetime) -> list[Path]:
    """Write all reports as a page and as a workbook."""
    page, workbook = root / "report.html", root / "report.xlsx"
    page.write_text(as_page(answers, READER, business="Harbour Books", now=now), encoding="utf-8")
    workbook.write_bytes(as_workbook(answers, READER, business="Harbour Books", now=now))
    return [page, workbook]


def _ending(folder: Path, emails: list[Path]) -> None:
    output.lines(
        f"\n{len(emails)} emails are in {folder}/received/, as .eml and as .html: open one in a browser."
    )
    output.lines(f"All reports are in {folder}/report.html for a browser, and in report.xlsx with charts.")
    output.lines("\nWhat to type next:")
    if shutil.which("followup") is None:
        output.lines(f"  source {os.path.relpath(sys.prefix)}/bin/activate")
    output.lines(f"  cd {folder}")
    for line in (
        "followup case show C-0002                 one case from beginning to end",
        "followup sequence timeline C-0001         its emails, as the customer reads them",
        "followup template preview C-0003 --step 1 an email in German, and what the lint finds in it",
        "followup outbox why E-0002                the whole story of one email",
        "followup case list --needs-person         who waits for a call, and why",
        "followup policy explain C-0006            why George gets nothing more this month",
        "followup coach                            practise answering a complaint",
        "followup budget ledger goodwill           every movement of the money",
        "followup report liability                 what the voucher still promises",
        "followup report spend --by kind           the same figures another way",
    ):
        output.lines(f"  {line}")


def _heading(text: str) -> None:
    output.lines(f"\n── {text} " + "─" * max(0, 96 - len(text)))


def _indented(show: Callable[[], None]) -> None:
    """Print the output of `show`, indented by two spaces."""
    held = io.StringIO()
    with contextlib.redirect_stdout(held):
        show()
    for line in held.getvalue().splitlines():
        output.lines(f"  {line}".rstrip())
