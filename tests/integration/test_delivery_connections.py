"""Several connections to one mail server: how many, what goes over them, and what it may be given."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlmodel import col, select

from followup.mail.kept_connection import KeptOpen
from followup.mail.relay_url import Relay, StartTls
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import Delivery, DeliveryOutcome, Phase, Transport
from followup.services.outbox import dispatcher
from followup.services.outbox.tick_result import TickResult
from followup.store import worker_lock
from followup.store.engine import open_engine
from followup.store.tables import Email, RelayState
from tests.integration.faulty_relay import Fault, FaultyRelay
from tests.services.mailing import Answering, tick
from tests.services.outbox.test_contact_frequency import enrolled
from tests.shop import DIANA, Shop

LONG = 60.0


def due_emails(shop: Shop, number: int) -> None:
    for place in range(number):
        shop.request(shop.open_case(f"c{place}@example.com"), "apology", by=DIANA)


def drain(
    shop: Shop,
    transport: Transport,
    now: Callable[[], datetime] | None = None,
    worker: str = "w",
    stopping: Callable[[], bool] = lambda: False,
) -> TickResult:
    with worker_lock.held(shop.engine, worker) as lock:
        return dispatcher.drain(
            shop.engine, shop.rules, transport, lock, now=now or (lambda: shop.now), stopping=stopping
        )


@contextmanager
def draining(
    shop: Shop, relay: FaultyRelay, connections: int, stopping: Callable[[], bool] = lambda: False
) -> Iterator[list[TickResult]]:
    """Drain meanwhile; afterwards the list has the tally."""
    tallies: list[TickResult] = []
    way = to(relay, connections)
    thread = threading.Thread(target=lambda: tallies.append(drain(shop, way, stopping=stopping)))
    thread.start()
    try:
        yield tallies
    finally:
        relay.go_on.set()
        thread.join()


def to(relay: FaultyRelay, connections: int) -> SmtpTransport:
    there = Relay("127.0.0.1", relay.port, starttls=StartTls.NEVER, timeout_seconds=LONG)
    return SmtpTransport(there, connections)


def firsts(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.step) == 1).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


def first_states(shop: Shop) -> list[str]:
    return [row.state.value for row in firsts(shop)]


def known_of(shop: Shop) -> RelayState:
    return shop.read(lambda session: session.exec(select(RelayState)).one())


def wait_for_bodies(shop: Shop, number: int) -> None:
    while first_states(shop).count("transmitting") < number:
        pass


@dataclass
class CrowdedRelay(FaultyRelay):
    """Has room for so many connections at once, and says so to the others."""

    room: int = 0

    def _fault_of(self, phase: Phase, recipient: str) -> Fault | None:
        with self._moved:
            too_many = phase is Phase.CONNECT and self._open > self.room
        return Fault.CLOSING if too_many else super()._fault_of(phase, recipient)


# ---- Together


def test_as_many_emails_are_on_their_way_as_there_are_connections_and_these_are_used_again(
    shop: Shop,
) -> None:
    due_emails(shop, 10)
    with FaultyRelay(held_at=Phase.BODY).running() as relay, draining(shop, relay, 4) as tallies:
        wait_for_bodies(shop, 4)
        assert relay.connections == 4
        relay.go_on.set()
    assert tallies[0].sent == 10
    assert set(relay.times_taken.values()) == {1}
    assert len(relay.bodies) == 10
    assert relay.connections == 4
    assert (known_of(shop).accepted, known_of(shop).refused) == (10, 0)


def test_one_customers_emails_do_not_overtake_each_other_on_two_connections(shop: Shop) -> None:
    enrolled(shop, "priya@example.com")
    enrolled(shop, "priya@example.com")
    due_emails(shop, 2)
    with FaultyRelay(held_at=Phase.BODY).running() as relay, draining(shop, relay, 4):
        wait_for_bodies(shop, 3)
        relay.go_on.set()
    assert first_states(shop) == ["sent", "deferred", "sent", "sent"]


def test_told_to_stop_it_finishes_what_is_under_way_and_gives_the_others_back(shop: Shop) -> None:
    due_emails(shop, 6)
    stop = threading.Event()
    with (
        FaultyRelay(held_at=Phase.BODY).running() as relay,
        draining(shop, relay, 2, stopping=stop.is_set) as tallies,
    ):
        wait_for_bodies(shop, 2)
        stop.set()
        relay.go_on.set()
    assert (tallies[0].sent, len(relay.bodies)) == (2, 2)
    assert sorted(first_states(shop)) == ["scheduled"] * 4 + ["sent"] * 2


def test_connections_are_kept_from_one_tick_to_the_next_and_closed_with_a_word(shop: Shop) -> None:
    due_emails(shop, 2)
    with FaultyRelay().running() as relay:
        kept = KeptOpen(to(relay, 1), idle_seconds=0)
        for row in firsts(shop):
            shop.settings()
            assert tick(shop, transport=kept, limit=1).sent, row.id
        assert (relay.connections, "QUIT" in relay.commands) == (1, False)
        kept.close_idle()
        assert relay.wait_until_left(LONG)
        assert relay.commands[-1] == "QUIT"


# ---- What goes wrong with one


def test_a_server_with_little_room_gets_fewer_connections_and_every_email(shop: Shop) -> None:
    due_emails(shop, 12)
    with CrowdedRelay(room=2).running() as relay:
        tally = drain(shop, to(relay, 6))
    assert (tally.sent, tally.unreachable) == (12, None)
    assert set(relay.times_taken.values()) == {1}
    assert {(row.attempts, row.reason) for row in firsts(shop)} == {(1, None)}
    assert known_of(shop).paused_until is None


@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.DATA, Phase.BODY])
@pytest.mark.parametrize("fault", [Fault.HANG_UP, Fault.NO_CODE, Fault.NEVER])
def test_one_email_that_always_breaks_its_connection_stops_no_other(
    shop: Shop, phase: Phase, fault: Fault
) -> None:
    due_emails(shop, 8)
    with FaultyRelay(phase=phase, fault=fault, only_to="c3@example.com").running() as relay:
        assert drain(shop, to(relay, 3)).sent == 7
    assert [place for place, state in enumerate(first_states(shop)) if state != "sent"] == [3]


@dataclass(frozen=True)
class Raising(Answering):
    """A way of handing over with a fault of its own, met by one email."""

    relay_name: str | None = "relay.test:25"
    most_connections: int = 3
    after_the_body: bool = False
    recipients: list[str] = field(default_factory=list)

    def deliver(
        self, _sender: str, recipient: str, _message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        self.recipients.append(recipient)
        poison = recipient == "c1@example.com"
        if poison and not self.after_the_body:
            raise ValueError
        before_body()
        if poison:
            raise ValueError
        return Delivery(DeliveryOutcome.ACCEPTED, Phase.BODY, 250, "OK")


@pytest.mark.parametrize(("after_the_body", "becomes"), [(False, "scheduled"), (True, "in_doubt")])
def test_a_fault_of_our_own_costs_only_the_email_that_meets_it(
    shop: Shop, after_the_body: bool, becomes: str
) -> None:
    due_emails(shop, 5)
    way = Raising(DeliveryOutcome.ACCEPTED, Phase.BODY, after_the_body=after_the_body)
    assert drain(shop, way).sent == 4
    assert first_states(shop) == ["sent", becomes, "sent", "sent", "sent"]
    assert firsts(shop)[1].reason is not None
    assert str(firsts(shop)[1].reason).endswith("it could not be handed over: ValueError")
    assert sorted(way.recipients) == [f"c{number}@example.com" for number in range(5)]


@pytest.mark.only_on("sqlite")
def test_a_result_outlasts_a_database_that_is_locked_for_longer_than_a_transaction_waits(shop: Shop) -> None:
    due_emails(shop, 1)
    impatient = replace(shop, engine=open_engine(shop.workspace.database_url, lock_wait_seconds=1))
    with (
        FaultyRelay(held_at=Phase.BODY).running() as relay,
        draining(impatient, relay, 2) as tallies,
        closing(sqlite3.connect(str(shop.engine.url.database), check_same_thread=False)) as other,
    ):
        wait_for_bodies(shop, 1)
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        relay.go_on.set()
        locked = threading.Event()
        locked.wait(1.6)
        assert tallies == []
        other.execute("ROLLBACK")
    impatient.engine.dispose()
    assert tallies[0].sent == 1
    assert first_states(shop) == ["sent"]


# ---- What the server asks for


def test_a_server_that_wants_nobody_is_left_alone_by_all_for_a_minute_then_for_two(shop: Shop) -> None:
    due_emails(shop, 4)
    begin = shop.now
    crowded = CrowdedRelay(room=0)
    with crowded.running() as relay:

        def tick(seconds: int, worker: str) -> TickResult:
            return drain(shop, to(relay, 3), lambda: begin + timedelta(seconds=seconds), worker)

        assert "421" not in str(tick(0, "one").unreachable)
        assert "left alone until 10:01 UTC: 421 4.3.2 closing" in str(tick(59, "another").unreachable)
        # One knocks, not one for each connection.
        assert relay.connections == 1
        assert {(row.state.value, row.attempts) for row in firsts(shop)} == {("scheduled", 0)}
        assert {row.reason for row in firsts(shop) if row.reason} == {
            "the mail server takes nothing just now: 4.3.2 closing"
        }
        tick(60, "another")
        assert relay.connections == 2
        state = known_of(shop)
        assert (state.paused_until, state.pauses) == (begin + timedelta(seconds=180), 2)
        assert tick(179, "one").claimed == 0
        crowded.room = 3
        assert tick(180, "one").sent == 4
    state = known_of(shop)
    assert (state.paused_until, state.paused_because, state.pauses) == (None, None, 0)
    assert (state.accepted, state.last_accepted_at) == (4, begin + timedelta(seconds=180))


def test_an_email_that_was_under_way_ends_no_pause(shop: Shop) -> None:
    due_emails(shop, 4)
    with FaultyRelay(held_at=Phase.BODY, phase=Phase.RCPT, fault=Fault.CLOSING).running() as relay:
        relay.only_to = "c1@example.com"
        with draining(shop, relay, 2) as tallies:
            while not is_paused(shop):
                pass
            relay.go_on.set()
    assert tallies[0].sent == 1
    assert known_of(shop).paused_until == shop.now + timedelta(minutes=1)


def is_paused(shop: Shop) -> bool:
    found = shop.read(lambda session: session.exec(select(RelayState)).first())
    return found is not None and found.paused_until is not None


def test_a_limit_per_minute_is_kept_by_all_daemons_together(shop: Shop) -> None:
    shop.settings(smtp_emails_per_minute=60)
    due_emails(shop, 5)
    with FaultyRelay().running() as relay:

        def tick(seconds: float, worker: str) -> int:
            return drain(shop, to(relay, 3), lambda: shop.now + timedelta(seconds=seconds), worker).sent

        # Where the clock stands still, what may not go yet stays.
        assert [tick(0, "one"), tick(0, "another"), tick(0.9, "another"), tick(1, "another")] == [1, 0, 0, 1]
        # Where it goes on, a drain waits for its turn: a quarter of a second passes each time it looks.
        quarters = count(8)
        going_on = drain(shop, to(relay, 3), lambda: shop.now + timedelta(seconds=next(quarters) / 4))
        assert going_on.sent == 3
    sent = sorted(row.sent_at for row in firsts(shop) if row.sent_at)
    assert len(sent) == 5
    assert known_of(shop).next_at is not None
    assert set(relay.times_taken.values()) == {1}
