"""A real IMAP server on a socket of this machine, which keeps its mail in memory."""

import asyncio
import socket
import ssl
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from imapclient import IMAPClient
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPServer
from pymap.parsing.specials.flag import Flag, Recent, get_system_flags
from pysasl.hashing import BuiltinHash

from followup.mail.mailbox.imap import KEYWORD
from tests.hanging import LONGEST_SECONDS

USER, PASSWORD = "care", "open sesame"


@dataclass(frozen=True)
class ImapServer:
    """The server as a mail program sees it."""

    port: int

    def url(self, user: str = USER, password: str | None = PASSWORD, folder: str = "INBOX") -> str:
        """Where followup finds it."""
        secret = f":{password.replace(' ', '%20')}" if password is not None else ""
        return f"imap://{user}{secret}@127.0.0.1:{self.port}/{folder}"

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Look into the mailbox as somebody with a mail program does."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=LONGEST_SECONDS)
        try:
            client.login(USER, PASSWORD)
            client.select_folder("INBOX")
            yield client
        finally:
            client.logout()

    def deliver(self, *messages: bytes, flags: tuple[bytes, ...] = ()) -> None:
        """Put emails into the inbox."""
        with self.client() as client:
            for message in messages:
                client.append("INBOX", message, flags)

    def flags(self) -> list[set[str]]:
        """The flags of every email of the inbox, in order."""
        with self.client() as client:
            found = client.get_flags(client.search())
        return [{flag.decode() for flag in found[uid]} - {"\\Recent"} for uid in sorted(found)]


@contextmanager
def imap_server(
    *,
    keywords: bool = True,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    **overrides: Any,
) -> Iterator[ImapServer]:
    """Run one with one user. With `keywords` it keeps ours, as most servers do; with `tls` it is encrypted
    from the first byte on, with `starttls` before anybody logs in; `overrides` are settings of the server,
    such as `disable_idle`."""
    loop = asyncio.new_event_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    stop = asyncio.Event()
    up = threading.Event()

    async def serve() -> None:
        arguments = Namespace(
            passlib_cfg=None,
            proxy_protocol="noop",
            debug=False,
            host=None,
            port=0,
            cert=None,
            key=None,
            tls=starttls is not None,
            demo_data=False,
            demo_user=USER,
            demo_password=PASSWORD,
        )
        # Passwords of a test need no long hash.
        quick = {"invalid_user_sleep": 0.0, "hash_context": BuiltinHash(rounds=1)}
        backend, config = await DictBackend.init(arguments, ssl_context=starttls, **quick, **overrides)
        config.apply_context()
        welcome = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        async with await asyncio.start_server(welcome, sock=listening, ssl=tls):
            up.set()
            await stop.wait()
        dialogues = asyncio.all_tasks() - {asyncio.current_task()}
        for dialogue in dialogues:
            dialogue.cancel()
        await asyncio.gather(*dialogues, return_exceptions=True)

    patch = pytest.MonkeyPatch()
    if keywords:
        kept = get_system_flags() - {Recent} | {Flag(KEYWORD)}
        patch.setattr(MailboxData, "permanent_flags", property(lambda _mailbox: kept))
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert up.wait(LONGEST_SECONDS)
        yield ImapServer(listening.getsockname()[1])
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        patch.undo()
