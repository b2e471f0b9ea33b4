"""Files of templates are looked at before each letter, or once for many where that is asked for."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from followup.domain.letters.sincerity.wording import pattern
from followup.errors import NotFound
from followup.mail.letter import Rendered
from followup.mail.render import render, text_of_letter
from followup.mail.sample_letter import sample_letter
from followup.mail.template_versions import is_file, is_folder, looked_at_once, signature
from followup.resources import shipped
from tests.unit.mail.rendered_letter import FRONT, LETTER, Write

SHIPPED = shipped("templates")


def again(folder: Path, body: str) -> Rendered:
    """The letter from the template `letter`, whose text was changed."""
    (folder / "letter.md").write_text(FRONT + body, encoding="utf-8")
    return render(folder, "letter", LETTER)


def test_a_changed_template_counts_at_the_next_letter(folder: Path, written: Write) -> None:
    assert written("One.\n").text == "One.\n"
    assert again(folder, "Another.\n").text == "Another.\n"


def test_where_files_are_looked_at_once_a_change_counts_afterwards(folder: Path, written: Write) -> None:
    with looked_at_once():
        assert written("One.\n").text == "One.\n"
        with looked_at_once():
            assert again(folder, "Another.\n").text == "One.\n"
        assert render(folder, "letter", LETTER).text == "One.\n"
    assert render(folder, "letter", LETTER).text == "Another.\n"
    with looked_at_once():
        assert render(folder, "letter", LETTER).text == "Another.\n"


def test_while_a_letter_is_written_each_file_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: Counter[Path] = Counter()
    look = Path.stat

    def counted(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        looks[path] += 1
        return look(path, follow_symlinks=follow_symlinks)

    letter = sample_letter("en-GB", "GBP")
    render(SHIPPED, "apology", letter)
    monkeypatch.setattr(Path, "stat", counted)
    for write in (render, text_of_letter):
        looks.clear()
        write(SHIPPED, "apology", letter)
        write(SHIPPED, "apology", letter)
        # Twice for two letters: the next letter looks again.
        assert looks[SHIPPED / "en" / "apology.md"] == 2
        assert set(looks.values()) == {2}


def test_after_an_error_files_are_looked_at_again(folder: Path, written: Write) -> None:
    written("One.\n")
    with pytest.raises(NotFound), looked_at_once():
        render(folder, "unknown", LETTER)
    assert again(folder, "Another.\n").text == "Another.\n"


def test_what_is_at_a_path(tmp_path: Path) -> None:
    file = tmp_path / "letter.md"
    assert (signature(file), is_file(file), is_folder(file)) == (None, False, False)
    file.write_bytes(b"abc")
    found = signature(file)
    assert found is not None
    assert (found[1], is_file(file), is_folder(file)) == (3, True, False)
    assert (is_file(tmp_path), is_folder(tmp_path)) == (False, True)


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "es-ES", "fr-FR"])
@pytest.mark.parametrize("name", ["apology", "check-in", "closing", "voucher-expiring"])
def test_the_text_alone_is_that_of_the_whole_email(locale: str, name: str) -> None:
    sample = sample_letter(locale, "EUR")
    for wording in range(3):
        letter = replace(sample, wording=wording)
        rendered = render(SHIPPED, name, letter)
        assert text_of_letter(SHIPPED, name, letter) == (rendered.text, rendered.locale_used)
        assert len(rendered.text) > 100


def test_a_pattern_finds_the_same_in_a_text_that_was_searched_before() -> None:
    late, early = pattern("late"), pattern("late", harmless="not late")
    for _ in range(2):
        assert late.search("it was not late") is not None
        assert early.search("it was not late") is None
        assert late.search("it was early") is None
