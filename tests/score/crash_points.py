"""Exact points at which a daemon is crashed, and the expected state of its email right after the crash and in
the end.

The program does not know these points. Two things that every version of it must do are intercepted in the
daemon's process: commits to the database, and writes to the mail server's socket.
"""

import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.word import Word

_STATE = "SELECT state FROM outbox WHERE id = {}"


class CrashPoint(Word):
    """A point at which a daemon crashes."""

    BEFORE_CLAIM = "before the claim commits", "The email was chosen, and nobody knows yet"
    AFTER_CLAIM = "after the claim", "The email is claimed and nothing else was done"
    BEFORE_TRANSMITTING = "before `transmitting` commits", "The mail server asked for the body"
    AFTER_TRANSMITTING = "before the first byte", "The email is marked as on its way, and is not"
    IN_THE_BODY = "in the middle of the body", "The mail server has half of it"
    AFTER_THE_BODY = "before the reply is read", "The mail server has all of it"
    BEFORE_RESULT = "before the result commits", "The mail server's yes was heard and not written down"
    AFTER_RESULT = "before QUIT", "Everything was written down"


WHAT_MUST_BE = {
    #                               the email then          and in the end      taken by the server
    CrashPoint.BEFORE_CLAIM: (EmailState.SCHEDULED, EmailState.SENT, 1),
    CrashPoint.AFTER_CLAIM: (EmailState.CLAIMED, EmailState.SENT, 1),
    CrashPoint.BEFORE_TRANSMITTING: (EmailState.CLAIMED, EmailState.SENT, 1),
    CrashPoint.AFTER_TRANSMITTING: (EmailState.TRANSMITTING, EmailState.IN_DOUBT, 0),
    CrashPoint.IN_THE_BODY: (EmailState.TRANSMITTING, EmailState.IN_DOUBT, 0),
    CrashPoint.AFTER_THE_BODY: (EmailState.TRANSMITTING, EmailState.IN_DOUBT, 1),
    CrashPoint.BEFORE_RESULT: (EmailState.TRANSMITTING, EmailState.IN_DOUBT, 1),
    CrashPoint.AFTER_RESULT: (EmailState.SENT, EmailState.SENT, 1),
}
"""The expected states: a claimed email is certainly unsent; an email in transmission is in doubt until its
result is recorded.
"""

_COMMITS = {
    CrashPoint.BEFORE_CLAIM: (EmailState.CLAIMED, False),
    CrashPoint.AFTER_CLAIM: (EmailState.CLAIMED, True),
    CrashPoint.BEFORE_TRANSMITTING: (EmailState.TRANSMITTING, False),
    CrashPoint.AFTER_TRANSMITTING: (EmailState.TRANSMITTING, True),
    CrashPoint.BEFORE_RESULT: (EmailState.SENT, False),
    CrashPoint.AFTER_RESULT: (EmailState.SENT, True),
}
"""The commit to crash at, by the email state that it sets, and whether to crash after it."""


def crash_at(point: CrashPoint, email_id: int) -> None:
    """Make this process crash at a point while it sends one email."""
    if point in _COMMITS:
        state, is_after = _COMMITS[point]
        _watch_commits(email_id, state, is_after=is_after, then=_crash)
    else:
        in_the_middle = point is CrashPoint.IN_THE_BODY
        _watch_commits(
            email_id, EmailState.TRANSMITTING, is_after=True, then=partial(_crash_in_the_body, in_the_middle)
        )


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _watch_commits(email_id: int, state: EmailState, *, is_after: bool, then: Callable[[], None]) -> None:
    commit: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit
    has_happened: list[bool] = []

    def watched(dialect: DefaultDialect, connection: Any) -> None:
        cursor = connection.cursor()
        found = cursor.execute(_STATE.format(email_id)).fetchone()
        cursor.close()
        is_it = not has_happened and found is not None and found[0] == state.value
        if is_it and not is_after:
            then()
        commit(dialect, connection)
        if is_it:
            has_happened.append(True)
            then()

    DefaultDialect.do_commit = watched  # type: ignore[method-assign]


def _crash_in_the_body(in_the_middle: bool) -> None:
    """Crash at the next write to a socket, which is the body."""

    def crash(connection: socket.socket, body: bytes, *_flags: int) -> None:
        if in_the_middle:
            body = body[: len(body) // 2]
        while body:
            body = body[connection.send(body) :]
        _crash()

    socket.socket.sendall = crash  # type: ignore[method-assign,assignment]
