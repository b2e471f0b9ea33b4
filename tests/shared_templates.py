"""Templates that shops share: each shop has 205 files of them, and few tests change one.

The folder of a shop is a link to that of the first, until the test asks for a folder of its own to change
(`Shop.own_templates`). A test that changes the shared one fails.
"""

import os
import shutil
from pathlib import Path

Versions = dict[str, tuple[int, int]]


def share(folder: Path, shared: Path) -> None:
    """Make `folder` a link to the shared templates."""
    folder.symlink_to(shared, target_is_directory=True)


def own(folder: Path) -> None:
    """Make a folder that is shared one of its own, with the same files."""
    if folder.is_symlink():
        shared = folder.resolve()
        folder.unlink()
        shutil.copytree(shared, folder)


def versions(folder: Path) -> Versions:
    """Every file below a folder with what changes when it is written to, and every folder."""
    found: Versions = {}
    left = [str(folder)]
    while left:
        with os.scandir(left.pop()) as entries:
            for entry in entries:
                status = entry.stat()
                found[entry.path] = (status.st_mtime_ns, status.st_size)
                if entry.is_dir():
                    left.append(entry.path)
    return found
