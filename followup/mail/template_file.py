"""A template's file: its name, its locale, and the few lines in front of its text."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from followup.errors import InvalidFile, NotFound
from followup.mail.letter import TemplateClass

DEFAULT_LOCALE = "en"
_KEYS = ("subject", "class", "step", "locale")
_FILE_NAME = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9_-]*)(?:\.(?P<locale>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.md"
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LINE = re.compile(r"(?P<key>[A-Za-z_-]+)\s*:\s*(?P<value>.*)")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template taken apart. `body` has as many lines as the file, those in front left empty, so that its
    line numbers are the file's."""

    path: Path
    subject: str
    subject_line: int
    template_class: TemplateClass
    step: int | None
    locale: str
    body: str


def template_names(folder: Path) -> tuple[str, ...]:
    """The names of the templates in a folder, in order: `apology` for apology.md, whatever its locales."""
    matches = (_FILE_NAME.fullmatch(path.name) for path in folder.glob("*.md"))
    return tuple(sorted({match["name"] for match in matches if match}))


def template_locales(folder: Path, name: str) -> tuple[str, ...]:
    """The locales that a template is written in besides the one without a locale in its file name."""
    matches = (_FILE_NAME.fullmatch(path.name) for path in folder.glob(f"{name}.*.md"))
    return tuple(sorted(match["locale"] for match in matches if match and match["locale"]))


def variants_for(folder: Path, name: str, locale: str) -> tuple[str, ...]:
    """The variants in which the files of a template's email are looked for, the most specific first.

    For a reader in Austria these are "de-AT", "de", and "" (the plain files) where the plain template itself
    is in German. A reader in whose language there is no such template has the plain files alone: nothing is
    mixed from two languages. Raises NotFound, naming the templates there are, if the name is none of them.
    """
    language = locale.partition("-")[0].lower()
    own = [variant for variant in dict.fromkeys((locale, language)) if _LOCALE.fullmatch(variant)]
    plain = folder / f"{name}.md"
    if _NAME.fullmatch(name):
        if plain.is_file() and template_file(plain).locale.partition("-")[0] == language:
            return (*own, "")
        if any(variant_path(folder, f"{name}.md", (variant,)).is_file() for variant in own):
            return tuple(own)
        if plain.is_file():
            return ("",)
    names = template_names(folder)
    near = get_close_matches(name, names, n=1)
    raise NotFound(
        f"There is no template {name!r} in {folder}.",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}.",
        code="template_file_missing",
    )


def variant_paths(folder: Path, name: str, variants: tuple[str, ...]) -> tuple[Path, ...]:
    """Where a file of an email may be, in the order of the variants."""
    stem = name.removesuffix(".md")
    return tuple(folder / (f"{stem}.{variant}.md" if variant else name) for variant in variants)


def variant_path(folder: Path, name: str, variants: tuple[str, ...]) -> Path:
    """The first of these that is there; the last where none is, so that an error can name it."""
    *specific, last = variant_paths(folder, name, variants)
    return next((path for path in specific if path.is_file()), last)


def read_source(path: Path) -> str:
    """The text of a template or partial. Raises InvalidFile if it cannot be read as UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidFile(
            f"{path} cannot be read: {error.strerror}.",
            hint="Put the file back, for instance from a workspace made by followup init.",
            code="template_unreadable",
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise bad_template(path, line, "is not UTF-8 text", "Save the file as UTF-8.") from None
    # Control characters mark line ends and lists while a template is turned into its two forms.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\n\t" or letter >= " ")


def read_template(path: Path) -> TemplateFile:
    """Read a template with its front matter. Raises InvalidFile with the line of what is wrong."""
    lines = read_source(path).split("\n")
    if lines[0].rstrip() != "---":
        raise bad_template(
            path, 1, "does not begin with ---", "Begin with ---, then subject: and class:, then --- again."
        )
    end = next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), None)
    if end is None:
        raise bad_template(path, 1, "has no second ---", "End the lines in front of the text with ---.")
    found = _front_matter(path, lines[1 : end - 1])
    for key in ("subject", "class"):
        if key not in found:
            raise bad_template(path, end, f"has no {key}", f"Write a line {key}: … above this one.")
    return TemplateFile(
        path=path,
        subject=found["subject"][1],
        subject_line=found["subject"][0],
        template_class=_template_class(path, *found["class"]),
        step=_step(path, *found["step"]) if "step" in found else None,
        locale=_locale(path, *found.get("locale", (0, _file_locale(path)))),
        body="\n" * end + "\n".join(lines[end:]),
    )


def template_file(path: Path) -> TemplateFile:
    """A template taken apart, read once per version of its file."""
    return _template_version(path, signature(path))


@lru_cache(maxsize=256)
def _template_version(path: Path, version: tuple[int, int] | None) -> TemplateFile:  # noqa: ARG001
    return read_template(path)


def signature(path: Path) -> tuple[int, int] | None:
    """What changes with a file's version; None where it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def bad_template(path: Path, line: int, what: str, hint: str) -> InvalidFile:
    """The error for a mistake in a template's line."""
    return InvalidFile(f"{path}, line {line}: the template {what}.", hint=hint, code="bad_template")


def _front_matter(path: Path, lines: list[str]) -> dict[str, tuple[int, str]]:
    """Each key's line number and value."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise bad_template(path, number, f"has {line.strip()!r} in front", "Write key: value.")
        key, value = match["key"], match["value"].strip()
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(_KEYS)}."
            raise bad_template(path, number, f"has an unknown key {key!r}", hint)
        if key in found:
            raise bad_template(path, number, f"has {key} twice", "Keep one of the two lines.")
        if len(value) >= 2 and value[0] == value[-1] and value[0] in _QUOTES:
            value = value[1:-1].strip()
        if not value:
            raise bad_template(path, number, f"has an empty {key}", f"Write something after {key}:.")
        found[key] = (number, value)
    return found


def _template_class(path: Path, line: int, value: str) -> TemplateClass:
    for word in TemplateClass:
        if word.value == value:
            return word
    raise bad_template(
        path, line, f"has the class {value!r}", f"Write one of {', '.join(TemplateClass.values())}."
    )


def _step(path: Path, line: int, value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 99:
        return int(value)
    raise bad_template(path, line, f"has the step {value!r}", "Write its number in the sequence, from 1.")


def _locale(path: Path, line: int, value: str) -> str:
    if _LOCALE.fullmatch(value):
        return value
    raise bad_template(path, line, f"has the locale {value!r}", "Write it as en, en-GB or de-AT.")


def _file_locale(path: Path) -> str:
    match = _FILE_NAME.fullmatch(path.name)
    return (match and match["locale"]) or DEFAULT_LOCALE
