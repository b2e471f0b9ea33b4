"""Keys that find the same person again despite different spellings of an address or number.

Two customers with an equal key look like the same person, but may be a household or an office. A key is a
reason for a person to look, never a reason to refuse.
"""

import re
import unicodedata

_DOTS_DO_NOT_COUNT = ("gmail.com", "googlemail.com")
"""Domains of a mail service that delivers a.b@ and ab@ to the same mailbox. Source: Google, Gmail Help, "Dots
don't matter in Gmail addresses".
"""

_TRUNK_ZERO = re.compile(r"\(0\)")
_SIGNIFICANT_DIGITS = 9
_FEWEST_DIGITS = 6
_FEWEST_LETTERS = 8


def email_key(address: str) -> str:
    """The key of an email address: lower case, without a tag after a plus sign (the detail in RFC 5233), and
    without dots for Gmail.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    mailbox = local.partition("+")[0] or local
    if domain in _DOTS_DO_NOT_COUNT:
        domain = _DOTS_DO_NOT_COUNT[0]
        mailbox = mailbox.replace(".", "") or mailbox
    return f"{mailbox}@{domain}"


def phone_key(number: str | None) -> str | None:
    """The key of a telephone number: its last nine digits, so +44 7700 900123 and 07700 900123 are equal.
    None if it has too few digits to identify anybody.
    """
    digits = "".join(re.findall("[0-9]", _TRUNK_ZERO.sub("", unicodedata.normalize("NFKC", number or ""))))
    return digits[-_SIGNIFICANT_DIGITS:] if len(digits) >= _FEWEST_DIGITS else None


def address_key(address: str | None) -> str | None:
    """The key of a postal address: its letters and digits, without regard to case. None if it is so short
    that it names a town rather than a building.
    """
    folded = unicodedata.normalize("NFKC", address or "").casefold()
    letters = "".join(letter for letter in folded if letter.isalnum())
    return letters if len(letters) >= _FEWEST_LETTERS else None
