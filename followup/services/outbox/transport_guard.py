"""Refuses delivery to files where emails went to a mail server before.

A shell without the variable that names the mail server would otherwise write every due email to a file and
record it as sent.
"""

from datetime import datetime

from sqlmodel import Session, col, func, select
from typing_extensions import TypedDict

from followup.domain.outbox.email_state import EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.errors import Refused
from followup.settings import Settings
from followup.store.tables import Email, RelayState


class TransportDocument(TypedDict):
    """Where emails go from here: a code of MailTransport. `last_relay` took the last real email, at
    `last_relay_at`. `went_to_files` counts emails that were recorded as sent and are only files.
    `refused_because` says why nothing is sent from here; None if emails are sent."""

    transport: str
    last_relay: str | None
    last_relay_at: str | None
    went_to_files: int
    refused_because: str | None


def transport_of(settings: Settings) -> MailTransport:
    """What emails are handed to with these settings."""
    if settings.smtp_url is None:
        return MailTransport.FILES
    return MailTransport.TEST_SERVER if settings.rehearsal else MailTransport.RELAY


def require_meant(session: Session, settings: Settings) -> None:
    """Raise Refused if emails would become files in a database whose emails went to a mail server, unless
    `mail_to_files` allows it. A rehearsal with a test server does not count as such."""
    refusal = refused(session, settings)
    if refusal is not None:
        raise refusal


def refused(session: Session, settings: Settings) -> Refused | None:
    """The refusal that `require_meant` raises; None if emails may be sent."""
    if settings.smtp_url is not None or settings.mail_to_files:
        return None
    relay = last_relay(session)
    if relay is None:
        return None
    name, last = relay
    return Refused(
        f"No mail server is set here, and emails of this database went through {name} (the last on "
        f"{last:%Y-%m-%d at %H:%M} UTC), so nothing is written to files.",
        hint="Set FOLLOWUP_SMTP_URL or smtp_url. If files are meant, set FOLLOWUP_MAIL_TO_FILES=1, or "
        "mail_to_files = true in followup.toml.",
        code="files_not_meant",
    )


def last_relay(session: Session) -> tuple[str, datetime] | None:
    """The mail server that took the last real email, and when; None if none ever did."""
    query = (
        select(RelayState.name, RelayState.last_real_at)
        .where(col(RelayState.last_real_at).is_not(None))
        .order_by(col(RelayState.last_real_at).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    return None if found is None or found[1] is None else (found[0], found[1])


def went_to_files(session: Session) -> int:
    """How many emails count as sent and are only files."""
    query = select(func.count()).select_from(Email)
    of_files = col(Email.transport) == MailTransport.FILES
    return session.exec(query.where(of_files, col(Email.state) == EmailState.SENT)).one()


def document(session: Session, settings: Settings) -> TransportDocument:
    """Where emails go from here, as JSON."""
    relay, refusal = last_relay(session), refused(session, settings)
    return {
        "transport": transport_of(settings).value,
        "last_relay": relay[0] if relay else None,
        "last_relay_at": relay[1].isoformat(timespec="seconds") if relay else None,
        "went_to_files": went_to_files(session),
        "refused_because": refusal.message if refusal else None,
    }
