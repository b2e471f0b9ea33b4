"""Whatever bytes arrive, they are read or called unreadable, soon, and in one line."""

import random
from email.message import EmailMessage
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.inbound.message_kind import InboundKind
from followup.mail.inbound.html_text import text_of_html
from followup.mail.inbound.parts import MOST_BYTES
from followup.mail.inbound.reply_text import reply_text
from followup.mail.inbound.text import LONGEST_TEXT
from followup.mail.parse_inbound import ParsedMessage, UnreadableEmail, read_arrived
from tests.unit.mail.inbound_bounces import SAMPLES

M = 1_000_000
KINDS = {
    *(InboundKind.REPLY, InboundKind.AUTO_REPLY, InboundKind.BOUNCE),
    *(InboundKind.COMPLAINT, InboundKind.NOTICE, InboundKind.UNSUBSCRIBE),
}


def checked(raw: bytes) -> ParsedMessage | None:
    """What is read, after a look at what is always promised; None for what is unreadable."""
    try:
        arrived = read_arrived(raw)
    except UnreadableEmail as refusal:
        reason = refusal.message
    else:
        return _checked(arrived)
    assert reason.isprintable()
    assert len(reason) < 100
    return None


def _checked(arrived: ParsedMessage) -> ParsedMessage:
    assert arrived.kind in KINDS
    assert len(arrived.whole_text) <= LONGEST_TEXT
    assert len(arrived.text) <= LONGEST_TEXT
    texts = (arrived.subject, arrived.sender or "", *(found.detail for found in arrived.bounced))
    for line in (*texts, *arrived.recipients, *arrived.answers, *arrived.attachments):
        assert not any(letter in line for letter in "\r\n\0\x1b\x7f\x85\u2028")
    for text in (arrived.text, arrived.whole_text, *texts):
        text.encode()
        assert "\0" not in text
    return arrived


def nested(depth: int) -> bytes:
    heads = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return ("From: jo@y.test\n" + "".join(heads) + "\n\nhello\n").encode()


BOMBS = {
    "nesting": nested(1000),
    "more nesting": nested(20_000),
    "emails in emails": b"Content-Type: message/rfc822\n\n" * 1000,
    "parts": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n\n" * 20_000,
    "line ends": b"From: jo@y.test\n" + b"\n" * (20 * M),
    "bare CR": b"From: jo@y.test\n\n" + b"\r" * (20 * M),
    "header fields": b"A: b\n" * 100_000,
    "parameters": b"Content-Type: text/plain" + b';"' * M,
    "folded parameters": b"Content-Type: text/plain" + b';\n "' * M,
}
"""Unreadable, each in far less time than reading would take."""

HEAVY = {
    "too big": b"From: jo@y.test\n\n" + b"x" * MOST_BYTES,
    "one line": b"From: jo@y.test\n\n" + b"x" * (20 * M),
    "a line of addresses": b"From: mailer-daemon@y.test\nSubject: Undelivered\n\n" + b"a@" * M,
    "a subject": b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nhello",
    "quotes": b"From: " + b'"' * M + b"\n\nhello",
    "brackets": b"From: " + b"(" * M + b"\n\nhello",
    "references": b"References: " + b"<a" * M + b"\n\nhello",
    "less-than": b"Content-Type: text/html\n\n" + b"<" * M,
    "comments": b"Content-Type: text/html\n\n" + b"<!--" * M,
    "tags": b"Content-Type: text/html\n\n" + b"<a " * M,
    "scripts": b"Content-Type: text/html\n\n" + b"<script>" * 100_000,
    "quoting": b"Content-Type: text/html\n\n" + b"<blockquote>x" * 50_000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 200_000,
    "signatures": b"\n" + b"--\n" * 30_000,
    "rules": b"\n" + b"-" * 99_000 + b"\nFrom: a\nSent: b\nTo: c\n",
    "line ends between words": b"\nhello\n" + b"\n" * 90_000 + b"bye\n",
    "attributions": b"\nhello\n" + b"On 1 a@b wrote:\n" * 6000,
    "heads": b"\nhello\n" + b"From: a\nSent: 1\n" * 6000,
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"A" * (20 * M),
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * (10 * M),
    "addresses made of others": b"X-Failed-Recipients: a@b.test\n\n" + b"a@" * M,
    "heads without an email": b"From: mailer-daemon@y.test\n\n" + b"From: a\n\n\n" * 10_000,
    "fields of a bounce": b"From: mailer-daemon@y.test\n\n" + b"a@b\n" * 20_000,
}
"""Read, however long it is."""


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
def test_what_is_built_to_be_hard_is_unreadable(raw: bytes) -> None:
    assert checked(raw) is None


