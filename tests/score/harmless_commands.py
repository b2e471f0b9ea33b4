"""A shop with hostile strings in every field, and checks of what commands print about it."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session, select

from followup.domain.people.suppression import SuppressionReason
from followup.errors import WrongUsage
from followup.services.cases import case_notes, cases
from followup.services.goodwill import gestures
from followup.services.people import agents, customers, suppressions
from followup.services.shared import parse_input
from followup.store.tables import Agent, Case, Customer, Gesture, Suppression
from tests.e2e.installed import Quick
from tests.score.harmless_reports import is_formula
from tests.score.harmless_text import steers
from tests.shop import DIANA, MAX, Shop

LONGEST = 300
"""The length to which strings are cut. Rows of 1,000 characters would be wrapped, and could not be
counted.
"""

LISTS = {
    ("customer", "list"): Customer,
    ("case", "list"): Case,
    ("gesture", "list"): Gesture,
    ("suppression", "list"): Suppression,
    ("agent", "list"): Agent,
}
"""Each list command, and the table of which it prints one line per row."""

MOST = ("--limit", "100000")
SHOWN_EVERY = 20
"""One of this many cases is shown in full."""

_WANTING = (("customer", "show", "--"), ("budget", "show", "--"), ("report",))
"""Commands that get a hostile string in place of their argument."""


def type_everywhere(shop: Shop, strings: list[str]) -> int:
    """Enter each string in every field of a customer, a case, a note, a gesture, a suppression and an agent.
    Returns how many fields refused a string and got a harmless one instead.
    """
    return sum(
        shop.write(lambda session, n=n, text=text: _typed(session, shop, n, text[:LONGEST]))  # type: ignore[misc]
        for n, text in enumerate(strings)
    )


def _typed(session: Session, shop: Shop, number: int, text: str) -> int:
    now, max_, diana = shop.now, shop.actor(session, MAX), shop.actor(session, DIANA)
    line, passage = _line(text), parse_input.passage("text", text) or "nothing"
    address = f"c{number}@example.com"
    customers.add_customer(
        session,
        shop.rules.settings,
        now=now,
        actor=max_,
        name=line,
        email=address,
        phone=line,
        address=line,
    )
    told = {
        "customer": address,
        "reason": "late-delivery",
        "severity": "moderate",
        "what_happened": "Your lamp came two days late.",
        "order": line,
        "promised": line,
        "verbatim": passage,
        "external_id": f"{line[:100]} {number}",
    }
    entry = cases.read_case(shop.rules, told, {}, now=now)
    case = cases.open_case(session, shop.rules, entry, now=now, actor=max_)
    case_notes.add_note(session, case, passage, now=now, actor=max_)
    wish = gestures.Wish(because=passage)
    gesture = gestures.request_gesture(session, shop.rules, case, wish, now=now, actor=diana)
    if number % 3 == 0:
        gestures.void(session, gesture, now=now, actor=max_, because=passage)
    suppressions.suppress(
        session, f"s{number}@example.com", SuppressionReason.MANUAL, now=now, actor=max_, because=line
    )
    if number % SHOWN_EVERY == 0:
        agents.add_agent(
            session,
            now=now,
            actor=max_,
            name=line,
            email=f"a{number}@shop.example",
            role="agent",
            team=line,
        )
    return line != text.strip()


def _line(text: str) -> str:
    try:
        return parse_input.line("name", text)
    except WrongUsage:
        return "Jo Example"


def wrong_in_commands(quick: Quick, shop: Shop, number: int) -> Iterator[str]:
    """Output of commands about the shop in which a string is more than text, as tables, JSON and CSV."""
    for noun, table in LISTS.items():
        limit = () if table is Agent else MOST
        rows = quick.json(*noun, *limit)
        stored = shop.read(lambda session, table=table: len(session.exec(select(table)).all()))  # type: ignore[misc]
        printed = quick.run(*noun, *limit).out
        yield from (f"{' '.join(noun)}: {found}" for found in steers(printed))
        # A heading and the line below it.
        if (len(rows), printed.count("\n")) != (stored, stored + 2):
            yield f"{' '.join(noun)}: {stored} rows made {len(rows)} and {printed.count(chr(10))} lines"
    names = shop.read(lambda session: list(session.exec(select(Customer.name)).all()))
    if sorted(row["name"] for row in quick.json("customer", "list", *MOST)) != sorted(names):
        yield "customer list: a name is not what it was in JSON"
    for case in range(1, number + 1, SHOWN_EVERY):
        for command in (
            ("case", "show", f"C-{case}"),
            ("gesture", "show", f"G-{case}"),
            ("policy", "explain", f"C-{case}"),
            ("sequence", "timeline", f"C-{case}"),
            ("audit", "log", "--subject", f"G-{case:04d}"),
        ):
            answer = quick.run(*command, code=None)
            yield from (f"{' '.join(command)}: {found}" for found in steers(answer.out + answer.err))
    yield from _wrong_in_reports(quick)


def _wrong_in_reports(quick: Quick) -> Iterator[str]:
    by = ("report", "spend", "--by", "agent,team", "--drill")
    yield from (f"report spend: {found}" for found in steers(quick.run(*by).out))
    for report in (("report", "spend", "--by", "team"), ("report", "spend", "--by", "agent")):
        written = quick.run(*report, "--format", "csv").out
        for row in csv.reader(io.StringIO(written, newline="")):
            yield from (f"{' '.join(report)}: a formula: {cell[:40]!r}" for cell in row if is_formula(cell))


def wrong_in_refusals(quick: Quick, strings: list[str]) -> Iterator[str]:
    """Error messages about a hostile argument that are more than one line of text."""
    for number, text in enumerate(strings):
        command = _WANTING[number % len(_WANTING)]
        # No command can be given a zero byte.
        answer = quick.run(*command, text.replace("\0", "0"), code=None)
        wrong = list(steers(answer.err + answer.out))
        if answer.code not in (2, 3, 4, 5) or wrong or answer.err.count("\n") != 1:
            yield f"{' '.join(command[:2])}: left with {answer.code}, {wrong}: {answer.err[:80]!r}"


def workshop(shop: Shop, home: Path) -> Quick:
    """The command for that shop, run inside this process."""
    home.mkdir(exist_ok=True)
    return Quick(shop.workspace.root, home, {"FOLLOWUP_AGENT": MAX})
