"""Policies, and the differences between two of them, as tables for people who do not program."""

from collections.abc import Mapping, Sequence
from typing import Any

from followup.cli import output

_CLASSES = {"corrective": "owed", "goodwill": "goodwill"}
_TYPES = {
    "integer": "a whole number",
    "decimal": "a number",
    "money": "an amount",
    "yes_no": "yes or no",
    "date": "a day",
    "instant": "a day and a time",
}
_GUARDS = ("caps", "cooldowns", "overcompensation", "nevers", "repeats")
_ARROWS = {"up": "tried earlier", "down": "tried later"}


def show(policy: Mapping[str, Any]) -> None:
    """Print everything that a policy says."""
    output.lines(
        output.plain(
            f"{policy['file']}, version {policy['version']}: amounts in {policy['currency']}, "
            f"days in {policy['timezone']}"
        )
    )
    if policy["facts"]:
        _heading("What a case may tell")
        output.table(
            ("fact", "question", "answer"),
            ((fact["name"], fact["question"], _answer(fact)) for fact in policy["facts"]),
        )
    if policy["reasons"]:
        _heading("Reasons, each with the rules that name it; those for every reason are tried as well")
        output.table(
            ("reason", "rules", "offers", "asks"),
            (
                (
                    entry["reason"],
                    ", ".join(rule["id"] for rule in entry["rules"] if rule["named"]),
                    "; ".join(dict.fromkeys(_offer(rule) for rule in entry["rules"] if rule["named"])),
                    ", ".join(fact["name"] for fact in entry["facts"]),
                )
                for entry in policy["reasons"]
            ),
        )
    _heading("Rules, tried from top to bottom: the first that matches recommends")
    _rules(policy["rules"])
    guards = [guard for key in _GUARDS for guard in policy[key]]
    _sentences("Limits", guards)
    _sentences("Who may give how much without asking", policy["authorities"])
    _sentences("What must be written down", policy["requirements"])


def show_reason(policy: Mapping[str, Any]) -> None:
    """Print what is tried and asked for one reason."""
    (entry,) = policy["reasons"]
    heading = f"{entry['reason']}, by {policy['file']}, version {policy['version']}: the first that fits"
    output.lines(output.plain(heading))
    _rules(entry["rules"])
    if entry["facts"]:
        _heading("What is asked")
        output.table(("fact", "question"), ((fact["name"], fact["question"]) for fact in entry["facts"]))


def _offer(rule: Mapping[str, Any]) -> str:
    return f"{rule['offer']} ({_CLASSES[rule['class']]})"


def _answer(fact: Mapping[str, Any]) -> str:
    """The values that a fact may have, or how it is computed."""
    if fact["counted"]:
        return str(fact["counted"])
    if fact["choices"]:
        return " or ".join(fact["choices"])
    kind = _TYPES[fact["type"]]
    bounds = [f"{words} {fact[key]}" for key, words in (("least", "from"), ("most", "to")) if fact[key]]
    if bounds:
        return f"{kind} {' '.join(bounds)}"
    return f"{kind} of {fact['unit']}" if fact["unit"] else kind


def _heading(text: str) -> None:
    output.lines(f"\n{text}")


def _sentences(heading: str, entries: list[dict[str, Any]]) -> None:
    if entries:
        _heading(heading)
    for entry in entries:
        output.lines(f"  {output.plain(entry['words'])}")


def show_changes(diff: Mapping[str, Any]) -> None:
    """Print the changes from one policy file to another, or that there are none."""
    before, after = (f"{diff[key]['file']} (version {diff[key]['version']})" for key in ("before", "after"))
    if diff["same"]:
        output.lines(output.plain(f"From {before} to {after} nothing changes."))
        return
    output.lines(output.plain(f"From {before} to {after}:"))
    rows = [row for change in diff["changes"] for row in _rows(change)]
    output.table(("what", "", "before", "after"), rows)
    if not diff["version_changed"]:
        output.lines("\nBoth have the same version: give the changed file one of its own.")


def _rows(change: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """One row for an entry that was added or removed, or one for each changed field."""
    name = change["name"]
    if change["part"] not in ("setting", "overcompensation"):
        name = f"{change['part']} {name}"
    if change["change"] != "changed":
        return [(name, change["change"], change["before"] or "", change["after"] or "")]
    rows = [
        (name, field["field"].replace("_", " "), _words(field["before"]), _words(field["after"]))
        for field in change["fields"]
    ]
    if change["moved"]:
        rows.append((name, f"moved {change['moved']}", "", _ARROWS[change["moved"]]))
    return rows


def _words(value: str | list[str] | None) -> str:
    return ", and ".join(value) if isinstance(value, list) else value or ""


def _rules(rules: Sequence[Mapping[str, Any]]) -> None:
    """Rules in the order in which they are tried."""
    output.table(
        ("", "rule", "when", "offer", "class", "why"),
        (
            (
                place,
                rule["id"],
                ", and ".join(rule["conditions"]) or "always",
                rule["offer"],
                _CLASSES[rule["class"]],
                rule["why"],
            )
            for place, rule in enumerate(rules, 1)
        ),
        right=("",),
    )
