"""Keys under which the same person is found again, however they write their address or number.

Two customers with an equal key look like the same person. They may be a household, or an office: a key is
a reason for somebody to look, never one to refuse.
"""

import re
import unicodedata

_DOTS_DO_NOT_COUNT = ("gmail.com", "googlemail.com")
"""Domains of one mail service that delivers a.b@ and ab@ to the same mailbox.
Source: Google, Gmail Help, "Dots don't matter in Gmail addresses"."""

_TRUNK_ZERO = re.compile(r"\(0\)")
_SIGNIFICANT_DIGITS = 9
_FEWEST_DIGITS = 6
_FEWEST_LETTERS = 8


def email_key(address: str) -> str:
    """An email address without what does not tell mailboxes apart: lower case, no tag after a plus sign
    (RFC 5233 calls it the detail), and for Gmail no dots."""
    local, _, domain = address.strip().lower().rpartition("@")
    mailbox = local.partition("+")[0] or local
    if domain in _DOTS_DO_NOT_COUNT:
        domain = _DOTS_DO_NOT_COUNT[0]
        mailbox = mailbox.replace(".", "") or mailbox
    return f"{mailbox}@{domain}"


def phone_key(number: str | None) -> str | None:
    """The last nine digits of a telephone number, so that +44 7700 900123 and 07700 900123 are the same.
    None where it has too few digits to tell people apart."""
    digits = "".join(re.findall("[0-9]", _TRUNK_ZERO.sub("", unicodedata.normalize("NFKC", number or ""))))
    return digits[-_SIGNIFICANT_DIGITS:] if len(digits) >= _FEWEST_DIGITS else None


def address_key(address: str | None) -> str | None:
    """The letters and digits of a postal address, in one case. None where there are so few that it names
    a town rather than a door."""
    folded = unicodedata.normalize("NFKC", address or "").casefold()
    letters = "".join(letter for letter in folded if letter.isalnum())
    return letters if len(letters) >= _FEWEST_LETTERS else None
