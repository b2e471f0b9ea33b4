"""What one country writes otherwise than the language that it shares: a file such as de/de-CH.toml."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from followup.domain.shared.toml_file import Table, TomlFile, parse_toml

INVALID_COUNTRY_WORDS = "invalid_country_words"

_TAG = re.compile(r"(\{[%{#].*?[%}#]\})", re.DOTALL)
_LITERAL = re.compile(r'"[^"\n]*"')
_TABLES = ("letters", "words")


@dataclass(frozen=True, slots=True)
class CountryWords:
    """Replacements in our own texts, made in order. `letters` are replaced wherever they stand, `words` as
    whole words: a word in small letters is also replaced at the beginning of a sentence.
    """

    letters: Mapping[str, str] = field(default_factory=dict, hash=False)
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

    def written(self, text: str) -> str:
        """A text of ours as the country writes it."""
        for word, instead in self.words.items():
            text = _whole(word).sub(instead, text)
            text = _whole(_capital(word)).sub(_capital(instead), text)
        for letter, instead in self.letters.items():
            text = text.replace(letter, instead)
        return text

    def in_source(self, source: str) -> str:
        """The source of a template as the country writes it: its text, and what stands in quotation marks
        within its tags, if that is not a name of one plain word. Line ends stay where they are.
        """
        return "".join(self._part(part) for part in _TAG.split(source))

    def _part(self, part: str) -> str:
        if part.startswith("{#"):
            return part
        if part.startswith(("{%", "{{")) and _TAG.fullmatch(part):
            return _LITERAL.sub(lambda found: self._literal(found[0]), part)
        return self.written(part)

    def _literal(self, literal: str) -> str:
        return self.written(literal) if " " in literal or not literal.isascii() else literal


AS_EVERYWHERE = CountryWords()
"""Of a country that writes as its language does."""


def load_country_words(text: str, source: str) -> CountryWords:
    """Parse `text`, the file of a country. `source` is its name in messages.

    Raises InvalidFile with one line per mistake (source and line); the hint says how to mend the first.
    """
    file = parse_toml(text, source, INVALID_COUNTRY_WORDS)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(_TABLES)
    found = {name: _replacements(file, name, file.values.get(name, {})) for name in _TABLES}
    file.raise_mistakes()
    return CountryWords(**found)


def _replacements(file: TomlFile, name: str, values: object) -> dict[str, str]:
    if not isinstance(values, dict):
        file.add_mistake((name,), "", f"{name} must be a table.", f'Write [{name}], and below it "ß" = "ss".')
        return {}
    for key in _unusable(values.items()):
        mend = 'Write what is replaced and what stands instead, each in quotation marks: "ß" = "ss".'
        file.add_mistake((name, key), f"[{name}]", f"{key!r} must be a text.", mend)
    return values


def _unusable(entries: Iterable[tuple[str, object]]) -> list[str]:
    return [key for key, value in entries if not key or not isinstance(value, str)]


@lru_cache(maxsize=2048)
def _whole(word: str) -> re.Pattern[str]:
    before, after = (r"(?<!\w)" if word[:1].isalnum() else "", r"(?!\w)" if word[-1:].isalnum() else "")
    return re.compile(f"{before}{re.escape(word)}{after}")


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
