"""Who is erased is gone from every table and every file; money stays."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Date, DateTime, Integer, TypeDecorator, event, text
from sqlmodel import Session, SQLModel, col, select

from followup.domain.cases.case import CaseStatus
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.customer_fields import CUSTOMER_FIELDS, WhenErased
from followup.errors import Refused
from followup.reports.liability import liability
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, spend
from followup.services.cases import find_cases
from followup.services.goodwill import budgets
from followup.services.people import customers
from followup.services.privacy import erasure
from followup.services.privacy.erasure import KEPT, TAKEN_OUT
from followup.services.privacy.personal_data import tables_of_a_person
from followup.services.sequences import enrolments
from followup.services.shared import audit
from followup.store import scrub
from followup.store.columns import WordColumn
from followup.store.search import case_index
from followup.store.search.case_index import CaseFilter
from followup.store.tables import (
    BudgetPeriod,
    Case,
    Customer,
    Draw,
    Email,
    EmailGesture,
    Gesture,
    LedgerEntry,
    Note,
    Suppression,
    Voucher,
)
from tests.services import life
from tests.services.life import MARK, PHONE_KEY
from tests.services.mailing import files, rows, states
from tests.services.privacy.erasing import cells, erase, traces
from tests.shop import ANA, MAX, Shop


def figures(shop: Shop) -> Any:
    """Every figure of money there is. Held and released stand together: what waited is released."""

    def look(session: Session) -> Any:
        scope = Scope(since=None, until=None, timezone="Europe/London", currency="GBP", now=shop.now)
        spent = {
            by: [
                (
                    row.keys,
                    row.gestures,
                    row.committed_minor,
                    row.spent_minor,
                    row.held_minor + row.released_minor,
                )
                for row in spend(session, [by], scope)
            ]
            for by in SpendBy
        }
        periods = [
            (row.period, row.committed_minor, row.spent_minor, row.held_minor + row.released_minor)
            for row in session.exec(select(BudgetPeriod).order_by(col(BudgetPeriod.id)))
        ]
        owed = liability(session, scope)
        entries = [
            (row.gesture_id, row.kind, row.amount_minor)
            for row in session.exec(select(LedgerEntry).order_by(col(LedgerEntry.id)))
            if row.kind.value != "release"
        ]
        given = [
            (row.case_id, row.kind, row.amount_minor, row.requested_at)
            for row in session.exec(select(Gesture).order_by(col(Gesture.id)))
        ]
        assert budgets.reconcile(session)[1] == []
        return spent, periods, owed, entries, given

    return shop.read(look)


# ---- Nothing can be forgotten


def test_every_column_that_can_hold_a_text_is_taken_out_or_has_a_reason_to_stay() -> None:
    keys = {"email_key", "phone_key", "address_key"}
    gone = {field.column for field in CUSTOMER_FIELDS if field.when_erased is not WhenErased.KEPT}
    own: dict[type[SQLModel], set[str]] = {
        Customer: {*gone, *keys},
        Email: {"to_address"},
        Suppression: {"address", "because"},
    }
    left = [
        f"{table.__tablename__}.{column.name}"
        for table in tables_of_a_person()
        for column in SQLModel.metadata.tables[str(table.__tablename__)].columns
        if table is not Note
        and holds_text(column.type)
        and column.name not in {*TAKEN_OUT.get(table, {}), *own.get(table, ())}
    ]
    assert sorted(left) == sorted(KEPT)


def holds_text(kind: Any) -> bool:
    if isinstance(kind, WordColumn):
        return False
    bare = kind.impl if isinstance(kind, TypeDecorator) else kind
    return not isinstance(bare, (Integer, Boolean, Date, DateTime))


def test_the_tables_of_a_person_are_those_that_lead_to_a_customer() -> None:
    names = {str(table.__tablename__) for table in tables_of_a_person()}
    assert names == {
        *("customer", "cases", "note", "gesture", "approval", "voucher", "redemption", "ledgerentry"),
        *("draw", "enrolment", "outbox", "emailevent", "emailgesture", "inboundmail", "suppression"),
    }
    settled = {*TAKEN_OUT, Customer, Note, Suppression, Voucher, LedgerEntry, Draw, EmailGesture}
    assert set(tables_of_a_person()) == settled


# ---- What goes and what stays


def test_an_erased_person_is_in_no_table_no_file_and_no_journal(lived: Shop) -> None:
    assert len(traces(lived)) > 40
    assert [content for content in files(lived) if MARK in content.decode().lower()]
    before = figures(lived)
    erase(lived, f"{MARK}new1@example.com")
    assert traces(lived) == []
    assert figures(lived) == before
    # The search index holds telephone numbers from behind.
    marks = (b"zqx", PHONE_KEY.encode(), PHONE_KEY[::-1].encode())
    in_files = [
        path
        for path in lived.workspace.root.rglob("*")
        if path.is_file() and any(mark in path.read_bytes().lower() for mark in marks)
    ]
    assert in_files == []
    assert lived.read(lambda session: list(audit.broken_links(session))) == []


@pytest.mark.parametrize(
    "typed", [MARK, PHONE_KEY, "Zqxana", f"{MARK}bella", f"{MARK.upper()}-1", f"{MARK}new1@example.com"]
)
def test_an_erased_person_is_not_found_any_more(lived: Shop, typed: str) -> None:
    def found(text: str) -> int:
        search = lived.read(lambda session: find_cases.find_cases(session, [text], CaseFilter(), limit=100))
        return len(search.cases)

    assert found(typed)
    erase(lived, f"{MARK}new1@example.com")
    assert found(typed) == 0
    assert lived.read(lambda session: case_index.problems(session.connection())) == []


@pytest.mark.only_on("postgresql")
def test_the_search_index_is_written_anew_without_the_words_of_an_erased_person(lived: Shop) -> None:
    def bytes_of_index() -> bytes:
        with lived.engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            read = "SELECT pg_read_binary_file(pg_relation_filepath('ix_casesearch_words'))"
            return bytes(connection.execute(text(read)).scalar_one())

    assert MARK.encode() in bytes_of_index()
    erase(lived, f"{MARK}new1@example.com")
    assert MARK.encode() not in bytes_of_index()
    assert PHONE_KEY[::-1].encode() not in bytes_of_index()


@pytest.mark.only_on("sqlite")
def test_without_clearing_the_bytes_would_still_be_in_the_file(lived: Shop) -> None:
    """The negative control: a row that is gone is not yet a byte that is gone, unless the library was built
    to see to it."""
    lived.engine.dispose()
    event.listen(lived.engine, "connect", lambda raw, _: raw.execute("PRAGMA secure_delete = OFF"))
    lived.write(
        lambda session: erasure.erase(
            session,
            lived.rules,
            customers.find_customer(session, f"{MARK}new1@example.com"),
            now=lived.now,
            actor=lived.actor(session, MAX),
            because="they asked",
        )
    )
    file = lived.workspace.root / "db" / "followup.db"
    assert traces(lived) == []
    assert MARK.encode() in file.read_bytes().lower()
    assert scrub.clear(lived.engine)
    assert MARK.encode() not in file.read_bytes().lower()
    assert not scrub.clear(lived.engine)
    with sqlite3.connect(file) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


def test_nobody_else_loses_anything(lived: Shop) -> None:
    def others(session: Session) -> Any:
        tom = customers.find_customer(session, "tom@example.com")
        (case,) = session.exec(select(Case).where(col(Case.customer_id) == tom.id)).all()
        emails = [(row.state, row.to_address, row.due_at) for row in enrolments.emails_of(session, case)]
        return tom.model_dump(), case.model_dump(), emails

    before = lived.read(others)
    erase(lived, f"{MARK}new1@example.com")
    assert lived.read(others) == before
    assert len(before[2]) == 3


@example(first=["writes", "suppress", "move", "writes", "move"], second=[])
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(st.sampled_from(sorted(life.STEPS)), max_size=7),
    second=st.lists(st.sampled_from(sorted(life.STEPS)), max_size=4),
)
def test_after_any_life_nothing_is_left_but_the_money(
    new_shop: Callable[[], Shop], first: list[str], second: list[str]
) -> None:
    shop = new_shop()
    shop.budget("500.00")
    person = life.meet(shop)
    life.do(shop, life.complain(shop), *first)
    email = shop.read(lambda session: session.get_one(Customer, person.id).email)
    life.do(shop, life.complain(shop, email, "long-wait", 2), *second)
    email = shop.read(lambda session: session.get_one(Customer, person.id).email)
    before = figures(shop)
    erase(shop, email)
    assert traces(shop) == []
    assert figures(shop) == before
    assert shop.read(lambda session: list(audit.broken_links(session))) == []
    assert not {*states(shop)} & {"scheduled", "deferred", "claimed"}
    shop.engine.dispose()


def test_what_waited_is_taken_back_and_what_was_to_come_is_stopped(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, "asks")
    life.do(shop, life.complain(shop, number=2), "voucher")
    done = erase(shop)
    assert done["stopped"] == {"gestures": 1, "emails": len(rows(shop)), "cases": 2}
    assert done["kept"] == {"gestures": 2, "vouchers_outstanding": 1}
    assert set(states(shop)) == {"cancelled"}
    assert {row.reason for row in rows(shop)} == {"the customer was erased"}

    def look(session: Session) -> None:
        standing = budgets.standing(session, budgets.find_budget(session, "goodwill"), "2026-11").figures
        # The refund of 40 that waited is released, the voucher of 8 stays good.
        assert (standing.held_minor, standing.released_minor, standing.committed_minor) == (0, 4000, 800)
        assert {found.status for found in session.exec(select(Case))} == {CaseStatus.CLOSED}
        assert [found.state for found in session.exec(select(Voucher))] == ["issued"]

    shop.read(look)


# ---- Who may, and when not


def test_only_a_manager_erases(shop: Shop) -> None:
    life.meet(shop)
    before = cells(shop)
    with pytest.raises(Refused, match="Only a manager"):
        erase(shop, by=ANA)
    assert cells(shop) == before


@pytest.mark.parametrize("state", [EmailState.CLAIMED, EmailState.TRANSMITTING, EmailState.IN_DOUBT])
def test_an_email_that_may_be_on_its_way_is_waited_for(shop: Shop, state: EmailState) -> None:
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher")

    def under_way(session: Session) -> None:
        email = session.exec(select(Email).order_by(col(Email.id))).first()
        assert email is not None
        email.state = state
        session.add(email)

    shop.write(under_way)
    before = cells(shop)
    with pytest.raises(Refused):
        erase(shop)
    assert cells(shop) == before


def test_what_is_issued_and_not_paid_is_settled_first(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    shop.request(life.complain(shop), "refund", "5.00")
    with pytest.raises(Refused, match="not paid") as caught:
        erase(shop)
    assert caught.value.code == "gesture_owed"
    assert traces(shop)


def test_a_file_that_cannot_be_removed_keeps_everything_as_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "send")
    before = cells(shop)

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    with pytest.raises(Refused, match="Nobody was erased"):
        erase(shop)
    assert cells(shop) == before
