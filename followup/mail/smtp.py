"""Delivery to a relay over SMTP. Every failure is reported with its phase.

The dialogue is driven command by command, because the standard library's `sendmail` hides how far it got.
"""

import base64
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from followup.errors import FollowupError, WrongUsage
from followup.mail.addresses import envelope_address
from followup.mail.credential import Credential, credential
from followup.mail.relay_url import LogIn, Relay, StartTls, parse_relay
from followup.mail.smtp_session import Session
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from followup.settings import Settings

if TYPE_CHECKING:
    from followup.mail.oauth.kept_log_in import KeptLogIns

_BEFORE_ANY_EMAIL = frozenset({Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH})
_TOO_MANY = re.compile(r"too many (?:\w+ )?(?:connections|sessions)", re.IGNORECASE)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_UNSHOWN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_LONGEST_DETAIL = 300
_BAD_LOGIN = 535
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Delivers emails to one relay over at most `connections` connections. `log_ins` have the tokens of users
    for whom the relay has neither a password nor a command."""

    relay: Relay
    connections: int = 1
    log_ins: "KeptLogIns | None" = None

    @property
    def relay_name(self) -> str:
        """The relay's host and port."""
        return self.relay.name

    @property
    def most_connections(self) -> int:
        """The limit in the settings."""
        return self.connections

    @contextmanager
    def open(self) -> Iterator["SmtpConnection"]:
        """A connection that is made for the first email, reused for the next ones, and closed at the end."""
        connection = SmtpConnection(self.relay, self._credential)
        try:
            yield connection
        finally:
            connection.close()

    @property
    def _credential(self) -> Credential:
        relay, log_ins = self.relay, self.log_ins
        kept = partial(log_ins.credential, relay.user or "") if log_ins and relay.log_in_kept else None
        return credential(relay.password, relay.password_command, kept)


def smtp_transport(settings: Settings, log_ins: "KeptLogIns | None" = None) -> SmtpTransport:
    """The transport for smtp_url in the settings. Raises InvalidFile if the URL cannot be used."""
    relay = parse_relay(settings.smtp_url or "", password_command=settings.smtp_password_command)
    return SmtpTransport(relay, settings.smtp_connections, log_ins)


class _Stopped(Exception):
    """The dialogue ended early. `hung_up`: the relay closed the connection."""

    def __init__(self, delivery: Delivery, *, hung_up: bool = False) -> None:
        super().__init__(delivery.detail)
        self.delivery = delivery
        self.hung_up = hung_up


