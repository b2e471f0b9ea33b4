"""All log lines of the daemon, as text for people or as JSON for programs, without personal data.

People and things are named by their references. Texts of others, including servers and libraries, are
redacted to common words.
"""

import copy
import logging
import re
import sys
import threading
import traceback
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pythonjsonlogger.json import JsonFormatter

from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.word import Word
from followup.errors import FollowupError, InvalidFile, NotFound, Unreachable
from followup.operations.log_format import LogFormat
from followup.operations.log_redaction import in_common_words

if TYPE_CHECKING:
    from followup.application.inbound.mailbox import Receipt
    from followup.application.outbox.daemon import Report, TickResult

_OURS = "followup"
_ADDRESS = re.compile(r"\S*@\S*")
"""Addresses, including our own, which our errors about settings quote."""

_log = logging.getLogger(_OURS)


class Event(Word):
    """The event of a log line; `event` in JSON."""

    STARTED = "started", "The daemon does its work from now on"
    EMAIL = "email", "Something became of an email"
    ARRIVED = "arrived", "An email arrived and was dealt with"
    DOUBT = "doubt", "Emails of a restored copy of the database wait for a person"
    RELAY_SILENT = "relay_silent", "The mail server takes nothing"
    RELAY_BACK = "relay_back", "The mail server takes emails again"
    FAULT = "fault", "A part of the work failed; told once until it fails in another way"
    RECOVERED = "recovered", "That part works again"
    RELOADED = "reloaded", "The files of the workspace were read anew"
    NOT_RELOADED = "not_reloaded", "They cannot be used, so those read before go on counting"
    STOPPING = "stopping", "The daemon was told to stop; the email under way is finished"
    STOPPED = "stopped", "The daemon has stopped"
    LIBRARY = "library", "A library warns"


def write_log(form: LogFormat, worker: str, stream: TextIO = sys.stderr) -> None:
    """Configure logging: from now on all log lines of this process go to `stream`, in the given format."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonLines(worker) if form is LogFormat.JSON else _TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    _log.setLevel(logging.INFO)
    # A tick longer than the interval needs no warning.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    warnings.showwarning = _log_warning
    threading.excepthook = lambda died: _log_unexpected(died.exc_value)
    sys.unraisablehook = lambda lost: _log_unexpected(lost.exc_value)


def tell(event: Event, message: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log one line. Neither the message nor a field may contain personal data."""
    said = _ADDRESS.sub("…", " ".join(message.split()))
    _log.log(level, "%s", said, extra={"event": event.value, "fields": fields})


def started(worker: str, mail: str) -> None:
    """The daemon has started; `mail` says where emails go."""
    tell(Event.STARTED, f"started as {worker}; {mail}")


def email(report: "Report") -> None:
    """The result of one email."""
    level = logging.WARNING if report.state in (EmailState.FAILED, EmailState.IN_DOUBT) else logging.INFO
    reason = in_common_words(report.reason) if report.reason else None
    tell(
        Event.EMAIL,
        f"{report.state} {report.email} {report.about}{f': {reason}' if reason else ''}",
        level=level,
        email=report.email,
        case=report.case,
        step=report.step,
        state=report.state.value,
        **({"reason": reason} if reason else {}),
    )


def arrived(receipt: "Receipt") -> None:
    """The result of one inbound email. Its sender and content are not logged."""
    about = " ".join(filter(None, (receipt.ref, receipt.case, receipt.email)))
    again = ", dealt with before" if receipt.known else ""
    level = logging.WARNING if receipt.kind is InboundKind.UNREADABLE else logging.INFO
    tell(
        Event.ARRIVED,
        f"arrived {receipt.kind} {about}{again}",
        level=level,
        kind=receipt.kind.value,
        mail=receipt.ref,
        case=receipt.case,
        email=receipt.email,
    )


def restored_copy(number: int) -> None:
    """In a restored copy, `number` overdue emails were put in doubt and wait for a person."""
    message = f"this database is a restored copy; {number} late emails wait for a person"
    tell(Event.DOUBT, message, level=logging.WARNING, count=number)


