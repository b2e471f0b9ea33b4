"""The JSON schemas of all documents, made from the types that the application's functions return.

`python -m tests.application.documents` freezes them anew, after a change that is meant.
"""

import functools
import importlib
import json
import pkgutil
from dataclasses import is_dataclass
from pathlib import Path
from types import GenericAlias
from typing import Any

from pydantic import ConfigDict, TypeAdapter

import followup.application
from followup.application.door import OPERATIONS, Operation

FROZEN = Path(__file__).parent / "schemas"


def operations() -> dict[str, Operation]:
    """Every function of the application, by the name of its command."""
    for found in pkgutil.walk_packages(followup.application.__path__, "followup.application."):
        importlib.import_module(found.name)
    return OPERATIONS


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each operation's document, by room and name of the operation."""
    found: dict[str, dict[str, Any]] = {}
    for name, operation in sorted(operations().items()):
        room = operation.function.__module__.split(".")[2]
        schema = TypeAdapter(operation.document).json_schema(mode="serialization")
        found.setdefault(room, {})[name] = schema
    return found


@functools.cache
def _checker(name: str) -> TypeAdapter[list[Any]]:
    """What checks a document of an operation. A list of one lets the config reach what is inside."""
    whole: Any = GenericAlias(list, operations()[name].document)
    return TypeAdapter(whole, config=ConfigDict(extra="forbid", strict=True))


def check(arguments: tuple[str, ...], document: Any) -> None:
    """Hold what a command printed against the type of its document: no key may be missing or too many, and
    no value is converted. `arguments` are those of the command line, of which the first name the command."""
    known = operations()
    for length in (3, 2, 1):
        name = " ".join(arguments[:length])
        if name in known and is_dataclass(known[name].document):
            # A report returns its answer, of which every front end makes the form that it shows.
            return
        if name in known:
            _checker(name).validate_python([document])
            return


def text(schema: dict[str, Any]) -> str:
    """A schema as it is frozen."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Freeze all schemas as they are now."""
    for path in FROZEN.glob("*.json"):
        path.unlink()
    for room, schema in schemas().items():
        (FROZEN / f"{room}.json").write_text(text(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
