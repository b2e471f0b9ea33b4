"""What can go wrong for a user. Each class owns the exit code; each error says what to do next.

The exit codes are part of the command contract: 2 wrong usage, 3 not found, 4 refused by a rule,
5 an invalid file, 6 a service that cannot be reached. One boundary (`cli/app.py`) prints them.
"""


class FollowupError(Exception):
    """Something a person can act on. `message` says what is wrong and where, `hint` what to do.

    `code` is a stable word for programs, for instance `budget_exhausted`.
    """

    exit_code = 1
    default_code = "bug"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code

    def as_document(self) -> dict[str, dict[str, str]]:
        """The error as the JSON contract prints it on standard error."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


class WrongUsage(FollowupError):
    """The command was called with something it cannot take."""

    exit_code = 2
    default_code = "wrong_usage"


class NotFound(FollowupError):
    """What was named does not exist."""

    exit_code = 3
    default_code = "not_found"


class Refused(FollowupError):
    """A rule says no: a budget, an authority, a state, a suppression."""

    exit_code = 4
    default_code = "refused"


class InvalidFile(FollowupError):
    """A policy, template, settings or input file that cannot be used as it is."""

    exit_code = 5
    default_code = "invalid_file"


class Unreachable(FollowupError):
    """The database or the mail server does not answer."""

    exit_code = 6
    default_code = "unreachable"
