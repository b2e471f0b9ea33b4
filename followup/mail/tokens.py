"""Signed tokens in our emails: a token that comes back proves that we sent it.

A token is a number, such as a customer's, with its signature. It never expires, because an email may be
answered years later, and contains no personal data. It is in lower case, because some mail servers change the
case of addresses.
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
"""120 bits, impossible to guess. With the number they make 32 characters, short enough for an address."""

_PLACE = re.compile(rf"[-+=._]?{re.escape(TOKEN)}")
_RUN = re.compile(r"[a-z2-7]+")
_UNRESERVED = "!$'*+@"
"""Characters allowed unencoded in a mailto address (RFC 6068, section 2) besides letters, digits and
"-._~".
"""


class _ShortSignature(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:_SIGNATURE_BYTES]


def unsubscribe_token(key: bytes, customer_id: int) -> str:
    """The token with which a customer unsubscribes: 32 lower-case letters and digits."""
    return _token(key, "unsubscribe", customer_id)


def read_unsubscribe_token(key: bytes, text: str) -> int | None:
    """The customer number in an unsubscribe token of ours; None for anything else."""
    return _number(key, "unsubscribe", text)


def reply_token(key: bytes, case_id: int) -> str:
    """The token that identifies the case of a reply: 32 lower-case letters and digits."""
    return _token(key, "reply", case_id)


def read_reply_token(key: bytes, text: str) -> int | None:
    """The case number in a reply token of ours; None for anything else."""
    return _number(key, "reply", text)


def bounce_token(key: bytes, email_id: int) -> str:
    """The token that identifies a bounced email: 32 lower-case letters and digits."""
    return _token(key, "bounce", email_id)


def read_bounce_token(key: bytes, text: str) -> int | None:
    """The email number in a bounce token of ours; None for anything else."""
    return _number(key, "bounce", text)


def answer_token(key: bytes, answer: OutcomeAnswer, case_id: int) -> str:
    """The token that identifies an answer and its case: 32 lower-case letters and digits."""
    return _token(key, f"answer {answer.value}", case_id)


def read_answer_token(key: bytes, text: str) -> tuple[OutcomeAnswer, int] | None:
    """The answer and the case number in an answer token of ours; None for anything else."""
    for answer in OutcomeAnswer:
        number = _number(key, f"answer {answer.value}", text)
        if number is not None:
            return answer, number
    return None


def with_token(mailbox: str, token: str) -> str:
    """The mailbox with the token in its placeholder, if it has one."""
    return mailbox.replace(TOKEN, token)


def without_token(mailbox: str) -> str | None:
    """The mailbox without the placeholder and the separator before it: "care+{token}@shop.example" becomes
    care@shop.example. None if nothing is left before the @.
    """
    bare = _PLACE.sub("", mailbox)
    return None if re.search(r"(?:^|[\s<])@", bare) else bare


def tokens_in(text: str) -> tuple[str, ...]:
    """Everything in an address or subject that could be a token, in lower case, because mail programs and
    servers change the case.
    """
    return tuple(run[-TOKEN_LETTERS:] for run in _RUN.findall(text.lower()) if len(run) >= TOKEN_LETTERS)


def unsubscribe_links(key: bytes, customer_id: int, *, reply_to: str, url: str | None) -> tuple[str, ...]:
    """The links with which a customer unsubscribes, the easiest first: the shop's page at `url` (if any) with
    the token as a parameter, then an email to `reply_to`. Raises WrongUsage if that is no mailbox.

    The header List-Unsubscribe gets all of them, the email's footer the first.
    """
    token = unsubscribe_token(key, customer_id)
    by_email = mail_link(reply_to, subject=f"unsubscribe {token}")
    return (f"{url}{'&' if '?' in url else '?'}token={token}", by_email) if url else (by_email,)


def mail_link(mailbox: str, *, subject: str, body: str = "") -> str:
    """A mailto link (RFC 6068) that opens a new email to the mailbox. Raises WrongUsage if it is no
    mailbox.
    """
    address = quote(parse_mailbox(mailbox).address, safe=_UNRESERVED)
    text = f"&body={quote(body, safe='')}" if body else ""
    return f"mailto:{address}?subject={quote(subject, safe='')}{text}"


def _token(key: bytes, purpose: str, number: int) -> str:
    signer = _signer(key, purpose)
    signed = number.to_bytes(_NUMBER_BYTES, "big")
    signature = signer.algorithm.get_signature(signer.derive_key(), signed)
    return b32encode(signed + signature).decode("ascii").lower()


def _number(key: bytes, purpose: str, text: str) -> int | None:
    # Only the canonical encoding is accepted, although others decode to the same bytes.
    # Some characters outside ASCII become ASCII letters in upper case.
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
    """The signer for one purpose. A token made for another purpose is invalid."""
    return Signer(
        key,
        salt=f"followup {purpose}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
        algorithm=_ShortSignature(hashlib.sha256),
    )
