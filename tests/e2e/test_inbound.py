"""What comes back, from end to end: a real mail server for sending, a real IMAP server for receiving, and
the installed command."""

import asyncio
import json
import re
import signal
import threading
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from pymap.backend.dict.mailbox import MailboxData
from sqlalchemy import update
from sqlmodel import col

from followup.store.tables import Email
from tests.e2e.conftest import Desk
from tests.e2e.installed import wait_until
from tests.e2e.test_daemon import Mailbox, serving
from tests.imap_server import PASSWORD, ImapServer, imap_server
from tests.services.inbound.answered_cases import case_now, notes
from tests.services.mail_back import away, bounce, bounce_address, letter
from tests.services.mailing import rows
from tests.shop import Shop


@pytest.fixture
def relay(desk: Desk) -> Iterator[Mailbox]:
    """The mail server that emails to customers go to."""
    handler = Mailbox()
    with serving(handler) as port:
        desk.followup.settings |= {
            "FOLLOWUP_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "FOLLOWUP_REPLY_TO": "Care <care+{token}@shop.example>",
            "FOLLOWUP_BOUNCE_TO": "bounces+{token}@shop.example",
        }
        yield handler


@pytest.fixture
def inbox(desk: Desk) -> Iterator[ImapServer]:
    """The IMAP server that answers arrive at."""
    with imap_server() as server:
        desk.followup.settings["FOLLOWUP_INBOUND_URL"] = server.url()
        yield server


def answer_to(message: bytes, text: str = "It still has not come.\n") -> bytes:
    """What a mail program makes of a customer's answer to an email."""
    email = message_from_bytes(message)
    return letter(
        text,
        sender=str(email["To"]),
        to="".join(str(email["Reply-To"]).splitlines()),
        subject=f"Re: {email['Subject']}",
        In_Reply_To=str(email["Message-ID"]),
        Message_ID="<an.answer@example.com>",
    )


def fall_due(desk: Desk, step: int) -> None:
    is_step = col(Email.step) == step
    desk.shop.write(
        lambda session: session.execute(update(Email).where(is_step).values(due_at=desk.shop.now))
    )


def states(shop: Shop) -> list[str]:
    return [row.state.value for row in rows(shop)]


def test_an_answer_that_has_arrived_stops_the_email_that_is_due(
    desk: Desk, quick: Desk, relay: Mailbox, inbox: ImapServer
) -> None:
    case = desk.shop.open_case()
    desk.shop.request(case)
    assert quick.followup.json("daemon", "tick")["sent"] == 1
    quick.followup.run("case", "resolve", "C-0001")
    inbox.deliver(answer_to(relay.bodies[0]))
    fall_due(desk, 2)
    tick = quick.followup.json("daemon", "tick")
    assert (tick["claimed"], tick["sent"], len(relay.bodies)) == (0, 0, 1)
    assert states(desk.shop) == ["sent", "cancelled", "cancelled"]
    shown = quick.followup.json("case", "show", "C-0001")
    assert shown["status"] == "open"
    assert [(note["by"], note["use"], note["text"]) for note in shown["notes"]] == [
        ("customer", "heard", "It still has not come.")
    ]
    assert inbox.flags() == [{"\\Seen", "$followup"}]
    needed = quick.followup.json("case", "list", "--needs-person")
    assert [found["ref"] for found in needed] == ["C-0001"]


def test_the_daemon_hears_an_answer_as_it_comes_and_logs_nobody(
    desk: Desk, relay: Mailbox, inbox: ImapServer, tmp_path: Path
) -> None:
    case = desk.shop.open_case()
    desk.shop.request(case)
    with desk.followup.running("daemon", "run", "--every", "0.5", log=tmp_path / "log") as daemon:
        wait_until(lambda: len(relay.bodies) == 1, "sending the first email")
        inbox.deliver(answer_to(relay.bodies[0]), bounce(), b"\x00")
        wait_until(lambda: case_now(desk.shop, case).replied_at, "hearing the answer")
        wait_until(lambda: daemon.said.count(" arrived ") == 3, "dealing with all three")
        assert daemon.stop(signal.SIGTERM) == 0
    assert states(desk.shop) == ["sent", "cancelled", "cancelled"]
    assert re.search(r"arrived reply M-0001 C-0001 E-0001", daemon.said)
    assert "@" not in daemon.said
    assert "still has not come" not in daemon.said
    assert len(notes(desk.shop, case)) == 1


