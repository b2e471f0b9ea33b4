"""All commands with their options, as plain values that load in a moment.

Building the commands takes longer than a person waits for a key. So the tree is made once and kept in the
user's cache folder, under a name that changes when a file of the program does.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).parents[2]

Tree = dict[str, Any]
"""A command: `help`; `commands` by name, or `options` (by flag) and `arguments` (in order). A parameter has
`help`, `name`, `metavar`, `takes` (whether a value follows), `many`, and `words` with their meanings if its
value is one of a list."""


def command_tree(environment: Mapping[str, str]) -> Tree:
    """The tree of all commands, from the cache if it is there."""
    kept = _folder(environment) / f"completion-{_fingerprint()}.json"
    try:
        tree: Tree = json.loads(kept.read_text("utf-8"))
    except (OSError, ValueError):
        tree = build_tree()
        _keep(kept, tree)
    return tree


def build_tree() -> Tree:
    """The tree of all commands, from the commands themselves."""
    import typer

    from followup.cli.app import app

    return _described(typer.main.get_command(app))


def _folder(environment: Mapping[str, str]) -> Path:
    named = environment.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else Path.home() / ".cache") / "followup"


def _fingerprint() -> str:
    """A hash of the places, sizes and times of the files from which commands are made."""
    found = hashlib.sha256()
    for folder in (_SOURCE / "cli", _SOURCE / "domain"):
        for root, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                if name.endswith(".py"):
                    about = (Path(root) / name).stat()
                    found.update(f"{root}/{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()[:32]


def _keep(file: Path, tree: Tree) -> None:
    """Keep the tree, and remove those of other versions. Without a cache folder it is made each time."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.write_text(json.dumps(tree), "utf-8")
        partial.replace(file)
        for other in file.parent.glob("completion-*.json"):
            if other != file:
                other.unlink(missing_ok=True)
    except OSError:
        partial.unlink(missing_ok=True)


def _described(command: Any) -> Tree:
    if below := getattr(command, "commands", None):
        tree: Tree = {"commands": {name: _described(one) for name, one in below.items() if not one.hidden}}
    else:
        tree = {"arguments": [_parameter(one) for one in command.params if not hasattr(one, "is_flag")]}
    tree["help"] = (command.help or "").strip().partition("\n")[0]
    tree["options"] = {
        flag: _parameter(one)
        for one in command.params
        if hasattr(one, "is_flag") and not one.hidden
        for flag in (*one.opts, *one.secondary_opts)
        if flag.startswith("--")
    }
    tree["options"]["--help"] = {"help": "Show this message and exit.", "takes": False}
    return tree


def _parameter(parameter: Any) -> dict[str, Any]:
    words = []
    if parameter._custom_shell_complete is not None and parameter.metavar == "WORD":  # noqa: SLF001
        words = [[item.value, item.help or ""] for item in parameter.shell_complete(None, "")]
    return {
        "help": " ".join((getattr(parameter, "help", "") or "").split()),
        "name": parameter.name,
        "metavar": (parameter.metavar or "").strip("[].").upper(),
        "takes": not getattr(parameter, "is_flag", False),
        "many": parameter.nargs == -1,
        "words": words,
    }
