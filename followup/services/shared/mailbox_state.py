"""Whether the mailbox can be read. All daemons share it: while it cannot, nobody knows who has answered."""

from datetime import datetime, timedelta

from sqlmodel import Session

from followup.services.shared.configuration import Configuration
from followup.store.tables import MailboxState

NAME = "inbound"
"""The mailbox of inbound_url; there is one."""

_LONGEST_SAID = 300


def worked(session: Session, *, now: datetime) -> None:
    """Record that the mailbox was read."""
    state = _state(session)
    state.read_at, state.unreadable_since, state.unreadable_because = now, None, None
    session.add(state)


def failed(session: Session, because: str, *, now: datetime) -> None:
    """Record that the mailbox could not be read, and why. Since when is kept from the first failure."""
    state = _state(session)
    state.unreadable_since = state.unreadable_since or now
    state.unreadable_because = because[:_LONGEST_SAID]
    session.add(state)


def unread_too_long(session: Session, rules: Configuration, *, now: datetime) -> MailboxState | None:
    """The state of a mailbox that is set and could not be read for longer than the settings allow; None if it
    can be, or is not set."""
    if rules.settings.inbound_url is None:
        return None
    state = session.get(MailboxState, NAME)
    patience = timedelta(hours=rules.settings.mailbox_patience_hours)
    if state is None or state.unreadable_since is None or now - state.unreadable_since < patience:
        return None
    return state


def _state(session: Session) -> MailboxState:
    return session.get(MailboxState, NAME) or MailboxState(name=NAME)
