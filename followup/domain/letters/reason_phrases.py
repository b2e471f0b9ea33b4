"""What happened in a clause, for each reason: the setting `reasons`.

A reason has one phrase or several. A phrase may name facts of the case in braces; it is used where they are
recorded. A phrase for `nobody` or `theirs` is one of its own, because what is said where it was our doing may
say that we did it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from followup.domain.cases.case import Responsibility

OF_EVERY_CASE = ("item", "place", "order", "order_value", "occurred_on", "promised")
"""What a phrase may name beside the facts that the policy declares."""

_FACT = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}|]+)\|([^{}|]+))?\}")


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A fact that a phrase names. With `forms`, the words after one and after several, only the number is
    written, and the word that fits it."""

    name: str
    forms: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ReasonPhrases:
    """The phrases of a reason in one language, by whose doing it was."""

    by_responsibility: Mapping[Responsibility, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def said_of(self, responsibility: Responsibility) -> tuple[str, ...]:
        """The phrases for a responsibility. What is partly ours has those of what is ours, unless it has its
        own; nothing else may say that we did it."""
        shared = (Responsibility.SHARED, Responsibility.OURS)
        tried = shared if responsibility is Responsibility.SHARED else (responsibility,)
        return next((found for one in tried if (found := self.by_responsibility.get(one))), ())

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of all facts that a phrase names, each once."""
        every = (text for texts in self.by_responsibility.values() for text in texts)
        return tuple(dict.fromkeys(name for text in every for name in facts_named(text)))

    def choose(self, responsibility: Responsibility, recorded: Collection[str]) -> str | None:
        """The phrase that names the most facts, all of them recorded; the first of several. None if there is
        none."""
        usable = [text for text in self.said_of(responsibility) if set(facts_named(text)) <= set(recorded)]
        return max(usable, key=lambda text: len(facts_named(text)), default=None)

    @property
    def plain(self) -> str | None:
        """The phrase for what was our doing that names no fact, if there is one."""
        return self.choose(Responsibility.OURS, ())


def facts_named(phrase: str) -> tuple[str, ...]:
    """The names of the facts in a phrase."""
    return tuple(found[1] for found in _FACT.finditer(phrase))


def filled(phrase: str, text_of: Callable[[NamedFact, str, str], tuple[str, str]]) -> str:
    """The phrase with its facts. `text_of` is given a fact, what stands before it and what follows, and
    returns its text and what then follows."""
    before, rest = "", phrase
    while found := _FACT.search(rest):
        before += rest[: found.start()]
        forms = (found[2], found[3]) if found[2] else None
        text, rest = text_of(NamedFact(found[1], forms), before, rest[found.end() :])
        before += text
    return before + rest


def read_phrases(value: object) -> ReasonPhrases:
    """The phrases of a reason as the settings have them: a text or several, or a table of them by whose doing
    it was. Raises ValueError."""
    if not isinstance(value, dict):
        return ReasonPhrases({Responsibility.OURS: _texts(value)})
    words = {word.value: word for word in Responsibility}
    if not value.keys() <= words.keys():
        raise ValueError(value)
    return ReasonPhrases({words[key]: _texts(texts) for key, texts in value.items()})


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_checked(text) for text in (value if isinstance(value, list) else [value]))


def _checked(text: object) -> str:
    if not isinstance(text, str) or not text.strip() or not {"{", "}"}.isdisjoint(_FACT.sub("", text)):
        raise ValueError(text)
    return text.strip()
