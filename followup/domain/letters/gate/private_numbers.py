"""Numbers that nobody writes into a letter: of cards and of bank accounts."""

import re
from collections.abc import Iterator

_DIGITS = re.compile(r"(?<![\w.,-])\d(?:[ \u00a0-]?\d){12,18}(?![\w]|[.,-]\d)")
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2(?:2[2-9]|[3-6]\d|7[01]|720))\d{12,14}|3[47]\d{13}|3(?:[68]\d|0[0-5])\d{11,16}"
    r"|35(?:2[89]|[3-8]\d)\d{12,15}|(?:5[0678]|6)\d{11,18}"
)
"""How the number of a card begins, and how long it is, by ISO/IEC 7812: Visa, Mastercard, American Express,
Diners, JCB, Maestro, Discover, UnionPay."""

_AS_PRINTED = re.compile(
    r"\d{4}(?P<mark>[ \u00a0-])\d{4}(?P=mark)\d{4}(?P=mark)\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5}"
)
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0]?[0-9A-Z]){11,30}(?!\w)", re.IGNORECASE)
_KEPT_DIGITS = 4
_MASK = "••••"
_MOST_ACCOUNT, _LEAST_ACCOUNT = 34, 15


def is_luhn(digits: str) -> bool:
    """Whether digits end in their own check digit, by ISO/IEC 7812-1 (Luhn)."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def card_numbers(text: str) -> Iterator[re.Match[str]]:
    """The numbers of 13 to 19 digits, with blanks or hyphens, that look like a card's. They begin like one
    and have its check digit, or are in groups as on a card, so that a mistyped one counts as well.
    """
    for found in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        printed = _AS_PRINTED.fullmatch(found[0]) is not None
        if _ISSUERS.fullmatch(digits) and (printed or is_luhn(digits)):
            yield found


def account_numbers(text: str) -> Iterator[re.Match[str]]:
    """The international bank account numbers with right check digits (ISO 13616)."""
    for found in _ACCOUNT.finditer(text):
        # What follows an account number may look like more of it, so shorter ones are tried too.
        whole = re.sub(r"\s", "", found[0]).upper()
        if any(
            _is_account(whole[:length])
            for length in range(min(len(whole), _MOST_ACCOUNT), _LEAST_ACCOUNT - 1, -1)
        ):
            yield found


def _is_account(number: str) -> bool:
    moved = number[4:] + number[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def without_cards(text: str) -> str:
    """A text in which the numbers of cards are masked but for their last four digits."""
    parts, end = [], 0
    for found in card_numbers(text):
        digits = re.sub(r"\D", "", found[0])
        parts += [text[end : found.start()], f"{_MASK} {digits[-_KEPT_DIGITS:]}"]
        end = found.end()
    return "".join([*parts, text[end:]])
