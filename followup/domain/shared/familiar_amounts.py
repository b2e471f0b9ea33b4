"""Amounts that were chosen in one currency, mostly pounds, in another, as a shop there would choose them.

`_SCALES` says roughly how many units of a currency buy what a pound buys, in steps of 1, 2 and 5. It makes
the amounts of a new workspace plausible, is deliberately rough, and never converts money that somebody has or
owes.
"""

from decimal import Decimal
from fractions import Fraction

from followup.domain.shared.money import decimals

_SCALES = {
    "0.05": "CLF",
    "0.5": "BHD KWD OMR",
    "1": "BMD BSD CHF EUR FKP GBP GIP JOD KYD PAB SHP USD",
    "2": "ANG AUD AWG AZN BAM BBD BGN BND BZD CAD FJD NZD SGD TOP",
    "5": "AED BRL BYN GEL ILS LYD MYR PEN PGK PLN QAR RON SAR TMT TND WST XCD",
    "10": "BOB CNY DKK GTQ HKD MAD MOP NOK SBD SEK SVC TJS TTD UYI",
    "20": "BWP CZK ERN GHS LSL MDL MVR MXN NAD SCR SLE STN SZL UYW ZAR ZMW",
    "50": "CUP EGP HNL MKD MRU MUR NIO SRD THB TRY TWD UAH UYU ZWG",
    "100": "AFN ALL BTN CVE DOP GMD INR KGS MZN PHP RSD RUB XPF",
    "200": "BDT DJF DZD ETB GYD HTG ISK JMD JPY KES LRD NPR VUV",
    "500": "AMD CRC HUF KMF KZT LKR PKR VES YER",
    "1000": "AOA CLP KPW SDG SOS XAF XOF",
    "2000": "ARS CDF IQD KRW MMK MWK NGN RWF",
    "5000": "BIF COP KHR MGA MNT SSP TZS UGX",
    "10000": "GNF PYG SYP",
    "20000": "IDR LAK UZS",
    "50000": "IRR VND",
    "100000": "LBP",
}
_SCALE_OF = {
    currency: Fraction(scale) for scale, currencies in _SCALES.items() for currency in currencies.split()
}
_ROUND = tuple(Fraction(step) for step in ("1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"))
"""The round numbers between a power of ten and the next."""


def currencies() -> tuple[str, ...]:
    """The currencies whose scale is known, in alphabetical order."""
    return tuple(sorted(_SCALE_OF))


def familiar_amount(amount: str, currency: str, *, of: str = "GBP") -> str:
    """An amount chosen in the currency `of`, as a round amount of `currency`: "25" in GBP is "5000" in JPY.
    It is unchanged where a unit buys about as much.

    A larger amount never becomes a smaller one. Raises WrongUsage for an unknown currency."""
    places, scale = decimals(currency), _scale(currency, of)
    exact = Fraction(amount) * scale
    return amount if scale == 1 or not exact else _text(_round_number(exact), places)


def familiar_step(amount: str, currency: str, *, of: str = "GBP") -> str:
    """A step that amounts are rounded to, chosen in the currency `of`, as a power of ten of `currency`: "1"
    in GBP is "100" in JPY. Raises WrongUsage for an unknown currency."""
    places, scale = decimals(currency), _scale(currency, of)
    return (
        amount
        if scale == 1 or not Fraction(amount)
        else _text(_power_of_ten(Fraction(amount) * scale), places)
    )


def _scale(currency: str, of: str) -> Fraction:
    """Roughly how many units of a currency buy what a unit of the other one buys."""
    decimals(of)
    return _SCALE_OF[currency] / _SCALE_OF[of]


def _round_number(exact: Fraction) -> Fraction:
    """The nearest round number; of two as near, the larger."""
    power = _power_of_ten(exact)
    return min((step * power for step in _ROUND), key=lambda step: (abs(step - exact), -step))


def _power_of_ten(exact: Fraction) -> Fraction:
    """The largest power of ten that is not above a positive number."""
    power = Fraction(1)
    while power > exact:
        power /= 10
    while power * 10 <= exact:
        power *= 10
    return power


def _text(amount: Fraction, places: int) -> str:
    """A positive amount without needless decimals, at least the currency's smallest unit."""
    minor = max(1, round(amount * 10**places))
    text = str(Decimal(minor).scaleb(-places))
    return text.rstrip("0").rstrip(".") if "." in text else text
