"""Keyboard input of a terminal, apart from how a line is edited.

Text that is pasted must never answer a question it was not meant for, nor reach the shell after the command.
What arrives together is therefore one paste, and what was typed before a question can be dropped.
"""

import os
import select
import sys
import termios

_QUIET_SECONDS = 0.05
"""How long nothing must arrive before a paste counts as complete. A terminal writes a paste at once; a line
over ssh pauses for less than this inside one."""

_MOST_BYTES = 65536
_PASTE_BEGINS, _PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"


def is_plain_terminal() -> bool:
    """Whether the terminal can only print lines one after the other: TERM is dumb or missing. Screen readers
    are best served that way too."""
    return os.environ.get("TERM", "dumb") in ("", "dumb", "unknown")


def more_arrives(descriptor: int) -> bool:
    """Whether more input arrives within the pause that ends a paste."""
    return bool(select.select([descriptor], [], [], _QUIET_SECONDS)[0])


def drop_typed_ahead() -> bool:
    """Drop what was typed or pasted until now, and whatever still arrives of it. Returns whether there was
    anything. Does nothing off a terminal."""
    try:
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
    except (termios.error, OSError, ValueError):
        return False
    silent = termios.tcgetattr(descriptor)
    # A line that has no end yet can be read only outside the terminal's own line editing.
    silent[3] &= ~(termios.ICANON | termios.ECHO)
    silent[6][termios.VMIN], silent[6][termios.VTIME] = 0, 0
    found = False
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, silent)
        while more_arrives(descriptor) and os.read(descriptor, _MOST_BYTES):
            found = True
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
    return found


def read_lines_together() -> list[str]:
    """The lines that arrive together: usually one, several if they were pasted. Raises EOFError for Ctrl-D.

    For terminals without line editing of ours; the terminal itself shows and corrects what is typed."""
    descriptor = sys.stdin.fileno()
    read = os.read(descriptor, _MOST_BYTES)
    if not read:
        raise EOFError
    while more_arrives(descriptor):
        more = os.read(descriptor, _MOST_BYTES)
        if not more:
            break
        read += more
    text = read.replace(_PASTE_BEGINS, b"").replace(_PASTE_ENDS, b"").decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n")
