"""Letters by the law of a region: the last question, the class, and the language that they state."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.law import LETTERS, LetterLaw
from followup.mail.compose import compose
from followup.mail.languages import languages
from followup.mail.letter import Letter, Rendered, TemplateClass
from followup.mail.lint_email import findings_for
from followup.mail.message_check import problems
from followup.mail.render import render, template_names
from followup.mail.sample_letter import sample_letter
from followup.mail.template_file import read_template
from followup.resources import shipped

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
SATISFIED = {
    "en": r"content with how",
    "de": r"[Zz]ufrieden",
    "es": r"parece bien cómo|satisfech",
    "fr": r"vous convient-elle|satisfait",
    "pt": r"satisfeit|resolvemos ficou boa",
}
"""How each language asks about satisfaction."""

KINDS = (*GestureKind, None)


def closings(locale: str, *, consent: bool) -> list[str]:
    """The last letter to somebody who lives in Germany, with every gesture and in every wording."""
    letter = sample_letter(locale, "EUR")
    customer = replace(letter.customer, region="DE", marketing_consent=consent)
    gesture = letter.gesture
    assert gesture is not None
    written = []
    for number, kind in enumerate(KINDS * 15):
        given = None if kind is None else replace(gesture, kind=kind)
        one = replace(letter, customer=customer, gesture=given, wording=number)
        written.append(_checked(one))
    return written


def _checked(letter: Letter) -> str:
    rendered = render(SHIPPED, "closing", letter)
    found = findings_for(letter, rendered, sender="Ana at Harbour Books <ana@shop.test>", is_first=False)
    assert [one for one in found if one.level == "E"] == [], rendered.text
    return rendered.text


@pytest.mark.parametrize("language", languages())
def test_nobody_in_germany_is_asked_how_content_they_are_without_consent(language: str) -> None:
    """With consent some wording asks it, so the words are those that would be found."""
    asks = re.compile(SATISFIED[language])
    assert not any(asks.search(text) for text in closings(language, consent=False))
    assert any(asks.search(text) for text in closings(language, consent=True))


def test_a_german_letter_asks_whether_the_new_one_came_in_one_piece() -> None:
    letter = sample_letter("de-DE", "EUR")
    assert letter.gesture is not None
    gesture = replace(letter.gesture, kind=GestureKind.REPLACEMENT, item="Stehlampe")
    assert (
        "Ist der Ersatz (Stehlampe) heil bei Ihnen angekommen?"
        in render(SHIPPED, "closing", replace(letter, gesture=gesture)).text
    )


def test_every_shipped_letter_has_a_class_and_it_is_that_of_its_template() -> None:
    assert set(LETTERS) == set(template_names(SHIPPED))
    for name, one in LETTERS.items():
        for language in languages():
            stated = read_template(SHIPPED / language / f"{name}.md").template_class
            assert (stated is TemplateClass.MARKETING) is (one.law is LetterLaw.MARKETING)


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("de-AT", "de-AT"),
        ("de_CH", "de-CH"),
        ("en-US", "en-US"),
        ("en-GB", "en-GB"),
        ("fr", "fr"),
        ("fr-XX", "fr"),  # no such country
        ("ja-JP", "en-GB"),  # written in English, so it does not say Japanese
    ],
)
def test_an_email_says_in_which_language_it_is(locale: str, tag: str) -> None:
    rendered = render(SHIPPED, "apology", sample_letter(locale, "EUR"))
    message = sent(rendered)

    assert problems(message) == ()
    assert message_from_bytes(message).get_all("Content-Language") == [tag]
    assert f'<html lang="{tag}" dir="ltr">' in rendered.html


def test_what_is_no_language_enters_no_header() -> None:
    rendered = render(SHIPPED, "apology", sample_letter("en-GB", "EUR"))
    with pytest.raises(ValueError, match="the language of an email"):
        sent(replace(rendered, language_tag="en\r\nBcc: x@example.com"))


def sent(rendered: Rendered) -> bytes:
    """The email as it goes out."""
    return compose(
        rendered,
        sender="Ana <ana@shop.test>",
        to_name="Jo",
        to_address="jo@example.com",
        reply_to=None,
        message_id="<a@shop.test>",
        in_reply_to=None,
        references=(),
        date=datetime(2026, 3, 16, tzinfo=UTC),
    )
