"""Short ways to run a tick and to look at what became of the emails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import col, select

from followup.mail.file_transport import FileTransport
from followup.mail.transport import Connection, Delivery, DeliveryOutcome, Phase, Transport
from followup.services.outbox import dispatcher
from followup.services.outbox.connection_pool import ConnectionPool
from followup.services.outbox.tick_result import TickResult
from followup.services.outbox.transmit import Way
from followup.store import worker_lock
from followup.store.tables import Email, Enrolment
from tests.shop import Shop


def tick(
    shop: Shop,
    now: datetime | None = None,
    transport: Transport | None = None,
    limit: int = 25,
    worker: str = "w",
    stopping: Callable[[], bool] = lambda: False,
) -> TickResult:
    """Claim one batch and hand it over. A daemon repeats this until nothing is due."""
    moment = now or shop.now
    tally = TickResult()
    way = Way(
        engine=shop.engine,
        rules=shop.rules,
        transport=transport or FileTransport(shop.workspace.outbox_dir),
        clock=lambda: moment,
        stopping=stopping,
        on_report=lambda _report: None,
    )
    with worker_lock.held(shop.engine, worker), ConnectionPool(way, tally) as pool:
        dispatcher.claim_and_feed(way, pool, tally, now=moment, worker=worker, limit=limit)
    return tally


def let_leases_run_out(shop: Shop) -> None:
    """As if every worker had stood still for as long as it may: leases go by the database's clock."""
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    leased = col(Email.lease_until).is_not(None)
    shop.write(lambda session: session.execute(update(Email).where(leased).values(lease_until=long_ago)))


def rows(shop: Shop) -> list[Email]:
    return list(shop.read(lambda session: session.exec(select(Email).order_by(col(Email.id))).all()))


def states(shop: Shop) -> list[str]:
    return [row.state.value for row in rows(shop)]


def enrolment(shop: Shop) -> Enrolment:
    return shop.read(lambda session: session.exec(select(Enrolment)).one())


def files(shop: Shop) -> list[bytes]:
    return [path.read_bytes() for path in sorted(shop.workspace.outbox_dir.rglob("*.eml"))]


@dataclass(frozen=True)
class Answering:
    """A way of handing over in which every attempt ends in the same way. `first` happens before it."""

    outcome: DeliveryOutcome
    phase: Phase
    first: Callable[[], object] = lambda: None
    relay_name: str | None = None
    most_connections: int = 1

    @contextmanager
    def open(self) -> Iterator[Connection]:
        yield self

    def deliver(
        self, _sender: str, _recipient: str, _message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        self.first()
        if self.phase is Phase.BODY:
            before_body()
        return Delivery(self.outcome, self.phase, None, "as told")
