"""Logging in to mail servers with OAuth: a real OAuth server, and real mail servers that take its tokens."""

import base64
import json
import multiprocessing
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from pymap.imap import IMAPConnection
from pymap.parsing.response import ResponseContinuation
from pysasl.creds.plain import PlainCredentials

from followup.errors import FollowupError, InvalidFile, NotFound, Refused, Unreachable, WrongUsage
from followup.mail.mailbox.open_mailbox import mailbox_for
from followup.mail.oauth.grants import (
    Client,
    begin_by_device,
    begin_in_browser,
    finish_in_browser,
    wait_for_device,
)
from followup.mail.oauth.kept_log_in import KeptLogIns, LogIn, new_log_in
from followup.mail.oauth.oauth_server import endpoints_of
from followup.mail.oauth.providers import OAuthProvider
from followup.mail.smtp import smtp_transport
from followup.mail.transport import DeliveryOutcome
from followup.settings import Settings
from tests.imap_server import PASSWORD, USER, imap_server
from tests.integration.mail_server import Inbox, running
from tests.oauth_server import DOWN, PENDING, SLOW_DOWN, Answer, OAuthServer, oauth_server, refusal, tokens

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLIENT = Client("client-7", "client-secret")
SCOPE = OAuthProvider.MICROSOFT.scope
ANA = "ana@harbour.example"


def by_device(server: OAuthServer, waits: list[float] | None = None) -> dict[str, Any]:
    endpoints = endpoints_of(server.issuer)
    assert endpoints.device is not None
    begun = begin_by_device(endpoints.device, CLIENT, SCOPE)
    return wait_for_device(endpoints.token, CLIENT, begun, wait=([] if waits is None else waits).append)


# ---- Logging in


def test_a_device_code_is_shown_and_asked_about_until_somebody_has_typed_it() -> None:
    waits: list[float] = []
    with oauth_server(polls=[PENDING, PENDING, tokens(1)]) as server:
        begun = begin_by_device(f"http://127.0.0.1:{server.port}/device", CLIENT, SCOPE)
        assert (begun.user_code, begun.address, begun.seconds) == (
            "BDWP-HQPK",
            "https://microsoft.example/devicelogin",
            900,
        )
        assert "device-secret" not in repr(begun)
        found = by_device(server, waits)
    assert found["access_token"] == "access-1"
    # The server asked for 3 seconds between two questions.
    assert waits == [3, 3, 3]
    assert server.forms[-1] == {
        "client_id": "client-7",
        "client_secret": "client-secret",
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": "device-secret",
    }


def test_a_server_that_says_slow_down_is_asked_five_seconds_later_from_then_on() -> None:
    """RFC 8628, 3.5."""
    waits: list[float] = []
    with oauth_server(polls=[PENDING, SLOW_DOWN, PENDING, SLOW_DOWN, tokens(1)]) as server:
        by_device(server, waits)
    assert waits == [3, 3, 8, 8, 13]


def test_a_server_that_fails_for_a_while_is_asked_less_and_less_often() -> None:
    waits: list[float] = []
    with oauth_server(polls=[DOWN, DOWN, PENDING, tokens(1)]) as server:
        assert by_device(server, waits)["access_token"] == "access-1"
    assert waits == [3, 6, 12, 12]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal("access_denied"), "oauth_declined"),
        (refusal("authorization_declined"), "oauth_declined"),
        (refusal("expired_token"), "oauth_code_expired"),
        (refusal("invalid_client", "AADSTS7000218: no secret"), "oauth_refused"),
        ((400, {"error": "a word with spaces"}), "oauth_refused"),
        ((400, b"<html>"), "oauth_refused"),
        ((302, b""), "oauth_refused"),
    ],
)
def test_a_log_in_that_is_refused_ends_with_the_reason(answer: Answer, code: str) -> None:
    with oauth_server(polls=[PENDING, answer]) as server, pytest.raises(Refused) as told:
        by_device(server)
    assert told.value.code == code
    assert len(server.grants()) == 2


def test_a_code_that_nobody_types_expires() -> None:
    soon = {"expires_in": 0, "user_code": "A", "device_code": "B", "verification_uri": "https://x.example"}
    with oauth_server(device=(200, soon), polls=[PENDING]) as server, pytest.raises(Refused) as told:
        by_device(server)
    assert told.value.code == "oauth_code_expired"


@pytest.mark.parametrize("document", [{}, {"user_code": "A"}, [], b"nothing"])
def test_an_answer_that_is_none_is_an_error_of_the_server(document: Any) -> None:
    with oauth_server(device=(200, document)) as server, pytest.raises(Unreachable) as told:
        by_device(server)
    assert told.value.code == "oauth_unreachable"


