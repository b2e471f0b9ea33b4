"""The workspace of `followup demo`: a folder of its own, created anew each time."""

import shutil
from pathlib import Path

from typing_extensions import TypedDict

from followup.application.door import works
from followup.domain.shared.money import decimals
from followup.errors import Refused
from followup.services.upkeep.new_workspace import create_workspace

MARKER = ".followup-demo"
"""The file that marks a folder as a demo, which may be deleted."""

_CHOSEN = {"business": "Harbour Books", "sender": "Ana at Harbour Books <ana@harbour.example>"}


class DemoWorkspaceDocument(TypedDict):
    """The folder of the demo."""

    workspace: str


@works("demo", changes=True)
def make(folder: Path, currency: str = "GBP") -> DemoWorkspaceDocument:
    """Create the demo's workspace; an existing demo is deleted first. Only the settings in its files count;
    environment variables are ignored.

    Raises Refused if `folder` holds something that is not a demo, WrongUsage for an unknown currency."""
    decimals(currency)
    _clear(folder)
    workspace, _ = create_workspace(folder, {**_CHOSEN, "currency": currency}, environment={})
    (workspace.root / MARKER).write_text("Made by `followup demo`, and made anew by it.\n", encoding="utf-8")
    return {"workspace": str(workspace.root)}


def _clear(folder: Path) -> None:
    if not folder.exists():
        return
    if (folder / MARKER).is_file():
        shutil.rmtree(folder)
    elif not folder.is_dir() or any(folder.iterdir()):
        raise Refused(
            f"{folder} holds something that is not a demo, and nothing is overwritten.",
            hint="Name another folder: followup demo DIR",
            code="not_a_demo",
        )
