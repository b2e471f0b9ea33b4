"""Signed tokens in what we send: whoever brings one back got it from us.

A token is a number, such as that of a customer, and its signature. It never expires, because an email may be
answered years later, and holds nothing about a person. It is in lower case, so that mail servers which change
the case of addresses do it no harm.
"""

import hashlib
import re
from base64 import b32decode, b32encode
from urllib.parse import quote

from itsdangerous import Signer
from itsdangerous.signer import HMACAlgorithm

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.mail.addresses import parse_mailbox
from followup.settings import TOKEN, TOKEN_LETTERS

_NUMBER_BYTES = 5
_SIGNATURE_BYTES = 15
"""120 bits, which nobody can guess. With the number they make 32 letters: short enough for an address."""

_PLACE = re.compile(rf"[-+=._]?{re.escape(TOKEN)}")
_RUN = re.compile(r"[a-z2-7]+")
_UNRESERVED = "!$'*+@"
"""What may stand as it is in a mailto address (RFC 6068, section 2) beside letters, digits and "-._~"."""


class _ShortSignature(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:_SIGNATURE_BYTES]


def unsubscribe_token(key: bytes, customer_id: int) -> str:
    """The token by which a customer stops our emails: 32 lower-case letters and digits."""
    return _token(key, "unsubscribe", customer_id)


def read_unsubscribe_token(key: bytes, text: str) -> int | None:
    """The customer whom an unsubscribe token of ours names; None for anything else."""
    return _number(key, "unsubscribe", text)


def reply_token(key: bytes, case_id: int) -> str:
    """The token that tells which case a reply is about: 32 lower-case letters and digits."""
    return _token(key, "reply", case_id)


def read_reply_token(key: bytes, text: str) -> int | None:
    """The case that a reply token of ours names; None for anything else."""
    return _number(key, "reply", text)


def bounce_token(key: bytes, email_id: int) -> str:
    """The token that tells which email came back: 32 lower-case letters and digits."""
    return _token(key, "bounce", email_id)


def read_bounce_token(key: bytes, text: str) -> int | None:
    """The email that a bounce token of ours names; None for anything else."""
    return _number(key, "bounce", text)


def answer_token(key: bytes, answer: OutcomeAnswer, case_id: int) -> str:
    """The token that proves which answer was given about which case: 32 lower-case letters and digits."""
    return _token(key, f"answer {answer.value}", case_id)


def read_answer_token(key: bytes, text: str) -> tuple[OutcomeAnswer, int] | None:
    """The answer that an answer token of ours gives, and the case; None for anything else."""
    for answer in OutcomeAnswer:
        number = _number(key, f"answer {answer.value}", text)
        if number is not None:
            return answer, number
    return None


def with_token(mailbox: str, token: str) -> str:
    """The mailbox with a token where it has a place for one."""
    return mailbox.replace(TOKEN, token)


def without_token(mailbox: str) -> str | None:
    """The mailbox without the place for a token and the sign before it: "care+{token}@shop.example" is
    care@shop.example. None where nothing is left before the @."""
    bare = _PLACE.sub("", mailbox)
    return None if re.search(r"(?:^|[\s<])@", bare) else bare


def tokens_in(text: str) -> tuple[str, ...]:
    """What could be a token in an address or a subject, in lower case: mail programs and servers change the
    case of what they pass on."""
    return tuple(run[-TOKEN_LETTERS:] for run in _RUN.findall(text.lower()) if len(run) >= TOKEN_LETTERS)


def unsubscribe_links(key: bytes, customer_id: int, *, reply_to: str, url: str | None) -> tuple[str, ...]:
    """The ways a customer can stop our emails, the easiest first: the shop's page at `url` if it has one,
    with the token as its parameter, then an email to `reply_to`. Raises WrongUsage where that is no mailbox.

    The header List-Unsubscribe takes all of them, the email's footer the first."""
    token = unsubscribe_token(key, customer_id)
    by_email = mail_link(reply_to, subject=f"unsubscribe {token}")
    return (f"{url}{'&' if '?' in url else '?'}token={token}", by_email) if url else (by_email,)


def mail_link(mailbox: str, *, subject: str, body: str = "") -> str:
    """A link that begins an email to a mailbox (RFC 6068). Raises WrongUsage where that is no mailbox."""
    address = quote(parse_mailbox(mailbox).address, safe=_UNRESERVED)
    text = f"&body={quote(body, safe='')}" if body else ""
    return f"mailto:{address}?subject={quote(subject, safe='')}{text}"


def _token(key: bytes, purpose: str, number: int) -> str:
    signer = _signer(key, purpose)
    signed = number.to_bytes(_NUMBER_BYTES, "big")
    signature = signer.algorithm.get_signature(signer.derive_key(), signed)
    return b32encode(signed + signature).decode("ascii").lower()


def _number(key: bytes, purpose: str, text: str) -> int | None:
    # Only the one form that we write is read, although the encoding knows others of the same bytes.
    # Some letters beyond ASCII are one of its capitals when they are made capitals.
    if len(text) != TOKEN_LETTERS or not text.isascii() or text != text.lower():
        return None
    try:
        raw = b32decode(text.upper())
    except ValueError:
        return None
    signed, signature = raw[:_NUMBER_BYTES], raw[_NUMBER_BYTES:]
    signer = _signer(key, purpose)
    is_ours = signer.algorithm.verify_signature(signer.derive_key(), signed, signature)
    return int.from_bytes(signed, "big") if is_ours else None


def _signer(key: bytes, purpose: str) -> Signer:
    """Signs for one purpose: a token that was made for another is not valid."""
    return Signer(
        key,
        salt=f"followup {purpose}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
        algorithm=_ShortSignature(hashlib.sha256),
    )
