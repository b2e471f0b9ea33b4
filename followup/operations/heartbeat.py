"""The heartbeat file: its age tells monitoring when the daemon last completed its work."""

import json
import os
from pathlib import Path
from typing import Any


def write_heartbeat(path: Path, document: dict[str, Any]) -> None:
    """Replace the file by `document` atomically: readers see the old or the new content.

    Raises OSError. It is not synced to disk, because after a power failure it would be outdated anyway.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps(document) + "\n")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
