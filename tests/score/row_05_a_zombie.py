"""Row 5: a daemon is stopped during a delivery, loses its claim, and resumes."""

import os
import signal
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.process import BaseProcess
from time import sleep
from typing import Any

from sqlmodel import Session, col, func, select

from followup import clock
from followup.domain.outbox.email_state import EmailState
from followup.mail.transport import Phase
from followup.settings import OnDoubt
from followup.store.tables import Email, EmailEvent, Worker
from tests.hanging import LONGEST_SECONDS
from tests.integration.faulty_relay import Fault, FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.row import Place, Row, Seen
from tests.shop import Shop

EMAILS = 3
SENT, IN_DOUBT = EmailState.SENT, EmailState.IN_DOUBT


@dataclass(frozen=True, slots=True)
class Sleep:
    """Where the daemon is stopped, and what the mail server answers when it resumes.

    `by_another` is the state that the next daemon gives the email meanwhile; `at_last` is its state after the
    zombie got its answer; `taken` is how often the mail server accepted it in all.
    """

    phase: Phase
    answer: Fault | None
    by_another: EmailState
    at_last: EmailState
    taken: int
    on_doubt: OnDoubt = OnDoubt.HOLD


SLEEPS = (
    # Before the body nothing was sent: another daemon sends it, and the zombie must not.
    Sleep(Phase.MAIL, None, SENT, SENT, 1),
    Sleep(Phase.RCPT, None, SENT, SENT, 1),
    Sleep(Phase.DATA, None, SENT, SENT, 1),
    # During the body the email is in doubt, and the answer to the zombie does not change that,
    Sleep(Phase.BODY, Fault.LATER, IN_DOUBT, IN_DOUBT, 0),
    Sleep(Phase.BODY, Fault.NEVER, IN_DOUBT, IN_DOUBT, 0),
    Sleep(Phase.BODY, Fault.HANG_UP, IN_DOUBT, IN_DOUBT, 1),
    # except an acceptance by the mail server, which settles it,
    Sleep(Phase.BODY, None, IN_DOUBT, SENT, 1),
    # unless the email was resent meanwhile, which has settled it.
    Sleep(Phase.BODY, None, SENT, SENT, 2, OnDoubt.RESEND),
    Sleep(Phase.BODY, Fault.NEVER, SENT, SENT, 1, OnDoubt.RESEND),
)
SHORT = (SLEEPS[2], SLEEPS[4])


def run(here: Place) -> Seen:
    """Try each case, and compare the outbox before and after the zombie resumes."""
    wrong = []
    sleeps = SHORT if here.is_short else SLEEPS * 3
    for number, sleep_ in enumerate(sleeps):
        with due_emails.shop_with(here, EMAILS, name=f"shop-{number}") as shop:
            seen = _try(shop, sleep_)
        if seen is not None:
            wrong.append(f"{sleep_.phase}, {sleep_.answer}: {seen}")
    settled = sum(sleep_.by_another is not sleep_.at_last for sleep_ in sleeps)
    figures = f"{len(sleeps)} zombies in {len(set(sleeps))} ways, {len(wrong)} changed anything"
    if settled:
        figures += f" ({settled} heard the mail server's yes, and no longer doubted)"
    return Seen(not wrong, "; ".join([figures, *wrong]))


def _try(shop: Shop, sleep_: Sleep) -> str | None:
    """What went wrong, or None."""
    root = shop.workspace.root
    relay = FaultyRelay(phase=sleep_.phase, fault=sleep_.answer, times=1, held_at=sleep_.phase)
    with relay.running():
        environment = due_emails.sent_to(relay, connections=1, on_doubt=sleep_.on_doubt)
        with lives.living(root, environment) as zombie:
            assert relay.reached.wait(LONGEST_SECONDS), "no daemon sent anything"
            _stop(shop, zombie)
            relay.held_at = None
            outbox.let_leases_run_out(shop)
            lives.drain(root, environment)
            before = _whole(shop)
            relay.go_on.set()
            woken_at = clock.now()
            assert zombie.pid is not None
            os.kill(zombie.pid, signal.SIGCONT)
            _wait_for_tick(shop, zombie.pid, woken_at)
            os.kill(zombie.pid, signal.SIGTERM)
            assert lives.end_of(zombie) == 0, "the zombie did not end in good order"
        after = _whole(shop)
    address = due_emails.address(1)
    seen = (before[0]["state"], after[0]["state"], relay.times_taken[address])
    if seen != (sleep_.by_another, sleep_.at_last, sleep_.taken):
        return f"{seen[0]}, then {seen[1]}, taken {seen[2]}"
    if sleep_.by_another is sleep_.at_last and before != after:
        return "a row is not as it was"
    others = [(row["state"], relay.times_taken[row["to_address"]]) for row in after[1:EMAILS]]
    return None if others == [(SENT, 1)] * (EMAILS - 1) else f"of the others {others}"


def _stop(shop: Shop, zombie: BaseProcess) -> None:
    """Stop the daemon while it holds no lock in the database: otherwise it would block everybody, here as in
    production.
    """
    assert zombie.pid is not None
    while True:
        os.kill(zombie.pid, signal.SIGSTOP)
        if outbox.is_free(shop):
            return
        os.kill(zombie.pid, signal.SIGCONT)
        sleep(0.01)


def _whole(shop: Shop) -> list[dict[str, Any]]:
    """All columns of the emails, and the number of their events."""

    def look(session: Session) -> list[dict[str, Any]]:
        emails = session.exec(select(Email).where(col(Email.step) == 1).order_by(col(Email.id)))
        events = session.exec(select(func.count()).select_from(EmailEvent)).one()
        return [*(email.model_dump() for email in emails), {"events": events}]

    return shop.read(look)


def _wait_for_tick(shop: Shop, pid: int, since: datetime) -> None:
    """Wait until the daemon has finished its current work and has looked for due emails again."""
    query = select(Worker.last_tick_at).where(col(Worker.pid) == pid)
    for _ in range(LONGEST_SECONDS * 50):
        if shop.read(lambda session: session.exec(query).one()) > since:
            return
        sleep(0.02)
    raise AssertionError("the zombie did not tick again")


ROW = Row(5, "SIGSTOP past the lease, then SIGCONT", "the zombie changes nothing", run)
