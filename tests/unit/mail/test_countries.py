"""Letters as a country writes its language: its own words, quotation marks, days and amounts, and not one
word of another country. What the customer and the agent wrote stays as they wrote it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from shutil import copytree

import pytest

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.thing import Thing
from followup.domain.shared.money import Money
from followup.mail.country_words import country_paths, country_tags, country_words_of
from followup.mail.fact_text import StatedFact, phrase_for
from followup.mail.languages import languages
from followup.mail.letter import Letter
from followup.mail.lint_email import findings_for
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.mail.template_file import has_own_language, read_source
from followup.mail.template_values import known_locale
from followup.resources import shipped
from followup.services.upkeep.new_workspace import starter_files
from followup.settings import read_settings

SHIPPED = shipped("templates")
TO_CUSTOMERS = ("apology", "check-in", "closing", "approval-delayed", "taken-back", "voucher-expiring")
REASONS = read_settings(starter_files()["followup.toml"], "followup.toml", {}).reasons
JANUARY = date(2026, 1, 5)

STRANGE = {
    # The reader, how we write elsewhere, and what must not be read.
    "en-US": ("en-GB", "USD", r"working day|in the post|\bparcel|\brang\b"),
    "de-AT": ("de-DE", "EUR", r"Januar|Viele Grüße|Nachlass\b|Anschrift"),
    "de-CH": ("de-DE", "CHF", r"ß|[„“”]|Anschrift"),
    "fr-CA": ("fr-FR", "CAD", r"[\s  ][?!;]|\be-mails?\b|\bun avoir\b"),
    "es-MX": ("es-ES", "MXN", r"¿(?:Ha|Hemos|He|Le ha)\b|\bimporte\b|\bcoste\b|introdu[cz]"),
}
CURRENCIES = {"USD": "$", "EUR": "€", "CHF": "CHF", "CAD": "$", "MXN": "$"}


def letters(locale: str, currency: str) -> Iterator[tuple[str, Letter]]:
    """Letters of all feelings and gestures about a fifth of January, in the phrases of every reason, with a
    customer, an item and a name that are spelled as they please."""
    language = locale.partition("-")[0]
    sample = sample_letter(locale, currency)
    assert sample.gesture is not None
    reasons = list(REASONS[language].values())
    country = country_words_of(SHIPPED, (locale,))
    facts = {"days_late": StatedFact(2, "days"), "item": StatedFact("7")}
    everything = product(TO_CUSTOMERS, (*Feeling, None), (None, *GestureKind))
    for number, (template, feeling, kind) in enumerate(everything):
        whose = list(Responsibility)[number % len(Responsibility)]
        said = phrase_for(reasons[number % len(reasons)], whose, facts, known_locale(locale), None, country)
        gesture = kind and replace(
            sample.gesture,
            kind=kind,
            money=sample.gesture.money if kind.has_amount else None,
            code=sample.gesture.code if kind.has_code else None,
            expires_on=sample.gesture.expires_on if kind.has_code and number % 2 else None,
            settled_by=date(2026, 1, 20) if number % 3 else None,
        )
        case = replace(
            sample.case,
            feeling=feeling,
            responsibility=whose,
            occurred_on=JANUARY,
            what_happened=said.text if said else None,
            thing=list(Thing)[number % len(Thing)],
            verbatim=None,
            promised=None,
            told=(),
            done=(),
        )
        needs_code = template == "voucher-expiring"
        if template == "approval-delayed":
            gesture = None
        elif needs_code:
            gesture = sample.gesture
        yield (
            template,
            replace(sample, case=case, gesture=gesture, wording=number, written_on=date(2026, 1, 12)),
        )


@pytest.mark.parametrize("locale", STRANGE)
def test_nobody_reads_the_words_of_another_country(locale: str) -> None:
    """Where we write for the other country, they are there to be found."""
    elsewhere, currency, strange = STRANGE[locale]
    found = re.compile(strange)
    for template, letter in letters(locale, currency):
        rendered = render(SHIPPED, template, letter)
        text = f"{rendered.subject}\n{rendered.text}"
        assert not rendered.fallback
        assert not found.search(text), (found.search(text), text)
        errors = [
            one
            for one in findings_for(
                letter, rendered, sender="Ana at Our shop <a@b.test>", is_first=template == "apology"
            )
            if one.level == "E" and one.rule.value != "E6"
        ]
        assert errors == [], text
    assert any(
        found.search(render(SHIPPED, template, letter).text)
        for template, letter in letters(elsewhere, currency)
    )


@pytest.mark.parametrize("locale", STRANGE)
def test_amounts_are_written_with_the_sign_of_the_country(locale: str) -> None:
    currency = STRANGE[locale][1]
    text = render(SHIPPED, "apology", sample_letter(locale, currency)).text
    assert f"{currency} " in text or CURRENCIES[currency] in text
    assert f"US{CURRENCIES[currency]}" not in text


@pytest.mark.parametrize(
    ("locale", "currency", "said"),
    [
        ("de-AT", "EUR", ("5. Jänner", "€ 10,00")),
        ("de-DE", "EUR", ("5. Januar", "10,00 €")),
        ("de-CH", "CHF", ("5. Januar", "CHF 10.00")),
        ("fr-CA", "CAD", ("5 janvier", "10,00 $")),
        ("es-MX", "MXN", ("5 de enero", "$")),
        ("en-US", "USD", ("January 5", "$10.00")),
        ("pt-BR", "BRL", ("5 de janeiro", "R$ ")),
    ],
)
def test_days_and_amounts(locale: str, currency: str, said: tuple[str, ...]) -> None:
    sample = sample_letter(locale, currency)
    assert sample.gesture is not None
    if currency not in ("MXN", "BRL"):
        gesture = replace(sample.gesture, money=Money(1000, currency))
        sample = replace(sample, gesture=gesture)
    letter = replace(sample, case=replace(sample.case, occurred_on=JANUARY), written_on=date(2026, 1, 12))
    text = render(SHIPPED, "apology", letter).text.replace("\xa0", " ")
    assert all(one in text for one in said), text


def test_what_people_wrote_is_not_rewritten() -> None:
    sample = sample_letter("de-CH", "CHF")
    case = replace(
        sample.case,
        verbatim="Die Straße war „gesperrt“.",
        happened="Der große Tisch kam zu spät.",
        feeling=None,
    )
    text = render(SHIPPED, "apology", replace(sample, case=case, gesture=None)).text
    assert "Die Straße war „gesperrt“." in text
    assert "große Tisch kam zu spät." in text


def test_quotation_marks_of_switzerland() -> None:
    text = render(SHIPPED, "check-in", sample_letter("de-CH", "CHF")).text
    assert "«a call by Friday»" in text
    assert "„a call by Friday“" in render(SHIPPED, "check-in", sample_letter("de-DE", "EUR")).text


def test_a_country_writes_like_the_region_that_it_belongs_to() -> None:
    assert country_tags("es-MX") == ("es-MX", "es-419")
    assert country_tags("es-ES") == ("es-ES",)
    assert country_tags("de-LI") == ("de-LI", "de-CH")
    assert country_tags("de-LU") == ("de-LU",)
    assert country_tags("de") == ()
    for locale in ("es-MX", "es-CO", "es-AR"):
        assert country_words_of(SHIPPED, (locale,)).written("¿Ha llegado?") == "¿Llegó?"
    assert country_words_of(SHIPPED, ("es-ES",)).written("¿Ha llegado?") == "¿Ha llegado?"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/*-*.toml")), ids=lambda path: path.stem)
def test_every_word_of_a_country_stands_in_some_text_of_its_language(path: Path) -> None:
    """A word that no text has is one that was written otherwise meanwhile."""
    folder, words = path.parent, country_words_of(SHIPPED, (path.stem,))
    texts = "\n".join(read_source(one) for one in folder.rglob("*.md"))
    texts += (folder / "reasons.toml").read_text(encoding="utf-8")
    texts += "\n".join(form for forms in languages()[folder.name].things.values() for form in forms.values())
    for word, instead in words.words.items():
        assert word.casefold() in texts.casefold(), word
        assert word != instead
    assert any(letter in texts for letter in words.letters) or not words.letters


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped templates."""
    return Path(copytree(SHIPPED, tmp_path / "templates"))


