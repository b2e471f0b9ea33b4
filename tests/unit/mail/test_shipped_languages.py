"""The shipped emails in every language but English: whole, in one language, and held against the lint.

A sentence of English in one of them would be a file that is missing: then a template could not be written.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.mail.fact_text import Phrase, StatedFact, phrase_for
from followup.mail.languages import DEFAULT_LANGUAGE, language_tag, languages
from followup.mail.letter import Letter
from followup.mail.lint_email import findings_for
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.mail.template_values import known_locale
from followup.mail.text_analysis import sentences_of
from followup.resources import shipped
from followup.services.upkeep.new_workspace import starter_files
from followup.settings import read_settings

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
COUNTRIES = {"de": "de-AT", "es": "es-MX", "fr": "fr-CH", "pt": "pt-BR"}
LANGUAGES = {tag: COUNTRIES.get(tag, tag) for tag in languages() if tag != DEFAULT_LANGUAGE}
"""Each language, and where we know one a country of it that has no files of its own."""

FIRST = ("apology", "callback-arranged")
LATER = ("approval-delayed", "voucher-expiring", "given-later", "taken-back")
TO_CUSTOMERS = (*FIRST, "check-in", "closing", *LATER)
ADDING = (*FIRST, "check-in", "given-later")
"""Those that tell of all that was given."""
SENDER = "Ana at Harbour Books <ana@shop.test>"
REASONS = read_settings(starter_files()["followup.toml"], "followup.toml", {}).reasons

FACTS = {
    "item": StatedFact("Lampe 7"),
    "days_late": StatedFact(2, "days"),
    "days_waited": StatedFact(1, "days"),
    "hours_waited": StatedFact(Decimal("3.5"), "hours"),
    "minutes_waited": StatedFact(40, "minutes"),
    "hours_without": StatedFact(26, "hours"),
    "overcharged": StatedFact(Money(1840, "EUR")),
}


def phrases_of(language: str, whose: Responsibility) -> list[Phrase]:
    """Every phrase of a language, with all that it may say and with nothing."""
    told = [FACTS, {}]
    return [
        said
        for phrases, facts in product(REASONS[language].values(), told)
        if (said := phrase_for(phrases, whose, facts, known_locale(language)))
    ]


def letters(language: str, template: str) -> Iterator[Letter]:
    """Every feeling with every kind of gesture and whose doing it was; what else is known, and the wording,
    change from one to the next."""
    sample = sample_letter(LANGUAGES[language], "EUR")
    assert sample.gesture is not None
    phrases = {
        whose: [None, *(said.text for said in phrases_of(language, whose))] for whose in Responsibility
    }
    kinds = {
        "callback-arranged": (GestureKind.CALLBACK,),
        "voucher-expiring": (GestureKind.VOUCHER,),
        "taken-back": tuple(kind for kind in GestureKind if kind is not GestureKind.APOLOGY),
        "given-later": tuple(kind for kind in GestureKind if kind is not GestureKind.APOLOGY),
    }.get(template, tuple(GestureKind))
    cases = product((*Feeling, None), kinds, Responsibility)
    for number, (feeling, kind, responsibility) in enumerate(cases):
        gesture = replace(
            sample.gesture,
            kind=kind,
            gesture_class=list(GestureClass)[number % 2],
            money=sample.gesture.money if kind.has_amount else None,
            code=sample.gesture.code if kind.has_code else None,
            expires_on=sample.gesture.expires_on if kind.has_code else None,
            left=sample.gesture.left if kind.has_code else None,
        )
        case = replace(
            sample.case,
            feeling=feeling,
            responsibility=responsibility,
            what_happened=phrases[responsibility][number % len(phrases[responsibility])],
            verbatim="Es kam zu spät" if number % 3 else None,
            channel=(*Channel, None)[number % (len(Channel) + 1)],
            promised="12/3" if number % 5 == 0 else None,
            severity=Severity.MINOR,
            told=(),
            done=(),
        )
        waits = template == "approval-delayed"
        others = [kind for kind in GestureKind if kind not in (GestureKind.APOLOGY, GestureKind.DISCOUNT)]
        other = others[number % len(others)]
        besides = replace(
            sample.gesture,
            kind=other,
            gesture_class=list(GestureClass)[number // 2 % 2],
            money=Money(775, "EUR") if other.has_amount else None,
            item="Spiegel" if other.names_item else None,
            code="ABCDEF-GHJKLM-NPQRST" if other.has_code else None,
            expires_on=sample.gesture.expires_on if other.has_code else None,
        )
        also = (besides,) if template in ADDING and number % 3 == 1 else ()
        yield replace(sample, case=case, gesture=None if waits else gesture, also=also, wording=number)


@pytest.mark.parametrize("template", TO_CUSTOMERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_email_would_be_held(language: str, template: str) -> None:
    for letter in letters(language, template):
        rendered = render(SHIPPED, template, letter)

        assert (language_tag(rendered.locale_used), rendered.fallback) == (language, False)
        found = findings_for(
            letter,
            rendered,
            sender=SENDER,
            is_first=template in FIRST,
            introduces=template == "given-later",
        )
        errors = [finding for finding in found if finding.level == "E" or finding.rule is SincerityRule.W3]
        assert not errors, f"{errors[0]}\n{letter}\n{rendered.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_series_share_no_sentence_that_holds_nothing_of_the_case(language: str) -> None:
    """A customer's second series takes the next wording, and is about another day, order and code."""
    letter = next(letters(language, "apology"))
    other = replace(
        letter,
        wording=letter.wording + 1,
        case=replace(letter.case, ref="C-0099", order="B-2", verbatim="Otra vez"),
        gesture=None if letter.gesture is None else replace(letter.gesture, code="ABCDEF-GHJKLM-NPQRST"),
    )
    for template in ("apology", "check-in", "closing"):
        first, second = (
            set(sentences_of(render(SHIPPED, template, one).text, language)) for one in (letter, other)
        )
        assert first & second == set(), template


@pytest.mark.parametrize("template", ["for-approval", "notice"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_colleagues_are_written_to_in_their_language_too(language: str, template: str) -> None:
    for kind in GestureKind:
        letter = sample_letter(LANGUAGES[language], "EUR")
        assert letter.gesture is not None
        gesture = replace(letter.gesture, kind=kind, money=letter.gesture.money if kind.has_amount else None)

        rendered = render(SHIPPED, template, replace(letter, gesture=gesture))

        assert language_tag(rendered.locale_used) == language
        assert "Max Ortiz" in rendered.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_severity_and_every_role_can_be_written_to_colleagues(language: str) -> None:
    """Templates have words of their own for them; one that is missing would break the email."""
    letter = sample_letter(LANGUAGES[language], "EUR")
    assert letter.request is not None
    written = {
        render(
            SHIPPED,
            "for-approval",
            replace(
                letter,
                case=replace(letter.case, severity=severity),
                request=replace(letter.request, needs=role.value),
            ),
        ).text
        for severity, role in product(Severity, Role)
    }
    assert len(written) == len(Severity) * len(Role)
