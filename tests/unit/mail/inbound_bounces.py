"""Bounces as the well-known mail servers write them, with names of our own, and what is to be read."""

from dataclasses import dataclass

RETURNED = (
    "Message-ID: <c-000012-1.abc@shop.test>\nFrom: Ana <care@shop.test>\nTo: Jo <jo@y.test>\n"
    "Subject: Your kettle\nDate: Tue, 03 Mar 2026 09:00:00 +0000\n\nDear Jo\n"
)
RETURNED_ID = "c-000012-1.abc@shop.test"


@dataclass(frozen=True)
class Sample:
    """A bounce, and for each address: is the email given up, the status, and is nobody there any more?"""

    raw: str
    read: dict[str, tuple[bool, str | None, bool]]


def notification(
    sender: str, subject: str, *recipients: str, text: str = "It did not arrive.", fields: str = ""
) -> str:
    """A notification by the standard, with these groups of fields about recipients."""
    return (
        f"Return-Path: <>\n{fields}From: {sender}\nTo: care@shop.test\nSubject: {subject}\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n boundary="xyz/y.test"\n\n'
        f"--xyz/y.test\nContent-Description: Notification\nContent-Type: text/plain\n\n{text}\n"
        "--xyz/y.test\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.y.test\nArrival-Date: Tue, 3 Mar 2026 09:00:01 +0000\n\n"
        + "\n".join(recipients)
        + "\n--xyz/y.test\nContent-Description: Undelivered Message\nContent-Type: message/rfc822\n\n"
        f"{RETURNED}\n--xyz/y.test--\n"
    )


def plain(sender: str, subject: str, text: str, fields: str = "") -> str:
    """A bounce of an older kind: words for people, then the email."""
    return f"{fields}From: {sender}\nTo: care@shop.test\nSubject: {subject}\n\n{text}"