def relay_silent(said: str) -> None:
    """The mail server accepts nothing; `said` is its reply or the error."""
    reason = in_common_words(said)
    tell(Event.RELAY_SILENT, f"the mail server takes nothing: {reason}", level=logging.ERROR, reason=reason)


def relay_back() -> None:
    """The mail server accepts emails again."""
    tell(Event.RELAY_BACK, "the mail server takes emails again")


def fault(part: str, error: Exception) -> None:
    """A part of the work failed. Called once for consecutive failures of the same kind."""
    message = f"{part} failed: {_shown(error)}"
    tell(Event.FAULT, message, level=logging.ERROR, part=part, error=name_of(error))


def recovered(part: str, times: int) -> None:
    """A part of the work succeeded again after it failed `times` times."""
    tell(Event.RECOVERED, f"{part} works again after it failed {times} times", part=part, times=times)


def reloaded() -> None:
    """The files of the workspace were reloaded."""
    tell(Event.RELOADED, "the files of the workspace were read anew")


def not_reloaded(error: FollowupError) -> None:
    """The files of the workspace could not be reloaded."""
    message = f"the files of the workspace cannot be used, so nothing changes: {_shown(error)}"
    tell(Event.NOT_RELOADED, message, level=logging.ERROR, error=error.code)


def stopping() -> None:
    """The daemon was told to stop."""
    tell(Event.STOPPING, "stopping once the email under way is finished; further signals change nothing")


def stopped(total: "TickResult") -> None:
    """The daemon has stopped; `total` counts what it did."""
    tell(
        Event.STOPPED,
        f"stopped; {total.sent} sent, {total.failed} failed, {total.in_doubt} in doubt",
        sent=total.sent,
        failed=total.failed,
        in_doubt=total.in_doubt,
    )


def name_of(error: BaseException) -> str:
    """A name for an error: the code of an error of ours, else its class and the place where it was raised."""
    if isinstance(error, FollowupError):
        return error.code
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _shown(error: BaseException) -> str:
    """An error as logged. Errors about files and servers are shown; other messages may contain customers'
    words and are left out.
    """
    if not isinstance(error, FollowupError):
        return f"{name_of(error)}; the next tick tries again"
    said = f"{error.message} {error.hint}".strip()
    about_files_or_servers = isinstance(error, (InvalidFile, NotFound, Unreachable))
    return said if about_files_or_servers else f"{error.code}: {in_common_words(said)}"


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line  # they may quote customers
    tell(Event.LIBRARY, f"{category.__name__} at {Path(filename).name}:{lineno}", level=logging.WARNING)


def _log_unexpected(error: BaseException | None) -> None:
    if error is not None:
        tell(Event.LIBRARY, f"not handled: {name_of(error)}", level=logging.ERROR)


def _discreet(record: logging.LogRecord) -> logging.LogRecord:
    """A record that may be logged: without traceback and, if it comes from a library, redacted."""
    record = copy.copy(record)
    error = record.exc_info[1] if record.exc_info else None
    if not hasattr(record, "event"):
        said = in_common_words(str(record.msg).replace("%s", "…"))
        kind = f" ({name_of(error)})" if error is not None else ""
        record.msg, record.args = f"{record.name}: {said}{kind}", ()
        record.event, record.fields = Event.LIBRARY.value, {}
    record.exc_info = record.exc_text = record.stack_info = None
    return record


class _TextLines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_discreet(record))


class _JsonLines(JsonFormatter):
    def __init__(self, worker: str) -> None:
        super().__init__(json_ensure_ascii=False)
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_discreet(record))

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """The fields of a line, in the order documented in docs/operations.md."""
        del message_dict
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data["event"] = record.__dict__["event"]
        log_data["message"] = record.getMessage()
        log_data["worker"] = self._worker
        log_data.update(record.__dict__["fields"])
