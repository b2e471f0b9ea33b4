"""Voucher codes: hard to guess, hard to mistype, easy to read out on the phone."""

import hashlib
import hmac
import re

from followup.domain.shared.word import Word
from followup.errors import WrongUsage

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capital letters without 0, 1, I, L and O, which are easily confused. There are 31, a prime
number, so the check character detects every single wrong character and every swap of two.
"""

SECRET_LETTERS = 17
"""The number of unpredictable characters in a code (84 bits). A check character follows them."""

SALT_BYTES = 16
HINT_LETTERS = 4
_SEPARATORS = re.compile(r"[\s.\-_–—]+")


class VoucherState(Word):
    """The states of a voucher."""

    ISSUED = "issued", "It can be redeemed, or what is left of it"
    REDEEMED = "redeemed", "Used up"
    EXPIRED = "expired", "Its last day is over; what was left is breakage"
    VOID = "void", "Taken back"


def code_from(key: bytes, salt: bytes) -> str:
    """Derive the code of a voucher from the workspace's key and a salt of 128 random bits. The database
    stores only the salt and a hash, so the database alone does not reveal the code.
    """
    number = int.from_bytes(hmac.digest(key, b"voucher\0" + salt, "sha256"), "big")
    letters = []
    for _ in range(SECRET_LETTERS):
        # 256 bits over 31 ** 17 leave a bias below 2 ** -170.
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    body = "".join(letters)
    return body + _check_letter(body)


def _check_letter(body: str) -> str:
    """The check character: it makes the sum of all places, weighted 1, 2, 3, …, a multiple of 31.

    The weights differ and none is a multiple of 31, so every single wrong character and every swap of two
    changes the result.
    """
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, 2))
    return ALPHABET[-total % len(ALPHABET)]


def grouped(code: str) -> str:
    """A code as it is printed and read out: 7KQ2MF-X3T9AB-CDWERT."""
    return "-".join(code[start : start + 6] for start in range(0, len(code), 6))


def hint_of(code: str) -> str:
    """The last characters of a code, by which people tell vouchers apart."""
    return code[-HINT_LETTERS:]


def hash_of(code: str) -> str:
    """The stored hash of a code. It needs no salt or slow hash: 2 ** 84 codes are too many to try."""
    return hashlib.sha256(code.encode()).hexdigest()


def read_code(text: str) -> str:
    """Normalise a typed code: any case, with or without separators.

    Raises WrongUsage if it cannot be a code, saying whether it is too long, too short or mistyped.
    """
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
