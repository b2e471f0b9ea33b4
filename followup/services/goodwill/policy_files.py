"""Policy files: the workspace's own, and other files to show, lint or compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from followup.domain.goodwill.policy.by_reason import ReasonEntry, by_reason, named_reason
from followup.domain.goodwill.policy.diff import Change, FieldChange, compare
from followup.domain.goodwill.policy.lint import Level, PolicyFinding
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.wording import (
    PolicyEntry,
    PolicyPart,
    Value,
    condition_words,
    entries_of,
    offers_words,
)
from followup.errors import file_missing
from followup.services.shared import currencies
from followup.services.shared.configuration import Configuration
from followup.settings import read_text

Entry = dict[str, Any]
"""One table of a policy file: `name` (of a rule, `id`), `words` (its meaning as a sentence), `line`, and the
fields of its part of the file."""


class PolicyFindingDocument(TypedDict):
    """An error, a warning or a note about a line of a policy file, and how to fix it. `code` says what it is,
    for programs."""

    level: str
    code: str
    file: str
    line: int
    rule: str
    message: str
    mend: str


class PolicyLintDocument(TypedDict):
    """The findings in a policy file, or in those of all currencies: then `file` is that of the main one, and
    `more` names the others. `ok` is true if none is an error; `rules` is the number of rules of `file`, None
    on an error. `errors` and `warnings` count them all."""

    file: str
    ok: bool
    findings: list[PolicyFindingDocument]
    rules: int | None
    errors: int
    warnings: int
    more: list[str]


ReasonRule = TypedDict(
    "ReasonRule",
    {"id": str, "class": str, "conditions": list[str], "offer": str, "why": str | None, "named": bool},
)
"""A rule that is tried for a reason, with its conditions besides the reason. `named`: the rule is for this
reason, and not for every one."""


class AskedFactDocument(TypedDict):
    """A fact that is asked for."""

    name: str
    question: str


class PolicyReasonDocument(TypedDict):
    """A reason: its rules in the order in which they are tried, and the facts that are asked for."""

    reason: str
    rules: list[ReasonRule]
    facts: list[AskedFactDocument]


class PolicyDocument(TypedDict):
    """The contents of a policy file, part by part. `reasons` has those that rules name, or the one asked
    for."""

    file: str
    version: str
    currency: str
    timezone: str
    sha256: str
    facts: list[Entry]
    rules: list[Entry]
    caps: list[Entry]
    cooldowns: list[Entry]
    overcompensation: list[Entry]
    nevers: list[Entry]
    repeats: list[Entry]
    authorities: list[Entry]
    requirements: list[Entry]
    reasons: list[PolicyReasonDocument]


class ComparedFileDocument(TypedDict):
    """One of the two policy files that are compared."""

    file: str
    version: str
    sha256: str


class FieldChangeDocument(TypedDict):
    """The value of one field of an entry before and after."""

    field: str
    before: str | list[str] | None
    after: str | list[str] | None


class PolicyChangeDocument(TypedDict):
    """An entry that was added, removed, changed or moved."""

    part: str
    name: str
    change: str
    moved: str | None
    before: str | None
    after: str | None
    fields: list[FieldChangeDocument]


class PolicyDiffDocument(TypedDict):
    """The differences between two policy files."""

    before: ComparedFileDocument
    after: ComparedFileDocument
    same: bool
    version_changed: bool
    changes: list[PolicyChangeDocument]


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The text of a policy file, and its name for messages. The values of customers are in `main_currency`,
    by default in the policy's."""

    name: str
    text: str
    main_currency: str | None = None

    def load(self) -> Policy:
        """Parse the policy. Raises InvalidFile naming every error."""
        return load_policy(self.text, self.name, self.main_currency)


def own_text(rules: Configuration, currency: str | None = None) -> PolicyText:
    """The text of the workspace's policy file for a currency, by default the main one. Raises NotFound,
    WrongUsage for a currency that the workspace does not count in, InvalidFile."""
    settings = rules.settings
    wanted = currencies.meant(settings, currency)
    path = rules.workspace.policy_file_in(wanted)
    if wanted != settings.currency and not path.exists():
        raise rules.no_policy(wanted)
    return PolicyText(path.name, read_text(path), settings.currency)


