"""The patterns of a language that the rules search for, and the plain form of the text they search."""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

_SAME = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‑": "-", "–": "-"})
_QUOTATION = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|(?<!\w)\"[^\"]*\"(?!\w)")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text in lower case, with one kind of apostrophe, hyphen and space. Patterns are written for this
    form.
    """
    return _SPACES.sub(" ", text.translate(_SAME)).strip().lower()


@lru_cache(maxsize=4096)
def said(text: str) -> str:
    """A plain text without quotations, which are not our words."""
    return _SPACES.sub(" ", _QUOTATION.sub("…", plain(text)))


@lru_cache(maxsize=512)
def _searched(text: str) -> dict[tuple[str, str | None], re.Match[str] | None]:  # noqa: ARG001
    """What was found in a text, by pattern: the letters of a shop share most of their sentences."""
    return {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern for plain texts, with exceptions: places that are part of something harmless do not match. It
    is compiled at its first use, because one command usually needs one language only.
    """

    found: str
    harmless: str | None = None

    def search(self, text: str) -> re.Match[str] | None:
        """The first match, or None."""
        searched = _searched(text)
        key = (self.found, self.harmless)
        if key not in searched:
            searched[key] = self._search(text)
        return searched[key]

    def _search(self, text: str) -> re.Match[str] | None:
        match = compiled(self.found).search(text)
        if match is None or self.harmless is None:
            return match
        return compiled(self.found).search(compiled(self.harmless).sub("…", text))

    def taken_out(self, text: str) -> str:
        """The text with every match replaced by an ellipsis."""
        return compiled(self.found).sub("…", text)


@cache
def compiled(source: str) -> re.Pattern[str]:
    """The compiled form of a pattern in a module, cached."""
    return re.compile(source)


def pattern(*wanted: str, harmless: str | None = None) -> Pattern:
    """A pattern that matches whole words of one of `wanted` (in lower case), except inside a match of
    `harmless`.
    """
    return Pattern(words(*wanted), harmless)


def words(*wanted: str) -> str:
    """A pattern for one of several alternatives, as whole words. It finds ß as Switzerland writes it, too."""
    return rf"(?<!\w)(?:{'|'.join(wanted).replace('ß', '(?:ß|ss)')})(?!\w)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to avoid, and what to write instead; {apology} and {day} are filled in from the case."""

    pattern: Pattern
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive:
    """The passive voice about a failure.

    `found` has the groups "no", "never", "not_been", "not", "ought", "done" and "particle". `failures` are
    participles that are a failure by themselves. `services` are participles that are a failure if the action
    was not done, should have been done, or went wrong as `badly` says (other verbs: `wrongly`). Each has its
    active form about ourselves; `past` has irregular past forms. `agent` matches who did it. `frame` is a
    beginning such as "I am sorry that", whose "I" is not the actor. `doer` matches us. `supposed` begins what
    is not said to have happened, `state` follows a description of a condition, and `nothing` is a negative
    subject.
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
class Agentless:
    """A failure told without anybody who did it, where clauses are found as they stand.

    `found` matches the clause, `agent` who did it, after the clause; `doer` names us anywhere in the
    sentence. `active` begins the better sentence.
    """

    found: Pattern
    agent: Pattern
    doer: Pattern
    active: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gestures:
    """The words for gestures in a language, enough to see whether amount, form and date are stated.

    `how` has the words for each kind of gesture, by its value, and `examples` a whole sentence for it, with
    {amount}, {item} and {code}.
    """

    things: Pattern
    giving: Pattern
    calling: Pattern
    how: dict[str, Pattern]
    when: Pattern
    examples: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The patterns of one language. A pattern that is None is not searched.

    `common` are words that make no text specific. `apology_that` is an apology with a {clause}, preceded by
    `on_day` with its {day}. `question` is an example of the closing question, with {about}; `owned` of a
    sentence that takes responsibility. `turned` begins a sentence that takes back the apology before it;
    `anyway` says that a rule was set aside. `reaching` begins a plain sentence about how to reach us,
    `holds` is what a fare or a contract does not include. `claims` are acts of ours that an email says were
    done, by the value of the Act that has to be on record.
    """

    stock: tuple[Phrase, ...]
    rules: Pattern
    promises: Pattern
    intensifiers: Pattern
    forgiveness: Pattern
    apology: Pattern
    conditional: Pattern
    turn: Pattern
    turned: Pattern | None = None
    anyway: Pattern | None = None
    reaching: Pattern | None = None
    holds: Pattern | None = None
    blame: Pattern | None = None
    minimising: Pattern | None = None
    legalese: Pattern | None = None
    claims: dict[str, Pattern] = field(default_factory=dict)
    passive: Passive | None = None
    agentless: Agentless | None = None
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
    owned: str = ""
