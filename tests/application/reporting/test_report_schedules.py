from typing import Any

import pytest

from followup.application.reporting import report_schedules as application
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.shared import idempotency
from tests.application.conftest import NewCaller
from tests.shop import MAX, MONDAY, SEN, Shop

CFO = "cfo@shop.example"
ASKED: dict[str, Any] = {"reports": ["spend", "budgets"], "every": "monday", "to": [CFO]}


def test_who_may_not_have_reports_sent_changes_nothing(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case(customer="priya@example.com")
    before = shop.stored()
    with pytest.raises(Refused):
        application.add_schedule(new_caller(SEN), **ASKED)
    with pytest.raises(Refused):
        application.add_schedule(new_caller(MAX, key="k"), **{**ASKED, "to": ["priya@example.com"]})
    with pytest.raises(WrongUsage) as unnamed:
        application.add_schedule(new_caller(None), **ASKED)
    assert unnamed.value.code == "unknown_actor"
    with pytest.raises(NotFound):
        application.add_schedule(new_caller("nobody@shop.example"), **ASKED)
    assert shop.stored() == before


def test_a_key_adds_a_schedule_once(new_caller: NewCaller) -> None:
    first = application.add_schedule(new_caller(MAX, key="k"), **ASKED)
    assert (first["name"], first["to"], first["last"]) == ("monday-spend-budgets", [CFO], None)
    assert application.add_schedule(new_caller(MAX, key="k"), **ASKED) == first
    assert application.list_schedules(new_caller()) == [first]
    with pytest.raises(Refused) as conflict:
        application.add_schedule(new_caller(MAX, key="k"), **{**ASKED, "at": "09:00"})
    assert conflict.value.code == "key_conflict"


def test_keys_that_older_versions_kept_still_have_their_answer(shop: Shop, new_caller: NewCaller) -> None:
    content = {**ASKED, "at": "08:00", "locale": None, "timezone": None, "name": None, "as": MAX}
    sending = {"name": "monday-spend", "to": None, "dry_run": False, "as": MAX}
    for key, command, asked in (("k", "schedule add", content), ("l", "schedule send", sending)):
        shop.write(
            lambda session, key=key, command=command, asked=asked: idempotency.remember(  # type: ignore[misc]
                session, key, command, asked, {"answered": key}, now=MONDAY
            )
        )
    kept: object = application.add_schedule(new_caller(MAX, key="k"), **ASKED)
    assert kept == {"answered": "k"}
    sent: object = application.send_schedule(new_caller(MAX, key="l"), "monday-spend")
    assert sent == {"answered": "l"}
    assert application.list_schedules(new_caller()) == []


def test_a_dry_run_shows_the_email_to_anybody_and_uses_up_no_key(shop: Shop, new_caller: NewCaller) -> None:
    application.add_schedule(new_caller(MAX), **ASKED)
    before = shop.stored()
    shown: Any = application.send_schedule(new_caller(None, key="k"), "monday-spend-budgets", dry_run=True)
    assert (shown["to"], shown["dry_run"]) == ([CFO], True)
    assert shown["subject"].startswith("Goodwill, ")
    assert shop.stored() == before
    sent: Any = application.send_schedule(new_caller(MAX, key="k"), "monday-spend-budgets")
    assert [email["to"] for email in sent["emails"]] == [CFO]