def text_at(path: Path, main_currency: str | None = None) -> PolicyText:
    """The text of another policy file. Raises NotFound or InvalidFile."""
    if not path.exists():
        raise file_missing(path, hint="Give the path of a policy file, for instance new-policy.toml.")
    return PolicyText(str(path), read_text(path), main_currency)


def findings_document(linted: Sequence[tuple[PolicyText, tuple[PolicyFinding, ...]]]) -> PolicyLintDocument:
    """The findings about one file or several, and whether none is an error."""
    errors, warnings = (
        sum(finding.level is level for _, findings in linted for finding in findings)
        for level in (Level.ERROR, Level.WARNING)
    )
    ok = not errors
    first = linted[0][0]
    return {
        "file": first.name,
        "ok": ok,
        "findings": [
            {
                "level": finding.level.value,
                "code": finding.code.value,
                "file": file.name,
                "line": finding.line,
                "rule": finding.rule,
                "message": finding.message,
                "mend": finding.mend,
            }
            for file, findings in linted
            for finding in findings
        ],
        "rules": len(first.load().rules) if ok else None,
        "errors": errors,
        "warnings": warnings,
        "more": [file.name for file, _ in linted[1:]],
    }


def policy_document(file: PolicyText, reason: str | None = None) -> PolicyDocument:
    """The contents of a policy file in words, part by part. Raises InvalidFile, and NotFound for a reason
    that no rule names."""
    policy = file.load()
    if reason is None:
        reasons = [by_reason(policy, one) for one in policy.reasons]
    else:
        reasons = [named_reason(policy, reason)]
    entries = entries_of(policy)

    def of(part: PolicyPart) -> list[Entry]:
        return [_entry(entry) for entry in entries if entry.part is part]

    return {
        "file": file.name,
        "version": policy.version,
        "currency": policy.currency,
        "timezone": policy.timezone,
        "sha256": policy.sha256,
        "facts": of(PolicyPart.FACT),
        "rules": of(PolicyPart.RULE),
        "caps": of(PolicyPart.CAP),
        "cooldowns": of(PolicyPart.COOLDOWN),
        "overcompensation": of(PolicyPart.OVERCOMPENSATION),
        "nevers": of(PolicyPart.NEVER),
        "repeats": of(PolicyPart.REPEAT),
        "authorities": of(PolicyPart.AUTHORITY),
        "requirements": of(PolicyPart.REQUIREMENT),
        "reasons": [_reason(policy, entry) for entry in reasons],
    }


def _reason(policy: Policy, entry: ReasonEntry) -> PolicyReasonDocument:
    return {
        "reason": entry.reason,
        "rules": [
            {
                "id": one.rule.id,
                "class": one.rule.gesture_class.value,
                "conditions": [
                    condition_words(asked) for asked in one.rule.when if asked.fact.name != "reason"
                ],
                "offer": offers_words(one.rule, policy.currency),
                "why": one.rule.why or None,
                "named": one.is_named,
            }
            for one in entry.rules
        ],
        "facts": [{"name": spec.name, "question": spec.question} for spec in entry.facts],
    }


def _entry(entry: PolicyEntry) -> Entry:
    name = "id" if entry.part is PolicyPart.RULE else "name"
    fields = {field: _plain(value) for field, value in entry.fields}
    return {name: entry.name, **fields, "words": entry.words, "line": entry.line}


def _plain(value: Value | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value or None


def diff_document(before: PolicyText, after: PolicyText) -> PolicyDiffDocument:
    """The differences between two policy files. Raises InvalidFile for either."""
    old, new = before.load(), after.load()
    changes = compare(old, new)
    return {
        "before": {"file": before.name, "version": old.version, "sha256": old.sha256},
        "after": {"file": after.name, "version": new.version, "sha256": new.sha256},
        "same": not changes,
        "version_changed": old.version != new.version,
        "changes": [_change(change) for change in changes],
    }


def _change(change: Change) -> PolicyChangeDocument:
    return {
        "part": change.part.value,
        "name": change.name,
        "change": change.kind.value,
        "moved": change.moved.value if change.moved else None,
        "before": change.before,
        "after": change.after,
        "fields": [_field(field) for field in change.fields],
    }


def _field(change: FieldChange) -> FieldChangeDocument:
    return {"field": change.field, "before": _plain(change.before), "after": _plain(change.after)}
