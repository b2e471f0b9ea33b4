"""A file that a command leaves for one person alone: what is held about somebody, a list of addresses."""

import os
from pathlib import Path

from followup.errors import NotFound, Refused


def write_private(path: Path, text: str) -> None:
    """Write a file that must not exist yet, and that only its owner may read. Raises Refused, NotFound."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(
            f"{path} exists already, and nothing is overwritten.",
            hint="Choose another name.",
            code="file_exists",
        ) from error
    except FileNotFoundError as error:
        raise NotFound(
            f"There is no folder {path.parent}.", hint="Make it, or choose another.", code="folder_missing"
        ) from error
    except OSError as error:
        raise Refused(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place.", code="cannot_write"
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
