"""Every way in which emails to us are fetched: a real IMAP server, a Maildir, a folder of files."""

import os
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymap.imap import IMAPConnection
from pymap.parsing.response import ResponseContinuation
from pysasl.creds.plain import PlainCredentials

from followup.errors import FollowupError, InvalidFile, Unreachable
from followup.mail.mailbox.imap import ImapMailbox
from followup.mail.mailbox.imap_account import parse_account
from followup.mail.mailbox.mailbox import Ending, Mailbox
from followup.mail.mailbox.open_mailbox import mailbox_for
from followup.mail.relay_url import LogIn
from tests.hanging import LONGEST_SECONDS
from tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.integration import certificate

ONE, TWO, THREE = (f"Subject: {word}\r\n\r\n{word}\r\n".encode() for word in ("one", "two", "three"))


@pytest.fixture(scope="module")
def shared_server() -> Iterator[ImapServer]:
    """A server for tests that look at nothing in its mailbox."""
    with imap_server() as running:
        yield running


def handle_all(url: str, *endings: Ending) -> list[bytes | None]:
    """Read what is new in a mailbox and leave it so, in order."""
    with mailbox_for(url).open() as opened:
        names = opened.new(10)
        fetched = [opened.fetch(name) for name in names]
        for name, ending in zip(names, endings, strict=True):
            opened.mark(name, ending)
        assert opened.new(10) == []
    return fetched


# ---- IMAP


def test_what_is_done_is_seen_and_what_a_person_must_read_stays_unread() -> None:
    with imap_server() as server:
        server.deliver(ONE, TWO, THREE)
        assert handle_all(server.url(), Ending.DONE, Ending.FOR_A_PERSON, Ending.UNREADABLE) == [
            ONE,
            TWO,
            THREE,
        ]
        assert server.flags() == [{"\\Seen", "$followup"}, {"$followup"}, {"$followup"}]


def test_what_a_colleague_has_looked_at_already_is_still_new_to_us() -> None:
    with imap_server() as server:
        server.deliver(ONE, flags=(b"\\Seen",))
        server.deliver(TWO, flags=(b"\\Deleted",))
        assert handle_all(server.url(), Ending.DONE) == [ONE]


def test_where_the_server_keeps_no_keywords_what_a_person_must_read_has_a_star() -> None:
    with imap_server(keywords=False) as server:
        server.deliver(ONE, TWO)
        assert handle_all(server.url(), Ending.DONE, Ending.FOR_A_PERSON) == [ONE, TWO]
        assert server.flags() == [{"\\Seen"}, {"\\Seen", "\\Flagged"}]


def test_fetching_marks_nothing_so_that_dying_then_loses_nothing() -> None:
    with imap_server() as server:
        server.deliver(ONE)
        with mailbox_for(server.url()).open() as opened:
            (name,) = opened.new(10)
            assert opened.fetch(name) == ONE
        assert server.flags() == [set()]


def test_an_email_that_is_not_there_any_more_disturbs_nothing() -> None:
    with imap_server() as server:
        server.deliver(ONE)
        with mailbox_for(server.url()).open() as opened:
            (name,) = opened.new(10)
            gone = str(int(name) + 1)
            assert opened.fetch(gone) is None
            opened.mark(gone, Ending.DONE)
            assert opened.fetch(name) == ONE


def test_waiting_ends_when_an_email_arrives() -> None:
    with imap_server() as server:
        mailbox = mailbox_for(server.url())
        arrival = threading.Timer(0.3, lambda: server.deliver(ONE))
        arrival.start()
        assert mailbox.wait(LONGEST_SECONDS, threading.Event())
        arrival.join()
        # It is there already when somebody begins to wait.
        assert mailbox.wait(LONGEST_SECONDS, threading.Event())


@pytest.mark.parametrize("disable_idle", [False, True])
def test_waiting_ends_when_told_to_stop_whether_or_not_the_server_tells_of_new_mail(
    *, disable_idle: bool
) -> None:
    with imap_server(disable_idle=disable_idle) as server:
        stopping = threading.Event()
        threading.Timer(0.3, stopping.set).start()
        assert not mailbox_for(server.url()).wait(LONGEST_SECONDS, stopping)


