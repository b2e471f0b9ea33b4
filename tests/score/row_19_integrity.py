"""Row 19: integrity of the database after daemons were killed and crashed while writing."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

from followup.services.goodwill import budgets
from followup.services.shared import audit
from followup.settings import OnDoubt
from followup.store import integrity
from followup.store.engine import sqlite_file
from tests.score import due_emails
from tests.score.crash_points import CrashPoint
from tests.score.crashing import crash_everywhere
from tests.score.killing import kill_daemons
from tests.score.row import Place, Row, Seen
from tests.shop import Shop

_KEYS = """
SELECT c.relname, a.attname FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace
"""
_WHOLE = """
SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t."{key}", t::text)) FROM "{table}" t
"""


def run(here: Place) -> Seen:
    """Kill and crash as in rows 1 to 3, with fewer emails, and check the database each time."""
    emails, kills, times = here.count(600, 6), here.count(200, 3), here.count(5, 0)
    found: list[str] = []
    for on_doubt in OnDoubt:
        with kill_daemons(here, emails=emails, kills=kills, on_doubt=on_doubt, name=on_doubt.value) as done:
            found += _problems(done.shop)
    crashes = times * len(CrashPoint)
    if crashes:
        with due_emails.shop_with(here, crashes, one_by_one=True, name="crashed") as shop:
            crash_everywhere(shop, times)
            found += _problems(shop)
    figures = f"{len(OnDoubt) * kills} kills and {crashes} crashes, {len(found)} faults in the database"
    return Seen(not found, "; ".join([figures, *found[:5]]))


def _problems(shop: Shop) -> list[str]:
    """What is wrong with the file, the references, the audit log and the figures."""
    broken = shop.read(lambda session: list(audit.broken_links(session)))
    wrong = shop.read(budgets.reconcile)[1]
    own = _by_sqlite(shop) if shop.engine.dialect.name == "sqlite" else _by_reading_all(shop)
    return [*integrity.problems(shop.engine), *map(str, broken), *map(str, wrong), *own]


def _by_sqlite(shop: Shop) -> list[str]:
    """SQLite's own integrity check, run independently of the program."""
    with closing(sqlite3.connect(str(sqlite_file(shop.engine)))) as connection:
        answers = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [] if answers == ["ok"] else answers


def _by_reading_all(shop: Shop) -> list[str]:
    """Read every table completely, by a sequential scan and by the index of its key, which must give the same
    rows. PostgreSQL verifies the checksum of each page that it reads.
    """
    found = []
    with shop.engine.connect() as connection:
        assert connection.execute(text("SHOW data_checksums")).scalar_one() == "on"
        keys = connection.execute(text(_KEYS)).all()
        assert {"outbox", "emailevent"} < {table for table, _ in keys}
        for table, key in keys:
            read = []
            for seqscan, indexscan in (("on", "off"), ("off", "on")):
                connection.execute(text(f"SET LOCAL enable_seqscan = {seqscan}"))
                connection.execute(text(f"SET LOCAL enable_indexscan = {indexscan}"))
                read.append(connection.execute(text(_WHOLE.format(table=table, key=key))).one())
            if read[0] != read[1]:
                found.append(f"{table}: {read[0][0]} rows by itself, {read[1][0]} by its index")
    return found


ROW = Row(19, "`integrity_check` after rows 1–3", "ok", run)
