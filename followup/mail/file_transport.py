"""Delivery to files: the default of a workspace without a mail server, so that nobody is emailed by
accident.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from followup.mail.transport import Delivery, DeliveryOutcome, Phase

_NOT_SAFE = re.compile(r"[^a-z0-9.-]+")
_LONGEST_NAME = 80
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FileTransport:
    """Writes each email to `<outbox_dir>/<YYYY-MM-DD>/<HHMMSS>-<name>.eml`, named by its Date (in the zone of
    the header) and Message-ID. Delivering the same email twice gives one file.
    """

    outbox_dir: Path

    @property
    def relay_name(self) -> None:
        """None: daemons share no state about files."""
        return None

    @property
    def most_connections(self) -> int:
        """One: files are written one after the other."""
        return 1

    @contextmanager
    def open(self) -> Iterator["FileConnection"]:
        """A connection. It needs no closing."""
        yield FileConnection(self.outbox_dir)


@dataclass(frozen=True, slots=True)
class FileConnection:
    """Writes emails below `outbox_dir`, readable by their owner only, because they contain customers'
    data.
    """

    outbox_dir: Path

    def deliver(
        self,
        sender_address: str,  # noqa: ARG002 -- the envelope has no place in a file
        recipient: str,  # noqa: ARG002
        message: bytes,
        before_body: Callable[[], None],
    ) -> Delivery:
        """Write one email; see `transport.Connection`. The write is atomic."""
        path = self.outbox_dir / file_name(message)
        try:
            # Parents that `mkdir` makes are open to others.
            self.outbox_dir.mkdir(mode=0o700, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            return _not_written(Phase.DATA, path, error)
        before_body()
        try:
            _write_whole(path, message)
        except OSError as error:
            return _not_written(Phase.BODY, path, error)
        return Delivery(DeliveryOutcome.ACCEPTED, Phase.BODY, None, f"written to {path}", file=path)


def file_name(message: bytes) -> Path:
    """The path of an email below the outbox: a folder per day, then time and name, in characters safe on any
    system.
    """
    headers = BytesHeaderParser().parsebytes(message)
    try:
        date = parsedate_to_datetime(str(headers["Date"]))
    except (TypeError, ValueError):
        date = _UNDATED
    identifier = " ".join(str(headers["Message-ID"] or "").split())
    name = _NOT_SAFE.sub("-", identifier.strip("<>").partition("@")[0].lower()).strip(".-")
    if not name or len(name) > _LONGEST_NAME or f"<{name}@" != identifier[: len(name) + 2]:
        # A changed name may equal that of another email, so a fingerprint is added.
        name = f"{name[:_LONGEST_NAME]}-{hashlib.sha256(identifier.encode()).hexdigest()[:12]}".lstrip("-")
    return Path(f"{date:%Y-%m-%d}") / f"{date:%H%M%S}-{name}.eml"


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically and durably: after a power failure it is complete or absent."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Sync a folder so that a new name survives a power failure. Systems that cannot sync folders ensure it
    themselves.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(phase: Phase, path: Path, error: OSError) -> Delivery:
    reason = error.strerror or type(error).__name__
    return Delivery(DeliveryOutcome.REFUSED_NOW, phase, None, f"{path} could not be written: {reason}")
