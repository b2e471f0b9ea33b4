"""What a workspace is set to: `table.py` has every setting with its default and meaning, `kinds.py` how the
values are read, `reading.py` where they come from."""

from followup.settings.kinds import TOKEN, TOKEN_LETTERS, OnDoubt
from followup.settings.reading import read_settings, read_text
from followup.settings.table import SETTINGS, Settings

__all__ = [
    "FILE_NAME",
    "SETTINGS",
    "TOKEN",
    "TOKEN_LETTERS",
    "OnDoubt",
    "Settings",
    "read_settings",
    "read_text",
]

FILE_NAME = "followup.toml"
