"""Template files: their places, locales and front matter.

A language is a folder: `de/apology.md`, with `apology.de-AT.md` beside it for Austria. Older workspaces have
the language in the file name: `apology.de.md`, and `apology.md` for the language of the business. Both
layouts are supported. If both have a file for the same reader, it is ambiguous and refused.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from followup.errors import InvalidFile, NotFound
from followup.mail.country_words import country_paths, country_tags
from followup.mail.languages import DEFAULT_LANGUAGE, is_language, language_of, languages_in
from followup.mail.letter import TemplateClass
from followup.mail.template_versions import is_file, is_folder, signature

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
    """A parsed template. `body` has as many lines as the file, with the lines of the front matter empty, so
    that line numbers are the file's.
    """

    path: Path
    subject: str
    subject_line: int
    template_class: TemplateClass
    step: int | None
    locale: str
    body: str


def template_names(folder: Path) -> tuple[str, ...]:
    """The names of the templates in a folder, in alphabetical order: `apology` for en/apology.md, once for
    all locales.
    """
    matches = (_FILE_NAME.fullmatch(path.name) for path in _files(folder, "*.md"))
    return tuple(sorted({match["name"] for match in matches if match}))


def template_locales(folder: Path, name: str) -> tuple[str, ...]:
    """The locales of a template, that of `fallback_template` first."""
    first = fallback_template(folder, name)
    others = (*_files(folder, f"{name}.md"), *_files(folder, f"{name}.*.md"))
    locales = {_file_locale(path) for path in others if path != first and _FILE_NAME.fullmatch(path.name)}
    return (*([template_file(first).locale] if first else []), *sorted(locales))


def fallback_template(folder: Path, name: str) -> Path | None:
    """The file of a template for readers in whose language there is none: the file without a language, or
    else the file of the first language that has one.
    """
    places = (folder, *(folder / language for language in languages_in(folder)[:1]))
    paths = (place / f"{name}.md" for place in places)
    return next((path for path in paths if is_file(path)), None)


def _files(folder: Path, wanted: str) -> list[Path]:
    return [
        path
        for place in (folder, *(folder / language for language in languages_in(folder)))
        for path in place.glob(wanted)
    ]


def variants_for(folder: Path, name: str, locale: str) -> tuple[str, ...]:
    """The variants in which the files of an email are searched, the most specific first.

    For a reader in Austria these are "de-AT" and "de", and "" (files without a language, in the folder
    itself) if the template there is in German. If a reader's language has no such template, the language of
    `fallback_template` is used for all files, never a mix. Raises NotFound, listing the templates, if none
    has this name.
    """
    language = locale.partition("-")[0].lower()
    own = tuple(variant for variant in dict.fromkeys((locale, language)) if _LOCALE.fullmatch(variant))
    plain = folder / f"{name}.md"
    if _NAME.fullmatch(name):
        if is_file(plain) and template_file(plain).locale.partition("-")[0] == language:
            return (*own, "")
        if any(is_file(path) for path in variant_paths(folder, f"{name}.md", own)):
            return own
        fallback = fallback_template(folder, name)
        if fallback == plain:
            return ("", template_file(plain).locale.partition("-")[0])
        if fallback is not None:
            return (fallback.parent.name,)
    names = template_names(folder)
    near = get_close_matches(name, names, n=1)
    raise NotFound(
        f"There is no template {name!r} in {folder}.",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}.",
        code="unknown_template",
    )


def has_own_language(folder: Path, name: str, locale: str) -> bool:
    """Whether a template is written in the language of a locale, as its region can read it. A template that
    does not exist at all has no language to miss: true."""
    try:
        variants = variants_for(folder, name, locale.replace("_", "-"))
    except NotFound:
        return True
    template = template_file(variant_path(folder, f"{name}.md", variants))
    tag = locale.replace("_", "-")
    if template.locale.partition("-")[0] != tag.partition("-")[0].lower():
        return False
    return template.locale in country_tags(tag) or not _is_left_out(folder, tag)


def _is_left_out(folder: Path, tag: str) -> bool:
    """Whether readers of a region would find our way of writing their language strange, and the workspace has
    no file that says what they write otherwise."""
    left_out = set(language_of(tag).not_for) & set(country_tags(tag))
    return bool(left_out) and not any(is_file(path) for path in country_paths(folder, tag))


def variant_paths(folder: Path, name: str, variants: tuple[str, ...]) -> tuple[Path, ...]:
    """The possible paths of a file, in the order of the variants: for each variant, in its language's folder,
    or with the variant in the file name. Folders that do not exist are left out; see `missing_folders`.
    """
    missing = missing_folders(folder, name, variants)
    return tuple(place for place, within in _places(folder, name, variants) if within not in missing)


def missing_folders(folder: Path, name: str, variants: tuple[str, ...]) -> tuple[Path, ...]:
    """Folders that could hold a file but do not exist. Most workspaces use one of the two layouts; searching
    each file in both would cost more than everything else.
    """
    return tuple(within for within in _folders(folder, name, variants) if not is_folder(within))


def variant_path(folder: Path, name: str, variants: tuple[str, ...]) -> Path:
    """The first of these paths that exists, else the last possible one, so that an error can name it.

    Raises InvalidFile if a file exists both in its language's folder and under its old name outside of it:
    one of the two would be ignored silently.
    """
    found = [path for path in variant_paths(folder, name, variants) if is_file(path)]
    if len(found) > 1:
        _refuse_twice(folder, name, variants, found)
    if found:
        return found[0]
    in_folders = [one for one in variants if one and is_folder(folder / _language_of(one))]
    if in_folders:
        return _places(folder, name, (in_folders[-1],))[0][0]
    return folder / name if "" in variants else _places(folder, name, variants)[-1][0]


def _refuse_twice(folder: Path, name: str, variants: tuple[str, ...], found: list[Path]) -> None:
    for variant in filter(None, variants):
        (in_folder, _), *in_names = _places(folder, name, (variant,))
        if "" in variants and "-" not in variant:
            in_names += _places(folder, name, ("",))
        twice = [path for path, _ in in_names if path in found and in_folder in found]
        if twice:
            raise InvalidFile(
                f"{in_folder} and {twice[0]} are the same text twice.",
                hint="Keep the one that emails should be written from, and delete the other.",
                code="template_twice",
            )


@lru_cache(maxsize=4096)
def _places(folder: Path, name: str, variants: tuple[str, ...]) -> tuple[tuple[Path, Path], ...]:
    """The possible paths of a file, each with the folder that must exist for it."""
    stem, above = name.removesuffix(".md"), folder / name.partition("/")[0] if "/" in name else folder
    places: list[tuple[Path, Path]] = []
    for variant in variants:
        if variant:
            own = folder / _language_of(variant)
            places.append((own / (f"{stem}.{variant}.md" if "-" in variant else name), own))
        places.append((folder / (f"{stem}.{variant}.md" if variant else name), above))
    return tuple(places)


@lru_cache(maxsize=4096)
def _folders(folder: Path, name: str, variants: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(within for _, within in _places(folder, name, variants)))


def _language_of(variant: str) -> str:
    return variant.partition("-")[0]


def read_source(path: Path) -> str:
    """The text of a template or partial. Raises InvalidFile if it is not readable UTF-8."""
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
    # The template compiler uses control characters as marks of line ends and lists.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\n\t" or letter >= " ")


def read_template(path: Path) -> TemplateFile:
    """Parse a template with its front matter. Raises InvalidFile with the line of the mistake."""
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
    """A parsed template, cached per version of its file."""
    return _template_version(path, signature(path))


@lru_cache(maxsize=256)
def _template_version(path: Path, version: tuple[int, int] | None) -> TemplateFile:  # noqa: ARG001
    return read_template(path)


def bad_template(path: Path, line: int, what: str, hint: str) -> InvalidFile:
    """The error for a mistake in a line of a template."""
    return InvalidFile(f"{path}, line {line}: the template {what}.", hint=hint, code="bad_template")


def _front_matter(path: Path, lines: list[str]) -> dict[str, tuple[int, str]]:
    """The keys of the front matter, each with its line number and value."""
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
    """The locale of a file by its name, or else by its folder."""
    match = _FILE_NAME.fullmatch(path.name)
    if match and match["locale"]:
        return str(match["locale"])
    return path.parent.name if is_language(path.parent.name) else DEFAULT_LANGUAGE
