"""What is said of one error code."""

from typing import NamedTuple

from followup.errors import FollowupError


class ErrorCode(NamedTuple):
    """A code of the JSON contract: the class that carries it (and with it the exit code), what it means, and
    what to do. The message and hint of each error say more, with names and figures."""

    code: str
    kind: type[FollowupError]
    meaning: str
    remedy: str
