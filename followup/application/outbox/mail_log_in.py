"""Logging in to the mail server and the mailbox with OAuth: `followup mail login`, `followup mail logout`."""

from collections.abc import Callable
from datetime import datetime
from math import ceil

from typing_extensions import TypedDict

from followup.application.door import Caller, Writing, change_once, works
from followup.domain.shared.word import parse_word
from followup.errors import InvalidFile, NotFound, WrongUsage
from followup.mail.oauth.grants import (
    Client,
    begin_by_device,
    begin_in_browser,
    finish_in_browser,
    wait_for_device,
)
from followup.mail.oauth.kept_log_in import KeptLogIns, new_log_in
from followup.mail.oauth.oauth_server import endpoints_of, unreachable
from followup.mail.oauth.providers import OAuthProvider
from followup.services.shared import audit, parse_input
from followup.services.upkeep.log_ins import users_with_log_in
from followup.settings import Settings


class LogInDocument(TypedDict):
    """A log-in, without its tokens. `used`: smtp_url or inbound_url has its user."""

    user: str
    provider: str
    provider_name: str
    expires_at: str
    used: bool


class LogOutDocument(TypedDict):
    """Whose log-in was removed."""

    user: str


@works("mail login", changes=True)
def log_in(
    caller: Caller,
    provider: str,
    user: str | None = None,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], object],
    on_code: Callable[[str, str, int], object],
    ask_for_address: Callable[[str], str],
) -> LogInDocument:
    """Log in at a provider, and keep the tokens for the connections of `user`, by default the settings' own.

    By device code, `on_code` is told the code, where to type it, and for how many minutes it is good; `wait`
    is called with the seconds before a question to the server. In a browser, `ask_for_address` gets the
    address to open, and returns the one that the browser showed at the end.

    Raises InvalidFile without a client id, WrongUsage for a provider or user that is none, Refused if
    somebody declined or took too long, Unreachable if the provider does not answer."""
    settings = caller.place.workspace.settings
    chosen = parse_word("provider", provider, OAuthProvider)
    named = _user(settings, user)
    if settings.oauth_client_id is None:
        raise InvalidFile(
            "No application is set, for which somebody could log in.",
            hint="Register one with the provider, and set oauth_client_id: docs/delivery.md",
            code="no_oauth_client",
        )
    client = Client(settings.oauth_client_id, settings.oauth_client_secret)
    issuer = settings.oauth_issuer or chosen.issuer
    endpoints = endpoints_of(issuer)
    if chosen.by_device:
        if endpoints.device is None:
            raise unreachable(issuer, "it offers no log-in by device code")
        begun = begin_by_device(endpoints.device, client, chosen.scope)
        on_code(begun.user_code, begun.address, ceil(begun.seconds / 60))
        found = wait_for_device(endpoints.token, client, begun, wait=wait)
    else:
        if endpoints.authorization is None:
            raise unreachable(issuer, "it offers no log-in in a browser")
        opened = begin_in_browser(endpoints.authorization, client, chosen.scope, named)
        found = finish_in_browser(endpoints.token, client, opened, ask_for_address(opened.address))
    made = new_log_in(
        found, user=named, provider=chosen, client=client, token_endpoint=endpoints.token, now=clock()
    )
    KeptLogIns(caller.place.workspace.log_ins_dir, clock).keep(made)
    _recorded(caller, "mail login", named, chosen.value)
    return {
        "user": named,
        "provider": chosen.value,
        "provider_name": chosen.meaning,
        "expires_at": made.expires_at,
        "used": named in users_with_log_in(settings),
    }


@works("mail logout", changes=True)
def log_out(caller: Caller, user: str | None = None) -> LogOutDocument:
    """Remove the tokens of `user`, by default of the one who is logged in.

    Raises NotFound if nobody is logged in, or nobody of that name, WrongUsage if several are."""
    log_ins = KeptLogIns(caller.place.workspace.log_ins_dir, lambda: caller.now)
    users = log_ins.users()
    if user is None and len(users) > 1:
        raise _several(users)
    named = parse_input.address(user) if user is not None else next(iter(users), None)
    if named is None or not log_ins.forget(named):
        raise NotFound(
            f"{named or 'Nobody'} is not logged in." if named else "Nobody is logged in.",
            hint=f"Logged in: {', '.join(users)}" if users else "Log in: followup mail login microsoft",
            code="no_log_in",
        )
    _recorded(caller, "mail logout", named, None)
    return {"user": named}


def _user(settings: Settings, given: str | None) -> str:
    """Who is to log in. Raises WrongUsage if the settings do not say, or name several."""
    if given is not None:
        return parse_input.address(given)
    users = users_with_log_in(settings)
    if len(users) > 1:
        raise _several(users)
    if not users:
        raise WrongUsage(
            "The settings do not say who logs in.",
            hint="Write ?auth=xoauth2 and the user into smtp_url, or name somebody: --user care@shop.example",
            code="no_log_in_user",
        )
    return users[0]


def _several(users: list[str]) -> WrongUsage:
    return WrongUsage(
        f"There are several who log in: {', '.join(users)}.",
        hint="Name one: --user ADDRESS",
        code="several_users",
    )


def _recorded(caller: Caller, action: str, user: str, provider: str | None) -> None:
    """Record in the audit log who logged in or out. Whoever can write the workspace's files may."""

    def record(work: Writing) -> None:
        audit.record(
            work.session,
            now=work.now,
            actor=work.actor,
            action=action,
            subject="mail",
            detail={"user": user, "provider": provider},
        )

    change_once(caller, action, {"user": user}, record)
