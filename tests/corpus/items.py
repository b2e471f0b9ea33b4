"""The corpus: sentences and emails, each with what it is held against and the rules that it breaks."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.circumstances import Act, Circumstances, Fact, FactKind, StatedOffer
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.letters.sincerity.lint import lint
from followup.domain.shared.word import Word
from followup.mail.text_analysis import draft_of

W = TypeVar("W", bound=Word)

HERE = Path(__file__).parent

SENTENCE_RULES = frozenset(
    {
        SincerityRule.E1,
        SincerityRule.E2,
        SincerityRule.E3,
        SincerityRule.E4,
        SincerityRule.E5,
        SincerityRule.E7,
        SincerityRule.E10,
        SincerityRule.E15,
        SincerityRule.E16,
        SincerityRule.E17,
        SincerityRule.W4,
        SincerityRule.W5,
    }
)
"""What can be decided from one sentence. Of a single sentence only these count, and its labels."""

LABELLED_RULES = frozenset({SincerityRule.E8, SincerityRule.E9, SincerityRule.E13})
"""Rules about whole emails that count of a single sentence if it is labelled with them."""

_GREETINGS = {"en": "Hello,", "de": "Guten Tag,", "es": "Hola:", "fr": "Bonjour,", "pt": "Olá,"}
_SENTENCE_KEYS = {"case", "text", "rules", "near", "may", "held_out"}
_EMAIL_KEYS = _SENTENCE_KEYS | {
    "name",
    "subject",
    "is_first",
    "sent_before",
    "offer",
    "sender",
    "waited_days",
    "goodwill",
}
_GOODWILL_DAYS = 10


@dataclass(frozen=True, kw_only=True)
class Item:
    """A sentence or an email; `title` is the sentence, or the name of the email.

    `near` are rules that only seem to be broken; `may` are those on which neither answer counts.
    """

    title: str
    language: str
    rules: frozenset[SincerityRule]
    near: frozenset[SincerityRule]
    may: frozenset[SincerityRule]
    held_out: bool
    is_email: bool
    draft: ParsedEmail
    circumstances: Circumstances

    def found(self) -> frozenset[SincerityRule]:
        """The rules that the lint says are broken, of those that count here."""
        found = frozenset(finding.rule for finding in lint(self.draft, self.circumstances))
        counts = SENTENCE_RULES | self.rules | self.near
        return (found if self.is_email else found & counts) - self.may


def items() -> tuple[Item, ...]:
    """The whole corpus, sentences first."""
    cases = _read("cases.toml")
    return (
        *(_sentence(entry, cases) for entry in _read("sentences.toml")["sentence"]),
        *(_sentence(entry, cases) for entry in _all("sentences", "sentence")),
        *(_email(entry, cases) for entry in _read("emails.toml")["email"]),
        *(_email(entry, cases) for entry in _all("letters", "email")),
    )


def _all(folder: str, key: str) -> Iterator[dict[str, Any]]:
    """The entries of the files in a folder; those of *_open.toml were written after the rules."""
    for path in sorted((HERE / folder).glob("*.toml")):
        for entry in _read(f"{folder}/{path.name}")[key]:
            title = entry.get("name", entry.get("text"))
            yield {**entry, "held_out": not path.stem.endswith("_open") and _is_odd(title)}


def _is_odd(title: str) -> bool:
    """Whether the hash of a title says that the item is held out: about one in two."""
    return bool(sha256(title.encode()).digest()[0] % 2)


def _read(name: str) -> dict[str, Any]:
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)


def _sentence(entry: dict[str, Any], cases: dict[str, Any]) -> Item:
    case = _case(cases, entry["case"])
    text = f"{_GREETINGS[case['language']]}\n\n{entry['text']}\n\n{case['signer']}\n"
    return _item({**entry, "offer": False}, case, title=entry["text"], subject="", text=text)


def _email(entry: dict[str, Any], cases: dict[str, Any]) -> Item:
    case = _case(cases, entry["case"])
    return _item(entry, case, title=entry["name"], subject=entry["subject"], text=entry["text"])


def _item(entry: dict[str, Any], case: dict[str, Any], *, title: str, subject: str, text: str) -> Item:
    unknown = entry.keys() - (_EMAIL_KEYS if "name" in entry else _SENTENCE_KEYS | {"offer"})
    if unknown:
        raise ValueError(f"{title!r} has unknown keys: {sorted(unknown)}")
    return Item(
        title=title,
        language=case["language"],
        rules=_rules(entry, "rules"),
        near=_rules(entry, "near"),
        may=_rules(entry, "may"),
        held_out=entry.get("held_out", False),
        is_email="name" in entry,
        draft=draft_of(subject, text, case["language"]),
        circumstances=_circumstances(entry, case),
    )


def _rules(entry: dict[str, Any], key: str) -> frozenset[SincerityRule]:
    return frozenset(_word(SincerityRule, word) for word in entry.get(key, ()))


def _word(words: type[W], value: str) -> W:
    return words(value)  # type: ignore[call-arg]


def _case(cases: dict[str, Any], name: str) -> dict[str, Any]:
    """The case of this name, with what it leaves to the one it is like."""
    case: dict[str, Any] = cases[name]
    return {**cases[case["like"]], **case} if "like" in case else case


def _circumstances(entry: dict[str, Any], case: dict[str, Any]) -> Circumstances:
    offered = "offer" in case and entry.get("offer", True)
    return Circumstances(
        responsibility=_word(Responsibility, case.get("responsibility", "ours")),
        feeling=_word(Feeling, case["feeling"]),
        facts=tuple(_facts(case)),
        gestures=(_offer(case["offer"], goodwill=entry.get("goodwill", False)),) if offered else (),
        agent_name=case["signer"],
        sender=entry.get("sender", case["sender"]),
        is_first=entry.get("is_first", True),
        sent_before=tuple(entry.get("sent_before", ())),
        action_done=case.get("action_done", False),
        acts=frozenset(_word(Act, act) for act in case["acts"]) if "acts" in case else None,
        waited_days=entry.get("waited_days"),
        goodwill_days=_GOODWILL_DAYS,
    )


def _facts(case: dict[str, Any]) -> Iterator[Fact]:
    for fact in case["facts"]:
        yield Fact(_word(FactKind, fact["kind"]), tuple(fact["spellings"]))


def _offer(offer: dict[str, Any], *, goodwill: bool) -> StatedOffer:
    return StatedOffer(
        kind=_word(GestureKind, offer["kind"]),
        amounts=tuple(offer["amounts"]),
        code=offer.get("code"),
        is_goodwill=goodwill,
    )
