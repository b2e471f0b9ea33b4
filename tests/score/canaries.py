"""Secrets and a customer's data that are told from everything else, and looked for in whatever form."""

import base64
import json
from urllib.parse import quote

PASSWORDS = {
    "smtp": "Kanarienvogel-smtp",
    "imap": "Kanarienvogel-imap",
    "database": "Kanarienvogel-dbpw",
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
"""What is known of a customer: name, address, telephone number, postal address, words, a note, an order."""

NAME, _, PHONE, STREET, WORDS, NOTE, ORDER = PERSONAL
EVERYTHING = " ".join((*PASSWORDS.values(), ADDRESS, *PERSONAL))


_SHORTEST = 8
"""An encoded canary that is shorter could be found where there is none."""


def canaries_in(log: str, canaries: tuple[str, ...]) -> list[str]:
    """Those that a log holds: as they are, quoted for URLs or for JSON, in hexadecimal digits, or in base 64
    with anything before them."""
    low = log.lower()
    return [canary for canary in canaries if any(form.lower() in low for form in _forms(canary))]


def _forms(canary: str) -> set[str]:
    raw = canary.encode()
    encoded = {
        # What is before it and after it changes the letters at both ends.
        base64.b64encode(b"\0" * before + raw).decode()[4 if before else 0 : -4]
        for before in range(3)
    }
    quoted = {quote(canary), json.dumps(canary)[1:-1], raw.hex(), *encoded}
    return {canary, *(form for form in quoted if len(form) >= _SHORTEST)}
