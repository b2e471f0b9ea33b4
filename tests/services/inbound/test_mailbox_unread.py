"""While the mailbox cannot be read, nobody knows who has answered: follow-ups wait, and status says so."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from followup.application.door import Caller
from followup.application.inbound import mailbox
from followup.errors import FollowupError
from followup.services.shared import mailbox_state
from followup.services.upkeep import delivery_health
from tests.services.inbound.answered_cases import followed
from tests.services.mail_back import care_address, letter
from tests.services.mailing import rows, states, tick
from tests.shop import Shop

Reader = Callable[[timedelta], None]


@pytest.fixture
def folder(shop: Shop, tmp_path: Path) -> Path:
    """The mailbox of the shop: a folder, which can go away."""
    place = tmp_path / "mail"
    place.mkdir()
    shop.settings(inbound_url=f"folder://{place}")
    return place


def read(shop: Shop, after: timedelta) -> None:
    """As the daemon does before it sends."""
    moment = shop.now + after
    caller = Caller(place=shop.place, now=moment, login="daemon")
    mailbox.receive_new(
        caller, clock=lambda: moment, stopping=lambda: False, on_receipt=lambda _receipt: None
    )


def gone(shop: Shop, after: timedelta) -> None:
    with pytest.raises(FollowupError):
        read(shop, after)


def status(shop: Shop, after: timedelta) -> delivery_health.HealthDocument:
    found = shop.read(lambda session: delivery_health.health(session, shop.rules, now=shop.now + after))
    return found.to_document()


def test_follow_ups_wait_while_answers_cannot_be_seen(shop: Shop, folder: Path) -> None:
    case = followed(shop)
    second = rows(shop)[1]
    due = second.due_at - shop.now
    folder.rmdir()
    gone(shop, due - timedelta(hours=3))
    gone(shop, due)
    assert tick(shop, second.due_at).sent == 0
    assert states(shop) == ["sent", "deferred", "scheduled"]
    assert rows(shop)[1].reason == "the mailbox cannot be read, so nobody knows whether they have answered"
    # They had answered. Once the mailbox can be read again, they are not written to.
    folder.mkdir()
    (folder / "answer.eml").write_bytes(letter(to=care_address(shop, case)))
    read(shop, due + timedelta(minutes=5))
    tick(shop, second.due_at + timedelta(minutes=20))
    assert states(shop) == ["sent", "cancelled", "cancelled"]


def test_they_go_once_it_is_read_and_nobody_has_answered(shop: Shop, folder: Path) -> None:
    followed(shop)
    second = rows(shop)[1]
    due = second.due_at - shop.now
    folder.rmdir()
    gone(shop, due - timedelta(hours=3))
    tick(shop, second.due_at)
    folder.mkdir()
    read(shop, due + timedelta(minutes=5))
    assert tick(shop, rows(shop)[1].due_at).sent == 1


def test_a_short_outage_and_a_first_email_hold_nothing_up(shop: Shop, folder: Path) -> None:
    followed(shop)
    second = rows(shop)[1]
    folder.rmdir()
    gone(shop, second.due_at - shop.now - timedelta(minutes=119))
    assert tick(shop, second.due_at).sent == 1
    shop.now = second.due_at + timedelta(hours=3)
    shop.request(shop.open_case("tom@example.com"))
    assert tick(shop, max(row.due_at for row in rows(shop) if row.step == 1)).sent == 1


def test_status_says_since_when_and_what_to_do(shop: Shop, folder: Path) -> None:
    assert status(shop, timedelta())["alarms"] == []
    read(shop, timedelta())
    folder.rmdir()
    gone(shop, timedelta(minutes=1))
    gone(shop, timedelta(hours=2))
    assert status(shop, timedelta(hours=2))["exit_code"] == 0
    document = status(shop, timedelta(hours=2, minutes=1))
    (alarm,) = document["alarms"]
    assert (alarm["code"], document["exit_code"], document["ok"]) == ("mailbox_unread", 6, False)
    assert alarm["since"] == "2026-11-02T10:01:00+00:00"
    assert alarm["text"].startswith("The mailbox cannot be read, so answers are not seen and follow-ups wait")
    assert "followup inbound poll" in alarm["hint"]
    folder.mkdir()
    read(shop, timedelta(hours=3))
    assert status(shop, timedelta(hours=3))["exit_code"] == 0


def test_without_a_mailbox_nothing_waits_for_one(shop: Shop) -> None:
    followed(shop)
    shop.write(lambda session: mailbox_state.failed(session, "gone", now=shop.now))
    second = rows(shop)[1]
    assert tick(shop, second.due_at).sent == 1
