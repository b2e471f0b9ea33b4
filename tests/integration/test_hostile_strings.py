"""Strings that break other programs, in every field of an email: each is written as what it is, a text.

Beside the strings here, those of published collections are tried where they lie next to the checkout.
"""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from pathlib import Path

import pytest

from followup.errors import WrongUsage
from followup.mail.addresses import envelope_address
from followup.mail.answer_links import with_answer_links
from followup.mail.compose import compose
from followup.mail.letter import Letter, LetterLinks, Rendered, TemplateClass, first_name_of
from followup.mail.message_check import problems
from followup.mail.render import render, template_names
from followup.mail.sample_letter import sample_letter
from followup.mail.sanitize import single_line

SHIPPED = Path(__file__).parents[2] / "templates"
COLLECTIONS = Path(__file__).parents[3] / "shared" / "data" / "hostile"
LINKS = ("https://shop.test/stop?token=abc", "mailto:care@shop.test?subject=unsubscribe%20abc")
ANSWERS = with_answer_links(
    LetterLinks(unsubscribe=LINKS[0]), b"k" * 32, 12, reply_to="Care <care+abc@shop.test>", locale="en-GB"
)
HEADERS = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *(
        "Auto-Submitted",
        "Content-Language",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "MIME-Version",
        "Content-Type",
    ),
]
OURS = [
    # To break out of a header.
    "Jo\r\nBcc: x@y.test",
    "Jo\nContent-Type: text/html\n\n<h1>hello</h1>",
    "Jo\r\n\r\n<script>alert(1)</script>",
    "Jo\u2028Bcc: x@y.test\u2029",
    "Jo\x0bBcc: x@y.test\x0c",
    "Jo%0d%0aBcc:x@y.test",
    '"Jo" <x@y.test>, ',
    'Jo", "x@y.test',
    "Jo <x@y.test>",
    "Jo (a comment",
    "Jo\\",
    "Jo;, : x@y.test;",
    "=?utf-8?q?Jo=0D=0ABcc:_x@y.test?=",
    "=?utf-8?b?",
    "=?=?=?=",
    "--=_0123456789abcdef",
    "--\r\n--=_\r\n--",
    ".\r\n.\r\nMAIL FROM:<x@y.test>",
    "x" * 2000,
    "ü" * 2000,
    "word " * 400,
    "e\u0301" * 300,
    # To break out of HTML.
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</p></div></body></html><h1>x</h1>",
    "\"><a href='https://evil.test'>click</a>",
    "' onmouseover='alert(1)",
    "<!-- x",
    "--> x <!--",
    "]]>",
    "<style>*{display:none}</style>",
    "</title><meta http-equiv=refresh content='0;url=https://evil.test'>",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &#x3c;u&#x3e;",
    "<svg/onload=alert(1)>",
    "<a\x00href=https://evil.test>",
    "javascript:alert(1)",
    "\ufeff<b>",
    # To be read as Markdown.
    "[click](https://evil.test)",
    "![x](https://evil.test/x.png)",
    "<https://evil.test>",
    "# a heading\n\n---\n\n* a list\n1. another",
    "**bold** _it_ `code`",
    "```\ncode\n```",
    "> quote\n> > quote",
    "[x]: https://evil.test\n[x]",
    "| a | b |\n|---|---|",
    # To be read as Jinja.
    "{{ 191 * 7 }}",
    "{% for x in range(9) %}1337{% endfor %}",
    "{# comment #}",
    "{{ ''.__class__.__mro__ }}",
    "{% raw %}{{ 191 * 7 }}{% endraw %}",
    "${191*7} #{191*7} <%= 191*7 %> {{191*7",
    "%s %d %(name)s {0} {name!r}",
    "xjinjae0000x xjinjat0001x",
    # What cannot be seen, or turns the direction.
    "\u202egnp.exe\u202c",
    "\u2066Jo\u2069",
    "\x1b[31mred\x1b]0;title\x07",
    "a\x00b",
    "\x1c\x1d\x1e\x1f",
    "\ud800 half \udfff",
    "\ufffe\uffff\ufffd",
    "\U000e0041\U000e0042",
    "z\u0330\u0351a\u0334\u0346l\u0337g\u0335o\u0334",
    "\u200b\u200c\u200d",
    "   ",
    "\t\n",
    "0",
    "None",
    # Names of people and families.
    "Null",
    "محمد بن سلمان",
    "👩‍👩‍👧‍👦 family",
    "山田 太郎",
    "Жан-Клод О’Коннор",
    "Dr. O'Brien-Smith, Jr. (Ret.)",
    "Prince ☥",
    "ﬁﬂ ǅ ß İ ı",
]


def collection(name: str) -> list[str]:
    path = COLLECTIONS / name
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    found = json.loads(text) if name.endswith(".json") else text.splitlines()
    return [item if isinstance(item, str) else item["address"] for item in found]


THEIRS = [*collection("blns.json"), *collection("names.txt"), *collection("email_addresses.json")]
TEMPLATES = sorted(template_names(SHIPPED))


