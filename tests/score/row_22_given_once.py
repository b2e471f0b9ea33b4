"""Row 22: what is requested again is given once: double-clicks, retries, three at once."""

from contextlib import ExitStack
from pathlib import Path

from sqlmodel import Session, select

from followup.errors import Refused
from followup.services.goodwill import repeated_gestures
from followup.services.goodwill.repeated_gestures import Repetition
from followup.store.tables import Case, Gesture
from tests.score import money
from tests.score.commands import started
from tests.score.processes import at_once, enter, meet
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import ANA, Shop

AT_ONCE = 3
"""How many ask for the same at the same moment."""


def run(here: Place) -> Seen:
    tries = here.count(1_000, 4)
    shop = open_shop(here, money.POLICY)
    shop.budget("1000000.00")
    cases = [shop.open_case(f"c{number}@example.com").id or 0 for number in range(tries)]
    shop.engine.dispose()
    root = shop.workspace.root
    # Each process asks for every case at the moment when the others do, and once more right after it.
    answers = at_once(ask_twice, [(root, cases) for _ in range(AT_ONCE)])
    same = sum(here_given.count("given") for here_given in answers)
    refused = sum(here_given.count("repeated_gesture") for here_given in answers)
    gestures = _given(shop)
    by_command = _by_command(shop)
    naive = at_once(ask_naively, [(root, cases[:2]) for _ in range(AT_ONCE)])
    again = sum(here_given.count("given") for here_given in naive)
    shop.engine.dispose()
    asked = tries * AT_ONCE * 2
    return Seen(
        kept=same == tries
        and gestures == tries
        and refused == asked - tries
        and by_command == [0, 4, 4]
        and again > 0,
        figures=f"{asked:,} requests for {tries:,} cases by {AT_ONCE} processes: {gestures:,} given, "
        f"{refused:,} answered with the first; commands left with {by_command}; "
        f"without the check (negative control) {again} of {2 * AT_ONCE * 2} were given again",
    )


def ask_twice(root: Path, cases: list[int]) -> list[str]:
    """Ask for the same gesture of each case twice: what came of each request."""
    return _ask(enter(root), cases)


def ask_naively(root: Path, cases: list[int]) -> list[str]:
    """The same without the check for repetition."""
    repeated_gestures.repetition = lambda *_: Repetition()
    return _ask(enter(root), cases)


def _ask(shop: Shop, cases: list[int]) -> list[str]:
    answers = []
    for number in cases:
        found = shop.read(lambda session, number=number: session.get_one(Case, number))  # type: ignore[misc]
        meet()
        for _ in range(2):
            try:
                shop.request(found, "refund", "7.00")
            except Refused as refused:
                answers.append(refused.code)
            else:
                answers.append("given")
    shop.engine.dispose()
    return answers


def _given(shop: Shop) -> int:
    def look(session: Session) -> int:
        return len(session.exec(select(Gesture)).all())

    return shop.read(look)


def _by_command(shop: Shop) -> list[int]:
    """The exit codes of three commands at the same moment that log and accept the same case."""
    told = (
        "--customer",
        "new@example.com",
        "--name",
        "New",
        "--reason",
        "long-wait",
        "--severity",
        "moderate",
    )
    command = ("--as", ANA, "case", "open", *told, "--order", "HB-1", "--accept")
    settings = {"FOLLOWUP_DATABASE_URL": shop.workspace.database_url}
    with ExitStack() as stack:
        running = [
            stack.enter_context(started(shop.workspace.root, settings, *command)) for _ in range(AT_ONCE)
        ]
        return sorted(one.end() for one in running)


ROW = Row(22, "the same gesture or case requested again, three at once", "given once", run)
