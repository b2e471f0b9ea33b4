"""Whether a person or a program wrote what arrived. A customer's reply is never taken for anything else."""

from collections.abc import Iterable

import pytest

from followup.domain.inbound.message_kind import InboundKind
from followup.mail.parse_inbound import ParsedMessage, read_arrived

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"
ANSWER = (
    "From: Jo <jo@y.test>",
    "To: care@shop.test",
    "Subject: Re: Your kettle",
    "In-Reply-To: <k.1@shop.test>",
)


def arrive(fields: Iterable[str], body: str = "It leaks.\n") -> ParsedMessage:
    return read_arrived(("\r\n".join(fields) + "\r\n\r\n" + body).encode())


def answer(*fields: str, body: str = "It leaks.\n") -> ParsedMessage:
    """A reply of a customer with further header fields, or with others of the same names."""
    names = {field.partition(":")[0] for field in fields}
    kept = [field for field in ANSWER if field.partition(":")[0] not in names]
    return arrive([*kept, *(field for field in fields if field.partition(":")[2])], body)


# ---- A person


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("Auto-Submitted: no",),
        ("Subject: Automatic door broke my parcel",),
        ("Subject: Re: Automatic reply: Your kettle",),
        ("Subject: Out of the office chair, two screws were missing",),
        ("Subject: Re: Undeliverable: my complaint",),
        ("Subject: Undeliverable again!",),
        ("Subject: Mail delivery failed me",),
        ("Subject: Failure notice",),
        ("Subject: Abwesenheit Ihrer Kollegin",),
        ("Subject: AW: Abwesenheitsnotiz",),
        ("Subject: Absence de réponse".encode().decode("latin-1"),),
        ("Subject: unsubscribe",),
        ("Subject: unsubscribe me please",),
        ("Subject: unsubscribe abcdefgh",),
        ("From: postmaster@small-firm.test",),
        ("From: Post Master <postmaster@small-firm.test>", "Subject: Your kettle"),
        ("Precedence: bulk",),
        ("Precedence: list", "List-Id: care <care.shop.test>"),
        ("Precedence: bulk", "List-Id: care <care.shop.test>", "List-Unsubscribe: <mailto:a@b.test>"),
        ("Precedence: first-class",),
        ("X-Auto-Response-Suppress: All",),
        ("X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",),
        ("X-Autoreply: no",),
        ("Return-Path: <jo@y.test>",),
        ("In-Reply-To:", "Subject: The kettle, again"),
        ("In-Reply-To:", "List-Id: care <care.shop.test>", f"To: care+{TOKEN}@shop.test"),
        ("X-Mailer: Outlook", "Content-Type: text/calendar; method=REQUEST"),
    ],
    ids=" | ".join,
)
def test_what_a_person_wrote_is_a_reply(fields: tuple[str, ...]) -> None:
    assert answer(*fields).kind is InboundKind.REPLY


BOUNCE_TEXTS = [
    "I wrote to you and got this:\n\n<care@shop.test>: host mx.shop.test said: 550 5.1.1 User unknown\n",
    (
        "Hi. This is the qmail-send program at y.test.\nI'm afraid I wasn't able to deliver your message.\n"
        "<care@shop.test>:\nSorry, no mailbox here by that name.\n"
    ),
    "Your message could not be delivered to\n\n   care@shop.test\n\nwas the answer. What now?\n",
    "Delivery to the following recipient failed permanently:\n\n     jo@y.test\n",
    (
        "The following addresses had permanent fatal errors -----\n<jo@y.test>\n"
        " ----- Transcript of session follows -----\n"
    ),
]


@pytest.mark.parametrize("text", BOUNCE_TEXTS)
def test_a_reply_that_quotes_a_bounce_stays_a_reply(text: str) -> None:
    arrived = answer(body=text)
    assert (arrived.kind, arrived.bounced) == (InboundKind.REPLY, ())
    assert arrived.text.split() == text.split()


@pytest.mark.parametrize("text", BOUNCE_TEXTS[1:])
def test_the_same_from_a_mail_server_is_a_bounce(text: str) -> None:
    """The negative control: it is the sender that makes the difference."""
    fields = (
        "From: MAILER-DAEMON@y.test",
        "To: care@other.test",
        "Subject: Undelivered mail",
        "Return-Path: <>",
    )
    assert arrive(fields, text).kind is InboundKind.BOUNCE


