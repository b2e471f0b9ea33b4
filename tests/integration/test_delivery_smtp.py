"""What a tick records when the mail server goes wrong, phase by phase."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import col, select

from followup.mail.relay_url import Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import Phase
from followup.services.outbox.tick_result import TickResult
from followup.store.tables import Email
from tests.integration.faulty_relay import Fault, FaultyRelay
from tests.score.faults import WHAT_MUST_BE
from tests.services import mailing
from tests.shop import Shop

FAULTS = (Fault.LATER, Fault.NEVER, Fault.CLOSING, Fault.HANG_UP, Fault.NO_CODE)
PHASES = tuple(phase for phase in Phase if phase not in (Phase.STARTTLS, Phase.AUTH))
BEFORE_ANY_EMAIL = (Phase.CONNECT, Phase.EHLO)


@contextmanager
def transport_to(relay: FaultyRelay) -> Iterator[SmtpTransport]:
    with relay.running():
        yield SmtpTransport(Relay("127.0.0.1", relay.port, starttls=StartTls.NEVER))


def tick(shop: Shop, transport: SmtpTransport, after: timedelta = timedelta()) -> TickResult:
    return mailing.tick(shop, shop.now + after, transport)


def firsts(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.step) == 1).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_in_each_phase_leaves_exactly_its_state(shop: Shop, phase: Phase, fault: Fault) -> None:
    shop.request(shop.open_case())
    expected = WHAT_MUST_BE[phase, fault]
    relay = FaultyRelay(phase, fault)
    with transport_to(relay) as transport:
        tick(shop, transport)
        (email,) = firsts(shop)
        assert (email.state, len(relay.taken)) == (expected.state, expected.taken)
        # What happens before the email is named is no attempt at it.
        assert email.attempts == (phase not in BEFORE_ANY_EMAIL)
        assert bool(email.reason) is (email.state.value != "sent")

        # When the server is well again, what was not sent goes out; what was is not sent again.
        relay.mended()
        tick(shop, transport, timedelta(minutes=6))
        (email,) = firsts(shop)
        assert (email.state, len(relay.taken)) == (expected.later, expected.taken_later)


@pytest.mark.parametrize("phase", [Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY])
@pytest.mark.parametrize("fault", [Fault.LATER, Fault.NEVER, Fault.HANG_UP, Fault.NO_CODE])
def test_one_email_that_goes_wrong_does_not_hold_the_others_up(
    shop: Shop, phase: Phase, fault: Fault
) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    with transport_to(FaultyRelay(phase, fault, times=1)) as transport:
        tally = tick(shop, transport)
    assert tally.claimed == 3
    assert [row.state.value for row in firsts(shop)] == [
        WHAT_MUST_BE[phase, fault].state.value,
        "sent",
        "sent",
    ]


@pytest.mark.parametrize("phase", PHASES[:-1])
def test_a_server_that_closes_is_left_alone_and_what_was_claimed_is_given_back(
    shop: Shop, phase: Phase
) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    with transport_to(FaultyRelay(phase, Fault.CLOSING, times=1)) as transport:
        tally = tick(shop, transport)
        assert tally.unreachable
        assert "4.3.2 closing" in tally.unreachable
        # The email at which it closed waits its turn, so that it cannot stand before the others for ever.
        named = int(phase not in BEFORE_ANY_EMAIL)
        assert [(row.state.value, row.attempts) for row in firsts(shop)] == [
            ("scheduled", named),
            ("scheduled", 0),
            ("scheduled", 0),
        ]
        # Nobody knocks again for a minute.
        tally = tick(shop, transport, timedelta(seconds=59))
        assert (tally.claimed, "left alone until 10:01 UTC" in str(tally.unreachable)) == (0, True)
        assert tick(shop, transport, timedelta(minutes=1)).sent == 3 - named
        assert tick(shop, transport, timedelta(minutes=6)).sent == named


def test_what_is_tried_again_is_the_same_to_the_byte(shop: Shop) -> None:
    shop.request(shop.open_case())
    relay = FaultyRelay(Phase.BODY, Fault.LATER, times=1)
    with transport_to(relay) as transport:
        tick(shop, transport)
        frozen = firsts(shop)[0].message
        (shop.own_templates() / "en" / "apology.md").unlink()
        shop.settings(business="Another name")
        tick(shop, transport, timedelta(minutes=6))
    assert relay.bodies == [frozen]
