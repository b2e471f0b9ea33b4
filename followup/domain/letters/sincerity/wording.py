"""What a language has for the rules to look for, and the text that they look at."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

_SAME = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‑": "-", "–": "-"})
_QUOTATION = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|(?<!\w)\"[^\"]*\"(?!\w)")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text in lower case, with one kind of apostrophe, hyphen and space: what patterns are written for."""
    return _SPACES.sub(" ", text.translate(_SAME)).strip().lower()


@lru_cache(maxsize=4096)
def said(text: str) -> str:
    """A plain text without what stands in quotation marks: those are not our words."""
    return _SPACES.sub(" ", _QUOTATION.sub("…", plain(text)))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something to look for in a plain text, except where it is part of something harmless. It is compiled
    when it is first looked for: a command that reads one email needs one language."""

    found: str
    harmless: str | None = None

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where it stands."""
        match = compiled(self.found).search(text)
        if match is None or self.harmless is None:
            return match
        return compiled(self.found).search(compiled(self.harmless).sub("…", text))

    def taken_out(self, text: str) -> str:
        """The text with an ellipsis in its place."""
        return compiled(self.found).sub("…", text)


@cache
def compiled(source: str) -> re.Pattern[str]:
    """The compiled form of a pattern that stands in a module."""
    return re.compile(source)


def pattern(*wanted: str, harmless: str | None = None) -> Pattern:
    """Whole words that match one of `wanted`, written in lower case; not inside what is `harmless`."""
    return Pattern(words(*wanted), harmless)


def words(*wanted: str) -> str:
    """One of several, as whole words."""
    return rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that no email should have, and what to write instead, with {apology} and {day} filled in
    from the case."""

    pattern: Pattern
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive:
    """The passive about a failure.

    `found` has the groups "no", "never", "not_been", "not", "ought", "done" and "particle". `failures` are
    the words for it that are a failure by themselves, `services` those that are one where they were not done,
    ought to have been, or went wrong as `badly` says (other verbs: `wrongly`); each with how we say it of
    ourselves, in the `past` where that is irregular. `agent` says who did it; `frame` is a beginning such as
    "I am sorry that", whose "I" did not; `doer` is us. `supposed` begins what is not said to have happened,
    `state` follows what only says how a thing was found, and `nothing` is a subject that says not.
    """

    found: str
    failures: dict[str, str]
    services: dict[str, str]
    past: dict[str, str]
    badly: Pattern
    wrongly: Pattern
    agent: Pattern
    frame: Pattern
    doer: Pattern
    supposed: Pattern
    state: Pattern
    nothing: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Gestures:
    """How a language speaks of what it gives: enough to see whether amount, how and by when are there.

    `how` has the words for each kind of gesture, by its value.
    """

    things: Pattern
    giving: Pattern
    calling: Pattern
    how: dict[str, Pattern]
    when: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language. What is None is not looked for in it.

    `common` are words that make nothing specific. `apology_that` is an apology for a {clause}, with what
    `on_day` makes of a {day} in front of it; `question` an example of the one question, with {about}.
    """

    stock: tuple[Phrase, ...]
    rules: Pattern
    promises: Pattern
    intensifiers: Pattern
    forgiveness: Pattern
    apology: Pattern
    conditional: Pattern
    turn: Pattern
    passive: Passive | None = None
    feeling: Pattern | None = None
    owning: Pattern | None = None
    gestures: Gestures | None = None
    upsell: Pattern
    invitation: Pattern
    unread: Pattern
    explanation: Pattern | None = None
    offering: Pattern
    common: frozenset[str]
    apology_that: str
    on_day: str = ""
    question: str
