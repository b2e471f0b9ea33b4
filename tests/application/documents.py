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
from typing import Any, get_args, get_type_hints

from pydantic import ConfigDict, TypeAdapter

import followup.application
from followup.application.door import OPERATIONS, Operation
from followup.application.importing.suppression_export import SuppressionFileDocument
from followup.application.privacy.export_personal_data import PersonalDataFileDocument
from followup.reports.report_documents import REPORT_DOCUMENTS

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
        if name in _OF_A_FILE:
            written = TypeAdapter(_OF_A_FILE[name]).json_schema(mode="serialization")
            found[room][f"{name} --output"] = written
        if (report := name.removeprefix("report ")) in REPORT_DOCUMENTS:
            printed = TypeAdapter(REPORT_DOCUMENTS[report]).json_schema(mode="serialization")
            found[room][f"{name} --json"] = printed
    return found


_EXACTLY = ConfigDict(extra="forbid", strict=True)


@functools.cache
def _checker(name: str, in_file: bool = False) -> TypeAdapter[list[Any]]:
    """What checks a document of an operation, or what is told of it when it was written to a file. A list of
    one lets the config reach what is inside."""
    if _is_report(operations()[name].document):
        shown: Any = REPORT_DOCUMENTS[name.removeprefix("report ")]
    else:
        shown = _OF_A_FILE[name] if in_file else operations()[name].document
    if name in _SHOWN_IN_PART and not in_file:
        shown = get_type_hints(shown)[_SHOWN_IN_PART[name]]
    whole: Any = GenericAlias(list, shown)
    return TypeAdapter(whole, config=_EXACTLY)


def check(arguments: tuple[str, ...], document: Any) -> None:
    """Hold what a command printed against the type of its document: no key may be missing or too many, and
    no value is converted. `arguments` are those of the command line, of which the first name the command."""
    known = operations()
    for length in (3, 2, 1):
        name = " ".join(arguments[:length]).replace("coach --list", "coach list")
        if f"{name} --several" in known and "asked" in document:
            name += " --several"
        if name in known:
            _checker(name, "--output" in arguments).validate_python([document])
            return


_SHOWN_IN_PART = {"coach": "round", "suppression export": "suppressions"}
"""The key of what a command prints as JSON, of a document that also holds what only people are shown."""


_OF_A_FILE: dict[str, Any] = {
    "customer export": PersonalDataFileDocument,
    "suppression export": SuppressionFileDocument,
}
"""What is told of a document that was written to a file."""


def _is_report(document: Any) -> bool:
    """Whether a function returns the answer of a report, of which every front end makes its own form."""
    return is_dataclass(document) or any(map(is_dataclass, get_args(document)))


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
