"""What a mail server refuses for good in the dialogue: the email, its address, or everything that we send."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from sqlmodel import col, select

from followup.domain.inbound.bounce_cause import BounceCause
from followup.mail.relay_url import Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.services.outbox import relay_state
from followup.services.outbox.tick_result import TickResult
from followup.services.upkeep import delivery_health
from followup.store.tables import Email, Suppression
from tests.integration.mail_server import Inbox, running
from tests.services import mailing
from tests.shop import Shop

AFTER_THE_PAUSE = timedelta(minutes=6)
"""Longer than the first two pauses, of one and two minutes, and than the first retry, of five."""


class Refusing(Inbox):
    """A server that answers as it is told to, at the sender, the recipient or the body."""

    def __init__(
        self,
        *,
        mail: str | None = None,
        recipient: Callable[[str], str | None] | None = None,
        body: str | None = None,
    ) -> None:
        super().__init__()
        self.mail, self.recipient, self.body = mail, recipient, body
        self.asked = 0

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked += 1
        if self.mail is None:
            envelope.mail_from = address
        return self.mail or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self.recipient(address) if self.recipient else None
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(0)
        return self.body or await super().handle_DATA(server, session, envelope)

    def mended(self) -> None:
        self.mail = self.recipient = self.body = None


@contextmanager
def transport_to(inbox: Refusing) -> Iterator[SmtpTransport]:
    with running(inbox) as port:
        yield SmtpTransport(Relay("127.0.0.1", port, starttls=StartTls.NEVER), connections=1)


def tick(shop: Shop, transport: SmtpTransport, after: timedelta = timedelta()) -> TickResult:
    return mailing.tick(shop, shop.now + after, transport)


def drained(shop: Shop, transport: SmtpTransport, after: timedelta) -> int:
    """Tick as a daemon does, until nothing is due. Returns how many were sent."""
    sent = 0
    while (tally := tick(shop, transport, after)).claimed:
        sent += tally.sent
    return sent


def firsts(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.step) == 1).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


def states(shop: Shop) -> list[str]:
    return [email.state.value for email in firsts(shop)]


def suppressed(shop: Shop) -> dict[str, BounceCause | None]:
    rows = shop.read(lambda session: session.exec(select(Suppression)).all())
    return {row.address: row.cause for row in rows}


def due(shop: Shop, number: int) -> None:
    for customer in range(number):
        shop.request(shop.open_case(f"c{customer}@example.com"))


@pytest.mark.parametrize(
    "server",
    [
        {"mail": "530 5.7.0 Authentication required"},
        {"mail": "550 5.1.8 Sender address rejected: domain not found"},
        {"mail": "550 5.4.5 Daily user sending limit exceeded"},
        {"recipient": lambda address: f"554 5.7.1 <{address}>: Relay access denied"},
        {"body": "554 5.7.1 Your account has been suspended for sending too much"},
    ],
    ids=lambda server: str(next(iter(server))),
)
def test_a_refusal_of_the_account_fails_no_email_and_stops_the_server(
    shop: Shop, server: dict[str, Any]
) -> None:
    due(shop, 8)
    inbox = Refusing(**server)
    with transport_to(inbox) as transport:
        tally = tick(shop, transport)
        assert states(shop) == ["scheduled"] * 8
        assert (inbox.asked, tally.failed) == (3, 0)
        assert tally.unreachable
        assert "it refuses everything" in tally.unreachable
        # While it is left alone, nothing is tried.
        assert tick(shop, transport, timedelta(seconds=30)).claimed == 0
        # After the pause one email tries, and is not failed by it either.
        assert tick(shop, transport, AFTER_THE_PAUSE).claimed == 1
        assert (inbox.asked, states(shop)) == (4, ["scheduled"] * 8)
        inbox.mended()
        assert drained(shop, transport, timedelta(hours=1)) == 8
    assert len(inbox.envelopes) == 8
    assert suppressed(shop) == {}


def test_equal_refusals_of_the_body_stop_the_server_at_the_third(shop: Shop) -> None:
    """A text that nobody can judge: the first two are taken for refusals of these emails."""
    due(shop, 6)
    inbox = Refusing(body="554 5.6.0 Message refused, case 4711-a9")
    with transport_to(inbox) as transport:
        tick(shop, transport)
        assert states(shop) == ["failed", "failed", *["scheduled"] * 4]
        inbox.mended()
        drained(shop, transport, timedelta(hours=1))
        assert states(shop) == ["failed", "failed", *["sent"] * 4]


def test_what_is_accepted_in_between_ends_the_row(shop: Shop) -> None:
    due(shop, 7)
    bad = {"c0@example.com", "c1@example.com", "c3@example.com", "c4@example.com"}
    inbox = Refusing(recipient=lambda address: "550 5.7.1 not here by policy" if address in bad else None)
    with transport_to(inbox) as transport:
        tally = tick(shop, transport)
    assert states(shop) == ["failed", "failed", "sent", "failed", "failed", "sent", "sent"]
    assert tally.unreachable is None


def test_an_address_that_is_gone_is_suppressed_as_after_a_bounce_and_stops_nothing(shop: Shop) -> None:
    due(shop, 6)
    gone = {f"c{number}@example.com" for number in range(4)}
    inbox = Refusing(recipient=lambda to: f"550 5.1.1 <{to}>: User unknown" if to in gone else None)
    with transport_to(inbox) as transport:
        tally = tick(shop, transport)
    assert states(shop) == [*["failed"] * 4, "sent", "sent"]
    assert tally.unreachable is None
    assert suppressed(shop) == dict.fromkeys(sorted(gone), BounceCause.ADDRESS)


def test_a_mailbox_that_is_full_is_not_suppressed(shop: Shop) -> None:
    due(shop, 1)
    with transport_to(Refusing(recipient=lambda _to: "552 5.2.2 Mailbox full")) as transport:
        tick(shop, transport)
    assert (states(shop), suppressed(shop)) == (["failed"], {})


def test_the_pause_ends_the_count_only_with_an_acceptance(shop: Shop) -> None:
    due(shop, 4)
    inbox = Refusing(mail="550 5.4.5 Daily limit exceeded")
    with transport_to(inbox) as transport:
        tick(shop, transport)
        name = transport.relay_name
        closed = shop.read(lambda session: relay_state.closed(session, name, now=shop.now))
        assert closed is not None
        assert "Daily limit exceeded" in closed
        inbox.mended()
        drained(shop, transport, timedelta(hours=1))
        later = shop.now + timedelta(hours=1)
        assert shop.read(lambda session: relay_state.closed(session, name, now=later)) is None
    assert states(shop) == ["sent"] * 4


def test_status_says_that_everything_is_refused_and_why(shop: Shop) -> None:
    due(shop, 4)
    inbox = Refusing(mail="550 5.4.5 Daily limit exceeded")
    with transport_to(inbox) as transport:
        tick(shop, transport)
        found = shop.read(lambda session: delivery_health.health(session, shop.rules, now=shop.now))
        (alarm,) = found.to_document()["alarms"]
        assert (alarm["code"], found.exit_code) == ("relay_refuses", 6)
        assert "Daily limit exceeded" in alarm["text"]
        inbox.mended()
        drained(shop, transport, timedelta(hours=1))
        later = shop.now + timedelta(hours=1)
        found = shop.read(lambda session: delivery_health.health(session, shop.rules, now=later))
        assert found.to_document()["alarms"] == []