def about(text: str) -> Letter:
    """A letter in which the text is everything that somebody can type."""
    letter = sample_letter("en-GB", "GBP")
    assert letter.request is not None
    name = text if single_line(text) else "Jo Example"
    case = replace(
        letter.case,
        what_happened=text,
        # Marks alone are no sentence, and which lines are quoted depends on what they say.
        verbatim=f"{single_line(text)} broke my lamp",
        order=text,
        promised=text,
        told=(text, text),
        done=(text,),
        facts={"item": text, "place": text, text: text},
    )
    return replace(
        letter,
        customer=replace(letter.customer, name=name, first_name=first_name_of(name)),
        case=case,
        request=replace(letter.request, because=text),
        links=ANSWERS,
    )


def composed(rendered: Rendered, to_name: str, to_address: str = "jo@home.test") -> bytes:
    return compose(
        rendered,
        sender="Ana Reyes <ana@shop.test>",
        to_name=to_name,
        to_address=to_address,
        reply_to="care@shop.test",
        message_id="<c-1-2.bb@shop.test>",
        in_reply_to="<c-1-1.aa@shop.test>",
        references=("<c-1-1.aa@shop.test>",),
        date=datetime(2026, 11, 23, 12, tzinfo=UTC),
        list_unsubscribe=LINKS,
    )


class Tags(HTMLParser):
    """Counts what a browser would take for markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"{tag} {attrs}"] += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self.found[f"/{tag}"] += 1

    def handle_comment(self, data: str) -> None:
        self.found[f"comment {data}"] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    parser.close()
    return parser


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def harmless(text: str) -> str:
    """The same text without the characters that mean something in HTML, Markdown or Jinja."""
    return re.sub(r"[<>&{}%*_`\[\]#~|\\]", "x", text)


UNSHOWN = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def assert_stays_text(template: str, text: str) -> None:
    """An email of this template with this text in every field is one with a text in every field."""
    letter = about(text)
    raw = composed(render(SHIPPED, template, letter), letter.customer.name)
    assert problems(raw) == ()
    message = parsed(raw)
    assert [name for name, _ in message.items()] == HEADERS
    (recipient,) = message["To"].addresses
    assert recipient.addr_spec == "jo@home.test"
    # The old parser reads a name of several encoded words by the book; the new one puts spaces in.
    ((shown, _),) = getaddresses([str(message_from_bytes(raw)["To"]).replace("\r\n", "")])
    assert str(make_header(decode_header(shown))) == single_line(letter.customer.name)[:120].strip()
    plain, html = part(message, "plain"), part(message, "html")
    for written in (str(message["Subject"]), plain, html):
        assert not UNSHOWN.search(written)
        assert "1337" not in written or "1337" in text
        assert "{{" not in written or "{{" in text
    markup = tags(html)
    same = tags(part(parsed(composed(render(SHIPPED, template, about(harmless(text))), "Jo")), "html"))
    assert markup.found == same.found
    assert markup.links == same.links
    answers = [ANSWERS.made_right, ANSWERS.not_yet] if template == "closing" else []
    assert markup.links == [*answers, LINKS[0]]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_hostile_string_stays_a_text_in_every_template(template: str) -> None:
    for text in OURS:
        assert_stays_text(template, text)


def test_so_do_those_that_others_collected() -> None:
    for place, text in enumerate(THEIRS):
        assert_stays_text(TEMPLATES[place % len(TEMPLATES)], text)


def test_a_template_that_let_markup_through_would_be_found() -> None:
    rendered = render(SHIPPED, "apology", about("Jo"))
    naive = replace(
        rendered, html=rendered.html.replace("</body>", "<a href='https://evil.test'>x</a></body>")
    )
    assert tags(naive.html).found != tags(rendered.html).found
    assert tags(naive.html).links == [*tags(rendered.html).links, "https://evil.test"]


HELLO = Rendered("Hello", "Hello Jo,\n", "<p>Hello Jo,</p>\n", TemplateClass.SERVICE, "en", False, "en")
NO_ADDRESSES = [
    "jo@home.test\r\nBcc: x@y.test",
    "jo@home.test>, <x@y.test",
    "jo@home.test, x@y.test",
    "a@b@c",
]


@pytest.mark.parametrize("address", [*OURS, *NO_ADDRESSES])
def test_what_is_no_address_is_never_written_to(address: str) -> None:
    with pytest.raises(WrongUsage):
        composed(HELLO, "Jo", address)


def diagnosed() -> list[tuple[str, str]]:
    path = COLLECTIONS / "email_addresses.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return [(item["address"], item["category"]) for item in found]


def test_of_addresses_that_others_diagnosed_the_valid_compose_and_the_invalid_do_not() -> None:
    for address, category in diagnosed():
        try:
            raw = composed(HELLO, "Jo", address)
        except WrongUsage:
            assert category != "ISEMAIL_VALID_CATEGORY", address
            continue
        assert category != "ISEMAIL_ERR", address
        assert problems(raw) == ()
        assert parsed(raw)["To"].addresses[0].addr_spec == envelope_address(address)