def test_a_server_that_is_not_there_is_unreachable_and_the_address_is_not_shown_whole() -> None:
    with oauth_server() as gone:
        issuer = gone.issuer
    with pytest.raises(Unreachable) as told:
        endpoints_of(issuer)
    assert told.value.code == "oauth_unreachable"
    assert "tenant" not in told.value.message


@pytest.mark.parametrize(
    "issuer",
    ["http://login.example/v2.0", "ftp://login.example", "login.example", "https://[", "file:///etc/passwd"],
)
def test_secrets_go_out_encrypted_or_nowhere(issuer: str) -> None:
    with pytest.raises(InvalidFile) as told:
        endpoints_of(issuer)
    assert told.value.code == "bad_oauth_issuer"


def test_in_a_browser_the_address_at_the_end_gives_the_tokens_to_us_alone() -> None:
    """With the proof of RFC 7636: the server compares our verifier with the challenge in the address."""
    with oauth_server() as server:
        endpoints = endpoints_of(server.issuer)
        assert endpoints.authorization is not None
        begun = begin_in_browser(endpoints.authorization, CLIENT, SCOPE, ANA)
        assert "client-secret" not in begun.address
        ended = server.browser_ends_at(begun.address)
        assert finish_in_browser(endpoints.token, CLIENT, begun, f" {ended}\n")["access_token"] == "access-1"
        other = begin_in_browser(endpoints.authorization, CLIENT, SCOPE, ANA)
        for answer in (ended, server.browser_ends_at(other.address, state="x"), "the-code", "http://[", ""):
            with pytest.raises(WrongUsage):
                finish_in_browser(endpoints.token, CLIENT, other, answer)
        with pytest.raises(Refused) as told:
            finish_in_browser(endpoints.token, CLIENT, other, "http://127.0.0.1:9/?error=access_denied")
        assert told.value.code == "oauth_declined"


# ---- Keeping and refreshing


@pytest.fixture
def server() -> Iterator[OAuthServer]:
    with oauth_server() as running_server:
        yield running_server


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log_ins(server: OAuthServer, clock: Clock, tmp_path: Path) -> KeptLogIns:
    """Ana is logged in, with a token for an hour from noon."""
    kept = KeptLogIns(tmp_path / "log-ins", clock)
    kept.keep(logged_in(server))
    return kept


def logged_in(server: OAuthServer, user: str = ANA) -> LogIn:
    return new_log_in(
        tokens(1)[1],
        user=user,
        provider=OAuthProvider.MICROSOFT,
        client=CLIENT,
        token_endpoint=f"http://127.0.0.1:{server.port}/token",
        now=NOON,
    )


def test_a_log_in_is_kept_for_its_owner_alone_and_shows_no_token(log_ins: KeptLogIns) -> None:
    (path,) = log_ins.files()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    shown = repr(log_ins.find(ANA))
    assert not any(secret in shown for secret in ("access-1", "refresh-1", "client-secret"))
    assert log_ins.users() == [ANA]


def test_a_token_is_used_until_five_minutes_before_it_expires_and_then_refreshed(
    log_ins: KeptLogIns, server: OAuthServer, clock: Clock
) -> None:
    credential = log_ins.credential(ANA)
    clock.now = NOON + timedelta(minutes=54)
    assert (credential.secret(), server.grants()) == ("access-1", [])
    clock.now = NOON + timedelta(minutes=56)
    assert (credential.secret(), server.grants()) == ("access-2", ["refresh_token"])
    assert server.forms[-1]["refresh_token"] == "refresh-1"
    assert (credential.secret(), len(server.forms)) == ("access-2", 1)
    assert stat.S_IMODE(log_ins.files()[0].stat().st_mode) == 0o600


def test_a_new_refresh_token_takes_the_place_of_the_old_one_and_without_one_the_old_counts_on(
    log_ins: KeptLogIns, server: OAuthServer, clock: Clock
) -> None:
    server.refreshes = [tokens(2), tokens(3, again=False), tokens(4)]
    for hours in (1, 2, 3):
        clock.now = NOON + timedelta(hours=hours)
        log_ins.credential(ANA).secret()
    assert [form["refresh_token"] for form in server.forms] == ["refresh-1", "refresh-2", "refresh-2"]


def test_a_token_that_was_refused_is_refreshed_once_for_all_who_had_it(
    log_ins: KeptLogIns, server: OAuthServer
) -> None:
    """Eight connections had the same token. The second to use the old refresh token would end the log-in."""
    with ThreadPoolExecutor(8) as several:
        found = list(several.map(lambda _: log_ins.credential(ANA).renewed("access-1"), range(8)))
    assert found == ["access-2"] * 8
    assert server.grants() == ["refresh_token"]


