"""The text of an email in whatever form it comes: HTML, parts, encodings, signed, encrypted, long."""

from email.message import EmailMessage

import pytest

from followup.mail.inbound.text import LONGEST_TEXT
from followup.mail.parse_inbound import ParsedMessage, read_arrived

HTML_QUOTE = '<blockquote type="cite"><div>Dear Jo,</div><div>it should not have leaked.</div></blockquote>'


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p>It <b>leaks</b>&nbsp;again.</p><p>Jo</p>", "It leaks again.\n\nJo"),
        (
            (
                "<div dir=ltr>Thank you.</div><br><div class=gmail_quote><div>On 3 Mar 2026 at 10:12, Ana "
                f"&lt;<a href=mailto:a@b.test>a@b.test</a>&gt; wrote:<br></div>{HTML_QUOTE}</div>"
            ),
            "Thank you.",
        ),
        (
            (
                "<div><p>Refund, please.</p></div><div><b>From:</b> Ana &lt;a@b.test&gt;<br><b>Sent:</b> May"
                "<br><b>To:</b> Jo<br><b>Subject:</b> Kettle<br></div><p>Dear Jo</p>"
            ),
            "Refund, please.",
        ),
        ("<style>p {color: red}</style><!-- hidden --><p>Hi</p><script>alert('x')</script>", "Hi"),
        ("<p>5 &lt; 6 &amp; 7 &gt; 6</p>", "5 < 6 & 7 > 6"),
        ("<p>one<br>two</p><ul><li>three<li>four</ul>", "one\ntwo\n\nthree\nfour"),
        ("<table><tr><td>Kettle</td><td>20</td></tr></table>", "Kettle 20"),
        ("unfinished <b", "unfinished"),
        ("a < b, and c > d", "a < b, and c > d"),
    ],
)
def test_html_is_read_as_a_person_sees_it(html: str, written: str) -> None:
    message = EmailMessage()
    message["From"] = "jo@y.test"
    message.set_content(html, subtype="html")
    assert read_arrived(message.as_bytes()).text == written


def test_the_plain_part_is_taken_where_there_are_two_forms() -> None:
    message = EmailMessage()
    message["From"] = "jo@y.test"
    message.set_content("In plain words.\n")
    message.add_alternative("<p>In <b>rich</b> words.</p>", subtype="html")
    message.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="kettle.jpg")
    arrived = read_arrived(message.as_bytes())
    assert arrived.whole_text == "In plain words.\n"
    assert arrived.attachments == ("kettle.jpg (2 bytes)",)


def test_the_html_is_taken_where_the_plain_part_is_empty() -> None:
    message = EmailMessage()
    message["From"] = "jo@y.test"
    message.set_content("\n")
    message.add_alternative("<p>In rich words.</p>", subtype="html")
    assert read_arrived(message.as_bytes()).text == "In rich words."


def test_text_around_a_picture_is_taken_together() -> None:
    raw = (
        b"From: jo@y.test\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\n\nBefore.\n--x\nContent-Type: image/png; name=a.png\nContent-Disposition: inline\n\nxx\n"
        b"--x\nContent-Type: text/plain\n\nAfter.\n--x--\n"
    )
    arrived = read_arrived(raw)
    assert arrived.text.split() == ["Before.", "After."]
    assert arrived.attachments == ("a.png (2 bytes)",)


def test_an_attached_file_is_no_part_of_the_text() -> None:
    message = EmailMessage()
    message["From"] = "jo@y.test"
    message.set_content("See the log.\n")
    message.add_attachment("line of a log", filename="Küche.txt")
    arrived = read_arrived(message.as_bytes())
    assert arrived.whole_text == "See the log.\n"
    assert arrived.attachments == ("Küche.txt (14 bytes)",)


