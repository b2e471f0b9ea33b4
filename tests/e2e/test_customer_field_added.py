"""A field that is added to the declaration of a customer is asked for, stored, shown, imported, merged, given
out and erased, without a word anywhere else but its column and the migration."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from followup.store.schema import NEWEST
from tests.e2e.fork_server import ForkServer
from tests.e2e.installed import Forked, Installed

CHECKOUT = Path(__file__).resolve().parents[2]
MANAGER = "max@shop.example"
FIELD = """CUSTOMER_FIELDS = (
    CustomerField(
        name="nickname",
        column="nickname",
        label="nick name",
        form=FieldForm.LINE,
        help="What friends call them.",
        listed=True,
        when_erased=WhenErased.REMOVED,
        when_merged=WhenMerged.FILLED_IN,
    ),
"""
MIGRATION = f'''
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{NEWEST}"


def upgrade() -> None:
    op.add_column("customer", sa.Column("nickname", sa.String(), nullable=True))
'''


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Installed]:
    """The program with a field `nickname`, in a workspace of its own with a manager."""
    program, folder, home = (tmp_path / name for name in ("program", "work", "home"))
    for name in ("followup", "templates", "db"):
        shutil.copytree(CHECKOUT / name, program / name)
    change(program / "followup/domain/people/customer_fields.py", "CUSTOMER_FIELDS = (\n", FIELD)
    change(
        program / "followup/store/tables/people.py",
        "    phone: str | None = None\n",
        "    phone: str | None = None\n    nickname: str | None = None\n",
    )
    change(program / "followup/store/schema.py", f'NEWEST = "{NEWEST}"', 'NEWEST = "9999"')
    (program / "db/versions/9999_nickname.py").write_text(MIGRATION, encoding="utf-8")
    folder.mkdir()
    home.mkdir()
    server = ForkServer.started(program)
    found = Forked(folder, home, server=server)
    found.run("init")
    found.run("agent", "add", "--name", "Max", "--email", MANAGER, "--role", "manager")
    yield replace(found, settings={"FOLLOWUP_AGENT": MANAGER})
    server.stop()


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_field_declared_once_is_followed_by_every_command(changed: Installed) -> None:
    def run(*arguments: str) -> Any:
        # Not `changed.json`: this program's type of the document does not know the field.
        return changed.run(*arguments, "--json").document

    assert "What friends call them." in changed.run("customer", "add", "--help").out
    added = run("customer", "add", "--name", "Robert", "--email", "bob@example.com", "--nickname", "Bobbin")
    assert added["nick_name"] == "Bobbin"
    assert run("customer", "set", "bob@example.com", "--nickname", "Bobkin")["nick_name"] == "Bobkin"
    assert "Bobkin" in changed.run("customer", "list").out
    assert changed.refused("customer", "set", "bob@example.com", "--nickname", "B" * 201, code=2)[
        "message"
    ] == ("nick name is 201 characters long; 200 is the most.")

    (changed.folder / "them.csv").write_text("name,email,nickname\nMargaret,peg@example.com,Peggykin\n")
    assert "nickname" in changed.run("customer", "import", "--help").out
    assert run("customer", "import", "them.csv")["unused_columns"] == []
    assert run("customer", "show", "peg@example.com")["nick_name"] == "Peggykin"

    run("customer", "add", "--name", "Bob", "--email", "robert@example.com")
    run("customer", "merge", "bob@example.com", "robert@example.com", "--because", "the same")
    assert run("customer", "show", "robert@example.com")["nick_name"] == "Bobkin"

    exported = run("customer", "export", "robert@example.com")["customers"]
    assert [record["nick_name"] for record in exported] == ["Bobkin", "Bobkin"]
    run("customer", "erase", "robert@example.com", "--because", "asked", "--yes")
    stored = (changed.folder / "db/followup.db").read_bytes()
    assert b"Bobkin" not in stored
    assert b"Peggykin" in stored