SAMPLES = {
    "Postfix": Sample(
        notification(
            "MAILER-DAEMON@mx.y.test (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            "Final-Recipient: rfc822; jo@y.test\nOriginal-Recipient: rfc822;jo@y.test\nAction: failed\n"
            "Status: 5.1.1\nRemote-MTA: dns; mx2.y.test\nDiagnostic-Code: smtp; 550 5.1.1 <jo@y.test>:\n"
            "    Recipient address rejected: nobody of this name\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "Postfix, delayed": Sample(
        notification(
            "MAILER-DAEMON@mx.y.test (Mail Delivery System)",
            "Delayed Mail (still being retried)",
            "Final-Recipient: rfc822; jo@y.test\nAction: delayed\nStatus: 4.4.1\n"
            "Diagnostic-Code: X-Postfix; connect to mx2.y.test[192.0.2.1]:25: timed out\n"
            "Will-Retry-Until: Sun, 8 Mar 2026 09:00:01 +0000\n",
        ),
        {"jo@y.test": (False, "4.4.1", False)},
    ),
    "Postfix, given up after days": Sample(
        notification(
            "MAILER-DAEMON@mx.y.test",
            "Undelivered Mail Returned to Sender",
            "Final-Recipient: rfc822; jo@y.test\nAction: failed\nStatus: 4.4.1\n"
            "Diagnostic-Code: X-Postfix; connect to mx2.y.test[192.0.2.1]:25: timed out\n",
        ),
        {"jo@y.test": (True, "4.4.1", False)},
    ),
    "Postfix, an alias": Sample(
        notification(
            "MAILER-DAEMON@mx.y.test",
            "Undelivered Mail Returned to Sender",
            "Final-Recipient: rfc822; jo.day@home.test\nOriginal-Recipient: rfc822;jo@y.test\n"
            "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full\n",
        ),
        {"jo@y.test": (True, "5.2.2", False)},
    ),
    "Exim, for people": Sample(
        plain(
            "Mail Delivery System <Mailer-Daemon@mx.y.test>",
            "Mail delivery failed: returning message to sender",
            "This message was made automatically by mail delivery software.\n\nA message that you sent could "
            "not be delivered to one or more of its\nrecipients. The error is permanent.\n\n  jo@y.test\n"
            "    host mx2.y.test [192.0.2.1]\n    SMTP error after RCPT TO:<jo@y.test>:\n"
            "    550 5.1.1 no such person\n\n------ This is a copy of the message. ------\n\n"
            f"Return-path: <care@shop.test>\n{RETURNED}",
            "X-Failed-Recipients: jo@y.test\nAuto-Submitted: auto-replied\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "Exim, forwarded": Sample(
        plain(
            "Mail Delivery System <Mailer-Daemon@mx.y.test>",
            "Mail delivery failed: returning message to sender",
            "A message that you sent could not be delivered:\n\n"
            "  jo.day@home.test\n    (generated from jo@y.test)\n"
            "    host mx.home.test: 550 Unknown user\n\n------ This is a copy of the message. ------\n\n"
            f"Return-path: <care@shop.test>\n{RETURNED}",
            "X-Failed-Recipients: jo.day@home.test\n",
        ),
        {"jo@y.test": (True, None, True)},
    ),
    "Exim, delayed": Sample(
        plain(
            "Mail Delivery System <Mailer-Daemon@mx.y.test>",
            "Warning: message 1abcDE-000000-00 delayed 24 hours",
            "A message that you sent has not yet been delivered to all of its recipients after a day.\n\n"
            "The address to which the message has not yet been delivered is:\n\n"
            "  jo@y.test\n    Delay reason: Connection timed out\n\nNo action is required on your part.\n",
            "Auto-Submitted: auto-replied\n",
        ),
        {"jo@y.test": (False, None, False)},
    ),
    "Microsoft 365": Sample(
        notification(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615@Y.onmicrosoft.test>",
            "Undeliverable: Your kettle",
            "Final-Recipient: rfc822;jo@y.test\nAction: failed\nStatus: 5.1.10\n"
            "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found\n"
            "Remote-MTA: dns;mx.y.test\nX-Display-Name: Jo Day\n",
            fields="X-MS-Exchange-Message-Is-Ndr:\nX-Auto-Response-Suppress: All\n",
        ),
        {"jo@y.test": (True, "5.1.10", True)},
    ),
    "Microsoft 365, taken for spam": Sample(
        notification(
            "postmaster@y.test",
            "Undeliverable: Your kettle",
            "Final-Recipient: rfc822;jo@y.test\nAction: failed\nStatus: 5.7.1\n"
            "Diagnostic-Code: smtp;550 5.7.1 Message refused by policy\n",
        ),
        {"jo@y.test": (True, "5.7.1", False)},
    ),
    "Exchange, in German": Sample(
        notification(
            "postmaster@y.test",
            "Unzustellbar: Ihr Wasserkocher",
            "Final-Recipient: rfc822;jo@y.test\nAction: failed\nStatus: 5.0.0\n"
            "Diagnostic-Code: smtp;550 5.1.1 Postfach unbekannt\n",
            text="Fehler bei der Nachrichtenzustellung an folgende Empfänger.",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "Gmail": Sample(
        notification(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
            "Delivery Status Notification (Failure)",
            "Final-Recipient: rfc822; jo@y.test\nAction: failed\nStatus: 5.1.1\n"
            "Remote-MTA: dns; mx.y.test. (192.0.2.1, the server for the domain y.test.)\n"
            "Diagnostic-Code: smtp; 550-5.1.1 There is no such account.\n",
            fields="X-Failed-Recipients: jo@y.test\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "Gmail, delayed": Sample(
        notification(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
            "Delivery Status Notification (Delay)",
            "Final-Recipient: rfc822; jo@y.test\nAction: delayed\nStatus: 4.4.1\n"
            "Will-Retry-Until: Fri, 06 Mar 2026 01:00:00 -0800 (PST)\n",
            fields="X-Failed-Recipients: jo@y.test\n",
        ),
        {"jo@y.test": (False, "4.4.1", False)},
    ),
    "Amazon SES": Sample(
        notification(
            "MAILER-DAEMON@amazonses.test",
            "Delivery Status Notification (Failure)",
            "Action: failed\nFinal-Recipient: rfc822; jo@y.test\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n"
            "Status: 5.1.1\n",
            text="The mail could not be delivered to these recipients:\njo@y.test",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "Sendmail": Sample(
        notification(
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.y.test>",
            "Returned mail: see transcript for details",
            "Final-Recipient: RFC822; jo@y.test\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: SMTP; 550 5.1.1 <jo@y.test>... User unknown\n",
        ).replace("Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (failure)"),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "Sendmail, for people": Sample(
        plain(
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.y.test>",
            "Returned mail: User unknown",
            "   ----- The following addresses had permanent fatal errors -----\njo.day@home.test\n"
            "    (expanded from: <jo@y.test>)\n\n   ----- Transcript of session follows -----\n"
            f"550 jo.day@home.test... User unknown\n\n   ----- Original message follows -----\n\n{RETURNED}",
        ),
        {"jo@y.test": (True, None, True)},
    ),
    "qmail": Sample(
        plain(
            "MAILER-DAEMON@mx.y.test",
            "failure notice",
            "Hi. This is the qmail-send program at mx.y.test.\nI'm afraid I could not deliver it.\n\n"
            "<jo@y.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
            f"--- Below this line is a copy of the message.\n\nReturn-Path: <care@shop.test>\n{RETURNED}",
            "Return-Path: <>\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "in German, for people, from a domain with a hyphen": Sample(
        plain(
            "Mail Delivery System <mailer-daemon@post.test>",
            "Mail delivery failed: returning message to sender",
            "Die folgende Nachricht konnte nicht zugestellt werden:\n\njo@mein-haus.test:\n550 Postfach voll "
            f"(quota)\n\n--- Kopf der Nachricht ---\n\nReceived: from a by b\n{RETURNED}",
        ),
        {"jo@mein-haus.test": (True, None, False)},
    ),
    "only the email that came back names somebody": Sample(
        notification("postmaster@y.test", "Nachricht nicht zugestellt", "").replace(
            "It did not arrive.", "550 5.1.1 Hier wohnt niemand dieses Namens."
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "two addresses, one of them delayed": Sample(
        notification(
            "MAILER-DAEMON@y.test",
            "Delivery report",
            "Final-Recipient: rfc822; jo@y.test\nAction: failed\nStatus: 5.1.1\n",
            "Final-Recipient: rfc822; max@y.test\nAction: delayed\nStatus: 4.2.2\n",
            "Final-Recipient: rfc822; eve@y.test\nAction: delivered\nStatus: 2.0.0\n",
        ),
        {"jo@y.test": (True, "5.1.1", True), "max@y.test": (False, "4.2.2", False)},
    ),
    "one address twice": Sample(
        notification(
            "MAILER-DAEMON@y.test",
            "Delivery report",
            "Final-Recipient: rfc822; jo@y.test\nAction: delayed\nStatus: 4.2.2\n",
            "Final-Recipient: rfc822; JO@Y.test\nAction: failed\nStatus: 5.1.1\n",
        ),
        {"JO@Y.test": (True, "5.1.1", True)},
    ),
    "an address that is still encoded": Sample(
        notification(
            "MAILER-DAEMON@y.test",
            "Delivery report",
            "Original-Recipient: rfc822; jo+2Btea@y.test\nFinal-Recipient: rfc822; x@z.test\nAction: failed\n"
            "Status: 5.1.1\n",
        ),
        {"jo+tea@y.test": (True, "5.1.1", True)},
    ),
    "an address with a plus of its own": Sample(
        notification(
            "MAILER-DAEMON@y.test",
            "Delivery report",
            "Final-Recipient: rfc822; jo+2024@y.test\nAction: failed\nStatus: 5.1.1\n",
        ),
        {"jo+2024@y.test": (True, "5.1.1", True)},
    ),
    "an address with other letters": Sample(
        notification(
            "MAILER-DAEMON@y.test",
            "Delivery report",
            "Final-Recipient: utf-8; j\\x{F6}@y.test\nAction: failed\nStatus: 5.1.1\n",
        ),
        {"jö@y.test": (True, "5.1.1", True)},
    ),
    "an address of another kind": Sample(
        notification(
            "postmaster@y.test",
            "Delivery report (failure)",
            "Original-Recipient: rfc822; jo@y.test\nFinal-Recipient: x400; /S=jo/O=y/C=GB/\nAction: failed\n"
            "Status: 5.1.1\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "an address in brackets without a type": Sample(
        notification(
            "postmaster@y.test",
            "Returned mail",
            "Final-Recipient: <jo@y.test>\nAction: failed\nDiagnostic-Code: SMTP; 550 5.1.1 unknown\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "fields that are encoded against the rule": Sample(
        notification(
            "postmaster@y.test",
            "Returned mail",
            "Final-Recipient: rfc822; jo@y.test\nAction: failed\nStatus: 5.1.1\n",
        )
        .replace(
            "Content-Type: message/delivery-status\n",
            "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n",
        )
        .replace(
            "Reporting-MTA: dns; mx.y.test\nArrival-Date: Tue, 3 Mar 2026 09:00:01 +0000\n\n"
            "Final-Recipient: rfc822; jo@y.test\nAction: failed\nStatus: 5.1.1\n",
            # The same fields, encoded.
            "UmVwb3J0aW5nLU1UQTogZG5zOyBteC55LnRlc3QKCkZpbmFsLVJlY2lwaWVudDogcmZjODIyOyBq\n"
            "b0B5LnRlc3QKQWN0aW9uOiBmYWlsZWQKU3RhdHVzOiA1LjEuMQo=\n",
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
    "without an action": Sample(
        notification(
            "postmaster@y.test", "Returned mail", "Final-Recipient: rfc822; jo@y.test\nStatus: 5.1.1\n"
        ),
        {"jo@y.test": (True, "5.1.1", True)},
    ),
}
