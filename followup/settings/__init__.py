"""The settings of a workspace: `table.py` declares each with its default and meaning, `setting.py` says what
an entry holds, `kinds.py` parses values, `reading.py` reads the file and the environment.
"""

from followup.settings.kinds import LOCAL_MAILBOXES, TOKEN, TOKEN_LETTERS, OnDoubt
from followup.settings.reading import read_settings, read_text
from followup.settings.table import SETTINGS, Settings

__all__ = [
    "FILE_NAME",
    "LOCAL_MAILBOXES",
    "SETTINGS",
    "TOKEN",
    "TOKEN_LETTERS",
    "OnDoubt",
    "Settings",
    "read_settings",
    "read_text",
]

FILE_NAME = "followup.toml"