def test_waiting_at_a_server_that_goes_away_says_so() -> None:
    failures: list[str] = []

    def wait(mailbox: Mailbox) -> None:
        try:
            mailbox.wait(LONGEST_SECONDS, threading.Event())
        except FollowupError as error:
            failures.append(error.code)

    with imap_server() as server:
        waiting = threading.Thread(target=wait, args=[mailbox_for(server.url())])
        waiting.start()
        waiting.join(1)
    waiting.join(LONGEST_SECONDS)
    assert failures == ["mailbox_unreachable"]


@pytest.mark.parametrize(
    ("changes", "options", "code"),
    [
        ({"password": "wrong horse"}, "", "mailbox_login_refused"),
        ({"user": "nobody"}, "", "mailbox_login_refused"),
        ({"password": "ümlaut"}, "", "mailbox_login_refused"),
        ({"password": None}, "", "mailbox_password_missing"),
        ({"folder": "Elsewhere"}, "", "no_mailbox"),
        ({}, "?starttls=required", "mailbox_not_encrypted"),
        ({}, "?auth=xoauth2", "mailbox_login_refused"),
    ],
)
def test_what_is_set_wrongly_is_named_without_the_password(
    shared_server: ImapServer, changes: dict[str, str], options: str, code: str
) -> None:
    with (
        pytest.raises(InvalidFile) as caught,
        mailbox_for(shared_server.url(**changes) + options).open(),
    ):
        raise AssertionError("it was opened")
    assert caught.value.code == code
    assert caught.value.hint
    shown = f"{caught.value.message} {caught.value.hint}"
    assert not any(secret in shown for secret in (PASSWORD, "wrong horse", "ümlaut"))


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with imap_server() as gone:
        url = gone.url()
    with pytest.raises(Unreachable) as caught, mailbox_for(url).open():
        raise AssertionError("it was opened")
    assert caught.value.code == "mailbox_unreachable"
    assert PASSWORD not in caught.value.message


def test_a_server_that_speaks_no_tls_gets_no_password(shared_server: ImapServer) -> None:
    with pytest.raises(Unreachable) as caught, mailbox_for("imaps" + shared_server.url()[4:]).open():
        raise AssertionError("it was opened")
    assert isinstance(caught.value.__cause__, ssl.SSLError | OSError)


