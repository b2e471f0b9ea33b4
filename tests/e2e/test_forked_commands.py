"""A forked command is the installed one, whose imports were done before."""

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from tests.e2e.conftest import Desk
from tests.e2e.fork_server import ForkServer
from tests.e2e.installed import Answer, Forked, Installed
from tests.e2e.terminal import Terminal
from tests.e2e.test_commands import COMMANDS
from tests.hanging import LONGEST_SECONDS

ASKED: list[list[str]] = [
    ["agent", "list"],
    ["customer", "list", "--json"],
    ["case", "show", "C-0001"],
    ["gesture", "list", "--state", "void"],
    ["approval", "list"],
    ["voucher", "show", "G-0001"],
    ["budget", "list", "--json"],
    ["policy", "lint"],
    ["template", "preview", "C-0001"],
    ["sequence", "timeline", "C-0001"],
    ["suppression", "list"],
    ["outbox", "list"],
    ["inbound", "show", "M-0001"],
    ["report", "spend", "--format", "table"],
    ["mail", "logout"],
    ["audit", "log"],
    ["daemon", "unit"],
    ["db", "check"],
    ["coach", "--list"],
    ["doctor"],
    ["completion", "bash"],
    ["init", "."],
    ["demo", "db"],
    ["case", "open", "--severty", "minor"],
    ["customer", "list", "--search", "\udcff"],
    ["case"],
    ["--help"],
]
"""For each noun, and each word that stands alone, something that changes nothing."""


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
def test_a_forked_command_leaves_behind_what_the_installed_one_does(desk: Desk, asked: list[str]) -> None:
    desk.shop.budget("500.00")
    desk.shop.request(desk.shop.open_case())
    assert isinstance(desk.followup, Forked)
    forked = desk.followup.run(*asked, code=None)
    real = installed(desk.followup).run(*asked, code=None)
    assert settled(forked) == settled(real)
    assert forked.out + forked.err


def test_on_a_terminal_it_asks_reads_and_is_interrupted_as_the_installed_one_is(desk: Desk) -> None:
    shown = []
    for followup in (desk.followup, installed(desk.followup)):
        terminal = Terminal(replace(desk, followup=followup), "dumb", "case", "open")
        terminal.answer("Customer's email address: ", "nonsense")
        terminal.wait_for("Customer's email address: ")
        terminal.interrupt()
        assert terminal.end() == 130
        shown.append(terminal.seen)
    assert shown[0] == shown[1]
    assert "nonsense" in shown[0]


def settled(answer: Answer) -> Answer:
    """Without what the doctor says of the moment: the free space, and what time it is."""
    return replace(answer, out=re.sub(r"[0-9]+ MiB|(?<=clock)  .*", "…", answer.out))


def installed(forked: Installed) -> Installed:
    return Installed(forked.folder, forked.home, dict(forked.settings))


def test_every_noun_and_word_is_tried() -> None:
    assert {name.split()[0] for name in COMMANDS} <= {asked[0] for asked in ASKED}


def test_settings_reach_a_forked_command_and_without_them_the_answers_would_differ(desk: Desk) -> None:
    other = installed(desk.followup)
    other.settings["FOLLOWUP_CURRENCY"] = "EUR"
    asked = ("policy", "explain", "--reason", "long-wait", "--severity", "minor")
    refused = other.run(*asked, code=None)
    assert desk.followup.run(*asked) != refused
    desk.followup.settings["FOLLOWUP_CURRENCY"] = "EUR"
    assert desk.followup.run(*asked, code=None) == refused


def test_a_command_that_cannot_begin_is_told_and_the_next_one_runs(
    fork_server: ForkServer, followup: Installed, tmp_path: Path
) -> None:
    with TemporaryFile() as stream:
        nowhere = tmp_path / "nowhere"
        assert fork_server.run(["followup", "--version"], nowhere, {}, stream, stream, stream) == 1
        stream.seek(0)
        assert b"nowhere" in stream.read()
    assert followup.run("--version") == installed(followup).run("--version")


def test_the_server_ends_with_the_process_that_started_it() -> None:
    server = ForkServer.started()
    server._asking.close()
    assert server._process.wait(LONGEST_SECONDS) == 0
