"""The languages that ship: each is a folder among the templates that holds a words.toml.

To add one, add its folder: words.toml, lint.toml, reasons.toml, the emails with their partials, the
exercises. Nothing else names a language.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from followup.domain.letters.language import Language, load_language
from followup.domain.letters.sincerity.wording import Wording
from followup.domain.letters.sincerity.wording_file import load_wording
from followup.resources import shipped

DEFAULT_LANGUAGE = "en"
"""In this language, where it has a folder, customers are written to in whose own there is no template."""

WORDS, LINT, REASONS = "words.toml", "lint.toml", "reasons.toml"
"""The files of a language that are the program's own: a workspace has no copy of them."""


_LANGUAGE = re.compile(r"[a-z]{2,3}")


def is_language(name: str) -> bool:
    """Whether a folder of this name is that of a language."""
    return _LANGUAGE.fullmatch(name) is not None


def languages_in(folder: Path) -> tuple[str, ...]:
    """The languages that have a folder among some templates, DEFAULT_LANGUAGE first, then in order."""
    found = [path.name for path in folder.glob("*/") if is_language(path.name)]
    return tuple(sorted(found, key=lambda language: (language != DEFAULT_LANGUAGE, language)))


def language_tag(locale: str) -> str:
    """The language in a language tag: "de" of "de-AT"."""
    return locale.replace("_", "-").partition("-")[0].lower()


@cache
def languages() -> Mapping[str, Language]:
    """Every language by its tag, DEFAULT_LANGUAGE first. Raises InvalidFile for a broken file."""
    folder = shipped("templates")
    files = {tag: folder / tag / WORDS for tag in languages_in(folder)}
    return MappingProxyType(
        {tag: load_language(tag, _text(path), str(path)) for tag, path in files.items() if path.is_file()}
    )


def language_of(locale: str) -> Language:
    """The language of a tag such as "de-AT", or else DEFAULT_LANGUAGE."""
    return languages().get(language_tag(locale)) or languages()[DEFAULT_LANGUAGE]


def wording_of(locale: str) -> Wording | None:
    """What the lint looks for in the language of a tag such as "de-AT"; None where it knows no words of it:
    an email in it is held against the rules that need none."""
    tag = language_tag(locale)
    return _wording(tag) if tag in languages() else None


@cache
def _wording(tag: str) -> Wording | None:
    path = shipped("templates") / tag / LINT
    return load_wording(_text(path), str(path)) if path.is_file() else None


def one_of(patterns: Iterable[str]) -> str:
    """A pattern for one of several; one that is never found where there are none."""
    known = "|".join(dict.fromkeys(patterns))
    return f"(?:{known})" if known else "(?!)"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
