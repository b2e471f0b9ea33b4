"""Delivery health: the figures and exit code of `daemon status`, for people and monitoring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session
from typing_extensions import TypedDict

from followup.domain.outbox.alarm import Alarm
from followup.domain.outbox.email_state import EmailState
from followup.errors import Refused, Unreachable
from followup.services.cases import waiting_cases
from followup.services.documents.serializers import instant
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import alarms, queue_status, worker_liveness
from followup.services.upkeep.queue_status import QueueStatus, RelayStanding
from followup.services.upkeep.worker_liveness import Life
from followup.store.tables import Worker

TOO_LATE = timedelta(hours=1)
"""A lag longer than a burst of emails or a briefly busy mail server can cause."""

_MOST_WORKERS = 10


class RelayDocument(TypedDict):
    """A mail server, and why it is paused, if it is."""

    name: str
    paused_until: str | None
    paused_because: str | None
    accepted: int
    refused: int
    last_accepted_at: str | None


class WorkerDocument(TypedDict):
    """A daemon and its last sign of life."""

    id: str
    state: str
    host: str
    pid: int
    started_at: str | None
    last_tick_at: str | None
    stopped_at: str | None


class AlarmDocument(TypedDict):
    """What is wrong with sending or hearing, since when, and what to do."""

    code: str
    text: str
    since: str | None
    hint: str


class HealthDocument(TypedDict):
    """The state of delivery. `emails` counts emails by state, `needs_person` the cases of
    `case list --needs-person`, `inbound_unread` by kind the messages that no program could assign;
    `exit_code` is that of `daemon status`."""

    ok: bool
    exit_code: int
    alive: bool
    last_tick_at: str | None
    due: int
    lag_seconds: float
    stuck_because: str | None
    alarms: list[AlarmDocument]
    in_doubt: int
    held: int
    needs_person: int
    emails: dict[str, int]
    inbound_unread: dict[str, int]
    relays: list[RelayDocument]
    workers: list[WorkerDocument]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of delivery. `in_doubt` includes emails that a dead daemon left in transmission."""

    queue: QueueStatus
    counts: dict[str, int]
    in_doubt: int
    needs_person: int
    workers: list[tuple[Worker, Life]]
    alarms: tuple[Alarm, ...] = ()

    @property
    def is_alive(self) -> bool:
        """Whether a daemon runs."""
        return any(life is Life.RUNNING for _, life in self.workers)

    @property
    def last_tick_at(self) -> datetime | None:
        """When any daemon last ticked; None if none ever did."""
        return max((worker.last_tick_at for worker, _ in self.workers), default=None)

    @property
    def stuck_because(self) -> str | None:
        """Why overdue emails are not sent; None if none is due, or they are being sent."""
        if not self.queue.due:
            return None
        if not self.is_alive:
            return "no daemon runs"
        late = self.queue.lag_seconds > TOO_LATE.total_seconds()
        return "the first has waited for more than an hour" if late else None

    @property
    def exit_code(self) -> int:
        """6 if emails are due and not sent or customers are not heard, else 4 if an email is in doubt or
        another alarm lasts, else 0."""
        codes = [alarm.code.exit_code for alarm in self.alarms]
        if self.stuck_because:
            codes.append(Unreachable.exit_code)
        if self.in_doubt:
            codes.append(Refused.exit_code)
        return max(codes, default=0)

    def to_document(self) -> HealthDocument:
        """The JSON document of `daemon status`."""
        stands = self.queue
        return {
            "ok": self.exit_code == 0,
            "exit_code": self.exit_code,
            "alive": self.is_alive,
            "last_tick_at": instant(self.last_tick_at),
            "due": stands.due,
            "lag_seconds": round(stands.lag_seconds, 1),
            "stuck_because": self.stuck_because,
            "alarms": [_alarm(one) for one in self.alarms],
            "in_doubt": self.in_doubt,
            "held": stands.held,
            "needs_person": self.needs_person,
            "emails": self.counts,
            "inbound_unread": {kind.value: number for kind, number in stands.unread.items()},
            "relays": [_relay(row, stands.now) for row in stands.relays],
            "workers": [_worker(row, life) for row, life in self.workers],
        }


def health(session: Session, rules: Configuration, *, now: datetime) -> Health:
    """Query the state of delivery."""
    stands = queue_status.standing(session, now=now)
    return Health(
        queue=stands,
        counts=queue_status.counts(session),
        in_doubt=stands.emails[EmailState.IN_DOUBT] + worker_liveness.left_on_the_way(session),
        needs_person=len(waiting_cases.waiting(session, rules, now=now)),
        workers=worker_liveness.lives(session, limit=_MOST_WORKERS),
        alarms=alarms.present(session, rules, now=now),
    )


def _alarm(alarm: Alarm) -> AlarmDocument:
    return {
        "code": alarm.code.value,
        "text": alarm.text,
        "since": instant(alarm.since),
        "hint": alarm.code.hint,
    }


def _relay(row: RelayStanding, now: datetime) -> RelayDocument:
    paused = row.paused_until is not None and row.paused_until > now
    return {
        "name": row.name,
        "paused_until": instant(row.paused_until) if paused else None,
        "paused_because": row.paused_because if paused else None,
        "accepted": row.accepted,
        "refused": row.refused,
        "last_accepted_at": instant(row.last_accepted_at),
    }


def _worker(row: Worker, life: Life) -> WorkerDocument:
    return {
        "id": row.id,
        "state": life.value,
        "host": row.host,
        "pid": row.pid,
        "started_at": instant(row.started_at),
        "last_tick_at": instant(row.last_tick_at),
        "stopped_at": instant(row.stopped_at),
    }
