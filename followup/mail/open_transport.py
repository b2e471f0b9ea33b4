"""Choosing how a workspace delivers email."""

from pathlib import Path

from followup.mail.transport import Transport
from followup.settings import Settings


def transport_for(settings: Settings, outbox_dir: Path) -> Transport:
    """SMTP if smtp_url is set, else files below `outbox_dir`.

    Raises InvalidFile for a URL that cannot be used; the message never contains its password.
    """
    if settings.smtp_url:
        from followup.mail.smtp import smtp_transport

        return smtp_transport(settings)
    from followup.mail.file_transport import FileTransport

    return FileTransport(outbox_dir)
