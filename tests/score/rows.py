"""All rows of the scorecard, in order: every module beside this one that is called row_NN_… has a ROW."""

import importlib
from pathlib import Path

from tests.score.row import Row


def all_rows() -> list[Row]:
    """The rows by number."""
    modules = sorted(path.stem for path in Path(__file__).parent.glob("row_[0-9]*.py"))
    return [importlib.import_module(f"tests.score.{name}").ROW for name in modules]
