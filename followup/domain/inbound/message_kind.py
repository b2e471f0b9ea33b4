"""What can arrive in answer to our emails."""

from followup.domain.shared.word import Word


class InboundKind(Word):
    """What an email that arrived is."""

    REPLY = "reply", "A customer wrote back about a case"
    AUTO_REPLY = "auto_reply", "A program answered: somebody is away, or a message was received"
    BOUNCE = "bounce", "A mail server says that an email did not arrive, or not yet"
    COMPLAINT = "complaint", "Somebody called an email of ours unwanted"
    UNSUBSCRIBE = "unsubscribe", "Somebody asks for no more emails"
    UNKNOWN = "unknown", "It is about no case we know; a person reads it"
    UNREADABLE = "unreadable", "It cannot be taken apart; it was put aside for a person"


_NOT_ABOUT_THE_ADDRESS = ("5.2.2.", "5.2.3.", "5.3.", "5.6.", "5.7.")
"""A mailbox that is full, an email that is too big, a server's trouble, what an email holds, what a server
lets in (RFC 3463, section 3): another email may arrive there."""


def is_nobody_there(*, permanent: bool, status: str | None) -> bool:
    """Whether a mail server says that an address takes no email any more. `permanent` is that this email
    came back for good; `status` is a code of RFC 3463, such as 5.1.1."""
    if not permanent or status is None:
        return permanent
    return status.startswith("5.") and not f"{status}.".startswith(_NOT_ABOUT_THE_ADDRESS)
