"""Amounts as people write them: "£80", "1,250.50", "1.250,50 €". Files and JSON use `Money.parse` alone."""

import re
from collections.abc import Sequence

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


def named_currency(text: str, currencies: Sequence[str]) -> str | None:
    """The one of `currencies` whose sign or code an amount carries; None if it carries neither. Of several
    with this sign, the first counts if it has it.

    Raises WrongUsage for another currency, and for a sign that several of the others share."""
    bare = text.translate(_SPACES).strip()
    code = _code(bare)
    if code is not None:
        meant = [code]
    else:
        sign = _sign(bare)
        if sign is None:
            return None
        meant = list(_SIGNS[sign])
    found = [currency for currency in currencies if currency in meant]
    if not found:
        raise _other_currency(text, currencies)
    if len(found) > 1 and found[0] != currencies[0]:
        raise WrongUsage(
            f"{text!r} can be an amount in {' or in '.join(found)}.",
            hint=f"Write the code instead of the sign, for instance {Money.example(found[0])} {found[0]}.",
            code="sign_of_several",
        )
    return found[0]


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
    if named_currency(text, [currency]) is None:
        return text
    if _code(text) is not None:
        return re.sub(r"[A-Za-z]", "", text).strip()
    sign = _sign(text) or ""
    return text.removeprefix(sign).removesuffix(sign).strip()


def _code(text: str) -> str | None:
    """The code before or after the digits of an amount."""
    found = re.match(r"(?P<before>[A-Za-z]{3})\s*(?=[0-9])|.*?[0-9]\s*(?P<after>[A-Za-z]{3})$", text)
    return (found["before"] or found["after"]).upper() if found else None


def _sign(text: str) -> str | None:
    """The sign before or after an amount."""
    return next((sign for sign in _SIGNS if text.startswith(sign) or text.endswith(sign)), None)


def _other_currency(text: str, currencies: Sequence[str]) -> WrongUsage:
    return WrongUsage(
        f"{text!r} is not an amount in {' or '.join(currencies)}.",
        hint=f"Give it in {' or '.join(currencies)}, for instance {Money.example(currencies[0])}.",
        code="foreign_amount",
    )
