"""Who is erased is gone from every table and every file; money and the log's chain stay."""

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
from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound, Refused, WrongUsage
from followup.reports.liability import liability
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, spend
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.goodwill import budgets
from followup.services.outbox import explain_email
from followup.services.people import customers, suppressions
from followup.services.privacy import erasure
from followup.services.privacy.erasure import KEPT, TAKEN_OUT, ErasureFigures
from followup.services.privacy.personal_data import tables_of_a_person
from followup.services.sequences import enrolments
from followup.services.shared import audit, idempotency
from followup.store import scrub
from followup.store.columns import WordColumn
from followup.store.tables import (
    AuditEvent,
    BudgetPeriod,
    Case,
    Customer,
    Draw,
    Email,
    Gesture,
    LedgerEntry,
    Note,
    Suppression,
    Voucher,
)
from tests.services import life, mail_back
from tests.services.life import EMAIL, MARK, PHONE_KEY
from tests.services.mailing import files, rows, states, tick
from tests.shop import ANA, MAX, Shop


def erase(
    shop: Shop, email: str = EMAIL, by: str = MAX, because: str | None = "they asked"
) -> ErasureFigures:
    done = shop.write(
        lambda session: erasure.erase(
            session,
            shop.rules,
            customers.find_customer(session, email),
            now=shop.now,
            actor=shop.actor(session, by),
            because=because,
        )
    )
    scrub.clear(shop.engine)
    return done


def cells(shop: Shop) -> list[str]:
    """Every value of every table, as text."""

    def look(session: Session) -> list[str]:
        return [
            f"{table.name}: {_shown(value)}"
            for table in SQLModel.metadata.sorted_tables
            for row in session.execute(text(f"SELECT * FROM {table.name}"))
            for value in row
        ]

    return shop.read(look)


def _shown(value: Any) -> str:
    bare = bytes(value) if isinstance(value, memoryview) else value
    return bare.decode("utf-8", "replace") if isinstance(bare, bytes) else str(bare)


def traces(shop: Shop, *marks: str) -> list[str]:
    """The values that hold a mark, in whatever case."""
    wanted = [mark.lower() for mark in marks or (MARK, PHONE_KEY)]
    return [cell for cell in cells(shop) if any(mark in cell.lower() for mark in wanted)]


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
        *("draw", "enrolment", "outbox", "emailevent", "inboundmail", "suppression"),
    }
    settled = {*TAKEN_OUT, Customer, Note, Suppression, Voucher, LedgerEntry, Draw}
    assert set(tables_of_a_person()) == settled


# ---- What goes and what stays


@pytest.fixture
def lived(shop: Shop) -> Shop:
    """A customer to whom everything happened, and another."""
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "note", "send", "redeem", "bounce", "writes", "move")
    life.do(
        shop, life.complain(shop, f"{MARK}new1@example.com", number=2), "asks", "lift", "decide", "answer"
    )
    life.do(
        shop, life.complain(shop, f"{MARK}new1@example.com", number=3), "refund", "pause", "unenrol", "close"
    )
    life.do(shop, life.complain(shop, f"{MARK}new1@example.com", number=4), "holds", "hold", "suppress")
    other = shop.open_case("tom@example.com", name="Tom Okafor", verbatim="A kettle.", reason="long-wait")
    shop.request(other)
    return shop


def test_an_erased_person_is_in_no_table_no_file_and_no_journal(lived: Shop) -> None:
    assert len(traces(lived)) > 40
    assert [content for content in files(lived) if MARK in content.decode().lower()]
    before = figures(lived)
    erase(lived, f"{MARK}new1@example.com")
    assert traces(lived) == []
    assert figures(lived) == before
    in_files = [
        path
        for path in lived.workspace.root.rglob("*")
        if path.is_file() and any(mark in path.read_bytes().lower() for mark in (b"zqx", PHONE_KEY.encode()))
    ]
    assert in_files == []
    assert lived.read(lambda session: list(audit.broken_links(session))) == []


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


# ---- The address


def test_their_address_is_kept_in_no_readable_form_and_is_still_suppressed(shop: Shop) -> None:
    life.meet(shop)
    erase(shop)
    (kept,) = shop.read(lambda session: list(session.exec(select(Suppression))))
    assert kept.address.startswith("erased:")
    for spelled in (EMAIL, EMAIL.upper(), f" {EMAIL} "):
        assert suppressed_as(shop, spelled) == "erased"
    assert suppressed_as(shop, "another@example.com") is None


