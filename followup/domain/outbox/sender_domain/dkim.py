"""DKIM (RFC 6376): the public key that a domain publishes, and whether receivers accept signatures by it."""

import base64
import binascii
from dataclasses import dataclass

from followup.domain.shared.word import Word

LEAST_BITS = 1024
"""A signature by a shorter RSA key counts as none (RFC 8301, 3.2)."""

GOOD_BITS = 2048
"""What a new RSA key should have (RFC 8301, 3.2)."""

COMMON_SELECTORS = (
    "default", "dkim", "mail", "email", "smtp", "s1", "s2", "k1", "k2", "key1", "selector1", "selector2",
    "google", "mta", "mx", "fm1", "pm", "protonmail", "zmail",
)  # fmt: skip
"""Where mail servers and providers put a key unless told otherwise."""


class KeyState(Word):
    """What a key record is worth to a receiver."""

    GOOD = "good", "Receivers accept it"
    SHORT = "short", "Receivers accept it; new keys are longer"
    WEAK = "weak", "Receivers accept no signature by so short a key"
    REVOKED = "revoked", "It was withdrawn: the record has no key"
    INVALID = "invalid", "The record cannot be read"


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A key as its record says. `bits` is None for keys other than RSA."""

    state: KeyState
    kind: str = "rsa"
    bits: int | None = None
    testing: bool = False

    @property
    def counts(self) -> bool:
        """Whether receivers accept a signature by it."""
        return self.state in (KeyState.GOOD, KeyState.SHORT)


def tags_of(text: str) -> dict[str, str]:
    """The tags of a record of DKIM or DMARC, in its order. What is no tag is left out."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, mark, value in pairs if mark and name.strip()}


def parse_key(record: str) -> DkimKey:
    """The key of a record (3.6.1)."""
    tags = tags_of(record)
    kind = tags.get("k", "rsa").lower()
    testing = "y" in tags.get("t", "").lower().split(":")
    if "p" not in tags or tags.get("v", "DKIM1") != "DKIM1" or kind not in ("rsa", "ed25519"):
        return DkimKey(KeyState.INVALID, kind, testing=testing)
    try:
        key = base64.b64decode("".join(tags["p"].split()), validate=True)
    except (binascii.Error, ValueError):
        return DkimKey(KeyState.INVALID, kind, testing=testing)
    if not key:
        return DkimKey(KeyState.REVOKED, kind, testing=testing)
    if kind == "ed25519":
        state = KeyState.GOOD if len(key) == 32 else KeyState.INVALID
        return DkimKey(state, kind, testing=testing)
    bits = rsa_bits(key)
    if bits is None:
        return DkimKey(KeyState.INVALID, kind, testing=testing)
    state = KeyState.WEAK if bits < LEAST_BITS else KeyState.SHORT if bits < GOOD_BITS else KeyState.GOOD
    return DkimKey(state, kind, bits, testing)


def rsa_bits(key: bytes) -> int | None:
    """The length of an RSA key, written as SubjectPublicKeyInfo or as RSAPublicKey (RFC 8017, A.1.1); None if
    it is neither."""
    outer = _element(key, 0x30)
    if outer is None:
        return None
    algorithm = _element(outer, 0x30)
    if algorithm is not None:
        bits = _element(outer[_length(outer) :], 0x03)
        if bits is None or bits[:1] != b"\0":
            return None
        outer = _element(bits[1:], 0x30)
    modulus = _element(outer, 0x02) if outer is not None else None
    return int.from_bytes(modulus, "big").bit_length() if modulus else None


def _element(coded: bytes, tag: int) -> bytes | None:
    """What is in the first DER element, if it has this tag and all of it is there."""
    if len(coded) < 2 or coded[0] != tag or len(coded) < _length(coded):
        return None
    return coded[_head(coded) : _length(coded)]


def _head(coded: bytes) -> int:
    return 2 if coded[1] < 0x80 else 2 + (coded[1] & 0x7F)


def _length(coded: bytes) -> int:
    """The length of the first DER element with its head."""
    if coded[1] < 0x80:
        return 2 + coded[1]
    head = _head(coded)
    return head + int.from_bytes(coded[2:head], "big")
