import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from followup.cli.app import app
from followup.cli.nouns import NOUNS
from tests.e2e.conftest import Desk
from tests.e2e.installed import Installed
from tests.shop import ANA, MAX

COMMANDS_PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, (*path, name))
    if not getattr(command, "commands", None):
        yield " ".join(path), command


COMMANDS = dict(walk(typer.main.get_command(app)))


def example(command: Any) -> list[str]:
    """The command lines of a command's example, those that are continued put together."""
    _, heading, lines = command.help.partition("Example:\n")
    assert heading
    return [line.strip() for line in lines.replace("\\\n", " ").splitlines() if line.strip()]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_what_each_of_its_options_means(name: str) -> None:
    command = COMMANDS[name]
    about = command.help.partition("\b")[0].strip()
    assert about.endswith("."), about
    assert [parameter.name for parameter in command.params if not parameter.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_example_is_one_that_it_takes(name: str) -> None:
    for line in example(COMMANDS[name]):
        words = shlex.split(line)
        path = ["followup", *name.split()]
        assert words[: len(path)] == path
        context = COMMANDS[name].make_context(name, words[len(path) :])
        assert context.command is COMMANDS[name]


def test_every_noun_is_listed_with_the_line_that_it_says_of_itself() -> None:
    """The list is made without the commands, so that help comes at once."""
    below = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert list(below) == list(NOUNS)
    said = {name: command.get_short_help_str(200) for name, command in below.items()}
    assert said == {name: noun.help for name, noun in NOUNS.items()}


def test_an_example_with_a_flag_that_is_not_there_would_be_found() -> None:
    with pytest.raises(Exception, match="--sverity"):
        COMMANDS["case open"].make_context("case open", ["--sverity", "minor"])


def test_the_page_of_commands_names_every_command_and_none_that_is_not_there() -> None:
    tables = [line for line in COMMANDS_PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    named = {called(words.split()) for line in tables for words in re.findall(r"`followup ([^`]+)`", line)}
    assert sorted(named) == sorted(COMMANDS)


def called(words: list[str]) -> str:
    """The command that the words after `followup` call: a noun and its verb, or a word that stands alone;
    some nouns have a noun between."""
    above = {tuple(name.split()[:length]) for name in COMMANDS for length in range(1, len(name.split()))}
    length = next(length for length in range(1, len(words) + 1) if tuple(words[:length]) not in above)
    return " ".join(words[:length])


def test_the_shell_protocol_completes_flags(followup: Installed) -> None:
    followup.settings |= {
        "_FOLLOWUP_COMPLETE": "complete_bash",
        "COMP_WORDS": "followup case open --sev",
        "COMP_CWORD": "3",
    }
    assert followup.run().out.split() == ["--severity"]


AS_MAX = ["--as", MAX]
NEW_CASE = ["--customer", "new@example.com", "--name", "New", "--reason", "long-wait", "--severity", "minor"]
AGENT = ["--name", "Bo", "--email", "bo@shop.example", "--role", "agent"]
TALKS: dict[str, list[list[str]]] = {
    "completion": [["bash"], ["zsh"], ["fish"]],
    "agent add": [AGENT],
    "agent list": [[]],
    "agent show": [[]],
    "agent set": [[ANA, "--team", "south"], [ANA, "--email", ANA]],
    "agent handover": [[ANA, "--to", MAX, "--dry-run"], [ANA, "--to", MAX, "--case", "C-0001"]],
    "customer add": [["--name", "Zoë", "--email", "zoe@example.com"]],
    "customer set": [["zoe@example.com", "--segment", "regular", "--consent", "none"]],
    "customer list": [[], ["--phone", "900123", "--locale", "en"], ["--search", "nobody at all"]],
    "customer show": [["priya@example.com"]],
    "case open": [NEW_CASE, [*NEW_CASE, "--accept", "--again", "--because", "She waited once more."]],
    "case list": [[], ["--status", "closed"], ["--needs-person"], ["--mine"], ["--owner", MAX]],
    "case find": [["shah"], ["C-0001", "--agent", ANA], ["nothing of the kind"]],
    "case show": [["C-0001"]],
    "case note": [
        ["C-0001", "She called."],
        ["C-0001", "It is on its way.", "--tell-customer"],
        ["C-0001", "He called.", "--correct", "1"],
    ],
    "case set": [["C-0001", "--feeling", "worried", "--fact", "item=kettle"]],
    "case resolve": [["C-0001"]],
    "case reopen": [["C-0001"]],
    "case import": [["old.jsonl", "--map", "map.toml", "--dry-run"], ["old.jsonl", "--map", "map.toml"]],
    "case close": [["C-0003", "--outcome", "lost"], ["C-0001", "C-0002", "--outcome", "lost", "--dry-run"]],
    "gesture list": [[], ["--unpaid", "--kind", "refund", "--order", "HB-1"], ["--state", "void"]],
    "gesture show": [["G-0001"]],
    "gesture explain": [["G-0001"]],
    "gesture request": [
        ["C-0004", "--kind", "refund", "--amount", "7.00", "--hold"],
        ["C-0001", "--kind", "replacement", "--item", "Kettle, red", "--address", "1 Mill Lane, Leeds"],
        ["--reason", "service-outage", "--from", "2026-11-23", "--dry-run"],
    ],
    "gesture issue": [["G-0008"]],
    "voucher show": [["G-0001"]],
    "voucher redeem": [["G-0001", "--amount", "3.00", "--order", "HB-9"]],
    "voucher rollback": [["G-0001", "--because", "the order was cancelled"]],
    "voucher void": [["G-0001", "--because", "a test"]],
    "voucher import-redemptions": [["till.csv"]],
    "gesture void": [["G-0008", "--because", "a test"]],
    "approval list": [[]],
    "approval show": [["A-0001"]],
    "approval approve": [
        ["A-0001", *AS_MAX],
        ["--all-below", "1.00", "--because", "the strike", *AS_MAX],
    ],
    "gesture pay": [["G-0003"], ["G-0009", "--because", "DHL 00340434161094042557"]],
    "approval reject": [["A-0002", "--because", "no", *AS_MAX]],
    "approval counter": [["A-0003", "--amount", "30.00", "--because", "half", *AS_MAX]],
    "approval withdraw": [["A-0004"]],
    "budget create": [["more", "--limit", "10.00", "--period", "week"]],
    "budget list": [[]],
    "budget show": [["goodwill"]],
    "budget ledger": [["goodwill"], ["goodwill", "--limit", "1"]],
    "budget reconcile": [[]],
    "budget set": [["more", "--name", "most", "--scope", "reason=long-wait"]],
    "budget adjust": [["goodwill", "--limit", "600.00", "--because", "the strike"]],
    "budget forecast": [["goodwill"]],
    "policy explain": [["C-0001"], ["--reason", "late-delivery", "--severity", "moderate"]],
    "policy lint": [[], ["policy.toml"]],
    "policy show": [[], ["--file", "policy.toml"]],
    "policy simulate": [["--policy", "policy.toml"]],
    "policy diff": [["policy.toml"], ["policy.toml", "policy.toml"]],
    "policy create": [["--currency", "EUR"]],
    "template list": [[]],
    "template preview": [["C-0001"], ["C-0001", "--step", "2"], ["C-0003"]],
    "template test": [["--to", "ana@shop.example"]],
    "sequence list": [[]],
    "sequence show": [["recovery"]],
    "sequence enrol": [["C-0005"]],
    "sequence pause": [["C-0005", "--because", "a holiday"]],
    "sequence resume": [["C-0005"]],
    "sequence unenrol": [["C-0005", "--because", "we spoke"]],
    "sequence timeline": [["C-0002"]],
    "suppression add": [["late@example.com", "--because", "she asked"]],
    "suppression list": [[], ["--reason", "complaint"]],
    "suppression remove": [["late@example.com", "--because", "she asked again"]],
    "outbox list": [[], ["--state", "in_doubt"], ["--held"]],
    "outbox show": [["E-0001"]],
    "outbox edit": [["E-0005", "--file", "letter.txt"], ["E-0005", "--drop"]],
    "outbox hold": [["E-0005", "--because", "she is away"]],
    "outbox why": [["E-0001"], ["E-0005"]],
    "outbox release": [["E-0005", "--because", "she is back"]],
    "outbox skip": [["E-0005", "--because", "we spoke"]],
    "outbox cancel": [["E-0006"]],
    "outbox restore": [["E-0006", "--because", "it was the wrong one"]],
    "report spend": [["--by", "month"], ["--by", "reason", "--format", "table"]],
    "report liability": [[]],
    "report budgets": [[], ["--drill"]],
    "report outcomes": [[], ["--by", "severity", "--drill", "--format", "table"]],
    "report agents": [[], ["--drill", "--format", "table"]],
    "report exceptions": [[], ["--drill", "--format", "table"]],
    "report approvals": [[], ["--drill", "--format", "table"]],
    "report pacing": [[], ["--format", "table"]],
    "coach": [["--list"], ["--exercise", "late-flowers", "--reply", "reply.txt"]],
    "report coaching": [[], ["--format", "table"]],
    "report all": [[], ["spend", "exceptions", "--from", "2026-11-01", "--drill"]],
    "report schedule add": [["spend budgets", "--every", "monday", "--to", MAX, *AS_MAX]],
    "report schedule list": [[]],
    "report schedule send": [
        ["monday-spend-budgets", "--dry-run"],
        ["monday-spend-budgets", "--to", ANA, *AS_MAX],
    ],
    "report schedule remove": [["monday-spend-budgets", *AS_MAX]],
    "customer export": [["priya@example.com"]],
    "customer import": [["people.csv", "--dry-run"], ["people.csv"]],
    "customer merge": [
        ["wei@example.com", "vic@example.com", "--dry-run"],
        ["wei@example.com", "vic@example.com", "--because", "one person"],
    ],
    "customer erase": [
        ["lin@example.com", "--dry-run"],
        ["lin@example.com", "--because", "she asked", "--yes", *AS_MAX],
    ],
    "inbound import": [["answer.eml", "--dry-run"], ["answer.eml"]],
    "inbound list": [[], ["--kind", "unknown"], ["--case", "C-0001"]],
    "inbound show": [["M-0001"]],
    "suppression export": [[]],
    "suppression import": [["people.csv", "--dry-run"], ["people.csv", "--reason", "unsubscribe"]],
    "audit log": [[], ["--subject", "C-0001"]],
    "audit verify": [[]],
    "daemon tick": [["--dry-run"], []],
    "daemon status": [[]],
    "daemon resume": [["--because", "The record is mended."]],
    "daemon unit": [[]],
    "db upgrade": [[]],
    "db check": [[]],
    "db backup": [["copy.db"]],
    "db restore": [["copy.db"]],
    "doctor": [[]],
}
"""What each command is asked, in this order, of the workspace that `told` makes."""

FILES = {
    "letter.txt": "Hello Priya,\n\nOur driver let you down on 2 November. I am sorry.\n\nAna Reyes\n",
    "reply.txt": "I will call him.",
    "answer.eml": "From: zoe@shop.example\nSubject: Hello\n\nIs anybody there?\n",
    "till.csv": "code,order,amount,id\n",
    "people.csv": "email,name\nzoe@shop.example,Zoë\n",
    "old.jsonl": '{"id": "T-1", "email": "zed@example.com", "who": "Zed", "what": "long-wait"}\n',
    "map.toml": """
        [external_id]
        column = "id"
        [customer]
        column = "email"
        [name]
        column = "who"
        [reason]
        column = "what"
        [severity]
        default = "minor"
    """,
}

ELSEWHERE = {
    "template lint",
    "init",
    "demo",
    "daemon run",
    "outbox retry",
    "outbox resolve",
    "inbound poll",
    "mail login",
    "mail logout",
    "case undo",
}
"""Commands whose JSON document is read by tests of their own, in this folder."""


@pytest.fixture
def told(quick: Desk) -> Desk:
    """Nine cases: the first two with emails to come, three without a gesture, four whose approvals wait."""
    quick.shop.budget("500.00")
    names = ("priya", "tom", "ada", "lin", "sam", "uma", "vic", "wei", "xia")
    cases = [quick.shop.open_case(f"{name}@example.com") for name in names]
    for case in cases[:2]:
        quick.shop.request(case)
    for case in cases[5:]:
        quick.shop.request(case, "refund", "40.00")
    for name, content in FILES.items():
        (quick.root / name).write_text(content, encoding="utf-8")
    return quick


def test_every_command_has_its_json_read_by_a_test() -> None:
    assert set(TALKS) | ELSEWHERE == set(COMMANDS)


def test_with_json_a_command_prints_one_document_and_says_nothing_else(told: Desk) -> None:
    for name, calls in TALKS.items():
        for arguments in calls:
            assert isinstance(told.followup.json(*name.split(), *arguments), (dict, list)), name


def test_the_flags_of_all_commands_may_stand_before_the_noun(told: Desk) -> None:
    del told.followup.settings["FOLLOWUP_AGENT"]
    told.followup.folder = told.followup.home
    common = ["--json", "--as", MAX, "--workspace", str(told.root)]
    answer = told.followup.run(*common, "case", "note", "C-0001", "She called.")
    assert (answer.document["by"], answer.err) == (MAX, "")
    assert answer.document == {**answer.document, "text": "She called."}
