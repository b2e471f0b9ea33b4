"""Line editing with history, completion and bracketed paste, by prompt_toolkit.

Imported only when a question is asked on a capable terminal: the library takes a while to load.
"""

import os
import sys
from collections.abc import Callable, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.auto_suggest import DummyAutoSuggest
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.key_binding.bindings.named_commands import get_by_name
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from followup.cli.asking import terminal_input

Matches = Callable[[str], Iterable[tuple[str, str]]]
"""Gives the values that match a beginning, each with what it stands for."""

_ENTER = (Keys.ControlM, Keys.ControlJ)
_ROWS_FOR_MATCHES = 6
_EDITING = {
    Keys.Left: "backward-char",
    Keys.Right: "forward-char",
    Keys.Home: "beginning-of-line",
    Keys.End: "end-of-line",
    Keys.ControlA: "beginning-of-line",
    Keys.ControlB: "backward-char",
    Keys.ControlE: "end-of-line",
    Keys.ControlF: "forward-char",
    Keys.ControlH: "backward-delete-char",
    Keys.ControlW: "unix-word-rubout",
    Keys.Delete: "delete-char",
}
"""The keys that begin to edit an answer that stands there, with what they do."""


class PasteAwareInput(Vt100Input):
    """Keyboard input in which a paste is one key press, also if the terminal does not mark pastes.

    Without marks, an Enter with more text right behind it was not typed: what arrived together is made the
    paste it was."""

    def read_keys(self) -> list[KeyPress]:
        """The keys that arrived together."""
        keys = super().read_keys()
        while any(key.key in _ENTER for key in keys) and not self.closed:
            if not terminal_input.more_arrives(self.fileno()):
                break
            keys += super().read_keys()
        return _as_paste(keys)


def _as_paste(keys: list[KeyPress]) -> list[KeyPress]:
    """Keys with an Enter before the last one, as one paste. A key that stops ends it, and what is behind that
    key was typed for nothing that is asked."""
    if not any(key.key in _ENTER for key in keys[:-1]):
        return keys
    pasted: list[str] = []
    for place, key in enumerate(keys):
        if key.key in (Keys.ControlC, Keys.ControlD):
            before = [KeyPress(Keys.BracketedPaste, "".join(pasted))] if pasted else []
            return [*before, keys[place]]
        if key.key in _ENTER:
            pasted.append("\n")
        elif key.key is Keys.BracketedPaste or len(key.data) == 1:
            pasted.append(key.data)
    return [KeyPress(Keys.BracketedPaste, "".join(pasted))]


class _Matching(Completer):
    def __init__(self, matches: Matches) -> None:
        self._matches = matches

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Offer what matches the text before the cursor."""
        del complete_event
        typed = document.text_before_cursor
        for value, meaning in self._matches(typed):
            yield Completion(value, start_position=-len(typed), display_meta=meaning)


def edit(
    question: str,
    *,
    default: str = "",
    matches: Matches | None = None,
    may_paste: bool = True,
    refused: Callable[[], None] = lambda: None,
) -> str:
    """Ask for one answer. `default` stands there: Enter takes it, what is typed or pasted takes its place,
    and a key that moves or deletes begins to edit it. A paste is inserted whole and never ends the answer;
    unless `may_paste`, it is left out and `refused` is called.

    Raises KeyboardInterrupt for Ctrl-C, EOFError for Ctrl-D."""
    keys = KeyBindings()
    stands = bool(default)

    def insert(event: KeyPressEvent, text: str) -> None:
        nonlocal stands
        if stands:
            event.current_buffer.reset()
        stands = False
        event.current_buffer.insert_text(text)

    @keys.add(Keys.BracketedPaste)
    def _paste(event: KeyPressEvent) -> None:
        if not may_paste:
            event.app.exit(result=None)
            return
        insert(event, event.data.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n"))

    @keys.add(Keys.Any)
    def _type(event: KeyPressEvent) -> None:
        insert(event, event.data)

    def _edit_with(command: str) -> Callable[[KeyPressEvent], None]:
        def begin(event: KeyPressEvent) -> None:
            nonlocal stands
            stands = False
            get_by_name(command).call(event)

        return begin

    for key, command in _EDITING.items():
        keys.add(key)(_edit_with(command))

    keyboard = PasteAwareInput(sys.stdin)
    # Standard output carries only the answer of the command.
    screen = Vt100_Output.from_pty(sys.stderr, term=os.environ.get("TERM"))
    # The cursor's position is not asked for: the answer of a slow terminal to that would reach the shell.
    screen.enable_cpr = False
    colours = ColorDepth.DEPTH_1_BIT if "NO_COLOR" in os.environ else None
    while True:
        with create_app_session(input=keyboard, output=screen):
            session: PromptSession[str | None] = PromptSession(
                auto_suggest=DummyAutoSuggest(),
                color_depth=colours,
                completer=_Matching(matches) if matches else None,
                complete_while_typing=matches is not None,
                reserve_space_for_menu=_ROWS_FOR_MATCHES if matches else 0,
                key_bindings=keys,
            )
            try:
                answer = session.prompt(question, default=default)
            finally:
                # Keys behind the answer were typed for no question that was shown.
                clear_typeahead(keyboard)
        if answer is not None:
            return answer
        refused()
