"""A daemon as a worker: its name, its lock, its heartbeat, and the status of the queue.

None of these functions is a command. Each runs in a transaction of its own; the actor is the daemon, not an
agent.
"""

import os
import socket
import uuid
from contextlib import AbstractContextManager

from followup.application.door import Caller, OpenWorkspace, look_up
from followup.services.outbox import dispatcher
from followup.services.upkeep import queue_status as queue
from followup.services.upkeep import worker_registry
from followup.services.upkeep.queue_status import QueueStatus as QueueStatus
from followup.store import worker_lock
from followup.store.engine import writing
from followup.store.worker_lock import WorkerLock as WorkerLock


def new_name() -> str:
    """A unique worker name, made of the machine, the process and a random number."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def locked(place: OpenWorkspace, worker: str) -> AbstractContextManager[WorkerLock]:
    """Hold the lock that shows that a worker is alive, from before its first claim until after its last
    result.

    Raises Refused if another process holds it, Unreachable if the database does not answer."""
    return worker_lock.held(place.engine, worker)


def beat(caller: Caller, worker: str) -> None:
    """Record a sign of life of a worker of this process; the first one registers it."""
    with writing(caller.place.engine) as session:
        worker_registry.beat(session, worker, host=socket.gethostname(), pid=os.getpid(), now=caller.now)


def stopped(caller: Caller, worker: str) -> None:
    """Record that a worker stopped normally."""
    with writing(caller.place.engine) as session:
        worker_registry.stop(session, worker, now=caller.now)


def queue_status(caller: Caller) -> QueueStatus:
    """The status of the queue: what waits, how late it is, what a person must review."""
    return look_up(caller, lambda work: queue.standing(work.session, now=work.now))


def is_email_due(caller: Caller) -> bool:
    """Whether a tick would claim any email now."""
    return bool(look_up(caller, lambda work: dispatcher.due(work.session, now=work.now, limit=1)))
