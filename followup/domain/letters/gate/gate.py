"""The gate: reads every text of a person that is to go to a customer, sentence by sentence."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from followup.domain.letters.gate.finding import GateFinding, GateRule, TextKind
from followup.domain.letters.gate.foreign import foreign_language
from followup.domain.letters.gate.gate_words import FOREIGN, GateWords
from followup.domain.letters.gate.names import NOBODY, KnownNames, named
from followup.domain.letters.gate.private_numbers import account_numbers, card_numbers
from followup.domain.letters.gate.sentences import typed_sentences
from followup.domain.letters.sincerity.wording import plain

_MASKED = re.compile(r"[•*x]{2,}[ -]?\d{4}\b", re.IGNORECASE)
_EXPIRY = re.compile(r"\b(?:0[1-9]|1[0-2]) ?/ ?(?:20)?\d{2}\b|\b\d{3,4}\b")
_TOKEN = re.compile(
    r"(?<!\w)(?:(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA|ya29)[-_]?[A-Za-z0-9_-]{12,}|eyJ[\w-]{8,}\.[\w.-]{8,}"
    r"|(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])[A-Za-z0-9]{24,})(?!\w)"
)
_MARKUP = re.compile(
    r"</?[a-zA-Z!][^<>\n]{0,200}>|&(?:[a-zA-Z]{2,8}|#\d{1,6});|\{\{|\}\}|\{%|%\}|!?\[[^\]\n]{1,200}\]\([^)\s]{1,300}\)"
    r"|\[/?(?:b|i|u|url|img|quote|code|size|color)(?:=[^\]]{0,100})?\]|\*\*[^*\n]{1,200}\*\*|__[^_\n]{2,200}__|```"
    r"|^\s{0,3}#{1,6} |(?:https?://|www\.)\S+",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"(?<![\w@/.])\.?@[A-Za-z_]\w{1,30}(?![\w.]*@)|(?<!\w)#(?=[^\W\d_]{3})[^\W\d_]{3,40}(?![\w-])"
    r"|(?<!\w)RT @|(?<!\w)via (?:Twitter|X|Instagram|Facebook|TikTok)\b|\bpic\.twitter\.com\b|\bt\.co/"
)
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]*)?")
_QUOTED = re.compile(r"[“„«\"][^”“»\"]*[”“»\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsText:
    """A text of a person that is to go to a customer; `mend` is the command that changes it."""

    kind: TextKind
    text: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateKnowledge:
    """What the gate knows beyond a text: the words of the letter's `language`, those by which every language
    is known, and whose names must not stand in it. Without words, rules that need none apply.
    """

    language: str
    words: GateWords | None
    frequent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: KnownNames = NOBODY


def gate(text: PersonsText, known: GateKnowledge) -> tuple[GateFinding, ...]:
    """The findings about a text, in the order of its sentences; at most one of each rule for a sentence."""
    sentences = typed_sentences(text.text)
    found = [finding for sentence in sentences for finding in _in_sentence(sentence, text, known)]
    if text.kind is not TextKind.UNTOLD and not any(finding.rule is GateRule.G6 for finding in found):
        language = _foreign(text.text, known)
        if language:
            found.append(_finding(GateRule.G6, text, sentences[0] if sentences else "", language))
    return tuple(found)


def _in_sentence(sentence: str, text: PersonsText, known: GateKnowledge) -> Iterator[GateFinding]:
    for rule, check in _CHECKS.items():
        if text.kind is TextKind.UNTOLD and rule is not GateRule.G10:
            continue
        place = check(sentence, text, known)
        if place is not None:
            yield _finding(rule, text, sentence, place)


def _finding(rule: GateRule, text: PersonsText, sentence: str, place: str) -> GateFinding:
    advice = (_INSTEAD_THEIRS.get(rule) if text.kind.is_theirs else None) or _INSTEAD[rule]
    return GateFinding(
        rule=rule,
        kind=text.kind,
        sentence=sentence,
        why=_WHY[rule].format(place=" ".join(place.split())),
        instead=advice if rule is GateRule.G10 else f"{advice}: {text.mend}",
    )


def _card(sentence: str, _text: PersonsText, known: GateKnowledge) -> str | None:
    number = next(card_numbers(sentence), None)
    if number is not None:
        return f"the card number that ends in {number[0].strip()[-4:]}"
    words, flat = known.words, plain(sentence)
    if words is None or not (words.card.search(flat) or _MASKED.search(sentence)):
        return None
    found = words.expiry.search(flat)
    return "the expiry date or code of a card" if found and _EXPIRY.search(flat[found.start() :]) else None


def _secret(sentence: str, _text: PersonsText, known: GateKnowledge) -> str | None:
    if next(account_numbers(sentence), None) is not None:
        return "the number of a bank account"
    if _TOKEN.search(sentence):
        return "a token"
    found = known.words.secrets.search(plain(sentence)) if known.words else None
    return f"“{found[0]}”" if found else None


def _about(sentence: str, text: PersonsText, known: GateKnowledge) -> str | None:
    words = known.words
    if words is None:
        return None
    flat = plain(sentence)
    patterns = [words.about, words.shorthand]
    if words.first_person.isdisjoint(_spoken(plain(text.text))):
        patterns.append(words.telling)
    if not text.kind.is_theirs:
        flat = _QUOTED.sub("…", flat)
        patterns += [words.addressed, words.hurried]
    return next((found[0] for pattern in patterns if (found := pattern.search(flat))), None)


def _spoken(text: str) -> set[str]:
    """The words of a plain text, and what stands before an apostrophe: "j'" of "j'ai"."""
    spoken = set(_WORDS.findall(text))
    return spoken | {word[: word.index("'") + 1] for word in spoken if "'" in word}


def _insult(sentence: str, _text: PersonsText, known: GateKnowledge) -> str | None:
    found = known.words.insults.search(plain(sentence)) if known.words else None
    return found[0] if found else None


def _name(sentence: str, text: PersonsText, known: GateKnowledge) -> str | None:
    return named(sentence, known.names, known.words, is_theirs=text.kind.is_theirs) if known.words else None


def _foreign_sentence(sentence: str, _text: PersonsText, known: GateKnowledge) -> str | None:
    return _foreign(sentence, known)


def _foreign(text: str, known: GateKnowledge) -> str | None:
    if known.words is None:
        return None
    frequent = {
        **{tag: words for tag, words in FOREIGN.items() if tag not in known.frequent},
        **known.frequent,
    }
    return foreign_language(text, known.language, frequent, known.words.letters)


def _markup(sentence: str, _text: PersonsText, _known: GateKnowledge) -> str | None:
    found = _MARKUP.search(sentence)
    return found[0] if found else None


def _attached(sentence: str, _text: PersonsText, known: GateKnowledge) -> str | None:
    found = known.words.attached.search(plain(sentence)) if known.words else None
    return found[0] if found else None


def _harm(sentence: str, _text: PersonsText, known: GateKnowledge) -> str | None:
    found = known.words.harm.search(plain(sentence)) if known.words else None
    return found[0] if found else None


def _social(sentence: str, _text: PersonsText, _known: GateKnowledge) -> str | None:
    found = _SOCIAL.search(sentence)
    return found[0].strip() if found else None


_CHECKS: Mapping[GateRule, Callable[[str, PersonsText, GateKnowledge], str | None]] = {
    GateRule.G1: _card,
    GateRule.G2: _secret,
    GateRule.G3: _about,
    GateRule.G4: _insult,
    GateRule.G5: _name,
    GateRule.G6: _foreign_sentence,
    GateRule.G7: _markup,
    GateRule.G8: _attached,
    GateRule.G9: _social,
    GateRule.G10: _harm,
}

_WHY: Mapping[GateRule, str] = {
    GateRule.G1: "It has {place}.",
    GateRule.G2: "It has {place}, which belongs into no letter.",
    GateRule.G3: "“{place}” is written for colleagues, about the customer.",
    GateRule.G4: "“{place}” is an insult or a swear word.",
    GateRule.G5: "“{place}” is the name of somebody else.",
    GateRule.G6: "It is not in the language of the letter.",
    GateRule.G7: "“{place}” is markup or a link, not text.",
    GateRule.G8: "“{place}” points to what the letter does not hold.",
    GateRule.G9: "“{place}” is a handle or a tag.",
    GateRule.G10: "“{place}” says that somebody may come to harm.",
}

_INSTEAD: Mapping[GateRule, str] = {
    GateRule.G1: "Leave the number and its date out",
    GateRule.G2: "Leave it out",
    GateRule.G3: "Write whole sentences, to the customer as “you”",
    GateRule.G4: "Say what happened without it",
    GateRule.G5: "Say “one of us”, or what the person does",
    GateRule.G6: "Write it in their language",
    GateRule.G7: "Write it as plain text, without a link",
    GateRule.G8: "Say what it shows, or leave it out",
    GateRule.G9: "Leave it out",
    GateRule.G10: "A person speaks to them before any letter goes. Show it to whoever leads the team.",
}
_INSTEAD_THEIRS: Mapping[GateRule, str] = {
    GateRule.G3: "Give what they said in their own words, and keep yours as the --summary",
    GateRule.G4: "Give the words that say what happened",
    GateRule.G5: "Give their words without the name",
    GateRule.G6: "Correct their language, or give their words in it",
}
