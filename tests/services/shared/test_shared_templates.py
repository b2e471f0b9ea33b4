"""Shops of tests share templates until one changes them: what one changes, no other reads."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import shared_templates
from tests.shop import Shop


def test_a_shop_with_templates_of_its_own_changes_them_alone(new_shop: Callable[[], Shop]) -> None:
    one, other = new_shop(), new_shop()
    there = Path("en", "apology.md")
    before = (other.workspace.templates_dir / there).read_text(encoding="utf-8")
    (one.own_templates() / there).write_text("mine", encoding="utf-8")
    (one.own_templates() / "new.md").write_text("mine", encoding="utf-8")
    assert (one.workspace.templates_dir / there).read_text(encoding="utf-8") == "mine"
    assert (other.workspace.templates_dir / there).read_text(encoding="utf-8") == before
    assert not (other.workspace.templates_dir / "new.md").exists()
    assert not one.workspace.templates_dir.is_symlink()


def written(folder: Path) -> None:
    (folder / "en" / "apology.md").write_text("changed", encoding="utf-8")


def added(folder: Path) -> None:
    (folder / "de" / "new.md").write_text("", encoding="utf-8")


def removed(folder: Path) -> None:
    (folder / "layout.css").unlink()


@pytest.mark.parametrize("change", [written, added, removed])
def test_a_change_of_the_shared_ones_would_be_seen(shop: Shop, change: Callable[[Path], None]) -> None:
    folder = shop.own_templates()
    before = shared_templates.versions(folder)
    os.utime(folder / "en" / "closing.md", ns=(1, 1))
    assert shared_templates.versions(folder) != before
    before = shared_templates.versions(folder)
    assert shared_templates.versions(folder) == before
    change(folder)
    assert shared_templates.versions(folder) != before
