"""Whole emails, from compose to what a real mail server keeps: envelope and headers say the same."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from followup.mail.addresses import envelope_address, parse_mailbox
from followup.mail.compose import compose
from followup.mail.file_transport import FileTransport
from followup.mail.letter import Rendered, TemplateClass
from followup.mail.message_check import problems
from followup.mail.relay_url import Relay
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import Connection, Delivery, DeliveryOutcome, Phase
from tests.integration.mail_server import Inbox, running

FIRST, SECOND = "<c-1-1.aa@shop.test>", "<c-1-2.bb@shop.test>"
TEXT = "Hallo José,\n.\n\nAna\n"
LINKS = ("https://shop.test/stop?token=abc", "mailto:care@shop.test?subject=unsubscribe%20abc")


@dataclass(frozen=True)
class Sent:
    """An email with its envelope."""

    sender: str
    recipient: str
    message: bytes

    def through(self, connection: Connection) -> Delivery:
        return connection.deliver(self.sender, self.recipient, self.message, lambda: None)


def letter(
    to_address: str = "jo@home.test", sender: str = "Ana Reyes <ana@shop.test>", to_name: str = "José Núñez"
) -> Sent:
    message = compose(
        Rendered(
            "Über Ihre Bestellung", TEXT, "<p>Hallo José,</p>\n", TemplateClass.MARKETING, "de", False, "de"
        ),
        sender=sender,
        to_name=to_name,
        to_address=to_address,
        reply_to="Care <care@shop.test>",
        message_id=SECOND,
        in_reply_to=FIRST,
        references=(FIRST,),
        date=datetime(2026, 11, 23, 12, tzinfo=UTC),
        list_unsubscribe=LINKS,
    )
    return Sent(parse_mailbox(sender).address, envelope_address(to_address), message)


def arrived(inbox: Inbox) -> EmailMessage:
    """The one email that arrived, unharmed, as the standard parser reads it."""
    (body,) = inbox.bodies
    assert problems(body) == ()
    message = message_from_string(body.decode(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def connected(port: int) -> SmtpTransport:
    return SmtpTransport(Relay("127.0.0.1", port))


@pytest.mark.parametrize("with_utf8", [True, False])
@pytest.mark.parametrize("address", ["jo@home.test", "jo@bücher.example", "Jo.O'Neil+a@例え.test"])
def test_every_server_takes_any_name_and_any_domain(address: str, with_utf8: bool) -> None:
    inbox = Inbox()
    email = letter(address)
    with running(inbox, enable_SMTPUTF8=with_utf8) as port, connected(port).open() as connection:
        assert email.through(connection).outcome is DeliveryOutcome.ACCEPTED
    assert inbox.bodies == [email.message]
    message = arrived(inbox)
    (envelope,) = inbox.envelopes
    assert not envelope.smtp_utf8
    assert envelope.rcpt_tos == [message["To"].addresses[0].addr_spec] == [envelope_address(address)]
    assert envelope.mail_from == message["From"].addresses[0].addr_spec == "ana@shop.test"
    assert message["To"].addresses[0].display_name == "José Núñez"
    assert str(message["Subject"]) == "Über Ihre Bestellung"


def test_a_follow_up_arrives_in_its_conversation_and_says_that_a_program_sent_it() -> None:
    inbox = Inbox()
    with running(inbox) as port, connected(port).open() as connection:
        letter().through(connection)
    message = arrived(inbox)
    assert (message["In-Reply-To"], message["References"], message["Message-ID"]) == (FIRST, FIRST, SECOND)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"].addresses[0].addr_spec == "care@shop.test"
    assert message["List-Unsubscribe"] == f"<{LINKS[0]}>, <{LINKS[1]}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("address", ["josé@home.test", "用户@例え.test"])
def test_an_address_with_other_letters_goes_out_where_the_server_offers_it(address: str) -> None:
    inbox = Inbox()
    email = letter(address)
    with running(inbox, enable_SMTPUTF8=True) as port, connected(port).open() as connection:
        assert email.through(connection).outcome is DeliveryOutcome.ACCEPTED
    (envelope,) = inbox.envelopes
    assert envelope.smtp_utf8
    assert {"SMTPUTF8", "BODY=8BITMIME"} <= set(envelope.mail_options)
    assert envelope.rcpt_tos == [envelope_address(address)]
    recipient = arrived(inbox)["To"].addresses[0]
    assert f"{recipient.username}@{recipient.domain}" == envelope_address(address)


def test_where_the_server_does_not_it_fails_for_good_and_the_others_go_out() -> None:
    inbox = Inbox()
    with running(inbox, enable_SMTPUTF8=False) as port, connected(port).open() as connection:
        before, refused, after = (
            letter(address).through(connection)
            for address in ("a@home.test", "josé@home.test", "z@home.test")
        )
    assert (before.outcome, after.outcome) == (DeliveryOutcome.ACCEPTED, DeliveryOutcome.ACCEPTED)
    assert (refused.outcome, refused.phase, refused.code) == (
        DeliveryOutcome.REFUSED_FOR_GOOD,
        Phase.MAIL,
        None,
    )
    assert "SMTPUTF8" in refused.detail
    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["a@home.test"], ["z@home.test"]]


def test_before_the_body_nothing_is_said_about_an_email_that_cannot_go_out() -> None:
    begun: list[str] = []
    email = letter("josé@home.test")
    with running(Inbox(), enable_SMTPUTF8=False) as port, connected(port).open() as connection:
        connection.deliver(email.sender, email.recipient, email.message, lambda: begun.append("body"))
    assert begun == []


def test_domains_are_written_for_machines_in_the_envelope_whoever_calls() -> None:
    inbox = Inbox()
    message = letter("jo@bücher.example", "Ana <ana@bücher.example>").message
    with running(inbox) as port, connected(port).open() as connection:
        Sent("ana@bücher.example", "jo@bücher.example", message).through(connection)
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "ana@xn--bcher-kva.example",
        ["jo@xn--bcher-kva.example"],
    )


def test_a_sender_with_other_letters_needs_the_same() -> None:
    inbox = Inbox()
    email = letter(sender="Zoë <zoë@shop.test>")
    for offered in (False, True):
        with running(inbox, enable_SMTPUTF8=offered) as port, connected(port).open() as connection:
            wanted = DeliveryOutcome.ACCEPTED if offered else DeliveryOutcome.REFUSED_FOR_GOOD
            assert email.through(connection).outcome is wanted
    assert [envelope.mail_from for envelope in inbox.envelopes] == ["zoë@shop.test"]


def test_as_a_file_an_address_with_other_letters_is_written_as_it_is(tmp_path: Path) -> None:
    email = letter("josé@home.test")
    with FileTransport(tmp_path).open() as connection:
        assert email.through(connection).outcome is DeliveryOutcome.ACCEPTED
    (path,) = tmp_path.rglob("*.eml")
    assert path.read_bytes() == email.message
    assert path.parent.name == "2026-11-23"
