"""Writing values as TOML, for tests that change parsed files."""

import json
from datetime import date, datetime, time
from typing import Any


def toml_text(tree: dict[str, Any]) -> str:
    """A TOML document with these values: each key of the top on a line, tables inside it inline."""
    return "".join(f"{_value(key)} = {_value(value)}\n" for key, value in tree.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    assert isinstance(value, dict)
    return f"{{{', '.join(f'{_value(key)} = {_value(inner)}' for key, inner in value.items())}}}"
