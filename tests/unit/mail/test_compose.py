"""The bytes that go out, read back by the standard library's parser."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.errors import WrongUsage
from followup.mail.compose import compose, message_id
from followup.mail.letter import Rendered, TemplateClass
from followup.mail.message_check import problems
from followup.mail.sanitize import several_lines, single_line

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN_ID = "<c-000012-1.ab@shop.test>"


def email(
    subject: str = "About your order 1182",
    text: str = "Hello Jo,\n\nOne line.\n",
    html: str = "<p>Hello Jo,</p>\n",
    *,
    sender: str = "Ana at Harbour Books <ana@shop.test>",
    to_name: str = "Jo Núñez",
    to_address: str = "jo@home.test",
    reply_to: str | None = "care@shop.test",
    own_id: str = OWN_ID,
    in_reply_to: str | None = None,
    references: tuple[str, ...] = (),
    date: datetime = NOON,
    list_unsubscribe: tuple[str, ...] = (),
) -> bytes:
    return compose(
        Rendered(subject, text, html, TemplateClass.SERVICE, "en", False, "en"),
        sender=sender,
        to_name=to_name,
        to_address=to_address,
        reply_to=reply_to,
        message_id=own_id,
        in_reply_to=in_reply_to,
        references=references,
        date=date,
        list_unsubscribe=list_unsubscribe,
    )


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
    return message


def part_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_headers_and_parts_by_the_book() -> None:
    message = parsed(email())
    assert [name for name, _ in message.items()] == [
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    ]
    assert message["From"] == "Ana at Harbour Books <ana@shop.test>"
    assert message["To"].addresses[0].display_name == "Jo Núñez"
    assert message["To"].addresses[0].addr_spec == "jo@home.test"
    assert message["Reply-To"] == "care@shop.test"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"] == OWN_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert part_of(message, "plain") == "Hello Jo,\n\nOne line.\n"
    assert part_of(message, "html") == "<p>Hello Jo,</p>\n"


def test_a_follow_up_belongs_to_the_conversation() -> None:
    first, second = "<c-1.aa@shop.test>", "<c-2.bb@shop.test>"
    message = parsed(email(in_reply_to=second, references=(first, second)))
    assert message["In-Reply-To"] == second
    assert str(message["References"]).split() == [first, second]


def test_a_long_conversation_keeps_its_first_and_its_last_ids() -> None:
    ids = tuple(f"<{n}@shop.test>" for n in range(200))
    references = str(parsed(email(references=ids))["References"]).split()
    assert references == [ids[0], *ids[-20:]]


def test_one_click_unsubscribing() -> None:
    links = ("https://shop.test/stop?t=abc", "mailto:stop@shop.test?subject=abc")
    message = parsed(email(list_unsubscribe=links))
    assert message["List-Unsubscribe"] == f"<{links[0]}>, <{links[1]}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed(email())["List-Unsubscribe"] is None


def test_unsubscribing_by_email_has_no_one_click() -> None:
    message = parsed(email(list_unsubscribe=("mailto:stop@shop.test?subject=abc",)))
    assert message["List-Unsubscribe"] == "<mailto:stop@shop.test?subject=abc>"
    assert message["List-Unsubscribe-Post"] is None


def test_the_same_input_makes_the_same_bytes() -> None:
    assert email() == email()
    assert email() != email(own_id="<other@shop.test>")


def test_the_date_is_the_instant_whatever_zone_it_came_in() -> None:
    assert email(date=NOON) == email(date=NOON.astimezone(timezone(timedelta(hours=5, minutes=45))))
    with pytest.raises(ValueError, match="time zone"):
        email(date=NOON.replace(tzinfo=None))


def assert_fit_for_smtp(raw: bytes) -> None:
    """Printable ASCII in lines that end with CRLF and are no longer than RFC 5322 recommends for bodies."""
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"[^\t\r\n\x20-\x7e]", raw)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


anything = st.text(max_size=300)


@given(subject=anything, to_name=anything, text=anything, html=anything)
def test_no_text_breaks_out_of_its_place(subject: str, to_name: str, text: str, html: str) -> None:
    raw = email(subject, text, html, to_name=to_name)
    assert_fit_for_smtp(raw)
    message = parsed(raw)
    assert [name for name, _ in message.items()] == [name for name, _ in parsed(email()).items()]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    (recipient,) = message["To"].addresses
    assert recipient.addr_spec == "jo@home.test"
    assert str(message["Subject"]) == single_line(subject)[:200].strip()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_bodies_come_back_as_they_went(text: str) -> None:
    lines = re.sub("\r\n|\r|\n", "\n", text)
    message = parsed(email(text=text, html=text))
    expected = lines if lines.endswith("\n") else lines + "\n"
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode() == expected.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "name",
    [
        "Jo\r\nBcc: x@y.test",
        'Jo" <x@y.test>, "',
        "Jo <x@y.test>",
        "jo@home.test, x@y.test",
        "=?utf-8?q?Boss_=3Cboss=40shop.test=3E?=",
        "(comment) Jo",
        "Jo \\",
        "Ünï\r\nBcc: x@y.test",
        "x" * 5000,
        "ü" * 5000,
        "\u202egnp.exe",
        "",
    ],
)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    raw = email(to_name=name)
    assert_fit_for_smtp(raw)
    message = parsed(raw)
    assert message["Bcc"] is None
    (recipient,) = message["To"].addresses
    assert recipient.addr_spec == "jo@home.test"
    # The old parser reads a name of several encoded words by the book; the new one puts spaces in.
    ((shown, address),) = getaddresses([str(message_from_bytes(raw)["To"])])
    assert address == "jo@home.test"
    assert str(make_header(decode_header(shown))) == single_line(name)[:120].strip()


@pytest.mark.parametrize("length", range(70, 80))
def test_a_full_line_that_ends_in_a_blank_is_broken_before_it(length: int) -> None:
    raw = email(text="x" * length + " \nnext\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert part_of(parsed(raw), "plain") == "x" * length + " \nnext\n"


def test_a_long_subject_is_folded_at_its_spaces() -> None:
    raw = email("one " * 30 + "end")
    assert b"\r\nSubject: one" + b" one" * 16 + b"\r\n one" in raw
    assert str(parsed(raw)["Subject"]) == "one " * 30 + "end"


def test_a_name_is_never_folded_inside_quotation_marks() -> None:
    name = "Reyes, " * 16
    raw = email(to_name=name)
    assert b'"' not in raw.partition(b"\r\nTo: ")[2].partition(b"\r\nReply-To")[0]
    assert problems(raw) == ()
    assert b'\r\nTo: "Reyes, Ana" <jo@home.test>\r\n' in email(to_name="Reyes, Ana")


def test_an_address_with_other_letters_before_the_at_is_written_in_utf_8() -> None:
    raw = email("Über Ihre Bestellung", to_name="José Núñez, Lda", to_address="josé@bücher.example")
    assert '\r\nTo: "José Núñez, Lda" <josé@xn--bcher-kva.example>\r\n'.encode() in raw
    assert "\r\nSubject: Über Ihre Bestellung\r\n".encode() in raw
    assert raw.partition(b"\r\n\r\n")[2].isascii()
    assert problems(raw) == ()


def test_the_parser_would_see_a_header_that_broke_in() -> None:
    naive = email().replace(b"Subject: ", b"Subject: Jo\r\nBcc: x@y.test\r\nX-Rest: ", 1)
    assert parsed(naive)["Bcc"] == "x@y.test"


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written() -> None:
    assert str(parsed(email("=?utf-8?q?hello?="))["Subject"]) == "=?utf-8?q?hello?="


def test_a_plain_subject_can_be_read_in_the_file() -> None:
    assert b"\r\nSubject: About your order 1182\r\n" in email()
    assert b"\r\nHello Jo,\r\n" in email()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jo",
        "@home.test",
        "jo@",
        "jo@home..test",
        "jo@-home.test",
        "jo@home.test\r\nBcc: x@y.test",
        "jo@home.test, x@y.test",
        "jo@home.test>",
        "<jo@home.test>",
        "jo smith@home.test",
        '"jo smith"@home.test',
        ".jo@home.test",
        "jo..jo@home.test",
        "jo@home.test\x00",
        "a" * 65 + "@home.test",
        "a@" + "b" * 64 + ".test",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(WrongUsage):
        email(to_address=address)
    with pytest.raises(WrongUsage):
        email(reply_to=f"Jo <{address}>")


def test_a_domain_with_other_letters_is_written_for_machines() -> None:
    assert b"<jo@xn--bcher-kva.example>" in email(to_address="jo@bücher.example")


@pytest.mark.parametrize(
    "bad", ["", "no-brackets@x", "<a b@c>", "<a@b>\r\nBcc: <c@d>", "<a@>", "<ü@b>", "<a..b@c>", "<a@b>\n"]
)
def test_what_is_no_message_id_is_refused(bad: str) -> None:
    with pytest.raises(WrongUsage):
        email(own_id=bad)
    with pytest.raises(WrongUsage):
        email(references=(bad,))


@pytest.mark.parametrize("bad", ["http://shop.test/", "https://a b", "javascript:x", "https://a>\r\nBcc: x"])
def test_what_is_no_link_to_unsubscribe_is_refused(bad: str) -> None:
    with pytest.raises(WrongUsage):
        email(list_unsubscribe=(bad,))


def test_message_ids_are_stable_readable_and_apart() -> None:
    one = message_id("C-000012.1.7.2026-11-23", "Shop.Test")
    assert re.fullmatch(r"<c-000012-1\.[0-9a-f]{20}@shop\.test>", one)
    assert one == message_id("C-000012.1.7.2026-11-23", "shop.test")
    others = [message_id(seed, "shop.test") for seed in ("C-000012.1.8", "C-000012.2.7", "c-000012.1.7", "")]
    assert len({one, *others}) == 5
    assert email(own_id=others[-1])


@given(st.text(max_size=200))
def test_any_seed_makes_an_id_that_can_stand_in_a_header(seed: str) -> None:
    assert email(own_id=message_id(seed, "shop.test"))


@given(st.text())
def test_cleaning_leaves_one_visible_line_and_does_nothing_twice(text: str) -> None:
    cleaned = single_line(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", cleaned)
    assert cleaned == cleaned.strip()
    assert single_line(cleaned) == cleaned
    assert single_line(several_lines(text)) == cleaned


def test_cleaning_keeps_names_as_they_are() -> None:
    for name in ("José Núñez", "Zoë O'Brien-Smith", "山田 太郎", "محمد", "Ꮳꮃꭹ", "👩‍👩‍👧 family", "a\u200cb"):
        assert single_line(name) == name