def test_killed_between_dealing_with_a_message_and_marking_it_the_next_one_only_marks_it(
    desk: Desk,
    quick: Desk,
    relay: Mailbox,
    inbox: ImapServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    case = desk.shop.open_case()
    desk.shop.request(case)
    quick.followup.run("daemon", "tick")
    inbox.deliver(answer_to(relay.bodies[0]))
    marking = threading.Event()

    async def stall(*_given: object) -> None:
        marking.set()
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        patch.setattr(MailboxData, "update", stall)
        with desk.followup.running("inbound", "poll", log=tmp_path / "log") as poll:
            wait_until(marking.is_set, "marking the message")
            poll.stop(signal.SIGKILL)
    assert inbox.flags() == [set()]
    assert len(notes(desk.shop, case)) == 1
    harvest = quick.followup.json("inbound", "poll")
    assert (harvest["fetched"], harvest["known"], harvest["reply"]) == (1, 1, 0)
    assert inbox.flags() == [{"\\Seen", "$followup"}]
    assert len(notes(desk.shop, case)) == 1


def test_a_mailbox_that_fails_keeps_no_email_back_and_is_told_of(desk: Desk, relay: Mailbox) -> None:
    with imap_server() as gone:
        desk.followup.settings["FOLLOWUP_INBOUND_URL"] = gone.url()
    desk.shop.request(desk.shop.open_case())
    answer = desk.followup.run("daemon", "run", "--drain-and-exit")
    assert len(relay.bodies) == 1
    assert "mailbox failed" in answer.err
    assert PASSWORD not in answer.err


def test_a_bounce_is_told_in_the_story_of_its_email_and_in_its_case(
    quick: Desk, relay: Mailbox, inbox: ImapServer
) -> None:
    quick.shop.request(quick.shop.open_case())
    quick.followup.run("daemon", "tick")
    inbox.deliver(bounce(to=bounce_address(quick.shop, rows(quick.shop)[0])))
    poll = quick.followup.json("inbound", "poll")
    assert [(found["kind"], found["case"], found["email"]) for found in poll["messages"]] == [
        ("bounce", "C-0001", "E-0001")
    ]
    assert "It came back: 5.1.1" in quick.followup.run("outbox", "why", "E-0001").out
    (heard,) = quick.followup.json("case", "show", "C-0001")["inbound"]
    assert (heard["ref"], heard["kind"], heard["email"]) == ("M-0001", "bounce", "E-0001")
    assert "bounce" in quick.followup.run("case", "show", "C-0001").out
    (suppressed,) = quick.followup.json("suppression", "list")
    assert (suppressed["address"], suppressed["reason"], suppressed["because"]) == (
        "priya@example.com",
        "hard_bounce",
        "E-0001 came back (5.1.1): nobody is there",
    )


# ---- The commands


def test_messages_come_from_files_folders_mboxes_and_standard_input(quick: Desk) -> None:
    folder = quick.root / "mail"
    folder.mkdir()
    one, two = letter("One\n"), letter("Two\n\nFrom here it went wrong.\n")
    (folder / "one.eml").write_bytes(one)
    separator = b"From priya@example.com Mon Nov  2 10:00:00 2026\n"
    quoted = two.replace(b"\nFrom here", b"\n>From here")
    (folder / "all.mbox").write_bytes(separator + one + b"\n" + separator + quoted + b"\n")
    said = quick.followup.json("inbound", "import", "mail/one.eml")
    assert (said["fetched"], said["known"], said["unknown"]) == (1, 0, 1)
    said = quick.followup.json("inbound", "import", "mail")
    # The first of the mbox and the file beside it are the same to the byte.
    assert (said["fetched"], said["known"], said["unknown"]) == (3, 2, 1)
    said = quick.followup.json("inbound", "import", "-", stdin=two.decode())
    assert (said["fetched"], said["known"]) == (1, 1)
    assert (folder / "one.eml").exists()
    listed = quick.followup.json("inbound", "list", "--kind", "unknown")
    assert [row["ref"] for row in listed] == ["M-0002", "M-0001"]
    assert quick.followup.json("inbound", "show", "M-0001")["address"] == "priya@example.com"


def test_a_dry_run_says_what_would_be_done_and_leaves_the_mailbox_as_it_is(
    quick: Desk, inbox: ImapServer
) -> None:
    inbox.deliver(letter(), away())
    said = quick.followup.run("inbound", "poll", "--dry-run")
    assert "unknown" in said.out
    assert "2 fetched: 1 auto reply, 1 unknown. Nothing was changed." in said.err
    assert inbox.flags() == [set(), set()]
    assert quick.followup.json("inbound", "list") == []
    quick.followup.run("inbound", "poll")
    assert "Nothing new has arrived." in quick.followup.run("inbound", "poll").err


def test_what_cannot_be_read_is_listed_with_its_file(quick: Desk) -> None:
    (quick.root / "huge.eml").write_bytes(b"Subject: x\r\n\r\n" + b"\n" * 2_000_001)
    quick.followup.run("inbound", "import", "huge.eml")
    (row,) = quick.followup.json("inbound", "list", "--kind", "unreadable")
    assert Path(row["file"]).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "code", "name"),
    [
        (None, 5, "no_inbound_url"),
        ("imap://care:wrong@127.0.0.1:{port}/INBOX", 5, "mailbox_login_refused"),
        ("imap://care:open%20sesame@127.0.0.1:{port}/Nowhere", 5, "no_mailbox"),
        ("imap://care:wrong@127.0.0.1:1/INBOX", 6, "mailbox_unreachable"),
        ("folder:///nowhere/at/all", 5, "no_mailbox"),
        ("maildir:///nowhere/at/all", 5, "no_mailbox"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_named_with_what_to_do(
    quick: Desk, inbox: ImapServer, url: str | None, code: int, name: str
) -> None:
    quick.followup.settings["FOLLOWUP_INBOUND_URL"] = url.format(port=inbox.port) if url else ""
    refusal = quick.followup.refused("inbound", "poll", code=code)
    assert refusal["code"] == name
    assert refusal["hint"]
    assert "wrong" not in json.dumps(refusal).replace("password is wrong", "")