def suppressed_as(shop: Shop, address: str) -> str | None:
    row = shop.read(lambda session: suppressions.is_suppressed(session, address))
    return None if row is None else row.reason.value


def test_another_database_keeps_the_same_address_in_another_form(new_shop: Callable[[], Shop]) -> None:
    kept = []
    for _ in range(2):
        shop = new_shop()
        life.meet(shop)
        erase(shop)
        kept.append(shop.read(lambda session: session.exec(select(Suppression.address)).one()))
        shop.engine.dispose()
    assert kept[0] != kept[1]


def test_who_comes_back_is_written_to_only_when_a_manager_allows_it(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    erase(shop)
    case = shop.open_case(EMAIL)
    gesture = shop.request(case)
    assert gesture.state == "issued"
    assert rows(shop) == []
    with pytest.raises(Refused, match="only a manager"):
        shop.write(
            lambda session: suppressions.lift(
                session, EMAIL, now=shop.now, actor=shop.actor(session, ANA), because="back"
            )
        )
    shop.write(
        lambda session: suppressions.lift(
            session, EMAIL, now=shop.now, actor=shop.actor(session, MAX), because="back"
        )
    )
    second = shop.open_case(EMAIL, reason="long-wait")
    shop.request(second)
    assert {row.to_address for row in rows(shop)} == {EMAIL}


def test_a_late_bounce_does_not_bring_the_address_back(shop: Shop) -> None:
    life.meet(shop)
    erase(shop)
    again = shop.write(
        lambda session: suppressions.suppress(
            session, EMAIL, SuppressionReason.HARD_BOUNCE, now=shop.now, actor=shop.actor(session)
        )
    )
    assert not again.is_new
    assert traces(shop) == []


@pytest.mark.parametrize("what", ["bounce", "soft bounce", "out of office", "complaint"])
def test_what_comes_back_late_about_their_emails_writes_nothing_down_of_them(shop: Shop, what: str) -> None:
    shop.budget("500.00")
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, "voucher", "send")
    email = rows(shop)[0]
    raw = {
        "bounce": mail_back.bounce(EMAIL, to=mail_back.bounce_address(shop, email)),
        "soft bounce": mail_back.bounce(EMAIL, to=mail_back.bounce_address(shop, email), status="4.2.2"),
        "out of office": mail_back.away(to=mail_back.care_address(shop, case), sender=f"Zqx <{EMAIL}>"),
        "complaint": mail_back.complaint(email.message_id, EMAIL),
    }[what]
    erase(shop)
    receipt = mail_back.receive(shop, raw)
    assert not receipt.known
    assert traces(shop) == []
    assert len(shop.read(lambda session: list(session.exec(select(Suppression))))) == 1


def test_an_address_that_somebody_else_has_now_is_not_suppressed(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "send", "move")
    customer = shop.read(lambda session: session.exec(select(Customer.email)).one())
    life.meet(shop, EMAIL)
    erase(shop, customer)
    assert shop.read(lambda session: suppressions.is_suppressed(session, EMAIL)) is None
    assert shop.read(lambda session: customers.find_customer(session, EMAIL)).erased_at is None
    # The old emails no longer say to whom they went.
    assert {row.to_address for row in rows(shop)} == {"erased-1@invalid"}


# ---- Afterwards


def test_an_erased_person_is_found_by_what_stands_in_their_place_and_shown_as_erased(lived: Shop) -> None:
    erase(lived, f"{MARK}new1@example.com")

    def look(session: Session) -> None:
        person = customers.find_customer(session, "erased-1@invalid")
        shown = serializers.customer(person, "GBP")
        assert (shown["name"], shown["email"]) == ("erased", "erased-1@invalid")
        assert shown["erased_at"] == "2026-11-02T10:00:00+00:00"
        assert shown["segment"] == "regular"
        for case, customer in cases.list_cases(session, customer="erased-1@invalid"):
            whole = serializers.case_whole(session, case)
            assert whole["customer"]["erased_at"] is not None
            assert serializers.case(case, customer)["verbatim"] is None
        with pytest.raises(NotFound):
            customers.find_customer(session, EMAIL)
        assert [row.name for row in customers.list_customers(session, search=None, limit=9)] == ["Tom Okafor"]

    lived.read(look)


def test_the_story_of_each_of_their_emails_can_still_be_told(lived: Shop) -> None:
    erase(lived, f"{MARK}new1@example.com")

    def look(session: Session) -> list[str]:
        return [
            entry["text"]
            for email in session.exec(select(Email).order_by(col(Email.id)))
            for entry in explain_email.story(session, lived.rules, email, now=lived.now)["story"]
        ]

    told = lived.read(look)
    assert len(told) > 10
    assert not [line for line in told if "planned for (erased)" in line or "None" in line]
    assert any("the customer was erased" in line for line in told)


