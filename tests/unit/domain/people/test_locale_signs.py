"""What speaks for another language of a customer than the workspace's: a country, or their own words."""

import pytest

from followup.domain.people.locale_signs import (
    LocaleSignKind,
    country_of_address,
    country_of_phone,
    language_of_words,
    locale_sign,
)
from followup.mail.languages import languages

FREQUENT = {tag: frozenset(language.letters.frequent) for tag, language in languages().items()}
GERMAN = "Sie haben zweimal abgebucht, und ich weiß nicht, ob es wieder passiert."
ENGLISH = "It was a birthday present and it came two days after the birthday."


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+49 30 1234567", "DE"),
        ("0049 30 1234567", "DE"),
        ("+43 (0)1 5550100", "AT"),
        ("+420 224 123 456", "CZ"),
        ("+44 7700 900123", "GB"),
        ("+1 212 555 0100", None),
        ("030 1234567", None),
        ("49 30 1234567", None),
        ("", None),
    ],
)
def test_a_number_with_its_country_names_it(phone: str, country: str | None) -> None:
    assert country_of_phone(phone) == country


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("lena@post.de", "DE"),
        ("Lena@Post.AT", "AT"),
        ("sam@shop.co.uk", "GB"),
        ("yuki@shop.co.jp", "JP"),
        ("sam@startup.co", None),
        ("sam@gmail.com", None),
        ("sam@example", None),
    ],
)
def test_the_end_of_an_address_names_a_country_unless_anybody_uses_it(
    address: str, country: str | None
) -> None:
    assert country_of_address(address) == country


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "de"),
        (ENGLISH, "en"),
        ("Llegó tarde y nadie me dijo nada, pero yo tengo que estar en casa hasta las ocho.", "es"),
        ("Je vous ai appelé trois fois et personne ne m'a répondu, c'est pour un cadeau.", "fr"),
        ("Estou muito desapontada, o pacote não chegou e ninguém me disse nada desde ontem.", "pt"),
        # Languages without a folder are not taken for one that has it.
        ("Ho aspettato tutto il giorno e nessuno è venuto, il pacco era per mia madre.", None),
        ("Ik heb de hele dag gewacht en er is niemand gekomen, dat was voor mijn moeder.", None),
        ("Jeg har ventet hele dagen og ingen kom. Det var til min mor.", None),
        # Too short, or of two languages.
        ("Das Paket kam zu spät.", None),
        ("Kaputt.", None),
        ("", None),
        ("Ich habe das Paket nicht, und the box was not for me and it was open.", None),
    ],
)
def test_words_name_a_language_only_by_a_clear_margin(text: str, language: str | None) -> None:
    assert language_of_words(text, FREQUENT) == language


@pytest.mark.parametrize(
    ("present", "address", "phone", "words", "expected"),
    [
        ("en-GB", "lena@post.de", None, None, (LocaleSignKind.DOMAIN, "de-DE")),
        ("en-GB", "lena@post.com", "+43 1 5550100", None, (LocaleSignKind.PHONE, "de-AT")),
        ("en-GB", "lena@post.com", None, GERMAN, (LocaleSignKind.WORDS, "de-DE")),
        ("en-GB", "jo@post.com", "+55 11 5550100", None, (LocaleSignKind.PHONE, "pt-BR")),
        ("en-GB", "lena@post.ch", None, GERMAN, (LocaleSignKind.WORDS, "de-CH")),
        # German words of somebody with a French number.
        ("en-GB", "lena@post.com", "+33 1 23456789", GERMAN, (LocaleSignKind.WORDS, "de-DE")),
        ("en-GB", "yuki@shop.jp", None, None, (LocaleSignKind.DOMAIN, "ja-JP")),
        # Their words are in the language of their letters, whatever their number.
        ("en-GB", "lena@post.de", "+49 30 1234567", ENGLISH, None),
        # The language is theirs; another country alone is no reason to ask.
        ("de-DE", "lena@post.at", "+41 44 5550100", None, None),
        ("fr-FR", "lea@post.ch", None, None, None),
        ("de-DE", "sam@shop.co.uk", None, None, (LocaleSignKind.DOMAIN, "en-GB")),
        ("en-GB", "lena@post.com", "07700 900123", None, None),
    ],
)
def test_a_sign_is_of_another_language(
    present: str,
    address: str,
    phone: str | None,
    words: str | None,
    expected: tuple[LocaleSignKind, str] | None,
) -> None:
    found = locale_sign(present=present, address=address, phone=phone, words=words, frequent=FREQUENT)
    assert (found and (found.kind, found.locale)) == expected
