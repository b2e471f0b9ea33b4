"""A language that is added as a folder is found and used: by the emails, their answers, the lint, the phrases
of a new workspace, the exercises, and the tests for completeness. Nothing else is changed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.fork_server import ForkServer
from tests.e2e.installed import ALWAYS_OPEN, Forked, Installed

CHECKOUT = Path(__file__).resolve().parents[2]
ANA = "ana@shop.example"
INSINCERE = "Wir entschuldigen uns für etwaige Unannehmlichkeiten."
ANSWERS = {"Jetzt ist alles gut": "Ora va tutto bene", "Es ist noch nicht": "Non va ancora"}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program with a folder more: German, called Italian."""
    program = tmp_path / "program"
    for name in ("followup", "templates", "db"):
        shutil.copytree(CHECKOUT / name, program / name)
    new = program / "templates" / "it"
    # What Austria and Switzerland write otherwise says nothing of another language.
    shutil.copytree(CHECKOUT / "templates" / "de", new, ignore=shutil.ignore_patterns("de-*.toml"))
    for path in (new / "coaching").glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('locale = "de-DE"', 'locale = "it-IT"')
        path.with_name(f"it-{path.name}").write_text(text, encoding="utf-8")
        path.unlink()
    change(new / "reasons.toml", {"[reasons.de]": "[reasons.it]", "später angekommen": "troppo tardi"})
    change(new / "words.toml", {'name = "German"': 'name = "Italian"', **ANSWERS})
    return program


@pytest.fixture
def shop(program: Path, tmp_path: Path) -> Iterator[Installed]:
    """A workspace that this program made, with an agent and a customer in Italy."""
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    server = ForkServer.started(program)
    found = Forked(folder, home, dict(ALWAYS_OPEN), server=server)
    found.run("init")
    found.run("agent", "add", "--name", "Ana Reyes", "--email", ANA, "--role", "manager")
    found = replace(found, settings={**ALWAYS_OPEN, "FOLLOWUP_AGENT": ANA})
    found.run("customer", "add", "--name", "Jo Rossi", "--email", "jo@example.com", "--locale", "it-IT")
    yield found
    server.stop()


def change(path: Path, words: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in words.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_a_language_is_one_folder(shop: Installed) -> None:
    for row in shop.json("template", "list"):
        assert row["locales"] == ["en-GB", "de", "es", "fr", "it", "pt"]
    shop.json(
        *("case", "open", "--customer", "jo@example.com", "--reason", "late-delivery"),
        *("--severity", "moderate", "--order-value", "80.00", "--order", "1182", "--accept"),
        *("--fact", "days_late=2"),
    )
    first = shop.json("template", "preview", "C-0001", "--step", "1")
    assert (first["locale"], first["fallback"]) == ("it", False)
    # The phrase for the reason is the new language's, and so are the words of the answers.
    assert "troppo tardi" in first["text"]
    assert "troppo tardi" in (shop.folder / "followup.toml").read_text(encoding="utf-8")
    shop.run("template", "preview", "C-0001", "--step", "3", "--html", "closing.html")
    assert "Ora%20va%20tutto%20bene" in (shop.folder / "closing.html").read_text(encoding="utf-8")

    exercises = shop.json("coach", "--list", "--language", "it")
    assert {exercise["exercise"].partition("-")[0] for exercise in exercises} == {"it"}
    assert exercises

    # What the lint looks for in it is found, in a text that the team wrote.
    text = f"---\nsubject: Ciao\nclass: service\n---\n{INSINCERE}\n"
    (shop.folder / "templates" / "it" / "own.md").write_text(text, encoding="utf-8")
    found = shop.json("template", "preview", "C-0001", "--template", "own")["findings"]
    assert "E1" in {finding["rule"] for finding in found}


def test_the_tests_for_completeness_find_it_by_themselves(program: Path) -> None:
    tests = program / "test_languages.py"
    shutil.copy(CHECKOUT / "tests/unit/mail/test_languages.py", tests)
    done = completeness(tests)
    assert done.returncode == 0, done.stdout
    checked = set(re.findall(r"(test_\w+)\[it\] PASSED", done.stdout))
    assert checked == set(re.findall(r"(test_\w+)\[de\] PASSED", done.stdout))
    assert len(checked) >= 9

    (program / "templates/it/partials/sign-off.md").unlink()
    (program / "templates/it/lint.toml").unlink()
    failed = set(re.findall(r"(test_\w+)\[it\] FAILED", completeness(tests).stdout))
    assert failed == {
        "test_it_has_every_email_and_every_partial",
        "test_every_pattern_of_its_lint_can_be_looked_for",
        "test_nothing_else_lies_in_its_folder",
        "test_no_rule_of_the_lint_is_missing",
        "test_every_gesture_can_be_told_to_come_and_by_when",
    }


def completeness(tests: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-c", os.devnull, str(tests)],
        cwd=tests.parent,
        env={**os.environ, "PYTHONPATH": str(tests.parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
