"""Log-ins to mail servers that are kept: which are needed, and whether somebody has to log in again."""

from collections.abc import Iterator

from followup.domain.outbox.alarm import Alarm, AlarmCode
from followup.errors import FollowupError
from followup.mail.mailbox.imap_account import parse_account
from followup.mail.oauth.kept_log_in import KeptLogIns, log_in_ended, not_logged_in
from followup.mail.relay_url import LogIn, parse_relay
from followup.services.shared.configuration import Configuration
from followup.settings import Settings
from followup.settings.kinds import SERVER_MAILBOXES


def users_with_log_in(settings: Settings) -> list[str]:
    """The users of smtp_url and inbound_url whose access tokens come from a log-in that is kept. A URL that
    cannot be read has none; other checks say so."""
    found: list[str | None] = []
    try:
        if settings.smtp_url:
            relay = parse_relay(settings.smtp_url, password_command=settings.smtp_password_command)
            found.append(relay.user if relay.log_in_kept else None)
    except FollowupError:
        pass
    try:
        url = settings.inbound_url or ""
        if url.partition(":")[0] in SERVER_MAILBOXES and settings.inbound_password_command is None:
            account = parse_account(url)
            needs_token = account.log_in is LogIn.XOAUTH2 and account.password is None
            found.append(account.user if needs_token else None)
    except FollowupError:
        pass
    return list(dict.fromkeys(user for user in found if user))


def log_in_alarms(rules: Configuration) -> Iterator[Alarm]:
    """An alarm for each log-in that somebody has to do again."""
    log_ins = rules.log_ins
    for user in users_with_log_in(rules.settings) if log_ins else ():
        assert log_ins is not None
        error = fault_of(log_ins, user)
        if error is not None:
            yield Alarm(why=AlarmCode.LOG_IN_ENDED.of(error.message), about=user)


def fault_of(log_ins: KeptLogIns, user: str) -> FollowupError | None:
    """Why a log-in gives no tokens any more, if it does not."""
    try:
        kept = log_ins.find(user)
    except FollowupError as error:
        return error
    if kept is None:
        return not_logged_in(user)
    return log_in_ended(kept) if kept.ended else None
