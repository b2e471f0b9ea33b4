"""Checks of the clock and of the time zone rules, which decide when emails are sent."""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, select

from followup.errors import Refused
from followup.services.upkeep.doctor.finding import Check
from followup.store.tables import AuditEvent

_APART = timedelta(seconds=5)
"""A clock difference from which people notice that emails are sent too early or too late."""

_VERSION = re.compile(r"(20\d\d)[a-z]")
_OLD_YEARS = 2


def check_clocks(session: Session, clock: Callable[[], datetime]) -> Iterator[Check]:
    """Compare the clock with the database server's and with the newest event; check the age of the time zone
    rules."""
    yield _clock(session, clock)
    yield _zones(clock())


def _clock(session: Session, clock: Callable[[], datetime]) -> Check:
    now = clock()
    # Order by number, not by time: numbers follow the order in which events happened.
    newest = session.exec(select(AuditEvent.happened_at).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    if newest is not None and newest - now > _APART:
        return Check(
            "clock",
            False,
            f"it says {now:%Y-%m-%d %H:%M:%S} UTC, but something was done at {newest:%Y-%m-%d %H:%M:%S} UTC",
            "It went back, or was wrong then. Set it right; until it has caught up, emails go later.",
            Refused.exit_code,
        )
    apart = _from_the_servers(session, clock)
    if apart is None:
        return Check("clock", True, f"{now:%Y-%m-%d %H:%M:%S} UTC")
    return Check(
        "clock",
        apart <= _APART,
        f"{apart.total_seconds():.1f} seconds from the database server's",
        "" if apart <= _APART else "Have both machines set their clocks by the network (NTP).",
        0 if apart <= _APART else Refused.exit_code,
    )


def _from_the_servers(session: Session, clock: Callable[[], datetime]) -> timedelta | None:
    """The difference between this machine's clock and the database server's; None for SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    before = clock()
    there: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    after = clock()
    return max(before - there, there - after, timedelta())


def _zones(now: datetime) -> Check:
    version = _zones_version()
    year = _VERSION.match(version)
    old = year is not None and now.year - int(year[1]) >= _OLD_YEARS
    return Check(
        "timezones",
        not old,
        f"rules of {version}",
        "Update the system's tzdata: countries change their clocks at short notice." if old else "",
    )


def _zones_version() -> str:
    """The version of the time zone rules that Python uses: the system's first, then the tzdata package's."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "Europe" / "London").is_file():
            return next(_versions_in(folder), "the system, of a version it does not say")
    return str(import_module("tzdata").IANA_VERSION)


def _versions_in(folder: Path) -> Iterator[str]:
    for name, pattern in (("tzdata.zi", r"# version (\S+)"), ("+VERSION", r"(\S+)")):
        try:
            with (folder / name).open(encoding="ascii", errors="replace") as file:
                found = re.match(pattern, file.readline())
        except OSError:
            continue
        if found:
            yield found[1]
