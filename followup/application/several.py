"""The same change for several rows: `approval approve A-0001 A-0002` and the like.

Each row is a transaction of its own, so what is refused stops nothing else, and others can write in between.
A preview makes the changes one after the other in one transaction and takes all of them back: it sees what
a budget has left after the rows before.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from typing_extensions import TypedDict

from followup.application.door import Caller, Writing, change_once
from followup.errors import FollowupError, InvalidFile, Unreachable

ShowPart = Callable[[float], None]
"""Takes the part that is done, from 0 to 1."""


class RefusedRowDocument(TypedDict):
    """A row that was not changed, and why. `ref` is how it was named."""

    ref: str
    code: str
    message: str
    hint: str


class SeveralDocument(TypedDict):
    """What became of several rows. `asked` are their references, in order; each is either done or refused.
    With `dry_run` nothing was changed, and references of what would be made are not kept."""

    dry_run: bool
    asked: list[str]
    refused: list[RefusedRowDocument]


def change_each(
    caller: Caller,
    function: Callable[..., Any],
    references: Sequence[str],
    given: Mapping[str, Any],
    *,
    dry_run: bool,
    on_progress: ShowPart,
    own: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[SeveralDocument, list[Any]]:
    """Call a function of `writes` for each reference, with the arguments `given`: what became of all rows,
    and the documents of those that are done. `own` are further arguments of single rows, by their
    reference in capitals.

    A key stands for each row by itself, so a repeated command does what is left and gives the first answers
    for the rest. Raises Unreachable and InvalidFile, which concern every row."""
    asked = list(dict.fromkeys(reference.strip().upper() for reference in references))
    each = _foresee if dry_run else _change
    further = own or {}
    done, refused = each(caller, function, asked, lambda one: {**given, **further.get(one, {})}, on_progress)
    return {"dry_run": dry_run, "asked": asked, "refused": refused}, done


_Result = tuple[list[Any], list[RefusedRowDocument]]


def _change(
    caller: Caller,
    function: Callable[..., Any],
    asked: Sequence[str],
    given: Callable[[str], Mapping[str, Any]],
    on_progress: ShowPart,
) -> _Result:
    def change(reference: str) -> Any:
        own_key = f"{caller.key}/{reference}" if caller.key else None
        return function(replace(caller, key=own_key), reference, **given(reference))

    return _each(asked, change, on_progress)


class _TakenBackError(Exception):
    """Ends the transaction of a preview, so that it is rolled back."""


def _foresee(
    caller: Caller,
    function: Callable[..., Any],
    asked: Sequence[str],
    given: Callable[[str], Mapping[str, Any]],
    on_progress: ShowPart,
) -> _Result:
    from followup.services.documents import serializers

    body = inspect.unwrap(function)
    results: list[_Result] = []

    def look(work: Writing) -> None:
        def change(reference: str) -> Any:
            with work.session.begin_nested():
                # A code that is shown here would never be good for anything.
                return serializers.without_codes(body(work, reference, **given(reference)))

        results.append(_each(asked, change, on_progress))
        raise _TakenBackError

    with suppress(_TakenBackError):
        change_once(replace(caller, key=None), function.__name__, {}, look)
    return results[0]


def _each(asked: Sequence[str], change: Callable[[str], Any], on_progress: ShowPart) -> _Result:
    done: list[Any] = []
    refused: list[RefusedRowDocument] = []
    for place, reference in enumerate(asked, start=1):
        try:
            done.append(change(reference))
        except (InvalidFile, Unreachable):
            raise
        except FollowupError as error:
            told = error.as_document()["error"]
            refused.append(
                {
                    "ref": reference,
                    "code": told["code"],
                    "message": told["message"],
                    "hint": told["hint"],
                }
            )
        on_progress(place / len(asked))
    return done, refused


def show_no_part(_part: float) -> None:
    """Progress that is not shown."""
