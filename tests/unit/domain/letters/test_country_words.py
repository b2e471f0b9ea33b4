"""What a country writes otherwise: whole words and letters in our own texts, and no names in tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.letters.country_words import AS_EVERYWHERE, CountryWords, load_country_words
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.errors import InvalidFile
from tests.unit.domain.letters.sincerity.drafts import breaks

SWISS = CountryWords(letters={"ß": "ss"}, words={"Kasse": "Kassa", "in the post": "in the mail"})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("An der Kasse, bitte.", "An der Kassa, bitte."),
        ("Kassenbon und Kasse", "Kassenbon und Kassa"),  # part of another word stays
        ("Straße", "Strasse"),
        ("In the post, or in the post?", "In the mail, or in the mail?"),
        ("in the poster", "in the poster"),
    ],
)
def test_words_are_replaced_whole_and_letters_anywhere(text: str, written: str) -> None:
    assert SWISS.written(text) == written


def test_names_in_the_tags_of_a_template_stay() -> None:
    words = CountryWords(words={"email": "courriel", "case": "dossier"})
    tag = '{% set by = "by email" if case.email == "email" %}'
    source = f"{{# an email #}}\n{tag}\nThe email of case {{{{ case.ref }}}}."
    assert words.in_source(source) == (
        "{# an email #}\n"
        '{% set by = "by courriel" if case.email == "email" %}\n'
        "The courriel of dossier {{ case.ref }}."
    )


@given(st.text(alphabet='aß{}%#" \n', max_size=60))
def test_line_ends_stay_where_they_are(source: str) -> None:
    """The line of a mistake in a template is that of its file."""
    written = SWISS.in_source(source)
    assert written.count("\n") == source.count("\n")
    assert AS_EVERYWHERE.in_source(source) == source


def test_a_file_has_two_tables_of_texts() -> None:
    read = load_country_words('[letters]\n"ß" = "ss"\n[words]\n"a b" = "c"\n', "de-CH.toml")
    assert (read.letters, read.words) == ({"ß": "ss"}, {"a b": "c"})
    with pytest.raises(InvalidFile) as caught:
        load_country_words('[letters]\n"ß" = 2\n[wrods]\n"a" = "b"\n', "de-CH.toml")
    assert caught.value.code == "invalid_country_words"
    assert "de-CH.toml, line 2: [letters]: 'ß' must be a text." in caught.value.message
    assert "wrods" in caught.value.message


@pytest.mark.parametrize(
    "sentence", ["Gemäß unseren Richtlinien geht das nicht.", "Gemäss unseren Richtlinien geht das nicht."]
)
def test_the_lint_reads_swiss_spelling(sentence: str) -> None:
    assert breaks(SincerityRule.E5, sentence, "de")
