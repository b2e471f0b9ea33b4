from pathlib import Path

import pytest

from followup.application.door import Caller, OpenWorkspace
from followup.application.upkeep import audit, database, demo_workspace, workspace
from followup.domain.letters.thing import Thing
from followup.errors import InvalidFile, Refused, WrongUsage
from followup.workspace import load_workspace
from tests.application.conftest import NewCaller
from tests.shop import MONDAY, Shop


def test_a_new_workspace_is_sound_and_only_lacks_its_people(tmp_path: Path) -> None:
    made = workspace.init(tmp_path / "shop", business="Harbour Books", environment={})
    place = OpenWorkspace(load_workspace(Path(made["workspace"]), {}))
    caller = Caller(place=place, now=MONDAY, login="nobody")
    assert place.workspace.settings.business == "Harbour Books"
    assert database.check(caller) == {"ok": True, "problems": []}
    found = workspace.doctor(caller)
    assert found["ok"]
    assert {check["name"]: check["ok"] for check in found["checks"]}["database"]
    with pytest.raises(Refused) as there:
        workspace.init(tmp_path / "shop", environment={})
    assert there.value.code == "workspace_exists"
    place.close()


@pytest.mark.only_on("sqlite")
def test_a_changed_event_is_found(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    verified = audit.verify(new_caller())
    assert (verified["ok"], verified["broken"], verified["missing"]) == (True, [], None)
    number = verified["newest"]["event"]
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS auditevent_no_update")
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'auditevent'"
        ).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(f"UPDATE auditevent SET actor = 'somebody' WHERE id = {number}")
    assert audit.verify(new_caller())["broken"] == [{"event": number, "why": "its content was changed"}]
    problems = database.check(new_caller())["problems"]
    assert problems == [f"audit event {number}: its content was changed"]


@pytest.mark.only_on("sqlite")
def test_a_backup_takes_the_place_of_what_came_after_it(
    shop: Shop, new_caller: NewCaller, tmp_path: Path
) -> None:
    shop.open_case()
    copy = tmp_path / "copy.db"
    assert database.backup(new_caller(), str(copy))["bytes"] == copy.stat().st_size
    shop.open_case(customer="tom@example.com")
    with pytest.raises(Refused):
        database.backup(new_caller(), str(copy))
    shop.engine.dispose()
    caller = new_caller()
    caller.place.close()
    restored = database.restore(caller, str(copy))
    assert restored["kept"] is not None
    assert Path(restored["kept"]).is_file()
    subjects = [event["subject"] for event in audit.list_events(new_caller(), limit=100)]
    assert ("C-0001" in subjects, "C-0002" in subjects) == (True, False)


def test_files_are_read_anew_over_the_same_database(shop: Shop, new_caller: NewCaller) -> None:
    place = new_caller().place
    settings = shop.workspace.root / "followup.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('business = "Harbour Books"', 'business = "Quay"'),
        encoding="utf-8",
    )
    fresh = place.read_anew({})
    assert fresh.workspace.settings.business == "Quay"
    assert fresh.engine is place.engine
    shop.workspace.policy_file.write_text("no policy", encoding="utf-8")
    with pytest.raises(InvalidFile):
        place.read_anew({})
    assert place.workspace.settings.business == "Harbour Books"


def test_a_demo_is_made_anew_and_nothing_else_is_taken_away(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo_workspace.make(folder)
    (folder / "from-last-time").touch()
    assert demo_workspace.make(folder) == {"workspace": str(folder.resolve())}
    assert not (folder / "from-last-time").exists()
    (folder / demo_workspace.MARKER).unlink()
    with pytest.raises(Refused) as there:
        demo_workspace.make(folder)
    assert there.value.code == "not_a_demo"
    assert (folder / "followup.toml").is_file()


def test_a_new_workspace_knows_what_is_bought_from_it(tmp_path: Path) -> None:
    made = workspace.init(tmp_path / "hotel", thing="stay", environment={})
    assert load_workspace(Path(made["workspace"]), {}).settings.thing_of("rude-service") is Thing.STAY
    with pytest.raises(WrongUsage) as unknown:
        workspace.init(tmp_path / "other", thing="parcel", environment={})
    assert (unknown.value.code, (tmp_path / "other").exists()) == ("bad_init_setting", False)
    assert "order, booking, appointment, contract, ticket, stay, account or none" in unknown.value.hint
