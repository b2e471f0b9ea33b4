"""Rendering an email: a Markdown template and a letter give the subject, the text and the HTML.

Each template is compiled to its two forms once per version of its file (see template_compiler.py); rendering
an email only fills in values. A customer's words are filled in as escaped values, and are never interpreted
as Markdown, HTML or Jinja.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, UndefinedError
from markupsafe import Markup

from followup.domain.cases.case import Feeling
from followup.errors import InvalidFile
from followup.mail.country_words import country_words_of
from followup.mail.edited_text import as_html
from followup.mail.jinja_environments import FOOTER, LAYOUT, PHRASES, STYLES, SUBJECT, environments_for
from followup.mail.letter import FOOTER_MARK, EditedText, Letter, Rendered, TemplateClass
from followup.mail.sanitize import single_line
from followup.mail.template_compiler import finished_html, finished_text
from followup.mail.template_file import (
    TemplateFile,
    read_source,
    template_file,
    template_locales,
    template_names,
    variant_path,
    variants_for,
)
from followup.mail.template_values import Group, known_locale, template_variables, values_for
from followup.mail.template_versions import is_file, looked_at_once

__all__ = ["Rendered", "render", "template_locales", "template_names", "template_variables"]

_LONGEST_PART = 100_000
_HAPPENED = "partials/happened.md"


@looked_at_once()
def render(templates_dir: Path, name: str, letter: Letter, *, edited: EditedText | None = None) -> Rendered:
    """Render the template `name` (for instance "apology") for one letter. With `edited`, an agent wrote the
    subject and the body; only the footer and the layout are the template's.

    Each file is the most specific one in the customer's language, see `variants_for`; if the language has
    none, all files are in one other language. Raises NotFound if no template has this name, and InvalidFile,
    with file and line, for a template that is broken or uses a value that this case does not have: no value
    is ever left blank.
    """
    text = _Writing(templates_dir, name, letter)
    with _errors_placed(templates_dir):
        text.fill_in()
        if edited is None:
            subject = single_line(text.plain.get_template(f"{name}.md{SUBJECT}").render(text.values))
            body = text.body()
            content = finished_html(text.rich.get_template(f"{name}.md").render(text.values))
        else:
            subject, body = edited.subject, edited.text
            content = as_html(body, read_source(templates_dir / STYLES))
        footer = text.footer()
        document = _document(text, content, subject)
    template = text.template
    return Rendered(
        subject=_not_empty(template, "subject", subject),
        text=_whole(template, body, footer),
        html=document,
        template_class=_class_of(template, letter, text.values, body),
        locale_used=template.locale,
        fallback=not text.is_own_language,
        language_tag=text.language_tag,
    )


@looked_at_once()
def text_of_letter(templates_dir: Path, name: str, letter: Letter) -> tuple[str, str]:
    """The text of `render`, and the locale it is written in, in less time: without subject and HTML, for
    comparing letters. Raises as `render` does."""
    text = _Writing(templates_dir, name, letter)
    with _errors_placed(templates_dir):
        text.fill_in()
        body, footer = text.body(), text.footer()
    return _whole(text.template, body, footer), text.template.locale


class _Writing:
    """A letter while it is written: its template, the environments, and the values."""

    def __init__(self, templates_dir: Path, name: str, letter: Letter) -> None:
        wanted = letter.customer.locale.replace("_", "-")
        variants = variants_for(templates_dir, name, wanted)
        self.template = template_file(variant_path(templates_dir, f"{name}.md", variants))
        self.is_own_language = self.template.locale.partition("-")[0] == wanted.partition("-")[0].lower()
        self.locale = known_locale(wanted if self.is_own_language else self.template.locale)
        self.plain, self.rich = environments_for(templates_dir, variants)
        self.values = values_for(
            letter,
            self.locale,
            _opening(templates_dir, variants, letter),
            country_words_of(templates_dir, variants),
        )
        self.language_tag = _language_tag(self.template, wanted, is_own_language=self.is_own_language)
        self._name = name
        self._sets_phrases = is_file(variant_path(templates_dir, PHRASES, variants))

    def fill_in(self) -> None:
        """Add to the values what the templates say of them."""
        if self._sets_phrases:
            told = [one.parts["gesture"] for one in self.values["also"]]
            also = [_with_phrases(self.plain, self.values, gesture) for gesture in told]
            self.values |= _set_by(self.plain, PHRASES, self.values) | {"also": also}

    def body(self) -> str:
        """The text above the footer."""
        return finished_text(self.plain.get_template(f"{self._name}.md").render(self.values))

    def footer(self) -> str:
        """The text of the footer."""
        return finished_text(self.plain.get_template(FOOTER).render(self.values))


def _language_tag(template: TemplateFile, wanted: str, *, is_own_language: bool) -> str:
    """The language of the email: that of the template, in the country of the customer if they have one."""
    if is_own_language and "-" in wanted and str(known_locale(wanted)).replace("_", "-") == wanted:
        return wanted
    return template.locale


def _whole(template: TemplateFile, body: str, footer: str) -> str:
    return _not_empty(template, "text", body) + (f"{FOOTER_MARK}{footer}\n" if footer else "\n")


def _set_by(environment: Environment, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """The variables that a template sets for others."""
    try:
        module = environment.get_template(name).make_module(values)
    except Exception:
        # Jinja does this itself wherever it renders: the lines of the error become those of the template.
        environment.handle_exception()
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def _with_phrases(environment: Environment, values: dict[str, Any], gesture: Group) -> Group:
    """A gesture that the letter tells of besides, with the phrases as they are made for it."""
    phrases = _set_by(environment, PHRASES, values | {"gesture": gesture})
    return Group("also", phrases | {"gesture": gesture})


def _document(text: _Writing, content: str, subject: str) -> str:
    """The complete HTML document around the content."""
    footer = finished_html(text.rich.get_template(FOOTER).render(text.values)).strip()
    return text.rich.get_template(LAYOUT).render(
        text.values,
        subject=subject,
        content=Markup(content),  # noqa: S704 -- every value in it is escaped
        footer=Markup(footer),  # noqa: S704
        lang=text.language_tag,
        direction=text.locale.text_direction,
    )


def _class_of(template: TemplateFile, letter: Letter, values: dict[str, Any], text: str) -> TemplateClass:
    """The class of the rendered email. A discount invites the customer to buy again, so an email that
    mentions its amount or code is marketing; an email that only asks how things are is not.
    """
    groups = [] if letter.gesture is None else [values["gesture"]]
    groups += [one.parts["gesture"] for one in values["also"]]
    for gesture, group in zip(letter.gestures, groups, strict=True):
        named = [str(group.parts[name]) for name in ("amount", "code") if group.parts[name]]
        if gesture.kind.is_advertising and (not named or any(value in text for value in named)):
            return TemplateClass.MARKETING
    return template.template_class


def _opening(folder: Path, variants: tuple[str, ...], letter: Letter) -> str:
    """The opening partial: what happened in the agent's words where they are recorded, or else the one for
    the case's feeling, or the neutral one. Somebody who was embarrassed is not told it again."""
    feeling = letter.case.feeling
    tells = letter.case.happened is not None and feeling is not Feeling.EMBARRASSED
    if tells and is_file(variant_path(folder, _HAPPENED, variants)):
        return _HAPPENED
    if feeling is not None:
        partial = f"partials/feeling/{feeling.value}.md"
        if is_file(variant_path(folder, partial, variants)):
            return partial
    return "partials/feeling/plain.md"


def _not_empty(template: TemplateFile, what: str, written: str) -> str:
    if not written or len(written) > _LONGEST_PART:
        raise InvalidFile(
            f"{template.path}: the {what} comes out {'too long' if written else 'empty'}.",
            hint="Write the template so that it says something short for every case.",
            code="bad_email_length",
        )
    return written


@contextmanager
def _errors_placed(folder: Path) -> Iterator[None]:
    """Turn errors while a template is rendered into InvalidFile with file and line."""
    try:
        yield
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        path, line = str(folder), 0
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name.startswith(f"{folder}"):
                path, line = name, trace.tb_lineno
            trace = trace.tb_next
        place = f"{path}, line {line}" if line else path
        hint = (
            "Leave it out where it is missing, with {% if … %} … {% endif %}, or say something else with or."
        )
        if not isinstance(error, UndefinedError):
            hint = "Check that line of the template."
        raise InvalidFile(f"{place}: {error}.", hint=hint, code="template_fails") from None
