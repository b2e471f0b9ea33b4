"""Choosing the kind of mailbox by its URL."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from followup.errors import InvalidFile
from followup.mail.mailbox.mailbox import Mailbox
from followup.mail.password_command import password_from
from followup.settings.kinds import MAILBOX_URLS


def mailbox_for(url: str, password_command: str | None = None) -> Mailbox:
    """The mailbox of a URL, written as MAILBOX_URLS says. `password_command` is run for a password if the URL
    of a server has none. Raises InvalidFile; no message contains a password.
    """
    parts = urlsplit(url)
    if parts.scheme in ("imap", "imaps"):
        from followup.mail.mailbox.imap import ImapMailbox
        from followup.mail.mailbox.imap_account import parse_account

        return ImapMailbox(
            parse_account(url), lambda: password_from(password_command) if password_command else None
        )
    path = Path(unquote(parts.path))
    if parts.scheme == "maildir" and not parts.netloc:
        from followup.mail.mailbox.maildir import Maildir

        return Maildir(path)
    if parts.scheme == "folder" and not parts.netloc:
        from followup.mail.mailbox.folder import Folder

        return Folder(path)
    raise InvalidFile(
        "inbound_url names no mailbox.",
        hint=f"Write {MAILBOX_URLS}.",
        code="inbound_url_names_no_mailbox",
    )
