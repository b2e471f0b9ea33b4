"""Passwords and access tokens printed by a command, so that none is stored in a file.

Access tokens expire within the hour, so the command runs for each new connection.
"""

import os
import select
import shlex
import signal
import subprocess
from contextlib import suppress
from time import monotonic

from followup.errors import Unreachable

TIMEOUT_SECONDS = 10.0
_LONGEST_PASSWORD = 16_384
_HINT = (
    "Run the command by hand: it must print the password on its first line, ask nothing, and leave with 0."
)


def password_from(command: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> str:
    """The first line that a command prints, without surrounding spaces.

    The command line is split into words as a shell does, but no shell runs it. Raises Unreachable if it
    cannot be started, fails, prints nothing or takes longer than `timeout_seconds`. No message repeats its
    words or its output.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        raise _failed("cannot be split into words") from None
    if not words:
        raise _failed("is empty")
    try:
        # A session of its own: Ctrl-C on the daemon must not end it half-way, and it ends with its children.
        process = subprocess.Popen(  # noqa: S603 -- the owner of the settings chose the command
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _failed(f"could not be started: {reason or type(error).__name__}") from None
    with process:
        try:
            printed = _printed(process, monotonic() + timeout_seconds)
        except TimeoutError:
            raise _failed(f"took longer than {timeout_seconds:g} seconds") from None
        finally:
            _end(process)
    if process.returncode != 0:
        raise _failed(f"left with {process.returncode}")
    try:
        password = printed.decode().partition("\n")[0].strip()
    except UnicodeDecodeError:
        raise _failed("printed no text") from None
    if not password:
        raise _failed("printed nothing")
    return password


def _printed(process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    """The output of a command until it ends, cut at the greatest length of a password. Raises
    TimeoutError.
    """
    assert process.stdout is not None
    printed = b""
    while True:
        ready, _, _ = select.select([process.stdout], [], [], max(deadline - monotonic(), 0))
        if not ready:
            raise TimeoutError
        chunk = os.read(process.stdout.fileno(), 65_536)
        if not chunk:
            break
        printed += chunk[: _LONGEST_PASSWORD - len(printed)]
    try:
        process.wait(max(deadline - monotonic(), 0))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    return printed


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a command that is still running, with its children."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _failed(what: str) -> Unreachable:
    return Unreachable(f"The password command {what}.", hint=_HINT, code="password_command_failed")
