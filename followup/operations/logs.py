"""Every line that the daemon logs, as text for people or as JSON for programs, without personal data.

References stand for whom and what a line is about. What others wrote, servers and libraries included, is
repeated in common words only.
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
"""Also our own, which an error of ours about the settings quotes."""

_log = logging.getLogger(_OURS)


class Event(Word):
    """What a line of the log tells of; `event` in JSON."""

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
    """Write what is logged from now on, by whomever, to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonLines(worker) if form is LogFormat.JSON else _TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    _log.setLevel(logging.INFO)
    # A tick that takes longer than the wait between two is nothing to warn of.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    warnings.showwarning = _log_warning
    threading.excepthook = lambda died: _log_unexpected(died.exc_value)
    sys.unraisablehook = lambda lost: _log_unexpected(lost.exc_value)


def tell(event: Event, message: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log one line. Neither the message nor a field may hold personal data."""
    said = _ADDRESS.sub("…", " ".join(message.split()))
    _log.log(level, "%s", said, extra={"event": event.value, "fields": fields})


def started(worker: str, mail: str) -> None:
    """The daemon begins; `mail` says where emails go."""
    tell(Event.STARTED, f"started as {worker}; {mail}")


def email(report: "Report") -> None:
    """What became of one email."""
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
    """What became of one email that arrived. Who wrote it and what it says has no place here."""
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
    """So many late emails of a restored copy wait for a person."""
    message = f"this database is a restored copy; {number} late emails wait for a person"
    tell(Event.DOUBT, message, level=logging.WARNING, count=number)


def relay_silent(said: str) -> None:
    """The mail server takes nothing; `said` is what came back, in whatever words."""
    reason = in_common_words(said)
    tell(Event.RELAY_SILENT, f"the mail server takes nothing: {reason}", level=logging.ERROR, reason=reason)


def relay_back() -> None:
    """The mail server takes emails again."""
    tell(Event.RELAY_BACK, "the mail server takes emails again")


def fault(part: str, error: Exception) -> None:
    """A part of the work failed: the first of the times that it fails in the same way."""
    message = f"{part} failed: {_shown(error)}"
    tell(Event.FAULT, message, level=logging.ERROR, part=part, error=name_of(error))


def recovered(part: str, times: int) -> None:
    """A part of the work is done again after it failed so many times."""
    tell(Event.RECOVERED, f"{part} works again after it failed {times} times", part=part, times=times)


def reloaded() -> None:
    """The files of the workspace were read anew."""
    tell(Event.RELOADED, "the files of the workspace were read anew")


def not_reloaded(error: FollowupError) -> None:
    """They cannot be used."""
    message = f"the files of the workspace cannot be used, so nothing changes: {_shown(error)}"
    tell(Event.NOT_RELOADED, message, level=logging.ERROR, error=error.code)


def stopping() -> None:
    """The daemon was told to stop."""
    tell(Event.STOPPING, "stopping once the email under way is finished; further signals change nothing")


def stopped(total: "TickResult") -> None:
    """The daemon has stopped, and this is what it did."""
    tell(
        Event.STOPPED,
        f"stopped; {total.sent} sent, {total.failed} failed, {total.in_doubt} in doubt",
        sent=total.sent,
        failed=total.failed,
        in_doubt=total.in_doubt,
    )


def name_of(error: BaseException) -> str:
    """A word for what went wrong: the code of an error of ours, else its class and where it was raised."""
    if isinstance(error, FollowupError):
        return error.code
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _shown(error: BaseException) -> str:
    """An error in a log. What is wrong with files and servers is said; other texts may hold what customers
    wrote."""
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
    del message, file, line  # they may quote what customers wrote
    tell(Event.LIBRARY, f"{category.__name__} at {Path(filename).name}:{lineno}", level=logging.WARNING)


def _log_unexpected(error: BaseException | None) -> None:
    if error is not None:
        tell(Event.LIBRARY, f"not handled: {name_of(error)}", level=logging.ERROR)


def _discreet(record: logging.LogRecord) -> logging.LogRecord:
    """A record as it may be written: without tracebacks, and of a library in common words only."""
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
        """The fields of a line, in this order; docs/operations.md has them."""
        del message_dict
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data["event"] = record.__dict__["event"]
        log_data["message"] = record.getMessage()
        log_data["worker"] = self._worker
        log_data.update(record.__dict__["fields"])
