"""Whether the mailbox can be read. All daemons share it: while it cannot, nobody knows who has answered."""

from datetime import datetime, timedelta

from sqlmodel import Session

from followup.services.shared.configuration import Configuration
from followup.store.tables import MailboxState

NAME = "inbound"
"""The mailbox of inbound_url; there is one."""

_LONGEST_SAID = 300


def is_failing(session: Session) -> bool:
    """Whether the mailbox could not be read the last time."""
    return session.get(MailboxState, NAME) is not None


def worked(session: Session) -> None:
    """Record that the mailbox was read."""
    state = session.get(MailboxState, NAME)
    if state is not None:
        session.delete(state)


def failed(session: Session, because: str, *, now: datetime) -> None:
    """Record that the mailbox could not be read, and why. Since when is kept from the first failure."""
    said = because[:_LONGEST_SAID]
    state = session.get(MailboxState, NAME)
    if state is None:
        session.add(MailboxState(name=NAME, unreadable_since=now, unreadable_because=said))
    else:
        state.unreadable_because = said


def unread_too_long(session: Session, rules: Configuration, *, now: datetime) -> MailboxState | None:
    """The state of a mailbox that is set and could not be read for longer than the settings allow; None if it
    can be, or is not set."""
    if rules.settings.inbound_url is None:
        return None
    state = session.get(MailboxState, NAME)
    patience = timedelta(hours=rules.settings.mailbox_patience_hours)
    return state if state is not None and now - state.unreadable_since >= patience else None
