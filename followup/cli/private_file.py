"""Writes files with personal data that only their owner can read."""

import os
from pathlib import Path

from followup.errors import cannot_write, file_exists, folder_missing


def write_private(path: Path, text: str) -> None:
    """Create a file that only its owner can read. Raises Refused if it exists or cannot be written, NotFound
    if its folder does not exist."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise file_exists(path, hint="Choose another name.") from error
    except FileNotFoundError as error:
        raise folder_missing(path.parent) from error
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
