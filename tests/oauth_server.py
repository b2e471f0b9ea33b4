"""A real OAuth server on this machine, which answers as a test tells it."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any]
"""A status, and a document, or bytes."""

PENDING: Answer = (400, {"error": "authorization_pending", "error_description": "still waiting"})
SLOW_DOWN: Answer = (400, {"error": "slow_down"})
DOWN: Answer = (503, b"<html>try later</html>")


def refusal(error: str, said: str = "") -> Answer:
    return 400, {"error": error, "error_description": said}


def tokens(number: int, *, seconds: int = 3600, again: bool = True) -> Answer:
    """The tokens with a number; without `again` no new refresh token, where the old one counts on."""
    found: dict[str, Any] = {
        "token_type": "Bearer",
        "access_token": f"access-{number}",
        "expires_in": seconds,
    }
    return 200, found | ({"refresh_token": f"refresh-{number}"} if again else {})


@dataclass
class OAuthServer:
    """Gives the answers to those who log in, and to those who refresh, each list in its order, of which the
    last one comes again and again. `forms` are all that it was sent."""

    polls: list[Answer] = field(default_factory=lambda: [tokens(1)])
    refreshes: list[Answer] = field(default_factory=lambda: [tokens(2)])
    device: Answer | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    challenge: str = ""
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/tenant"

    def grants(self) -> list[str]:
        return [form["grant_type"].rpartition(":")[2] for form in self.forms if "grant_type" in form]

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        with self._lock:
            self.forms.append(form)
            if path.endswith("/openid-configuration"):
                base = f"http://127.0.0.1:{self.port}"
                return 200, {
                    "token_endpoint": f"{base}/token",
                    "device_authorization_endpoint": f"{base}/device",
                    "authorization_endpoint": f"{base}/authorize",
                }
            if path == "/device":
                return self.device or (200, self.code)
            if path == "/token" and form["grant_type"] == "refresh_token":
                return _next(self.refreshes)
            if path == "/token" and form["grant_type"] == "authorization_code":
                proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
                if form["code"] != "the-code" or proof.decode().rstrip("=") != self.challenge:
                    return refusal("invalid_grant")
                return _next(self.polls)
            return _next(self.polls) if path == "/token" else (404, b"")

    @property
    def code(self) -> dict[str, Any]:
        return {
            "device_code": "device-secret",
            "user_code": "BDWP-HQPK",
            "verification_uri": "https://microsoft.example/devicelogin",
            "expires_in": 900,
            "interval": 3,
        }

    def browser_ends_at(self, address: str, *, code: str = "the-code", state: str | None = None) -> str:
        """What the browser shows after a log-in that began at `address`."""
        asked = parse_qs(urlsplit(address).query)
        self.challenge = asked["code_challenge"][0]
        return f"{asked['redirect_uri'][0]}?state={state or asked['state'][0]}&code={code}&scope=all"


def _next(answers: list[Answer]) -> Answer:
    return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def oauth_server(**answers: Any) -> Iterator[OAuthServer]:
    """Run one until the end of the block."""
    server = OAuthServer(**answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: dict[str, str]) -> None:
            status, document = server.answer(urlsplit(self.path).path, form)
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{server.port}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
