import stat
from pathlib import Path

import pytest

from followup.errors import InvalidFile, Refused, WrongUsage
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import new_workspace
from followup.store.engine import open_engine, reading
from followup.store.schema import current_revision
from followup.workspace import Workspace, find_workspace, load_workspace


def make(root: Path, **chosen: str) -> Workspace:
    return new_workspace.create_workspace(root, chosen, environment={})[0]


def tree(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


# ---- Making one


def test_a_workspace_is_whole_at_once(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "shop"
    workspace, made = new_workspace.create_workspace(root, {}, environment={})
    assert {path.name for path in made} == {"followup.toml", "policy.toml", "sequences.toml", "templates"}
    assert {"templates/en/apology.md", "templates/en/partials/sign-off.md", "db/followup.db"} <= tree(root)
    assert "templates/workspace" not in tree(root)
    # The words of a language that are the program's own are not for a team to change.
    assert not [
        path for path in tree(root) if path.endswith(("words.toml", "lint.toml", "reasons.toml", "gate.toml"))
    ]
    assert (root / ".gitignore").read_text(encoding="utf-8") == "db/\ninbound/\noutbox/\n"
    engine = open_engine(workspace.database_url)
    with reading(engine) as session:
        assert current_revision(session) is not None
    engine.dispose()
    # What a team keeps under version control names nobody and holds no secret.
    assert load_workspace(root, {}) == workspace


def test_what_was_chosen_stands_in_the_files_whatever_its_letters(tmp_path: Path) -> None:
    chosen = {
        "business": 'Zoë\'s "Books" \\ Café 😀',
        "currency": "EUR",
        "timezone": "Europe/Vienna",
        "country": "AT",
        "sender": "Zoë <zoe@shop.example>",
    }
    workspace = make(tmp_path / "shop", **chosen)
    settings = workspace.settings
    assert {name: getattr(settings, name) for name in chosen} == chosen
    assert (Configuration(workspace).main_policy.currency, Configuration(workspace).main_policy.timezone) == (
        "EUR",
        "Europe/Vienna",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("currency", "gold"),
        ("timezone", "Europe/Nowhere"),
        ("country", "Britain"),
        ("sender", "nobody"),
        ("business", " "),
        ("business", 'x"\nsmtp_url = "smtp://evil.example'),
        ("business", "half \ud83d"),
    ],
)
def test_a_choice_that_cannot_be_used_makes_nothing(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        make(tmp_path / "shop", **{name: value})
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_variable_that_cannot_be_used_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="FOLLOWUP_TIMEZONE"):
        new_workspace.create_workspace(
            tmp_path / "shop", {}, environment={"FOLLOWUP_TIMEZONE": "Europe/Nowhere"}
        )
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    make(tmp_path / "shop")
    with pytest.raises(Refused) as caught:
        make(tmp_path / "shop")
    assert caught.value.code == "workspace_exists"
    other = tmp_path / "other"
    other.mkdir()
    (other / "policy.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        make(other)
    assert caught.value.code == "file_exists"
    assert tree(other) == {"policy.toml"}
    assert (other / "policy.toml").read_text(encoding="utf-8") == "mine"


def test_a_gitignore_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.bak\n", encoding="utf-8")
    make(tmp_path)
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "*.bak\n"


def test_the_key_is_for_its_owner_alone_and_another_in_each_workspace(tmp_path: Path) -> None:
    first, second = make(tmp_path / "one"), make(tmp_path / "two")
    assert stat.S_IMODE(first.key_file.stat().st_mode) == 0o600
    assert first.secret_key() != second.secret_key()
    assert len(first.secret_key()) >= 48


def test_what_fails_half_way_is_taken_away_but_not_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "mine.txt").write_text("mine", encoding="utf-8")
    # A folder stands where the database file belongs.
    (tmp_path / "db" / "followup.db").mkdir()
    before = tree(tmp_path)
    with pytest.raises(Exception, match="database"):
        make(tmp_path)
    assert tree(tmp_path) - {"db/secret.key"} == before


def test_a_workspace_is_found_upwards(tmp_path: Path) -> None:
    make(tmp_path / "shop")
    below = tmp_path / "shop" / "templates" / "en" / "partials"
    assert find_workspace(below) == tmp_path / "shop"
