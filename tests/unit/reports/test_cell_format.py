"""Figures, days and words as readers of different places see them."""

from datetime import date
from fractions import Fraction

import pytest

from followup.domain.shared.money import Money
from followup.reports.answer import Cell, Kind, sentence
from followup.reports.renderers.cell_format import Reader, words
from tests.unit.reports.samples import NOW

RLO, FSI, PDI, RLM = "\u202e", "\u2068", "\u2069", "\u200f"


def shown(locale: str, value: Cell, kind: Kind = Kind.MONEY) -> str:
    return Reader(locale, "Europe/London").shown(value, kind)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en-GB", "-£1,234,567.50"),
        ("de-DE", "-1.234.567,50\xa0£"),
        ("fr-FR", "-1\u202f234\u202f567,50\xa0£GB"),
        ("en-IN", "-£12,34,567.50"),
        ("sv-SE", "\u22121\xa0234\xa0567,50\xa0GBP"),
        ("ar-EG", f"{FSI}{RLM}-1,234,567.50\xa0UK£{PDI}"),
    ],
)
def test_amounts_are_written_as_in_the_country(locale: str, text: str) -> None:
    assert shown(locale, Money(-123456750, "GBP")).replace("\u200e", "") == text


@pytest.mark.parametrize(
    ("currency", "text"),
    # 12345 units of the smallest coin. Locale data gives the dinars of Serbia and Iraq no decimals.
    [
        ("JPY", "JP¥12,345"),
        ("KWD", "KWD12.345"),
        ("RSD", "RSD123.45"),
        ("IQD", "IQD12.345"),
        ("CLF", "CLF1.2345"),
    ],
)
def test_amounts_have_the_decimals_of_iso_4217(currency: str, text: str) -> None:
    assert shown("en-GB", Money(12345, currency)).replace("\xa0", "") == text


def test_halves_are_rounded_as_in_json() -> None:
    assert shown("en-GB", Fraction(1, 8), Kind.SHARE) == "13%"
    assert shown("en-GB", Fraction(-1, 8), Kind.SHARE) == "-13%"
    assert shown("de-DE", Fraction(1, 4), Kind.NUMBER) == "0,3"


def test_days_and_moments_are_those_of_the_reader() -> None:
    assert shown("de-DE", date(2026, 10, 3), Kind.DAY) == "3. Okt. 2026"
    assert shown("en-US", date(2026, 10, 3), Kind.DAY) == "Oct 3, 2026"
    assert Reader("en-GB", "Asia/Tokyo").shown(NOW, Kind.INSTANT) == "2 Nov 2026 19:00"


@pytest.mark.parametrize(
    ("locale", "like"), [("en-XX", "en"), ("de-QQ", "de"), ("xx-YY", "en"), ("no such", "en")]
)
def test_a_locale_that_nobody_knows_is_read_as_its_language_or_as_english(locale: str, like: str) -> None:
    assert shown(locale, Money(123456, "EUR")) == shown(like, Money(123456, "EUR"))


def test_values_in_a_sentence_are_never_read_as_places_for_values() -> None:
    said = Reader("en-GB", "Europe/London").said(
        sentence("{who} got {out}.", who="{out.__class__} {{ 7*7 }} %s", out=Money(1250, "GBP"))
    )
    assert said == "{out.__class__} {{ 7*7 }} %s got £12.50."


def test_words_stay_on_one_line_and_lose_what_steers() -> None:
    assert words("a\nb\rc\x00d\x1b[31me\x07\u2028f") == "a b c d [31me  f"
    assert words("x" * 40_000) == "x" * 299 + "…"


def test_names_from_right_to_left_stand_apart_and_turn_nothing_else_round() -> None:
    assert words("نور حداد") == f"{FSI}نور حداد{PDI}"
    assert words(f"{RLO}gpj.exe{PDI}") == "gpj.exe"
