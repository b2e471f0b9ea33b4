"""What a key stands for: the parameters of a command by their names, so a key outlives a new release."""

import inspect
from collections.abc import Iterator

import pytest
import typer

from followup.cli.app import app
from tests.application.documents import operations

COMMON = {"json", "as_", "workspace", "key"}
BESIDE_CONTENT = {"case open": {"answered"}}
SEVERAL = {
    "approval approve": ("references", "reference", {"all_below", "dry_run", "yes"}),
    "case open": ("customer", "customer", {"customers", "dry_run", "yes"}),
    "case close": ("references", "reference", {"dry_run"}),
    "gesture pay": ("references", "reference", {"dry_run", "yes"}),
    "outbox retry": ("reference", "reference", {"all_", "reason", "since", "yes"}),
    "gesture request": ("cases", "case", {"reason", "from_", "to", "currency", "dry_run", "yes"}),
}
"""Commands of which each row has a key of its own: the parameter that names the rows, what one is called, and
the parameters that choose rows or say whether to ask."""
ROOMS = {"cases", "goodwill", "sequences", "outbox"}

IN_A_FILE = {"outbox edit": ({"subject", "text", "shown"}, {"file", "drop"})}
"""What the command takes from a file or an editor, and the flags that say so."""


def parameters_of_commands() -> Iterator[tuple[str, set[str]]]:
    """Every command of a noun, with the names of the parameters that are its own."""
    for noun, group in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for name, command in getattr(group, "commands", {}).items():
            yield f"{noun} {name}", {parameter.name for parameter in command.params} - COMMON


def keyed() -> list[str]:
    """The operations of these rooms that have one transaction, and so one key for it."""
    return sorted(
        name
        for name, operation in operations().items()
        if operation.writes
        and operation.function.__module__.split(".")[2] in ROOMS
        and hasattr(operation.function, "__wrapped__")
    )


@pytest.mark.parametrize("name", keyed())
def test_a_key_stands_for_the_parameters_of_the_command(name: str) -> None:
    content = set(list(inspect.signature(operations()[name].function).parameters)[1:])
    of_command = dict(parameters_of_commands())[name]
    if name in IN_A_FILE:
        words, flags = IN_A_FILE[name]
        assert flags <= of_command
        of_command = of_command - flags | words
    if name in SEVERAL:
        rows, row, of_many = SEVERAL[name]
        assert {rows, *of_many} <= of_command
        of_command = of_command - of_many - {rows} | {row}
    assert content - BESIDE_CONTENT.get(name, set()) == of_command
