"""All rows of the scorecard, in order: the ROW of every module here that is named row_NN_…."""

import importlib
from pathlib import Path

from tests.score.row import Row


def all_rows() -> list[Row]:
    """The rows by number."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("row_[0-9]*.py"))
    return [importlib.import_module(f"tests.score.{name}").ROW for name in modules]