def test_portugal_is_not_written_to_as_brazil_is_unless_the_shop_says_so(folder: Path) -> None:
    for locale in ("pt-BR", "pt"):
        assert has_own_language(folder, "apology", locale)
    for locale in ("pt-PT", "pt_PT", "pt-AO"):
        assert not has_own_language(folder, "apology", locale)
    (path, *_) = country_paths(folder, "pt-PT")
    path.write_text('[words]\n"você" = "o senhor ou a senhora"\n', encoding="utf-8")
    for locale in ("pt-PT", "pt-AO"):
        assert has_own_language(folder, "apology", locale)
    assert "o senhor ou a senhora" in render(folder, "apology", sample_letter("pt-PT", "EUR")).text


def test_one_letter_in_the_words_of_a_country_is_enough_for_that_letter(folder: Path) -> None:
    own = (folder / "pt" / "apology.md").read_text(encoding="utf-8").replace("locale: pt-BR", "locale: pt-PT")
    (folder / "pt" / "apology.pt-PT.md").write_text(own, encoding="utf-8")
    assert has_own_language(folder, "apology", "pt-PT")
    assert not has_own_language(folder, "closing", "pt-PT")


def test_a_changed_file_of_a_country_counts_at_once(folder: Path) -> None:
    letter = sample_letter("de-AT", "EUR")
    render(folder, "apology", letter)
    (folder / "de" / "de-AT.toml").write_text('[words]\n"Viele Grüße" = "Servus"\n', encoding="utf-8")
    texts = [render(folder, "apology", replace(letter, wording=wording)).text for wording in range(3)]
    assert any("Servus" in text for text in texts)
