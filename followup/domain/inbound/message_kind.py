"""The kinds of inbound email."""

from followup.domain.shared.word import Word


class InboundKind(Word):
    """The kind of an inbound email."""

    REPLY = "reply", "A customer wrote back about a case"
    AUTO_REPLY = "auto_reply", "A program answered that somebody is away"
    NOTICE = "notice", "A program says that something was read, delivered or received; it needs nobody"
    BOUNCE = "bounce", "A mail server says that an email did not arrive, or not yet"
    COMPLAINT = "complaint", "Somebody called an email of ours unwanted"
    UNSUBSCRIBE = "unsubscribe", "Somebody asks for no more emails"
    UNKNOWN = "unknown", "It is about no case we know; a person reads it"
    UNREADABLE = "unreadable", "It cannot be taken apart; it was put aside for a person"