def test_a_bounce_that_a_customer_passes_on_is_a_reply() -> None:
    """As an attachment, with all that makes a bounce inside it."""
    arrived = answer(
        "Subject: Fwd: Undelivered Mail Returned to Sender",
        "Content-Type: multipart/mixed; boundary=x",
        body=(
            "--x\n\nLook what I got.\n--x\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@y.test\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=y\n\n--y\n\nfailed\n--y\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; y.test\n\n"
            "Final-Recipient: rfc822; care@shop.test\nAction: failed\nStatus: 5.1.1\n\n--y--\n--x--\n"
        ),
    )
    assert (arrived.kind, arrived.bounced) == (InboundKind.REPLY, ())
    assert arrived.text == "Look what I got."


def test_an_address_on_a_line_of_its_own_does_not_bounce() -> None:
    """From somebody whose address is that of a mail server, or who gives none."""
    for sender in ("From: postmaster@small-firm.test", "From:"):
        arrived = answer(sender, body="Please write to\n\nmax@home.test\n\nfrom now on.\n")
        assert (arrived.kind, arrived.bounced) == (InboundKind.REPLY, ())


# ---- A person, although a program marked it

TYPED = "The parcel never arrived. Please call me TODAY.\n"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"), TYPED),
        (("Auto-Submitted: auto-replied",), TYPED),
        (("Precedence: auto_reply",), TYPED),
        (("X-Autoreply: yes",), TYPED),
        (("Precedence: bulk", "Subject: Fwd: Your kettle"), TYPED),
        (("Return-Path: <>",), TYPED),
        (("Subject: Absent",), "I was absent when your driver came.\n"),
        (("Subject: Absent", "Return-Path: <>"), "I was absent when your driver came.\n"),
        (("Subject: Abwesend!",), "Ihr Fahrer war da, und niemand hat geklingelt.\n"),
        (("Subject: On leave",), "Please deliver before Friday.\n"),
        (
            ("Subject: New voicemail", "Auto-Submitted: auto-generated"),
            "Hi, it's Jo, the kettle leaks again.\n",
        ),
        (("From: no-reply@helpdesk.test",), "It leaks.\n"),
        (
            ("Auto-Submitted: auto-generated",),
            "Thank you for your message. I still have no kettle. Ticket number 4711.\n",
        ),
        (
            ("Auto-Submitted: auto-generated",),
            "Vielen Dank für Ihre Nachricht. Mein Kocher ist immer noch kaputt.\n",
        ),
        (
            (
                "In-Reply-To:",
                "Subject: Re: Your kettle",
                "Precedence: list",
                "List-Id: care <care.shop.test>",
            ),
            TYPED,
        ),
    ],
)
def test_a_persons_words_are_a_reply_whatever_the_header_says(fields: tuple[str, ...], body: str) -> None:
    arrived = answer(*fields, body=body)
    assert (arrived.kind, arrived.text) == (InboundKind.REPLY, body.strip())


INVITED = ("Subject: Accepted: a call", "Content-Type: multipart/alternative; boundary=x")


def invited(text: str) -> ParsedMessage:
    calendar = "--x\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--x--\n"
    return answer(*INVITED, body=f"--x\nContent-Type: text/plain\n\n{text}\n{calendar}")


def test_a_reply_to_an_invitation_is_a_persons_only_with_words_of_their_own() -> None:
    assert invited("").kind is InboundKind.NOTICE
    assert invited("Jo Day has accepted this invitation.").kind is InboundKind.NOTICE
    typed = invited("I can do ten, but bring a new kettle.")
    assert (typed.kind, typed.text) == (InboundKind.REPLY, "I can do ten, but bring a new kettle.")
    noted = invited('Jo Day has accepted this invitation with this note: "Bring a new kettle."')
    assert noted.kind is InboundKind.REPLY


# ---- A program

