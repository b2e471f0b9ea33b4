"""followup db."""

from pathlib import Path
from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of

app = app_of("db")


@command(app, "upgrade", example="followup db upgrade")
def upgrade(call: Call) -> None:
    """Upgrade the schema to the revision that this program needs, in one transaction."""
    from followup.application.upkeep import database

    document = database.upgrade(call.caller)
    was = f", it was at {document['before'] or 'none'}" if document["changed"] else ""
    call.answer(document, lambda: output.lines(f"The database is at revision {document['after']}{was}."))


@command(app, "check", example="followup db check")
def check(
    call: Call,
    repair: Annotated[bool, typer.Option("--repair", help="Write the search index anew first.")] = False,
) -> None:
    """Check the database file, its revision, the audit log, the budgets' figures and the search index.

    Exits with code 4 if something is wrong. --repair writes anew what is computed from the rest: the index
    of `case find`."""
    from followup.application.upkeep import database

    document = (database.check_and_repair if repair else database.check)(call.caller)

    def people() -> None:
        for problem in document["problems"]:
            output.lines(problem)
        if document["ok"]:
            output.lines("The database is sound: its file, its event log, its budgets and its index.")

    call.answer(document, people)
    if not document["ok"]:
        raise typer.Exit(4)


@command(app, "backup", example="followup db backup followup-2026-11-23.db")
def backup(
    call: Call,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; it must not exist yet.")],
) -> None:
    """Copy the database to a file while it is in use. `db restore` puts the copy back.

    The copy is marked as a backup: overdue emails in a restored copy are not sent until a person decides."""
    from followup.application.upkeep import database

    document = database.backup(call.caller, str(target))
    size = document["bytes"]
    call.answer(document, lambda: output.lines(f"{target} holds the whole database, {size:,} bytes."))


@command(app, "restore", example="followup db restore followup-2026-11-23.db")
def restore(
    call: Call,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `db backup` wrote.")],
) -> None:
    """Replace the database by a backup. Stop the daemon first.

    The previous database is kept beside it. Overdue emails in a restored copy may already have been sent: the
    daemon puts them in doubt, and `outbox resolve` settles them."""
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
