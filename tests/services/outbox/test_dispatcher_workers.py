"""Workers that die while they have an email, and workers that come back too late."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.errors import Refused
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from followup.services.outbox.tick_result import TickResult
from followup.settings import OnDoubt
from followup.store import worker_lock
from followup.store.engine import writing
from tests.services.mailing import Answering, enrolment, files, let_leases_run_out, rows, states, tick
from tests.shop import Shop

# ---- Workers that die


class Crash(BaseException):
    """What no program catches."""


@dataclass(frozen=True)
class Crashing(Answering):
    """Dies before the body is begun, or after."""

    def deliver(
        self, _sender: str, _recipient: str, _message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        if self.phase is Phase.BODY:
            before_body()
        raise Crash


def crash_at(shop: Shop, phase: Phase) -> None:
    with pytest.raises(Crash):
        tick(shop, transport=Crashing(DeliveryOutcome.ACCEPTED, phase), worker="dead")


def test_a_dead_claim_is_scheduled_again_at_once_because_nothing_can_have_gone_out(shop: Shop) -> None:
    shop.request(shop.open_case())
    crash_at(shop, Phase.RCPT)
    assert states(shop)[0] == "claimed"
    assert tick(shop).sent == 1
    assert (rows(shop)[0].epoch, rows(shop)[0].attempts) == (2, 1)


def test_a_dead_transmission_is_in_doubt_at_once_and_stays_so(shop: Shop) -> None:
    shop.request(shop.open_case())
    crash_at(shop, Phase.BODY)
    assert states(shop)[0] == "transmitting"
    tally = tick(shop)
    assert (tally.in_doubt, tally.claimed) == (1, 0)
    assert tick(shop, shop.now + timedelta(hours=1)).in_doubt == 0
    first = rows(shop)[0]
    assert first.reason == "its worker stopped while the email was on its way"
    assert (first.attempts, first.first_attempt_at) == (1, shop.now)


def test_told_to_resend_a_dead_transmission_goes_out_again_with_the_same_bytes(shop: Shop) -> None:
    shop.request(shop.open_case())
    crash_at(shop, Phase.BODY)
    before = rows(shop)[0]
    shop.settings(on_doubt=OnDoubt.RESEND)
    (shop.own_templates() / "en" / "apology.md").unlink()
    assert tick(shop).sent == 1
    assert files(shop) == [before.message]
    assert rows(shop)[0].message_id == before.message_id
    assert rows(shop)[0].attempts == 2


HOLD_A_CLAIM = """
import sys, time
from datetime import datetime
from followup.domain.outbox.email_state import EmailState
from followup.store import claim, worker_lock
from followup.store.engine import open_engine, writing
engine = open_engine(sys.argv[1])
with worker_lock.held(engine, "other process"):
    with writing(engine, alone=False) as session:
        (email,) = claim.claim_due(
            session, now=datetime.fromisoformat(sys.argv[2]), worker="other process", limit=1
        )
    print("claimed", flush=True)
    time.sleep(600)
