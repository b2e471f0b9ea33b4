"""Row 13: another process locks the database for a long time, and all commands wait."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from followup.domain.outbox.email_state import EmailState
from followup.services.goodwill import vouchers
from followup.services.shared import audit
from followup.store.engine import writing
from followup.store.tables import Email
from tests.e2e.installed import ALWAYS_OPEN
from tests.hanging import LONGEST_SECONDS
from tests.integration.faulty_relay import FaultyRelay
from tests.score import due_emails, money
from tests.score.commands import Command, started
from tests.score.processes import context, enter, running
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import ANA, SEN, Shop

IMPATIENT = {"FOLLOWUP_LOCK_WAIT_SECONDS": "1"}
"""With this short wait a command reports a locked database, which proves that it is locked."""

UNREACHABLE = 6


def run(here: Place) -> Seen:
    seconds, emails = here.count(20, 1), here.count(200, 5)
    shop = open_shop(here)
    due_emails.plan(shop, emails)
    asked = shop.request(shop.open_case("asked@example.com"), "refund", "40.00")
    given = shop.request(shop.open_case("given@example.com"), "voucher", "20.00")
    code = shop.read(
        lambda session: vouchers.code_of(shop.rules, vouchers.find_voucher(session, f"G-{given.id:04d}"))
    )
    commands = (
        *(("case", "open", "--customer", f"new-{n}@example.com", *_TOLD) for n in range(here.count(4, 1))),
        ("case", "note", "C-0001", "She called again."),
        ("approval", "approve", f"G-{asked.id:04d}", "--because", "right", "--as", SEN),
        ("voucher", "redeem", code, "--amount", "5.00"),
        ("budget", "create", "goodwill", "--limit", "500.00", "--period", "month"),
        ("outbox", "list"),
    )
    shop.engine.dispose()
    with ExitStack() as stack:
        relay = stack.enter_context(FaultyRelay().running())
        settings = {
            **ALWAYS_OPEN,
            "FOLLOWUP_AGENT": ANA,
            "FOLLOWUP_SMTP_URL": f"smtp://127.0.0.1:{relay.port}",
        }
        root = shop.workspace.root
        with _held(root):
            begun = monotonic()
            daemon = stack.enter_context(started(root, settings, "daemon", "run", "--every", "0.2"))
            waiting = [
                stack.enter_context(started(root, settings, *command, "--json")) for command in commands
            ]
            impatient = stack.enter_context(
                started(root, {**settings, **IMPATIENT}, "case", "note", "C-0001", "Now!", "--json")
            )
            was_locked = impatient.end() == UNREACHABLE and "database_locked" in impatient.said
            sleep(max(0, seconds - (monotonic() - begun)))
        failed = [command for command in waiting if command.end() != 0 or command.said]
        answers = [json.loads(command.printed) for command in waiting if command not in failed]
        _wait_until_sent(shop, emails)
        left_with = daemon.stop()
    missing = _missing(shop, new_cases=here.count(4, 1))
    taken = relay.times_taken
    twice = sum(number > 1 for number in taken.values())
    complaints = [line for line in daemon.said.splitlines() if " ERROR " in line or " WARNING " in line]
    shop.engine.dispose()
    return Seen(
        kept=was_locked
        and not (failed or complaints or missing or twice or left_with)
        and len(answers) == len(commands),
        figures=f"locked for {seconds} s{'' if was_locked else ' (it was not)'}: {len(failed)} of "
        f"{len(commands)} commands and {len(complaints)} lines of the daemon's log show an error, "
        f"{sum(taken[due_emails.address(n)] > 0 for n in range(1, emails + 1))} of {emails} emails sent, "
        f"{twice} twice; {len(missing)} changes lost"
        + "".join(f"; {_told(each)}" for each in failed[:2])
        + "".join(f"; {line[:300]}" for line in complaints[:2]),
    )


_TOLD = (
    *("--name", "Nora", "--reason", "long-wait", "--severity", "moderate", "--occurred-on", "today"),
    *("--what-happened", "You waited two hours.", "--accept"),
)


def _told(command: Command) -> str:
    return f"followup {' '.join(command.arguments[:2])} said {command.said[:200]!r}"


@contextmanager
def _held(root: Path) -> Iterator[None]:
    """Let another process lock the database within the context."""
    begun, ending = context.Event(), context.Event()
    with running(hold, root, begun, ending) as process:
        assert begun.wait(LONGEST_SECONDS)
        yield
        ending.set()
        process.join(LONGEST_SECONDS)
        assert process.exitcode == 0


def hold(root: Path, begun: Event, ending: Event) -> None:
    """Lock out all writers and, on SQLite, all readers, as at the end of a long transaction."""
    shop = enter(root)
    if shop.engine.dialect.name == "sqlite":
        connection = shop.engine.raw_connection()
        connection.cursor().execute("BEGIN EXCLUSIVE")
        begun.set()
        ending.wait(LONGEST_SECONDS)
        connection.cursor().execute("COMMIT")
        return
    with writing(shop.engine) as session:
        for table in ("outbox", "cases", "gesture", "approval", "voucher", "worker"):
            session.execute(text(f"SELECT id FROM {table} FOR UPDATE"))
        begun.set()
        ending.wait(LONGEST_SECONDS)


def _wait_until_sent(shop: Shop, emails: int) -> None:
    for _ in range(LONGEST_SECONDS * 10):
        if shop.read(_sent) >= emails:
            return
        context.Event().wait(0.1)


def _sent(session: Session) -> int:
    sent = select(func.count()).select_from(Email).where(col(Email.state) == EmailState.SENT)
    return session.exec(sent).one()


def _missing(shop: Shop, *, new_cases: int) -> list[str]:
    """Changes that were reported as done but are not in the database."""

    expected = {
        "cases WHERE reason = 'long-wait'": new_cases,
        "gesture WHERE state = 'issued'": new_cases + 2,
        "note": 1,
        "redemption": 1,
        "approval WHERE state = 'approved'": 1,
        "budget": 1,
    }

    def look(session: Session) -> list[str]:
        found = [
            rows
            for rows, number in expected.items()
            if session.execute(text(f"SELECT count(*) FROM {rows}")).scalar_one() != number
        ]
        return [*found, *money.drifts(session), *(why for _, why in audit.broken_links(session))]

    return shop.read(look)


ROW = Row(13, "another process holds the write lock for 20 s", "no error shown, nothing lost", run)
