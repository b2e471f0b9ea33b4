"""Whose words are whose in an email."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.mail.languages import wording_of
from followup.mail.text_analysis import draft_of, sentences_of

EMAIL = """\
Hello Jo,

I am sorry that your order arrived late. We let you
down on 12 March.

You told us:

> It was a birthday present.
> Really!

- One thing at a time
  goes on.
- Another thing

See https://shop.example/a. Does that settle it?

Best wishes,

Ana Reyes
Customer care, Our shop

PS: I am here on Friday.

--\x20
Stop these emails: https://shop.example/stop
"""


def test_an_email_is_taken_apart() -> None:
    draft = draft_of("Your order", EMAIL, "en-GB")
    assert draft.wording is wording_of("en")
    assert draft.greeting == "Hello Jo,"
    assert [(sentence.text, sentence.paragraph) for sentence in draft.sentences] == [
        ("I am sorry that your order arrived late.", 0),
        ("We let you down on 12 March.", 0),
        ("You told us:", 1),
        ("One thing at a time goes on.", 2),
        ("Another thing", 3),
        ("See https://shop.example/a.", 4),
        ("Does that settle it?", 4),
        ("PS: I am here on Friday.", 5),
    ]
    assert draft.quotes == ("It was a birthday present. Really!",)
    assert draft.sign_off == ("Best wishes,", "Ana Reyes", "Customer care, Our shop")
    assert draft.links == ("https://shop.example/a",)
    assert draft.word_count == 8 + 7 + 3 + 7 + 2 + 2 + 4 + 6


@pytest.mark.parametrize(
    ("text", "greeting", "first"),
    [
        ("Hi Dr. Smith, I am sorry.\nAna", "Hi Dr. Smith,", "I am sorry."),
        ("Jo,\nWe did it.\n\nAna", "Jo,", "We did it."),
        ("Sehr geehrter Herr Dr. Müller,\n\nes war so.", "Sehr geehrter Herr Dr. Müller,", "es war so."),
        ("Chère Mme Dupont,\n\nC'est vrai.", "Chère Mme Dupont,", "C'est vrai."),
        ("Hola, Jo:\n\nFue así.", "Hola, Jo:", "Fue así."),
        ("History repeats itself here.", None, "History repeats itself here."),
    ],
)
def test_a_greeting_is_known(text: str, greeting: str | None, first: str) -> None:
    draft = draft_of("", text, "en")
    assert draft.greeting == greeting
    assert draft.sentences[0].text == first


@pytest.mark.parametrize(
    ("ending", "sign_off"),
    [
        ("Ana Reyes\nHarbour Books Ltd.", ("Ana Reyes", "Harbour Books Ltd.")),
        ("Mit freundlichen Grüßen\nAna", ("Mit freundlichen Grüßen", "Ana")),
        ("Un saludo,\n\nAna", ("Un saludo,", "Ana")),
        ("Bien à vous,\nAna", ("Bien à vous,", "Ana")),
        ("Best, Ana", ("Best, Ana")),
        ("Colin, for all of us at Albany Homes", ("Colin, for all of us at Albany Homes",)),
        ("Thank you, I will call you.", ()),
        ("We are here for you", ()),
        ("- the last of the list", ()),
    ],
)
def test_a_sign_off_is_known(ending: str, sign_off: tuple[str, ...] | str) -> None:
    expected = (sign_off,) if isinstance(sign_off, str) else sign_off
    assert draft_of("", f"We did it.\n\n{ending}", "en").sign_off == expected


def test_a_name_alone_is_not_taken_for_an_email_without_a_body() -> None:
    assert [sentence.text for sentence in draft_of("", "Ana", "en").sentences] == ["Ana"]


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        (
            "en",
            "You wrote: “It was late. Nobody called.” We did not.",
            ("You wrote: “It was late. Nobody called.”", "We did not."),
        ),
        ("en", "It was 3 May. I came late.", ("It was 3 May.", "I came late.")),
        (
            "en",
            "It cost £8.50 at 9 a.m. on Friday. We paid.",
            ("It cost £8.50 at 9 a.m. on Friday.", "We paid."),
        ),
        ("fr", "M. Dupont est venu. C'est vrai.", ("M. Dupont est venu.", "C'est vrai.")),
        ("de", "Es war am 12. März. Nr. 5 fehlte.", ("Es war am 12. März.", "Nr. 5 fehlte.")),
        ("es", "¿Está bien? Sr. Ortiz llegó.", ("¿Está bien?", "Sr. Ortiz llegó.")),
    ],
)
def test_sentences_end_where_they_do(language: str, text: str, sentences: tuple[str, ...]) -> None:
    assert sentences_of(text, language) == sentences


def test_sentences_sent_before_are_those_of_a_draft() -> None:
    assert sentences_of(EMAIL, "en")[:2] == (
        "I am sorry that your order arrived late.",
        "We let you down on 12 March.",
    )


def test_the_reading_grade_is_that_of_kincaid() -> None:
    """Two sentences, ten words, eleven syllables: 0.39 * 5 + 11.8 * 1.1 - 15.59 = -0.66."""
    draft = draft_of("", "We sent you the book late. That was our mistake.", "en")
    assert draft.reading_grade == pytest.approx(0.39 * 5 + 11.8 * 1.1 - 15.59)


def test_only_english_has_a_reading_grade_and_only_with_words() -> None:
    assert draft_of("", "Das war so.", "de").reading_grade is None
    assert draft_of("", "12 34.", "en").reading_grade is None


def test_a_sentence_too_long_for_a_person_is_read_in_pieces() -> None:
    pieces = draft_of("", "very " * 400 + "late.", "en").sentences
    assert [len(piece.text) for piece in pieces] == [800, 800, 405]


@given(st.text(alphabet=st.characters(), max_size=300), st.sampled_from(("en", "de", "fr", "", "zz-ZZ")))
def test_any_text_can_be_taken_apart_the_same_way_twice(text: str, language: str) -> None:
    draft = draft_of(text, text, language)
    assert all(sentence.text.strip() for sentence in draft.sentences)
    assert draft_of(text, text, language) == draft


def test_a_german_day_and_its_month_stay_in_one_sentence() -> None:
    text = (
        "Guten Tag A,\n\nEs geht um den 12. März, und ich frage nach. "
        "Bis zum 1. Mai, dann ist Schluss.\n\nAna"
    )
    assert sentences_of(text, "de") == (
        "Es geht um den 12. März, und ich frage nach.",
        "Bis zum 1. Mai, dann ist Schluss.",
    )
