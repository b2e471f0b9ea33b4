"""Canaries: recognisable secrets and personal data, searched for in logs in any encoding."""

import base64
import json
from urllib.parse import quote

PASSWORDS = {
    "smtp": "Kanarienvogel-smtp",
    "imap": "Kanarienvogel-imap",
    "database": "Kanarienvogel-dbpw",
    "token": "Kanarienvogel-access-token",
    "refresh": "Kanarienvogel-refresh-token",
    "client": "Kanarienvogel-client-secret",
    "key": "Kanarienvogel-key-of-more-than-thirty-two-letters",
}
USER = "Zeisig"
ADDRESS = "stieglitz@example.com"
PERSONAL = (
    "Gimpel",
    "stieglitz",
    "+44 20 7946 0718",
    "Rotkehlchenweg 5",
    "Zaunkönige",
    "Goldammer",
    "Buchfink-77",
)
"""The personal data of a customer: name, address, telephone number, postal address, words, a note, an
order.
"""

NAME, _, PHONE, STREET, WORDS, NOTE, ORDER = PERSONAL
EVERYTHING = " ".join((*PASSWORDS.values(), ADDRESS, *PERSONAL))


_SHORTEST = 8
"""The shortest encoded canary to search for; a shorter one could occur by chance."""


def canaries_in(log: str, canaries: tuple[str, ...]) -> list[str]:
    """The canaries that a log contains: plain, quoted for URLs or JSON, in hexadecimal, or in base64 at any
    offset.
    """
    low = log.lower()
    return [canary for canary in canaries if any(form.lower() in low for form in _forms(canary))]


def _forms(canary: str) -> set[str]:
    raw = canary.encode()
    encoded = {
        # The bytes before and after a canary change the base64 characters at both ends.
        base64.b64encode(b"\0" * before + raw).decode()[4 if before else 0 : -4]
        for before in range(3)
    }
    quoted = {quote(canary), json.dumps(canary)[1:-1], raw.hex(), *encoded}
    return {canary, *(form for form in quoted if len(form) >= _SHORTEST)}
