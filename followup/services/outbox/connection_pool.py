"""Transmits claimed emails, one by one or over several connections at once, and records each result.

The pool opens one connection first. It opens more after the mail server has accepted a dialogue about an
email on that one. If the server refuses a further connection, fewer are used for a while; if it refuses the
only one, the server is paused. No transaction is open while the pool talks to the server.
"""

import threading
from collections import deque
from collections.abc import Iterable
from contextlib import ExitStack
from time import monotonic
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from followup.domain.outbox.email_reason import EmailReason
from followup.errors import FollowupError
from followup.mail.transport import Connection, Delivery, DeliveryOutcome, Phase
from followup.services.outbox import relay_state
from followup.services.outbox.claim_batch import Frozen
from followup.services.outbox.record_delivery import give_back, said
from followup.services.outbox.tick_result import Report, TickResult
from followup.services.outbox.transmit import Way, hand_over, record
from followup.store.engine import reading

_BEFORE_THE_EMAIL = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
"""Phases in which a failure is the server's alone and does not count as an attempt for the email."""

_FEWER_FOR_SECONDS = 60.0


class ConnectionPool:
    """Transmits the emails that it is fed, until its `with` block ends. Emails not begun by then are given
    back.

    Files are written in the calling thread, inside `feed`; SMTP runs in threads. A database error ends the
    pool and is raised from `feed` or at the end of the block."""

    def __init__(self, way: Way, tally: TickResult) -> None:
        self._way = way
        self._tally = tally
        self._waiting: deque[Frozen] = deque()
        self._under_way = 0
        self._changed = threading.Condition()
        self._threads: set[threading.Thread] = set()
        self._listened_to: set[threading.Thread] = set()
        self._most = way.transport.most_connections
        self._in_threads = way.transport.relay_name is not None
        self._fewer_until = 0.0
        self._proven = False
        self._ended = False
        self._fed_all = False
        self._has_news = False
        self._error: BaseException | None = None
        self._own = ExitStack()
        self._own_connection: Connection | None = None

    def __enter__(self) -> "ConnectionPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish(at_once=error is not None)
        with self._changed:
            self._changed.wait_for(lambda: not self._threads)
        self._own.close()
        try:
            self._give_back_the_rest()
        except (FollowupError, SQLAlchemyError):
            # The database is unreachable. The emails are taken back once this worker's lock is released.
            if error is None and self._error is None:
                raise
        if self._error is not None and error is None:
            raise self._error

    @property
    def is_over(self) -> bool:
        """Whether the pool transmits nothing more, because the mail server is paused or the
        database failed."""
        return self._ended

    @property
    def is_busy(self) -> bool:
        """Whether an email is being transmitted, or is queued and will be."""
        with self._changed:
            return self._under_way > 0 or (bool(self._threads) and bool(self._waiting) and not self._ended)

    @property
    def is_hungry(self) -> bool:
        """Whether the queue is short enough that connections may soon be idle."""
        with self._changed:
            return 2 * len(self._waiting) <= self._most

    def feed(self, emails: Iterable[Frozen]) -> None:
        """Queue emails for transmission, in this order."""
        with self._changed:
            self._waiting.extend(emails)
        if self._in_threads:
            self._start_threads()
            return
        if self._own_connection is None:
            self._own_connection = self._own.enter_context(self._way.transport.open())
        self._work_on(self._own_connection)

    def tell(self, reports: Iterable[Report]) -> None:
        """Count the outcome of emails and report each."""
        with self._changed:
            for report in reports:
                self._tally.count(report)
                self._way.on_report(report)

    def leave_alone(self, because: str) -> None:
        """Begin no further email, because the mail server asked for a pause; `because` is what it said."""
        with self._changed:
            self._tally.unreachable = because
            self._ended = True
            self._tell_threads()

    def wait(self, seconds: float) -> None:
        """Wait at most `seconds` until an email is finished or a thread ends, counted since the last call."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_news, seconds)
            self._has_news = False

    def finish(self, *, at_once: bool = False) -> None:
        """Accept no further emails. With `at_once`, begin none of the queued ones either."""
        with self._changed:
            self._fed_all = True
            self._ended = self._ended or at_once
            self._tell_threads()

    # ---- Methods that run in the threads

    def _start_threads(self) -> None:
        """Start one thread until the mail server has accepted a dialogue, then as many as there is
        work for."""
        with self._changed:
            most = self._most if self._proven else 1
            if monotonic() < self._fewer_until:
                most = max(len(self._threads), 1)
            wanted = 0 if self._ended else min(most, len(self._waiting) + self._under_way)
            while len(self._threads) < wanted:
                thread = threading.Thread(target=self._work, name="followup-delivery")
                try:
                    thread.start()
                except RuntimeError:
                    # The machine cannot start a further thread.
                    if not self._threads:
                        raise
                    break
                self._threads.add(thread)
            self._tell_threads()

    def _tell_threads(self) -> None:
        self._has_news = True
        self._changed.notify_all()

    def _work(self) -> None:
        try:
            with self._way.transport.open() as connection:
                self._work_on(connection)
        except BaseException as error:
            with self._changed:
                self._error = self._error or error
                self._ended = True
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())
                self._listened_to.discard(threading.current_thread())
                self._tell_threads()

    def _work_on(self, connection: Connection) -> None:
        while (email := self._next()) is not None:
            try:
                goes_on = self._one(connection, email)
            finally:
                with self._changed:
                    self._under_way -= 1
                    self._tell_threads()
            if not goes_on:
                return

    def _next(self) -> Frozen | None:
        """The next queued email; None if the queue is empty or no further email may begin."""
        with self._changed:
            while self._in_threads and not (self._ended or self._waiting or self._fed_all):
                self._changed.wait()
            if self._ended or not self._waiting or self._way.stopping():
                return None
            self._under_way += 1
            return self._waiting.popleft()

    def _one(self, connection: Connection, email: Frozen) -> bool:
        """Transmit one email and record the result. Returns whether the connection can be used again."""
        try:
            delivery = hand_over(self._way, connection, email, self._is_listened_to)
        except (FollowupError, SQLAlchemyError):
            # The database failed before the body was begun, so nothing has been sent.
            with self._changed:
                self._waiting.appendleft(email)
            raise
        if delivery is None:
            return True
        unreachable = delivery.outcome is DeliveryOutcome.RELAY_UNREACHABLE
        if unreachable and delivery.phase in _BEFORE_THE_EMAIL:
            self._no_connection(email, delivery)
            return False
        # A server that shuts down on this email may do so every time. Count it as an attempt of the
        # email, so that it backs off and does not block the emails behind it.
        report = record(self._way, email, delivery)
        if report is not None:
            self.tell([report])
        if unreachable:
            self._takes_nothing(delivery)
            return False
        if delivery.outcome is DeliveryOutcome.REFUSED_FOR_GOOD and (closed := self._closed()) is not None:
            self.leave_alone(closed)
            return False
        self._is_listened_to()
        return True

    def _closed(self) -> str | None:
        name, now = self._way.transport.relay_name, self._way.clock()
        with reading(self._way.engine) as session:
            return relay_state.closed(session, name, now=now)

    def _is_listened_to(self) -> None:
        """Note that the mail server has accepted a dialogue about an email on this thread's connection."""
        with self._changed:
            self._listened_to.add(threading.current_thread())
            is_first, self._proven = not self._proven, True
        if is_first and self._in_threads:
            self._start_threads()

    def _no_connection(self, email: Frozen, delivery: Delivery) -> None:
        """Put an email back for the other connections, if there are any."""
        with self._changed:
            self._waiting.appendleft(email)
            self._listened_to.discard(threading.current_thread())
            others = bool(self._listened_to)
            if others:
                self._fewer_until = monotonic() + _FEWER_FOR_SECONDS
        if not others:
            self._takes_nothing(delivery)

    def _takes_nothing(self, delivery: Delivery) -> None:
        self.leave_alone(delivery.detail)
        if delivery.asks_for_pause:
            name, because, now = self._way.transport.relay_name, said(delivery), self._way.clock()
            self._way.writes.do(lambda session: relay_state.pause(session, name, because=because, now=now))

    def _give_back_the_rest(self) -> None:
        if self._waiting:
            rest, because, now = tuple(self._waiting), EmailReason.STOPPED_FIRST.of(), self._way.clock()
            if self._tally.unreachable:
                because = EmailReason.TAKES_NOTHING.of(self._tally.unreachable)
            self._way.writes.do(lambda session: give_back(session, rest, because=because, now=now))
