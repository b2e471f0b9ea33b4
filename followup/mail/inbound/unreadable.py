"""The one thing that reading an email may fail with."""

from followup.errors import InvalidFile


class UnreadableEmail(InvalidFile):
    """An email that cannot be taken apart. `message` says why on one line, without anything of the email."""

    def __init__(self, reason: str, *, code: str) -> None:
        super().__init__(reason, hint="Open it in a mail program.", code=code)