"""


@contextmanager
def another_process_claims(shop: Shop) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", HOLD_A_CLAIM, shop.workspace.database_url, shop.now.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"claimed\n"
            yield process
        finally:
            process.kill()


def test_what_a_killed_process_claimed_is_taken_back_at_once_and_what_a_living_one_has_is_not(
    shop: Shop,
) -> None:
    shop.request(shop.open_case())
    with another_process_claims(shop) as process:
        assert tick(shop).claimed == 0
        # One that stands still is alive, until its lease has run out.
        os.kill(process.pid, signal.SIGSTOP)
        assert tick(shop).claimed == 0
        assert states(shop)[0] == "claimed"
        process.kill()
        process.wait()
        taken_back(shop)


def taken_back(shop: Shop) -> None:
    """Sent by another worker: at once on SQLite, as soon as the server has noticed on PostgreSQL."""
    while tick(shop).sent == 0:
        pass


def test_a_process_that_stands_still_for_longer_than_its_lease_loses_what_it_claimed(shop: Shop) -> None:
    shop.request(shop.open_case())
    with another_process_claims(shop) as process:
        os.kill(process.pid, signal.SIGSTOP)
        let_leases_run_out(shop)
        assert tick(shop).sent == 1


def test_a_clock_that_is_years_ahead_takes_nothing_from_a_living_worker(shop: Shop) -> None:
    shop.request(shop.open_case())
    taken: list[TickResult] = []
    years = timedelta(days=70 * 365)
    under_way = Answering(
        DeliveryOutcome.ACCEPTED,
        Phase.BODY,
        first=lambda: taken.append(tick(shop, shop.now + years, worker="ahead")),
    )
    assert tick(shop, transport=under_way).sent == 1
    assert [(other.in_doubt, states(shop)[0]) for other in taken] == [(0, "sent")]


# ---- The lock


def test_two_workers_cannot_have_one_name(shop: Shop) -> None:
    with worker_lock.held(shop.engine, "w"):
        with pytest.raises(Refused, match="A worker called w is running already"):
            tick(shop)
        assert tick(shop, worker="another").claimed == 0
    assert tick(shop).claimed == 0


def dead_among(shop: Shop, *workers: str) -> set[str]:
    with writing(shop.engine, alone=False) as session:
        return worker_lock.dead_among(session, workers)


def test_a_worker_is_dead_when_nobody_holds_its_lock(shop: Shop) -> None:
    names = ("w/1 ä", "never seen", "x" * 80)
    assert dead_among(shop, *names) == set(names)
    with worker_lock.held(shop.engine, names[0]), worker_lock.held(shop.engine, names[2]):
        assert dead_among(shop, *names) == {"never seen"}
    assert dead_among(shop, *names) == set(names)


def lock_files(shop: Shop) -> list[Path]:
    return sorted((shop.workspace.root / "db" / "workers").iterdir())


@pytest.mark.only_on("sqlite")
def test_a_lock_leaves_no_file_and_removes_those_of_the_dead(shop: Shop) -> None:
    with worker_lock.held(shop.engine, "first"):
        (own,) = lock_files(shop)
        assert oct(own.stat().st_mode & 0o777) == "0o600"
        dead = own.with_name("dead.lock")
        dead.write_bytes(own.read_bytes())
        elsewhere = own.with_name("elsewhere.lock")
        elsewhere.write_text("a machine that shares this folder")
        with worker_lock.held(shop.engine, "second"):
            assert [path.name for path in lock_files(shop)] == ["elsewhere.lock", "first.lock", "second.lock"]
            # Whether its lock can be seen here nobody knows, so it is left to its lease.
            assert dead_among(shop, "elsewhere", "dead") == {"dead"}
    assert lock_files(shop) == [elsewhere]


@pytest.mark.only_on("sqlite")
def test_a_lock_whose_file_was_removed_is_taken_again(shop: Shop) -> None:
    with worker_lock.held(shop.engine, "w") as lock:
        lock_files(shop)[0].unlink()
        assert dead_among(shop, "w") == {"w"}
        lock.keep()
        assert dead_among(shop, "w") == set()
    assert lock_files(shop) == []


@pytest.mark.only_on("postgresql")
def test_a_lock_whose_connection_was_ended_is_taken_again(shop: Shop) -> None:
    with worker_lock.held(shop.engine, "w") as lock:
        lock.keep()
        with writing(shop.engine, alone=False) as session:
            session.connection().exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
            )
        while dead_among(shop, "w") != {"w"}:
            pass
        lock.keep()
        assert dead_among(shop, "w") == set()
    assert dead_among(shop, "w") == {"w"}


# ---- Workers that come back too late


def test_a_worker_that_lost_its_claim_before_the_body_sends_nothing(shop: Shop) -> None:
    shop.request(shop.open_case())
    sent_by_another: list[TickResult] = []

    def overtake() -> None:
        let_leases_run_out(shop)
        sent_by_another.append(tick(shop, worker="another"))

    tally = tick(shop, transport=Answering(DeliveryOutcome.ACCEPTED, Phase.BODY, first=overtake))
    assert [other.sent for other in sent_by_another] == [1]
    assert (tally.claimed, tally.sent, tally.reports) == (1, 0, [])
    assert (rows(shop)[0].state, rows(shop)[0].epoch) == (EmailState.SENT, 2)
    assert len(files(shop)) == 1


@pytest.fixture
def overslept(shop: Shop) -> Callable[[DeliveryOutcome], TickResult]:
    """Makes a worker sleep past its lease while the body of the last email is on its way, then wake."""

    def sleep(outcome: DeliveryOutcome) -> TickResult:
        shop.request(shop.open_case())
        last = [row.due_at for row in rows(shop)][-1]
        for row in rows(shop)[:2]:
            tick(shop, row.due_at)
        doubts: list[int] = []

        @dataclass(frozen=True)
        class Sleepy(Answering):
            def deliver(
                self, _sender: str, _recipient: str, _message: bytes, before_body: Callable[[], None]
            ) -> Delivery:
                before_body()
                let_leases_run_out(shop)
                doubts.append(tick(shop, last, worker="another").in_doubt)
                return Delivery(self.outcome, Phase.BODY, 250, "OK")

        tally = tick(shop, last, Sleepy(outcome, Phase.BODY))
        assert doubts == [1]
        return tally

    return sleep


@pytest.mark.parametrize(
    "outcome", [DeliveryOutcome.REFUSED_FOR_GOOD, DeliveryOutcome.REFUSED_NOW, DeliveryOutcome.IN_DOUBT]
)
def test_a_worker_that_wakes_after_its_lease_changes_nothing(
    shop: Shop, overslept: Callable[[DeliveryOutcome], TickResult], outcome: DeliveryOutcome
) -> None:
    tally = overslept(outcome)
    assert (tally.sent, tally.failed, tally.retried, tally.in_doubt) == (0, 0, 0, 0)
    assert states(shop) == ["sent", "sent", "in_doubt"]
    # What became of it is for a person to say, and so is whether the sequence is over.
    assert enrolment(shop).state is EnrolmentState.ACTIVE


def test_a_servers_yes_settles_the_doubt_however_late_it_is_heard(
    shop: Shop, overslept: Callable[[DeliveryOutcome], TickResult]
) -> None:
    assert overslept(DeliveryOutcome.ACCEPTED).sent == 1
    assert states(shop) == ["sent", "sent", "sent"]
    assert enrolment(shop).state is EnrolmentState.COMPLETED
