"""The protocol of sd_notify(3), spoken to a real datagram socket."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from followup.operations.sd_notify import ServiceManager, service_manager
from tests.hanging import LONGEST_SECONDS


@pytest.fixture(params=["a path", "an abstract name"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens as systemd does, and what NOTIFY_SOCKET says of it."""
    name = str(tmp_path / "notify") if request.param == "a path" else f"@followup-test-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as bound:
        bound.bind(name.replace("@", "\0"))
        bound.settimeout(LONGEST_SECONDS)
        yield bound, name


def test_each_message_is_one_datagram(listening: tuple[socket.socket, str]) -> None:
    bound, name = listening
    manager = service_manager({"NOTIFY_SOCKET": name})
    manager.ready("looking")
    manager.alive()
    manager.status("3 sent\nREADY=0")
    manager.stopping("finishing")
    said = [bound.recv(1000) for _ in range(4)]
    assert said == [
        b"READY=1\nSTATUS=looking",
        b"WATCHDOG=1",
        # What is said in a status can be nothing but a status.
        b"STATUS=3 sent READY=0",
        b"STOPPING=1\nSTATUS=finishing",
    ]


@pytest.mark.parametrize("name", [None, "", "vsock:2:1234", "relative"])
def test_without_a_socket_of_a_kind_that_is_known_nobody_is_told(name: str | None) -> None:
    manager = service_manager({"NOTIFY_SOCKET": name} if name is not None else {})
    assert manager == ServiceManager()
    manager.ready("looking")


def test_a_manager_that_has_gone_or_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    service_manager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("looking")
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as deaf:
        deaf.bind(str(tmp_path / "deaf"))
        manager = service_manager({"NOTIFY_SOCKET": str(tmp_path / "deaf")})
        for _ in range(10_000):
            manager.alive()
        # It was written to until it was full, and then gone on from.
        assert deaf.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_ours_unless_another_process_is_named(
    more: dict[str, str], seconds: float | None
) -> None:
    assert service_manager({"NOTIFY_SOCKET": "@x", **more}).watchdog_seconds == seconds
