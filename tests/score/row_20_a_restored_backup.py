"""Row 20: overdue emails in a restored backup may already have been sent; none is sent unless a person
decides.
"""

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.engine import make_url

from followup.daemon import Daemon
from followup.services.outbox import outbox
from followup.services.upkeep import restored_copies, watermark
from followup.settings import FILE_NAME
from followup.store import backup_copy
from followup.store.engine import open_engine
from followup.store.tables import CopyMark
from followup.workspace import load_workspace
from tests import postgres
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import MONDAY, Shop

_MOMENTS = (MONDAY, MONDAY + timedelta(hours=2), MONDAY + timedelta(days=1))


def _run(here: Place) -> Seen:
    emails = here.count(100, 3)
    original = open_shop(here)
    _ticked(original, MONDAY - timedelta(days=1))
    original.budget("100000.00")
    for number in range(emails):
        original.request(original.open_case(f"c{number}@example.com"), "callback")
    restored, unaware = (_copy(original, here, name) for name in ("restored", "unaware"))
    # The control: the same copy without its mark behaves like the original and sends everything again.
    unaware.write(lambda session: session.execute(delete(CopyMark)))
    first = _ticked(original, MONDAY)
    asked = sum(_ticked(restored, moment) for moment in _MOMENTS)
    again = _ticked(unaware, MONDAY)
    doubtful = _in_doubt(restored)
    for shop in (original, restored, unaware):
        shop.engine.dispose()
    return Seen(
        (first, asked, doubtful, again) == (emails, 0, emails, emails),
        f"{emails} late emails: {first} sent by the original after the backup, {asked} by the restored copy "
        f"unasked, {doubtful} in doubt; {again} by a copy that takes itself for the original",
    )


def _ticked(shop: Shop, moment: datetime) -> int:
    return Daemon(shop.place).tick(now=lambda: moment).sent


def _in_doubt(shop: Shop) -> int:
    return shop.read(
        lambda session: len(outbox.list_emails(session, state="in_doubt", case_id=None, limit=999))
    )


def _copy(original: Shop, here: Place, name: str) -> Shop:
    """A backup of the shop in another workspace, as if on another machine."""
    root = here.folder / name
    shutil.copytree(original.workspace.root, root, ignore=shutil.ignore_patterns("*.db", "outbox"))
    url = here.new_database()
    settings = (root / FILE_NAME).read_text(encoding="utf-8")
    (root / FILE_NAME).write_text(settings.replace(original.workspace.database_url, url), encoding="utf-8")
    workspace = load_workspace(root, {})
    watermark.path_of(workspace).unlink()
    if here.database == "sqlite":
        file = here.folder / f"{name}-backup.db"
        backup_copy.backup(
            original.engine, file, lambda session: restored_copies.mark_as_copy(session, now=MONDAY)
        )
        restored_copies.restore(workspace, file, now=MONDAY)
    else:
        _dump_and_restore(original.workspace.database_url, url, here.folder / f"{name}.dump")
    return Shop(workspace, open_engine(url))


def _dump_and_restore(source: str, target: str, file: Path) -> None:
    for program, *arguments in (
        ("pg_dump", "--format=custom", f"--file={file}", _plain(source)),
        ("pg_restore", "--exit-on-error", f"--dbname={_plain(target)}", str(file)),
    ):
        subprocess.run([postgres.program(program), *arguments], check=True, capture_output=True)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


ROW = Row(20, "restored backup with late emails", "0 sent unasked", _run)
