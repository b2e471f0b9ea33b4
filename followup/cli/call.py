"""What all commands share: `--json`, `--as`, `--workspace`, and `--key` on writes.

A command gets a `Call` as its first argument. The Call loads the workspace and opens transactions on first
use, so that help and completion import no models.
"""

import functools
import getpass
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer

from followup import clock
from followup.cli import output
from followup.errors import WrongUsage, file_missing

if TYPE_CHECKING:
    from followup.application.door import Caller, OpenWorkspace
    from followup.workspace import Workspace

Row = TypeVar("Row")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
As = Annotated[
    str | None, typer.Option("--as", metavar="EMAIL", help="The agent who acts.", envvar="FOLLOWUP_AGENT")
]
WorkspaceFolder = Annotated[
    Path | None,
    typer.Option(
        "--workspace", metavar="DIR", help="The folder of the workspace.", envvar="FOLLOWUP_WORKSPACE"
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="An idempotency key: a repeated command changes nothing."),
]


@dataclass
class Call:
    """One call of a command: who calls, in which workspace, and in which format the answer is printed."""

    json: bool = False
    actor_email: str | None = None
    folder: Path | None = None
    key: str | None = None
    now: datetime = field(default_factory=clock.now)
    at_the_end: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def caller(self) -> "Caller":
        """The caller, as the functions of the application take it."""
        from followup.application.door import Caller

        return Caller(
            place=self.place, now=self.now, login=login(), actor_email=self.actor_email, key=self.key
        )

    @cached_property
    def place(self) -> "OpenWorkspace":
        """The workspace in use; closed when the command ends."""
        from followup.application.door import OpenWorkspace

        place = OpenWorkspace(self.workspace, clock=clock.now)
        self.at_the_end.callback(place.close)
        return place

    @cached_property
    def workspace(self) -> "Workspace":
        """The workspace named by --workspace, or the nearest one in this folder and its parents."""
        from followup.workspace import find_workspace, load_workspace

        root = self.folder.resolve() if self.folder else find_workspace(Path.cwd())
        return load_workspace(root, os.environ)

    def local(self, instant: str | None) -> str:
        """An instant of a document, formatted for people in the workspace's time zone."""
        if instant is None:
            return ""
        zone = ZoneInfo(self.workspace.settings.timezone)
        return f"{datetime.fromisoformat(instant).astimezone(zone):%a %-d %b %Y %H:%M}"

    def answer(self, document: object, people: Callable[[], None]) -> None:
        """Print the document as JSON, or call `people` to print it for people."""
        if self.json:
            output.json_document(document)
        else:
            people()

    def table(
        self,
        document: Sequence[Row],
        columns: tuple[str, ...],
        row: Callable[[Row], tuple[object, ...]],
        *,
        empty: str,
        right: tuple[str, ...] = (),
    ) -> None:
        """Print a list: as JSON, as a table, or as the sentence `empty` if it has no rows."""
        if self.json:
            output.json_document(document)
        elif not document:
            output.say(empty)
        else:
            output.table(columns, (row(item) for item in document), right=right)

    def say_more(self, document: Sequence[Row], limit: int, count: Callable[[], int]) -> None:
        """Below a list for people that reached its limit, say how many rows there are besides."""
        if not self.json and len(document) == limit and (more := count() - limit) > 0:
            output.say(f"{more:,} more: --limit {limit + more}")


def login() -> str:
    """The operating-system user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def command(
    app: typer.Typer, name: str, *, example: str, writes: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command whose first parameter is a Call. `example` is shown in its help.

    Adds --json, --as and --workspace, and --key if the command writes."""
    common: dict[str, Any] = {"json": (Json, False), "as_": (As, None), "workspace": (WorkspaceFolder, None)}
    if writes:
        common["key"] = (Key, None)

    def register(body: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(body).parameters.values())[1:]
        shared = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for key, (annotation, default) in common.items()
        ]

        @functools.wraps(body)
        def wrapped(**given: Any) -> None:
            above = Common.given
            arguments = {parameter.name: given[parameter.name] for parameter in own}
            call = Call(
                json=given["json"] or above.json,
                actor_email=given["as_"] or above.actor_email,
                folder=given["workspace"] or above.folder,
                key=given.get("key"),
            )
            _refuse_broken_text({**arguments, "as": call.actor_email, "key": call.key})
            with call.at_the_end:
                body(call, **arguments)

        wrapped.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own] + shared
        )
        wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in own} | {
            key: annotation for key, (annotation, _) in common.items()
        }
        about = inspect.cleandoc(body.__doc__ or "")
        # \b keeps typer from reflowing the example.
        examples = "\n".join(f"  {line}" for line in inspect.cleandoc(example).splitlines())
        app.command(name, help=f"{about}\n\n\b\nExample:\n{examples}")(wrapped)
        return body

    return register


def _refuse_broken_text(given: dict[str, Any]) -> None:
    """Refuse bytes that are not UTF-8. They arrive as half surrogates, which no database can store."""
    for name, value in given.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= letter <= "\udfff" for letter in text):
                raise WrongUsage(
                    f"The {name.replace('_', ' ')} is not UTF-8 text.",
                    hint="Type it again, or set the terminal to UTF-8.",
                    code="not_utf8",
                )


class Common:
    """The options given before the noun: `followup --json case list`."""

    json = False
    actor_email: str | None = None
    folder: Path | None = None
    given: "Common"


Common.given = Common()


def text_or_stdin(value: str | None) -> str | None:
    """The text itself, or the contents of standard input if it is `-`."""
    if value != "-":
        return value
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def text_of_file(file: str, *, hint: str) -> str:
    """The text of a file that was named, or of standard input for "-". Raises NotFound, with the hint, if it
    is not there, WrongUsage if it cannot be read."""
    if file == "-":
        return text_or_stdin(file) or ""
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise file_missing(file, hint=hint) from None
    except OSError as error:
        raise WrongUsage(
            f"{file} cannot be read: {error.strerror}.", hint=hint, code="text_unreadable"
        ) from None


def standard_input(file: str | None) -> str | None:
    """The contents of standard input if the file is named `-`, else None."""
    return text_or_stdin(file) if file == "-" else None
