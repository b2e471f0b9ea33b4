"""A process that has imported all of followup, and forks into the command whenever it is asked to.

Importing is most of what most commands do. A forked command is a process all the same, with a folder, an
environment, streams, an exit code and an end of its own; only its imports were done before. That they
can be done, and that nothing else differs, test_forked_commands.py tries with the installed command.

The server has one thread and opens no database, so nothing is torn by a fork. It ends with the process that
started it, whose end of the socket closes then.
"""

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_MOST_BYTES = 1 << 20
_ROOT = Path(__file__).parents[2]
_SERVING = "import sys; sys.path[0] = {tests!r}; from {name} import serve; serve({number}, {program!r})"


@dataclass
class Begun:
    """A command that was begun, and what tells how it ended."""

    pid: int
    _told: int

    def poll(self) -> int | None:
        """Its exit code, or the number of the signal that ended it as a negative number; None while it
        runs."""
        return self.wait() if select.select([self._told], [], [], 0)[0] else None

    def wait(self) -> int:
        """Wait for the exit code."""
        code = os.read(self._told, 32)
        os.close(self._told)
        assert code, "the fork server has ended"
        return int(code)

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


@dataclass
class ForkServer:
    """The server, seen from the process that started it."""

    _process: "subprocess.Popen[bytes]"
    _asking: socket.socket

    @classmethod
    def started(cls, program: Path | None = None) -> "ForkServer":
        """A new server. It has what an installed command finds at its start: no settings, and UTF-8.
        `program` is the folder of another followup than the installed one."""
        asking, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_BYTES)
        serving = _SERVING.format(
            tests=str(_ROOT), name=__name__, number=asked.fileno(), program=str(program or "")
        )
        with asked:
            process = subprocess.Popen(
                # A module that is run by its name would be named in the help of the command.
                [sys.executable, "-c", serving],
                cwd=_ROOT,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
                pass_fds=[asked.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        return cls(process, asking)

    def begin(self, command: list[str], folder: Path, environment: dict[str, str], *streams: int) -> Begun:
        """Begin a command with standard input, output and error, or with one terminal as all of them."""
        told, telling = os.pipe()
        try:
            request = json.dumps([command, str(folder), environment]).encode()
            socket.send_fds(self._asking, [request], [*streams, telling])
        finally:
            os.close(telling)
        pid = b""
        while not pid.endswith(b"\n"):
            part = os.read(told, 1)
            assert part, f"no command was run: the fork server has ended with {self._process.poll()}"
            pid += part
        return Begun(int(pid), told)

    def run(self, command: list[str], folder: Path, environment: dict[str, str], *streams: IO[bytes]) -> int:
        """Run a command to its end with standard input, output and error; gives its exit code, or the number
        of the signal that ended it as a negative number."""
        return self.begin(command, folder, environment, *(stream.fileno() for stream in streams)).wait()

    def stop(self) -> None:
        """End the server."""
        self._asking.close()
        self._process.wait()


def serve(number: int, program: str) -> None:
    """Be the server at a file descriptor that is a socket; where it forks, be the command. `program` is the
    folder of another followup than the installed one."""
    sys.path[:1] = [program] if program else []
    import_everything()
    sys.argv = forked(socket.socket(fileno=number))

    from followup.cli.app import main

    try:
        main()
    except SystemExit as ending:
        _end(ending)


def _end(ending: SystemExit) -> None:
    """End as Python does, but for taking all modules apart, which takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ending.code if isinstance(ending.code, int) else 0)


def import_everything() -> None:
    """Import every module of the program, and what it imports."""
    import followup

    for module in pkgutil.walk_packages(followup.__path__, "followup."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    # What is here stays, so the collector need not look through it again in each command.
    gc.freeze()


def forked(asked: socket.socket) -> list[str]:
    """Wait for requests, and fork. Returns in the forked processes only: there with the words of the command,
    in its folder, with its environment and streams."""
    while True:
        request, files, _, _ = socket.recv_fds(asked, _MOST_BYTES, 4)
        if not request:
            os._exit(0)
        assert threading.active_count() == 1
        if os.fork() == 0:
            asked.close()
            return _watched(request, files)
        for file in files:
            os.close(file)
        # Those who watched over earlier commands.
        while _reaped():
            pass


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def _watched(request: bytes, files: list[int]) -> list[str]:
    """Fork once more, into the command; the other process tells how it ended."""
    *streams, telling = files
    child = os.fork()
    if child:
        os.write(telling, f"{child}\n".encode())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for file in streams:
            os.close(file)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(telling, str(code).encode())
        os._exit(0)
    os.close(telling)
    command, folder, environment = json.loads(request)
    # What Python has opened at these places goes on reading and writing there, as UTF-8.
    if len(streams) == 1:
        _log_in(*streams)
    else:
        for place, file in enumerate(streams):
            os.dup2(file, place)
            os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    return list(command)


def _log_in(terminal: int) -> None:
    """Be the first process of a terminal, which Ctrl-C interrupts, and show each line when it is written."""
    os.login_tty(terminal)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)
