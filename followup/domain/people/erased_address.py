"""The record kept of an erased customer's address: enough to recognise the address if it comes back, but not
to read it.

An entry is `erased:<salt>:<digest>`. The salt belongs to the database that made the entry and is part of it,
so entries can be exported to another database. Whoever has an entry can test whether it belongs to an address
they know, but cannot list addresses.
"""

import hashlib
import hmac
import re
import secrets

PREFIX = "erased:"
JUST_AFTER = "erased;"
"""A string that sorts after every entry and before everything that follows them."""

_SALT_BYTES = 16
_ENTRY = re.compile(r"erased:[0-9a-f]{32}:[0-9a-f]{64}")
_STAND_IN = re.compile(r"erased-[0-9]+@invalid")


def new_salt() -> str:
    """A random salt for a database: 32 hexadecimal digits."""
    return secrets.token_hex(_SALT_BYTES)


def entry_of(comparable: str, salt: str) -> str:
    """The entry for an address in its comparable form (`addresses.comparable_address`)."""
    digest = hmac.new(salt.encode(), comparable.encode(), hashlib.sha256).hexdigest()
    return f"{PREFIX}{salt}:{digest}"


def is_entry(text: str) -> bool:
    """Whether a text is an entry, as an export writes it."""
    return _ENTRY.fullmatch(text) is not None


def salt_of(entry: str) -> str:
    """The salt of an entry."""
    return entry.split(":")[1]


def stand_in(customer_id: int) -> str:
    """The placeholder for the address of an erased customer. No email can be sent to it (RFC 2606)."""
    return f"erased-{customer_id}@invalid"


def is_stand_in(address: str) -> bool:
    """Whether an address is such a placeholder."""
    return _STAND_IN.fullmatch(address) is not None
