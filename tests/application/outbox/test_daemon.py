from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followup.application.outbox import daemon, daemon_status, workers
from followup.application.outbox.daemon import TickHooks
from followup.errors import InvalidFile, Refused, WrongUsage
from followup.services.upkeep import housekeeping
from tests.application.conftest import NewCaller
from tests.services.mailing import files, states
from tests.shop import Shop

LATER = "2026-11-05T10:00:00+00:00"


@pytest.fixture
def due(shop: Shop) -> Shop:
    """A shop with a series of three emails, of which the first is due."""
    shop.request(shop.open_case())
    return shop


def test_a_tick_sends_what_is_due_and_says_what_became_of_it(due: Shop, new_caller: NewCaller) -> None:
    done: Any = daemon.tick(new_caller())
    assert (done["claimed"], done["sent"], done["unreachable"]) == (1, 1, None)
    assert [(email["email"], email["case"], email["state"]) for email in done["emails"]] == [
        ("E-0001", "C-0001", "sent")
    ]
    assert len(files(due)) == 1
    assert states(due) == ["sent", "scheduled", "scheduled"]


def test_a_dry_run_says_what_is_due_then_and_changes_nothing(due: Shop, new_caller: NewCaller) -> None:
    before = due.stored()
    found: Any = daemon.tick(new_caller(), at=LATER, dry_run=True)
    # The second waits, because a customer is written to once a day.
    assert [(email["id"], email["to"]) for email in found["due"]] == [("E-0001", "priya@example.com")]
    assert [(email["id"], email["decision"]) for email in found["kept_back"]] == [("E-0002", "defer")]
    assert (found["restored_copy"], found["reports_due"], found["sent"]) == (None, [], 0)
    assert due.stored() == before


def test_another_time_is_never_rehearsed_where_real_mail_goes_out(due: Shop, new_caller: NewCaller) -> None:
    due.settings(smtp_url="smtp://mail.shop.example")
    before = due.stored()
    with pytest.raises(Refused) as real:
        daemon.tick(new_caller(), at=LATER)
    assert real.value.code == "real_mail"
    with pytest.raises(WrongUsage):
        daemon.tick(new_caller(), at="2026-11-05T10:00:00", dry_run=True)
    assert due.stored() == before


def test_failing_housekeeping_is_told_and_keeps_no_email_back(
    due: Shop, new_caller: NewCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise InvalidFile("The sequences cannot be read.", code="invalid_sequences")

    monkeypatch.setattr(housekeeping, "end_what_is_over", fail)
    told: list[str | None] = []
    hooks = TickHooks(on_housekeeping=lambda error: told.append(error.message if error else None))
    assert daemon.work_through(new_caller(), hooks).sent == 1
    monkeypatch.undo()
    daemon.work_through(new_caller(), hooks)
    assert told == ["The sequences cannot be read.", None]


def test_a_doubt_about_the_database_keeps_every_email_back(due: Shop, new_caller: NewCaller) -> None:
    (due.workspace.root / "db" / "watermark.json").write_text("?", encoding="utf-8")
    with pytest.raises(InvalidFile):
        daemon.tick(new_caller())
    assert states(due)[0] == "scheduled"


def test_a_worker_is_seen_while_it_lives_and_after_it_stopped(due: Shop, new_caller: NewCaller) -> None:
    caller = new_caller()
    assert workers.is_email_due(caller)
    assert daemon_status.status(caller)["stuck_because"] == "no daemon runs"
    with workers.locked(caller.place, "w") as lock:
        workers.beat(caller, "w")
        daemon.work_through(caller, TickHooks(worker="w", lock=lock))
        alive = daemon_status.status(caller)
        assert (alive["alive"], alive["exit_code"], alive["emails"]["sent"]) == (True, 0, 1)
    later = replace(caller, now=caller.now + timedelta(minutes=1))
    workers.stopped(later, "w")
    (row,) = daemon_status.status(later)["workers"]
    assert (row["id"], row["state"]) == ("w", "stopped")
    assert not workers.is_email_due(later)
    assert workers.queue_status(later).due == 0


def test_a_unit_names_the_folders_that_are_missing(shop: Shop, new_caller: NewCaller, tmp_path: Path) -> None:
    shop.settings(inbound_url=f"folder://{tmp_path / 'mail'}")
    made = daemon_status.unit(new_caller(), user="followup")
    assert "User=followup\n" in made["unit"]
    assert str(tmp_path / "mail") in made["missing_folders"]
    assert str(shop.workspace.root / "db") not in made["missing_folders"]
