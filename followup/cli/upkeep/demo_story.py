"""The demo: a story of two weeks, played through the same services as everything else.

The clock is a parameter, the mail server a real one on a socket of this machine, the workspace a real
workspace that can be used afterwards.
"""

import contextlib
import io
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller

from followup.application.door import OpenWorkspace
from followup.cli import output
from followup.cli.goodwill import recommendation as explaining
from followup.cli.goodwill.recommendation import gesture_line
from followup.daemon import Daemon
from followup.domain.cases.case import Feeling, Outcome
from followup.domain.outbox.email_state import EmailState
from followup.errors import Refused
from followup.mail.read_own_email import text_of
from followup.reports.answer import ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.page import as_page
from followup.reports.renderers.terminal import as_renderable
from followup.reports.renderers.workbook import as_workbook
from followup.reports.scope import Scope
from followup.services.cases import cases, close_case
from followup.services.documents import serializers
from followup.services.goodwill import approvals, budgets, gestures, recommendations
from followup.services.outbox import outbox
from followup.services.outbox.tick_result import Report
from followup.services.people import agents, customers
from followup.services.reporting.report_catalog import QUESTIONS, ask
from followup.services.shared import actors
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.services.upkeep import new_workspace
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import Case

MARKER = ".followup-demo"
BEGIN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""A Monday morning in London."""

ANA, MAX = "ana@harbour.example", "max@harbour.example"
BUDGET = "goodwill"


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """Somebody of the story."""

    name: str
    email: str
    timezone: str = "Europe/London"
    region: str = "GB-ENG"
    locale: str = "en-GB"


@dataclass(frozen=True, slots=True)
class Scene:
    """A case of the story: what is told, and what the agent does with the recommendation."""

    customer: DemoCustomer
    told: dict[str, str]
    facts: dict[str, str] = field(default_factory=dict)
    because: str | None = None


SCENES = (
    Scene(
        DemoCustomer("Priya Shah", "priya@example.com"),
        {
            "reason": "late-delivery",
            "severity": "moderate",
            "feeling": "let_down",
            "order": "HB-2041",
            "order_value": "80.00",
            "occurred_on": "2026-10-30",
            "promised": "a call if anything is late again",
            "verbatim": "It was a birthday present and it came two days after the birthday.",
        },
    ),
    Scene(
        DemoCustomer("Tom Okafor", "tom@example.com"),
        {
            "reason": "damaged-item",
            "severity": "serious",
            "feeling": "angry",
            "order": "HB-1987",
            "order_value": "180.00",
            "occurred_on": "2026-10-31",
            "verbatim": "The third book with a broken spine. Does anybody there look at the boxes?",
        },
        because="Third damaged parcel this year; he is right to be angry.",
    ),
    Scene(
        DemoCustomer("Lena Fischer", "lena@example.com", "Europe/Berlin", "DE-BE", "de-DE"),
        {
            "reason": "billing-error",
            "severity": "moderate",
            "feeling": "worried",
            "order": "HB-2050",
            "order_value": "54.90",
            "occurred_on": "2026-11-01",
            "verbatim": "Sie haben zweimal abgebucht, und ich weiß nicht, ob es wieder passiert.",
        },
        facts={"overcharged": "18.40"},
    ),
    Scene(
        DemoCustomer("Sam Reyes", "sam@example.com", "America/New_York", "US-NY", "en-US"),
        {
            "reason": "long-wait",
            "severity": "minor",
            "feeling": "frustrated",
            "occurred_on": "2026-11-02",
            "verbatim": "Forty minutes on hold to change one address.",
        },
    ),
    Scene(
        DemoCustomer("Ines Duarte", "ines@example.com", "Europe/Lisbon", "PT", "en-GB"),
        {
            "reason": "missed-appointment",
            "severity": "severe",
            "feeling": "distressed",
            "occurred_on": "2026-11-01",
            "verbatim": "I waited all day with my mother's funeral books to collect, and nobody came.",
        },
    ),
    Scene(
        DemoCustomer("George Lin", "george@example.com"),
        {
            "reason": "wrong-item",
            "severity": "moderate",
            "feeling": "confused",
            "order": "HB-2063",
            "order_value": "240.00",
            "occurred_on": "2026-11-01",
            "verbatim": "I ordered the atlas and got three cookbooks.",
        },
    ),
)


ENDINGS = (
    ("C-0001", Outcome.RECOVERED, "She wrote back and ordered again."),
    ("C-0004", Outcome.RECOVERED, "He says the address is right now."),
    ("C-0006", Outcome.LOST, "He sent the books back and closed his account."),
)
"""How cases end that Ana hears of again."""

READER = Reader("en-GB", "Europe/London")


class Story:
    """Plays the scenes, and prints what each user would see."""

    def __init__(self, rules: Configuration) -> None:
        self.rules = rules
        self.engine = open_engine(rules.workspace.database_url)
        self.now = BEGIN

    def people_and_budget(self) -> None:
        """Two people and a budget."""
        with writing(self.engine) as session:
            for name, email, role in (("Ana Reyes", ANA, "agent"), ("Max Ortiz", MAX, "manager")):
                agents.add_agent(
                    session,
                    now=self.now,
                    actor=Actor("demo"),
                    name=name,
                    email=email,
                    role=role,
                    team="Customer care",
                )
            budgets.create_budget(
                session,
                self.rules,
                now=self.now,
                actor=actors.acting(session, MAX, ""),
                name=BUDGET,
                limit="60.00",
                period="month",
            )

    def play(self, scene: Scene) -> None:
        """Log a case, show what may be offered, and request it."""
        with writing(self.engine) as session:
            ana = actors.acting(session, ANA, "")
            person = scene.customer
            customers.add_customer(
                session,
                self.rules.settings,
                now=self.now,
                actor=ana,
                name=person.name,
                email=person.email,
                timezone=person.timezone,
                region=person.region,
                locale=person.locale,
            )
            told: dict[str, str | None] = {"customer": person.email, **scene.told}
            entry = cases.read_case(self.rules, told, scene.facts, now=self.now)
            case = cases.open_case(session, self.rules, entry, now=self.now, actor=ana)
            recommended = recommendations.advise(
                session, self.rules, case, agent=ana.needed_agent, now=self.now
            )
            output.lines(f"\n{person.name}, {scene.told['feeling']}: “{scene.told['verbatim']}”")
            output.lines(f"  {ref(case)}  {case.reason}, {case.severity}, {person.timezone}")
            _indented(lambda: explaining.show(recommended.to_document(), whole=False))
            wish = gestures.Wish(because=scene.because)
            try:
                with session.begin_nested():
                    made = gestures.request_gesture(session, self.rules, case, wish, now=self.now, actor=ana)
            except Refused as error:
                output.lines(f"  ✗ refused: {error.message}")
            else:
                output.lines(f"  → {gesture_line(serializers.gesture(session, made))}")
                if case.feeling is Feeling.DISTRESSED:
                    output.lines("    No automatic email: a person calls.")
        self.now += timedelta(minutes=7)

    def approve(self) -> None:
        """The manager decides what waits."""
        self.now += timedelta(minutes=20)
        with writing(self.engine) as session:
            manager = actors.acting(session, MAX, "")
            for approval, gesture in approvals.list_approvals(session, None, 10):
                output.lines(f"  {gesture_line(serializers.gesture(session, gesture))}")
                output.lines(f"  Ana says: “{gesture.because}”")
                made = approvals.approve(
                    session, self.rules, approval, now=self.now, actor=manager, because="He is right."
                )
                output.lines(f"  → {gesture_line(serializers.gesture(session, made))}, by Max")

    def two_weeks(self) -> None:
        """Let the daemon tick every half hour for fifteen days; it would tick more often."""
        daemon = Daemon(OpenWorkspace(self.rules.workspace, self.engine), worker="demo")
        for tick in range(15 * 48):
            self.now = BEGIN + timedelta(minutes=30 * (tick + 1))
            for report in daemon.tick(now=lambda: self.now).reports:
                if report.state is EmailState.SENT:
                    output.lines(f"  {self._email_line(report)}")

    def _email_line(self, report: Report) -> str:
        with reading(self.engine) as session:
            email = outbox.find_email(session, report.email)
            case = session.get(Case, email.case_id)
            assert case is not None
            customer = customers.customer_of(session, case)
            there = self.now.astimezone(ZoneInfo(customer.timezone))
            return (
                f"{there:%a %d %b %H:%M} in {customer.timezone.partition('/')[2].replace('_', ' '):<9} "
                f"{report.state:<5} {customer.name:<13} step {report.step}: {email.subject}"
            )

    def close(self) -> None:
        """Ana says how it ended, where she knows."""
        with writing(self.engine) as session:
            ana = actors.acting(session, ANA, "")
            for number, outcome, because in ENDINGS:
                case = cases.find_case(session, number)
                close_case.close(session, case, now=self.now, actor=ana, because=because, outcome=outcome)
                customer = customers.customer_of(session, case)
                output.lines(f"  {number}  {customer.name}: {outcome}. {because}")

    def what_a_manager_sees(self) -> list[ReportAnswer]:
        """The budget, what does not add up (nothing), and what the reports say, all of which it returns."""
        with reading(self.engine) as session:
            budget = serializers.budget(session, budgets.find_budget(session, BUDGET), BEGIN, "2026-11")
            scope = Scope(since=None, until=None, timezone="Europe/London", currency="GBP", now=self.now)
            answers = ask(session, self.rules, QUESTIONS, scope)
            checked, drift = budgets.reconcile(session)
        output.lines(
            f"  Budget {budget['name']} {budget['period']}: limit {budget['limit']}, held {budget['held']}, "
            f"committed {budget['committed']}, available {budget['available']} GBP"
        )
        output.lines(f"  Figures and ledger agree: {checked} period checked, {len(drift)} off.\n")
        spend, *others = answers
        output.rendered(as_renderable(spend, READER))
        output.lines("")
        output.fields((other.question, str(other.says[0])) for other in others if other.says)
        return answers


class Received:
    """A mail server on a real socket of this machine that keeps what it gets as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[Path] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one email, as .eml and as .html."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        name = f"{len(self.files) + 1:02d}-{str(envelope.rcpt_tos[0]).partition('@')[0]}"
        path = self.folder / f"{name}.eml"
        path.write_bytes(envelope.content)
        html = message.get_body(("html",))
        if html is not None:
            path.with_suffix(".html").write_text(str(html.get_content()), encoding="utf-8")
        self.files.append(path)
        return "250 Kept"


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[Received, int]]:
    """A mail server for as long as the block lasts; gives what it received and its port."""
    folder.mkdir(parents=True, exist_ok=True)
    received = Received(folder)
    controller = Controller(received, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield received, int(controller.port)
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def play(folder: Path) -> dict[str, Any]:
    """Make the workspace, play the story in it, and print it. Returns where everything is.

    Raises Refused where `folder` holds something that is not a demo."""
    _clear(folder)
    chosen = {"business": "Harbour Books", "sender": "Ana at Harbour Books <ana@harbour.example>"}
    workspace, _ = new_workspace.create_workspace(folder, chosen, environment={})
    (workspace.root / MARKER).write_text("Made by `followup demo`, and made anew by it.\n", encoding="utf-8")
    with mail_server(workspace.root / "received") as (received, port):
        url = f"smtp://127.0.0.1:{port}?starttls=never"
        settings = replace(workspace.settings, smtp_url=url, rehearsal=True)
        story = Story(Configuration(replace(workspace, settings=settings)))
        _heading(f"{BEGIN:%A %-d %B %Y}: six customers, one budget of 60.00 GBP for the month")
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
    _ending(folder, received.files)
    return {
        "workspace": str(workspace.root),
        "emails": [str(path) for path in received.files],
        "reports": [str(path) for path in reports],
    }


def _write_reports(root: Path, answers: list[ReportAnswer], now: datetime) -> list[Path]:
    """All reports as a page and as a workbook."""
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
    """Print what `show` prints, two spaces further in."""
    held = io.StringIO()
    with contextlib.redirect_stdout(held):
        show()
    for line in held.getvalue().splitlines():
        output.lines(f"  {line}".rstrip())


def _clear(folder: Path) -> None:
    if not folder.exists():
        return
    if (folder / MARKER).is_file():
        shutil.rmtree(folder)
    elif not folder.is_dir() or any(folder.iterdir()):
        raise Refused(
            f"{folder} holds something that is not a demo, and nothing is overwritten.",
            hint="Name another folder: followup demo DIR",
            code="file_exists",
        )
