"""Many emails come back because of our sender: those to customers wait, single ones try, a person resumes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import col, select

from followup.application.door import Caller, OpenWorkspace
from followup.application.outbox import daemon_status
from followup.domain.goodwill.gesture import GestureKind
from followup.errors import Refused
from followup.mail.transport import Connection, Delivery, DeliveryOutcome, Phase
from followup.services.outbox.tick_result import TickResult
from followup.services.people import agents
from followup.services.upkeep import delivery_health
from followup.store.tables import Email, RelayState
from tests.services import mailing
from tests.services.mail_back import bounce, bounce_address, receive
from tests.shop import MAX, SEN, Shop

SPF = "550 5.7.23 The message was rejected because of Sender Policy Framework violation"


@dataclass
class Accepting:
    """A mail server that takes everything, and whose readers' servers send it back later."""

    relay_name: str | None = "relay.example:25"
    most_connections: int = 1
    taken: list[str] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Connection]:
        yield self

    def deliver(self, _sender: str, recipient: str, _message: bytes, before_body: object) -> Delivery:
        before_body()  # type: ignore[operator]
        self.taken.append(recipient)
        return Delivery(DeliveryOutcome.ACCEPTED, Phase.BODY, 250, "ok")


@pytest.fixture
def relay() -> Accepting:
    return Accepting()


def sent(shop: Shop, relay: Accepting, after: timedelta = timedelta()) -> int:
    return tick(shop, relay, after).sent


def tick(shop: Shop, relay: Accepting, after: timedelta = timedelta()) -> TickResult:
    return mailing.tick(shop, shop.now + after, relay)


def due(shop: Shop, first: int, number: int) -> None:
    for customer in range(first, first + number):
        shop.request(shop.open_case(f"c{customer}@example.com"), kind=GestureKind.APOLOGY)


def firsts(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.step) == 1).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


def came_back(shop: Shop, email: Email, after: timedelta, said: str = SPF) -> None:
    status = said.split()[1]
    raw = bounce(email.to_address, status=status, said=said, to=bounce_address(shop, email))
    receive(shop, raw, shop.now + after)


def is_held_back(shop: Shop) -> bool:
    row = shop.read(lambda session: session.exec(select(RelayState)).one())
    return row.returns_since is not None


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def held_back(shop: Shop, relay: Accepting, more: int = 6) -> None:
    """Of four emails three came back after five minutes, and as many more are due as are given."""
    due(shop, 0, 4)
    assert sent(shop, relay) == 4
    for email in firsts(shop)[:3]:
        came_back(shop, email, minutes(5))
    due(shop, 10, more)


def test_three_of_four_that_came_back_stop_those_to_customers(shop: Shop, relay: Accepting) -> None:
    held_back(shop, relay)
    tally = tick(shop, relay, minutes(6))
    assert (tally.sent, tally.claimed) == (0, 0)
    assert tally.unreachable is not None
    assert "held back" in tally.unreachable
    assert "Sender Policy Framework" in tally.unreachable


def test_two_stop_nothing_nor_do_three_of_sixteen(shop: Shop, relay: Accepting) -> None:
    due(shop, 0, 2)
    sent(shop, relay)
    for email in firsts(shop):
        came_back(shop, email, minutes(1))
    assert not is_held_back(shop)
    due(shop, 10, 14)
    sent(shop, relay, minutes(2))
    came_back(shop, firsts(shop)[2], minutes(3))
    assert not is_held_back(shop)
    # The fourth is a quarter of all sixteen: more than one in five.
    came_back(shop, firsts(shop)[3], minutes(4))
    assert is_held_back(shop)


@pytest.mark.parametrize(
    "said", ["550 5.1.1 User unknown", "552 5.2.2 mailbox full", "550 5.7.0 a virus in it"]
)
def test_what_is_about_the_reader_or_the_content_stops_nothing(
    shop: Shop, relay: Accepting, said: str
) -> None:
    due(shop, 0, 4)
    sent(shop, relay)
    for email in firsts(shop):
        came_back(shop, email, minutes(5), said)
    assert not is_held_back(shop)


