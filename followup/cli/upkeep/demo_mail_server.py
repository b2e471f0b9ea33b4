"""The demo's own mail server, on a socket of this machine only."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Received:
    """A mail server that stores received emails as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: list[Path] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Store one email as .eml and as .html."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        name = f"{len(self.files) + 1:02d}-{str(envelope.rcpt_tos[0]).partition('@')[0]}"
        path = self.folder / f"{name}.eml"
        path.write_bytes(envelope.content)
        html = message.get_body(("html",))
        if html is not None:
            path.with_suffix(".html").write_text(str(html.get_content()), encoding="utf-8")
        self.files.append(path)
        return "250 Kept"


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[Received, int]]:
    """Run a mail server during the block. Yields the received emails and the server's port."""
    folder.mkdir(parents=True, exist_ok=True)
    received = Received(folder)
    controller = Controller(received, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield received, int(controller.port)
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
