"""No transaction is open while a mail server is talked to: it may take minutes to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy import Engine, event

from followup.application.door import Caller, OpenWorkspace, look_up
from followup.application.outbox import daemon, specimen
from tests.integration.mail_server import Inbox, running
from tests.shop import ANA, Shop


class Watch:
    """Counts the transactions that are open."""

    def __init__(self, engine: Engine) -> None:
        self.open = 0
        for name, change in (("begin", 1), ("commit", -1), ("rollback", -1)):
            event.listen(engine, name, self._counting(change))

    def _counting(self, change: int) -> Any:
        def count(_connection: Any) -> None:
            self.open += change

        return count


class WatchingInbox(Inbox):
    """Keeps how many transactions were open when each email arrived."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch
        self.seen: list[int] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.seen.append(self.watch.open)
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
    shop.request(shop.open_case())
    with watched(shop) as (caller, inbox):
        assert daemon.work_through(caller, daemon.TickHooks()).sent == 1
    assert inbox.seen == [0]


def test_a_transaction_that_stays_open_meanwhile_would_be_found(shop: Shop) -> None:
    with watched(shop) as (caller, inbox):

        def send_inside(work: Any) -> None:
            work.acting()
            specimen.send_specimen(caller, "me@elsewhere.example")

        look_up(caller, send_inside)
    assert inbox.seen == [1]
