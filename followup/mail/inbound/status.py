"""Status codes of mail servers (RFC 3463), also derived from their words."""

import re

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_GENERIC = re.compile(r"[245]\.0\.0")
_MEANT = {
    "2.2": r"quota|mailbox (?:is )?full|full mailbox|fach.{0,5} voll|bo.te.{0,9} pleine|buz.n.{0,9} lleno",
    "3.4": r"(?:message|mail|size).{0,20} (?:too (?:big|large)|exceed)|maximum.{0,20} size",
    "7.1": r"\bspam\b(?!@)|block ?list|black ?list|reputation|(?:by|local|our) policy",
}
_NOT_REACHED = re.compile(
    r"timed? ?out|not (?:responding|reachable)|unreachable|unable to connect|connection refused|"
    r"(?:maximum|too many).{0,20}attempts|within \d+ (?:days|hours)",
    re.IGNORECASE,
)


def status_in(*texts: str) -> str | None:
    """The first code in the texts; if it is unspecific ("5.0.0"), a later specific one of the same class."""
    codes: list[str] = [code for text in texts for code in _STATUS.findall(text)]
    if codes and _GENERIC.fullmatch(codes[0]):
        return next(
            (code for code in codes if code[0] == codes[0][0] and not _GENERIC.fullmatch(code)), codes[0]
        )
    return codes[0] if codes else None


def status_meant(status: str | None, said: str, *, permanent: bool) -> str | None:
    """The status code, if it is specific; else the one that the server's words imply, if any.

    An unreachable server says nothing about the address: the code is then 4.4.1, although the email may have
    been given up.
    """
    if status and not _GENERIC.fullmatch(status):
        return status
    for detail, words in _MEANT.items():
        if re.search(words, said, re.IGNORECASE):
            return f"{5 if permanent else 4}.{detail}"
    return "4.4.1" if _NOT_REACHED.search(said) else status
