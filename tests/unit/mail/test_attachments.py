"""Files go with an email so that every mail program gets them byte by byte; the rules notice where not."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.mail.compose import Attachment, compose
from followup.mail.letter import Rendered, TemplateClass
from followup.mail.message_check import problems
from followup.mail.read_own_email import text_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def email_with(*attachments: Attachment, text: str = "Hello\n", html: str = "<p>Hello</p>\n") -> bytes:
    return compose(
        Rendered("Goodwill", text, html, TemplateClass.SERVICE, "en", False, "en"),
        sender="Harbour Books <ana@shop.test>",
        to_name="",
        to_address="cfo@home.test",
        reply_to=None,
        message_id="<r-1.bb@shop.test>",
        in_reply_to=None,
        references=(),
        date=datetime(2026, 11, 23, 8, tzinfo=UTC),
        attachments=attachments,
    )


GOOD = email_with(
    Attachment("goodwill-2026-11-16.xlsx", XLSX, bytes(range(256)) * 3),
    Attachment("a.txt", "text/plain", b""),
)


@given(content=st.binary(max_size=500), text=st.text("ab é日.=-\n", max_size=200), number=st.integers(1, 3))
def test_files_come_back_as_they_went_beside_the_text(content: bytes, text: str, number: int) -> None:
    files = [Attachment(f"file-{place}.xlsx", XLSX, content * place) for place in range(1, number + 1)]
    raw = email_with(*files, text=text)

    assert problems(raw) == ()
    assert raw.isascii()
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.get_content_type() == "multipart/mixed"
    came = list(message.iter_attachments())
    assert [(part.get_filename(), part.get_content_type(), part.get_content()) for part in came] == [
        (file.name, XLSX, file.content) for file in files
    ]
    assert all(part.get_content_disposition() == "attachment" for part in came)
    body = message.get_body(("html",))
    assert body is not None
    assert body.get_content() == "<p>Hello</p>\r\n"
    assert text_of(raw).removesuffix("\n") == text.removesuffix("\n")


def test_an_email_without_files_stays_what_it_was() -> None:
    message = message_from_bytes(email_with(), policy=policy.default)

    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("../a.xlsx", XLSX),
        ("a b.xlsx", XLSX),
        ("a\r\nBcc: x@home.test", XLSX),
        ("größe.xlsx", XLSX),
        ("", XLSX),
        (".xlsx", XLSX),
        ("a.xlsx", "text"),
        ("a.xlsx", "text/plain; x=y"),
    ],
)
def test_a_name_that_might_be_misread_is_refused(name: str, media_type: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        email_with(Attachment(name, media_type, b"x"))


BAD = [
    ("RFC 2183 2", "Content-Disposition: attachment", "Content-Disposition: inline"),
    ("RFC 2183 2", "Content-Disposition: attachment", "X-Disposition: attachment"),
    ("RFC 2183 2.3", ' filename="goodwill-2026-11-16.xlsx"', ' filename="../goodwill.xlsx"'),
    ("RFC 2183 2.3", ' filename="goodwill-2026-11-16.xlsx"', ' filename="good will.xlsx"'),
    ("RFC 2183 2.3", ' filename="goodwill-2026-11-16.xlsx"', " x=y"),
    ("RFC 2045 5", f"Content-Type: {XLSX}", "Content-Type: sheet"),
    ("RFC 2045 6.2", "Encoding: base64", "Encoding: 8bit"),
    ("RFC 2045 6.8", "AAECAwQF", "AAECAwQ="),
    ("RFC 2046 5.1.4", "multipart/alternative", "text/plain"),
    ("RFC 2046 5.1.4", "text/html; charset", "text/plain; charset"),
]


@pytest.mark.parametrize(("rule", "old", "new"), BAD)
def test_what_breaks_a_rule_is_found_and_named(rule: str, old: str, new: str) -> None:
    assert problems(GOOD) == ()
    broken = GOOD.replace(old.encode(), new.encode(), 1)
    assert broken != GOOD
    assert [problem for problem in problems(broken) if problem.startswith(f"{rule}: ")], problems(broken)


def test_a_line_of_base64_that_is_too_long_is_found() -> None:
    first, second = re.findall(rb"(?m)^[A-Za-z0-9+/]{76}\r\n", GOOD)[:2]
    joined = GOOD.replace(first + second, first.rstrip() + second)

    assert any(problem.startswith("RFC 2045 6: ") for problem in problems(joined))


def test_an_email_of_nothing_but_files_is_found() -> None:
    boundary = re.search(rb'boundary="(=_[0-9a-f]+)"', GOOD)
    assert boundary is not None
    parts = GOOD.split(b"--" + boundary[1] + b"\r\n")
    alone = (b"--" + boundary[1] + b"\r\n").join([parts[0], *parts[2:]])

    assert any("instead of multipart/alternative and files" in problem for problem in problems(alone))
