"""What a server says of each of several addresses is told of that one, also where only its text says it."""

from followup.domain.inbound.bounce_cause import BounceCause
from followup.mail.parse_inbound import read_arrived
from tests.unit.mail.inbound_bounces import plain

BOTH = [("full@y.test", BounceCause.MAILBOX, False), ("gone@y.test", BounceCause.ADDRESS, True)]


def told(raw: str) -> list[tuple[str, BounceCause, bool]]:
    found = read_arrived(raw.encode()).bounced
    return sorted((one.address, one.cause, one.is_gone) for one in found)


def of_two(first: str, second: str) -> str:
    said = {
        "full": "552 5.2.2 <full@y.test>: Recipient address rejected: Mailbox full",
        "gone": "550 5.1.1 <gone@y.test>: Recipient address rejected: User unknown",
    }
    lines = "".join(f"{name}@y.test: {said[name]}\n" for name in (first, second))
    report = "\nFinal-Recipient: rfc822; {}@y.test\nAction: failed\nStatus: 5.0.0\n"
    reports = report.format(first) + report.format(second)
    return (
        "From: MAILER-DAEMON@x.test\nTo: care@shop.test\nSubject: Delivery status notification: error\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nAn error has occurred for these recipients:\n\n{lines}\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.test\n{reports}\n--b--\n"
    )


def test_each_of_two_addresses_has_its_own_cause_whichever_comes_first() -> None:
    assert told(of_two("full", "gone")) == BOTH
    assert told(of_two("gone", "full")) == BOTH


def test_an_explanation_that_looks_like_header_fields_is_read_to_its_end() -> None:
    text = (
        "Hi. This is the qmail-send program at x.test. I'm afraid I wasn't able to deliver your message.\n"
        "This is a permanent error; I've given up.\n\n"
        "<full@y.test>:\nFrom: <care@shop.test> RCPT: <full@y.test> 192.0.2.25 does not like it.\n"
        "Remote host said: 552 5.2.2 <full@y.test>: Mailbox full.\nGiving up on 192.0.2.25.\n\n"
        "<gone@y.test>:\nFrom: <care@shop.test> RCPT: <gone@y.test> 192.0.2.25 does not like it.\n"
        "Remote host said: 550 5.1.1 <gone@y.test>: User unknown.\nGiving up on 192.0.2.25.\n\n"
        "--- Below this line is a copy of the message.\n\n"
        "Return-Path: <care@shop.test>\nFrom: care@shop.test\nTo: list@y.test\nSubject: Your order\n\nHello\n"
    )
    assert told(plain("MAILER-DAEMON@x.test", "failure notice", text)) == BOTH


def test_a_returned_email_without_spaces_after_its_field_names_is_recognised() -> None:
    text = (
        "This message was created automatically by mail delivery software. A message that you sent\n"
        "could not be delivered to one or more of its recipients. This is a permanent error.\n\n"
        "gone@y.test Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 <gone@y.test>... User Unknown\n\n\n"
        "Received:from x.test by y.test; Fri, 12 Dec 2025 02:46:23 -0800\nMessage-ID:<1.2@shop.test>\n"
        "Date:Fri, 12 Dec 2025 10:46:23 +0000\nFrom:Ana <care@shop.test>\nTo:<gone@y.test>\nSubject:Hello\n"
    )
    assert told(plain("mailer-daemon@x.test", "Undelivered Mail Returned to Sender", text)) == BOTH[1:]


def test_a_delivery_agent_that_fails_says_nothing_of_the_address() -> None:
    report = of_two("gone", "gone").replace(
        "550 5.1.1 <gone@y.test>: Recipient address rejected: User unknown",
        'Couldn\'t create "/var/mail/gone": No such file',
    )
    assert [(cause, gone) for _, cause, gone in told(report)] == [(BounceCause.ROUTE, False)]
