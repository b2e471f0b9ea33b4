"""Choosing the kind of mailbox by its URL."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from followup.errors import InvalidFile
from followup.mail.credential import credential
from followup.mail.mailbox.mailbox import Mailbox
from followup.mail.relay_url import LogIn
from followup.settings.kinds import MAILBOX_URLS

if TYPE_CHECKING:
    from followup.mail.oauth.kept_log_in import KeptLogIns


def mailbox_for(
    url: str, password_command: str | None = None, log_ins: "KeptLogIns | None" = None
) -> Mailbox:
    """The mailbox of a URL, written as MAILBOX_URLS says. `password_command` is run for a password if the URL
    of a server has none; with neither, `log_ins` have the access tokens for xoauth2. Raises InvalidFile; no
    message contains a password.
    """
    parts = urlsplit(url)
    if parts.scheme in ("imap", "imaps"):
        from followup.mail.mailbox.imap import ImapMailbox
        from followup.mail.mailbox.imap_account import parse_account

        account = parse_account(url)
        is_kept = log_ins is not None and account.log_in is LogIn.XOAUTH2
        kept = partial(log_ins.credential, account.user) if log_ins is not None and is_kept else None
        return ImapMailbox(account, credential(account.password, password_command, kept))
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
