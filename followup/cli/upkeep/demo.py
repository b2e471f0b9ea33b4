"""followup demo: the main job from end to end, in a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer

from followup.cli.call import Call, command


def register(app: typer.Typer) -> None:
    """Add the command that stands without a noun."""
    command(app, "demo", example="followup demo\nfollowup demo /tmp/followup-demo")(demo)


def demo(
    call: Call,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to; a demo that is there is made anew.")
    ] = Path("followup-demo"),
) -> None:
    """See it all work: six cases, their gestures under a budget, and two weeks of emails.

    The emails go over SMTP to a server that this command runs on this machine, and nowhere else."""
    import contextlib
    import sys

    from followup.cli.upkeep.demo_story import play

    # With --json the story is told on standard error; the document alone is data.
    with contextlib.redirect_stdout(sys.stderr) if call.json else contextlib.nullcontext():
        document = play(folder)
    call.answer(document, lambda: None)
