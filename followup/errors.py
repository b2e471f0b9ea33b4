"""What can go wrong for a user. Each class owns the exit code; each error says what to do next.

The exit codes are part of the command contract: 2 wrong usage, 3 not found, 4 refused by a rule,
5 an invalid file, 6 a service that cannot be reached. One boundary (`cli/app.py`) prints them.
"""


class FollowupError(Exception):
    """Something a person can act on. `message` says what is wrong and where, `hint` what to do.

    `code` is a stable word for programs, for instance `budget_exhausted`: one for each failure, raised in one
    place, and explained in `error_codes/`, from which docs/errors.md is made.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", code: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code

    def as_document(self) -> dict[str, dict[str, str]]:
        """The error as the JSON contract prints it on standard error."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


class WrongUsage(FollowupError):
    """The command was called with something it cannot take."""

    exit_code = 2


class NotFound(FollowupError):
    """What was named does not exist."""

    exit_code = 3


class Refused(FollowupError):
    """A rule says no: a budget, an authority, a state, a suppression."""

    exit_code = 4


class InvalidFile(FollowupError):
    """A policy, template, settings or input file that cannot be used as it is."""

    exit_code = 5


class Unreachable(FollowupError):
    """The database or the mail server does not answer."""

    exit_code = 6


# What several parts of the program can meet is made here, so that a code stands in one place.


def file_missing(path: object, *, hint: str) -> NotFound:
    """A file that was named is not there."""
    return NotFound(f"There is no file {path}.", hint=hint, code="no_file")


def folder_missing(path: object) -> NotFound:
    """The folder that a file is to be written to is not there."""
    return NotFound(f"There is no folder {path}.", hint="Make it, or choose another.", code="folder_missing")


def file_exists(path: object, *, hint: str) -> Refused:
    """A file is to be written where there is one."""
    return Refused(f"{path} exists already, and nothing is overwritten.", hint=hint, code="file_exists")


def cannot_write(path: object, error: OSError) -> Refused:
    """A file cannot be written where it is to be."""
    return Refused(
        f"{path} cannot be written: {error.strerror}.", hint="Choose another place.", code="cannot_write"
    )


def disk_full(message: str, *, hint: str) -> Unreachable:
    """There is no room for what is to be written."""
    return Unreachable(message, hint=hint, code="disk_full")


def illegal_state(message: str, *, hint: str) -> Refused:
    """What is wanted cannot be done in the state that something is in."""
    return Refused(message, hint=hint, code="illegal_state")


def missing(message: str, *, hint: str) -> WrongUsage:
    """What has to be given was not given, or is to be taken out."""
    return WrongUsage(message, hint=hint, code="missing")
