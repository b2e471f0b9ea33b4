"""Logging in and out of mail servers, and what status and doctor say of it."""

from collections.abc import Callable
from typing import Any

import pytest

from followup.application.door import Caller, OpenWorkspace
from followup.application.outbox import daemon_status, mail_log_in
from followup.application.upkeep.workspace import doctor
from followup.errors import FollowupError, InvalidFile, NotFound, WrongUsage
from followup.services.shared import audit
from tests.oauth_server import OAuthServer, oauth_server, refusal, tokens
from tests.shop import ANA, Shop

CARE = "care@shop.example"
SMTP = "smtp://care%40shop.example@smtp.office365.example:587?auth=xoauth2"
IMAP = "imaps://care%40shop.example@outlook.office365.example/INBOX?auth=xoauth2"


def caller(shop: Shop) -> Caller:
    """Ana, at a desk whose clock is that of the shop."""
    place = OpenWorkspace(shop.workspace, shop.engine, lambda: shop.now)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=ANA)


def set_up(shop: Shop, server: OAuthServer, **settings: Any) -> None:
    given = {"oauth_client_id": "client-7", "oauth_issuer": server.issuer, "smtp_url": SMTP}
    shop.settings(**(given | settings))


def log_in(
    shop: Shop, provider: str = "microsoft", user: str | None = None, *, browser: Callable[[str], str] = str
) -> mail_log_in.LogInDocument:
    return mail_log_in.log_in(
        caller(shop),
        provider,
        user,
        clock=lambda: shop.now,
        wait=lambda _seconds: None,
        on_code=lambda *_: None,
        ask_for_address=browser,
    )


def alarms(shop: Shop) -> list[str]:
    document = daemon_status.status(caller(shop))
    assert document["exit_code"] == (6 if document["alarms"] else 0)
    return [f"{alarm['code']}: {alarm['text']}" for alarm in document["alarms"]]


def checked(shop: Shop) -> list[tuple[bool, str, int]]:
    checks = doctor(caller(shop), clock=lambda: shop.now)["checks"]
    return [
        (check["ok"], check["found"], check["exit_code"]) for check in checks if check["name"] == "log-in"
    ]


def test_the_user_of_the_settings_logs_in_and_status_and_doctor_are_content(shop: Shop) -> None:
    with oauth_server() as server:
        set_up(shop, server, inbound_url=IMAP)
        assert alarms(shop) == [
            f"log_in_ended: Somebody has to log in to the mail server again: Nobody has logged in as {CARE}"
        ]
        assert [(ok, code) for ok, _, code in checked(shop)] == [(False, 3)]
        assert log_in(shop) == {
            "user": CARE,
            "provider": "microsoft",
            "provider_name": "Microsoft 365",
            "expires_at": "2026-11-02T11:00:00+00:00",
            "used": True,
        }
    assert alarms(shop) == []
    assert checked(shop) == [(True, f"{CARE} at Microsoft 365, since 2026-11-02", 0)]
    (event,) = shop.read(lambda session: audit.events(session, "mail", 10))
    assert (event.action, event.detail) == ("mail login", {"user": CARE, "provider": "microsoft"})


def test_google_is_logged_in_to_in_a_browser(shop: Shop) -> None:
    with oauth_server() as server:
        set_up(shop, server)
        assert log_in(shop, "google", browser=server.browser_ends_at)["provider_name"] == "Google"
        assert server.grants() == ["authorization_code"]


def test_a_log_in_that_the_provider_ended_is_an_alarm_until_somebody_logs_in_again(shop: Shop) -> None:
    with oauth_server(refreshes=[refusal("invalid_grant")]) as server:
        set_up(shop, server)
        log_in(shop)
        log_ins = caller(shop).place.configuration.log_ins
        assert log_ins is not None
        with pytest.raises(FollowupError):
            log_ins.credential(CARE).renewed("access-1")
        said = f"Microsoft 365 has ended the log-in of {CARE} (invalid_grant)"
        assert alarms(shop) == [f"log_in_ended: Somebody has to log in to the mail server again: {said}"]
        assert checked(shop) == [(False, f"{said}.", 6)]
        log_in(shop)
        assert alarms(shop) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_url": "smtp://care%40shop.example:word@smtp.example:587?auth=xoauth2"},
        {"smtp_password_command": "mail-token"},
        {"smtp_url": None, "inbound_url": IMAP, "inbound_password_command": "mail-token"},
        {"smtp_url": "smtp://mail.example"},
    ],
)
def test_where_a_password_or_a_command_is_set_nobody_has_to_log_in(
    shop: Shop, settings: dict[str, Any]
) -> None:
    with oauth_server() as server:
        set_up(shop, server, **settings)
    assert alarms(shop) == []
    with pytest.raises(WrongUsage) as told:
        log_in(shop)
    assert told.value.code == "no_log_in_user"


def test_of_two_users_one_has_to_be_named(shop: Shop) -> None:
    with oauth_server() as server:
        set_up(shop, server, inbound_url=IMAP.replace("care", "bounces"))
        with pytest.raises(WrongUsage) as told:
            log_in(shop)
        assert told.value.code == "several_users"
        assert log_in(shop, user="Bounces@shop.example")["user"] == "bounces@shop.example"
        assert len(alarms(shop)) == 1
        log_in(shop, user=CARE)
    assert alarms(shop) == []


def test_without_an_application_or_with_an_unknown_provider_nothing_is_asked(shop: Shop) -> None:
    with oauth_server() as server:
        set_up(shop, server, oauth_client_id=None)
        with pytest.raises(InvalidFile) as told:
            log_in(shop)
        assert told.value.code == "no_oauth_client"
        with pytest.raises(WrongUsage):
            log_in(shop, "yahoo")
        assert server.forms == []


def test_who_logs_out_has_no_tokens_any_more(shop: Shop) -> None:
    with oauth_server(polls=[tokens(1)]) as server:
        set_up(shop, server)
        log_in(shop)
    assert mail_log_in.log_out(caller(shop)) == {"user": CARE}
    assert list(shop.workspace.log_ins_dir.glob("*")) == []
    for user in (None, CARE):
        with pytest.raises(NotFound):
            mail_log_in.log_out(caller(shop), user)
    assert len(shop.read(lambda session: audit.events(session, "mail", 10))) == 2
