"""Emails as they come back: what customers, programs and mail servers write to us."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from sqlmodel import col, select

from followup.mail.mailbox.mailbox import Ending
from followup.mail.tokens import bounce_token, reply_token, unsubscribe_token
from followup.services.inbound import receive_messages
from followup.services.inbound.receive_messages import Receipt
from followup.store.tables import Case, Email, InboundMail
from tests.shop import Shop

THEM = "priya@example.com"


def letter(
    text: str = "It still has not come.\n",
    *,
    sender: str = f"Priya Shah <{THEM}>",
    to: str = "care@shop.example",
    subject: str = "Re: Your order",
    **headers: str,
) -> bytes:
    """An email of somebody. Headers are named as arguments: `In_Reply_To`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def care_address(shop: Shop, case: Case) -> str:
    return f"care+{reply_token(shop.workspace.secret_key(), case.id or 0)}@shop.example"


def bounce_address(shop: Shop, email: Email) -> str:
    return f"bounces+{bounce_token(shop.workspace.secret_key(), email.id or 0)}@shop.example"


def unsubscription(shop: Shop, customer_id: int) -> str:
    return f"unsubscribe {unsubscribe_token(shop.workspace.secret_key(), customer_id)}"


def away(text: str = "I am away from my desk.\n", **headers: str) -> bytes:
    return letter(text, subject="Away", Auto_Submitted="auto-replied", **headers)


def bounce(
    address: str = THEM,
    *,
    status: str = "5.1.1",
    to: str = "care@shop.example",
    about: str | None = None,
    action: str = "failed",
    said: str | None = None,
) -> bytes:
    """A report of a mail server (RFC 3464) about an address, and about the email with a Message-ID."""
    returned = f"Message-ID: {about}\r\nSubject: Your order\r\n" if about else "Subject: Your order\r\n"
    code = 550 if status.startswith("5") else 452
    lines = f"""From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: Undelivered mail
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain

It could not be delivered.
--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said or f"{code} {status} sorry, {address}"}

--=_b
Content-Type: text/rfc822-headers

{returned}
--=_b--
"""
    return "\r\n".join(lines.splitlines()).encode()


def complaint(about: str | None, address: str = THEM) -> bytes:
    """A feedback report (RFC 5965)."""
    returned = f"Message-ID: {about}\r\n" if about else ""
    lines = f"""From: fbl@mail.example.com
To: care@shop.example
Subject: FW: Your order
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_c"

--=_c
Content-Type: text/plain

This is an abuse report.
--=_c
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <{address}>

--=_c
Content-Type: message/rfc822

{returned}From: Care <care@shop.example>
To: <{address}>
Subject: Your order

Dear Priya,
--=_c--
"""
    return "\r\n".join(lines.splitlines()).encode()


def receive(shop: Shop, raw: bytes, now: datetime | None = None) -> Receipt:
    return receive_messages.receive(shop.engine, shop.rules, raw, now=now or shop.now)


def arrived(shop: Shop) -> list[InboundMail]:
    return list(
        shop.read(lambda session: session.exec(select(InboundMail).order_by(col(InboundMail.id))).all())
    )


def quarantined(shop: Shop) -> list[Path]:
    folder = shop.workspace.quarantine_dir
    return sorted(folder.iterdir()) if folder.exists() else []


@dataclass
class Tray:
    """A mailbox in memory. `dies_before_marking` names messages at whose marking the process dies, once."""

    messages: dict[str, bytes]
    marks: dict[str, Ending] = field(default_factory=dict)
    dies_before_marking: set[str] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator["Tray"]:
        yield self

    def wait(self, _seconds: float, _stopping: threading.Event) -> bool:
        return False

    def new(self, limit: int) -> list[str]:
        self.asked.append(limit)
        return [name for name in self.messages if name not in self.marks][:limit]

    def fetch(self, name: str) -> bytes | None:
        return self.messages[name]

    def mark(self, name: str, ending: Ending) -> None:
        if name in self.dies_before_marking:
            self.dies_before_marking.remove(name)
            raise KeyboardInterrupt
        self.marks[name] = ending