def test_the_password_comes_from_a_command(shared_server: ImapServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\n")
    with mailbox_for(shared_server.url(password=None), f"cat {secret}").open() as opened:
        assert opened.new(10) == []


def test_an_account_is_read_from_its_url() -> None:
    account = parse_account("imaps://ana%40shop.example:p%2Fw@imap.shop.example/Care%20team?auth=xoauth2")
    assert (account.host, account.port, account.user, account.folder) == (
        "imap.shop.example",
        993,
        "ana@shop.example",
        "Care team",
    )
    assert (account.password, account.log_in) == ("p/w", LogIn.XOAUTH2)
    assert "p/w" not in repr(account)


@pytest.mark.parametrize(
    ("url", "starttls"),
    [
        ("imap://ana@imap.shop.example", True),
        ("imap://ana@imap.shop.example?starttls=never", False),
        ("imap://ana@127.0.0.1", False),
        ("imap://ana@localhost?starttls=required", True),
        ("imaps://ana@imap.shop.example", False),
    ],
)
def test_a_password_goes_out_unencrypted_only_on_this_machine_or_when_asked(
    url: str, *, starttls: bool
) -> None:
    assert parse_account(url).starttls is starttls


@pytest.mark.parametrize(
    "url",
    [
        "imap://imap.shop.example",
        "imaps://ana@",
        "imaps://ana:s3cret@imap.shop.example?timeout=1",
        "imaps://ana:s3cret@imap.shop.example?auth=kerberos",
        "imaps://ana:s3cret@imap.shop.example:99999",
        "pop3://ana:s3cret@imap.shop.example",
        "maildir://host/path",
    ],
)
def test_a_url_that_means_nothing_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        mailbox_for(url)
    assert "s3cret" not in caught.value.message + caught.value.hint


# ---- Encryption


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """What a client has that believes the servers of these tests."""
    return ssl.create_default_context(cadata=certificate.CERTIFICATE)


@pytest.mark.parametrize(("scheme", "options"), [("imaps", ""), ("imap", "?starttls=required")])
def test_an_encrypted_mailbox_is_read_where_its_certificate_is_believed(
    scheme: str, options: str, trusting: ssl.SSLContext, tmp_path: Path
) -> None:
    believed = certificate.server_tls(tmp_path)
    at_once = believed if scheme == "imaps" else None
    with imap_server(tls=at_once, starttls=None if at_once else believed) as server:
        account = parse_account(scheme + server.url()[4:] + options)
        with ImapMailbox(account, tls=trusting).open() as opened:
            assert opened.new(10) == []
        with pytest.raises(Unreachable) as caught, ImapMailbox(account).open():
            raise AssertionError("it was opened")
    assert "cannot be reached securely" in caught.value.message
    assert PASSWORD not in caught.value.message


def test_an_access_token_takes_the_place_of_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    understood = IMAPConnection.authenticate

    async def authenticate(self: IMAPConnection, state: object, mechanism: bytes) -> object:
        if mechanism != b"XOAUTH2":
            return await understood(self, state, mechanism)  # type: ignore[arg-type]
        await self.write_response(ResponseContinuation(b""))
        asked.append(b64decode(bytes(await self.read_continuation(0))))
        return PlainCredentials(USER, PASSWORD)

    monkeypatch.setattr(IMAPConnection, "authenticate", authenticate)
    with imap_server() as server, mailbox_for(server.url() + "?auth=xoauth2").open() as opened:
        assert opened.new(10) == []
    # As Google and Microsoft write it down: user, then token, each ended by a control-A, and one more.
    assert asked == [b"user=care\x01auth=Bearer open sesame\x01\x01"]


# ---- Files


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    return tmp_path / "mail"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_maildir_is_read_in_the_order_of_arrival_and_keeps_its_emails(maildir: Path) -> None:
    for number, (place, content) in enumerate((("new/b", ONE), ("cur/a:2,R", TWO), ("new/c", THREE))):
        (maildir / place).write_bytes(content)
        os.utime(maildir / place, ns=(number, number))
    (maildir / "cur" / "old:2,RS").write_bytes(b"seen before")
    (maildir / "tmp" / "half").write_bytes(b"not delivered yet")
    endings = (Ending.DONE, Ending.FOR_A_PERSON, Ending.UNREADABLE)
    assert handle_all(f"maildir://{maildir}", *endings) == [ONE, TWO, THREE]
    assert names(maildir / "cur") == ["a:2,FRS", "b:2,S", "c:2,FS", "old:2,RS"]
    assert names(maildir / "new") == []


def test_files_are_moved_to_where_they_belong_and_none_is_overwritten(tmp_path: Path) -> None:
    for name, content in (("1.eml", ONE), ("2.EML", TWO), ("3.eml", THREE), ("notes.txt", b"x")):
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".4.eml").write_bytes(b"being written")
    (tmp_path / "5.eml").symlink_to(tmp_path / "notes.txt")
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "1.eml").write_bytes(b"from before")
    endings = (Ending.DONE, Ending.FOR_A_PERSON, Ending.UNREADABLE)
    assert handle_all(f"folder://{tmp_path}", *endings) == [ONE, TWO, THREE]
    assert names(tmp_path / "done") == ["1-2.eml", "1.eml"]
    assert (tmp_path / "done" / "1.eml").read_bytes() == b"from before"
    assert names(tmp_path / "for-a-person") == ["2.EML"]
    assert names(tmp_path / "quarantine") == ["3.eml"]
    assert (tmp_path / ".4.eml").exists()


@pytest.mark.parametrize("scheme", ["maildir", "folder"])
def test_a_file_that_somebody_took_away_meanwhile_disturbs_nothing(
    scheme: str, maildir: Path, tmp_path: Path
) -> None:
    place = maildir / "new" / "one" if scheme == "maildir" else tmp_path / "one.eml"
    place.write_bytes(ONE)
    with mailbox_for(f"{scheme}://{maildir if scheme == 'maildir' else tmp_path}").open() as opened:
        (name,) = opened.new(10)
        place.unlink()
        assert opened.fetch(name) is None
        opened.mark(name, Ending.DONE)


@pytest.mark.parametrize("scheme", ["maildir", "folder"])
def test_a_mailbox_that_is_not_there_is_named(scheme: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as caught, mailbox_for(f"{scheme}://{tmp_path}/none").open():
        raise AssertionError("it was opened")
    assert caught.value.code == "no_mailbox"
    assert str(tmp_path) in caught.value.message
