"""Choosing how a workspace delivers email."""

from pathlib import Path
from typing import TYPE_CHECKING

from followup.mail.transport import Transport
from followup.settings import Settings

if TYPE_CHECKING:
    from followup.mail.oauth.kept_log_in import KeptLogIns


def transport_for(settings: Settings, outbox_dir: Path, log_ins: "KeptLogIns | None" = None) -> Transport:
    """SMTP if smtp_url is set, else files below `outbox_dir`. `log_ins` have the tokens for relays.

    Raises InvalidFile for a URL that cannot be used; the message never contains its password."""
    if settings.smtp_url:
        from followup.mail.smtp import smtp_transport

        return smtp_transport(settings, log_ins)
    from followup.mail.file_transport import FileTransport

    return FileTransport(outbox_dir)
