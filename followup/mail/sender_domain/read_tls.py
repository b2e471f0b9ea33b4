"""Whether a mail server encrypts, and what its certificate is worth. Nothing is sent, and nobody logs in."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime

from followup.domain.outbox.sender_domain.spf import Address
from followup.mail.relay_url import Relay
from followup.mail.sanitize import single_line
from followup.mail.smtp_session import Session

_REPLY_SECONDS = 10.0
_ALL_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class TlsReading:
    """What was seen. `failed` says why there was no connection, `distrusted` why the certificate is not good.
    `until` is when a good one ends."""

    encrypted: bool = False
    until: datetime | None = None
    distrusted: str = ""
    failed: str = ""


def read_tls(host: str, port: int, *, encrypted: bool, address: Address | None = None) -> TlsReading:
    """Connect to a mail server as for an email, encrypt, and hang up. `encrypted`: from the first byte.
    `address` is that of the host, if the system is not to look it up."""
    relay = Relay(host, port, encrypted=encrypted, timeout_seconds=_REPLY_SECONDS, email_seconds=_ALL_SECONDS)
    session = Session(relay)
    try:
        code, text = session.connect(str(address or host), port)
        if code != 220:
            return TlsReading(
                failed=f"it answers {code} {single_line(text.decode('utf-8', 'replace'))[:100]}"
            )
        session.ehlo()
        if not encrypted:
            if not session.has_extn("starttls"):
                return TlsReading()
            session.encrypt()
        return TlsReading(encrypted=True, until=session.certificate_ends_at())
    except ssl.SSLCertVerificationError as error:
        return TlsReading(encrypted=True, distrusted=error.verify_message)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return TlsReading(failed=_why(error))
    finally:
        session.close()


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return single_line(str(error))[:100] or type(error).__name__