class SmtpConnection:
    """A connection that delivers one email at a time. Not thread-safe."""

    def __init__(self, relay: Relay, credential: Credential) -> None:
        self._relay = relay
        self._credential = credential
        self._session: Session | None = None
        self._needs_reset = False
        self._password = relay.password

    def deliver(
        self, sender_address: str, recipient: str, message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        """Deliver one email; see `transport.Connection`."""
        try:
            sender = _in_envelope(Phase.MAIL, sender_address)
            receiver = _in_envelope(Phase.RCPT, recipient)
            session = self._begin(sender, message, utf8=_needs_utf8(sender, receiver, message))
            self._ask(Phase.RCPT, lambda: session.docmd("RCPT", f"TO:<{receiver}>"), _SUCCESS)
            if not session.has_time_for_body():
                raise self._broken(Phase.DATA, TimeoutError("the relay took too long over this email"))
            self._ask(Phase.DATA, lambda: session.docmd("DATA"), range(354, 355))
            if session.has_unread():
                # It would be mistaken for the reply to the body.
                raise self._broken(Phase.DATA, OSError("the relay answered what it was not asked yet"))
            before_body()
            return self._send_body(session, message)
        except _Stopped as stopped:
            return stopped.delivery
        except BaseException:
            # The state of the dialogue is unknown, so this connection must not be used again.
            self._drop()
            raise

    def log_in(self) -> Delivery | None:
        """Connect and log in as for an email. None on success, else what went wrong."""
        try:
            self._connect()
        except _Stopped as stopped:
            return stopped.delivery
        return None

    @property
    def is_encrypted(self) -> bool:
        """Whether the open connection is encrypted."""
        return self._session is not None and self._session.is_encrypted

    def close(self) -> None:
        """Send QUIT and close. The relay's reply changes nothing."""
        if self._session is not None:
            self._session.say_goodbye()
            self._session = None

    def _begin(self, sender_address: str, message: bytes, *, utf8: bool) -> Session:
        """Send MAIL on the open connection or a new one.

        Relays close idle connections. For a connection that was used before, that is not a failure.
        """
        was_open = self._session is not None
        try:
            return self._name_sender(sender_address, message, utf8=utf8)
        except _Stopped as stopped:
            if not (was_open and stopped.hung_up):
                raise
        return self._name_sender(sender_address, message, utf8=utf8)

    def _name_sender(self, sender_address: str, message: bytes, *, utf8: bool) -> Session:
        if self._session is not None:
            self._session.begin_email()
            if self._needs_reset and not self._is_reset(self._session):
                self._drop()
        session = self._session or self._connect()
        size = f" SIZE={len(message)}" if session.has_extn("size") else ""
        if utf8 and not session.has_extn("smtputf8"):
            detail = (
                "the relay takes no address with letters outside ASCII before the @ (it offers no SMTPUTF8)"
            )
            raise _Stopped(Delivery(DeliveryOutcome.REFUSED_FOR_GOOD, Phase.MAIL, None, detail))
        form = " BODY=8BITMIME SMTPUTF8" if utf8 else ""
        command = f"FROM:<{sender_address}>{size}{form}"
        self._ask(Phase.MAIL, lambda: session.docmd("MAIL", command), _SUCCESS)
        self._needs_reset = True
        return session

    def _is_reset(self, session: Session) -> bool:
        try:
            return session.rset()[0] in _SUCCESS
        except OSError:
            return False

    def _connect(self) -> Session:
        """A session that is logged in, where the relay has a user. A token that is refused although it has
        not expired is refreshed once."""
        user = self._relay.user
        session = self._dial()
        if user is None:
            return session
        self._require_encryption(session)
        secret = self._asked_for_secret(self._credential.secret)
        try:
            self._log_in(session, user, secret)
        except _Stopped as refused:
            if refused.delivery.phase is not Phase.AUTH or refused.delivery.code != _BAD_LOGIN:
                raise
            other = self._asked_for_secret(lambda: self._credential.renewed(secret))
            if not other:
                raise
            # What a relay makes of a second attempt on one connection differs.
            session = self._dial()
            self._log_in(session, user, other)
        return session

    def _dial(self) -> Session:
        relay = self._relay
        session = self._session = Session(relay)
        self._needs_reset = False
        self._ask(Phase.CONNECT, lambda: session.connect(relay.host, relay.port), range(220, 221))
        self._ask(Phase.EHLO, lambda: _introduce(session), _SUCCESS)
        if not relay.encrypted and relay.starttls is not StartTls.NEVER:
            self._start_tls(session)
        return session

    def _start_tls(self, session: Session) -> None:
        if not session.has_extn("starttls"):
            if self._relay.starttls is StartTls.AUTO:
                return
            raise self._relay_failure(Phase.STARTTLS, None, "the relay offers no encryption (STARTTLS)")
        try:
            session.encrypt()
        except smtplib.SMTPResponseException as error:
            raise self._relay_failure(
                Phase.STARTTLS, error.smtp_code, self._shown(error.smtp_error)
            ) from None
        except (OSError, ValueError) as error:
            raise self._relay_failure(Phase.STARTTLS, None, self._shown(error)) from None
        self._ask(Phase.EHLO, lambda: _introduce(session), _SUCCESS)

    def _log_in(self, session: Session, user: str, password: str) -> None:
        self._password = password
        try:
            if self._relay.log_in is LogIn.XOAUTH2:
                token = f"user={user}\x01auth=Bearer {password}\x01\x01"
                # A challenge here contains the relay's reason for refusing; the answer to it is empty.
                session.auth("XOAUTH2", lambda challenge=None: token if challenge is None else "")
            else:
                session.login(user, password)
        except smtplib.SMTPResponseException as error:
            raise self._relay_failure(Phase.AUTH, error.smtp_code, self._shown(error.smtp_error)) from None
        except UnicodeError:
            detail = "user and password must be ASCII to log in over SMTP"
            raise self._relay_failure(Phase.AUTH, None, detail) from None
        except (OSError, ValueError) as error:
            raise self._relay_failure(Phase.AUTH, None, self._shown(error)) from None

    def _require_encryption(self, session: Session) -> None:
        """Raise _Stopped if a password would go out unencrypted."""
        if not session.is_encrypted and not self._relay.may_send_password_plainly:
            raise self._relay_failure(
                Phase.AUTH, None, "the connection is not encrypted, so the password was not sent"
            )

    def _asked_for_secret(self, ask: Callable[[], str | None]) -> str:
        """A password or token. Raises _Stopped if there is none now."""
        try:
            return ask() or ""
        except FollowupError as error:
            raise self._relay_failure(Phase.AUTH, None, error.message) from None

    def _ask(self, phase: Phase, command: Callable[[], tuple[int, bytes]], wanted: range) -> None:
        """Send one command. Raises _Stopped unless the code of the reply is in `wanted`."""
        try:
            code, text = command()
        except OSError as error:
            raise self._broken(phase, error) from None
        except ValueError as error:
            raise self._relay_failure(phase, None, self._shown(error)) from None
        if code not in wanted:
            raise self._refused(phase, code, text)

    def _send_body(self, session: Session, message: bytes) -> Delivery:
        body = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", message))
        end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            session.send_all(body + end)
        except TimeoutError as error:
            raise self._broken(Phase.BODY, error) from None
        except OSError as error:
            raise self._refused_early(session) or self._broken(Phase.BODY, error) from None
        try:
            code, text = session.reply_to_body()
        except OSError as error:
            raise self._broken(Phase.BODY, error) from None
        if code not in _SUCCESS:
            raise self._refused(Phase.BODY, code, text)
        self._needs_reset = False
        return Delivery(DeliveryOutcome.ACCEPTED, Phase.BODY, code, self._shown(text))

    def _refused_early(self, session: Session) -> _Stopped | None:
        """The refusal that a relay sent before it closed the connection during a body, if any. Only a
        negative reply counts: without the end of the body, the relay cannot have accepted it.
        """
        try:
            code, text = session.getreply()
        except OSError:
            return None
        return self._refused(Phase.BODY, code, text) if 400 <= code < 600 else None

    def _refused(self, phase: Phase, code: int, text: bytes) -> _Stopped:
        """What an unwanted reply means."""
        shown = self._shown(text)
        busy = code == 421 or _TOO_MANY.search(shown) is not None
        if busy or phase in _BEFORE_ANY_EMAIL:
            return self._relay_failure(phase, code, shown, hung_up=code == 421, asks_for_pause=busy)
        if 400 <= code < 500:
            return _Stopped(Delivery(DeliveryOutcome.REFUSED_NOW, phase, code, shown))
        if 500 <= code < 600:
            return _Stopped(Delivery(DeliveryOutcome.REFUSED_FOR_GOOD, phase, code, shown))
        # Not a reply to this command: the dialogue is out of step.
        self._drop()
        outcome = DeliveryOutcome.IN_DOUBT if phase is Phase.BODY else DeliveryOutcome.REFUSED_NOW
        return _Stopped(Delivery(outcome, phase, code, f"unexpected reply: {shown}"))

    def _broken(self, phase: Phase, error: OSError) -> _Stopped:
        """What a connection that broke in this phase means."""
        self._drop()
        outcome = DeliveryOutcome.REFUSED_NOW
        if phase in _BEFORE_ANY_EMAIL:
            outcome = DeliveryOutcome.RELAY_UNREACHABLE
        elif phase is Phase.BODY:
            outcome = DeliveryOutcome.IN_DOUBT
        return _Stopped(
            Delivery(outcome, phase, None, self._shown(error)),
            hung_up=phase is Phase.MAIL and not isinstance(error, TimeoutError),
        )

    def _relay_failure(
        self,
        phase: Phase,
        code: int | None,
        detail: str,
        *,
        hung_up: bool = False,
        asks_for_pause: bool = False,
    ) -> _Stopped:
        self._drop()
        return _Stopped(
            Delivery(DeliveryOutcome.RELAY_UNREACHABLE, phase, code, detail, asks_for_pause),
            hung_up=hung_up and phase is Phase.MAIL,
        )

    def _drop(self) -> None:
        """Close without QUIT, so that an incomplete body is never taken for a complete one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _shown(self, said: bytes | str | Exception) -> str:
        """A reply or an error as one short line, without our password, which some relays repeat."""
        text = (
            said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said) or type(said).__name__
        )
        for secret in self._secrets():
            text = text.replace(secret, "•••")
        return _UNSHOWN.sub(" ", text).strip()[:_LONGEST_DETAIL]

    def _secrets(self) -> list[str]:
        user, password = self._relay.user or "", self._password or ""
        if not password:
            return []
        plain, oauth = f"\0{user}\0{password}", f"user={user}\x01auth=Bearer {password}\x01\x01"
        coded = [base64.b64encode(form.encode()).decode() for form in (plain, oauth, password)]
        return [*coded, password]


def _in_envelope(phase: Phase, address: str) -> str:
    """The address for the envelope, in the same form as in the headers. Raises _Stopped without naming the
    address, because results are logged.
    """
    try:
        return envelope_address(address)
    except WrongUsage:
        detail = "the address cannot be written in SMTP"
        raise _Stopped(Delivery(DeliveryOutcome.REFUSED_FOR_GOOD, phase, None, detail)) from None


def _needs_utf8(sender_address: str, recipient: str, message: bytes) -> bool:
    """Whether only a relay with SMTPUTF8 (RFC 6531) can accept the email."""
    head, _, _ = message.partition(b"\r\n\r\n")
    return not (sender_address.isascii() and recipient.isascii() and head.isascii())


def _introduce(session: Session) -> tuple[int, bytes]:
    """Send EHLO, or HELO if the relay does not know EHLO."""
    code, text = session.ehlo()
    return session.helo() if 500 <= code < 600 else (code, text)
