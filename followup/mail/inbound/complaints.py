"""Parse complaints: a recipient marked an email of ours as unwanted (ARF, RFC 5965)."""

from followup.mail.inbound.bounced import Bounced
from followup.mail.inbound.delivery_status import typed_addresses
from followup.mail.inbound.parts import Email, field, media_type, walk
from followup.mail.inbound.reports import blocks, returned

_NO_COMPLAINT = ("not-spam", "auth-failure", "dmarc")
"""Feedback types that are no complaints: a withdrawn complaint, a forged or altered email (RFC 6591)."""


def complained(message: Email) -> tuple[Bounced, ...] | None:
    """The addresses that complained; () if the report omits them, as many do; None if it is no complaint."""
    for part in walk(message):
        if media_type(part) != "message/feedback-report":
            continue
        for block in blocks(part)[:1]:
            kind = field(block, "feedback-type").lower() or "abuse"
            if kind in _NO_COMPLAINT:
                return None
            email = returned(message)
            named = typed_addresses(block, "original-rcpt-to", "removal-recipient")
            if not named and email:
                named = list(email.to)
            return tuple(Bounced(address, True, None, f"Called unwanted: {kind}"[:100]) for address in named)
    return None
