"""What a letter quotes: whole sentences, chosen for what somebody minded."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.letters.gate.sentences import typed_sentences
from followup.domain.letters.quotation import MOST_WORDS, is_said_in, key_sentence, quotation
from followup.mail.languages import languages

SHARED = Path(__file__).parents[5] / "shared"


def quoted(text: str, language: str = "en") -> tuple[str, ...]:
    return quotation(text, languages()[language].quotations)


HELLO = (
    "Hi there, hope you are well. My name is Nina Holt and I have been a customer since 2011. I am writing "
    "with regard to my recent purchase. The cooker exploded."
)
BIKE = (
    "Dear team, I hope this finds you well. I bought the bike for my son's birthday. It was a sunny morning "
    "and we had cake with all the neighbours, their two dogs, and my aunt who had come by train from Leeds "
    "with a great many bags. The box was empty and he cried. I want my money back. Thank you."
)
LONELY = "I am 81 and the phone is how my daughter checks on me. Three times they promised an engineer."
DRESS = (
    "Guten Tag, mein Name ist Lena Vogt. Das Kleid war für die Hochzeit meiner Tochter. Es kam nie an. Mit "
    "freundlichen Grüßen"
)
PRAM = (
    "Bonjour, je me permets de vous écrire. La poussette est arrivée cassée et mon bébé a deux semaines. "
    "Merci d'avance."
)
BIRTHDAY = "Olá, bom dia. Meu nome é Ana. Minha filha chorou porque o presente chegou quebrado. Obrigada!"
GIFT = "Hola, buenos días. Me llamo Ana Ruiz. Mi hija lloró porque el regalo llegó roto. Gracias."


@pytest.mark.parametrize(
    ("language", "text", "lines"),
    [
        ("en", LONELY, (LONELY,)),
        ("en", HELLO, ("The cooker exploded.",)),
        ("en", "Hello, thanks in advance. Kind regards", ()),
        (
            "en",
            BIKE,
            (
                "I bought the bike for my son's birthday.",
                "The box was empty and he cried. I want my money back.",
            ),
        ),
        ("de", DRESS, ("Das Kleid war für die Hochzeit meiner Tochter. Es kam nie an.",)),
        ("fr", PRAM, ("La poussette est arrivée cassée et mon bébé a deux semaines.",)),
        ("pt", BIRTHDAY, ("Minha filha chorou porque o presente chegou quebrado.",)),
        ("es", GIFT, ("Mi hija lloró porque el regalo llegó roto.",)),
    ],
)
def test_whole_sentences_that_tell_what_they_minded(language: str, text: str, lines: tuple[str, ...]) -> None:
    assert quoted(text, language) == lines


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts lie beside the project")
def test_the_texts_that_were_cut_are_quoted_whole() -> None:
    lines = (SHARED / "cases/letters/texts.tsv").read_text(encoding="utf-8").splitlines()
    rows = {row["text"]: row["right"] for row in csv.DictReader(lines, delimiter="\t")}
    (hello,) = (text for text, right in rows.items() if right == 'quotes "The cooker exploded."')
    (lonely,) = (text for text, right in rows.items() if right == "quotes both sentences whole")
    assert quoted(hello) == ("The cooker exploded.",)
    assert quoted(lonely) == (lonely,)


def test_what_was_minded_goes_before_the_first_words() -> None:
    idle = "The weather was fine and the road from the station to the shop was easy to find for all of us. "
    text = idle * 3 + "My mother waited four hours in the cold."
    assert quoted(text)[-1].endswith("My mother waited four hours in the cold.")


def test_a_sentence_without_an_end_is_not_cut_but_left_out() -> None:
    assert quoted("and then he said " * 40) == ()
    assert quoted("word " * 59) == (" ".join(["word"] * 59),)


@given(
    st.lists(
        st.sampled_from(["It broke.", "I cried", "Hello!", "We waited 3 days.", "Word " * 30]), max_size=9
    )
)
def test_a_quotation_is_sentences_of_the_text_in_their_order(parts: list[str]) -> None:
    sentences = typed_sentences("\n\n".join(parts))
    lines = quoted("\n\n".join(parts))
    left = iter(sentences)
    assert all(sentence in left for line in lines for sentence in typed_sentences(line))
    assert sum(len(line.split()) for line in lines) <= MOST_WORDS * 3 // 2


def test_sentences_to_leave_out_are_left_out() -> None:
    words = languages()["en"].quotations
    text = "You useless morons. The sofa came with a torn arm."
    assert quotation(text, words, without={"You useless morons."}) == ("The sofa came with a torn arm.",)


def test_the_key_sentence_is_short_and_has_no_full_stop() -> None:
    words = languages()["en"].quotations
    assert key_sentence("I am writing about my order. The box was empty.", words) == "The box was empty"
    assert key_sentence("It was so late that " * 9, words) is None
    assert key_sentence("It was so late that " * 5, words) == ("It was so late that " * 5).strip()
    assert key_sentence("", words) is None


@pytest.mark.parametrize(
    ("quote", "is_said"),
    [
        ("the cooker exploded", True),
        ("It was new … nobody came.", True),
        ("nobody came … It was new", False),
        ("The cooker burst", False),
        ("cook", False),
        ("…", False),
    ],
)
def test_a_quotation_stands_in_what_was_said(quote: str, is_said: bool) -> None:
    assert is_said_in(quote, "It was new. The cooker exploded, and nobody came!") is is_said
