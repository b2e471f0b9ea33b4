"""Reading an email composed by this program."""

from email import message_from_bytes, policy


def text_of(message: bytes) -> str:
    """The text part of a message."""
    part = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
