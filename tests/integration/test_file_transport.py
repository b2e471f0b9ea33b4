"""Emails as files: one file per email, whole or not there, in a folder per day."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from followup.mail.file_transport import FileTransport, file_name
from followup.mail.open_transport import transport_for
from followup.mail.smtp import SmtpTransport
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from followup.settings import Settings

MESSAGE = (
    b"Message-ID: <c-000012-1.0a1b2c@shop.test>\r\nDate: Mon, 23 Nov 2026 09:15:02 +0000\r\n\r\nHello.\r\n"
)
EXPECTED = Path("2026-11-23") / "091502-c-000012-1.0a1b2c.eml"


def deliver(folder: Path, message: bytes = MESSAGE) -> Delivery:
    with FileTransport(folder).open() as connection:
        return connection.deliver("ana@shop.test", "jo@home.test", message, lambda: None)


def files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_an_email_is_a_file_named_for_its_day_time_and_id(tmp_path: Path) -> None:
    delivery = deliver(tmp_path / "outbox")
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.ACCEPTED, Phase.BODY)
    assert files(tmp_path / "outbox") == [EXPECTED]
    assert (tmp_path / "outbox" / EXPECTED).read_bytes() == MESSAGE


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    deliver(tmp_path / "outbox")
    assert (tmp_path / "outbox" / EXPECTED).stat().st_mode & 0o077 == 0
    assert (tmp_path / "outbox" / "2026-11-23").stat().st_mode & 0o077 == 0


def test_the_same_email_twice_is_one_file(tmp_path: Path) -> None:
    deliver(tmp_path)
    deliver(tmp_path)
    assert files(tmp_path) == [EXPECTED]


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("<c-000012-2.ff@shop.test>", "091502-c-000012-2.ff.eml"),
        ("<../../etc/passwd@shop.test>", "091502-etc-passwd-"),
        ("<C-12@shop.test>", "091502-c-12-"),
        ("<c 12@shop.test>", "091502-c-12-"),
        ("<" + "x" * 300 + "@shop.test>", "091502-" + "x" * 80 + "-"),
        ("<.hidden@shop.test>", "091502-hidden-"),
        ("", "091502-"),
    ],
)
def test_whatever_the_id_is_the_name_is_safe(identifier: str, name: str) -> None:
    path = file_name(b"Message-ID: %b\r\nDate: Mon, 23 Nov 2026 09:15:02 +0000\r\n\r\n" % identifier.encode())
    assert len(path.parts) == 2
    assert path.name.startswith(name)
    assert path.name.endswith(".eml")
    assert len(path.name) < 120


def test_ids_that_need_changing_stay_apart() -> None:
    names = {
        file_name(b"Message-ID: <%b@shop.test>\r\n\r\n" % identifier)
        for identifier in (b"a/b", b"a-b", b"a\\b", b"A-B", b"a--b")
    }
    assert len(names) == 5


def test_without_a_readable_date_it_is_kept_all_the_same(tmp_path: Path) -> None:
    assert deliver(tmp_path, b"Message-ID: <a@b>\r\nDate: soon\r\n\r\n").outcome is DeliveryOutcome.ACCEPTED
    assert files(tmp_path) == [Path("1970-01-01") / "000000-a.eml"]


def test_what_is_raised_before_the_body_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        raise KeyError("not committed")

    with FileTransport(tmp_path).open() as connection, pytest.raises(KeyError):
        connection.deliver("a@shop.test", "b@home.test", MESSAGE, fail)
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_a_refusal_before_the_body(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")
    called: list[int] = []
    with FileTransport(tmp_path / "outbox").open() as connection:
        delivery = connection.deliver("a@shop.test", "b@home.test", MESSAGE, lambda: called.append(1))
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.REFUSED_NOW, Phase.DATA)
    assert str(tmp_path) in delivery.detail
    assert called == []


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow past 100 kB, which the system reports much as it does a full disk."""
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("small_files")
def test_a_file_that_cannot_be_written_whole_is_not_there_at_all(tmp_path: Path) -> None:
    delivery = deliver(tmp_path, MESSAGE + b"x" * 200_000)
    assert (delivery.outcome, delivery.phase) == (DeliveryOutcome.REFUSED_NOW, Phase.BODY)
    assert "could not be written: File too large" in delivery.detail
    assert files(tmp_path) == []
    assert deliver(tmp_path).outcome is DeliveryOutcome.ACCEPTED


def test_a_file_that_was_cut_short_by_a_crash_is_not_taken_for_an_email(tmp_path: Path) -> None:
    partial = tmp_path / "2026-11-23" / f".{EXPECTED.name}.{os.getpid()}.partial"
    partial.parent.mkdir()
    partial.write_bytes(b"Message-ID: <c-0000")
    assert list(tmp_path.rglob("*.eml")) == []
    deliver(tmp_path)
    assert files(tmp_path) == [EXPECTED]


def test_without_a_url_emails_are_files_and_with_one_they_are_sent(tmp_path: Path) -> None:
    assert transport_for(Settings(), tmp_path) == FileTransport(tmp_path)
    sent = transport_for(Settings(smtp_url="smtp://127.0.0.1:2525"), tmp_path)
    assert isinstance(sent, SmtpTransport)
    assert (sent.relay.host, sent.relay.port) == ("127.0.0.1", 2525)
