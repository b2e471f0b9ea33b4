"""The daemon as a process, handing emails to a real mail server on this machine."""

import asyncio
import re
import signal
import socket
import socketserver
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlmodel import select

from followup.store.tables import Email
from tests.e2e.conftest import Desk
from tests.e2e.installed import Running, wait_until
from tests.shop import DIANA


@dataclass
class Mailbox:
    """A mail server's handler. It may be told to refuse a recipient, and to hold back its reply to a body."""

    bodies: list[bytes] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    reply_after_seconds: float = 0.0
    body_came: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd calls it by this name
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.bodies.append(envelope.content)
        self.body_came.set()
        await asyncio.sleep(self.reply_after_seconds)
        return "250 Taken"

    @property
    def recipients(self) -> Counter[str]:
        return Counter(str(message_from_bytes(body)["To"]) for body in self.bodies)


@pytest.fixture
def mailbox(desk: Desk) -> Iterator[Mailbox]:
    """A mail server that the workspace's smtp_url points at."""
    handler = Mailbox()
    with serving(handler) as port:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        yield handler


@contextmanager
def serving(handler: Mailbox) -> Iterator[int]:
    """A mail server on a free port of this machine. Gives the port."""
    loop = asyncio.new_event_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(handler, hostname="mail.example", loop=loop), sock=listening)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(ended(asyncio.all_tasks(loop)))
        loop.close()


async def ended(dialogues: "set[asyncio.Task[object]]") -> None:
    for dialogue in dialogues:
        dialogue.cancel()
    await asyncio.gather(*dialogues, return_exceptions=True)


def due_emails(desk: Desk, number: int) -> list[str]:
    """Open cases whose first email is due now. Gives the customers' addresses."""
    addresses = [f"customer-{place}@example.com" for place in range(number)]
    for address in addresses:
        # A director, because an agent may not give so much in one day.
        desk.shop.request(desk.shop.open_case(address), by=DIANA)
    return addresses


def states(desk: Desk, step: int = 1) -> Counter[str]:
    rows = desk.shop.read(lambda session: session.exec(select(Email)).all())
    return Counter(row.state.value for row in rows if row.step == step)


def lines_about(running: Running, word: str) -> list[str]:
    return re.findall(rf"(?m)^.* {word} (E-\d+ .*)$", running.said)


def test_what_is_due_arrives_and_sigterm_ends_the_daemon_in_good_order(
    desk: Desk, quick: Desk, mailbox: Mailbox, tmp_path: Path
) -> None:
    due_emails(desk, 3)
    with desk.followup.running("daemon", "run", "--every", "0.2", log=tmp_path / "log") as daemon:
        wait_until(lambda: states(desk)["sent"] == 3, "sending three emails")
        # What falls due while it runs goes out too.
        desk.shop.request(desk.shop.open_case("late@example.com"))
        wait_until(lambda: states(desk)["sent"] == 4, "sending a fourth")
        assert daemon.stop(signal.SIGTERM) == 0
    assert sum(mailbox.recipients.values()) == 4
    assert len(lines_about(daemon, "sent")) == 4
    assert "@example.com" not in daemon.said
    assert re.search(r"stopped; 4 sent, 0 failed, 0 in doubt\n$", daemon.said)
    status = quick.followup.json("daemon", "status")
    assert [bool(worker["stopped_at"]) for worker in status["workers"]] == [True]
    assert (status["emails"]["sent"], status["emails"]["in_doubt"]) == (4, 0)


def test_a_signal_lets_the_email_under_way_finish_and_gives_the_others_back(
    desk: Desk, mailbox: Mailbox, tmp_path: Path
) -> None:
    due_emails(desk, 10)
    mailbox.reply_after_seconds = 0.5
    with desk.followup.running("daemon", "run", log=tmp_path / "log") as daemon:
        wait_until(mailbox.body_came.is_set, "the first body")
        assert daemon.stop(signal.SIGINT) == 0
    sent = len(mailbox.bodies)
    assert 1 <= sent < 10
    assert states(desk) == Counter(sent=sent, scheduled=10 - sent)


def test_killed_while_the_server_keeps_its_answer_back_the_email_is_in_doubt_until_a_person_decides(
    desk: Desk, quick: Desk, mailbox: Mailbox, tmp_path: Path
) -> None:
    due_emails(desk, 2)
    desk.followup.settings["FOLLOWUP_SMTP_CONNECTIONS"] = "1"
    mailbox.reply_after_seconds = 30.0
    with desk.followup.running("daemon", "run", log=tmp_path / "log") as daemon:
        wait_until(mailbox.body_came.is_set, "the body of the first email")
        daemon.stop(signal.SIGKILL)
    assert states(desk) == Counter(transmitting=1, claimed=1)
    mailbox.reply_after_seconds = 0.0
    # The kernel has freed the dead daemon's lock, so the next one knows at once.
    tick = quick.followup.json("daemon", "tick")
    assert (tick["in_doubt"], tick["sent"]) == (1, 1)
    assert states(desk) == Counter(in_doubt=1, sent=1)
    assert sorted(mailbox.recipients.values()) == [1, 1]

    status = quick.followup.run("daemon", "status", code=4)
    assert "1 in_doubt" in status.out
    assert "followup outbox list --state in_doubt" in status.err
    doubtful = quick.followup.json("outbox", "list", "--state", "in_doubt")[0]
    assert "while the email was on its way" in doubtful["reason"]

    # A person sends it again: the same bytes, so that mail programs show it once.
    assert quick.followup.json("outbox", "retry", doubtful["id"])["state"] == "scheduled"
    assert quick.followup.json("daemon", "tick")["sent"] == 1
    twice = [body for body in mailbox.bodies if doubtful["message_id"].encode() in body]
    assert len(twice) == 2
    assert twice[0] == twice[1]
    quick.followup.run("daemon", "status")