def _renewed(folder: Path) -> str:
    return KeptLogIns(folder, lambda: NOON).credential(ANA).renewed("access-1")


def test_processes_refresh_once_as_well(log_ins: KeptLogIns, server: OAuthServer) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_renewed, [log_ins.folder] * 3) == ["access-2"] * 3
    assert server.grants() == ["refresh_token"]


def test_a_log_in_that_the_provider_ended_says_so_and_is_not_asked_for_again(
    log_ins: KeptLogIns, server: OAuthServer, clock: Clock
) -> None:
    server.refreshes = [refusal("invalid_grant", "AADSTS50173: password of ana@harbour.example changed")]
    clock.now = NOON + timedelta(hours=1)
    for _ in range(3):
        with pytest.raises(Unreachable) as told:
            log_ins.credential(ANA).secret()
        assert told.value.code == "log_in_ended"
        assert "AADSTS" not in told.value.message
        assert "followup mail login microsoft" in told.value.hint
    assert server.grants() == ["refresh_token"]
    kept = log_ins.find(ANA)
    assert kept is not None
    assert (kept.ended, kept.access_token, kept.refresh_token) == ("invalid_grant", "", "")
    log_ins.keep(logged_in(server))
    clock.now = NOON
    assert log_ins.credential(ANA).secret() == "access-1"


def test_a_refusal_for_the_applications_sake_leaves_the_log_in_as_it_is(
    log_ins: KeptLogIns, server: OAuthServer, clock: Clock
) -> None:
    server.refreshes = [refusal("invalid_client"), tokens(2)]
    clock.now = NOON + timedelta(hours=1)
    with pytest.raises(Unreachable) as told:
        log_ins.credential(ANA).secret()
    assert told.value.code == "log_in_not_refreshed"
    assert log_ins.credential(ANA).secret() == "access-2"


def test_while_the_server_is_down_a_token_is_used_to_its_end(
    log_ins: KeptLogIns, server: OAuthServer, clock: Clock
) -> None:
    server.refreshes = [DOWN, DOWN, tokens(2)]
    clock.now = NOON + timedelta(minutes=58)
    assert log_ins.credential(ANA).secret() == "access-1"
    clock.now = NOON + timedelta(minutes=61)
    with pytest.raises(Unreachable) as told:
        log_ins.credential(ANA).secret()
    assert told.value.code == "oauth_unreachable"
    assert log_ins.credential(ANA).secret() == "access-2"


def test_nobody_and_a_file_that_is_none_are_errors_that_say_what_to_do(log_ins: KeptLogIns) -> None:
    with pytest.raises(NotFound) as told:
        log_ins.credential("tom@harbour.example").secret()
    assert "followup mail login" in told.value.hint
    (path,) = log_ins.files()
    for broken in ("", "[]", '{"user": "ana"}', '{"surprise": 1}'):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(InvalidFile):
            log_ins.find(ANA)
    path.unlink()
    path.mkdir()
    with pytest.raises(InvalidFile, match="Is a directory") as closed:
        log_ins.find(ANA)
    assert "as the user who runs the daemon" in closed.value.hint


def test_an_answer_without_a_token_to_refresh_is_no_log_in(server: OAuthServer) -> None:
    found = {"access_token": "access-1"}
    with pytest.raises(Unreachable):
        new_log_in(
            found,
            user=ANA,
            provider=OAuthProvider.GOOGLE,
            client=CLIENT,
            token_endpoint="https://x.example",
            now=NOON,
        )


# ---- Mail servers


class WithTokens(Inbox):
    """A relay that takes one access token."""

    def __init__(self, good: str) -> None:
        super().__init__()
        self.good = good
        self.offered: list[str] = []

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        user, token = base64.b64decode(args[1]).decode().rstrip("\1").split("\1auth=Bearer ")
        self.offered.append(token)
        if (user, token) == (f"user={ANA}", self.good):
            return AuthResult(success=True)
        # As large ones do, it sends its reason as a challenge.
        assert await server.challenge_auth('{"status": "400"}') == b""
        return AuthResult(success=False, handled=False)


_ON_THIS_MACHINE = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def delivered(port: int, log_ins: KeptLogIns) -> DeliveryOutcome:
    settings = Settings(smtp_url=f"smtp://{ANA.replace('@', '%40')}@127.0.0.1:{port}?auth=xoauth2")
    with smtp_transport(settings, log_ins).open() as connection:
        found = connection.deliver(ANA, "tom@example.com", b"Subject: Hello\r\n\r\nHello.\r\n", lambda: None)
    assert not any(token in found.detail for token in ("access-1", "access-2", "access-3"))
    return found.outcome


