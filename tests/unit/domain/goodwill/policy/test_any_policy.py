"""Whatever stands in a policy file, reading it gives a policy that works, or an error with the place."""

import copy
import re
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.domain.goodwill.policy.diff import compare
from followup.domain.goodwill.policy.lint import Level, lint_text
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import NO_RECORDS, Subject, recommend
from followup.domain.goodwill.policy.wording import entries_of
from followup.domain.people.agent import Role
from followup.errors import InvalidFile
from tests.toml_text import toml_text

ROOT = Path(__file__).parents[5]
SHIPPED = [
    ROOT / "templates" / "workspace" / "policy.toml",
    *sorted((ROOT / "tests" / "policies").glob("*.toml")),
]
TREES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in SHIPPED}
STARTER = load_policy(SHIPPED[0].read_text(encoding="utf-8"), "policy.toml")

JUNK: list[Any] = [
    *(0, 1, -1, 500, 10**15, 10**30, True, False, 0.5, 1e300, float("inf"), float("nan")),
    *("", " ", "x", "12", "-3", "0.5", "1/3", "1/0", "nan", "unlimited", "not()", "[1..2)", "1..", "9" * 400),
    *("order_value", "severity", "reason", "2026-11-01", "\u0000é", "choice", "elapsed", "ratio"),
    *(date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=None), time(1, 2)),  # noqa: DTZ001 - local, as TOML has it
    *([], [1], ["x"], [[1]], [{}], {}, {"x": 1}, {"percent": 50, "of": "order_value"}),
]
KEYS = ["x", "", "amount", "kind", "min", "unit", "from", "to", "percent", "of", "choices", "type", "when"]

Path_ = tuple[str | int, ...]


def places(tree: object, path: Path_ = ()) -> list[Path_]:
    """Every place of a tree but its root."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        inside = list(tree.items())
    elif isinstance(tree, list):
        inside = list(enumerate(tree))
    found = [path] if path else []
    for key, value in inside:
        found += places(value, (*path, key))
    return found


@st.composite
def broken(draw: st.DrawFn, tree: dict[str, Any]) -> dict[str, Any]:
    """A shipped policy with one to three nodes deleted, replaced, or given something that does not belong."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        where = places(tree)
        if not where:
            break
        *way, last = draw(st.sampled_from(where))
        holder: Any = tree
        for key in way:
            holder = holder[key]
        junk = copy.deepcopy(draw(st.sampled_from(JUNK)))
        match draw(st.sampled_from(["delete", "replace", "add", "copy"])):
            case "delete":
                del holder[last]
            case "replace":
                holder[last] = junk
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = junk
            case "add":
                holder.append(junk)
            case "copy":
                value: Any = tree
                for key in draw(st.sampled_from(where)):
                    value = value[key]
                holder[last] = copy.deepcopy(value)
    return tree


def read(text: str) -> tuple[Policy | None, str]:
    """The policy, or else what is said of its first mistake."""
    try:
        return load_policy(text, "policy.toml"), ""
    except InvalidFile as error:
        return None, error.message if error.hint else ""


def use(policy: Policy) -> None:
    """What every command does with a policy that can be read."""
    assert len(entries_of(policy)) >= len(policy.rules)
    compare(STARTER, policy)
    for reason in (*policy.reasons, "something-else"):
        facts = {spec.name: spec.question for spec in policy.facts_for(reason)}
        assert all(facts.values())
        told = {"reason": reason, "severity": "severe", "responsibility": "ours"}
        found = recommend(policy, Subject(told, Role.AGENT, date(2026, 11, 23)), NO_RECORDS)
        assert found.to_document()["currency"] == policy.currency


@pytest.mark.parametrize("name", TREES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_works_or_says_where_it_is_wrong(name: str, data: st.DataObject) -> None:
    text = toml_text(data.draw(broken(TREES[name])))
    findings = lint_text(text, "policy.toml")
    policy, complaint = read(text)
    if policy is not None:
        use(policy)
    else:
        first = complaint.splitlines()[0]
        assert re.fullmatch(r"policy\.toml, line \d+(, column \d+)?: .+[.?]", first)
        assert Level.ERROR in {finding.level for finding in findings}
    for finding in findings:
        assert finding.line >= 1
        assert finding.message.endswith((".", "?"))
        assert finding.mend


def test_the_policies_themselves_survive_being_written_again() -> None:
    """Without this, every change above might be refused for the way in which it is written."""
    for tree in TREES.values():
        written_again = load_policy(toml_text(tree), "policy.toml")
        assert [rule.id for rule in written_again.rules] == [rule["id"] for rule in tree["rule"]]
        use(written_again)


def test_a_choice_without_choices_says_what_to_write() -> None:
    tree = copy.deepcopy(TREES["rail-delay-repay"])
    del tree["facts"]["ticket"]["choices"]
    with pytest.raises(InvalidFile, match="fact ticket: choices must be a list of words") as caught:
        load_policy(toml_text(tree), "policy.toml")
    assert caught.value.hint == 'Write choices = ["single", "return"].'
