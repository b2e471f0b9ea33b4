"""`followup mail login`, and the daemon that uses it. No secret is said anywhere."""

import base64
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from followup import clock
from tests.application import documents
from tests.e2e.conftest import Desk
from tests.e2e.installed import wait_until
from tests.integration.mail_server import Inbox, running
from tests.oauth_server import PENDING, OAuthServer, oauth_server, refusal, tokens

CARE = "care@shop.example"
SECRETS = ("access-", "refresh-", "device-secret", "top-secret", "the-code")


@pytest.fixture
def server(desk: Desk) -> Iterator[OAuthServer]:
    """Whom the workspace's user logs in at."""
    soon = {
        "device_code": "device-secret",
        "user_code": "BDWP-HQPK",
        "verification_uri": "https://microsoft.example/devicelogin",
        "interval": 0,
    }
    with oauth_server(device=(200, soon), polls=[PENDING, tokens(1)]) as found:
        desk.followup.settings |= {
            "FOLLOWUP_OAUTH_CLIENT_ID": "client-7",
            "FOLLOWUP_OAUTH_CLIENT_SECRET": "top-secret",
            "FOLLOWUP_OAUTH_ISSUER": found.issuer,
            "FOLLOWUP_SMTP_URL": "smtp://care%40shop.example@127.0.0.1:9?auth=xoauth2&starttls=never",
        }
        yield found


def says_no_secret(*texts: str) -> None:
    assert [secret for secret in SECRETS if secret in "".join(texts)] == []


def test_people_are_told_where_to_type_the_code_and_that_they_are_logged_in(
    quick: Desk, server: OAuthServer
) -> None:
    said = quick.followup.run("mail", "login", "microsoft")
    assert said.err == (
        "Open https://microsoft.example/devicelogin on any device, and type BDWP-HQPK within 15 minutes. "
        "Waiting …\n"
    )
    assert said.out == f"{CARE} is logged in at Microsoft 365.\n"
    checks = quick.followup.run("doctor", "--json", code=None)
    says_no_secret(said.out, said.err, checks.out, checks.err)
    assert quick.followup.json("mail", "logout") == {"user": CARE}
    assert quick.followup.refused("mail", "logout", code=3)["code"] == "no_log_in"


def test_programs_get_one_document_and_the_code_beside_it(quick: Desk, server: OAuthServer) -> None:
    said = quick.followup.run("mail", "login", "microsoft", "--json")
    documents.check(("mail", "login"), said.document)
    assert said.document["used"] is True
    assert "BDWP-HQPK" in said.err


def test_at_google_the_address_of_the_browser_is_pasted(quick: Desk, server: OAuthServer) -> None:
    with quick.followup.running("mail", "login", "google", log=quick.root / "asked.txt") as asking:
        # Off a terminal, with nothing to read, it is an error that says what is missing.
        wait_until(lambda: asking.process.poll() is not None, "the command ends")
    asked = (quick.root / "asked.txt").read_text(encoding="utf-8")
    assert f"http://127.0.0.1:{server.port}/authorize?client_id=client-7" in asked
    assert "paste the address that the browser shows" in asked
    assert asking.process.returncode == 2
    wrong = quick.followup.run("mail", "login", "google", stdin="http://127.0.0.1:9/?code=the-code\n", code=2)
    assert "not the address of this log-in" in wrong.err


class WithTokens(Inbox):
    """A relay that takes one access token."""

    good = "access-1"

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        if base64.b64decode(args[1]).decode() == f"user={CARE}\1auth=Bearer {self.good}\1\1":
            return AuthResult(success=True)
        assert await server.challenge_auth('{"status": "400"}') == b""
        return AuthResult(success=False, handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_daemon_sends_with_the_log_in_refreshes_it_and_says_when_it_has_ended(
    quick: Desk, server: OAuthServer, tmp_path: Path
) -> None:
    relay = WithTokens()
    logs: list[str] = []
    with running(relay, auth_required=True, auth_require_tls=False) as port:
        quick.followup.settings["FOLLOWUP_SMTP_URL"] = (
            f"smtp://care%40shop.example@127.0.0.1:{port}?auth=xoauth2&starttls=never"
        )
        quick.followup.run("mail", "login", "microsoft")

        def sends(name: str, code: int = 0) -> int:
            quick.shop.request(quick.shop.open_case(f"{name}@example.com"))
            before = len(relay.envelopes)
            tick = quick.followup.run("daemon", "tick", code=None)
            logs.extend((tick.out, tick.err))
            return len(relay.envelopes) - before

        quick.shop.budget("500.00")
        assert sends("priya") == 1
        relay.good = "access-2"
        assert sends("tom") == 1
        assert server.grants() == ["device_code", "device_code", "refresh_token"]

        # The token has expired, and the provider has withdrawn the log-in.
        (file,) = (quick.root / "db" / "log-ins").glob("*.json")
        kept = json.loads(file.read_text(encoding="utf-8"))
        kept["expires_at"] = (clock.now() - timedelta(hours=1)).isoformat()
        file.write_text(json.dumps(kept), encoding="utf-8")
        server.refreshes = [refusal("invalid_grant", f"AADSTS70000: {CARE}")]
        assert sends("ada") == 0
        with quick.followup.running("daemon", "run", "--drain-and-exit", log=tmp_path / "log") as daemon:
            wait_until(lambda: daemon.process.poll() is not None, "the daemon ends")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    status = quick.followup.json("daemon", "status", code=6)
    assert "log_in_ended" in [alarm["code"] for alarm in status["alarms"]]
    assert status["emails"]["scheduled"] > 0
    log = (tmp_path / "log").read_text(encoding="utf-8")
    says_no_secret(*logs, log, json.dumps(status))
    assert "has ended the log-in of" in log
    assert CARE not in log.partition("followup: ")[0]
