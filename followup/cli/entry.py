"""Where the `followup` command starts: a shell that asks for completion is answered before commands load."""

import os
import sys


def main() -> None:
    """Answer a shell, or run the command, and exit with its exit code."""
    if "_FOLLOWUP_WORDS" in os.environ:
        from followup.cli.completion.answer import answer

        answer(os.environ)
        sys.exit(0)
    from followup.cli.app import main as run_command

    run_command()