@pytest.mark.parametrize("raw", HEAVY.values(), ids=HEAVY.keys())
def test_what_is_only_long_is_read(raw: bytes) -> None:
    assert checked(raw) is not None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 100,
        b"\xff\xfe" * 100,
        b":\n\n",
        b"From jo@y.test Tue Mar  3 09:00:00 2026\nFrom: jo@y.test\n\nhello\n",
        b"Subject: =?utf-8?b?!!!?=\nFrom: =?x?q?=\n\nhello",
        b"Subject: =?utf-8?q?=ED=A0=80?=\n\nhello",
        b"Subject: \xed\xa0\x80\xff\n\nhello",
        b"From: \xc3\xa9\xff <jo@y.test>\n\nhello",
        b"To: =?utf-8?q?" + b"a" * 1000 + b"\n\nhello",
        b"Message-ID: [\nIn-Reply-To: <<>>\nReferences: <a b> < >\n\nhello",
        b"From: a@[\nTo: [a@b]:;\nCc: @,,;:\n\nhello",
        b"Date: never\nFrom: jo@y.test\n\nhello",
        b"Content-Type: ;;;=\n\nhello",
        b"Content-Type: text/plain; charset*=x'y'%ff%00\n\nhello",
        b"Content-Type: text/plain; charset*0*=a; charset*2*=b\n\nhello",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nhello\n----\n',
        b"Content-Type: multipart/alternative; boundary=x\n\n--x--\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: message/delivery-status\n\nAction: failed\n\n\n\n",
        b"Content-Type: message/external-body\n\nhello",
        b"Content-Disposition: attachment; filename*=a'b'%E0%80\nContent-Type: image/png\n\nhello",
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n\xff\nend\n",
        b"Content-Transfer-Encoding: =?utf-8?q?base64?=\n\nhello",
        b"From: mailer-daemon@y.test\nContent-Type: multipart/report\n\nhello",
        b"X-Failed-Recipients: \xff\xfe, a@\n\nhello",
    ],
)
def test_what_breaks_the_standard_parsers_is_read(raw: bytes) -> None:
    assert checked(raw) is not None


def test_whatever_goes_wrong_inside_makes_an_email_unreadable() -> None:
    with (
        patch("followup.mail.parse_inbound.addresses", side_effect=KeyError("jo@y.test")),
        pytest.raises(UnreadableEmail) as refusal,
    ):
        read_arrived(b"From: jo@y.test\n\nhello")
    assert refusal.value.message == "It cannot be taken apart (KeyError)."
    assert (refusal.value.exit_code, refusal.value.code) == (5, "unreadable_email")


@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    checked(raw)


FIELDS = [
    *("From", "To", "Cc", "Subject", "Return-Path", "Message-ID", "In-Reply-To", "References", "Precedence"),
    *("Auto-Submitted", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "List-Id"),
    *("Delivered-To", "X-Failed-Recipients", "X-Original-To", "MIME-Version"),
]
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            *("<>", "mailer-daemon@y.test", "Undelivered mail", "auto-replied", "base64", "quoted-printable"),
            *("multipart/report; boundary=x", "multipart/alternative; boundary=x", "message/rfc822"),
            *("message/delivery-status", "message/feedback-report", "text/html; charset=utf-7", "attachment"),
            *("text/plain; format=flowed", "text/plain; charset=\0", "=?utf-8?b?/w==?=", "=?idna?q?a?="),
        ]
    ),
)
PIECES = st.one_of(
    st.binary(max_size=80),
    st.builds(
        lambda name, value: f"{name}: {value}\n".encode("utf-8", "replace"), st.sampled_from(FIELDS), VALUES
    ),
    st.sampled_from(
        [b"\n", b"\n\n", b"--x\n", b"--x--\n", b"\r", b"> ", b"-- \n", b"From: a\nSent: b\nTo: c\n"]
    ),
)


@given(st.lists(PIECES, max_size=30).map(b"".join))
def test_anything_made_of_pieces_of_emails(raw: bytes) -> None:
    checked(raw)


@given(st.sampled_from(sorted(SAMPLES)), st.randoms(use_true_random=False), st.integers(1, 30))
def test_emails_with_accidents(name: str, chance: random.Random, accidents: int) -> None:
    raw = bytearray(SAMPLES[name].raw.encode())
    for _accident in range(accidents):
        place = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[place] = chance.randrange(256)
            case 1:
                del raw[place : place + chance.randrange(1, 60)]
                raw += b"\n"
            case 2:
                raw[place:place] = raw[place : place + chance.randrange(1, 200)]
            case _:
                raw[place:place] = chance.choice([b"\n\n", b"\0", b"\r", b"=", b"--xyz/y.test\n", b"\xff"])
    checked(bytes(raw))


@given(st.text())
def test_any_text_has_a_reply(text: str) -> None:
    """No word is made up; and where something is written and nothing is quoted, something is left."""
    left = reply_text(text)
    assert set(left.split()) <= set(text.split())
    if ">" not in text and "--" not in text:
        assert left or not any(map(str.isalnum, text))


@given(st.text(alphabet="<>/!-&; abp=\"'\n") | st.text())
def test_any_html_has_a_text(html: str) -> None:
    text = text_of_html(html)
    assert text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass") == text


@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=500))
def test_a_plain_reply_is_given_back_word_for_word(body: str) -> None:
    message = EmailMessage()
    message["From"] = "jo@y.test"
    message.set_content(f"Hello,\n{body}\nJo")
    assert read_arrived(message.as_bytes()).whole_text.split() == ["Hello,", *body.split(), "Jo"]
