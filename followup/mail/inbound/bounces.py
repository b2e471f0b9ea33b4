"""Bounces: a mail server says that an email did not arrive, or not yet."""

import logging
from email import message_from_bytes

from flufl.bounce import all_failures

from followup.mail.inbound.bounced import Bounced
from followup.mail.inbound.parts import Email, addresses, media_type, parameter, raw_fields

_MOST_BYTES = 60_000
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
_SYSTEMS = ("mailer-daemon", "postmaster", "mdaemon", "mail.delivery.system")


def bounced(message: Email, raw: bytes) -> tuple[Bounced, ...]:
    """The addresses that a bounce is about; none where it is no bounce."""
    if not looks_like_mail_system(message):
        return ()
    try:
        delayed, failed = all_failures(message_from_bytes(raw[:_MOST_BYTES]))
    except Exception:  # the library's readers raise on hostile emails
        return ()
    return tuple(
        Bounced(address.decode("ascii", "replace"), permanent=address in failed, status=None, detail="")
        for address in sorted(delayed | failed)
    )


def looks_like_mail_system(message: Email) -> bool:
    """Whether its sender seems to be a mail server."""
    if media_type(message) == "multipart/report" and parameter(message, "report-type") in (
        "",
        "delivery-status",
    ):
        return True
    if "<>" in raw_fields(message, "return-path") or raw_fields(message, "x-failed-recipients"):
        return True
    return any(address.lower().startswith(_SYSTEMS) for address in addresses(message, "from"))