def test_nothing_is_recorded_of_them_or_changed_any_more(shop: Shop) -> None:
    life.meet(shop)
    erase(shop)
    with pytest.raises(WrongUsage):
        shop.open_case("erased-1@invalid")
    with pytest.raises(Refused, match="erased"):
        shop.write(
            lambda session: customers.change_customer(
                session,
                shop.workspace.settings,
                customers.find_customer(session, "erased-1@invalid"),
                {"name": "Zqxana"},
                now=shop.now,
                actor=shop.actor(session),
            )
        )


def test_who_writes_again_can_be_erased_again(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    case = life.complain(shop)
    life.do(shop, case, "voucher", "send")
    erase(shop)
    first = shop.read(lambda session: session.exec(select(Customer.erased_at)).one())
    life.do(shop, case, "answer", "note")
    assert traces(shop)
    erase(shop, "erased-1@invalid")
    assert traces(shop) == []
    assert shop.read(lambda session: session.exec(select(Customer.erased_at)).one()) == first
    assert len(shop.read(lambda session: list(session.exec(select(Suppression))))) == 1
    assert shop.read(lambda session: list(audit.broken_links(session))) == []


def test_a_key_that_was_used_for_them_is_not_used_again(shop: Shop) -> None:
    life.meet(shop)
    life.do(shop, life.complain(shop), "note")
    erase(shop)
    asked = {"text": f"Told {MARK} about it."}
    with pytest.raises(Refused, match="erased") as caught:
        shop.read(lambda session: idempotency.first_answer(session, "n1", "case note", asked))
    assert caught.value.code == "erased"


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


# ---- The log


@pytest.fixture
def logged(shop: Shop) -> Shop:
    """A customer of whom the log has reasons to tell."""
    life.meet(shop)
    life.do(shop, life.complain(shop), "suppress", "lift", "suppress", "lift", "close")
    return shop


def test_the_log_says_who_erased_whom_and_why_without_a_name(logged: Shop) -> None:
    erase(logged)
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer erase")
    event = logged.read(lambda session: session.exec(query).one())
    assert (event.actor, event.subject, event.because) == (MAX, "customer 1", "they asked")
    assert len(event.detail[audit.REASONS_TAKEN_OUT]) >= 5


def test_a_reason_taken_out_by_anybody_else_is_a_break(logged: Shop) -> None:
    number = logged.read(
        lambda session: session.exec(
            select(AuditEvent.id).where(col(AuditEvent.because).is_not(None))
        ).first()
    )
    logged.write(
        lambda session: session.execute(
            text(f"UPDATE auditevent SET because = NULL, because_salt = NULL WHERE id = {number}")
        )
    )
    assert logged.read(lambda session: list(audit.broken_links(session))) == [
        (number, "its content was changed")
    ]


@pytest.mark.only_on("sqlite")
def test_an_event_changed_after_its_reason_was_taken_out_is_a_break(logged: Shop) -> None:
    erase(logged)
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer erase")
    event = logged.read(lambda session: session.exec(query).one())
    number = int(next(iter(event.detail[audit.REASONS_TAKEN_OUT])))

    def tamper(session: Session) -> None:
        session.execute(text("DROP TRIGGER auditevent_no_update"))
        session.execute(text(f"UPDATE auditevent SET actor = 'somebody' WHERE id = {number}"))

    logged.write(tamper)
    assert [found for found, _ in logged.read(lambda session: list(audit.broken_links(session)))] == [number]


@pytest.mark.parametrize(
    "change", ["actor = 'x'", "because = 'x'", "because = NULL, actor = 'x'", "hash = 'x'"]
)
def test_the_database_lets_a_reason_be_taken_out_and_nothing_else(logged: Shop, change: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        logged.write(lambda session: session.execute(text(f"UPDATE auditevent SET {change} WHERE id = 3")))


def test_an_email_that_failed_is_not_tried_again_for_somebody_erased(shop: Shop) -> None:
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "send")
    erase(shop)

    def again(session: Session) -> None:
        email = session.exec(select(Email).order_by(col(Email.id))).first()
        assert email is not None
        email.state, email.due_at, email.sent_at = EmailState.SCHEDULED, shop.now, None
        session.add(email)

    shop.write(again)
    tick(shop)
    assert set(states(shop)) == {"cancelled"} or "sent" not in states(shop)
    assert files(shop) == []
