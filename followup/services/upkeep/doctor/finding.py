"""The result of one check of `followup doctor`."""

from collections.abc import Callable
from dataclasses import dataclass

from typing_extensions import TypedDict

from followup.errors import FollowupError


class CheckDocument(TypedDict):
    """The result of one check. `mend` says how to fix it."""

    name: str
    ok: bool
    found: str
    mend: str | None
    exit_code: int


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. A mere suggestion has exit code 0."""

    name: str
    fine: bool
    found: str
    mend: str = ""
    exit_code: int = 0

    def to_document(self) -> CheckDocument:
        """The JSON document of one check."""
        return {
            "name": self.name,
            "ok": self.fine,
            "found": self.found,
            "mend": self.mend or None,
            "exit_code": self.exit_code,
        }


def check(name: str, look: Callable[[], str]) -> Check:
    """Run `look`. The check passes with the text that `look` returns, or fails with the error that it
    raises."""
    try:
        return Check(name, True, look())
    except FollowupError as error:
        return broken(name, error)


def broken(name: str, error: FollowupError) -> Check:
    """A failed check made from an error."""
    return Check(name, False, error.message, error.hint, error.exit_code)
