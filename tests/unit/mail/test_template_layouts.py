"""Where the files of an email may stand: in the folder of their language, or as in workspaces made before
there were such folders, with the language in their names. Nothing is passed over in silence."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from followup.errors import InvalidFile, NotFound
from followup.mail.languages import languages_in
from followup.mail.letter import Letter
from followup.mail.render import render, template_locales, template_names
from followup.mail.sample_letter import sample_letter
from followup.mail.template_file import fallback_template
from followup.resources import shipped

SHIPPED = shipped("templates")
SHIPPED_LOCALES = ("en-GB", "de", "es", "fr", "pt")
LOCALES = ("en-GB", "en-US", "de-AT", "es", "fr-CH", "pt-BR", "pl")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A copy of the shipped templates."""
    return Path(copytree(SHIPPED, tmp_path / "new"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The shipped templates as workspaces had them before: the language in the names, English without."""
    folder = tmp_path / "old"
    for language in languages_in(SHIPPED):
        for path in (SHIPPED / language).rglob("*.md"):
            place = folder / path.relative_to(SHIPPED / language)
            place.parent.mkdir(parents=True, exist_ok=True)
            named = language == "en" or "." in path.stem
            place.with_suffix(".md" if named else f".{language}.md").write_bytes(path.read_bytes())
        for path in (SHIPPED / language).glob(f"{language}-*.toml"):
            (folder / path.name).write_bytes(path.read_bytes())
    for name in ("layout.html", "layout.css"):
        (folder / name).write_bytes((SHIPPED / name).read_bytes())
    return folder


@pytest.mark.parametrize("locale", LOCALES)
def test_a_workspace_in_the_old_layout_writes_the_same_emails(old: Path, locale: str) -> None:
    assert (old / "apology.de.md").is_file()
    assert not languages_in(old)
    assert template_names(old) == template_names(SHIPPED)
    for name in template_names(old):
        letter = sample_letter(locale, "EUR")
        assert render(old, name, letter) == render(SHIPPED, name, letter)
        assert template_locales(old, name) == template_locales(SHIPPED, name) == SHIPPED_LOCALES


@pytest.mark.parametrize("name", ["apology.md", "partials/sign-off.md", "partials/feeling/let_down.md"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_text_that_stands_in_both_layouts_is_refused_with_both_names(
    old: Path, language: str, name: str
) -> None:
    letter = sample_letter(f"{language}-{language.upper()}", "EUR")
    before = render(old, "apology", letter)
    in_folder = old / language / name
    in_folder.parent.mkdir(parents=True)
    in_folder.write_bytes((SHIPPED / language / name).read_bytes())
    with pytest.raises(InvalidFile) as caught:
        render(old, "apology", letter)
    in_name = old / (name if language == "en" else name.replace(".md", ".de.md"))
    assert caught.value.message == f"{in_folder} and {in_name} are the same text twice."
    assert caught.value.code == "template_twice"
    # Whoever reads another language is not concerned.
    assert render(old, "apology", sample_letter("es", "EUR")).locale_used == "es"
    in_folder.unlink()
    assert render(old, "apology", letter) == before


def test_a_language_added_to_an_old_workspace_is_a_folder(old: Path) -> None:
    copytree(SHIPPED / "de", old / "nl")
    dutch = render(old, "apology", sample_letter("nl-BE", "EUR"))
    assert "Viele Grüße" in dutch.text
    assert not dutch.fallback
    assert render(old, "apology", sample_letter("de", "EUR")).text == (
        render(SHIPPED, "apology", sample_letter("de", "EUR")).text
    )


def test_a_template_without_a_language_takes_the_pieces_of_its_own(new: Path) -> None:
    text = (
        '---\nsubject: Hello\nclass: service\nlocale: {}\n---\nX.\n\n{{% include "partials/sign-off.md" %}}\n'
    )
    for locale, sign_off in (("en-GB", "Ana Reyes"), ("de", "Viele Grüße")):
        (new / "own.md").write_text(text.format(locale), encoding="utf-8")
        for reader in ("en-GB", "de-DE", "pl"):
            written = render(new, "own", sample_letter(reader, "EUR"))
            assert written.locale_used == locale
            assert sign_off in written.text
            assert written.fallback == (reader[:2] != locale[:2])


def test_who_reads_no_language_of_ours_is_written_to_in_english_or_the_first_folder(
    new: Path,
) -> None:
    letter = sample_letter("pl", "EUR")
    assert render(new, "apology", letter).locale_used == "en-GB"
    (new / "en" / "apology.md").unlink()
    for locale in ("pl", "en-GB"):
        with pytest.raises(NotFound):
            render(new, "apology", sample_letter(locale, "EUR"))
    rmtree(new / "en")
    assert fallback_template(new, "apology") == new / "de" / "apology.md"
    german = render(new, "apology", letter)
    assert (german.locale_used, german.fallback) == ("de", True)
    assert german.text == render(new, "apology", to_reader_of("de", letter)).text


def test_a_country_has_its_own_words_in_the_folder_of_its_language(new: Path) -> None:
    sign_off = new / "de" / "partials" / "sign-off.de-AT.md"
    sign_off.write_text("Servus\n", encoding="utf-8")
    assert "Servus" in render(new, "apology", sample_letter("de-AT", "EUR")).text
    assert "Servus" not in render(new, "apology", sample_letter("de-CH", "EUR")).text


def to_reader_of(locale: str, letter: Letter) -> Letter:
    return replace(letter, customer=replace(letter.customer, locale=locale))
