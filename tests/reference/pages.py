"""Which files are made from tables in the source, and by what."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.reference.errors_page import errors_page
from tests.reference.letters_page import letters_page
from tests.reference.settings_page import settings_page, workspace_file

_ROOT = Path(__file__).parents[2]
_WORKSPACE_FILE = _ROOT / "templates" / "workspace" / "followup.toml"

PAGES: Mapping[Path, Callable[[], str]] = {
    _ROOT / "docs" / "settings.md": settings_page,
    _ROOT / "docs" / "errors.md": errors_page,
    _ROOT / "docs" / "letters.md": letters_page,
    _WORKSPACE_FILE: workspace_file,
}
