"""followup completion."""

from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command

app = typer.Typer()
"""Has no noun."""


def completion(
    call: Call, shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]
) -> None:
    """Print the script that teaches a shell to complete commands, and what is in the workspace.

    It completes references, customers, agents, reasons, budgets, templates and more, with descriptions where
    the shell shows them. It reads the workspace only, and is silent where there is none.

    In ~/.bashrc write: eval "$(followup completion bash)". In ~/.zshrc, after compinit: source <(followup
    completion zsh). In ~/.config/fish/config.fish: followup completion fish | source."""
    from followup.application.upkeep import completion_script

    document = completion_script.completion(shell)
    call.answer(document, lambda: output.lines(document["script"].rstrip()))


command(app, "completion", example="followup completion bash")(completion)
