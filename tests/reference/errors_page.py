"""docs/errors.md, as the registry of error codes gives it."""

from followup import errors
from followup.error_codes import SECTIONS, ErrorCode

_HEAD = """\
# Errors

<!-- Made from followup/error_codes/ by `make docs`; a test holds the two equal. -->

What goes wrong is one line on standard error, with what to do next. With `--json` it is a document, of which
`code` is for programs: it stays the same when the words change.

```json
{"error": {"code": "no_file", "message": "There is no file new.toml.", "hint": "Check its name and folder."}}
```

| exit code | means |
|---|---|
"""


def errors_page() -> str:
    """docs/errors.md."""
    kinds = (
        errors.FollowupError,
        errors.WrongUsage,
        errors.NotFound,
        errors.Refused,
        errors.InvalidFile,
        errors.Unreachable,
    )
    exit_codes = [f"| {kind.exit_code} | {_meaning(kind)} |" for kind in kinds]
    parts = [_HEAD + "\n".join(exit_codes) + "\n"]
    for title, codes in SECTIONS.items():
        rows = "\n".join(map(_row, codes))
        parts.append(
            f"## {title}\n\n| code | exit code | meaning | what to do |\n|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def _row(one: ErrorCode) -> str:
    return f"| `{one.code}` | {one.kind.exit_code} | {one.meaning} | {one.remedy} |"


def _meaning(kind: type[errors.FollowupError]) -> str:
    return "A mistake in followup." if kind is errors.FollowupError else str(kind.__doc__)
