"""No transaction is open while a mail server is talked to: it may take minutes to answer."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy import Connection, Engine, event

from followup.application.door import Caller, OpenWorkspace, look_up
from followup.application.outbox import daemon, specimen
from tests.integration.mail_server import Inbox, running
from tests.shop import ANA, Shop


class Watch:
    """Counts the transactions that each thread has open."""

    def __init__(self, engine: Engine) -> None:
        self.open = Counter[int]()
        for name, change in (("begin", 1), ("commit", -1), ("rollback", -1)):
            event.listen(engine, name, self._counting(change))

    def _counting(self, change: int) -> Any:
        def count(connection: Connection) -> None:
            # A worker's lock on PostgreSQL has a connection without transactions.
            if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
                self.open[threading.get_ident()] += change

        return count


class WatchingInbox(Inbox):
    """Keeps how many transactions were open when each email arrived: of the thread that runs the test, and of
    those that send for a daemon."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch
        self.seen: list[int] = []
        self.seen_of_senders: list[int] = []
        self.caller = threading.get_ident()

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.seen.append(self.watch.open[self.caller])
        self.seen_of_senders.append(self.watch.open.total() - self.watch.open[self.caller])
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def watched(shop: Shop) -> Iterator[tuple[Caller, WatchingInbox]]:
    inbox = WatchingInbox(Watch(shop.engine))
    with running(inbox) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}")
        place = OpenWorkspace(shop.workspace, shop.engine)
        yield Caller(place=place, now=shop.now, login="nobody", actor_email=ANA), inbox


@pytest.mark.parametrize("case", [None, "C-0001"])
def test_an_email_to_oneself_is_handed_over_outside_any_transaction(shop: Shop, case: str | None) -> None:
    shop.request(shop.open_case())
    with watched(shop) as (caller, inbox):
        document = specimen.send_specimen(caller, "me@elsewhere.example", case=case)
    assert document["to"] == "me@elsewhere.example"
    assert inbox.seen == [0]


def test_what_is_due_is_handed_over_outside_any_transaction(shop: Shop) -> None:
    """The threads that send have none. The one that claims may look for more at that moment."""
    shop.request(shop.open_case())
    with watched(shop) as (caller, inbox):
        assert daemon.work_through(caller, daemon.TickHooks()).sent == 1
    assert inbox.seen_of_senders == [0]


def test_a_transaction_that_stays_open_meanwhile_would_be_found(shop: Shop) -> None:
    with watched(shop) as (caller, inbox):

        def send_inside(work: Any) -> None:
            work.acting()
            specimen.send_specimen(caller, "me@elsewhere.example")

        look_up(caller, send_inside)
    assert inbox.seen == [1]
