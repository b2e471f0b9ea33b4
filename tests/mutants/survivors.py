"""The list of mutants that are known to survive, each under the reason why no test kills it."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.mutants.mutated import Mutant

FILE = Path(__file__).with_name("survivors.toml")

Change = tuple[str, str, str]
"""The function, the lines that were changed, and what became of them: outlasts other changes of a file."""


def change_of(mutant: Mutant) -> Change:
    """How a mutant stands in the list."""
    return mutant.where, mutant.was, mutant.became


def listed(file: Path = FILE) -> dict[Change, str]:
    """The list: each change with its reason."""
    text = file.read_text(encoding="utf-8")
    found: dict[Change, str] = {}
    for reason in tomllib.loads(text).get("reason", []):
        assert reason["why"].strip(), "a reason says why"
        for function, was, became in reason["survivors"]:
            found[(function, was, became)] = reason["why"]
    return found


def as_entries(changes: Iterable[Change]) -> str:
    """Changes as they are written in the list, below a reason."""
    quoted = ("[" + ", ".join(_quoted(part) for part in change) + "]," for change in sorted(changes))
    return "\n".join(f"  {line}" for line in quoted)


def _quoted(text: str) -> str:
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
