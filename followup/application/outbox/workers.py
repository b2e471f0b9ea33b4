"""A daemon as one worker among others: its name, its lock, its sign of life, and how the queue stands.

None of these is a command. Each is a transaction of its own; the daemon acts by itself, as no agent.
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
    """A name that no other worker has: of this machine, this process, and a number drawn by lot."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def locked(place: OpenWorkspace, worker: str) -> AbstractContextManager[WorkerLock]:
    """Hold the lock that shows that a worker lives, from before its first claim to after its last result.

    Raises Refused where another process holds it, Unreachable where the database does not answer."""
    return worker_lock.held(place.engine, worker)


def beat(caller: Caller, worker: str) -> None:
    """Record that a worker of this process is alive; the first beat introduces it."""
    with writing(caller.place.engine) as session:
        worker_registry.beat(session, worker, host=socket.gethostname(), pid=os.getpid(), now=caller.now)


def stopped(caller: Caller, worker: str) -> None:
    """Record that a worker stopped in good order."""
    with writing(caller.place.engine) as session:
        worker_registry.stop(session, worker, now=caller.now)


def queue_status(caller: Caller) -> QueueStatus:
    """How the sending of emails stands: what waits, how late it is, what a person must look at."""
    return look_up(caller, lambda work: queue.standing(work.session, now=work.now))


def is_email_due(caller: Caller) -> bool:
    """Whether a tick would claim any email now."""
    return bool(dispatcher.due(caller.place.engine, now=caller.now, limit=1))
