"""Status codes of mail servers (RFC 3463)."""

import re

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_GENERIC = re.compile(r"[245]\.0\.0")


def status_in(*texts: str) -> str | None:
    """The first code in the texts; if it is unspecific ("5.0.0"), a later specific one of the same class."""
    codes: list[str] = [code for text in texts for code in _STATUS.findall(text)]
    if codes and _GENERIC.fullmatch(codes[0]):
        return next(
            (code for code in codes if code[0] == codes[0][0] and not _GENERIC.fullmatch(code)), codes[0]
        )
    return codes[0] if codes else None
