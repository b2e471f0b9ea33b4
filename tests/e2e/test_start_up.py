"""What a command imports before it answers: an agent waits for it, perhaps with a customer on the phone."""

import json
import subprocess
import sys
from typing import Any

import pytest

from followup.cli.nouns import NOUNS
from tests.e2e.conftest import Desk
from tests.e2e.installed import Installed

DATABASE = ("sqlmodel", "sqlalchemy")
NEVER_AT_THE_DESK = (
    "alembic",
    "apscheduler",
    "css_inline",
    "dns",
    "imapclient",
    "jinja2",
    "markdown_it",
    "openpyxl",
    "prometheus_client",
    "psycopg",
    "sentencex",
    "smtplib",
    "sqlalchemy.dialects.postgresql",
    "xlsxwriter",
)
"""What sending, migrating, reports and the other database need."""

HEAVY = (*DATABASE, *NEVER_AT_THE_DESK, "babel", "holidays", "rich")

FROM_FILES = (
    "sequence list",
    "sequence show recovery",
    "policy show",
    "policy diff policy.toml",
    "policy explain --reason late-delivery --severity minor",
    "template list",
)
"""Commands that read files alone."""

AT_THE_DESK = (
    "agent list",
    "customer list",
    "case list",
    "case show C-0001",
    "case open --customer zoe@example.com --name Zoe --reason late-delivery --severity minor --accept",
    "gesture list",
    "outbox list",
)
"""Commands for which a customer may be waiting."""


@pytest.mark.parametrize(
    "asked", [["--help"], ["case", "open", "--help"], ["--version"], ["daemon", "run", "-h"]]
)
def test_help_comes_at_once_because_nothing_heavy_is_imported(asked: list[str], followup: Installed) -> None:
    found = imported_by(asked, followup, {})
    assert found["code"] == 0
    assert found["heavy"] == []


@pytest.mark.parametrize(
    ("asked", "nouns"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["voucher", "--help"], {"voucher"}),
        (["db", "upgrade", "--help"], {"db"}),
        (["csae", "list"], set()),
    ],
)
def test_only_the_noun_that_is_called_is_imported(
    asked: list[str], nouns: set[str], followup: Installed
) -> None:
    modules = {f"followup.cli.{noun.modules[0]}": name for name, noun in NOUNS.items()}
    found = imported_by(asked, followup, {}, tuple(modules))
    assert {modules[module] for module in found["heavy"]} == nouns


def test_completion_completes_and_imports_nothing_heavy(followup: Installed) -> None:
    words = {
        "_FOLLOWUP_COMPLETE": "complete_bash",
        "COMP_WORDS": "followup case open --severity s",
        "COMP_CWORD": "4",
    }
    found = imported_by([], followup, words)
    assert found["said"].split() == ["serious", "severe"]
    assert found["heavy"] == []


@pytest.mark.parametrize("asked", FROM_FILES)
def test_what_is_read_from_files_starts_without_a_database(asked: str, desk: Desk) -> None:
    found = imported_by(asked.split(), desk.followup, {})
    assert found["code"] == 0
    assert found["said"]
    assert set(found["heavy"]) & {*DATABASE, *NEVER_AT_THE_DESK} == set()


@pytest.mark.parametrize("asked", AT_THE_DESK)
def test_at_the_desk_nothing_is_loaded_that_only_sending_and_reports_need(asked: str, desk: Desk) -> None:
    desk.shop.open_case()
    found = imported_by(asked.split(), desk.followup, {})
    assert found["code"] == 0
    assert set(DATABASE) <= set(found["heavy"])
    assert set(found["heavy"]) & set(NEVER_AT_THE_DESK) == set()


def test_a_command_that_writes_an_email_would_be_found_heavy(desk: Desk) -> None:
    assert "jinja2" in imported_by(["template", "preview", "C-0001"], desk.followup, {})["heavy"]


def imported_by(
    arguments: list[str], followup: Installed, more: dict[str, str], modules: tuple[str, ...] = HEAVY
) -> dict[str, Any]:
    """What a command said, how it left, and which of these modules it had imported by then."""
    program = f"""
import atexit, json, sys
from followup.cli.app import main
heavy = lambda: [name for name in {modules!r} if name in sys.modules]
atexit.register(lambda: print(json.dumps(heavy()), file=sys.stderr))
sys.argv = ["followup", *{arguments!r}]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=followup.folder,
        env=followup.environment | more,
        capture_output=True,
        text=True,
        check=False,
    )
    return {"code": done.returncode, "said": done.stdout, "heavy": json.loads(done.stderr.splitlines()[-1])}
