"""What is made from tables in the source is up to date, and what the tables say can be used."""

import tomllib
from pathlib import Path

import pytest

from followup.services.upkeep.new_workspace import starter_files
from followup.settings import SETTINGS, Settings, read_settings
from followup.settings.setting import Secrecy, Setting
from tests.reference.pages import PAGES
from tests.reference.settings_page import settings_page

STARTER = starter_files()["followup.toml"]
IN_FILE = [one for one in SETTINGS.values() if one.secrecy is not Secrecy.SECRET]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_that_is_made_from_the_source_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path](), "run: make docs"


@pytest.mark.parametrize("setting", IN_FILE, ids=lambda one: one.name)
def test_the_example_of_a_setting_can_be_used_and_is_not_its_default(setting: Setting) -> None:
    settings = read_settings(f"{setting.name} = {setting.example}", "example", {})

    assert settings.changed == (setting.name,)


def test_the_settings_of_a_new_workspace_are_the_defaults() -> None:
    assert read_settings(STARTER, "followup.toml", {}).changed == ("reasons",)


@pytest.mark.parametrize("setting", IN_FILE, ids=lambda one: one.name)
def test_a_new_workspace_has_every_setting_that_is_no_secret(setting: Setting) -> None:
    behind_a_hash = f"\n# {setting.name} = "
    assert (setting.name in tomllib.loads(STARTER)) == setting.is_listed
    assert (behind_a_hash in STARTER) != setting.is_listed


def test_what_stands_behind_a_hash_can_be_used() -> None:
    head, _, _ = STARTER.partition("[reasons")
    names = tuple(SETTINGS)
    lines = [line.removeprefix("# ") for line in head.splitlines()]
    text = "\n".join(line for line in lines if line.split(" = ")[0] in names)

    assert set(tomllib.loads(text)) == {one.name for one in IN_FILE} - {"reasons"}
    assert read_settings(text, "followup.toml", {}).sends_real_mail


def test_the_page_has_a_row_for_every_setting() -> None:
    cells = [line.split(" | ")[0] for line in settings_page().splitlines() if line.startswith("| `")]
    assert sorted(cell.split("`")[1] for cell in cells) == sorted(SETTINGS)


def test_what_is_not_set_is_not_changed() -> None:
    assert Settings().changed == ()
