import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session

from followup.domain.email_state import EmailState
from followup.errors import InvalidFile, Refused, WrongUsage
from followup.services import workspaces
from followup.services.rules import Rules
from followup.services.workspaces import Check
from followup.store.engine import open_engine, reading
from followup.store.schema import current_revision
from followup.store.tables import Email
from followup.workspace import Workspace, find_workspace, load_workspace
from tests.shop import Shop


def make(root: Path, **chosen: str) -> Workspace:
    return workspaces.create_workspace(root, chosen, environment={})[0]


def checks(workspace: Workspace) -> dict[str, Check]:
    return {check.name: check for check in workspaces.examine(workspace)}


def tree(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


# ---- Making one


def test_a_workspace_is_whole_at_once(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "shop"
    workspace, made = workspaces.create_workspace(root, {}, environment={})
    assert {path.name for path in made} == {"followup.toml", "policy.toml", "sequences.toml", "templates"}
    assert {"templates/apology.md", "templates/partials/sign-off.md", "db/followup.db"} <= tree(root)
    assert "templates/workspace" not in tree(root)
    assert (root / ".gitignore").read_text(encoding="utf-8") == "db/\noutbox/\n"
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
    assert (Rules(workspace).policy.currency, Rules(workspace).policy.timezone) == ("EUR", "Europe/Vienna")


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
        workspaces.create_workspace(
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
    below = tmp_path / "shop" / "templates" / "partials"
    assert find_workspace(below) == tmp_path / "shop"


# ---- Doctor


def test_a_new_workspace_lacks_only_what_its_people_must_add(tmp_path: Path) -> None:
    found = checks(make(tmp_path / "shop"))
    assert {name for name, check in found.items() if not check.fine} == {"agents", "budgets", "daemon"}
    assert {check.exit_code for check in found.values()} == {0}
    assert all(check.mend for check in found.values() if not check.fine)


@pytest.mark.parametrize("name", ["policy.toml", "sequences.toml"])
def test_a_broken_or_missing_file_is_named_with_its_exit_code(shop: Shop, name: str) -> None:
    path = shop.workspace.root / name
    path.write_text("x = = 1\n", encoding="utf-8")
    check = checks(shop.workspace)[name.partition(".")[0]]
    assert (check.fine, check.exit_code) == (False, 5)
    assert "line 1" in check.found
    path.unlink()
    check = checks(shop.workspace)[name.partition(".")[0]]
    assert (check.fine, check.exit_code) == (False, 3)
    path.write_bytes(b"\xff\xfe")
    assert checks(shop.workspace)[name.partition(".")[0]].exit_code == 5


def test_two_currencies_are_one_too_many(shop: Shop) -> None:
    assert checks(shop.workspace)["policy"].fine
    shop.settings(currency="EUR")
    check = checks(shop.workspace)["policy"]
    assert (check.fine, check.exit_code) == (False, 5)
    assert check.found.endswith("counts in GBP, the settings in EUR.")


def test_emails_in_doubt_are_an_error_and_failed_ones_are_shown(shop: Shop) -> None:
    shop.request(shop.open_case())

    def set_state(state: EmailState) -> Check:
        def change(session: Session) -> None:
            session.get_one(Email, 1).state = state

        shop.write(change)
        return checks(shop.workspace)["emails"]

    assert set_state(EmailState.FAILED) == Check(
        "emails",
        False,
        "0 in doubt, 1 failed",
        "Look at them: followup outbox list --state in_doubt, or failed",
    )
    assert set_state(EmailState.IN_DOUBT).exit_code == 4


def test_a_mail_server_that_does_not_answer_is_an_error_without_its_password(shop: Shop) -> None:
    shop.settings(smtp_url="smtp://user:hunter2@127.0.0.1:1")
    check = checks(shop.workspace)["mail"]
    assert (check.fine, check.exit_code) == (False, 6)
    assert "smtp://127.0.0.1:1 does not answer" in check.found
    assert "hunter2" not in f"{check}"


def test_an_empty_database_is_an_error(shop: Shop, new_database: Callable[[], str]) -> None:
    shop.settings(database_url=new_database())
    check = checks(shop.workspace)["database"]
    assert (check.exit_code, check.mend) == (4, "Run: followup db upgrade")


def test_a_template_that_is_needed_and_cannot_be_written_is_found_before_its_day(shop: Shop) -> None:
    assert checks(shop.workspace)["templates"].fine
    path = shop.workspace.templates_dir / "closing.md"
    whole = path.read_text(encoding="utf-8")
    for broken in (whole + "\n{% iff %}", whole.replace("case.ref", "case.reference"), None):
        if broken is None:
            path.unlink()
        else:
            path.write_text(broken, encoding="utf-8")
        check = checks(shop.workspace)["templates"]
        assert (check.fine, check.exit_code) == (False, 5 if broken else 3)
        assert "closing" in check.found


def test_a_country_whose_holidays_nobody_knows_is_said(shop: Shop) -> None:
    assert checks(shop.workspace)["holidays"].found == "GB"
    shop.settings(country="ZZ")
    check = checks(shop.workspace)["holidays"]
    assert (check.fine, check.found) == (False, "none are known for ZZ")
