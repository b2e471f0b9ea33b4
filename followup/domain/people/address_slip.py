"""Likely slips in an email address: a mistyped provider, or one letter away from somebody who is known."""

from collections.abc import Iterable
from itertools import pairwise
from string import ascii_lowercase, digits

PROVIDERS = frozenset(
    name
    for line in (
        "aol.com",
        "bluewin.ch btinternet.com",
        "comcast.net",
        "email.com",
        "fastmail.com free.fr",
        "gmail.com gmx.at gmx.ch gmx.de gmx.net googlemail.com",
        "hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr",
        "icloud.com",
        "laposte.net live.com",
        "mac.com mail.com me.com msn.com",
        "orange.fr outlook.com outlook.de outlook.es outlook.fr",
        "proton.me protonmail.com",
        "sky.com",
        "t-online.de telefonica.net",
        "virginmedia.com",
        "wanadoo.fr web.de",
        "yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr ymail.com",
    )
    for name in line.split()
)
"""Domains at which many people have their mailbox."""

_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "xom": "com", "nte": "net"}
"""Endings that no domain has, and the one that was meant."""

_SHORTEST = 8
"""Domains shorter than this are too alike to tell a slip from another domain."""

_LETTERS = ascii_lowercase + digits + ".-_"


def provider_meant(address: str) -> str | None:
    """The address with the provider that was likely meant; None if the domain shows no slip."""
    local_part, _, domain = address.lower().rpartition("@")
    if domain in PROVIDERS:
        return None
    head, _, ending = domain.rpartition(".")
    mended = f"{head}.{_ENDINGS[ending]}" if head and ending in _ENDINGS else domain
    near = sorted(name for name in PROVIDERS if len(name) >= _SHORTEST and mended in one_edit_away(name))
    if mended not in PROVIDERS and near:
        mended = near[0]
    return None if mended == domain else f"{local_part}@{mended}"


def one_edit_away(text: str) -> frozenset[str]:
    """All texts that one letter too many, too few, another or two swapped make of this one (a
    Damerau-Levenshtein distance of 1)."""
    parts = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    fewer = {head + tail[1:] for head, tail in parts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    others = {head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS}
    more = {head + letter + tail for head, tail in parts for letter in _LETTERS}
    return frozenset((fewer | swapped | others | more) - {text})


def neighbours(address: str) -> frozenset[str]:
    """The addresses that one letter makes of this one, on either side of the @."""
    local_part, _, domain = address.lower().rpartition("@")
    locals_ = {f"{other}@{domain}" for other in one_edit_away(local_part) if other}
    return frozenset(locals_ | {f"{local_part}@{other}" for other in one_edit_away(domain) if other})


def nearest(address: str, known: Iterable[str]) -> str | None:
    """Of some known addresses the one that may be meant: one likely slip away, or with the same local part at
    a domain two letters away. None if there is none."""
    near = neighbours(address)
    local_part, _, domain = address.lower().rpartition("@")
    alike = one_edit_away(domain)
    for other in sorted(known):
        same_local, _, at = other.rpartition("@")
        if same_local == local_part and other != address and (other in near or alike & one_edit_away(at)):
            return other
        if at == domain and other in near and is_likely_slip(local_part, same_local):
            return other
    return None


def is_likely_slip(written: str, meant: str) -> bool:
    """Whether one local part, one letter away from another, is likely the other mistyped: a letter too many,
    too few, swapped with the next, or taken for its neighbour on a keyboard. Other numbers, initials and
    short names are other people: out1 and out2, j.shah and p.shah, maria and mario."""
    if sorted(written) == sorted(meant):
        return written != meant and not any(letter.isdigit() for letter in _differing(written, meant))
    if len(written) != len(meant):
        longer, shorter = sorted((written, meant), key=len, reverse=True)
        place = _first_difference(longer, shorter)
        extra = longer[place]
        if extra in _SEPARATORS:
            return True
        return not extra.isdigit() and len(shorter) >= _SHORTEST_NAME and place > 0
    pair = _differing(written, meant)
    return len(written) >= _SHORTEST_NAME and frozenset(pair) in _BESIDE


def _first_difference(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _differing(one: str, other: str) -> set[str]:
    """The letters in which two texts of one length differ."""
    return {letter for a, b in zip(one, other, strict=True) if a != b for letter in (a, b)}


_SEPARATORS = ".-_"
_SHORTEST_NAME = 4
"""Local parts shorter than this are too alike to tell a slip from another person."""

_KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
)


def _beside() -> frozenset[frozenset[str]]:
    """The pairs of letters that are neighbours on a keyboard, in a row or from row to row."""
    pairs = set()
    for rows in _KEYBOARDS:
        for row in rows:
            pairs |= {frozenset(row[place : place + 2]) for place in range(len(row) - 1)}
        for above, below in pairwise(rows):
            for place, letter in enumerate(below):
                pairs |= {frozenset((letter, over)) for over in above[place : place + 2]}
    return frozenset(pairs)


_BESIDE = _beside()
