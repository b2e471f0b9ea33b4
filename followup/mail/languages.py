"""The languages of the program: each is a folder of templates with a words.toml.

To add a language, add its folder: words.toml, lint.toml, gate.toml, reasons.toml, the emails with their
partials, and the exercises. No other code names a language.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from followup.domain.letters.gate.gate_words import GateWords, load_gate_words
from followup.domain.letters.language import Language, load_language
from followup.domain.letters.sincerity.wording import Wording
from followup.domain.letters.sincerity.wording_file import load_wording
from followup.resources import shipped

DEFAULT_LANGUAGE = "en"
"""The language, if it has a folder, for customers in whose own language there is no template."""

WORDS, LINT, REASONS, GATE = "words.toml", "lint.toml", "reasons.toml", "gate.toml"
"""The files of a language that belong to the program; a workspace has no copies of them."""


_LANGUAGE = re.compile(r"[a-z]{2,3}")


def is_language(name: str) -> bool:
    """Whether a folder name is that of a language."""
    return _LANGUAGE.fullmatch(name) is not None


def languages_in(folder: Path) -> tuple[str, ...]:
    """The languages with a folder in a templates folder, DEFAULT_LANGUAGE first, then in alphabetical
    order.
    """
    found = [path.name for path in folder.glob("*/") if is_language(path.name)]
    return tuple(sorted(found, key=lambda language: (language != DEFAULT_LANGUAGE, language)))


def language_tag(locale: str) -> str:
    """The language of a language tag: "de" for "de-AT"."""
    return locale.replace("_", "-").partition("-")[0].lower()


@cache
def languages() -> Mapping[str, Language]:
    """Every language by its code, DEFAULT_LANGUAGE first. Raises InvalidFile for a broken file."""
    folder = shipped("templates")
    files = {tag: folder / tag / WORDS for tag in languages_in(folder)}
    return MappingProxyType(
        {tag: load_language(tag, _text(path), str(path)) for tag, path in files.items() if path.is_file()}
    )


def language_of(locale: str) -> Language:
    """The language of a tag such as "de-AT", or DEFAULT_LANGUAGE if there is none."""
    return languages().get(language_tag(locale)) or languages()[DEFAULT_LANGUAGE]


def wording_of(locale: str) -> Wording | None:
    """The lint's patterns for the language of a tag such as "de-AT"; None if there are none: then only rules
    that need no patterns apply.
    """
    tag = language_tag(locale)
    return _wording(tag) if tag in languages() else None


@cache
def _wording(tag: str) -> Wording | None:
    path = shipped("templates") / tag / LINT
    return load_wording(_text(path), str(path)) if path.is_file() else None


def gate_words_of(locale: str) -> GateWords | None:
    """The words of the gate for the language of a tag such as "de-AT"; None if there are none: then only
    rules that need no words apply.
    """
    tag = language_tag(locale)
    return _gate_words(tag) if tag in languages() else None


@cache
def frequent_words() -> Mapping[str, frozenset[str]]:
    """Words of each language by which a text in it is known."""
    found = {}
    for tag, language in languages().items():
        words = _gate_words(tag)
        found[tag] = frozenset(language.letters.frequent) | (words.frequent if words else frozenset())
    return MappingProxyType(found)


@cache
def _gate_words(tag: str) -> GateWords | None:
    path = shipped("templates") / tag / GATE
    return load_gate_words(_text(path), str(path)) if path.is_file() else None


def one_of(patterns: Iterable[str]) -> str:
    """A pattern for one of several alternatives; it never matches if there are none."""
    known = "|".join(dict.fromkeys(patterns))
    return f"(?:{known})" if known else "(?!)"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
