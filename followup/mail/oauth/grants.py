"""Logging somebody in: by a code typed on any device (RFC 8628), or in a browser (RFC 8252 with RFC 7636)."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from followup.errors import Refused, Unreachable, WrongUsage
from followup.mail.oauth.oauth_server import OAuthRefusal, post, unreachable
from followup.mail.sanitize import single_line

SLOWER_SECONDS = 5.0
"""By so much longer a device waits from now on when the server says slow_down (RFC 8628, 3.5)."""

_INTERVAL_SECONDS = 5.0
_LONGEST_INTERVAL_SECONDS = 120.0
_LONGEST_SECONDS = 3600.0
_REDIRECT = "http://127.0.0.1:9/"
"""Where the browser is sent at the end. Nobody listens there, and browsers do not go there: the address that
they show has the answer in it."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: the application that was registered with the provider."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)

    @property
    def form(self) -> dict[str, str]:
        """What each form says of it."""
        return {"client_id": self.client_id} | (
            {"client_secret": self.client_secret} if self.client_secret else {}
        )


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A log-in that was begun. `user_code` is typed at `address`, within `seconds`."""

    user_code: str
    address: str
    seconds: float
    interval_seconds: float
    code: str = field(repr=False)


def begin_by_device(endpoint: str, client: Client, scope: str) -> DeviceCode:
    """Begin a log-in by device code. Raises Refused if the server does not allow it, Unreachable."""
    try:
        found = post(endpoint, {**client.form, "scope": scope})
    except OAuthRefusal as refusal:
        raise _refused(refusal) from None
    code, user_code = found.get("device_code"), found.get("user_code")
    address = found.get("verification_uri") or found.get("verification_url")
    if not (isinstance(code, str) and isinstance(user_code, str) and isinstance(address, str)):
        raise unreachable(endpoint, "it gave no code")
    return DeviceCode(
        single_line(user_code)[:40],
        single_line(address)[:300],
        min(_number(found, "expires_in", 900.0), _LONGEST_SECONDS),
        min(_number(found, "interval", _INTERVAL_SECONDS), _LONGEST_INTERVAL_SECONDS),
        code,
    )


def wait_for_device(
    endpoint: str, client: Client, begun: DeviceCode, *, wait: Callable[[float], object]
) -> dict[str, Any]:
    """Ask for the tokens until somebody has typed the code. `wait` is called with the seconds before a
    question.

    Raises Refused if they declined or the code expired, Unreachable if the server stays away until then."""
    form = {
        **client.form,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": begun.code,
    }
    ends_at, interval, away = monotonic() + begun.seconds, begun.interval_seconds, None
    while monotonic() < ends_at:
        wait(interval)
        try:
            return post(endpoint, form)
        except OAuthRefusal as refusal:
            away = None
            if refusal.error == "slow_down":
                interval = min(interval + SLOWER_SECONDS, _LONGEST_INTERVAL_SECONDS)
            elif refusal.error != "authorization_pending":
                raise _refused(refusal) from None
        except Unreachable as error:
            # The server is asked less and less often (3.5).
            away, interval = error, min(max(interval, 1.0) * 2, _LONGEST_INTERVAL_SECONDS)
    if away is not None:
        raise away
    raise _expired()


@dataclass(frozen=True, slots=True)
class BrowserLogIn:
    """A log-in in a browser that was begun at `address`."""

    address: str
    state: str
    verifier: str = field(repr=False)


def begin_in_browser(endpoint: str, client: Client, scope: str, user: str) -> BrowserLogIn:
    """Begin a log-in in a browser, with a proof that only we can give for the code at its end (RFC 7636)."""
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": _REDIRECT,
        "scope": scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": user,
        # So that Google gives a token that can be refreshed.
        "access_type": "offline",
        "prompt": "consent",
    }
    mark = "&" if urlsplit(endpoint).query else "?"
    return BrowserLogIn(f"{endpoint}{mark}{urlencode(asked)}", state, verifier)


def finish_in_browser(endpoint: str, client: Client, begun: BrowserLogIn, answer: str) -> dict[str, Any]:
    """The tokens for the address that the browser showed at the end.

    Raises WrongUsage if it is not one of this log-in, Refused if somebody declined, Unreachable."""
    try:
        found = parse_qs(urlsplit(answer.strip()).query)
    except ValueError:
        found = {}
    if "error" in found:
        raise _refused(OAuthRefusal(single_line(found["error"][0])[:40]))
    if found.get("state") != [begun.state] or "code" not in found:
        raise WrongUsage(
            "That is not the address of this log-in.",
            hint=f"Copy the whole address that the browser shows at the end; it begins with {_REDIRECT}?",
            code="not_the_log_in_address",
        )
    form = {
        **client.form,
        "grant_type": "authorization_code",
        "code": found["code"][0],
        "redirect_uri": _REDIRECT,
        "code_verifier": begun.verifier,
    }
    try:
        return post(endpoint, form)
    except OAuthRefusal as refusal:
        raise _refused(refusal) from None


def refresh(endpoint: str, client: Client, refresh_token: str, scope: str) -> dict[str, Any]:
    """New tokens for a refresh token (RFC 6749, 6). Raises OAuthRefusal, Unreachable."""
    form = {**client.form, "grant_type": "refresh_token", "refresh_token": refresh_token, "scope": scope}
    return post(endpoint, form)


def _number(found: Mapping[str, Any], name: str, default: float) -> float:
    value = found.get(name)
    text = str(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else ""
    try:
        number = float(text)
    except ValueError:
        return default
    return number if 0 <= number < float("inf") else default


def _refused(refusal: OAuthRefusal) -> Refused:
    if refusal.error in ("access_denied", "authorization_declined"):
        return Refused(
            "The log-in was declined.",
            hint="Run the command again, and say yes where it asks for access to the mailbox.",
            code="oauth_declined",
        )
    if refusal.error in ("expired_token", "bad_verification_code"):
        return _expired()
    said = f": {refusal.said}" if refusal.said else ""
    return Refused(
        f"The log-in server says {refusal.error}{said}",
        hint="Check oauth_client_id, oauth_client_secret and oauth_issuer, and how the application is "
        "registered: docs/delivery.md",
        code="oauth_refused",
    )


def _expired() -> Refused:
    return Refused(
        "Nobody logged in before the code expired.", hint="Run the command again.", code="oauth_code_expired"
    )
