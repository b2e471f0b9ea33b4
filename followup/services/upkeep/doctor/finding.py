"""One thing that doctor looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from followup.errors import FollowupError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that doctor looked at. What only could be better has exit code 0."""

    name: str
    fine: bool
    found: str
    mend: str = ""
    exit_code: int = 0

    def to_document(self) -> dict[str, Any]:
        """The JSON of `doctor`."""
        return {
            "name": self.name,
            "ok": self.fine,
            "found": self.found,
            "mend": self.mend or None,
            "exit_code": self.exit_code,
        }


def check(name: str, look: Callable[[], str]) -> Check:
    """Fine, with what `look` found, unless it raises an error of ours."""
    try:
        return Check(name, True, look())
    except FollowupError as error:
        return broken(name, error)


def broken(name: str, error: FollowupError) -> Check:
    """An error as a check."""
    return Check(name, False, error.message, error.hint, error.exit_code)