@pytest.mark.parametrize(
    ("content_type", "body", "written"),
    [
        ("text/plain; charset=utf-8", "größer".encode(), "größer"),
        ("text/plain; charset=iso-8859-1", "„größer“".encode("cp1252"), "„größer“"),
        ("text/plain; charset=us-ascii", "größer".encode(), "größer"),
        ("text/plain; charset=utf-8", "größer".encode("latin-1"), "größer"),
        ("text/plain; charset=does-not-exist", "größer".encode(), "größer"),
        ("text/plain; charset=idna", b"bigger", "bigger"),
        ("text/plain; charset=zlib", b"bigger", "bigger"),
        ('text/plain; charset="a\0b"', b"bigger", "bigger"),
        ("text/plain; charset=utf-16", "größer".encode("utf-16"), "größer"),
        ("text/plain; charset=gb2312", "谢谢".encode("gb18030"), "谢谢"),
        ("text", b"bigger", "bigger"),
        ("text/plain; charset*=utf-8''utf-8; x*0=1; x*1=", "größer".encode(), "größer"),
        (
            "text/plain; format=flowed",
            b"one line \nthat goes on\n> quoted \n> too\n",
            "one line that goes on",
        ),
        ("text/plain; format=flowed; delsp=yes", b"Donau \ndampf", "Donaudampf"),
        ("text/plain", b"a\0b\x07c\x1b[31m", "abc[31m"),
        ("text/plain", b"one\rtwo\r\nthree\nfour", "one\ntwo\nthree\nfour"),
    ],
)
def test_text_is_read_whatever_is_said_of_it(content_type: str, body: bytes, written: str) -> None:
    raw = b"From: jo@y.test\r\nContent-Type: " + content_type.encode() + b"\r\n\r\n" + body
    assert written in read_arrived(raw).text


@pytest.mark.parametrize(
    ("encoding", "body", "written"),
    [
        ("quoted-printable", b"a soft=\r\n break and gr=C3=B6=C3=9Fer", "a soft break and größer"),
        ("quoted-printable", b"broken =XY and =", "broken =XY"),
        ("base64", b"SXQgbGVha3Mu", "It leaks."),
        ("base64", b"SXQg bGVh\n!!a3Mu", "It leaks."),
        ("8bit", "größer".encode(), "größer"),
        ("unheard-of", b"It leaks.", "It leaks."),
    ],
)
def test_text_is_decoded(encoding: str, body: bytes, written: str) -> None:
    head = f"From: jo@y.test\r\nContent-Transfer-Encoding: {encoding}\r\n"
    raw = head.encode() + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body
    assert written in read_arrived(raw).whole_text


@pytest.mark.parametrize(
    ("content_type", "named"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "smime.p7m"),
        ("application/ms-tnef; name=winmail.dat", "winmail.dat"),
        ("image/jpeg", "image/jpeg"),
    ],
)
def test_what_cannot_be_read_is_named(content_type: str, named: str) -> None:
    arrived = reply_of_type(content_type)
    assert (arrived.text, arrived.attachments) == ("", (f"{named} (3 bytes)",))


def reply_of_type(content_type: str) -> ParsedMessage:
    return read_arrived(
        f"From: jo@y.test\nContent-Type: {content_type}\nContent-Transfer-Encoding: base64\n\nMIAG\n".encode()
    )


def test_an_email_encrypted_by_pgp_is_a_reply_without_text() -> None:
    raw = (
        b'From: jo@y.test\nContent-Type: multipart/encrypted;boundary=x; protocol="a/b"'
        b"\n\n--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--x\n"
        b"Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--x--\n"
    )
    arrived = read_arrived(raw)
    assert (arrived.kind, arrived.text) == ("reply", "")
    assert arrived.attachments == ("application/pgp-encrypted (10 bytes)", "encrypted.asc (27 bytes)")


def test_a_text_of_any_length_is_cut() -> None:
    assert len(read_arrived(b"From: a@b.test\n\n" + b"word " * 1_000_000).whole_text) == LONGEST_TEXT


def test_a_signed_email_has_its_text() -> None:
    raw = (
        b"From: jo@y.test\nContent-Type: multipart/signed; boundary=x\n\n"
        b"--x\nContent-Type: text/plain\n\nIt leaks.\n--x\n"
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\n\nMIAG\n--x--\n"
    )
    arrived = read_arrived(raw)
    assert (arrived.text, arrived.attachments) == ("It leaks.", ("smime.p7s (4 bytes)",))
