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
    from followup.store import schema

    before, after = schema.upgrade(call.database)
    document = {"before": before, "after": after, "changed": before != after}
    call.answer(
        document,
        lambda: output.lines(
            f"The database is at revision {after}"
            + (f", it was at {before or 'none'}." if before != after else ".")
        ),
    )


@command(app, "check", example="followup db check")
def check(call: Call) -> None:
    """Check the file itself, its revision, the event log and the budgets' figures.

    Leaves with exit code 4 where something is wrong."""
    from followup.services.goodwill import budgets
    from followup.services.shared import audit
    from followup.store import integrity

    problems = integrity.problems(call.engine)
    problems += call.read(
        lambda session: [f"audit event {number}: {why}" for number, why in audit.broken_links(session)]
    )
    problems += call.read(
        lambda session: [
            f"budget {found.budget} {found.period}: {found.figure} is off by "
            f"{found.stored_minor - found.computed_minor} minor units"
            for found in budgets.reconcile(session)[1]
        ]
    )
    document = {"ok": not problems, "problems": problems}

    def people() -> None:
        for problem in problems:
            output.lines(problem)
        if not problems:
            output.lines("The database is sound: its file, its event log and its budgets.")

    call.answer(document, people)
    if problems:
        raise typer.Exit(4)


@command(app, "backup", example="followup db backup followup-2026-11-23.db")
def backup(
    call: Call,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not exist yet.")],
) -> None:
    """Write a copy of the database while everything goes on; `db restore` puts it back.

    It knows that it is a copy: emails that are late when it is restored are not sent unasked."""
    from followup.services.upkeep import restored_copies
    from followup.store import backup_copy

    size = backup_copy.backup(
        call.engine, target, lambda session: restored_copies.mark_as_copy(session, now=call.now)
    )
    document = {"file": str(target), "bytes": size}
    call.answer(document, lambda: output.lines(f"{target} holds the whole database, {size:,} bytes."))


@command(app, "restore", example="followup db restore followup-2026-11-23.db")
def restore(
    call: Call,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What `db backup` wrote.")],
) -> None:
    """Put a backup in the place of the database; stop the daemon first.

    The database that was there is kept beside it. What is late in the copy is not sent: the daemon puts it
    in doubt, and `outbox resolve` settles it."""
    from followup.services.upkeep import restored_copies

    document = restored_copies.restore(call.workspace, source, now=call.now)

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