AWAY = "I am out of the office until 14 December.\n"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (("Auto-Submitted: auto-replied",), AWAY),
        (("Auto-Submitted: auto-generated",), AWAY),
        (("Auto-Submitted: auto-replied; owner-email=jo@y.test",), AWAY),
        (("Auto-Submitted: Auto-Replied (vacation)",), AWAY),
        (("X-Autoreply: yes",), "I'm on annual leave and will be back in the office on Monday.\n"),
        (("X-Autorespond:  Your kettle",), AWAY),
        (("Precedence: auto_reply",), AWAY),
        (("Precedence: junk",), AWAY),
        (("Precedence: bulk", "Subject: away from my mail"), ""),
        (("Return-Path: <>",), "Ich bin bis zum 14.12. nicht im Büro.\n"),
        (("Auto-Submitted: auto-replied",), "Je suis actuellement en congés jusqu'au 14 décembre.\n"),
        (("Auto-Submitted: auto-replied",), "Estaré de vacaciones hasta el 14 de diciembre.\n"),
        (("Auto-Submitted: auto-replied",), "Estou de férias até 14 de dezembro.\n"),
        (("Subject: Automatic reply: Your kettle",), "Gone fishing.\n"),
        (("Subject: Auto: Your kettle", "X-Autoreply: 1"), AWAY),
        (("Subject: Out of Office",), "Gone fishing.\n"),
        (("Subject: Out of Office Re: Your kettle",), ""),
        (("Subject: Out of office: Your kettle",), ""),
        (("Subject: [Auto-Reply] Your kettle",), ""),
        (("Subject: Automatische Antwort: Ihr Wasserkocher",), ""),
        (("Subject: Abwesenheitsnotiz: Ihr Wasserkocher",), ""),
        (("Subject: Abwesenheitsnotiz",), ""),
        (("Subject: Respuesta automática: Su hervidor",), ""),
        (("Subject: Fuera de la oficina: Su hervidor",), ""),
        (("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Votre_bouilloire?=",), ""),
        (("Subject: =?iso-8859-1?q?Absence_du_bureau_=3A?= Votre bouilloire",), ""),
        (("Subject: Message d'absence",), ""),
        (("Subject: Automatisch antwoord: Uw waterkoker",), ""),
    ],
)
def test_an_absence_note_is_an_automatic_reply_and_its_text_is_kept(
    fields: tuple[str, ...], body: str
) -> None:
    arrived = answer(*fields, body=body)
    assert (arrived.kind, arrived.text) == (InboundKind.AUTO_REPLY, body.strip())


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (("Auto-Submitted: auto-replied",), "We have received your request. Ticket number 4711.\n"),
        (("From: noreply@helpdesk.test",), "Your ticket #123 has been created. We answer within two days.\n"),
        (("Auto-Submitted: auto-generated",), "Wir haben Ihre Nachricht erhalten. Vorgangsnummer 4711.\n"),
        (("Auto-Submitted: auto-replied",), "Nous avons bien reçu votre demande.\n"),
        (("Auto-Submitted: auto-replied",), "Hemos recibido su solicitud.\n"),
        (("Auto-Submitted: auto-replied",), "Recebemos a sua solicitação.\n"),
        (("Auto-Submitted: auto-replied",), ""),
        (
            ("In-Reply-To:", "Subject: We received your email", "X-Auto-Response-Suppress: All"),
            "Thank you.\n",
        ),
        (("In-Reply-To:", "Subject: Our news", "List-Id: news <news.y.test>"), "Kettles at half price.\n"),
        (("In-Reply-To:", "Subject: Our news", "List-Unsubscribe: <https://y.test/stop>"), "Kettles.\n"),
        (("In-Reply-To:", "Subject: Our news", "Precedence: bulk"), "Kettles at half price.\n"),
        (("Subject: Accepted: a call", "Content-Type: text/calendar; method=REPLY"), ""),
    ],
)
def test_what_only_tells_that_something_was_received_is_a_notice(fields: tuple[str, ...], body: str) -> None:
    assert answer(*fields, body=body).kind is InboundKind.NOTICE


def report(report_type: str, part: str, text: str = "A report.") -> ParsedMessage:
    return arrive(
        (
            "From: Jo <jo@y.test>",
            "To: care@shop.test",
            "Subject: Report",
            f"Content-Type: multipart/report; report-type={report_type}; boundary=x",
        ),
        f"--x\r\n\r\n{text}\r\n--x\r\n{part}\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"
        "Message-ID: <k.1@shop.test>\r\nTo: <jo@y.test>\r\nSubject: Your kettle\r\n\r\nDear Jo\r\n--x--\r\n",
    )


def test_a_receipt_is_a_notice() -> None:
    arrived = report(
        "disposition-notification",
        "Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; jo@y.test\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n",
    )
    assert (arrived.kind, arrived.bounced) == (InboundKind.NOTICE, ())


