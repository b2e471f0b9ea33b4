"""Troubles around a daemon, each with words that must not be logged."""

import logging
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from followup import daemon
from followup.mail.transport import Phase
from followup.services.letters import letters
from followup.services.outbox import dispatcher
from followup.services.upkeep import housekeeping
from tests.integration.faulty_relay import Fault
from tests.score.canaries import EVERYTHING, NAME


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong while the daemon works: in the mail server, in the workspace, or in the
    program. `told` is in the log once it has happened.
    """

    name: str
    told: str
    phase: Phase | None = None
    fault: Fault = Fault.NEVER
    template: str | None = None
    bug: Callable[[], None] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


def _bug_in_letters() -> None:
    letters.write = _fails  # type: ignore[assignment]


def _bug_in_ticks() -> None:
    dispatcher.drain = _fails  # type: ignore[assignment]


def _bug_in_housekeeping() -> None:
    housekeeping.end_what_is_over = _fails  # type: ignore[assignment]


def _fails(*_arguments: object, **_options: object) -> None:
    try:
        raise ValueError(EVERYTHING)
    except ValueError as error:
        raise RuntimeError(f"could not serve {EVERYTHING}") from error


def _libraries_talk() -> None:
    honest = daemon.Daemon.tick

    def tick(*arguments: object, **options: object) -> object:
        logging.getLogger("some.library").error("cannot serve %s", EVERYTHING)
        logging.getLogger("sqlalchemy.engine").warning(EVERYTHING)
        warnings.warn(EVERYTHING, stacklevel=1)
        doomed = threading.Thread(target=_fails)
        doomed.start()
        doomed.join()
        try:
            _fails()
        except RuntimeError:
            logging.getLogger("another.library").exception("while serving %s", NAME)
        return honest(*arguments, **options)  # type: ignore[arg-type]

    daemon.Daemon.tick = tick  # type: ignore[assignment, method-assign]


HEAD = "---\nsubject: About your order\nclass: service\nstep: 1\nlocale: en-GB\n---\n"
TROUBLES = (
    Trouble("a recipient refused", "failed E-0001", Phase.RCPT),
    Trouble("a login refused", "takes nothing", Phase.AUTH),
    Trouble("a token refused", "takes nothing", Phase.AUTH, settings={"FOLLOWUP_SMTP_URL": "auth=xoauth2"}),
    Trouble("libraries that talk", "sent E-0001", bug=_libraries_talk),
    Trouble("a bug in ticks", "RuntimeError", bug=_bug_in_ticks),
    Trouble("a body refused", "failed E-0001", Phase.BODY),
    Trouble("a sender refused", "scheduled E-0001", Phase.MAIL),
    Trouble("a body not asked for", "failed E-0001", Phase.DATA),
    Trouble("a recipient put off", "scheduled E-0001", Phase.RCPT, Fault.LATER),
    Trouble("a body put off", "scheduled E-0001", Phase.BODY, Fault.LATER),
    Trouble("a server that closes", "takes nothing", Phase.RCPT, Fault.CLOSING),
    Trouble("a greeting that refuses", "takes nothing", Phase.CONNECT),
    Trouble("a hello that is refused", "takes nothing", Phase.EHLO),
    Trouble("nonsense for a recipient", "scheduled E-0001", Phase.RCPT, Fault.NO_CODE),
    Trouble("nonsense for a body", "in_doubt E-0001", Phase.BODY, Fault.NO_CODE),
    Trouble("nothing after a body", "in_doubt E-0001", Phase.BODY, Fault.HANG_UP),
    Trouble("a template that fails", "failed E-0001", template="{{ customer.name.no.such }}"),
    Trouble("a template with a bug", "failed E-0001", template="{{ case.what_happened + 1 }}"),
    Trouble("a template that is broken", "failed E-0001", template="{{ case.what_happened | no }} {% if %}"),
    Trouble("a bug in letters", "failed E-0001", bug=_bug_in_letters),
    Trouble("a bug in housekeeping", "RuntimeError", bug=_bug_in_housekeeping),
    Trouble("a mailbox that refuses", "mailbox failed", settings={"FOLLOWUP_INBOUND_URL": "imap"}),
    Trouble("no trouble", "sent E-0001"),
    # The last: what the customer writes stops the emails of the case.
    Trouble("a mailbox that is a folder", "arrived", settings={"FOLLOWUP_INBOUND_URL": "folder"}),
)

URLS = {
    "FOLLOWUP_SMTP_URL": (
        "smtp://{user}:{smtp}@",
        "smtp://{user}:{smtp}@127.0.0.1:99999",
        "smtp://{user}:{smtp}@host/path#x",
        "smtp:{user}:{smtp}@host",
        "smtp://{user}:x/{smtp}@host",
        "smtp://{user}:{smtp}#x@host",
        "smtp://{user}:{smtp}?x@host",
        "smtp://{user}:{smtp}@127.0.0.1:1?starttls=perhaps",
        "smtp://{user}:{smtp}@[::1",
        "smtp://{user}:{smtp}@127.0.0.1:1",
        "{smtp}",
        "smtp://{user}@127.0.0.1:1?auth=xoauth2&starttls=never",
    ),
    "FOLLOWUP_DATABASE_URL": (
        "postgresql://{user}:{database}@127.0.0.1:1/none",
        "postgresql://{user}:{database}@127.0.0.1:one/none",
        "postgresql://{user}:{database}@x@127.0.0.1/none",
        "postgresql://{user}:{database}/x@127.0.0.1:1/none",
        "postgresql://{user}:x/{database}@127.0.0.1:1/none",
        "postgresql://{user}:{database}#x@127.0.0.1:1/none",
        "postgresql://{user}:{database}?x@127.0.0.1:1/none",
        "postgresql:/{user}:{database}@127.0.0.1",
        "mysql://{user}:{database}@127.0.0.1/none",
        "{user}:{database}@127.0.0.1/none",
        "postgresql://{user}@127.0.0.1:1/none?password={database}",
    ),
    "FOLLOWUP_INBOUND_URL": (
        "imaps://{user}:{imap}@",
        "imap://{user}:{imap}@127.0.0.1:1/INBOX",
        "{imap}://x",
    ),
    "FOLLOWUP_SECRET_KEY": ("Kanarienvogel-key",),
}
"""Invalid settings, each with a secret."""