def test_one_email_that_comes_back_many_times_is_one(shop: Shop, relay: Accepting) -> None:
    due(shop, 0, 1)
    sent(shop, relay)
    for number in range(4):
        came_back(shop, firsts(shop)[0], minutes(number), f"{SPF} {number}")
    assert not is_held_back(shop)


def test_single_emails_try_and_end_it_if_none_comes_back(shop: Shop, relay: Accepting) -> None:
    held_back(shop, relay)
    # The first probe goes half an hour after the alarm began, at minute 5.
    assert sent(shop, relay, minutes(34)) == 0
    assert sent(shop, relay, minutes(35)) == 1
    assert sent(shop, relay, minutes(64)) == 0
    assert sent(shop, relay, minutes(65)) == 1
    assert sent(shop, relay, minutes(95)) == 1
    assert sent(shop, relay, minutes(124)) == 0
    assert sent(shop, relay, minutes(125)) == 3
    assert not is_held_back(shop)


def test_a_probe_that_comes_back_begins_the_count_anew(shop: Shop, relay: Accepting) -> None:
    held_back(shop, relay)
    for number in (35, 65, 95):
        assert sent(shop, relay, minutes(number)) == 1
    came_back(
        shop, next(email for email in firsts(shop) if email.to_address == "c12@example.com"), minutes(96)
    )
    assert sent(shop, relay, minutes(125)) == 1
    assert is_held_back(shop)


def test_a_late_report_of_an_email_sent_before_is_no_news(shop: Shop, relay: Accepting) -> None:
    held_back(shop, relay)
    for number in (35, 65, 95):
        sent(shop, relay, minutes(number))
    came_back(shop, firsts(shop)[3], minutes(100))
    assert sent(shop, relay, minutes(125)) == 3


def test_emails_to_colleagues_still_go(shop: Shop, relay: Accepting) -> None:
    held_back(shop, relay, more=2)
    case = shop.open_case("dear@example.com")
    shop.request(case, amount="60.00", because="They waited at home for two days.")
    tick(shop, relay, minutes(6))
    assert relay.taken[4:] == [SEN]


def caller(shop: Shop, email: str, after: timedelta) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now + after, login="nobody", actor_email=email)


def test_a_person_lets_all_go_at_once_and_old_reports_do_not_stop_them_again(
    shop: Shop, relay: Accepting
) -> None:
    held_back(shop, relay)
    shop.write(
        lambda session: agents.add_agent(
            session,
            now=shop.now,
            actor=shop.actor(session),
            name="Ben Ode",
            email="ben@shop.example",
            role="agent",
            team="north",
        )
    )
    with pytest.raises(Refused):
        daemon_status.resume(caller(shop, "ben@shop.example", minutes(7)), "The record is mended.")
    document = daemon_status.resume(caller(shop, MAX, minutes(7)), "The record is mended.")
    assert document["resumed"] == ["relay.example:25"]
    came_back(shop, firsts(shop)[3], minutes(8))
    assert sent(shop, relay, minutes(9)) == 6
    assert not is_held_back(shop)
    # What was not mended stops them again.
    for email in firsts(shop)[4:7]:
        came_back(shop, email, minutes(10))
    assert is_held_back(shop)


def test_status_says_so_and_since_when(shop: Shop, relay: Accepting) -> None:
    held_back(shop, relay)
    later = shop.now + minutes(6)
    found = shop.read(lambda session: delivery_health.health(session, shop.rules, now=later))
    (alarm,) = [one for one in found.to_document()["alarms"] if one["code"] == "sender_refused"]
    assert found.exit_code == 6
    assert alarm["since"] == (shop.now + minutes(5)).isoformat()
    assert "Sender Policy Framework" in alarm["text"]
