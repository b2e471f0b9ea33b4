"""Log-ins that are kept: one file for each user, readable by its owner only, with tokens that are refreshed.

Several processes and threads use a log-in. Whoever refreshes it holds its lock and reads the file again
first: many servers take a refresh token once, and the second to use an old one would end the log-in.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote, unquote

from followup.errors import InvalidFile, NotFound, Unreachable, cannot_write
from followup.mail.oauth.grants import Client, refresh
from followup.mail.oauth.oauth_server import UNREACHABLE, OAuthRefusal, unreachable
from followup.mail.oauth.providers import OAuthProvider

_EARLIER = timedelta(minutes=5)
"""So long before a token expires it is refreshed."""

_LIFETIME = timedelta(hours=1)
"""How long a token is good if the server does not say."""

_LOCK_SECONDS = 60.0
_BETWEEN_TRIES_SECONDS = 0.05
_ENDED = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
"""Refusals of a refresh token after which only a person can log in again."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """A log-in as it is kept. `ended` is the server's word for why it cannot be refreshed any more; empty
    while it can."""

    user: str
    provider: str
    client_id: str
    token_endpoint: str
    scope: str
    logged_in_at: str
    expires_at: str
    client_secret: str | None = field(default=None, repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    ended: str = ""

    @property
    def provider_name(self) -> str:
        """The name of the provider, for people."""
        return next((one.meaning for one in OAuthProvider if one.value == self.provider), self.provider)

    @property
    def expires(self) -> datetime:
        """When the access token expires."""
        return datetime.fromisoformat(self.expires_at)

    @property
    def client(self) -> Client:
        """The application that it was made for."""
        return Client(self.client_id, self.client_secret)


def new_log_in(
    found: Mapping[str, Any],
    *,
    user: str,
    provider: OAuthProvider,
    client: Client,
    token_endpoint: str,
    now: datetime,
) -> LogIn:
    """A log-in with the tokens that a server gave. Raises Unreachable if none of them can be refreshed."""
    if not isinstance(found.get("refresh_token"), str):
        raise unreachable(token_endpoint, "it gave no token that can be refreshed")
    empty = LogIn(
        user=user,
        provider=provider.value,
        client_id=client.client_id,
        client_secret=client.client_secret,
        token_endpoint=token_endpoint,
        scope=provider.scope,
        logged_in_at=now.isoformat(),
        expires_at=now.isoformat(),
    )
    return _with_tokens(empty, found, now)


def _with_tokens(kept: LogIn, found: Mapping[str, Any], now: datetime) -> LogIn:
    """A log-in with new tokens. A server that gives no new refresh token lets the old one count on."""
    access, again, seconds = found.get("access_token"), found.get("refresh_token"), found.get("expires_in")
    if not isinstance(access, str) or not access or not access.isascii():
        raise unreachable(kept.token_endpoint, "it gave no access token")
    good = isinstance(seconds, (int, str)) and not isinstance(seconds, bool) and str(seconds).isdecimal()
    lifetime = timedelta(seconds=min(int(seconds), 604_800)) if good and seconds is not None else _LIFETIME
    return replace(
        kept,
        access_token=access,
        refresh_token=again if isinstance(again, str) and again else kept.refresh_token,
        expires_at=(now + lifetime).isoformat(),
        ended="",
    )


@dataclass(frozen=True, slots=True)
class KeptLogIns:
    """The log-ins of a workspace, in files of `folder`. `clock` says whether a token has expired."""

    folder: Path
    clock: Callable[[], datetime]

    def users(self) -> list[str]:
        """Who is logged in."""
        return sorted(unquote(path.stem) for path in self.folder.glob("*.json"))

    def files(self) -> list[Path]:
        """The files with tokens."""
        return sorted(self.folder.glob("*.json"))

    def find(self, user: str) -> LogIn | None:
        """The log-in of a user, if there is one. Raises InvalidFile if its file cannot be read."""
        try:
            return LogIn(**json.loads(self._file(user).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except OSError as error:
            why, hint = f": {error.strerror}", "Log in as the user who runs the daemon: followup mail login"
            raise _unreadable(user, why, hint) from None
        except (ValueError, TypeError):
            raise _unreadable(user, "", "Log in again: followup mail login") from None

    def keep(self, log_in: LogIn) -> None:
        """Write a log-in in place of the one that its user had. Raises Refused if it cannot be written."""
        path = self._file(log_in.user)
        new = path.with_suffix(".new")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(log_in), file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            raise cannot_write(path, error) from None

    def forget(self, user: str) -> bool:
        """Remove a log-in. Returns whether there was one. Raises Refused if it cannot be removed."""
        path = self._file(user)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise cannot_write(path, error) from None
        path.with_suffix(".lock").unlink(missing_ok=True)
        return True

    def credential(self, user: str) -> "TokenCredential":
        """What a connection of a user logs in with."""
        return TokenCredential(self, user)

    def _file(self, user: str) -> Path:
        return self.folder / f"{quote(user.lower(), safe='@')}.json"

    @contextmanager
    def locked(self, user: str) -> Iterator[None]:
        """Hold the lock of a log-in. Raises Unreachable if somebody else holds it for too long."""
        try:
            descriptor = os.open(self._file(user).with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise cannot_write(self._file(user), error) from None
        try:
            ends_at = monotonic() + _LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if monotonic() > ends_at:
                        raise Unreachable(
                            f"Another process refreshes the log-in of {user}, and does not end.",
                            hint="End that process, then try again.",
                            code="log_in_locked",
                        ) from None
                    sleep(_BETWEEN_TRIES_SECONDS)
            yield
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class TokenCredential:
    """The access token of a user's log-in, refreshed before it expires and after it was refused."""

    log_ins: KeptLogIns
    user: str

    def secret(self) -> str:
        """An access token that has not expired.

        Raises NotFound if nobody has logged in, Unreachable if somebody must do so again, or if the token has
        expired and the server that refreshes it does not answer."""
        kept = self._kept()
        if self._lasts(kept, _EARLIER):
            return kept.access_token
        try:
            return self._refreshed(kept.access_token)
        except Unreachable as error:
            if error.code == UNREACHABLE and self._lasts(kept):
                return kept.access_token
            raise

    def renewed(self, refused: str) -> str:
        """An access token in place of one that was refused. Raises as `secret`."""
        return self._refreshed(refused)

    def _kept(self) -> LogIn:
        kept = self.log_ins.find(self.user)
        if kept is None:
            raise not_logged_in(self.user)
        if kept.ended:
            raise log_in_ended(kept)
        return kept

    def _lasts(self, kept: LogIn, longer: timedelta = timedelta()) -> bool:
        return bool(kept.access_token) and self.log_ins.clock() + longer < kept.expires

    def _refreshed(self, old: str) -> str:
        """The token that takes the place of `old`, which this or another process fetches."""
        with self.log_ins.locked(self.user):
            kept = self._kept()
            if kept.access_token != old and self._lasts(kept):
                return kept.access_token
            try:
                found = refresh(kept.token_endpoint, kept.client, kept.refresh_token, kept.scope)
                renewed = _with_tokens(kept, found, self.log_ins.clock())
            except OAuthRefusal as refusal:
                if refusal.error not in _ENDED:
                    raise _not_refreshed(kept, refusal) from None
                ended = replace(kept, ended=refusal.error, access_token="", refresh_token="")
                self.log_ins.keep(ended)
                raise log_in_ended(ended) from None
            self.log_ins.keep(renewed)
            return renewed.access_token


def not_logged_in(user: str) -> NotFound:
    """Nobody has logged in as a user who needs an access token."""
    return NotFound(
        f"Nobody has logged in as {user}.",
        hint=f"Log in: followup mail login microsoft --user {user}   or set a command that prints a token",
        code="not_logged_in",
    )


def _unreadable(user: str, why: str, hint: str) -> InvalidFile:
    return InvalidFile(
        f"The file of the log-in of {user} cannot be read{why}.", hint=hint, code="log_in_file_unreadable"
    )


def log_in_ended(kept: LogIn) -> Unreachable:
    """A log-in that only a person can renew."""
    return Unreachable(
        f"{kept.provider_name} has ended the log-in of {kept.user} ({kept.ended}).",
        hint=f"Log in again: followup mail login {kept.provider} --user {kept.user}",
        code="log_in_ended",
    )


def _not_refreshed(kept: LogIn, refusal: OAuthRefusal) -> Unreachable:
    return Unreachable(
        f"{kept.provider_name} does not refresh the log-in of {kept.user}: {refusal.error}.",
        hint="Check how the application is registered; then log in again: followup mail login "
        f"{kept.provider} --user {kept.user}",
        code="log_in_not_refreshed",
    )
