"""Policy files: the workspace's own, and others that somebody wants to see, check or compare."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from followup.domain.goodwill.policy.diff import Change, FieldChange, compare
from followup.domain.goodwill.policy.lint import Level, PolicyFinding, lint_text
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.wording import PolicyEntry, PolicyPart, Value, entries_of
from followup.errors import NotFound
from followup.services.goodwill import budgets
from followup.services.shared.configuration import Configuration
from followup.settings import read_text

Document = dict[str, Any]

_LISTS = {
    PolicyPart.FACT: "facts",
    PolicyPart.RULE: "rules",
    PolicyPart.CAP: "caps",
    PolicyPart.COOLDOWN: "cooldowns",
    PolicyPart.OVERCOMPENSATION: "overcompensation",
    PolicyPart.NEVER: "nevers",
    PolicyPart.REPEAT: "repeats",
    PolicyPart.AUTHORITY: "authorities",
    PolicyPart.REQUIREMENT: "requirements",
}


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The text of a policy file, and what people call it."""

    name: str
    text: str

    def load(self) -> Policy:
        """The policy. Raises InvalidFile naming every mistake."""
        return load_policy(self.text, self.name)


def own_text(rules: Configuration) -> PolicyText:
    """The workspace's policy file. Raises NotFound or InvalidFile."""
    path = rules.workspace.policy_file
    return PolicyText(path.name, read_text(path))


def text_at(path: Path) -> PolicyText:
    """A policy file elsewhere. Raises NotFound or InvalidFile."""
    if not path.exists():
        raise NotFound(
            f"There is no file {path}.",
            hint="Give the path of a policy file, for instance new-policy.toml.",
            code="no_file",
        )
    return PolicyText(str(path), read_text(path))


def find_mistakes(session: Session, file: PolicyText) -> tuple[PolicyFinding, ...]:
    """What is wrong or odd about a policy file that would be used with this workspace's budgets."""
    currencies = frozenset(budget.currency for budget in budgets.list_budgets(session))
    return lint_text(file.text, file.name, budget_currencies=currencies)


def findings_document(file: PolicyText, findings: tuple[PolicyFinding, ...]) -> Document:
    """The findings, and whether none is an error."""
    return {
        "file": file.name,
        "ok": not any(finding.level is Level.ERROR for finding in findings),
        "findings": [
            {
                "level": finding.level.value,
                "file": file.name,
                "line": finding.line,
                "rule": finding.rule,
                "message": finding.message,
                "mend": finding.mend,
            }
            for finding in findings
        ],
    }


def policy_document(file: PolicyText) -> Document:
    """Everything a policy file says, in words, part by part. Raises InvalidFile."""
    policy = file.load()
    entries = entries_of(policy)
    document: Document = {
        "file": file.name,
        "version": policy.version,
        "currency": policy.currency,
        "timezone": policy.timezone,
        "sha256": policy.sha256,
    }
    for part, key in _LISTS.items():
        document[key] = [_entry(entry) for entry in entries if entry.part is part]
    return document


def _entry(entry: PolicyEntry) -> Document:
    name = "id" if entry.part is PolicyPart.RULE else "name"
    fields = {field: _plain(value) for field, value in entry.fields}
    return {name: entry.name, **fields, "words": entry.words, "line": entry.line}


def _plain(value: Value | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value or None


def diff_document(before: PolicyText, after: PolicyText) -> Document:
    """What changes from one policy file to another. Raises InvalidFile for either."""
    old, new = before.load(), after.load()
    changes = compare(old, new)
    return {
        "before": {"file": before.name, "version": old.version, "sha256": old.sha256},
        "after": {"file": after.name, "version": new.version, "sha256": new.sha256},
        "same": not changes,
        "version_changed": old.version != new.version,
        "changes": [_change(change) for change in changes],
    }


def _change(change: Change) -> Document:
    return {
        "part": change.part.value,
        "name": change.name,
        "change": change.kind.value,
        "moved": change.moved.value if change.moved else None,
        "before": change.before,
        "after": change.after,
        "fields": [_field(field) for field in change.fields],
    }


def _field(change: FieldChange) -> Document:
    return {"field": change.field, "before": _plain(change.before), "after": _plain(change.after)}