def complaint(fields: str) -> ParsedMessage:
    return report("feedback-report", f"Content-Type: message/feedback-report\r\n\r\n{fields}")


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ("Feedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <jo@home.test>\r\n", "jo@home.test"),
        ("Feedback-Type: abuse\r\nOriginal-Rcpt-To: rfc822;jo@home.test\r\n", "jo@home.test"),
        ("Feedback-Type: fraud\r\nUser-Agent: x\r\n", "jo@y.test"),
        ("Feedback-Type: opt-out\r\nRemoval-Recipient: jo@home.test\r\n", "jo@home.test"),
    ],
)
def test_a_feedback_report_is_a_complaint(fields: str, who: str) -> None:
    arrived = complaint(fields)
    assert arrived.kind is InboundKind.COMPLAINT
    assert [found.address for found in arrived.bounced] == [who]
    assert arrived.answers == ("k.1@shop.test",)


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_a_report_that_is_no_complaint_is_a_notice(kind: str) -> None:
    assert complaint(f"Feedback-Type: {kind}\r\n").kind is InboundKind.NOTICE


def test_a_complaint_may_name_nobody() -> None:
    arrived = arrive(
        ("From: fbl@y.test", "Content-Type: multipart/report; report-type=feedback-report; boundary=x"),
        "--x\n\nspam\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--x--\n",
    )
    assert (arrived.kind, arrived.bounced, arrived.answers) == (InboundKind.COMPLAINT, (), ())


# ---- Unsubscribing


@pytest.mark.parametrize(
    "subject", [f"unsubscribe {TOKEN}", f"Unsubscribe {TOKEN.upper()}", f"unsubscribe  {TOKEN}"]
)
@pytest.mark.parametrize("fields", [(), ("Auto-Submitted: auto-generated",), ("Return-Path: <>",)])
def test_a_token_in_the_subject_unsubscribes_also_where_a_program_sends_it(
    subject: str, fields: tuple[str, ...]
) -> None:
    arrived = answer(f"Subject: {subject}", *fields)
    assert (arrived.kind, arrived.unsubscribe_token) == (InboundKind.UNSUBSCRIBE, TOKEN)


def test_nothing_else_has_a_token() -> None:
    assert answer().unsubscribe_token is None


# ---- Fields


def test_the_fields_of_a_reply() -> None:
    arrived = arrive(
        (
            f"Delivered-To: care+{TOKEN}@shop.test",
            "X-Original-To: care@shop.test",
            "Message-ID: <r.1@y.test>",
            "In-Reply-To: <k.2@shop.test>",
            "References: <k.1@shop.test>\r\n <k.2@shop.test>",
            'From: "Day, Jo (home) <not@this.test>" <Jo.Day@Y.test>',
            'To: "Shop, the" <care@shop.test>, Ana <ana@shop.test>',
            "Cc: undisclosed-recipients:;",
            "Subject: =?utf-8?q?Re=3A_K=C3=BCche?= =?utf-8?q?_neu?=",
        )
    )
    assert arrived.message_id == "r.1@y.test"
    assert arrived.answers == ("k.2@shop.test", "k.1@shop.test")
    assert arrived.sender == "Jo.Day@Y.test"
    assert arrived.recipients == (f"care+{TOKEN}@shop.test", "care@shop.test", "ana@shop.test")
    assert arrived.subject == "Re: Küche neu"


def test_fields_may_be_missing() -> None:
    arrived = read_arrived(b"")
    assert (arrived.kind, arrived.sender, arrived.message_id, arrived.subject) == ("reply", None, None, "")
    assert (arrived.answers, arrived.recipients, arrived.whole_text) == ((), (), "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("jo@y.test", "jo@y.test"),
        ("<jo@y.test>", "jo@y.test"),
        ("jo@y.test (Jo)", "jo@y.test"),
        ("=?utf-8?q?a=40b.test?= <jo@y.test>", "jo@y.test"),
        ('"<fake@y.test>" <jo@y.test>', "jo@y.test"),
        ("jö@y.test", "jö@y.test"),
        ("Jo <jo@y.test>, Max <max@y.test>", "jo@y.test"),
        ("nobody", None),
        ("<>", None),
        ("jo@y@z.test", None),
        ("jo y@z.test", None),
        ("@", None),
    ],
)
def test_the_sender_is_the_address_and_not_what_is_called_one(written: str, read: str | None) -> None:
    assert answer(f"From: {written}").sender == read


def test_a_subject_holds_no_control_characters() -> None:
    assert answer("Subject: =?utf-8?q?a=0D=0ABcc:_x=1B[31m?=").subject == "a Bcc: x [31m"
