import hashlib
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from followup.services.cases import cases
from followup.services.shared import audit
from followup.services.shared.audit import FIRST_HASH
from followup.store.tables import AuditEvent
from tests.shop import ANA, Shop

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'auditevent'",
    "postgresql": "SELECT tgname || ' ON auditevent' FROM pg_trigger "
    "WHERE tgrelid = 'auditevent'::regclass AND NOT tgisinternal",
}


REPLACING = {
    "sqlite": "INSERT OR REPLACE INTO auditevent SELECT * FROM auditevent WHERE id = 3",
    "postgresql": "TRUNCATE auditevent",
}


def events(shop: Shop) -> list[AuditEvent]:
    return list(
        shop.read(lambda session: session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all())
    )


def broken(shop: Shop) -> list[tuple[int, str]]:
    return shop.read(lambda session: list(audit.broken_links(session)))


def tamper(shop: Shop, *statements: str) -> None:
    """Change the log as somebody with the file in their hands can: first the triggers go."""

    def run(session: Session) -> None:
        for name in session.execute(text(TRIGGERS[shop.engine.dialect.name])).scalars().all():
            session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(text(statement))

    shop.write(run)


@pytest.fixture
def logged(shop: Shop) -> Shop:
    """A log of at least eight events."""
    for number in range(4):
        shop.open_case(f"c{number}@example.com")
    assert len(events(shop)) >= 8
    return shop


def test_each_event_carries_the_hash_of_the_one_before(logged: Shop) -> None:
    previous = FIRST_HASH
    for event in events(logged):
        assert event.previous_hash == previous
        # The hash, worked out here from what it is said to cover.
        covered = [
            *(event.previous_hash, event.happened_at.isoformat(), event.actor, event.action, event.subject),
            *(event.because, event.detail),
        ]
        assert event.hash == hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()
        previous = event.hash
    assert broken(logged) == []


def test_the_database_refuses_to_change_or_remove_an_event(logged: Shop) -> None:
    for statement in (
        "UPDATE auditevent SET actor = 'x' WHERE id = 3",
        "DELETE FROM auditevent WHERE id = 3",
        REPLACING[logged.engine.dialect.name],
    ):
        with pytest.raises(DatabaseError, match="auditevent is append-only"):
            logged.write(lambda session, s=statement: session.execute(text(s)))  # type: ignore[misc]
    assert broken(logged) == []


def test_a_changed_event_is_found(logged: Shop) -> None:
    tamper(logged, "UPDATE auditevent SET actor = 'somebody else' WHERE id = 3")
    assert broken(logged) == [(3, "its content was changed")]


@pytest.mark.parametrize(
    "column", ["happened_at = '2020-01-01 00:00:00.000000'", "because = 'x'", "detail = '{\"a\": 1}'"]
)
def test_every_part_of_an_event_is_covered(logged: Shop, column: str) -> None:
    tamper(logged, f"UPDATE auditevent SET {column} WHERE id = 5")
    assert [number for number, _ in broken(logged)] == [5]


def test_an_event_taken_out_is_found_by_the_one_after_it(logged: Shop) -> None:
    tamper(logged, "DELETE FROM auditevent WHERE id = 4")
    assert broken(logged) == [(5, "it does not follow the event before it: one was changed or taken out")]


def test_the_first_event_cannot_be_taken_out_unnoticed(logged: Shop) -> None:
    tamper(logged, "DELETE FROM auditevent WHERE id = 1")
    assert [number for number, _ in broken(logged)] == [2]


def test_an_event_rewritten_with_a_fitting_hash_is_found_by_the_one_after_it(logged: Shop) -> None:
    event = events(logged)[3]
    covered = [
        *(event.previous_hash, event.happened_at.isoformat(), "somebody else", event.action, event.subject),
        *(event.because, event.detail),
    ]
    forged = hashlib.sha256(json.dumps(covered, sort_keys=True).encode()).hexdigest()
    tamper(logged, f"UPDATE auditevent SET actor = 'somebody else', hash = '{forged}' WHERE id = 4")
    assert [number for number, _ in broken(logged)] == [5]


def test_two_events_that_change_places_are_found(logged: Shop) -> None:
    tamper(
        logged,
        "UPDATE auditevent SET id = 900 WHERE id = 3",
        "UPDATE auditevent SET id = 3 WHERE id = 4",
        "UPDATE auditevent SET id = 4 WHERE id = 900",
    )
    assert [number for number, _ in broken(logged)] == [3, 4, 5]


def test_what_was_undone_leaves_no_event(shop: Shop) -> None:
    before = len(events(shop))

    def give_up(session: Session) -> None:
        entry = cases.read_case(
            shop.rules,
            {"customer": "a@example.com", "name": "A", "reason": "long-wait", "severity": "minor"},
            {},
            now=shop.now,
        )
        cases.open_case(session, shop.rules, entry, now=shop.now, actor=shop.actor(session))
        raise KeyError

    with pytest.raises(KeyError):
        shop.write(give_up)
    assert len(events(shop)) == before
    assert broken(shop) == []


def test_the_newest_events_are_listed_oldest_of_them_first(logged: Shop) -> None:
    listed = logged.read(lambda session: audit.events(session, None, 3))
    assert [event.id for event in listed] == [event.id for event in events(logged)[-3:]]
    of_one = logged.read(lambda session: audit.events(session, "C-0002", 50))
    assert [(event.action, event.actor) for event in of_one] == [("case open", ANA)]
    assert logged.read(lambda session: audit.events(session, "C-9999", 50)) == []
