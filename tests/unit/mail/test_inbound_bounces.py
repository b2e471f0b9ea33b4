"""Bounces: which addresses, for good or not, and about which email of ours.

Beside the samples of our own, 101 real ones are read where they lie next to the checkout.
"""

import json
from pathlib import Path

import pytest

from followup.domain.inbound.message_kind import InboundKind
from followup.mail.parse_inbound import read_arrived
from tests.unit.mail.inbound_bounces import RETURNED_ID, SAMPLES, Sample, notification, plain

REAL = Path(__file__).parents[4] / "shared" / "data" / "bounces"
DIFFERENT: dict[str, str] = {}
"""The real bounces that we read otherwise than is expected, each with the reason. There is none."""

UNEXPECTED = {
    "bounce_01.txt": "swun@esec.com.au",
    "dumbass_01.txt": "python-list@python.org",
}
"""Those of which nothing is expected, as they name nobody: whom the email that they give back went to."""


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_what_mail_servers_write_is_read(sample: Sample, line_end: str) -> None:
    arrived = read_arrived(sample.raw.replace("\n", line_end).encode())
    assert arrived.kind is InboundKind.BOUNCE
    read = {found.address: (found.permanent, found.status, found.is_gone) for found in arrived.bounced}
    assert read == sample.read
    for found in arrived.bounced:
        assert found.detail.isprintable()
        assert len(found.detail) <= 200


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_the_email_that_came_back_is_told(sample: Sample) -> None:
    is_given_back = RETURNED_ID in sample.raw
    assert read_arrived(sample.raw.encode()).answers[:1] == ((RETURNED_ID,) if is_given_back else ())


def test_only_the_head_of_the_email_may_come_back() -> None:
    raw = SAMPLES["Postfix"].raw.replace("message/rfc822", "text/rfc822-headers")
    assert read_arrived(raw.encode()).answers == (RETURNED_ID,)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    raw = notification(
        "MAILER-DAEMON@y.test",
        "Delivery report",
        f"Final-Recipient: rfc822; jo@y.test\nAction: {action}\nStatus: 2.1.5\n",
    )
    arrived = read_arrived(raw.encode())
    assert (arrived.kind, arrived.bounced) == (InboundKind.NOTICE, ())


def test_a_bounce_that_names_nobody_is_a_bounce_of_nobody() -> None:
    arrived = read_arrived(plain("MAILER-DAEMON@y.test", "Undelivered mail", "It did not arrive.").encode())
    assert (arrived.kind, arrived.bounced, arrived.answers) == (InboundKind.BOUNCE, (), ())


def test_a_server_that_answers_for_somebody_who_is_away_is_no_bounce() -> None:
    raw = plain("postmaster@y.test", "Re: Your kettle", "I am back on Monday.", "Return-Path: <>\n")
    assert read_arrived(raw.encode()).kind is InboundKind.AUTO_REPLY


def test_our_own_addresses_do_not_bounce() -> None:
    text = "Your message was not delivered.\n\nFrom:\n<care@shop.test>\n\nTo:\n<jo@mein-haus.test>\n"
    arrived = read_arrived(plain("MAILER-DAEMON@y.test", "Undelivered mail", text).encode())
    assert [found.address for found in arrived.bounced] == ["jo@mein-haus.test"]


def test_what_a_server_says_holds_no_control_characters() -> None:
    raw = SAMPLES["Postfix"].raw.replace("nobody of this name", "\x1b[31mred\x07 \x00" + "x" * 500)
    (found,) = read_arrived(raw.encode()).bounced
    assert found.detail.isprintable()
    assert len(found.detail) == 200


# ---- Real ones


def real() -> dict[str, dict[str, object]]:
    if not REAL.is_dir():
        return {}
    expected: dict[str, dict[str, object]] = json.loads((REAL / "expected.json").read_text("utf-8"))
    return expected


@pytest.mark.parametrize("name", sorted(real()))
def test_real_bounces_are_read_as_they_should_be(name: str) -> None:
    expected = real()[name]
    arrived = read_arrived((REAL / "mail" / name).read_bytes())
    addresses = expected["expected"]
    assert isinstance(addresses, list)
    wanted = {(address.lower(), not expected["temporary"]) for address in addresses}
    read = {(found.address.lower(), found.permanent) for found in arrived.bounced}
    assert (arrived.kind is InboundKind.BOUNCE and read == wanted) is (name not in DIFFERENT)


def test_real_bounces_that_name_nobody() -> None:
    for name, address in UNEXPECTED.items() if REAL.is_dir() else ():
        arrived = read_arrived((REAL / "mail" / name).read_bytes())
        assert arrived.kind is InboundKind.BOUNCE
        assert [found.address for found in arrived.bounced] == [address]
        assert arrived.answers


def passed_on(raw: bytes, subject: str) -> list[bytes]:
    """A bounce as a customer passes it on to us: attached, pasted into a text, and marked as quoted."""
    body = raw.decode("latin-1").partition("\n\n")[2]
    head = f"From: Jo <jo@y.test>\nTo: care@shop.test\nSubject: {subject}\n"
    answering = head + "In-Reply-To: <k.1@shop.test>\nContent-Type: text/plain; charset=latin-1\n\nLook:\n"
    quoted = "\n".join(f"> {line}" for line in body.split("\n"))
    attached = "Content-Type: multipart/mixed; boundary=mine\n\n--mine\n\nLook.\n--mine\n"
    return [
        f"{head}{attached}Content-Type: message/rfc822\n\n".encode() + raw + b"\n--mine--\n",
        f"{answering}{body}".encode("latin-1"),
        f"{answering}{quoted}".encode("latin-1"),
    ]


@pytest.mark.parametrize("name", sorted((*real(), *(UNEXPECTED if real() else ()))))
def test_a_bounce_that_a_person_passes_on_stays_a_reply(name: str) -> None:
    raw = (REAL / "mail" / name).read_bytes()
    for copy in passed_on(raw, "Fwd: Undelivered Mail Returned to Sender"):
        arrived = read_arrived(copy)
        assert (arrived.kind, arrived.bounced) == (InboundKind.REPLY, ())
        assert "Look" in arrived.text


def test_every_difference_is_of_a_bounce_that_there_is() -> None:
    assert not real() or DIFFERENT.keys() <= real().keys()
    assert not real() or len(real()) == 101
