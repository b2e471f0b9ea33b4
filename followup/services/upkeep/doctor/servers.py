"""Checks of the mail server and the mailbox: host names, connection, login."""

import os
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from followup.errors import FollowupError, Refused, Unreachable
from followup.mail.relay_url import Relay
from followup.mail.transport import Phase
from followup.services.inbound import receive_messages
from followup.services.shared.configuration import Configuration
from followup.services.upkeep.doctor.finding import Check, broken

_NAME_SECONDS = 5.0
_MEND = "Check smtp_url, the password and the mail server."


def check_servers(rules: Configuration) -> Iterator[Check]:
    """Resolve host names, log in to the mail server, and log in to the mailbox."""
    yield _names(rules)
    yield _mail(rules)
    yield _inbound(rules)


def _names(rules: Configuration) -> Check:
    """Check that the hosts in the settings resolve to addresses. No other name is looked up."""
    urls = (rules.settings.smtp_url, rules.settings.inbound_url)
    hosts = list(dict.fromkeys(host for url in urls if url and (host := urlsplit(url).hostname)))
    unknown = [host for host in hosts if not _has_address(host)]
    if not unknown:
        return Check("dns", True, ", ".join(hosts) or "no server is set")
    return Check(
        "dns",
        False,
        f"nobody says where {' and '.join(unknown)} is",
        "Check the host in smtp_url or inbound_url, and this machine's name server.",
        Unreachable.exit_code,
    )


def _has_address(host: str) -> bool:
    """Whether a name resolves to an address within five seconds."""
    found = threading.Event()

    def ask() -> None:
        try:
            socket.getaddrinfo(host, None)
        except (OSError, UnicodeError):
            return
        found.set()

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_NAME_SECONDS)
    return found.is_set()


def _mail(rules: Configuration) -> Check:
    """Start the SMTP dialogue of a delivery, and end it after the login."""
    from followup.mail.smtp import smtp_transport

    if rules.settings.smtp_url is None:
        return _files(rules)
    try:
        transport = smtp_transport(rules.settings, rules.log_ins)
    except FollowupError as error:
        return broken("mail", error)
    relay = transport.relay
    with transport.open() as connection:
        failure = connection.log_in()
        encrypted = connection.is_encrypted
    if failure is not None:
        said = f"{failure.code or ''} {failure.detail}".strip()
        where = f"{_where(relay)} does not take emails from us; {_PHASES[failure.phase]}: {said}"
        return Check("mail", False, where, _MEND, Unreachable.exit_code)
    found = ", ".join(
        (
            f"{_where(relay)} answers",
            "encrypted, its certificate is good" if encrypted else "not encrypted",
            "logged in" if relay.user else "without logging in",
        )
    )
    if encrypted or relay.is_local:
        return Check("mail", True, found)
    return Check("mail", False, found, "Ask for encryption: smtps://, or ?starttls=required in smtp_url.")


_PHASES = {
    Phase.CONNECT: "it does not answer",
    Phase.EHLO: "it does not want to know us",
    Phase.STARTTLS: "the connection cannot be encrypted",
    Phase.AUTH: "it does not let us log in",
}


def _where(relay: Relay) -> str:
    return f"{'smtps' if relay.encrypted else 'smtp'}://{relay.host}:{relay.port}"


def _files(rules: Configuration) -> Check:
    """Without a mail server: check that the folder for email files is writable."""
    folder = rules.workspace.outbox_dir
    there = folder if folder.exists() else folder.parent
    found = f"files in {folder}; set smtp_url to send"
    if os.access(there, os.W_OK | os.X_OK):
        return Check("mail", True, found)
    return Check("mail", False, f"{there} cannot be written", "Check who owns it.", Refused.exit_code)


def _inbound(rules: Configuration) -> Check:
    if rules.settings.inbound_url is None:
        return Check("inbound", True, "answers and bounces are not read; set inbound_url to read them")
    try:
        mailbox = receive_messages.mailbox_of(rules)
        with mailbox.open() as opened:
            waiting = len(opened.new(receive_messages.BATCH))
    except FollowupError as error:
        return broken("inbound", error)
    more = " or more" if waiting == receive_messages.BATCH else ""
    return Check("inbound", True, f"{waiting}{more} new emails wait in the mailbox")