def test_an_email_in_doubt_that_arrived_is_resolved_and_never_sent_again(
    desk: Desk, quick: Desk, mailbox: Mailbox
) -> None:
    due_emails(desk, 1)
    with closing(sqlite3.connect(desk.database)) as other, other:
        other.execute("UPDATE outbox SET state = 'in_doubt' WHERE step = 1")
    resolved = quick.followup.json("outbox", "resolve", "E-0001", "--because", "It is in her inbox.")
    assert (resolved["state"], resolved["reason"]) == ("sent", "It is in her inbox.")
    assert quick.followup.json("daemon", "tick")["claimed"] == 0
    assert mailbox.bodies == []
    assert quick.followup.refused("outbox", "retry", "E-0001", code=4)["code"] == "illegal_state"


def test_two_daemons_send_each_of_sixty_emails_once(desk: Desk, mailbox: Mailbox, tmp_path: Path) -> None:
    due_emails(desk, 60)
    run = ("daemon", "run", "--every", "0.2")
    with (
        desk.followup.running(*run, log=tmp_path / "one") as one,
        desk.followup.running(*run, log=tmp_path / "two") as two,
    ):
        wait_until(lambda: states(desk)["sent"] == 60, "sending sixty emails")
        assert [daemon.stop(signal.SIGTERM) for daemon in (one, two)] == [0, 0]
    assert set(mailbox.recipients.values()) == {1}
    assert len(mailbox.recipients) == 60
    logged = lines_about(one, "sent") + lines_about(two, "sent")
    assert len(set(logged)) == len(logged) == 60


def test_drain_and_exit_sends_what_is_due_and_leaves(desk: Desk, mailbox: Mailbox) -> None:
    due_emails(desk, 30)
    answer = desk.followup.run("daemon", "run", "--drain-and-exit", "--json")
    assert (answer.document["claimed"], answer.document["sent"]) == (30, 30)
    assert len(mailbox.bodies) == 30
    assert answer.err.count(" sent E-") == 30


def test_the_log_has_one_line_per_email_and_no_address_whatever_the_server_answers(
    desk: Desk, quick: Desk, mailbox: Mailbox
) -> None:
    gone, full, _ = due_emails(desk, 3)
    mailbox.refusals[gone] = f"550 5.1.1 <{gone}>: no such user; tell postmaster@example.com"
    mailbox.refusals[full] = f"452 4.2.2 mailbox of {full} is full"
    answer = desk.followup.run("daemon", "run", "--drain-and-exit")
    about = re.findall(r"(?m)^.*(E-\d+).*$", answer.err)
    assert sorted(about) == ["E-0001", "E-0004", "E-0007"]
    assert re.search(r"WARNING failed E-0001 C-0001 step 1: 550 5\.1\.1 .*no such user", answer.err)
    assert "452 4.2.2" in answer.err
    assert "@" not in answer.err
    # A person who looks the email up sees what the server said, whole.
    assert gone in quick.followup.json("outbox", "show", "E-0001")["reason"]
    assert states(desk) == Counter(sent=1, failed=1, scheduled=1)


def test_no_address_is_logged_when_the_server_itself_refuses_to_talk(desk: Desk) -> None:
    due_emails(desk, 1)
    with greeting("421 mail.example: too busy for you, ask admin@mail.example") as port:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        answer = desk.followup.run("daemon", "run", "--drain-and-exit", code=6)
    log = [line for line in answer.err.splitlines() if not line.startswith("followup: ")]
    assert "too busy" in "".join(log)
    assert "@" not in "".join(log)
    assert states(desk) == Counter(scheduled=1)


@contextmanager
def greeting(line: str) -> Iterator[int]:
    """A server that says one line and hangs up. Gives its port."""

    class Grumpy(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(line.encode() + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Grumpy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_a_daemon_that_was_killed_is_shown_as_not_stopped(
    desk: Desk, quick: Desk, mailbox: Mailbox, tmp_path: Path
) -> None:
    due_emails(desk, 1)
    with desk.followup.running("daemon", "run", log=tmp_path / "log") as daemon:
        wait_until(lambda: states(desk)["sent"] == 1, "sending an email")
        daemon.stop(signal.SIGKILL)
    status = quick.followup.json("daemon", "status")
    assert [worker["stopped_at"] for worker in status["workers"]] == [None]


def test_without_a_mail_server_a_tick_says_that_emails_became_files(desk: Desk, quick: Desk) -> None:
    due_emails(desk, 1)
    said = quick.followup.run("daemon", "tick").err
    assert f"emails are written as files to {desk.root / 'outbox'}, and count as sent." in said
    assert "written as files" not in quick.followup.run("daemon", "tick").err
    assert quick.followup.run("daemon", "tick", "--json").err == ""
    email = quick.followup.json("outbox", "list", "--state", "sent")[0]["id"]
    assert (
        f"It was written to a file: {desk.root / 'outbox'}" in quick.followup.run("outbox", "why", email).out
    )


def test_a_rehearsal_says_that_the_workspace_is_as_it_would_be_then(desk: Desk, quick: Desk) -> None:
    due_emails(desk, 1)
    said = quick.followup.run("daemon", "tick", "--at", "2030-01-07T10:00:00+00:00").err
    assert "The workspace is now as if it had been 2030-01-07T10:00+00:00." in said
    assert "as if" not in quick.followup.run("daemon", "tick", "--at", "2030-01-07T10:00Z", "--dry-run").err
