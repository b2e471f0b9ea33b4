"""One thing that doctor looked at."""

from collections.abc import Callable
from dataclasses import dataclass

from typing_extensions import TypedDict

from followup.errors import FollowupError


class CheckDocument(TypedDict):
    """One thing that doctor looked at. `mend` says what to do about it."""

    name: str
    ok: bool
    found: str
    mend: str | None
    exit_code: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that doctor looked at. What only could be better has exit code 0."""

    name: str
    fine: bool
    found: str
    mend: str = ""
    exit_code: int = 0

    def to_document(self) -> CheckDocument:
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
