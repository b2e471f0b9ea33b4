"""Answers that no person wrote (RFC 3834)."""

from followup.mail.inbound.parts import Email, field, raw_fields


def is_automatic(message: Email) -> bool:
    """Whether a program wrote it."""
    submitted = field(message, "auto-submitted").partition(";")[0].strip().lower()
    return submitted not in ("", "no") or "<>" in raw_fields(message, "return-path")
