"""What is kept of the address of somebody who asked to be forgotten: enough to know it again when it comes
back, and not to read it.

An entry is `erased:<salt>:<digest>`. The salt is that of the database which made it and stands in the entry,
so that entries can be passed on to another. Whoever has an entry can try whether it is that of an address
they know; nobody can list the addresses.
"""

import hashlib
import hmac
import re
import secrets

PREFIX = "erased:"
JUST_AFTER = "erased;"
"""Sorts after every entry and before everything that does."""

_SALT_BYTES = 16
_ENTRY = re.compile(r"erased:[0-9a-f]{32}:[0-9a-f]{64}")
_STAND_IN = re.compile(r"erased-[0-9]+@invalid")


def new_salt() -> str:
    """A salt for a database: 32 hexadecimal digits."""
    return secrets.token_hex(_SALT_BYTES)


def entry_of(comparable: str, salt: str) -> str:
    """The entry of an address in its comparable form."""
    digest = hmac.new(salt.encode(), comparable.encode(), hashlib.sha256).hexdigest()
    return f"{PREFIX}{salt}:{digest}"


def is_entry(text: str) -> bool:
    """Whether a text is such an entry, as an export writes it."""
    return _ENTRY.fullmatch(text) is not None


def salt_of(entry: str) -> str:
    """The salt that an entry was made with."""
    return entry.split(":")[1]


def stand_in(customer_id: int) -> str:
    """What stands in place of the address of an erased customer; nothing can be sent there (RFC 2606)."""
    return f"erased-{customer_id}@invalid"


def is_stand_in(address: str) -> bool:
    """Whether an address is such a stand-in."""
    return _STAND_IN.fullmatch(address) is not None
