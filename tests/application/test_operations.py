"""Every command has its function in the application, so that another front end has nothing to write anew."""

from collections.abc import Iterator
from typing import Any

import typer

from followup.cli.app import app
from tests.application.documents import operations

BESIDE_COMMANDS = {
    "case interview": "what `case open` asks next",
    "case interview answer": "an answer of `case open`, checked",
    "case interview customers": "the customers that match what is typed in `case open`",
    "outbox edit words": "the letter that `outbox edit` opens in an editor",
    "coach exercise": "the complaint that `coach` shows",
    "coach list": "`coach --list`",
    "customer list count": "how many more there are below the limit",
    "gesture list count": "how many more there are below the limit",
    "doctor --domain": "the domain that emails are sent from",
    "db check --repair": "the search index, written anew",
    "approval approve --several": "many, each in a transaction of its own",
    "gesture pay --several": "many, each in a transaction of its own",
    "gesture request --several": "many, each in a transaction of its own",
    "case close --several": "many, each in a transaction of its own",
    "case open --several": "many, each in a transaction of its own",
    "outbox retry --several": "many, each in a transaction of its own",
    "suppression remove --several": "many, each in a transaction of its own",
    "customer erase --expired": "all who are due, each in a transaction of its own",
}
"""Functions that are part of a command."""


def paths(command: Any, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all commands below a command: "case open"."""
    below = getattr(command, "commands", {})
    for name, one in below.items():
        yield from paths(one, (*above, name))
    if not below:
        yield " ".join(above)


def test_every_command_has_a_function_of_its_name_and_every_function_a_command() -> None:
    commands = set(paths(typer.main.get_command(app)))
    assert len(commands) > 90
    assert set(operations()) == commands | BESIDE_COMMANDS.keys()


def test_a_function_that_writes_says_so() -> None:
    """What a front end may repeat, and what a key is for, it asks here."""
    writing = {name for name, operation in operations().items() if operation.writes}
    assert {"case open", "gesture request", "budget create", "customer erase", "daemon tick"} <= writing
    assert not {"case show", "report spend", "outbox why", "policy explain"} & writing
