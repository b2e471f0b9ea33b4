"""The only error of parsing an email."""

from followup.errors import InvalidFile


class UnreadableEmail(InvalidFile):
    """An email cannot be parsed. `message` says why on one line, without any content of the email."""

    def __init__(self, reason: str, *, code: str) -> None:
        super().__init__(reason, hint="Open it in a mail program.", code=code)
