"""A place in memory for what tests write and throw away."""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 4 * 1024**3


def folder() -> Path | None:
    """A folder that lies in memory, where a commit waits for no disk: what tests try is that processes die,
    and the machine keeps its power. None where there is too little memory, or where no program may be run
    in it."""
    if not os.access(_MEMORY, os.W_OK) or os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES else None
