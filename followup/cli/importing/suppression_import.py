"""followup suppression import."""

import sys
from typing import Annotated

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.importing import import_output
from followup.cli.importing.import_output import DryRun, File, SkipBad
from followup.cli.people.suppression import app
from followup.domain.people.suppression import SuppressionReason


@command(
    app,
    "import",
    writes=True,
    example="""
    followup suppression import suppressed.csv --dry-run
    followup suppression import bounces.csv --reason hard_bounce
    """,
)
def import_(
    call: Call,
    file: File,
    reason: Annotated[
        str, word_option(SuppressionReason, "--reason", text="The reason for lines that give none")
    ] = "manual",
    dry_run: DryRun = False,
    skip_bad: SkipBad = None,
) -> None:
    """Suppress the addresses in a list: a file from `suppression export`, or any file with a column address
    or email, and optionally reason, since and because.

    Existing suppressions are not changed. Without --skip-bad, nothing is imported if any line is bad."""
    from followup.application.importing import imports

    document = import_output.imported(
        call,
        file,
        lambda: imports.import_suppressions(
            call.caller,
            file,
            reason,
            dry_run,
            str(skip_bad) if skip_bad else None,
            standard_input=sys.stdin.buffer,
            progress=import_output.progress(call),
        ),
    )
    if not call.json:
        import_output.say_errors(file, document["errors"], document["errors_found"])
    import_output.say_put_aside(call, skip_bad, bad=document["bad"], dry_run=dry_run)
    imported = "would be suppressed" if dry_run else "suppressed"
    call.answer(
        document,
        lambda: output.lines(
            f"{document['read']:,} lines: {document['imported']:,} {imported}, "
            f"{document['already_there']:,} already there, {document['bad']:,} bad"
        ),
    )
