"""Hives all night and a late paperback do not read alike: severity changes the words of the first letter."""

import re
from dataclasses import replace
from itertools import product

import pytest

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureKind
from followup.mail.letter import Letter, Rendered
from followup.mail.lint_email import findings_for
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.mail.text_analysis import sentences_of
from followup.resources import shipped
from tests.unit.mail import test_what_happened

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
HAPPENED = {
    **test_what_happened.HAPPENED,
    "pt-BR": "Você ligou na segunda e de novo na quinta, e ninguém veio",
}
ANSWERS = {**test_what_happened.ANSWERS, "pt-BR": "A técnica vai na sexta-feira"}
HEAVY = {
    "en": r"serious|deeply|truly|nobody should go through|responsible|very sorry",
    "de": r"wiegt|schwer|schlimm|ernst|aufrichtig|durchgemacht|gewicht|kleinigkeit",
    "es": r"grave|pesa|serio|de veras|debería pasar|asunto menor|importancia|peor|a la ligera",
    "fr": r"grave|pèse|sérieux|profondément|devrait vivre|anodin|poids|pires",
    "pt": r"grave|pesa|séri[oa]|importância|deveria passar|coisa pequena|de pior",
}
LIGHT = {
    "en": r"\bsorry about it|sorry, that was|does that settle|all right|was there anything else",
    "de": r"tut mir leid\.? ist|halte mich kurz|passt das|ist es damit gut",
    "es": r"lo siento\. ¿|le parece bien así|queda así arreglado",
    "fr": r"cela vous va|règle tout",
    "pt": r"está bom assim|fica resolvido assim",
}
WORDINGS = range(20)


def letter(locale: str, severity: Severity, wording: int, feeling: Feeling | None) -> tuple[Letter, Rendered]:
    sample = sample_letter(locale, "EUR")
    assert sample.gesture is not None
    case = replace(
        sample.case,
        happened=HAPPENED[locale],
        answer=ANSWERS[locale] if feeling is Feeling.WORRIED else None,
        severity=severity,
        feeling=feeling,
        promised=None,
        verbatim=None,
        what_happened=None,
        told=(),
        done=(),
    )
    gesture = replace(sample.gesture, kind=GestureKind.REFUND, code=None, item=None)
    written = replace(sample, case=case, gesture=gesture, wording=wording)
    return written, render(SHIPPED, "apology", written)


def own_words(locale: str, severity: Severity, wording: int) -> str:
    """Subject and body without what the agent wrote, and the names."""
    _, rendered = letter(locale, severity, wording, Feeling.LET_DOWN)
    body = f"{rendered.subject}\n{rendered.text}".casefold()
    return body.replace(HAPPENED[locale].casefold(), "")


@pytest.mark.parametrize("locale", HAPPENED)
def test_little_has_no_heavy_words_and_much_has_no_light_ones(locale: str) -> None:
    heavy, light = re.compile(HEAVY[locale[:2]]), re.compile(LIGHT[locale[:2]])
    for wording in WORDINGS:
        minor = own_words(locale, Severity.MINOR, wording)
        assert heavy.search(minor) is None, minor
        for severity in (Severity.SERIOUS, Severity.SEVERE):
            grave = own_words(locale, severity, wording)
            assert heavy.search(grave), grave
            assert light.search(grave) is None, grave


@pytest.mark.parametrize("locale", HAPPENED)
def test_each_severity_says_its_own(locale: str) -> None:
    for wording in WORDINGS:
        said = {
            severity: set(sentences_of(letter(locale, severity, wording, Feeling.LET_DOWN)[1].text, locale))
            for severity in Severity
        }
        for one, other in product(Severity, Severity):
            if one is not other:
                assert said[one] - said[other], (one, other, wording)


@pytest.mark.parametrize("locale", HAPPENED)
def test_what_is_grave_begins_with_whose_doing_it_was_and_ends_with_somebody_by_name(locale: str) -> None:
    for severity, wording in product((Severity.SERIOUS, Severity.SEVERE), WORDINGS):
        written, rendered = letter(locale, severity, wording, None)
        paragraphs = rendered.text.split("\n\n")
        assert HAPPENED[locale][1:] in paragraphs[1]
        assert not paragraphs[1].startswith(HAPPENED[locale][:12])
        assert written.agent.name in paragraphs[2]
        assert written.business.reply_to in paragraphs[2]
        assert "A-1" not in rendered.subject


@pytest.mark.parametrize("locale", HAPPENED)
def test_little_is_said_in_fewer_words(locale: str) -> None:
    def words(severity: Severity) -> int:
        return sum(len(own_words(locale, severity, wording).split()) for wording in WORDINGS)

    assert words(Severity.MINOR) < words(Severity.MODERATE) < words(Severity.SEVERE)


@pytest.mark.parametrize("locale", HAPPENED)
def test_the_lint_finds_nothing(locale: str) -> None:
    feelings = (None, Feeling.ANGRY, Feeling.WORRIED)
    for severity, feeling, wording in product(Severity, feelings, WORDINGS):
        written, rendered = letter(locale, severity, wording, feeling)
        found = findings_for(written, rendered, sender="Ana <ana@shop.test>", is_first=True)
        assert [one for one in found if one.level == "E"] == [], rendered.text


@pytest.mark.parametrize("responsibility", [Responsibility.NOBODY, Responsibility.THEIRS])
def test_who_did_nothing_takes_no_blame_however_grave_it_was(responsibility: Responsibility) -> None:
    written, _ = letter("en-GB", Severity.SEVERE, 0, Feeling.LET_DOWN)
    case = replace(written.case, responsibility=responsibility)
    text = render(SHIPPED, "apology", replace(written, case=case)).text
    assert "We are responsible" not in text
    assert "Ana Reyes" in text.split("\n\n")[3]


def test_the_address_stands_in_the_letter_without_its_name() -> None:
    written, _ = letter("en-GB", Severity.SEVERE, 0, None)
    named = replace(
        written, business=replace(written.business, reply_to="Care at Our shop <care@shop.example>")
    )
    text = render(SHIPPED, "apology", named).text
    assert "care@shop.example" in text
    assert "Care at Our shop" not in text
    assert "<" not in text
