"""Two daemons, each a process of its own, share the work on one PostgreSQL."""

import asyncio
import signal
from collections import Counter
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from sqlmodel import select

from followup import clock
from followup.store.tables import Email, Worker
from tests import postgres
from tests.e2e.installed import ALWAYS_OPEN, Installed, wait_until
from tests.integration import mail_server
from tests.shop import ANA, DIANA, Shop

pytestmark = pytest.mark.only_on("postgresql")
RUN = ("daemon", "run", "--every", "0.2")


class Gate(mail_server.Inbox):
    """Keeps its answer to each body back until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        while not self.is_open:
            await asyncio.sleep(0.02)
        return await super().handle_DATA(server, session, envelope)

    @property
    def recipients(self) -> Counter[str]:
        return Counter(address for envelope in self.envelopes for address in envelope.rcpt_tos)


def make_due(shop: Shop, number: int) -> None:
    """Emails to so many people that are due now."""
    shop.now = clock.now()
    shop.settings(send_window=(time(0), time.max), send_days=frozenset(range(7)), country="ZZ")
    for place in range(number):
        # A director, because an agent may not give so much in one day.
        shop.request(shop.open_case(f"c{place}@example.com"), by=DIANA)


def firsts(shop: Shop) -> list[Email]:
    rows = shop.read(lambda session: session.exec(select(Email)).all())
    return [row for row in rows if row.step == 1]


def states(shop: Shop) -> Counter[str]:
    return Counter(row.state.value for row in firsts(shop))


def at_work(shop: Shop, home: Path, port: int) -> Installed:
    settings = {**ALWAYS_OPEN, "FOLLOWUP_AGENT": ANA, "FOLLOWUP_SMTP_URL": f"smtp://127.0.0.1:{port}"}
    return Installed(shop.workspace.root, home, settings)


def test_two_daemons_send_each_email_once_and_both_do_some(shop: Shop, tmp_path: Path) -> None:
    make_due(shop, 60)
    gate = Gate()
    with mail_server.running(gate) as port:
        followup = at_work(shop, tmp_path, port)
        with (
            followup.running(*RUN, log=tmp_path / "one") as one,
            followup.running(*RUN, log=tmp_path / "two") as two,
        ):
            # While the mail server keeps them waiting, both have claimed what the other has not.
            wait_until(lambda: len({row.claimed_by for row in firsts(shop)} - {None}) == 2, "claims of both")
            gate.is_open = True
            wait_until(lambda: states(shop)["sent"] == 60, "sending sixty emails")
            assert [daemon.stop(signal.SIGTERM) for daemon in (one, two)] == [0, 0]
    assert gate.recipients == {f"c{number}@example.com": 1 for number in range(60)}
    senders = Counter(row.claimed_by for row in firsts(shop))
    workers = shop.read(lambda session: session.exec(select(Worker)).all())
    assert set(senders) == {worker.id for worker in workers}
    assert len(workers) == 2
    assert [row.attempts for row in firsts(shop)] == [1] * 60


def test_what_a_killed_daemon_had_claimed_is_sent_by_the_other_at_once(shop: Shop, tmp_path: Path) -> None:
    make_due(shop, 12)
    gate = Gate()
    with mail_server.running(gate) as port:
        followup = at_work(shop, tmp_path, port)
        with followup.running(*RUN, log=tmp_path / "one") as one:
            wait_until(lambda: states(shop)["transmitting"] > 0, "the first body")
            one.stop(signal.SIGKILL)
        gate.is_open = True
        # The lease of what was claimed has a quarter of an hour to go; the server knows better.
        with followup.running(*RUN, log=tmp_path / "two") as two:
            wait_until(lambda: sum(states(shop)[state] for state in ("sent", "in_doubt")) == 12, "the others")
            two.stop(signal.SIGTERM)
    assert 1 <= states(shop)["in_doubt"] < 12
    assert max(gate.recipients.values()) == 1


def has_sent(shop: Shop, number: int) -> bool:
    return states(shop)["sent"] >= number


def test_a_daemon_outlasts_a_server_that_cuts_its_connections(
    shop: Shop, tmp_path: Path, database_server: postgres.Server
) -> None:
    name = shop.workspace.database_url.rpartition("/")[2]
    make_due(shop, 12)
    gate = Gate()
    gate.is_open = True
    with mail_server.running(gate) as port:
        followup = at_work(shop, tmp_path, port)
        with followup.running(*RUN, log=tmp_path / "log") as daemon:
            for sent in (1, 4, 8):
                wait_until(partial(has_sent, shop, sent), f"sending {sent} emails")
                database_server.do(
                    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                )
            wait_until(lambda: states(shop)["scheduled"] + states(shop)["claimed"] == 0, "sending the others")
            daemon.stop(signal.SIGTERM)
            assert "Traceback" not in daemon.said
    # An email whose answer could not be recorded is in doubt, never sent again.
    assert max(gate.recipients.values()) == 1
    assert set(states(shop)) <= {"sent", "in_doubt", "transmitting"}
