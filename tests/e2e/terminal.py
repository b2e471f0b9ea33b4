"""A real terminal in which the installed command asks its questions."""

import os
import pty
import re
import select
import termios
import time

from tests.e2e.conftest import Desk
from tests.e2e.installed import ended
from tests.hanging import LONGEST_SECONDS

_EDITED = "\x1b[?2004l"
"""What a line editor sends when it has an answer: pastes are not marked any more."""

_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[=>])")


class Terminal:
    """A terminal of a kind (TERM), with `followup` in it."""

    def __init__(self, desk: Desk, kind: str, *arguments: str, **environment: str) -> None:
        self.seen = ""
        self._edits = kind != "dumb"
        self._begin = 0
        self._end, child_end = pty.openpty()
        self._shell = os.dup(child_end)
        """Our hand on the side that a shell would read from after the command."""
        surroundings = {"NO_COLOR": "1", "TERM": kind, **environment}
        self._started = desk.followup.begin_on(child_end, *arguments, **surroundings)

    def wait_for(self, text: str) -> None:
        """Wait until a text is shown, after the last one waited for. A line editor draws no spaces at its
        end."""
        text = text.rstrip(" ")
        while (found := self.seen.find(text, self._begin)) < 0:
            assert self._read(), f"{text!r} was never shown:\n{self.seen}"
        self._begin = found + len(text)

    def type(self, keys: str) -> None:
        """Send keys."""
        os.write(self._end, keys.encode())

    def paste(self, text: str) -> None:
        """Paste as a terminal does that marks pastes."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    def answer(self, question: str, answer: str) -> None:
        """Wait until a question is asked, then type an answer."""
        self.wait_for(question)
        self.type(f"{answer}\n")
        if self._edits:
            # The question is drawn again with its answer.
            self.wait_for("<answered>")

    def end(self) -> int:
        """Wait until the command is over; gives its exit code."""
        code = ended(self._started, lambda: self._read(seconds=0.05))
        while self._read(seconds=0.05):
            continue
        return code

    def left_for_the_shell(self) -> str:
        """What a shell would read now as its first input."""
        silent = termios.tcgetattr(self._shell)
        silent[3] &= ~(termios.ICANON | termios.ECHO)
        silent[6][termios.VMIN], silent[6][termios.VTIME] = 0, 0
        termios.tcsetattr(self._shell, termios.TCSANOW, silent)
        left = os.read(self._shell, 65536).decode()
        os.close(self._shell)
        os.close(self._end)
        return left

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.type("\x03")

    def pause(self) -> None:
        """What somebody takes to look up, with whatever the command does meanwhile."""
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            self._read(seconds=0.05)

    def kill(self) -> None:
        """End the command, for tests of what it must not do."""
        self._started.kill()
        ended(self._started)

    def _read(self, seconds: float = LONGEST_SECONDS) -> bool:
        ready, _, _ = select.select([self._end], [], [], seconds)
        if not ready:
            return False
        try:
            part = os.read(self._end, 65536)
        except OSError:
            # How a terminal says that nobody is at its other end any more.
            return False
        self.seen += _ESCAPES.sub("", part.decode("utf-8", "replace").replace(_EDITED, "<answered>"))
        return bool(part)
