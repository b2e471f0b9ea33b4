"""What changes between two policies is named, rule by rule, and nothing else is."""

from itertools import permutations
from pathlib import Path

import pytest

from followup.domain.goodwill.policy.diff import Change, ChangeKind, Move, compare
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.wording import PolicyPart

HEAD = 'version = "1"\ncurrency = "GBP"\n'
POLICIES = Path(__file__).parents[4] / "policies"


def policy(text: str) -> Policy:
    return load_policy(text, "policy.toml")


def rules(*ids: str) -> str:
    return HEAD + "".join(f'[[rule]]\nid = "{one}"\noffer = {{ kind = "apology" }}\n' for one in ids)


def changes(before: str, after: str) -> tuple[Change, ...]:
    return compare(policy(before), policy(after))


def told(found: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(str(change.part), change.name, str(change.kind)) for change in found]


def fields(change: Change) -> dict[str, tuple[object, object]]:
    return {field.field: (field.before, field.after) for field in change.fields}


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_does_not_differ_from_itself_nor_from_itself_with_comments(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert changes(text, "# a comment\n\n" + text) == ()


def test_rules_are_compared_by_their_ids() -> None:
    found = changes(rules("a", "b", "c"), rules("a", "x", "c"))
    assert told(found) == [("rule", "x", "added"), ("rule", "b", "removed")]
    added, removed = found
    assert fields(added) == {"offer": (None, "apology"), "class": (None, "goodwill")}
    assert (added.before, added.after) == (None, "apology, always")
    assert (removed.before, removed.after) == ("apology, always", None)


def test_a_changed_rule_says_what_was_and_what_is() -> None:
    before = HEAD + (
        '[[rule]]\nid = "r"\nwhen = { reason = "late" }\nclass = "goodwill"\nwhy = "kind"\n'
        'offer = { kind = "credit", amount = { percent = 10, of = "order_value" } }\n'
    )
    after = before.replace('"late"', '"late", severity = ">= serious"').replace("10,", "12,")
    after = after.replace('"goodwill"', '"corrective"').replace('"kind"', '"owed"')
    (change,) = changes(before, after)
    assert (change.part, change.name, change.kind, change.moved) == (
        PolicyPart.RULE,
        "r",
        ChangeKind.CHANGED,
        None,
    )
    assert fields(change) == {
        "conditions": (("reason is late",), ("reason is late", "severity is serious or more")),
        "offer": ("credit of 10 percent of order_value", "credit of 12 percent of order_value"),
        "class": ("goodwill", "corrective"),
        "why": ("kind", "owed"),
    }


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        ("abcde", "eabcd", {"e": Move.UP}),
        ("abcde", "bcdea", {"a": Move.DOWN}),
        ("abcde", "abcde", {}),
        ("abcde", "xaybc", {}),  # only added and removed: what is left stands as it stood
        ("abcd", "dxabc", {"d": Move.UP}),
    ],
)
def test_a_rule_that_moved_says_which_way(before: str, after: str, moves: dict[str, Move]) -> None:
    found = changes(rules(*before), rules(*after))
    assert {change.name: change.moved for change in found if change.moved} == moves


def test_as_few_rules_as_possible_are_said_to_have_moved() -> None:
    for order in permutations("abcde"):
        found = [change for change in changes(rules(*"abcde"), rules(*order)) if change.moved]
        # Taking the moved ones out leaves the others in their order; no smaller set does.
        assert [one for one in order if one not in {change.name for change in found}] == sorted(
            one for one in order if one not in {change.name for change in found}
        )
        assert len(found) == 5 - longest_rising(order)
        for change in found:
            others = [one for one in order if one not in {each.name for each in found} - {change.name}]
            was, now = sorted(others).index(change.name), others.index(change.name)
            assert change.moved is (Move.UP if now < was else Move.DOWN)


def longest_rising(order: tuple[str, ...]) -> int:
    """The reference: try every part of the list."""
    parts = ([one for bit, one in enumerate(order) if number >> bit & 1] for number in range(1 << len(order)))
    return max(len(part) for part in parts if part == sorted(part))


GUARDS = """
[facts.delay]
type = "integer"
unit = "minutes"
[[cap]]
id = "year"
scope = "customer"
window = "365d"
amount = "100"
[[cooldown]]
scope = "customer"
days = 30
[overcompensation]
warn_percent = 120
cap_percent = 150
[[never]]
kind = "gift"
role = "agent"
why = "Ask first."
[[repeat]]
similar_cases = 2
[[authority]]
role = "agent"
per_gesture = "25"
[[require]]
from = "100"
note_words = 15
"""


@pytest.mark.parametrize(
    ("old", "new", "part", "name", "changed"),
    [
        ('version = "1"', 'version = "2"', "setting", "version", {"value": ("1", "2")}),
        ("minutes", "hours", "fact", "delay", {"unit": ("minutes", "hours")}),
        ('"100"\n[[cool', '"300"\n[[cool', "cap", "year", {"amount": ("100.00 GBP", "300.00 GBP")}),
        ('"365d"', '"month"', "cap", "year", {"window": ("365d", "month")}),
        ("days = 30", "days = 60", "cooldown", "cooldown-customer", {"days": ("30", "60")}),
        ("= 150", "= 200", "overcompensation", "overcompensation", {"cap_percent": ("150", "200")}),
        ("Ask first", "Not yet", "never", "gift by agent", {"why": ("Ask first.", "Not yet.")}),
        ("= 2\n", "= 3\n", "repeat", "similar_cases", {"similar_cases": ("2", "3")}),
        ('"25"', '"unlimited"', "authority", "agent", {"per_gesture": ("25.00 GBP", "unlimited")}),
        (
            "note_words = 15",
            "note_words = 30",
            "requirement",
            "from 100.00 GBP",
            {"note_words": ("15", "30")},
        ),
    ],
)
def test_a_change_of_any_part_is_found_and_nothing_besides(
    old: str, new: str, part: str, name: str, changed: dict[str, tuple[str, str]]
) -> None:
    before = rules("r") + GUARDS
    assert before.count(old) == 1
    (change,) = changes(before, before.replace(old, new))
    assert (str(change.part), change.name, change.kind) == (part, name, ChangeKind.CHANGED)
    assert fields(change) == changed


def test_what_is_taken_out_or_put_in_is_found_in_every_part() -> None:
    found = changes(rules("r") + GUARDS, rules("r"))
    gone = ["fact", "cap", "cooldown", "overcompensation", "never", "repeat", "authority", "requirement"]
    assert [str(change.part) for change in found] == gone
    assert {change.kind for change in found} == {ChangeKind.REMOVED}
    back = changes(rules("r"), rules("r") + GUARDS)
    assert [str(change.part) for change in back] == gone
    assert {change.kind for change in back} == {ChangeKind.ADDED}
