"""Voucher codes: hard to guess, hard to mistype, easy to read out on the phone."""

import hashlib
import hmac
import re

from followup.domain.shared.word import Word
from followup.errors import WrongUsage

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals without 0, 1, I, L and O, which are taken for each other. There are 31: a prime,
so that the check character below misses no mistake of one character and no swap of two."""

SECRET_LETTERS = 17
"""So many characters of a code, 84 bits, nobody can foresee; after them comes a check character."""

SALT_BYTES = 16
HINT_LETTERS = 4
_SEPARATORS = re.compile(r"[\s.\-_–—]+")


class VoucherState(Word):
    """Where a voucher stands."""

    ISSUED = "issued", "It can be redeemed, or what is left of it"
    REDEEMED = "redeemed", "Used up"
    EXPIRED = "expired", "Its last day is over; what was left is breakage"
    VOID = "void", "Taken back"


def code_from(key: bytes, salt: bytes) -> str:
    """The code that belongs to a salt: the workspace's key and a salt of 128 random bits make it, so that
    the database alone, which has only the salt and a hash, gives away no code."""
    number = int.from_bytes(hmac.digest(key, b"voucher\0" + salt, "sha256"), "big")
    letters = []
    for _ in range(SECRET_LETTERS):
        # 256 bits over 31 ** 17 leave a bias below 2 ** -170.
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    body = "".join(letters)
    return body + _check_letter(body)


def _check_letter(body: str) -> str:
    """The letter that brings the sum of all places, weighted 1, 2, 3, …, to a multiple of 31.

    Weights differ and none is a multiple of 31, so one wrong letter or two swapped ones always show."""
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, 2))
    return ALPHABET[-total % len(ALPHABET)]


def grouped(code: str) -> str:
    """A code as it is printed and read out: 7KQ2MF-X3T9AB-CDWERT."""
    return "-".join(code[start : start + 6] for start in range(0, len(code), 6))


def hint_of(code: str) -> str:
    """The end of a code, by which people tell vouchers apart."""
    return code[-HINT_LETTERS:]


def hash_of(code: str) -> str:
    """What is stored of a code. A plain hash is enough: nobody can try 2 ** 84 codes."""
    return hashlib.sha256(code.encode()).hexdigest()


def read_code(text: str) -> str:
    """A code as somebody typed it: in any case, with or without separators.

    Raises WrongUsage where it cannot be one, and says whether it is too long, too short or mistyped."""
    code = _SEPARATORS.sub("", text).upper()
    strange = sorted({letter for letter in code if letter not in ALPHABET})
    if strange:
        raise _bad_code(
            f"A code never holds {' or '.join(strange)[:60]}.",
            hint="Codes have no 0, 1, I, L or O. Read it again.",
        )
    if len(code) != SECRET_LETTERS + 1:
        raise _bad_code(
            f"A code has {SECRET_LETTERS + 1} letters and digits; this has {len(code)}.",
            hint="Read it again.",
        )
    if _check_letter(code[:-1]) != code[-1]:
        raise _bad_code(
            "The code is mistyped: its last character does not fit the others.",
            hint="Read it again; one character is wrong or two are swapped.",
        )
    return code


def _bad_code(message: str, *, hint: str) -> WrongUsage:
    return WrongUsage(message, hint=hint, code="bad_code")
