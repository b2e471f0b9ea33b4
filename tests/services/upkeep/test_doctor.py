"""What doctor finds, each thing made wrong on a real workspace and looked at by it."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from followup import clock
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.services.upkeep import new_workspace
from followup.services.upkeep.doctor.clocks import check_clocks
from followup.services.upkeep.doctor.examine import examine
from followup.services.upkeep.doctor.files import check_files
from followup.services.upkeep.doctor.finding import Check
from followup.services.upkeep.doctor.work import check_work
from followup.store.tables import Email, InboundMail, Worker
from followup.workspace import Workspace
from tests.shop import Shop


def checks(workspace: Workspace, now: Callable[[], datetime] = clock.now) -> dict[str, Check]:
    return {check.name: check for check in examine(workspace, now)}


def of_files(shop: Shop, name: str) -> Check:
    return next(check for check in check_files(shop.rules) if check.name == name)


def of_clocks(shop: Shop, name: str, now: Callable[[], datetime] = clock.now) -> Check:
    found = shop.read(lambda session: list(check_clocks(session, now)))
    return next(check for check in found if check.name == name)


def of_work(shop: Shop, name: str, now: datetime | None = None) -> Check:
    found = shop.read(lambda session: list(check_work(session, shop.rules, now or shop.now)))
    return next(check for check in found if check.name == name)


def test_a_new_workspace_lacks_only_what_its_people_must_add(tmp_path: Path) -> None:
    found = checks(new_workspace.create_workspace(tmp_path / "shop", {}, environment={})[0])
    # How old the machine's time zones are, and how full its disk is, is not for a test to say.
    for name in ("timezones", "disk"):
        del found[name]
    assert {name for name, check in found.items() if not check.fine} == {"agents", "budgets", "daemon"}
    assert {check.exit_code for check in found.values()} == {0}
    assert all(check.mend for check in found.values() if not check.fine)


@pytest.mark.parametrize("name", ["policy.toml", "sequences.toml"])
def test_a_broken_or_missing_file_is_named_with_its_exit_code(shop: Shop, name: str) -> None:
    path = shop.workspace.root / name
    path.write_text("x = = 1\n", encoding="utf-8")
    check = of_files(shop, name.partition(".")[0])
    assert (check.fine, check.exit_code) == (False, 5)
    assert "line 1" in check.found
    path.unlink()
    check = of_files(shop, name.partition(".")[0])
    assert (check.fine, check.exit_code) == (False, 3)
    path.write_bytes(b"\xff\xfe")
    assert of_files(shop, name.partition(".")[0]).exit_code == 5


def test_two_currencies_are_one_too_many(shop: Shop) -> None:
    assert of_files(shop, "policy").fine
    shop.settings(currency="EUR")
    check = of_files(shop, "policy")
    assert (check.fine, check.exit_code) == (False, 5)
    assert check.found.endswith("counts in GBP, the settings in EUR.")


def test_emails_in_doubt_are_an_error_and_failed_ones_are_shown(shop: Shop) -> None:
    shop.request(shop.open_case())

    def set_state(state: EmailState) -> Check:
        def change(session: Session) -> None:
            session.get_one(Email, 1).state = state

        shop.write(change)
        return of_work(shop, "emails")

    assert set_state(EmailState.FAILED) == Check(
        "emails",
        False,
        "0 in doubt, 1 failed",
        "Look at them: followup outbox list --state in_doubt, or failed",
    )
    assert set_state(EmailState.IN_DOUBT).exit_code == 4


def test_an_empty_database_is_an_error(shop: Shop, new_database: Callable[[], str]) -> None:
    shop.settings(database_url=new_database())
    check = checks(shop.workspace)["database"]
    assert (check.exit_code, check.mend) == (4, "Run: followup db upgrade")


def test_a_template_that_is_needed_and_cannot_be_written_is_found_before_its_day(shop: Shop) -> None:
    assert of_files(shop, "templates").fine
    path = shop.own_templates() / "en" / "closing.md"
    whole = path.read_text(encoding="utf-8")
    for broken in (whole + "\n{% iff %}", whole.replace("case.ref", "case.reference"), None):
        if broken is None:
            path.unlink()
        else:
            path.write_text(broken, encoding="utf-8")
        check = of_files(shop, "templates")
        assert (check.fine, check.exit_code) == (False, 5 if broken else 3)
        assert "closing" in check.found


def test_a_country_whose_holidays_nobody_knows_is_said(shop: Shop) -> None:
    assert of_files(shop, "holidays").found == "GB"
    shop.settings(country="ZZ")
    check = of_files(shop, "holidays")
    assert (check.fine, check.found) == (False, "none are known for ZZ")


# ---- Who may look


def test_a_new_workspace_is_for_its_owner_alone(tmp_path: Path) -> None:
    root = new_workspace.create_workspace(tmp_path / "shop", {}, environment={})[0].root
    modes = {
        name: stat.S_IMODE((root / name).stat().st_mode)
        for name in ("db", "outbox", "db/followup.db", "db/secret.key")
    }
    assert modes == {"db": 0o700, "outbox": 0o700, "db/followup.db": 0o600, "db/secret.key": 0o600}


def test_an_open_folder_is_an_error_and_an_open_file_in_a_closed_one_is_said(shop: Shop) -> None:
    key = shop.workspace.key_file
    key.chmod(0o640)
    found = of_files(shop, "permissions")
    assert (found.fine, found.exit_code) == (False, 0)
    assert found.mend == f"Run: chmod 600 '{key}'"
    key.parent.chmod(0o755)
    found = of_files(shop, "permissions")
    assert (found.fine, found.exit_code) == (False, 4)
    assert found.mend == f"Run: chmod 700 '{key.parent}' && chmod 600 '{key}'"
    key.parent.chmod(0o700)
    key.chmod(0o600)
    assert of_files(shop, "permissions").fine


def test_emails_as_files_that_others_may_read_are_said(shop: Shop) -> None:
    shop.workspace.outbox_dir.chmod(0o755)
    found = of_files(shop, "permissions")
    assert (found.fine, found.exit_code) == (False, 0)
    assert f"chmod 700 '{shop.workspace.outbox_dir}'" in found.mend


def test_tokens_of_a_log_in_that_others_may_read_are_said(shop: Shop) -> None:
    folder = shop.workspace.log_ins_dir
    folder.mkdir(mode=0o700)
    kept = folder / "care@shop.example.json"
    kept.touch(0o600)
    assert of_files(shop, "permissions").fine
    kept.chmod(0o644)
    found = of_files(shop, "permissions")
    assert (found.fine, found.mend) == (False, f"Run: chmod 600 '{kept}'")
    folder.chmod(0o755)
    assert of_files(shop, "permissions").exit_code == 4


def test_a_key_that_is_missing_is_an_error(shop: Shop) -> None:
    shop.workspace.key_file.unlink()
    assert of_files(shop, "key").exit_code == 3


# ---- Clocks


def test_a_clock_that_went_back_is_found_by_what_was_done_since(shop: Shop) -> None:
    shop.open_case()  # on the shop's Monday, 2 November 2026 at ten
    found = of_clocks(shop, "clock", lambda: datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
    assert (found.fine, found.exit_code) == (False, 4)
    assert "2026-11-02 09:00:00" in found.found
    assert "2026-11-02 10:00:00" in found.found


@pytest.mark.only_on("sqlite")
def test_a_clock_that_went_on_is_fine(shop: Shop) -> None:
    shop.open_case()
    assert of_clocks(shop, "clock", lambda: shop.now).fine


@pytest.mark.only_on("postgresql")
def test_a_clock_that_differs_from_the_database_servers_is_found(shop: Shop) -> None:
    assert of_clocks(shop, "clock").fine
    ahead = of_clocks(shop, "clock", lambda: clock.now() + timedelta(minutes=2))
    assert (ahead.fine, ahead.exit_code) == (False, 4)
    # Asking takes a moment, so two minutes may come out as a little less.
    assert 110 <= float(ahead.found.split()[0]) <= 120


def test_time_zone_rules_of_long_ago_are_said(shop: Shop) -> None:
    found = of_clocks(shop, "timezones", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    assert (found.fine, found.exit_code) == (False, 0)
    assert found.mend.startswith("Update")


# ---- The work


def test_customers_in_a_zone_that_nobody_knows_are_counted(shop: Shop) -> None:
    for number in range(3):
        shop.open_case(f"customer-{number}@example.com")
    assert of_work(shop, "customers") == Check("customers", True, "3")
    update = "UPDATE customer SET timezone = 'Europe/Nowhere' WHERE email = 'customer-0@example.com'"
    shop.write(lambda session: session.execute(text(update)))
    shop.write(lambda session: session.execute(text("UPDATE customer SET region = 'ZZ' WHERE id < 3")))
    found = of_work(shop, "customers")
    assert found.found.startswith("1 with a time zone that nobody knows, 2 with a region")
    assert (found.fine, found.exit_code) == (False, 4)


def test_what_arrived_and_no_program_could_place_is_said(shop: Shop) -> None:
    def arrive(session: Session) -> None:
        for number, kind in enumerate((InboundKind.UNKNOWN, InboundKind.UNREADABLE, InboundKind.REPLY)):
            session.add(InboundMail(digest=f"{number}", received_at=shop.now, kind=kind))

    assert of_work(shop, "unread").fine
    shop.write(arrive)
    found = of_work(shop, "unread")
    assert (found.fine, found.found, found.exit_code) == (False, "1 unknown, 1 unreadable", 0)


def test_emails_that_are_due_while_no_daemon_runs_are_an_error(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert not of_work(shop, "daemon", shop.now - timedelta(days=1)).exit_code
    found = of_work(shop, "daemon", shop.now + timedelta(hours=2))
    assert (found.fine, found.exit_code) == (False, 6)
    assert "does not run" in found.found
    assert found.mend == "Start it: followup daemon run"


def test_a_daemon_that_was_stopped_is_said(shop: Shop) -> None:
    def stopped(session: Session) -> None:
        row = Worker(id="w", host="h", pid=1, started_at=shop.now, last_tick_at=shop.now)
        row.stopped_at = shop.now
        session.add(row)

    shop.write(stopped)
    found = of_work(shop, "daemon")
    assert (found.fine, found.exit_code) == (False, 0)
    assert found.found == "it does not run; last tick at 2026-11-02 10:00 UTC"


def test_a_held_email_is_said(shop: Shop) -> None:
    shop.request(shop.open_case())

    def hold(session: Session) -> None:
        email = session.get_one(Email, 1)
        email.state, email.held_code = EmailState.DEFERRED, EmailReason.LINT

    shop.write(hold)
    found = of_work(shop, "held")
    assert (found.fine, found.found, found.exit_code) == (False, "1", 0)
