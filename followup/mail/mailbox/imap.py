r"""An IMAP folder (RFC 3501). Only flags are changed.

No state is kept here: an email that was read has the keyword $followup or, if the server does not keep
keywords, the flag \Seen.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
)

from followup.errors import InvalidFile, Unreachable
from followup.mail.credential import Credential, Password
from followup.mail.mailbox.imap_account import Account
from followup.mail.mailbox.mailbox import MOST_BYTES, Ending, no_mailbox
from followup.mail.relay_url import LogIn
from followup.mail.sanitize import single_line

KEYWORD = b"$followup"
_SEEN, _FLAGGED = b"\\Seen", b"\\Flagged"
_WITH_KEYWORD = {
    Ending.DONE: [KEYWORD, _SEEN],
    # It stays unread, because no person has read it.
    Ending.FOR_A_PERSON: [KEYWORD],
    Ending.UNREADABLE: [KEYWORD],
}
_WITHOUT = {
    Ending.DONE: [_SEEN],
    Ending.FOR_A_PERSON: [_SEEN, _FLAGGED],
    Ending.UNREADABLE: [_SEEN, _FLAGGED],
}
_LOGIN_REFUSED = "mailbox_login_refused"
_TIMEOUT = SocketTimeout(connect=10, read=20)
_LOOK_UP_SECONDS = 0.5
"""How often `wait` checks `stopping`."""
_ROUND_SECONDS = 15
"""How long `wait` listens before it looks into the folder again."""


@dataclass(frozen=True, slots=True)
class ImapMailbox:
    """A folder on an IMAP server. Without a `credential`, the password is that of the account."""

    account: Account
    credential: Credential | None = None
    tls: ssl.SSLContext | None = None

    @contextmanager
    def open(self) -> Iterator["OpenFolder"]:
        """Connect, log in and select the folder; see `mailbox.Mailbox`."""
        with self._connected() as client:
            yield self._folder(client)

    def wait(self, seconds: float, stopping: threading.Event) -> bool:
        """Wait for the server to announce new email (IDLE, RFC 2177); see `mailbox.Mailbox`."""
        until = time.monotonic() + seconds
        with self._connected() as client, _faults_named(self._where):
            # IDLE does not announce email that arrived before it began: after each round comes another look.
            while True:
                if self._folder(client).new(1):
                    return True
                is_over = stopping.is_set() or time.monotonic() >= until
                if is_over or not client.has_capability("IDLE"):
                    break
                round_ends = min(until, time.monotonic() + _ROUND_SECONDS)
                if _told_of_more(client, round_ends, stopping):
                    return True
        stopping.wait(max(until - time.monotonic(), 0))
        return False

    @property
    def _where(self) -> str:
        return f"{self.account.host}:{self.account.port}"

    @contextmanager
    def _connected(self) -> Iterator[IMAPClient]:
        source = self.credential or Password(self.account.password)
        secret = source.secret()
        if not secret:
            raise InvalidFile(
                f"There is no password for the mailbox at {self._where}.",
                hint="Set inbound_password_command, or put it into FOLLOWUP_INBOUND_URL.",
                code="mailbox_password_missing",
            )
        client = self._dialled()
        try:
            try:
                self._prepared(client, secret)
            except InvalidFile as refusal:
                other = source.renewed(secret) if refusal.code == _LOGIN_REFUSED else None
                if other is None:
                    raise
                # What a server makes of a second attempt on one connection differs.
                _leave(client)
                client = self._dialled()
                self._prepared(client, other)
            yield client
        finally:
            _leave(client)

    def _dialled(self) -> IMAPClient:
        account = self.account
        with _faults_named(self._where):
            return IMAPClient(
                account.host,
                account.port,
                ssl=account.encrypted,
                ssl_context=self._context if account.encrypted else None,
                timeout=_TIMEOUT,
            )

    @property
    def _context(self) -> ssl.SSLContext:
        return self.tls or ssl.create_default_context()

    def _prepared(self, client: IMAPClient, secret: str) -> None:
        """Encrypt where that is asked for, and log in."""
        with _faults_named(self._where):
            if self.account.starttls:
                self._encrypt(client, self._context)
            self._log_in(client, secret)

    def _encrypt(self, client: IMAPClient, context: ssl.SSLContext) -> None:
        if not client.has_capability("STARTTLS"):
            raise InvalidFile(
                f"The mailbox at {self._where} offers no encryption, so no password was sent.",
                hint="Write imaps:// in inbound_url; or add ?starttls=never if nobody can listen in between.",
                code="mailbox_not_encrypted",
            )
        client.starttls(context)

    def _log_in(self, client: IMAPClient, secret: str) -> None:
        account = self.account
        try:
            if account.log_in is LogIn.XOAUTH2:
                client.oauth2_login(account.user, secret)
            elif client.has_capability("AUTH=PLAIN"):
                # Unlike LOGIN, it accepts characters outside ASCII.
                client.plain_login(account.user, secret)
            else:
                client.login(account.user, secret)
        except UnicodeError as error:
            raise _login_refused(
                f"The mailbox at {self._where} takes only plain ASCII in user and password.",
                hint="Change the password to one of ASCII letters.",
            ) from error
        except LoginError as error:
            # The server's reply may repeat the user name, and on some servers more than that.
            raise _login_refused(
                f"The mailbox at {self._where} does not let us in: user or password is wrong, or it wants "
                "another way to log in.",
                hint="Check inbound_url and inbound_password_command; servers that refuse passwords want "
                "?auth=xoauth2.",
            ) from error

    def _folder(self, client: IMAPClient) -> "OpenFolder":
        """Select the folder, and check whether the server keeps keywords in it."""
        folder = self.account.folder
        with _faults_named(self._where):
            try:
                told = client.select_folder(folder)
            except IMAPClientReadOnlyError as error:
                raise InvalidFile(
                    f"The folder {folder} may only be read, so nothing in it can be marked.",
                    hint="Let this user set flags in it, or name another folder in inbound_url.",
                    code="mailbox_read_only",
                ) from error
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise no_mailbox(
                    f"The mailbox has no folder {folder!r} that can be opened.",
                    hint="Name one of its folders in inbound_url, as in imaps://user@host/INBOX.",
                ) from error
        lasting = {flag.lower() for flag in told.get(b"PERMANENTFLAGS", ())}
        # \* means that new keywords may be created (RFC 3501, section 7.1).
        keeps_keywords = b"\\*" in lasting or KEYWORD in lasting
        return OpenFolder(client, self._where, keeps_keywords=keeps_keywords)


def _leave(client: IMAPClient) -> None:
    """Log out. The work is done, whether or not the server answers."""
    for leave in (client.logout, client.shutdown):
        with suppress(IMAPClientError, OSError):
            leave()


def _told_of_more(client: IMAPClient, until: float, stopping: threading.Event) -> bool:
    """Whether the server announced something new before the time was over."""
    client.idle()
    try:
        while not stopping.is_set() and time.monotonic() < until:
            asked = time.monotonic()
            told = client.idle_check(timeout=_LOOK_UP_SECONDS)
            if any(b"EXISTS" in response for response in told):
                return True
            if not told and time.monotonic() - asked < _LOOK_UP_SECONDS / 2:
                # An immediate empty result means that it hung up; a command reveals that.
                client.idle_done()
                client.idle()
        return False
    finally:
        with suppress(IMAPClientError, OSError):
            client.idle_done()


@contextmanager
def _faults_named(where: str) -> Iterator[None]:
    """Turn errors of the network and the server into errors that say what to do."""
    try:
        yield
    except ssl.SSLError as error:
        raise Unreachable(
            f"The mailbox at {where} cannot be reached securely: {error.reason or 'encryption failed'}.",
            hint="See that the server's certificate is valid for this name and not expired.",
            code="mailbox_not_secure",
        ) from error
    except (OSError, IMAPClientAbortError) as error:
        raise Unreachable(
            f"The mailbox at {where} does not answer: {_reason(error)}.",
            hint="Emails wait there until it does. Check inbound_url with: followup doctor",
            code="mailbox_unreachable",
        ) from error
    except IMAPClientError as error:
        raise Unreachable(
            f"The mailbox at {where} refused what was asked: {_reason(error)}.",
            hint="Try again; if it stays so, ask who runs the mail server.",
            code="mailbox_refused",
        ) from error


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A selected folder. Emails are named by UID."""

    client: IMAPClient
    where: str
    keeps_keywords: bool

    def new(self, limit: int) -> list[str]:
        """The emails without our mark, oldest first, at most `limit`."""
        unmarked = [b"UNKEYWORD", KEYWORD] if self.keeps_keywords else [b"UNSEEN"]
        with _faults_named(self.where):
            found = self.client.search([*unmarked, b"UNDELETED"])
        return [str(uid) for uid in sorted(found)[:limit]]

    def fetch(self, name: str) -> bytes | None:
        """The bytes of an email. It is not marked as seen."""
        uid = int(name)
        with _faults_named(self.where):
            answer = self.client.fetch([uid], [f"BODY.PEEK[]<0.{MOST_BYTES}>"]).get(uid, {})
        found = next((value for key, value in answer.items() if key.startswith(b"BODY[")), None)
        return found if isinstance(found, bytes) else None

    def mark(self, name: str, ending: Ending) -> None:
        """Set the flags of an email."""
        flags = (_WITH_KEYWORD if self.keeps_keywords else _WITHOUT)[ending]
        with _faults_named(self.where):
            self.client.add_flags([int(name)], flags, silent=True)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return single_line(str(error))[:120] or type(error).__name__


def _login_refused(message: str, *, hint: str) -> InvalidFile:
    return InvalidFile(message, hint=hint, code=_LOGIN_REFUSED)
