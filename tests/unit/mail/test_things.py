"""The word for what was bought: in no letter, subject or phrase does another one stand."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.thing import Thing
from followup.domain.shared.money import Money
from followup.mail.languages import languages
from followup.mail.letter import Letter
from followup.mail.render import render, template_names
from followup.mail.sample_letter import sample_letter
from followup.resources import shipped
from followup.services.upkeep.new_workspace import starter_files
from followup.settings import read_settings

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
LOCALES = {language: (language, "en-US") if language == "en" else (language,) for language in languages()}
IDIOMS = {
    "en": r"working order|in order|\bstays? (?:on|with|open)|(?:your |the |or )account(?! A-1)",
    "de": r"\bKundenkonto\b(?! A-1)",
    "es": r"(?:por|de) (?:nuestra|mi) cuenta|(?:su|la|una) cuenta(?! A-1)|en cuenta",
    "pt": r"\bconta\b(?! A-1)|pedidos? de desculpas",
    "fr": r"le compte (?:utilisé|qui)|votre compte(?! n°)|(?:rendre|tenir) compte",
}
"""Where a word for something bought is said of something else."""
_LONG = ("apology", "check-in")
"""Templates with a partial for each feeling or gesture."""
OF_THEMSELVES = {"missed-appointment": Thing.APPOINTMENT}
"""Reasons that are about a thing, whatever was bought."""


def forms(language: str, thing: Thing) -> set[str]:
    return {text.casefold() for text in languages()[language].things[thing].values()}


@cache
def words_of_others(language: str, thing: Thing) -> re.Pattern[str]:
    """All forms of the other things that this one does not have."""
    others = set().union(*(forms(language, other) for other in Thing if other is not thing))
    listed = sorted(others - forms(language, thing), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, listed))})\b")


def foreign_word(language: str, thing: Thing, text: str) -> str | None:
    """A word for another thing in a text, beside the idioms."""
    idioms = re.compile(IDIOMS.get(language, "(?!)"), re.IGNORECASE)
    said = idioms.sub("…", text).casefold()
    found = words_of_others(language, thing).search(said)
    return found[0] if found else None


def letters(locale: str, thing: Thing, template: str) -> Iterator[Letter]:
    """Letters of all feelings, gestures and responsibilities: a part for each thing, together all of them."""
    sample = sample_letter(locale, "EUR", thing)
    assert sample.gesture is not None
    kinds = (None, *GestureKind)
    for number, (feeling, kind, responsibility) in enumerate(
        product((*Feeling, None), kinds, Responsibility)
    ):
        if number % len(Thing) != thing.rank:
            continue
        if template not in _LONG and number % 3:
            continue
        gesture = kind and replace(
            sample.gesture,
            kind=kind,
            gesture_class=GestureClass.CORRECTIVE if number % 2 else GestureClass.GOODWILL,
            code=sample.gesture.code if number % 4 < 2 else None,
        )
        case = replace(
            sample.case,
            feeling=feeling,
            responsibility=responsibility,
            occurred_on=sample.case.occurred_on if number % 3 else None,
            what_happened=None,
            happened=sample.case.what_happened if number % 5 == 0 else None,
        )
        if template == "voucher-expiring":
            gesture = sample.gesture
        elif template in ("notice", "for-approval"):
            gesture = gesture or sample.gesture
        elif template == "approval-delayed":
            gesture = None
        yield replace(sample, case=case, gesture=gesture, wording=number)


@pytest.mark.parametrize("thing", Thing)
@pytest.mark.parametrize("language", LOCALES)
def test_no_letter_speaks_of_another_thing(language: str, thing: Thing) -> None:
    missing = f"templates/{language}/words.toml lacks [things.{thing}]: write it with the forms of the others"
    assert thing in languages()[language].things, missing
    for template, locale in product(template_names(SHIPPED), LOCALES[language]):
        for letter in letters(locale, thing, template):
            rendered = render(SHIPPED, template, letter)
            text = f"{rendered.subject}\n{rendered.text}"
            found = foreign_word(language, thing, text)
            known = ", ".join(languages()[language].things[thing])
            mend = f"write {{{{ case.thing.… }}}} with one of {known}, of [things.{thing}] in words.toml"
            assert found is None, f"{template} in {language} says {found!r} of a {thing}: {mend}.\n\n{text}"


@pytest.mark.parametrize("language", LOCALES)
def test_its_own_word_stands_beside_the_number(language: str) -> None:
    for thing in Thing:
        noun = languages()[language].things[thing]["noun"].casefold()
        subjects = {
            render(
                SHIPPED, "apology", replace(sample_letter(language, "EUR", thing), wording=wording)
            ).subject
            for wording in range(4)
        }
        assert all(noun in subject.casefold() and "A-1" in subject for subject in subjects), subjects


@pytest.mark.parametrize("language", LOCALES)
def test_another_word_would_be_found(language: str) -> None:
    letter = sample_letter(language, "EUR", Thing.ORDER)
    text = render(SHIPPED, "apology", letter)
    for thing in Thing:
        found = foreign_word(language, thing, f"{text.subject}\n{text.text}")
        assert (found is None) == (thing is Thing.ORDER)


@pytest.mark.parametrize("language", LOCALES)
def test_no_phrase_of_a_reason_speaks_of_a_thing(language: str) -> None:
    settings = read_settings(starter_files()["followup.toml"], "followup.toml", {})
    for reason, phrases in settings.reasons[language].items():
        for text in (one for texts in phrases.by_responsibility.values() for one in texts):
            for thing in Thing:
                noun = languages()[language].things[thing]["noun"]
                if OF_THEMSELVES.get(reason) is not thing:
                    assert not re.search(rf"\b{noun}\b", text, re.IGNORECASE), (reason, text)


@pytest.mark.parametrize("language", LOCALES)
def test_without_a_word_only_the_subject_and_what_it_is_about_have_the_number(language: str) -> None:
    letter = sample_letter(language, "EUR", Thing.NONE)
    case = replace(letter.case, feeling=Feeling.LET_DOWN, what_happened=None, promised=None)
    for wording in range(12):
        rendered = render(SHIPPED, "apology", replace(letter, case=case, gesture=None, wording=wording))
        opening = rendered.text.split("\n\n")[1]
        assert "A-1" in rendered.subject
        assert "A-1" not in opening


def test_every_language_has_all_forms_of_every_thing() -> None:
    for language, spoken in languages().items():
        first = spoken.things[Thing.ORDER].keys()
        assert "noun" in first, language
        assert all(spoken.things[thing].keys() == first for thing in Thing), language


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    ("thing", "is_told"),
    [(Thing.ORDER, True), (Thing.STAY, True), (Thing.ACCOUNT, False), (Thing.CONTRACT, False)],
)
def test_only_what_was_bought_once_has_a_price(language: str, thing: Thing, is_told: bool) -> None:
    sample = sample_letter(LOCALES[language][0], "EUR", thing)
    case = replace(sample.case, feeling=Feeling.CONFUSED, happened=None, order_value=Money(31700, "EUR"))
    for number in range(6):
        text = render(SHIPPED, "apology", replace(sample, case=case, wording=number)).text
        assert ("317" in text) is is_told
