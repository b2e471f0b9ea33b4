"""Answering an email with a click, as a mail program does: a link in its HTML begins an email (RFC 6068)."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from followup.domain.cases.outcomes import OutcomeAnswer
from tests.services.mail_back import THEM


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def parts(message: bytes) -> tuple[str, str]:
    """The text and the HTML of an email."""
    email = message_from_bytes(message, policy=policy.default)
    assert isinstance(email, EmailMessage)
    text, html = email.get_body(("plain",)), email.get_body(("html",))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


def links(message: bytes) -> list[str]:
    """The targets of the links in an email's HTML, as a mail program reads them."""
    parser = _Links()
    parser.feed(parts(message)[1])
    return parser.found


def followed(
    link: str, *, sender: str = THEM, added: str = "", message_id: str = "<click@example.com>"
) -> bytes:
    """The email that a click begins and its reader sends, with whatever they write below what is there.

    By RFC 6068: the address is percent-decoded, and so are the headers after the "?", which "&" separates."""
    target = urlsplit(link)
    assert target.scheme == "mailto"
    headers = dict(part.split("=", 1) for part in target.query.split("&"))
    assert set(headers) == {"subject", "body"}
    email = EmailMessage()
    email["From"], email["To"] = sender, unquote(target.path)
    email["Subject"], email["Message-ID"] = unquote(headers["subject"]), message_id
    email.set_content(f"{unquote(headers['body'])}\n{added}")
    return email.as_bytes()


def click(answers: Sequence[str], answer: OutcomeAnswer, **more: str) -> bytes:
    """The email that a reader sends by clicking on one of the two answers, and sending it."""
    made_right, not_yet = answers
    return followed({OutcomeAnswer.MADE_RIGHT: made_right, OutcomeAnswer.NOT_YET: not_yet}[answer], **more)
