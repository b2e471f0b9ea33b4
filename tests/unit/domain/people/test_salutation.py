"""How a letter greets somebody: by title and family name, by given name, or plainly where in doubt."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.mail.letter import LetterCustomer, greeting_of

SHARED = Path(__file__).parents[5] / "shared"


def greeted(name: str, language: str) -> str:
    return greeting_of(LetterCustomer(name=name, locale=language), language)


@pytest.mark.parametrize(
    ("name", "en", "de", "fr", "es"),
    [
        ("Priya Shah", "Hello Priya", "Guten Tag Priya Shah", "Bonjour Priya Shah", "Hola, Priya Shah"),
        ("Zoe", "Hello Zoe", "Guten Tag Zoe", "Bonjour Zoe", "Hola, Zoe"),
        ("Holt, Nina", "Hello Nina", "Guten Tag Nina Holt", "Bonjour Nina Holt", "Hola, Nina Holt"),
        ("Mrs Eileen Okonkwo", "Dear Mrs Okonkwo", "Guten Tag Frau Okonkwo", "Bonjour Madame Okonkwo", None),
        ("Mme Odile Garnier", "Dear Ms Garnier", "Guten Tag Frau Garnier", "Bonjour Madame Garnier", None),
        (
            "Frau Weber",
            "Dear Ms Weber",
            "Guten Tag Frau Weber",
            "Bonjour Madame Weber",
            "Estimada Sra. Weber",
        ),
        ("Dr. Emily O'Neill", "Dear Dr. O'Neill", "Guten Tag Emily O'Neill", "Bonjour Docteur O'Neill", None),
        ("Frau Prof. Dr. Anke Weber", None, "Guten Tag Frau Professor Weber", None, None),
        ("Frau Dr.in Lea Roth", None, "Guten Tag Frau Dr. Roth", None, None),
        ("Frau Prof.in Dr.in Lea Roth", None, "Guten Tag Frau Professorin Roth", None, None),
        ("Prof. Dr. Anke Weber", "Dear Prof. Weber", "Guten Tag Anke Weber", None, None),
        ("Dr. Weber", "Dear Dr. Weber", "Guten Tag Dr. Weber", "Bonjour Docteur Weber", "Estimado Dr. Weber"),
        ("Sra. García", "Dear Ms García", "Guten Tag Frau García", None, "Estimada Sra. García"),
        ("Mr Juan de la Vega", "Dear Mr de la Vega", "Guten Tag Herr de la Vega", None, None),
        ("Mr. and Mrs. Shaw", "Dear Mr. and Mrs. Shaw", "Guten Tag", "Bonjour", "Hola"),
        ("Herr und Frau Weber", "Hello", "Guten Tag Herr und Frau Weber", "Bonjour", "Hola"),
        ("Sir Gerald Moss", "Dear Sir Gerald", None, None, None),
        ("M. Smith", "Hello", "Guten Tag", "Bonjour Monsieur Smith", "Hola"),
        ("J. Smith", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("The Copper Pan", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("SARL Boulangerie Petit", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("Weber & Söhne GmbH", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("John and Jane Smith", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("nina.holt@example.com", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("Unknown customer", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("佐藤 花子", "Dear 佐藤 花子", "Guten Tag 佐藤 花子", "Bonjour 佐藤 花子", "Hola, 佐藤 花子"),
        ("PRIYA SHAH", "Hello Priya", "Guten Tag Priya Shah", None, None),
        ("John Doe, Jr.", "Hello John", "Guten Tag John Doe", None, None),
        ("Mr.", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("Frau", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("dr who", "Dear Dr Who", None, None, None),
        ("Captain Jack Sparrow", "Dear Captain Sparrow", "Guten Tag Jack Sparrow", None, None),
        ("Father O'Malley", "Dear Father O'Malley", None, None, None),
        ("Don Ray Draper", "Hello Don", None, None, None),
        ("Monsieur le Maire", "Hello", None, "Bonjour", None),
        ("M. Le Roux", None, None, "Bonjour Monsieur Le Roux", None),
        ("Joe's Pizza", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("Joe’s", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("Smith Plumbing", "Hello", "Guten Tag", "Bonjour", "Hola"),
        ("Nguyễn Văn An", "Dear Nguyễn Văn An", "Guten Tag Nguyễn Văn An", None, None),
        ("Mr Nguyen Van An", "Dear Mr Nguyen Van An", None, None, None),
        ("María José García", "Hello María", "Guten Tag María José García", None, "Hola, María José García"),
        ("Sra. Ana López Ruiz", "Dear Ms Ruiz", None, None, "Estimada Sra. Ana López Ruiz"),
    ],
)
def test_how_each_language_greets(
    name: str, en: str | None, de: str | None, fr: str | None, es: str | None
) -> None:
    for language, wanted in {"en": en, "de": de, "fr": fr, "es": es}.items():
        if wanted is not None:
            assert greeted(name, language) == wanted


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ana Souza", "Olá, Ana"),
        ("Sra. Souza", "Olá, Sra. Souza"),
        ("Sra. Ana Souza Lima", "Olá, Sra. Ana Souza Lima"),
        ("Dona Célia Prado", "Olá, Célia"),
        ("Dra. Beatriz Nunes", "Olá, Dra. Nunes"),
        ("Frau Weber", "Olá, Sra. Weber"),
        ("Sr. e Sra. Lima", "Olá, Sr. e Sra. Lima"),
        ("Padaria Real Ltda", "Olá"),
        ("佐藤 花子", "Olá, 佐藤 花子"),
        ("J. Silva", "Olá"),
    ],
)
def test_how_portuguese_greets(name: str, greeting: str) -> None:
    assert greeted(name, "pt") == greeting


@pytest.mark.skipif(not SHARED.is_dir(), reason="the names lie beside the project")
def test_the_names_that_were_greeted_wrongly() -> None:
    lines = (SHARED / "cases/letters/names.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t"))
    assert rows
    for row in rows:
        greeting = greeted(row["name"], row["locale"][:2])
        assert greeting in row["greeting"], row


@pytest.mark.skipif(not SHARED.is_dir(), reason="the names lie beside the project")
def test_awkward_names_are_never_greeted_by_a_title_or_an_article() -> None:
    for name in (SHARED / "data/hostile/names.txt").read_text(encoding="utf-8").splitlines():
        for language in ("en", "de", "fr", "es", "pt"):
            last = greeted(name, language).split()[-1].casefold()
            assert last not in {"mr", "mr.", "the", "and", "dr.", "de", "la", "jr.", "iii"}, name


@given(st.text(max_size=60), st.sampled_from(["en", "de", "fr", "es", "pt"]))
def test_any_name_is_greeted(name: str, language: str) -> None:
    assert greeted(name, language).strip()
