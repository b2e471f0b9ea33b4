"""Writes a text in the agent's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from followup.errors import WrongUsage


def write_in_editor(before: str, *, otherwise: str) -> str:
    """Open $VISUAL or $EDITOR with a text; returns what was saved, without white space at its ends.

    Raises WrongUsage if no editor is set or it cannot be started, with the hint `otherwise` that says how to
    do without, and if it leaves with an error, which is how an agent takes a change back."""
    program = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not program:
        raise WrongUsage("No editor is set.", hint=f"Set EDITOR, or {otherwise}.", code="no_editor")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(f"{before}\n" if before else "", encoding="utf-8")
        try:
            left = subprocess.run([*shlex.split(program), str(path)], check=False)  # noqa: S603 -- their choice
        except (OSError, ValueError) as error:
            raise WrongUsage(
                f"The editor {program} cannot be started: {error}.",
                hint=f"Set EDITOR to a program that is here, or {otherwise}.",
                code="editor_not_started",
            ) from None
        if left.returncode:
            raise WrongUsage(
                f"The editor {program} left with {left.returncode}, so nothing was changed.",
                hint="Save the text and leave the editor without an error.",
                code="editor_left_with_error",
            )
        return path.read_text(encoding="utf-8", errors="replace").strip()


def kept(text: str) -> Path:
    """Keep a text that could not be used in a file of its own, which only the agent can read."""
    descriptor, name = tempfile.mkstemp(prefix="followup-", suffix=".txt")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    return Path(name)
