"""The file of a reader's country among the templates of their language, if there is one."""

from functools import lru_cache
from pathlib import Path

from babel.core import get_global

from followup.domain.letters.country_words import AS_EVERYWHERE, CountryWords, load_country_words
from followup.mail.template_versions import is_file, signature

_WRITES_LIKE = {"de-LI": "de-CH"}
"""Countries that write as a neighbour does, which Unicode's list of regions does not say."""


def country_tags(tag: str) -> tuple[str, ...]:
    """A language tag with a country, and the tag of what it writes like: es-MX, then es-419; de-LI, then
    de-CH. None of them for a language alone."""
    language, _, country = tag.partition("-")
    if not country:
        return ()
    if tag in _WRITES_LIKE:
        return (tag, _WRITES_LIKE[tag])
    parent = str(get_global("parent_exceptions").get(tag.replace("-", "_"), "")).replace("_", "-")
    return (tag, parent) if parent.startswith(f"{language}-") else (tag,)


def country_paths(folder: Path, tag: str) -> tuple[Path, ...]:
    """Where the words of a country may stand in a folder of templates, the most specific first: in the folder
    of its language, or in older workspaces, which have none, beside the templates."""
    places = (folder / tag.partition("-")[0], folder)
    return tuple(place / f"{one}.toml" for one in country_tags(tag) for place in places)


def country_words_of(folder: Path, variants: tuple[str, ...]) -> CountryWords:
    """What the country of the first of these variants writes otherwise. Raises InvalidFile for a broken
    file."""
    for path in country_paths(folder, variants[0] if variants else ""):
        if is_file(path):
            return _version(path, signature(path))
    return AS_EVERYWHERE


@lru_cache(maxsize=256)
def _version(path: Path, version: tuple[int, int] | None) -> CountryWords:  # noqa: ARG001
    return load_country_words(path.read_text(encoding="utf-8"), str(path))
