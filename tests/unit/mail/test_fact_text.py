"""Facts in letters, and the phrases that name them, in each reader's locale."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from followup.domain.cases.case import Responsibility
from followup.domain.letters.reason_phrases import read_phrases
from followup.domain.shared.money import Money
from followup.mail.fact_text import StatedFact, fact_text, phrase_for
from followup.mail.languages import languages
from followup.mail.template_values import known_locale
from followup.services.upkeep.new_workspace import starter_files
from followup.settings import read_settings

REASONS = read_settings(starter_files()["followup.toml"], "followup.toml", {}).reasons
OURS, SHARED, NOBODY, THEIRS = (
    Responsibility.OURS,
    Responsibility.SHARED,
    Responsibility.NOBODY,
    Responsibility.THEIRS,
)
LATE = "your {item} came {days_late} days later than we promised"
WE = {
    "en": {"we", "us"},
    "de": {"wir", "uns", "unser", "unseren"},
    "es": {"nosotros", "faltamos", "tardamos", "dejamos", "cobramos", "enviamos", "dimos"},
    "fr": {"nous"},
    "pt": {
        "nós",
        "faltamos",
        "demoramos",
        "deixamos",
        "cobramos",
        "mandamos",
        "demos",
        "fizemos",
        "devolvemos",
    },
}
SAID_BETWEEN_US = {"rude-service", "damaged-item", "faulty-item", "no-reply", "missed-appointment"}
"""Reasons whose phrases speak of us without saying that we did it: "what you bought from us broke"."""


@pytest.mark.parametrize(
    ("locale", "fact", "text"),
    [
        ("en-GB", StatedFact(1, "days"), "1 day"),
        ("en-GB", StatedFact(2, "days"), "2 days"),
        ("de-DE", StatedFact(1, "days"), "1 Tag"),
        ("de-DE", StatedFact(2, "days"), "2 Tage"),
        ("fr-FR", StatedFact(Decimal("1.5"), "hours"), "1,5\xa0heure"),
        ("fr-FR", StatedFact(2, "hours"), "2\xa0heures"),
        ("es-ES", StatedFact(40, "minutes"), "40 minutos"),
        ("pt-BR", StatedFact(1, "days"), "1 dia"),  # its long form is the short one
        ("pt-BR", StatedFact(2, "days"), "2 dias"),
        ("pt-BR", StatedFact(3, "months"), "3 meses"),
        ("it-IT", StatedFact(2, "days"), "2 giorni"),
        ("pt-BR", StatedFact(Decimal("26.5"), "hours"), "26,5 horas"),
        ("pt-BR", StatedFact(Money(123456, "BRL")), "R$\xa01.234,56"),
        ("de-DE", StatedFact(Decimal("26.5"), "hours"), "26,5 Stunden"),
        ("en-GB", StatedFact(Money(1840, "GBP")), "£18.40"),
        ("de-DE", StatedFact(Money(123456, "EUR")), "1.234,56\xa0€"),
        ("en-US", StatedFact(date(2026, 3, 12)), "March 12"),
        ("en-GB", StatedFact(date(2026, 3, 12)), "12 March"),
        ("en-GB", StatedFact("next_day"), "next day"),
        ("en-GB", StatedFact(3, "visits"), "3 visits"),
        ("de-DE", StatedFact(3, "visits"), None),
        ("en-GB", StatedFact(False), None),
    ],
)
def test_a_fact_is_written_with_its_unit_as_the_reader_writes_it(
    locale: str, fact: StatedFact, text: str | None
) -> None:
    assert fact_text(fact, known_locale(locale)) == text


@pytest.mark.parametrize(("days", "said"), [(1, "1 day"), (2, "2 days")])
def test_a_unit_that_follows_its_fact_is_written_once_and_in_its_form(days: int, said: str) -> None:
    facts = {"item": StatedFact("the blue lamp"), "days_late": StatedFact(days, "days")}
    phrase = phrase_for(read_phrases(LATE), OURS, facts, known_locale("en-GB"))

    assert phrase is not None
    assert phrase.text == f"your blue lamp came {said} later than we promised"
    assert phrase.facts == ("item", "days_late")


@pytest.mark.parametrize(("days", "said"), [(1, "nach 1 Tag"), (3, "nach 3 Tagen")])
def test_a_phrase_may_give_both_forms_of_a_word(days: int, said: str) -> None:
    phrases = read_phrases("Ihr Paket kam erst nach {days_late:Tag|Tagen}")
    phrase = phrase_for(phrases, OURS, {"days_late": StatedFact(days, "days")}, known_locale("de-DE"))

    assert phrase is not None
    assert phrase.text == f"Ihr Paket kam erst {said}"


def test_the_phrase_that_says_the_most_of_what_is_recorded_is_taken() -> None:
    phrases = read_phrases([LATE, "it came {days_late} late", "it came late"])
    locale = known_locale("en-GB")
    lamp, two, none = StatedFact("lamp"), StatedFact(2, "days"), StatedFact(0, "days")

    def said(**facts: StatedFact) -> str | None:
        phrase = phrase_for(phrases, OURS, facts, locale)
        return phrase.text if phrase else None

    assert said(item=lamp, days_late=two) == "your lamp came 2 days later than we promised"
    assert said(days_late=two) == "it came 2 days late"
    assert said(item=lamp) == said() == said(days_late=none) == "it came late"


def test_what_says_that_we_did_it_is_never_said_where_we_did_not() -> None:
    phrases = read_phrases({"ours": "we broke it", "nobody": "it broke"})
    locale = known_locale("en-GB")
    found = {whose: phrase_for(phrases, whose, {}, locale) for whose in Responsibility}
    texts = {whose: phrase.text if phrase else None for whose, phrase in found.items()}

    assert texts == {OURS: "we broke it", SHARED: "we broke it", NOBODY: "it broke", THEIRS: None}
    assert phrase_for(read_phrases("we broke it"), NOBODY, {}, locale) is None


@pytest.mark.parametrize("wrong", [{"mine": "x"}, "", [""], "a {Item}", "a { item }", "a }", 3, [3]])
def test_a_phrase_that_cannot_be_read_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        read_phrases(wrong)


@pytest.mark.parametrize("language", [tag for tag in languages() if tag in WE])
def test_every_shipped_reason_has_its_phrases_in_every_language(language: str) -> None:
    assert REASONS[language].keys() == REASONS["en"].keys()
    for (reason, phrases), whose in product(REASONS[language].items(), Responsibility):
        texts = phrases.said_of(whose)
        assert phrases.choose(whose, ()), (reason, whose)
        assert set(phrases.facts) == set(REASONS["en"][reason].facts), reason
        if whose in (NOBODY, THEIRS) and reason not in SAID_BETWEEN_US:
            for text in texts:
                assert WE[language].isdisjoint(text.lower().replace("’", " ").split()), text
