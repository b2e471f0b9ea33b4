"""Signs of the language that a customer reads: the country of a phone number or of an address, and the words
that they used. They are only reasons to ask.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from followup.domain.shared.word import Word


class LocaleSignKind(Word):
    """What speaks for a language."""

    WORDS = "words", "The words that they used"
    PHONE = "phone", "The country of their phone number"
    DOMAIN = "domain", "The country of their address"


@dataclass(frozen=True, slots=True)
class LocaleSign:
    """A sign that a customer reads another language: `locale` is what it speaks for, `seen` is what was seen
    (a language, or a country, as its code)."""

    kind: LocaleSignKind
    locale: str
    seen: str


_COUNTRIES = """
    AR 54 es  AT 43 de  AU 61 en  BE 32 nl,fr,de  BR 55 pt  CH 41 de,fr,it  CL 56 es  CN 86 zh  CO 57 es
    CZ 420 cs  DE 49 de  DK 45 da  EC 593 es  ES 34 es  FI 358 fi,sv  FR 33 fr  GB 44 en  GR 30 el  HU 36 hu
    IE 353 en  IN 91 en,hi  IT 39 it  JP 81 ja  KR 82 ko  LI 423 de  LU 352 fr,de,lb  MX 52 es  NL 31 nl
    NO 47 nb  NZ 64 en  PE 51 es  PL 48 pl  PT 351 pt  RO 40 ro  SE 46 sv  TR 90 tr  UA 380 uk  UY 598 es
"""
_TABLE = re.findall(r"([A-Z]{2}) (\d+) ([a-z,]+)", _COUNTRIES)
_LANGUAGES = {country: tuple(languages.split(",")) for country, _, languages in _TABLE}
"""The languages of a country, the most spoken first."""

_COUNTRY_CALLED = {code: country for country, code, _ in _TABLE}
_USED_ANYWHERE = ("CO",)
"""Countries whose domain is used by people anywhere."""

_COUNTRY_OF_DOMAIN = {
    "uk": "GB",
    **{country.lower(): country for country in _LANGUAGES if country not in _USED_ANYWHERE},
}
_OWN_COUNTRY = {"cs": "CZ", "da": "DK", "el": "GR", "en": "GB", "ja": "JP", "ko": "KR", "nb": "NO"} | {
    "sv": "SE",
    "uk": "UA",
    "zh": "CN",
}
"""The countries that languages are named after, where the two codes differ."""

_LEAST_HITS, _LEAST_DIFFERENT, _LEAST_SHARE = 4, 3, 0.2
_MARGIN = 2
"""How much more of a text's words one language must have than any other."""


def country_of_phone(phone: str) -> str | None:
    """The country of a phone number that begins with + or 00; None if it has no known country."""
    written = re.fullmatch(r"(?:\+|00)(\d+)", re.sub(r"[^\d+]", "", phone))
    found = (_COUNTRY_CALLED.get(written[1][:length]) for length in (3, 2)) if written else ()
    return next((country for country in found if country), None)


def country_of_address(address: str) -> str | None:
    """The country of an email address, by its end: "DE" of lena@post.de. None for .com and the like."""
    return _COUNTRY_OF_DOMAIN.get(address.rpartition("@")[2].rpartition(".")[2].strip().lower())


def language_of_words(text: str, frequent: Mapping[str, frozenset[str]]) -> str | None:
    """The language of a text, by the frequent words of each language; None unless one stands out clearly."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    hits = {language: [word for word in words if word in known] for language, known in frequent.items()}
    ordered = sorted(hits, key=lambda language: -len(hits[language]))
    if not ordered:
        return None
    best, others = hits[ordered[0]], [len(hits[language]) for language in ordered[1:]]
    enough = len(best) >= max(_LEAST_HITS, _LEAST_SHARE * len(words)) and len(set(best)) >= _LEAST_DIFFERENT
    return ordered[0] if enough and len(best) >= _MARGIN * max(others, default=0) else None


def locale_sign(
    *,
    present: str,
    address: str | None,
    phone: str | None,
    words: str | None,
    frequent: Mapping[str, frozenset[str]],
) -> LocaleSign | None:
    """What speaks for another language than that of the locale `present`. Their own words count most: in the
    present language, they outweigh every other sign."""
    country = (country_of_phone(phone) if phone else None) or (
        country_of_address(address) if address else None
    )
    own = present.replace("_", "-").partition("-")[0].lower()
    spoken = language_of_words(words, frequent) if words else None
    if spoken is not None:
        if spoken == own:
            return None
        where = country if country and spoken in _LANGUAGES[country] else _home_of(spoken)
        return LocaleSign(LocaleSignKind.WORDS, f"{spoken}-{where}" if where else spoken, spoken)
    if country is None or own in _LANGUAGES[country]:
        return None
    by_phone = bool(phone) and country_of_phone(phone or "") == country
    kind = LocaleSignKind.PHONE if by_phone else LocaleSignKind.DOMAIN
    return LocaleSign(kind, f"{_LANGUAGES[country][0]}-{country}", country)


def _home_of(language: str) -> str | None:
    country = _OWN_COUNTRY.get(language, language.upper())
    return country if country in _LANGUAGES else None
