"""A restored copy of the database asks before it sends what is late."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from followup.daemon import Daemon
from followup.domain.outbox.email_state import EmailState
from followup.errors import InvalidFile, NotFound, Refused
from followup.services.outbox import outbox
from followup.services.outbox.tick_result import TickResult
from followup.services.shared import audit
from followup.services.upkeep import restored_copies, watermark
from followup.services.upkeep.restored_copies import RestoredDocument
from followup.store import backup_copy
from followup.store.tables import AuditEvent, CopyMark, Worker
from tests.services.mailing import files, rows, states
from tests.shop import MONDAY, Shop

FRIDAY = MONDAY + timedelta(days=4)
ONLY_SQLITE = pytest.mark.only_on("sqlite")


def plan(shop: Shop) -> None:
    """A case with three emails: the first due at once, the next ones in the days to come."""
    shop.request(shop.open_case(), "voucher", "5.00")


def tick(shop: Shop, now=MONDAY) -> TickResult:  # type: ignore[no-untyped-def]
    return Daemon(shop.place).tick(now=lambda: now)


def back_up(shop: Shop, target: Path) -> None:
    backup_copy.backup(shop.engine, target, lambda session: restored_copies.mark_as_copy(session, now=MONDAY))


def put_back(shop: Shop, copy: Path) -> RestoredDocument:
    shop.engine.dispose()
    return restored_copies.restore(shop.workspace, copy, now=FRIDAY)


@ONLY_SQLITE
def test_what_is_late_in_a_restored_backup_waits_for_a_person(shop: Shop, tmp_path: Path) -> None:
    shop.budget("50.00")
    plan(shop)
    back_up(shop, tmp_path / "copy.db")
    assert tick(shop).sent == 1  # goes out after the backup was made

    said = put_back(shop, tmp_path / "copy.db")
    assert said["late"] == 2  # the first, and the second, which fell due on Thursday
    tally = tick(shop, FRIDAY)

    assert (tally.sent, tally.in_doubt) == (0, 2)
    assert states(shop) == ["in_doubt", "in_doubt", "scheduled"]
    assert len(files(shop)) == 1
    assert tick(shop, FRIDAY + timedelta(hours=1)).in_doubt == 0  # asked once


@ONLY_SQLITE
def test_without_the_mark_a_backup_would_send_again(shop: Shop, tmp_path: Path) -> None:
    """The negative control."""
    shop.budget("50.00")
    plan(shop)
    backup_copy.backup(shop.engine, tmp_path / "copy.db", lambda _session: None)
    tick(shop)
    watermark.path_of(shop.workspace).unlink()
    backup_copy.restore(shop.engine, tmp_path / "copy.db", tmp_path / "aside.db")

    assert tick(shop).sent == 1


@ONLY_SQLITE
def test_an_older_file_put_in_place_by_hand_is_noticed(shop: Shop, tmp_path: Path) -> None:
    shop.budget("50.00")
    plan(shop)
    file = shop.workspace.root / "db" / "followup.db"
    shop.engine.dispose()
    shutil.copy(file, tmp_path / "by-hand.db")
    assert tick(shop).sent == 1
    shop.engine.dispose()
    shutil.copy(tmp_path / "by-hand.db", file)

    tally = tick(shop)

    assert (tally.sent, tally.in_doubt) == (0, 1)
    event = shop.read(
        lambda session: session.exec(select(AuditEvent).where(AuditEvent.action == "db restored")).one()
    )
    assert "the emails had come to event" in str(event.because)
    assert event.detail == {"in_doubt": 1}


def test_a_database_that_only_went_on_is_no_copy(shop: Shop) -> None:
    shop.budget("50.00")
    plan(shop)
    tick(shop)
    plan(shop)

    assert shop.read(lambda session: restored_copies.is_copy(session, shop.workspace)) is None


def test_what_was_under_way_in_the_copy_and_what_waits_for_a_person_are_told_apart(shop: Shop) -> None:
    shop.budget("50.00")
    plan(shop)
    shop.write(lambda session: restored_copies.mark_as_copy(session, now=MONDAY))

    def change(session: Session) -> None:
        first, second, third = (row for row in outbox.list_emails(session, state=None, case_id=None, limit=9))
        first.state, first.epoch = EmailState.TRANSMITTING, 3
        second.due_at = MONDAY
        outbox.hold(session, second, now=MONDAY, actor=shop.actor(session), because="she may sue")
        third.due_at = MONDAY - timedelta(days=1)
        session.add_all((first, second, third))

    shop.write(change)
    tick(shop)

    assert states(shop) == ["in_doubt", "deferred", "in_doubt"]
    assert rows(shop)[0].epoch == 4  # whoever had it in the original changes nothing here


def test_a_person_settles_each_and_the_series_goes_on(shop: Shop) -> None:
    shop.budget("50.00")
    plan(shop)
    shop.write(lambda session: restored_copies.mark_as_copy(session, now=MONDAY))
    tick(shop)
    shop.write(
        lambda session: outbox.resolve_as_sent(
            session,
            outbox.find_email(session, "E-1"),
            now=FRIDAY,
            actor=shop.actor(session),
            because="the server's log has it",
        )
    )

    assert rows(shop)[0].sent_at == rows(shop)[0].due_at  # not Friday: the next ones count from it
    assert tick(shop, FRIDAY).sent == 1


@ONLY_SQLITE
def test_a_backup_goes_on_where_it_was_made_from(shop: Shop, tmp_path: Path) -> None:
    shop.budget("50.00")
    plan(shop)
    back_up(shop, tmp_path / "copy.db")

    assert shop.read(lambda session: session.get(CopyMark, restored_copies.COPY)) is None
    assert tick(shop).sent == 1


@ONLY_SQLITE
def test_the_database_that_was_there_is_kept(shop: Shop, tmp_path: Path) -> None:
    back_up(shop, tmp_path / "copy.db")
    shop.open_case()
    said = put_back(shop, tmp_path / "copy.db")

    kept = Path(str(said["kept"]))
    assert kept.name == "followup-until-20261106T100000Z.db"
    restored_copies.restore(shop.workspace, kept, now=FRIDAY + timedelta(minutes=1))
    assert shop.read(lambda session: len(audit.events(session, "C-0001", 10))) == 1


@ONLY_SQLITE
def test_no_backup_is_restored_beside_a_running_daemon(shop: Shop, tmp_path: Path) -> None:
    back_up(shop, tmp_path / "copy.db")
    worker = Worker(id="w", host="shop-1", pid=7, started_at=FRIDAY, last_tick_at=FRIDAY)
    shop.write(lambda session: session.add(worker))

    with pytest.raises(Refused) as refused:
        put_back(shop, tmp_path / "copy.db")

    assert refused.value.code == "daemon_runs"


@ONLY_SQLITE
@pytest.mark.parametrize("content", [b"", b"no database at all, but longer than a header would be" * 99])
def test_what_is_no_database_of_ours_is_not_put_in_place(shop: Shop, tmp_path: Path, content: bytes) -> None:
    shop.open_case()
    (tmp_path / "x.db").write_bytes(content)

    with pytest.raises(InvalidFile):
        put_back(shop, tmp_path / "x.db")

    assert shop.read(lambda session: len(audit.events(session, "C-0001", 10))) == 1
    assert [path.name for path in (shop.workspace.root / "db").glob("*.part*")] == []


@ONLY_SQLITE
def test_a_damaged_copy_is_not_put_in_place(shop: Shop, tmp_path: Path) -> None:
    for _ in range(20):
        shop.open_case()
    back_up(shop, tmp_path / "copy.db")
    whole = bytearray((tmp_path / "copy.db").read_bytes())
    whole[len(whole) // 2 : len(whole) // 2 + 40_000] = bytes(40_000)
    (tmp_path / "copy.db").write_bytes(whole)

    with pytest.raises(InvalidFile) as refused:
        put_back(shop, tmp_path / "copy.db")

    assert refused.value.exit_code == 5
    assert shop.read(lambda session: len(audit.events(session, "C-0020", 10))) == 1


@ONLY_SQLITE
def test_a_missing_backup_is_said(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        put_back(shop, tmp_path / "none.db")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"event": 1}', '{"event": "1", "event_hash": "", "email_event": 0}']
)
def test_a_watermark_that_cannot_be_read_keeps_everything_back(shop: Shop, text: str) -> None:
    shop.budget("50.00")
    plan(shop)
    watermark.path_of(shop.workspace).write_text(text)

    with pytest.raises(InvalidFile) as refused:
        tick(shop)

    assert refused.value.code == "bad_watermark"
    assert states(shop) == ["scheduled"] * 3


def test_the_log_is_missed_where_it_was_cut_off(shop: Shop) -> None:
    for _ in range(3):
        shop.open_case()
    tick(shop)
    kept = watermark.read(shop.workspace)
    assert json.loads(watermark.path_of(shop.workspace).read_text()) == {
        "event": kept.event,
        "event_hash": kept.event_hash,
        "email_event": kept.email_event,
    }
    assert shop.read(lambda session: watermark.missing_event(session, kept)) is None

    longer = watermark.Watermark(kept.event + 1, "0" * 64, kept.email_event)
    other = watermark.Watermark(kept.event, "0" * 64, kept.email_event)

    assert shop.read(lambda session: watermark.missing_event(session, longer)) == (
        f"event {kept.event + 1}, which was there, is gone"
    )
    assert shop.read(lambda session: watermark.missing_event(session, other)) == (
        f"event {kept.event} is another one than it was"
    )
