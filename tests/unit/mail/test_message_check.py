"""Every rule finds an email that breaks it, and no rule finds one that compose made."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.mail.compose import compose
from followup.mail.letter import Rendered, TemplateClass
from followup.mail.message_check import problems
from followup.mail.sanitize import single_line

GOOD = """\
From: Ana <ana@shop.test>
To: =?utf-8?q?Jo_N=C3=BA=C3=B1ez?= <jo@home.test>
Reply-To: "Care, Harbour" <care@shop.test>
Subject: About =?utf-8?b?w5xuw68=?= and
 your order
Date: Mon, 23 Nov 2026 12:00:00 +0000
Message-ID: <c-1.ab@shop.test>
In-Reply-To: <c-0.aa@shop.test>
References: <c-0.aa@shop.test>
 <c-1.aa@shop.test>
Auto-Submitted: auto-generated
List-Unsubscribe: <https://shop.test/stop?token=a>,
 <mailto:care@shop.test?subject=a>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello J=C3=B3,
one long=
 line.

--=_b
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: base64

PHA+SGVsbG88L3A+DQo=

--=_b--
""".replace("\n", "\r\n").encode()

LONG = b"x" * 990
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def changed(old: str, new: str) -> bytes:
    """The good email with one piece of it changed."""
    was, now = old.replace("\n", "\r\n").encode(), new.replace("\n", "\r\n").encode()
    assert GOOD.count(was) == 1
    return GOOD.replace(was, now)


def test_a_good_email_has_no_problems() -> None:
    assert problems(GOOD) == ()


def test_an_email_with_letters_before_the_at_has_them_in_its_headers() -> None:
    assert problems(changed("=?utf-8?q?Jo_N=C3=BA=C3=B1ez?= <jo@home.test>", "José <josé@home.test>")) == ()


def test_an_address_may_look_like_an_encoded_word() -> None:
    assert problems(changed("<jo@home.test>", "<jo=?utf-8?q?x?=@home.test>")) == ()


BAD = [
    # Lines.
    ("RFC 5322 2.3", GOOD.replace(b"order\r\n", b"order\n")),
    ("RFC 5322 2.3", GOOD.replace(b"line.\r\n", b"line.\r\r\n")),
    ("RFC 5322 2.1.1", GOOD.replace(b"your order", b"your " + LONG)),
    ("RFC 5322 2.1.1", GOOD.replace(b"your order", b"your" + b" order" * 13)),
    ("RFC 5321 2.3.8", GOOD[:-2]),
    ("RFC 5322 3.5", GOOD.replace(b"line.", b"li\0ne.")),
    # Headers as such.
    ("RFC 5322 2.2", changed("Auto-Submitted:", "Auto Submitted:")),
    ("RFC 5322 2.2", changed("Subject: About", "Subject: \x07About")),
    ("RFC 5322 2.2", changed("<jo@home.test>\n", "<jo@home.test>\nstray\n")),
    ("RFC 5322 2.2", changed("your order", "your örder")),
    ("RFC 6532 3.1", GOOD.replace(b"your order", b"your \xff order")),
    ("RFC 5322 3.2.2", changed(" your order\n", " your order\n \n")),
    ("RFC 5322 2.1", GOOD.partition(b"\r\n\r\n")[0] + b"\r\n"),
    *(
        (rule, re.sub(rb"(?m)^%b:.*\r\n(?: .*\r\n)*" % name.encode(), b"", GOOD, count=1))
        for rule, name in (
            ("RFC 5322 3.6", "Date"),
            ("RFC 5322 3.6", "From"),
            ("RFC 5322 3.6", "To"),
            ("RFC 5322 3.6", "Subject"),
            ("RFC 5322 3.6", "Message-ID"),
            ("RFC 2045 4", "MIME-Version"),
            ("RFC 2045 5", "Content-Type"),
            ("RFC 3834 5", "Auto-Submitted"),
        )
    ),
    *(
        (rule, changed(f"\n{name}:", f"\n{name}: {value}\n{name}:"))
        for rule, name, value in (
            ("RFC 5322 3.6", "Subject", "two"),
            ("RFC 5322 3.6", "Reply-To", "care@shop.test"),
            ("RFC 5322 3.6", "References", "<a@shop.test>"),
            ("RFC 2369 2", "List-Unsubscribe", "<https://shop.test/stop>"),
            ("RFC 8058 3.1", "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )
    ),
    # Names and addresses.
    *(
        ("RFC 5322 3.4", changed("Ana <ana@shop.test>", value))
        for value in (
            *(
                "",
                "Ana",
                "Ana <ana>",
                "Ana <ana@shop.test",
                "Ana, Harbour <ana@shop.test>",
                "A. <ana@shop.test>",
            ),
            *(
                "ana@shop..test",
                ".ana@shop.test",
                "<ana@shop.test>,",
                '"Ana <ana@shop.test>',
                "Ana <a b@shop.test>",
            ),
        )
    ),
    ("RFC 5322 3.6.2", changed("Ana <ana@shop.test>", "Ana <ana@shop.test>, Bo <bo@shop.test>")),
    ("RFC 5322 3.6.2", changed("care@shop.test>", "no-reply@shop.test>")),
    ("RFC 5322 3.6.2", changed("ana@shop.test>", "Do.Not_Reply@shop.test>")),
    # Encoded words.
    *(
        (rule, changed("=?utf-8?b?w5xuw68=?=", word))
        for rule, word in (
            ("RFC 2047 5", "x=?utf-8?b?w5xuw68=?="),
            ("RFC 2047 5", "=?utf-8?x?w5xuw68=?="),
            ("RFC 2047 5", "=?utf-8?b?w5xuw68="),
            ("RFC 2047 5", "=?utf-8?b?w5xuw68?="),
            ("RFC 2047 5", "=?utf-8?b?w5xuww==?="),  # ends within a character
            ("RFC 2047 5", "=?utf-9?b?w5xuw68=?="),
            ("RFC 2047 5", "=?utf-8?q?=C3?="),
            ("RFC 2047 4.2", "=?utf-8?q?=c3=9c?="),
            ("RFC 2047 4.2", "=?utf-8?q?=C3=9?="),
            ("RFC 2047 2", f"=?utf-8?q?{'x' * 64}?="),
            ("RFC 2047 2", f"=?utf-8?q?{'x' * 60}?="),
            ("RFC 5322 2.2", "=?utf-8?q?=0D=0ABcc?="),
        )
    ),
    ("RFC 2047 4.2", changed("=?utf-8?q?Jo_N=C3=BA=C3=B1ez?=", "=?utf-8?q?Jo,_N?=")),
    ("RFC 2047 5", changed("?= <jo@home.test>", "?=<jo@home.test>")),
    ("RFC 2047 5", changed('"Care, Harbour"', '"=?utf-8?q?Care?="')),
    ("RFC 2047 5", changed("Auto-Submitted: auto-generated", "Auto-Submitted: =?utf-8?q?auto-generated?=")),
    # Dates and identifiers.
    *(
        ("RFC 5322 3.3", changed("Mon, 23 Nov 2026 12:00:00 +0000", value))
        for value in (
            *("today", "Tue, 23 Nov 2026 12:00:00 +0000", "Mon, 31 Nov 2026 12:00:00 +0000"),
            *(
                "Mon, 23 Nov 2026 12:00:00",
                "Mon, 23 Nov 2026 12:00:00 -0000",
                "Mon, 23 Nov 2026 12:00:00 GMT",
            ),
            *("Mon, 23 Nov 2026 24:00:00 +0000", "Mon, 23 Nov 26 12:00:00 +0000"),
        )
    ),
    *(
        ("RFC 5322 3.6.4", changed(f"{name}: {value}", f"{name}: {bad}"))
        for name, value in (("Message-ID", "<c-1.ab@shop.test>"), ("In-Reply-To", "<c-0.aa@shop.test>"))
        for bad in ("c-1@shop.test", "<c-1>", "<c 1@shop.test>", "<c..1@shop.test>", "<c-1@shop.test>,")
    ),
    ("RFC 5322 3.6.4", changed("<c-1.ab@shop.test>", "<c-1@shop.test> <c-2@shop.test>")),
    ("RFC 5322 3.6.4", changed("<c-1.aa@shop.test>\n", "<c-1.aa@shop.test>x\n")),
    ("RFC 3834 5", changed("auto-generated", "no")),
    # Unsubscribing.
    ("RFC 2369 2", changed("<https://shop.test/stop?token=a>", "https://shop.test/stop?token=a")),
    ("RFC 2369 2", changed("<mailto:care@shop.test?subject=a>", "<mailto:care@shop.test?subject=a>,")),
    ("RFC 2369 2", changed("<https://shop.test/stop?token=a>", "<http://shop.test/stop?token=a>")),
    ("RFC 8058 3.1", changed("<https://shop.test/stop?token=a>,\n <mailto", "<mailto")),
    ("RFC 8058 3.1", changed("=One-Click", "=yes")),
    # The parts.
    ("RFC 2045 4", changed("MIME-Version: 1.0", "MIME-Version: 2.0")),
    ("RFC 2046 5.1.4", changed("multipart/alternative", "multipart/mixed")),
    ("RFC 2046 5.1.4", changed("text/plain", "text/html")),
    ("RFC 2046 5.1.4", changed("text/html", "text/plain")),
    ("RFC 2046 5.1.4", GOOD[: GOOD.index(b"--=_b\r\nContent-Type: text/html")] + b"--=_b--\r\n"),
    ("RFC 2046 5.1.1", GOOD.replace(b"=_b", b"=_" + b"b" * 69)),
    ("RFC 2046 5.1.1", changed('boundary="=_b"', "charset=utf-8")),
    ("RFC 2046 5.1.1", changed("one long", "--=_boundary")),
    ("RFC 2046 5.1.1", changed("--=_b--\n", "")),
    ("RFC 2046 5.1.1", GOOD + b"and more\r\n"),
    ("RFC 2046 5.1.1", GOOD + b"--=_b\r\n"),
    (
        "RFC 2046 5.1.1",
        changed("quoted-printable\n\nHello J=C3=B3,\none long=\n line.\n", "quoted-printable"),
    ),
    ("RFC 2045 5", changed("Content-Type: text/plain; charset=utf-8\n", "")),
    ("RFC 2045 3", changed("text/plain; charset=utf-8\n", "text/plain; charset=utf-8\nX-Name: José\n")),
    ("RFC 2046 4.1.2", changed("text/plain; charset=utf-8", "text/plain")),
    ("RFC 2046 4.1.2", changed("text/plain; charset=utf-8", "text/plain; charset=latin-1")),
    ("RFC 2046 4.1.2", changed("text/plain; charset=utf-8", "text/plain; charset=us-ascii")),
    ("RFC 2046 4.1.2", changed("J=C3=B3", "J=C3")),
    ("RFC 2045 6", changed("Content-Transfer-Encoding: base64\n", "")),
    ("RFC 2045 6", changed("quoted-printable", "8bit")),
    ("RFC 2045 6", changed("one long", "one long" + " x" * 40)),
    ("RFC 2045 2.7", changed("quoted-printable\n\nHello J=C3=B3", "7bit\n\nHello Jó")),
    ("RFC 2045 6.7", changed("J=C3=B3", "J=c3=b3")),
    ("RFC 2045 6.7", changed("J=C3=B3", "J=C3=B")),
    ("RFC 2045 6.7", changed("J=C3=B3", "Jó")),
    ("RFC 2045 6.7", changed("line.\n", "line. \n")),
    ("RFC 2045 6.7", changed("line.\n\n", "line.=\n")),
    ("RFC 2045 6.8", changed("PHA+SGVsbG88L3A+DQo=", "PHA+SGVsbG88L3A+DQo")),
    ("RFC 2045 6.8", changed("PHA+SGVsbG88L3A+DQo=", "PHA+ SGVsbG88L3A+DQo=")),
]


@pytest.mark.parametrize(("rule", "message"), BAD)
def test_what_breaks_a_rule_is_found_and_named(rule: str, message: bytes) -> None:
    assert message != GOOD
    found = problems(message)
    assert [problem for problem in found if problem.startswith(f"{rule}: ")], found


def test_a_problem_names_its_rule_and_its_place() -> None:
    for _, message in BAD:
        for problem in problems(message):
            assert re.fullmatch(r"RFC \d{4} [\d.]+: [a-z0-9 -]+: \S.*", problem), problem


@given(st.binary(max_size=300), st.integers(0, len(GOOD)))
def test_no_bytes_at_all_make_it_fail(junk: bytes, place: int) -> None:
    assert problems(junk)
    assert isinstance(problems(GOOD[:place] + junk + GOOD[place:]), tuple)


anything = st.text(max_size=250)
letters = st.text("abcxyz0123456789éñßжя日本한", min_size=1, max_size=20)
hosts = st.sampled_from(["home.test", "bücher.example", "例え.test", "a-b.c.example"])


@given(
    texts=st.tuples(anything, anything, anything, anything),
    local_part=letters,
    host=hosts,
    answers=st.none() | st.just("<c-1.aa@shop.test>"),
    links=st.sampled_from(
        [(), ("mailto:a@shop.test?subject=x",), (f"https://shop.test/{'s' * 800}", "mailto:a@shop.test")]
    ),
    age=st.timedeltas(timedelta(days=-20_000), timedelta(days=60_000)),
)
def test_what_compose_makes_has_no_problems_and_comes_back_as_it_went(
    texts: tuple[str, str, str, str],
    local_part: str,
    host: str,
    answers: str | None,
    links: tuple[str, ...],
    age: timedelta,
) -> None:
    subject, name, text, html = texts
    raw = compose(
        Rendered(subject, text, html, TemplateClass.SERVICE, "en", False, "en"),
        sender=f"{re.sub('[<>]', '', single_line(name))[:60]} <ana@shop.test>",
        to_name=name,
        to_address=f"{local_part}@{host}",
        reply_to="Care <care@shop.test>",
        message_id="<c-2.bb@shop.test>",
        in_reply_to=answers,
        references=(answers,) if answers else (),
        date=NOON + age,
        list_unsubscribe=links,
    )
    assert problems(raw) == ()
    assert raw.isascii() is local_part.isascii()
    message = read_back(raw)
    assert str(message["Subject"]) == single_line(subject)[:200].strip()
    (recipient,) = message["To"].addresses
    assert (recipient.username, recipient.domain) == (local_part, host.encode("idna").decode())
    assert name_in(raw, "To") == single_line(name)[:120].strip()
    assert message["Date"].datetime == (NOON + age).replace(microsecond=0)
    assert (message["In-Reply-To"], message["References"]) == (answers, answers)
    assert [content(message, kind) for kind in ("plain", "html")] == [as_sent(text), as_sent(html)]


def read_back(raw: bytes) -> EmailMessage:
    """The message as the standard parser reads it; headers in UTF-8 it takes only as text."""
    message = (
        message_from_bytes(raw, policy=policy.default)
        if raw.isascii()
        else message_from_string(raw.decode(), policy=policy.default)
    )
    assert isinstance(message, EmailMessage)
    return message


def name_in(raw: bytes, header: str) -> str:
    """The name of a header's one address. Where that takes several encoded words, this Python's new parser
    puts spaces between them, against RFC 2047, section 6.2; the old one does not, but wants it unfolded."""
    unfolded = str(message_from_string(raw.decode())[header]).replace("\r\n", "")
    ((shown, _),) = getaddresses([unfolded])
    return str(make_header(decode_header(shown))) if "=?" in shown else shown


def content(message: EmailMessage, kind: str) -> bytes:
    part = message.get_body((kind,))
    assert part is not None
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def as_sent(text: str) -> bytes:
    lines = re.sub("\r\n|\r|\n", "\r\n", text).encode("utf-8", "replace")
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


@pytest.mark.parametrize(
    "name", ["José Núñez", "山田 太郎", "Zoë, née O'Brien", "Жанна", 'Ana "Annie" Reyes', "J. R."]
)
def test_a_name_of_one_encoded_word_comes_back_through_the_new_parser_too(name: str) -> None:
    raw = compose(
        Rendered("Hello", "text", "<p>", TemplateClass.SERVICE, "en", False, "en"),
        sender="Ana <ana@shop.test>",
        to_name=name,
        to_address="jo@home.test",
        reply_to=None,
        message_id="<c-2.bb@shop.test>",
        in_reply_to=None,
        references=(),
        date=NOON,
    )
    assert read_back(raw)["To"].addresses[0].display_name == name
    assert problems(raw) == ()
