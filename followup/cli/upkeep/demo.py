"""followup demo: the whole workflow in a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer

from followup.cli.call import Call, command

app = typer.Typer()
"""Has no noun."""


def demo(
    call: Call,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder of the demo; an existing demo is replaced.")
    ] = Path("followup-demo"),
    currency: Annotated[
        str, typer.Option(help="The currency of the demo's amounts, as an ISO 4217 code.")
    ] = "GBP",
) -> None:
    """Play a demo: six cases, their gestures under a budget, and two weeks of emails.

    The emails are sent over SMTP to a server that this command runs on this machine, and nowhere else."""
    import contextlib
    import sys

    from followup.cli.upkeep.demo_story import play

    # With --json the story goes to standard error, and only the document to standard output.
    with contextlib.redirect_stdout(sys.stderr) if call.json else contextlib.nullcontext():
        document = play(folder, currency)
    call.answer(document, lambda: None)


command(app, "demo", example="followup demo\nfollowup demo /tmp/followup-demo --currency JPY")(demo)
