"""A file that says when the daemon last got its work done. Its age is what monitoring looks at."""

import json
import os
from pathlib import Path
from typing import Any


def write_heartbeat(path: Path, document: dict[str, Any]) -> None:
    """Put `document` in the place of the file in one step: who reads it sees the old one or the new one.

    Raises OSError. It is not forced to the disk, since after a power cut it would be out of date anyway."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(document) + "\n")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
