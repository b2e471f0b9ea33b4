"""Asking an OAuth server: forms sent to its endpoints, JSON in its answers. Nothing of either is ever logged.

The standard library's HTTP client is enough for three endpoints; ARCHITECTURE.md says what else there is.
"""

import ipaddress
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from followup.errors import InvalidFile, Unreachable
from followup.mail.sanitize import single_line

_SECONDS = 20.0
_MOST_BYTES = 262_144
_WORD = re.compile(r"[a-z_]{1,40}")
_UNKNOWN = "unknown_error"
UNREACHABLE = "oauth_unreachable"
"""The code of the error for a server that gives no usable answer."""


class OAuthRefusal(Exception):
    """The server refused what was asked. `error` is its word for it (RFC 6749, 5.2); `said` is its sentence,
    for the person who is logging in alone."""

    def __init__(self, error: str, said: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.said = said


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where an OAuth server is asked. `device` and `authorization` are None if it has no such log-in."""

    token: str
    device: str | None
    authorization: str | None


def endpoints_of(issuer: str) -> Endpoints:
    """The endpoints of a server, from the document that it publishes (OpenID Connect Discovery 1.0, 4).

    Raises InvalidFile if `issuer` is no secure address, Unreachable if the server does not answer."""
    _require_secure(issuer)
    url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found = _ask(urllib.request.Request(url))  # noqa: S310 -- the scheme was checked
    except OAuthRefusal as refusal:
        raise unreachable(issuer, f"it answers {refusal.error}") from None
    token = found.get("token_endpoint")
    if not isinstance(token, str):
        raise unreachable(issuer, "it names no endpoint for tokens")
    endpoints = Endpoints(
        token, _text(found.get("device_authorization_endpoint")), _text(found.get("authorization_endpoint"))
    )
    for endpoint in (endpoints.token, endpoints.device, endpoints.authorization):
        if endpoint is not None:
            _require_secure(endpoint)
    return endpoints


def post(endpoint: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Send a form. Raises OAuthRefusal if it is refused, Unreachable without a usable answer."""
    _require_secure(endpoint)
    request = urllib.request.Request(  # noqa: S310 -- the scheme was checked
        endpoint,
        data=urlencode(form).encode(),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
    )
    return _ask(request)


def _ask(request: urllib.request.Request) -> dict[str, Any]:
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return _document(request.full_url, answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            if error.code >= 500:
                raise unreachable(request.full_url, f"it answers {error.code}") from None
            raise _refusal(error) from None
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        why = getattr(reason, "strerror", None) or single_line(str(reason))[:100] or type(reason).__name__
        raise unreachable(request.full_url, why) from None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A form with secrets in it goes to the address that was named, and to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing: the answer then counts as an error."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def _refusal(error: urllib.error.HTTPError) -> OAuthRefusal:
    try:
        found = json.loads(error.read(_MOST_BYTES))
    except (OSError, ValueError):
        return OAuthRefusal(f"http_{error.code}")
    word = found.get("error") if isinstance(found, dict) else None
    if not isinstance(word, str) or not _WORD.fullmatch(word):
        return OAuthRefusal(_UNKNOWN)
    return OAuthRefusal(word, single_line(str(found.get("error_description") or ""))[:300])


def _document(url: str, body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise unreachable(url, "its answer cannot be read")
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _require_secure(url: str) -> None:
    """Secrets go out encrypted, or to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if host and (parts.scheme == "https" or (parts.scheme == "http" and _is_local(host))):
        return
    raise InvalidFile(
        "oauth_issuer names no secure address.",
        hint="Write it as https://login.microsoftonline.com/YOUR-TENANT/v2.0",
        code="bad_oauth_issuer",
    )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def unreachable(url: str, why: str) -> Unreachable:
    """An OAuth server that gives no usable answer. The message has its host alone."""
    return Unreachable(
        f"The log-in server {urlsplit(url).hostname} does not answer as it should: {why}.",
        hint="Check the network and oauth_issuer; then try again.",
        code=UNREACHABLE,
    )
