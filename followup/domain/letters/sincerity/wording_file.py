"""Parsing the lint.toml of a language: returns a Wording, or raises one error that lists every mistake."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from followup.domain.letters.sincerity.circumstances import Act
from followup.domain.letters.sincerity.wording import (
    Agentless,
    Gestures,
    Passive,
    Pattern,
    Phrase,
    Wording,
    words,
)
from followup.domain.shared.toml_file import Table, parse_toml

INVALID_WORDING = "invalid_wording"

_REQUIRED = (
    "rules",
    "promises",
    "intensifiers",
    "forgiveness",
    "apology",
    "conditional",
    "turn",
    "upsell",
    "invitation",
    "unread",
    "offering",
)
_OPTIONAL = (
    "feeling",
    "owning",
    "explanation",
    "turned",
    "anyway",
    "reaching",
    "holds",
    "blame",
    "minimising",
    "legalese",
)
_ACTS = tuple(act.value for act in Act)
_AGENTLESS = ("found", "agent", "doer")
_GESTURES = ("things", "giving", "calling", "when")
_PASSIVE = ("badly", "wrongly", "agent", "frame", "doer", "supposed", "state", "nothing")
_WORDS_OF_PASSIVE = ("failures", "services", "past")
_LINE_BREAK = re.compile(r"\n\s*")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")


def load_wording(text: str, source: str) -> Wording:
    """Parse `text`, a TOML document, as the patterns of a language. `source` is the file's name in messages.

    Raises InvalidFile with one line per mistake (source, line and table); the hint says how to mend the
    first.
    """
    file = parse_toml(text, source, INVALID_WORDING)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys((*(field.name for field in fields(Wording)), "fragments"))
    reader = _Reader(_fragments(top))
    wording = Wording(
        stock=tuple(
            Phrase(reader.pattern(table, more=("instead",)), table.text("instead", None))
            for table in top.tables("stock")
        ),
        **{name: reader.pattern_under(top, name) for name in _REQUIRED},
        **{name: reader.pattern_under(top, name) for name in _OPTIONAL if name in top.values},
        claims=_claims(reader, top),
        passive=_passive(reader, top),
        agentless=_agentless(reader, top),
        gestures=_gestures(reader, top),
        common=frozenset(top.text("common", None).split()),
        apology_that=top.text("apology_that", None),
        on_day=top.text("on_day"),
        question=top.text("question", None),
        owned=top.text("owned"),
    )
    file.raise_mistakes()
    return wording


def _fragments(top: Table) -> Mapping[str, str]:
    """The named fragments, each with the earlier ones filled in."""
    found: dict[str, str] = {}
    table = top.table("fragments", "[fragments]")
    for name in table.values if table else ():
        assert table is not None
        found[name] = _Reader(found).joined(table, name, table.text(name, None))
    return found


class _Reader:
    """Reads patterns and fills in the fragments of the file. Patterns are compiled at their first use; a test
    compiles all that ship.
    """

    def __init__(self, fragments: Mapping[str, str]) -> None:
        self._fragments = fragments

    def pattern_under(self, table: Table, name: str) -> Pattern:
        """The pattern of a required table below another."""
        below = table.table(name, f"[{'.'.join((*map(str, table.path), name))}]")
        if below is None:
            if name not in table.values:
                table.refuse("", f"{name} is missing.", f"Write [{name}], and below it found = ['…'].")
            return Pattern("")
        return self.pattern(below)

    def pattern(self, table: Table, more: tuple[str, ...] = ()) -> Pattern:
        """The pattern that a table describes."""
        table.refuse_unknown_keys(("found", "harmless", *more))
        if "found" not in table.values:
            table.refuse("", "found is missing.", "Write found = ['…'].")
        harmless = self._words(table, "harmless") if "harmless" in table.values else None
        return Pattern(self._words(table, "found"), harmless)

    def _words(self, table: Table, key: str) -> str:
        return words(*(self.joined(table, key, text) for text in table.texts(key)))

    def joined(self, table: Table, key: str, text: str) -> str:
        """A pattern on one line, with its fragments filled in."""
        unknown = {match[1] for match in _FRAGMENT.finditer(text)} - self._fragments.keys()
        for name in sorted(unknown):
            table.refuse(key, f"there is no fragment {name!r}.", "Write it above, under [fragments].")
        known = _FRAGMENT.sub(lambda match: self._fragments.get(match[1], ""), text)
        return _LINE_BREAK.sub("", known)

    def whole(self, table: Table, key: str) -> str:
        """A pattern that need not consist of whole words."""
        return self.joined(table, key, table.text(key, None))


def _gestures(reader: _Reader, top: Table) -> Gestures | None:
    table = top.table("gestures", "[gestures]")
    if table is None:
        return None
    table.refuse_unknown_keys((*_GESTURES, "how", "examples"))
    how = table.table("how", "[gestures.how]")
    return Gestures(
        **{name: reader.pattern_under(table, name) for name in _GESTURES},
        how={name: reader.pattern_under(how, name) for name in how.values} if how else {},
        examples=_texts(table, "examples", "gestures"),
    )


def _claims(reader: _Reader, top: Table) -> dict[str, Pattern]:
    table = top.table("claims", "[claims]")
    if table is None:
        return {}
    table.refuse_unknown_keys(_ACTS)
    return {name: reader.pattern_under(table, name) for name in table.values}


def _agentless(reader: _Reader, top: Table) -> Agentless | None:
    table = top.table("agentless", "[agentless]")
    if table is None:
        return None
    table.refuse_unknown_keys((*_AGENTLESS, "active"))
    patterns: dict[str, Any] = {name: reader.pattern_under(table, name) for name in _AGENTLESS}
    return Agentless(**patterns, active=table.text("active", None))


def _passive(reader: _Reader, top: Table) -> Passive | None:
    table = top.table("passive", "[passive]")
    if table is None:
        return None
    table.refuse_unknown_keys(("found", *_PASSIVE, *_WORDS_OF_PASSIVE))
    patterns: dict[str, Any] = {name: reader.pattern_under(table, name) for name in _PASSIVE}
    lists: dict[str, Any] = {name: _texts(table, name, "passive") for name in _WORDS_OF_PASSIVE}
    return Passive(found=reader.whole(table, "found"), **patterns, **lists)


def _texts(table: Table, name: str, above: str) -> dict[str, str]:
    below = table.table(name, f"[{above}.{name}]")
    return {key: below.text(key, None) for key in below.values} if below else {}
