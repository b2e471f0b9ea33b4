"""The Jinja environments for emails: where files are found, the filters, and how values are written.

There is one environment for each folder, reader's language and form (text, HTML). Jinja caches compiled
templates and checks whether their files have changed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined, UndefinedError, nodes
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from followup.errors import InvalidFile
from followup.mail.country_words import country_paths, country_words_of
from followup.mail.local_day import LocalDay
from followup.mail.template_check import check_template
from followup.mail.template_compiler import LINE_END, html_form, html_layout, text_form
from followup.mail.template_file import (
    missing_folders,
    read_source,
    template_file,
    variant_path,
    variant_paths,
)
from followup.mail.template_values import Facts, Group, as_sentence
from followup.mail.template_versions import Seen, is_file
from followup.mail.vary import Vary

LAYOUT, STYLES, FOOTER = "layout.html", "layout.css", "partials/footer.md"
PHRASES = "partials/phrases.md"
"""Variables set in this partial are available to all files of its language: phrases that many of them
need.
"""

SUBJECT = "#subject"
"""Appended to a template's name, it names the template of the subject."""

_LAYOUT_NAMES = frozenset({"content", "footer", "subject", "lang", "direction"})
_PARTIAL = re.compile(r"partials/(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.md")
_KEPT_FILTERS = ("capitalize", "d", "default", "first", "join", "last", "length", "lower", "replace", "trim")
_WORD = re.compile(r"\S+")

Uptodate = Callable[[], bool]

_MOST_KEPT = 1024
"""So many compiled texts are kept: those of a shop in all languages, several times over."""


class _Form(Enum):
    """What a source is compiled to."""

    TEXT = "text"
    HTML = "html"
    SUBJECT = "subject"
    LAYOUT = "layout"


@dataclass(frozen=True, slots=True)
class _Source:
    """The source of a template. Where it stands counts for its errors alone: the same text in another
    workspace compiles to the same."""

    text: str
    path: Path = field(compare=False)
    environment: Environment = field(compare=False)


@lru_cache(maxsize=_MOST_KEPT)
def _compiled(source: _Source, form: _Form, css: str, names: frozenset[str]) -> str:
    """The compiled form of a checked source. `names` are those it may use beside the values of a letter.
    Raises InvalidFile for a mistake in it."""
    check_template(source.environment, source.path, source.text, names)
    if form is _Form.LAYOUT:
        return html_layout(source.environment, source.path, source.text, css)
    if form is _Form.HTML:
        return html_form(source.environment, source.path, source.text, css)
    if form is _Form.TEXT:
        return text_form(source.environment, source.path, source.text)
    return source.text


@lru_cache(maxsize=64)
def _names_set(source: _Source) -> frozenset[str]:
    """The names that a checked source sets. Raises InvalidFile for a mistake in it."""
    check_template(source.environment, source.path, source.text)
    names = source.environment.parse(source.text).find_all(nodes.Name)
    return frozenset(name.name for name in names if name.ctx == "store")


