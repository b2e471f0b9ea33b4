"""Money: an integer number of minor units and a currency, never a float.

The number of decimals of a currency follows ISO 4217.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from followup.errors import WrongUsage

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR
ZMW ZWG
"""
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
_DECIMALS = {
    currency: places
    for places, currencies in (
        (0, _NO_DECIMALS),
        (2, _TWO_DECIMALS),
        (3, _THREE_DECIMALS),
        (4, _FOUR_DECIMALS),
    )
    for currency in currencies.split()
}
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,12})(?:\.(?P<part>[0-9]+))?")


def decimals(currency: str) -> int:
    """How many decimals `currency` (an ISO 4217 code) has. Raises WrongUsage for an unknown code."""
    if currency in _DECIMALS:
        return _DECIMALS[currency]
    raise WrongUsage(
        f"{currency!r} is not a currency.",
        hint="Give an ISO 4217 code of three capital letters, for instance GBP, EUR or JPY.",
        code="unknown_currency",
    )


def round_half_up(exact: Fraction) -> int:
    """The nearest integer; halves are rounded away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * int((abs(exact) * 2 + 1) // 2)


def bad_amount(message: str, *, hint: str) -> WrongUsage:
    """The error for an amount that is malformed or implausible."""
    return WrongUsage(message, hint=hint, code="bad_amount")


@dataclass(frozen=True, slots=True)
class Money:
    """`amount_minor` minor units of `currency`: Money(1250, "GBP") is 12.50 GBP."""

    amount_minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Parse an amount such as "12.50" or "12". Raises WrongUsage for anything else: signs, separators, an
        exponent, or more decimals than the currency has.
        """
        places = decimals(currency)
        match = _AMOUNT.fullmatch(text.strip())
        if match is None or not text.isascii():
            raise bad_amount(
                f"{text!r} is not an amount.",
                hint=f"Write digits and a point for decimals, no sign, for instance {cls.example(currency)}.",
            )
        part = match["part"] or ""
        if len(part.rstrip("0")) > places:
            raise bad_amount(
                f"{text} has more decimals than {currency}, which has {places}.",
                hint=f"Write it as {cls.example(currency)}.",
            )
        minor = int(match["whole"]) * 10**places + int(part[:places].ljust(places, "0") or "0")
        return cls(minor, currency)

    @classmethod
    def example(cls, currency: str) -> str:
        """An example amount in this currency, for messages."""
        return cls(1250 if decimals(currency) else 1200, currency).text

    @classmethod
    def rounded(cls, exact_minor: Fraction, currency: str) -> Self:
        """Round an exact number of minor units half up."""
        return cls(round_half_up(exact_minor), currency)

    @property
    def text(self) -> str:
        """The amount as in JSON: "12.50"."""
        places = decimals(self.currency)
        return str(Decimal(self.amount_minor).scaleb(-places).quantize(Decimal(1).scaleb(-places)))

    def __str__(self) -> str:
        return f"{self.text} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount_minor < other.amount_minor

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.amount_minor <= other.amount_minor

    def __gt__(self, other: "Money") -> bool:
        return not self <= other

    def __ge__(self, other: "Money") -> bool:
        return not self < other

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise WrongUsage(
                f"{self} and {other} are in different currencies.",
                hint="Give both in one currency.",
                code="two_currencies",
            )
