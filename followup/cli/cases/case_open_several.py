"""followup case open --customers: the same case for each customer of a file."""

from typing import TYPE_CHECKING, Any

import typer

from followup.cli import several
from followup.cli.call import Call, text_of_file
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from followup.application.cases.open_case import OpenedCaseDocument, RefusedGestureDocument
    from followup.application.cases.open_several import OpenedSeveralDocument


def log_each(
    call: Call, file: str | None, told: dict[str, Any], *, accept: bool, dry_run: bool, yes: bool
) -> None:
    """Log the same case for each customer of a file, and print what became of each. Exits with 4 if anybody's
    case or gesture was refused. Raises WrongUsage without a file, and for what is of one customer alone."""
    from followup.application.cases import open_several

    if file is None:
        raise WrongUsage(
            "--dry-run is for several customers.",
            hint="Name them: --customers FILE; or log the case, and take it back with followup case undo",
            code="dry_run_of_one_case",
        )
    people = open_several.people_in(
        text_of_file(file, hint="Write one customer a line: Priya Shah <priya@example.com>")
    )
    refused: list[RefusedGestureDocument] = []

    def run(*, references: object = None, **more: Any) -> "OpenedSeveralDocument":
        del references  # The file says who they are.
        refused.clear()
        return open_several.open_several(call.caller, people, told, accept=accept, **more)

    def row(document: "OpenedCaseDocument") -> several.Row:
        case, gesture, failed = document["case"], document["gesture"], document["gesture_refused"]
        if failed:
            refused.append(failed)
        return several.Row(
            ref=case["customer"]["email"],
            what=gesture["kind"] if gesture else case["reason"],
            amount=gesture,
            state=f"logged, {gesture['state']}" if gesture else "logged",
            sentences=[f"{failed['message']} {failed['hint']}"] if failed else [],
        )

    several.answer(
        call, run, row, dry_run=dry_run, empty="The file names nobody.", ask=None if yes else "Log them?"
    )
    if refused:
        raise typer.Exit(4)
