"""Asking questions: a text, one word of a list, yes or no.

Text that is pasted stays in the answer to the question it was pasted at, or is refused there. Raises
KeyboardInterrupt and EOFError where the person stops.
"""

import re
import sys
from collections.abc import Callable, Iterable

from followup.cli import output
from followup.cli.asking import terminal_input

Matches = Callable[[str], Iterable[tuple[str, str]]]
_NO_PASTE = "What was pasted is not taken as an answer here: type y or n."
_YES, _NO = ("y", "yes"), ("n", "no")


def text(question: str, *, default: str = "", lines: bool = False, matches: Matches | None = None) -> str:
    """Ask for a text. A pasted one may have several lines; unless `lines`, it must not, and is asked for
    again. `default` is the answer if nothing is changed."""
    while True:
        answer = _read(f"{question}: ", default, lines, matches).strip()
        if lines or "\n" not in answer:
            return answer
        output.say("Several lines were pasted, and this answer has one. Nothing of it was used.")
        terminal_input.drop_typed_ahead()


def _read(prompt: str, default: str, lines: bool, matches: Matches | None) -> str:
    if not terminal_input.is_plain_terminal():
        from followup.cli.asking import line_editor

        return line_editor.edit(prompt, default=default, matches=matches)
    shown = f"{prompt[:-2]} [{output.plain(default)}]: " if default else prompt
    _show(shown)
    arrived = terminal_input.read_lines_together()
    if len(arrived) > 1 and lines:
        arrived = _whole_paste(arrived)
    answer = "\n".join(arrived)
    if default and answer.strip() == "-":
        return ""
    return answer if answer.strip() else default


def _whole_paste(arrived: list[str]) -> list[str]:
    """A paste of several lines up to an empty line that is typed: its last line may have no end yet."""
    output.say(f"{len(arrived)} lines are one answer. Press Enter on an empty line to go on.")
    while True:
        more = terminal_input.read_lines_together()
        if more == [""]:
            return arrived
        arrived += more


def yes_or_no(question: str, *, default: bool | None = None, gives: bool = True) -> bool:
    """Ask for yes or no. With `gives`, the answer gives, sends or removes something: what was typed before
    the question is dropped, and no paste answers it."""
    if gives and terminal_input.drop_typed_ahead():
        output.say("What was typed before this question is dropped.")
    choices = {None: "[y/n]", True: "[Y/n]", False: "[y/N]"}[default]
    while True:
        answer = _typed(f"{question} {choices}: ").strip().lower()
        if answer in _YES:
            return True
        if answer in _NO:
            return False
        if not answer and default is not None:
            return default
        output.say("Type y or n.")


def number(question: str, *, most: int) -> int | None:
    """Ask for a number from 1 to `most`; None if none is typed. The answer gives something: what was typed
    before the question is dropped, and no paste answers it."""
    if terminal_input.drop_typed_ahead():
        output.say("What was typed before this question is dropped.")
    while True:
        answer = _typed(f"{question}: ").strip()
        if not answer:
            return None
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= most:
            return int(answer)
        output.say(f"Type a number from 1 to {most}, or press Enter.")


def _typed(prompt: str) -> str:
    """One line that is typed, not pasted."""
    if not terminal_input.is_plain_terminal():
        from followup.cli.asking import line_editor

        return line_editor.edit(prompt, may_paste=False, refused=lambda: output.say(_NO_PASTE))
    while True:
        _show(prompt)
        arrived = terminal_input.read_lines_together()
        if len(arrived) == 1:
            return re.sub(r"[\x00-\x1f]", "", arrived[0])
        output.say(_NO_PASTE)
        terminal_input.drop_typed_ahead()


def _show(prompt: str) -> None:
    sys.stderr.write(output.plain(prompt) + " ")
    sys.stderr.flush()
