"""Notifying the service manager in the protocol of systemd (sd_notify(3)).

A message is one datagram of lines NAME=value, sent to the socket in NOTIFY_SOCKET: a path, or a name in the
abstract namespace, written with an @. Without the variable, nothing is sent.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """The service manager that started the daemon. `watchdog_seconds` is its watchdog timeout."""

    address: str | None = None
    watchdog_seconds: float | None = None

    def ready(self, status: str) -> None:
        """Report that the daemon has started."""
        self._tell("READY=1", f"STATUS={status}")

    def status(self, text: str) -> None:
        """Report the status in one line; `systemctl status` shows it."""
        self._tell(f"STATUS={text}")

    def alive(self) -> None:
        """Reset the watchdog timer."""
        self._tell("WATCHDOG=1")

    def stopping(self, status: str) -> None:
        """Report that the daemon is stopping."""
        self._tell("STOPPING=1", f"STATUS={status}")

    def _tell(self, *lines: str) -> None:
        if self.address is None:
            return
        message = "\n".join(" ".join(line.split()) for line in lines)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to_manager:
                # A service manager that does not read must not delay emails.
                to_manager.setblocking(False)
                to_manager.sendto(message.encode("utf-8", "replace"), self.address)
        except OSError:
            return


def service_manager(environment: Mapping[str, str]) -> ServiceManager:
    """The service manager that started this process; without one, its methods do nothing.

    The watchdog is ignored if WATCHDOG_PID names another process (sd_watchdog_enabled(3)).
    """
    name = environment.get("NOTIFY_SOCKET", "")
    if name[:1] not in ("/", "@"):
        return ServiceManager()
    microseconds = environment.get("WATCHDOG_USEC", "")
    is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    watched = is_ours and microseconds.isascii() and microseconds.isdigit() and int(microseconds) > 0
    return ServiceManager(
        "\0" + name[1:] if name.startswith("@") else name,
        int(microseconds) / _MICROSECONDS if watched else None,
    )
