"""The kinds of inbound email."""

from followup.domain.shared.word import Word


class InboundKind(Word):
    """The kind of an inbound email."""

    REPLY = "reply", "A customer wrote back about a case"
    AUTO_REPLY = "auto_reply", "A program answered: somebody is away, or a message was received"
    BOUNCE = "bounce", "A mail server says that an email did not arrive, or not yet"
    COMPLAINT = "complaint", "Somebody called an email of ours unwanted"
    UNSUBSCRIBE = "unsubscribe", "Somebody asks for no more emails"
    UNKNOWN = "unknown", "It is about no case we know; a person reads it"
    UNREADABLE = "unreadable", "It cannot be taken apart; it was put aside for a person"


_NOT_ABOUT_THE_ADDRESS = ("5.2.2.", "5.2.3.", "5.3.", "5.6.", "5.7.")
"""Status codes of temporary or unrelated trouble (RFC 3463, section 3): mailbox full, email too big, trouble
of the server, content or policy. Another email may still be delivered to the address.
"""


def is_nobody_there(*, permanent: bool, status: str | None) -> bool:
    """Whether a bounce means that the address no longer accepts email. `permanent`: the bounce is final.
    `status` is an RFC 3463 code, such as 5.1.1.
    """
    if not permanent or status is None:
        return permanent
    return status.startswith("5.") and not f"{status}.".startswith(_NOT_ABOUT_THE_ADDRESS)
