"""followup db."""

from pathlib import Path
from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command

app = typer.Typer(name="db", help="The database.", no_args_is_help=True)


@command(app, "upgrade", example="followup db upgrade")
def upgrade(call: Call) -> None:
    """Bring the database to the form this program needs, in one transaction."""
    from followup.application.upkeep import database

    document = database.upgrade(call.caller)
    was = f", it was at {document['before'] or 'none'}" if document["changed"] else ""
    call.answer(document, lambda: output.lines(f"The database is at revision {document['after']}{was}."))


@command(app, "check", example="followup db check")
def check(call: Call) -> None:
    """Check the file itself, its revision, the event log and the budgets' figures.

    Leaves with exit code 4 where something is wrong."""
    from followup.application.upkeep import database

    document = database.check(call.caller)

    def people() -> None:
        for problem in document["problems"]:
            output.lines(problem)
        if document["ok"]:
            output.lines("The database is sound: its file, its event log and its budgets.")

    call.answer(document, people)
    if not document["ok"]:
        raise typer.Exit(4)


@command(app, "backup", example="followup db backup followup-2026-11-23.db")
def backup(
    call: Call,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not exist yet.")],
) -> None:
    """Write a copy of the database while everything goes on; `db restore` puts it back.

    It knows that it is a copy: emails that are late when it is restored are not sent unasked."""
    from followup.application.upkeep import database

    document = database.backup(call.caller, str(target))
    size = document["bytes"]
    call.answer(document, lambda: output.lines(f"{target} holds the whole database, {size:,} bytes."))


@command(app, "restore", example="followup db restore followup-2026-11-23.db")
def restore(
    call: Call,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What `db backup` wrote.")],
) -> None:
    """Put a backup in the place of the database; stop the daemon first.

    The database that was there is kept beside it. What is late in the copy is not sent: the daemon puts it
    in doubt, and `outbox resolve` settles it."""
    from followup.application.upkeep import database

    document = database.restore(call.caller, str(source))

    def people() -> None:
        output.lines(f"{source} is the database now.")
        if document["kept"]:
            output.lines(f"The one before it is {document['kept']}.")
        output.say(
            f"{document['late']} emails in it are late and may have gone out already: the daemon puts them "
            "in doubt. Settle them with: followup outbox resolve"
            if document["late"]
            else "No email in it is late."
        )

    call.answer(document, people)