@_ON_THIS_MACHINE
def test_a_relay_takes_the_token_and_one_that_refuses_it_gets_a_fresh_one(
    log_ins: KeptLogIns, server: OAuthServer
) -> None:
    relay = WithTokens("access-1")
    with running(relay, auth_required=True, auth_require_tls=False) as port:
        assert delivered(port, log_ins) is DeliveryOutcome.ACCEPTED
        assert server.grants() == []
        relay.good = "access-2"
        assert delivered(port, log_ins) is DeliveryOutcome.ACCEPTED
        assert relay.offered == ["access-1", "access-1", "access-2"]
        assert delivered(port, log_ins) is DeliveryOutcome.ACCEPTED
    assert len(relay.envelopes) == 3
    assert server.grants() == ["refresh_token"]


@_ON_THIS_MACHINE
def test_a_relay_that_refuses_the_fresh_token_too_is_asked_no_third_time(
    log_ins: KeptLogIns, server: OAuthServer
) -> None:
    relay = WithTokens("never")
    with running(relay, auth_required=True, auth_require_tls=False) as port:
        assert delivered(port, log_ins) is DeliveryOutcome.RELAY_UNREACHABLE
    assert relay.offered == ["access-1", "access-2"]
    assert relay.envelopes == []


@_ON_THIS_MACHINE
def test_without_a_log_in_the_relay_is_offered_nothing_and_the_email_waits(
    server: OAuthServer, clock: Clock, tmp_path: Path
) -> None:
    relay = WithTokens("access-1")
    with running(relay, auth_required=True, auth_require_tls=False) as port:
        assert delivered(port, KeptLogIns(tmp_path / "none", clock)) is DeliveryOutcome.RELAY_UNREACHABLE
    assert relay.offered == []


@pytest.fixture
def mailbox_tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that mailboxes on this machine take; what they were offered is put at the end of `asked`."""
    good = ["access-1"]
    understood = IMAPConnection.authenticate

    async def authenticate(self: IMAPConnection, state: object, mechanism: bytes) -> object:
        if mechanism != b"XOAUTH2":
            return await understood(self, state, mechanism)  # type: ignore[arg-type]
        await self.write_response(ResponseContinuation(b""))
        offered = base64.b64decode(bytes(await self.read_continuation(0))).decode()
        is_good = offered == f"user={USER}\1auth=Bearer {good[0]}\1\1"
        return PlainCredentials(USER, PASSWORD if is_good else "refused")

    monkeypatch.setattr(IMAPConnection, "authenticate", authenticate)
    return good


def test_a_mailbox_takes_the_token_and_one_that_refuses_it_gets_a_fresh_one(
    log_ins: KeptLogIns, server: OAuthServer, mailbox_tokens: list[str]
) -> None:
    log_ins.keep(logged_in(server, USER))
    with imap_server() as mailbox:
        url = mailbox.url(password=None) + "?auth=xoauth2"
        with mailbox_for(url, None, log_ins).open() as opened:
            assert opened.new(10) == []
        mailbox_tokens[0] = "access-2"
        with mailbox_for(url, None, log_ins).open() as opened:
            assert opened.new(10) == []
        assert server.grants() == ["refresh_token"]
        mailbox_tokens[0] = "never"
        with pytest.raises(FollowupError) as told, mailbox_for(url, None, log_ins).open():
            raise AssertionError("it was opened")
    assert told.value.code == "mailbox_login_refused"
    assert not any(token in f"{told.value.message}{told.value.hint}" for token in ("access-2", "refresh-2"))


def test_a_command_that_prints_a_token_goes_before_a_log_in(
    log_ins: KeptLogIns, server: OAuthServer, mailbox_tokens: list[str]
) -> None:
    log_ins.keep(logged_in(server, USER))
    mailbox_tokens[0] = "from-a-command"
    with imap_server() as mailbox:
        url = mailbox.url(password=None) + "?auth=xoauth2"
        with mailbox_for(url, "echo from-a-command", log_ins).open() as opened:
            assert opened.new(10) == []
    assert server.forms == []


def test_what_is_kept_is_plain_to_another_version(log_ins: KeptLogIns) -> None:
    """Its form, so that a change of it is noticed: files of an earlier version have to be read."""
    found = json.loads(log_ins.files()[0].read_text(encoding="utf-8"))
    assert sorted(found) == [
        "access_token",
        "client_id",
        "client_secret",
        "ended",
        "expires_at",
        "logged_in_at",
        "provider",
        "refresh_token",
        "scope",
        "token_endpoint",
        "user",
    ]
