"""Amounts as people write them: "£80", "1,250.50", "1.250,50 €". Files and JSON use `Money.parse` alone."""

import re

from followup.domain.shared.money import Money, decimals
from followup.errors import WrongUsage

_SIGNS = {
    "£": ("GBP", "EGP", "LBP", "SHP", "FKP", "GIP"),
    "€": ("EUR",),
    "$": (
        *("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP"),
        *("COP", "BBD", "BMD", "BSD", "BZD", "FJD", "JMD", "NAD", "TTD", "XCD"),
    ),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "zł": ("PLN",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "₪": ("ILS",),
    "Fr.": ("CHF",),
}
"""Signs of currencies, and the currencies that each may stand for."""

_COMMA_GROUPS = {"en", "ja", "zh", "ko", "th", "he", "hi"}
_COMMA_GROUPS_HERE = {"es-MX", "es-US", "es-GT", "es-HN", "es-NI", "es-PA", "es-PE", "es-SV", "es-DO"}
_NUMBER = re.compile(r"[0-9][0-9.,'’ ]*[0-9]|[0-9]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'’ ])[0-9]{3})(?:\1[0-9]{3})*")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " ")


def read_amount(text: str, currency: str, locale: str) -> Money:
    """An amount in `currency`, with its sign or code or without. The separators are read as they can only be
    meant; `locale` (as en-GB) says whether a comma may group thousands.

    Raises WrongUsage for another currency's sign, and for an amount that can be read in two ways, naming
    both."""
    bare = _without_currency(text.translate(_SPACES).strip(), currency)
    if not _NUMBER.fullmatch(bare):
        return Money.parse(text, currency)
    places = decimals(currency)
    marks = [letter for letter in bare if letter in ".,"]
    if len(set(marks)) == 2:
        mark = marks[-1]
    elif len(marks) == 1:
        mark = _single_mark(text, bare, marks[0], currency, places, locale)
    else:
        mark = ""
    whole, _, part = bare.rpartition(mark) if mark else (bare, "", "")
    if not whole.isdigit() and (not _GROUPED.fullmatch(whole) or (mark and mark in whole)):
        return Money.parse(text, currency)
    digits = re.sub("[^0-9]", "", whole)
    return Money.parse(f"{digits}.{part}" if part else digits, currency)


def _single_mark(text: str, bare: str, mark: str, currency: str, places: int, locale: str) -> str:
    """The decimal mark of an amount with one point or comma: that one, or none if it groups thousands."""
    whole, _, part = bare.rpartition(mark)
    if len(part) != 3 or not 0 < len(whole) <= 3 or whole == "0" or not whole.isdigit():
        return mark
    if mark == "." and places == 3:
        return mark
    groups = mark == "," and (locale.partition("-")[0] in _COMMA_GROUPS or locale in _COMMA_GROUPS_HERE)
    if groups and places != 3:
        return ""
    first, second = Money.parse(whole + part, currency), f"{whole}.{part}".rstrip("0").rstrip(".")
    raise WrongUsage(
        f"{text!r} can be read as {first} or as {second} {currency}.",
        hint=f"Write {whole}{part} or {second}.",
        code="two_amounts",
    )


def _without_currency(text: str, currency: str) -> str:
    """The text without a sign or code of `currency`. Raises WrongUsage for that of another currency."""
    code = re.match(r"(?P<before>[A-Za-z]{3})\s*(?=[0-9])|.*?[0-9]\s*(?P<after>[A-Za-z]{3})$", text)
    if code:
        named = (code["before"] or code["after"]).upper()
        if named == currency:
            return re.sub(r"[A-Za-z]", "", text).strip()
        raise _other_currency(text, currency)
    for sign, currencies in _SIGNS.items():
        if text.startswith(sign) or text.endswith(sign):
            if currency not in currencies:
                raise _other_currency(text, currency)
            return text.removeprefix(sign).removesuffix(sign).strip()
    return text


def _other_currency(text: str, currency: str) -> WrongUsage:
    return WrongUsage(
        f"{text!r} is not an amount in {currency}.",
        hint=f"Give it in {currency}, for instance {Money.example(currency)}.",
        code="foreign_amount",
    )