class _Codes(BytecodeCache):
    """The Python code of templates, by form, name and text. Each file gets it with its own path in it,
    because errors are placed by that path."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """What Jinja asks before it makes code."""
        bucket = Bucket(environment, "\0".join((str(environment.autoescape), name, source)), "")
        code = self._codes.get(bucket.key)
        if code is not None:
            bucket.code = _placed(code, str(filename))
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        """What Jinja calls after it made code."""
        if len(self._codes) >= _MOST_KEPT:
            self._codes.clear()
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.code


def _placed(code: CodeType, filename: str) -> CodeType:
    """The same code as if it were made from another file."""
    parts = (_placed(part, filename) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_filename=filename, co_consts=tuple(parts))


_codes = _Codes()


class _Loader(BaseLoader):
    """Finds the files of an email in the order of its variants, and compiles them to one of the two forms."""

    def __init__(self, folder: Path, variants: tuple[str, ...], *, as_html: bool) -> None:
        self._folder = folder
        self._variants = variants
        self._as_html = as_html

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Uptodate]:
        """The compiled source of a template, partial, layout or subject; its file; and a function that says
        whether that file is unchanged and still the most specific one.
        """
        name = template.removesuffix(SUBJECT)
        path, candidates = self._found(name)
        styles = self._folder / STYLES
        phrases = self._found(PHRASES)[1]
        depends_on = tuple(dict.fromkeys((*candidates, *phrases, *([styles] if self._as_html else []))))
        country = country_paths(self._folder, self._variants[0] if self._variants else "")
        seen = Seen((*depends_on, *country))
        own = country_words_of(self._folder, self._variants)
        if template == LAYOUT:
            kind, source = _Form.LAYOUT, read_source(path)
        elif template.endswith(SUBJECT):
            file = template_file(path)
            # A comment with as many line ends as precede the subject, so that line numbers match.
            kind, source = (
                _Form.SUBJECT,
                "{#" + "\n" * (file.subject_line - 1) + "#}" + own.in_source(file.subject),
            )
        else:
            kind = _Form.HTML if self._as_html else _Form.TEXT
            source = own.in_source(
                read_source(path) if name.startswith("partials/") else template_file(path).body
            )
        form = _compiled(
            _Source(source, path, environment),
            kind,
            read_source(styles) if kind in (_Form.LAYOUT, _Form.HTML) else "",
            _LAYOUT_NAMES if kind is _Form.LAYOUT else self._phrases(environment),
        )
        return form, str(path), seen.is_unchanged

    def _phrases(self, environment: Environment) -> frozenset[str]:
        """The names that PHRASES sets."""
        path, _ = self._found(PHRASES)
        return _names_set(_Source(read_source(path), path, environment)) if is_file(path) else frozenset()

    def _found(self, name: str) -> tuple[Path, tuple[Path, ...]]:
        """The file of a template, partial or layout, and the paths whose appearance would replace it. All
        files of an email are in one language, so a partial is never taken from another one.
        """
        if name == LAYOUT:
            path = self._folder / name
            return path, (path,)
        if "/" in name and not _PARTIAL.fullmatch(name):
            raise InvalidFile(
                f"A template in {self._folder} includes {name!r}.",
                hint='Include only files of the folder partials: {% include "partials/….md" %}.',
                code="bad_include",
            )
        paths = (self._folder, name, self._variants)
        return variant_path(*paths), (*variant_paths(*paths), *missing_folders(*paths))


@lru_cache(maxsize=64)
def environments_for(folder: Path, variants: tuple[str, ...]) -> tuple[Environment, Environment]:
    """The environments for text and for HTML, for one folder and the variants of its files."""
    return _environment(folder, variants, as_html=False), _environment(folder, variants, as_html=True)


def _environment(folder: Path, variants: tuple[str, ...], *, as_html: bool) -> Environment:
    environment = _EmailEnvironment(
        loader=_Loader(folder, variants, as_html=as_html),
        undefined=StrictUndefined,
        autoescape=as_html,
        finalize=_finalized,
        keep_trailing_newline=True,
        extensions=[Vary],
        bytecode_cache=_codes,
    )
    environment.globals.clear()
    # An allow-list: other filters include ways to disable escaping.
    environment.filters = {name: environment.filters[name] for name in _KEPT_FILTERS}
    environment.filters["upper"] = lambda value: str(value).upper()
    environment.filters["with_year"] = _with_year
    environment.filters["as_sentence"] = as_sentence
    environment.filters["lowered"] = _lowered
    environment.filters["capital"] = lambda value: f"{str(value)[:1].upper()}{str(value)[1:]}"
    environment.filters["with_space"] = _with_space
    environment.filters["excerpt"] = _excerpt
    environment.filters["quote"] = _quote_html if as_html else _quote_text
    return environment


class _EmailEnvironment(SandboxedEnvironment):
    """A sandboxed environment that knows our own groups of values. Their parts are plain, so they need no
    guard.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value of `obj.attribute` in a template."""
        if type(obj) is Facts:
            return obj.part(attribute)
        if type(obj) is Group and attribute in obj.parts:
            return obj.parts[attribute]
        return super().getattr(obj, attribute)


def _finalized(value: Any) -> Any:
    """The text written for a value: on one line, unless a filter kept its lines."""
    if value is None:
        raise UndefinedError("there is nothing to write here")
    return value.replace("\n", " ") if type(value) is str else value


def _with_year(day: Any) -> str:
    return day.with_year() if isinstance(day, LocalDay) else str(day)


def _lowered(value: Any, words: str) -> str:
    """A sentence that follows a comma: in lower case where its first word is one of `words`."""
    text = str(value)
    return text[:1].lower() + text[1:] if text.partition(" ")[0] in words.split() else text


def _with_space(value: Any) -> str:
    """A space and the text; nothing if there is no text."""
    return f" {value}" if value else ""


def _excerpt(value: Any, words: int = 25) -> str:
    """The first words of a text, with an ellipsis if something is left out."""
    text = str(value)
    ends = [word.end() for word in _WORD.finditer(text)]
    end = min(ends[words - 1] if len(ends) > words else len(text), words * 12)
    return text if end >= len(text) else f"{text[:end].rstrip(' ,;:.-')}…"


def _quote_text(value: Any) -> str:
    """A text over several lines, for a line that begins with ">"."""
    return f"{LINE_END}> ".join(str(value).split("\n"))


def _quote_html(value: Any) -> Markup:
    return Markup("<br>").join(escape(line) for line in str(value).split("\n"))
