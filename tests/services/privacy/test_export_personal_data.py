import json

import pytest
from sqlmodel import Session, col, func, select

from followup.services.people import customers
from followup.services.privacy import export_personal_data
from followup.services.privacy.export_personal_data import PARTS, WITHIN, PersonalDataDocument
from followup.services.privacy.personal_data import dossier_of, tables_of_a_person
from followup.services.shared import audit
from followup.store.tables import AuditEvent, Customer, EmailGesture
from tests.services import life
from tests.services.life import EMAIL, MARK
from tests.services.privacy.erasing import cells
from tests.shop import Shop


def export(shop: Shop, email: str = EMAIL) -> PersonalDataDocument:
    return shop.write(
        lambda session: export_personal_data.export(
            session,
            customers.find_customer(session, email),
            "GBP",
            now=shop.now,
            actor=shop.actor(session),
        )
    )


@pytest.fixture
def known(shop: Shop) -> Shop:
    """A customer to whom much happened, and another."""
    shop.budget("500.00")
    life.meet(shop)
    first = life.complain(shop)
    life.do(shop, first, "voucher", "note", "send", "redeem", "bounce", "suppress")
    life.do(shop, life.complain(shop, reason="long-wait", number=2), "asks", "decide", "answer")
    shop.write(lambda session: session.add(EmailGesture(email_id=1, gesture_id=2)))
    other = shop.open_case("tom@example.com", name="Tom Okafor", verbatim="A kettle.")
    shop.request(other)
    return shop


def test_every_table_that_leads_to_a_customer_has_its_place_in_an_export() -> None:
    placed = {table for table, _ in PARTS.values()} | set(WITHIN)
    assert set(tables_of_a_person()) == placed


def test_the_type_of_an_export_has_the_keys_of_one() -> None:
    assert set(PersonalDataDocument.__annotations__) == {*PARTS, "exported_at", "log", "answers"}


def test_every_row_of_every_table_is_there_once_and_nobody_elses(known: Shop) -> None:
    document = export(known)
    lists = {name: rows for name, rows in document.items() if isinstance(rows, list)}

    def look(session: Session) -> None:
        held = dossier_of(session, customers.find_customer(session, EMAIL))
        others = dossier_of(session, customers.find_customer(session, "tom@example.com"))
        for table in tables_of_a_person():
            everything = session.exec(select(func.count()).select_from(table)).one()
            assert len(held.of(table)) + len(others.of(table)) == everything
            # Tom has nothing of these, and she has something of all of them.
            assert held.of(table)
        for key, (table, _) in PARTS.items():
            assert len(lists[key]) == len(held.of(table)), key

    known.read(look)
    assert sum(len(email["events"]) for email in document["emails"]) > 4
    assert sum(len(entry["budgets"]) for entry in document["ledger"]) == len(document["ledger"])
    assert "Okafor" not in json.dumps(document)


def test_every_text_that_the_database_holds_about_them_is_in_it(known: Shop) -> None:
    """Read from the tables themselves, whatever code gathered the export."""
    written = json.dumps(export(known), ensure_ascii=False)
    held = {cell.partition(": ")[2] for cell in cells(known) if MARK in cell.lower()}
    short = {text for text in held if "\n" not in text and not text.startswith(("{", "["))}
    assert len(short) > 15
    assert {text for text in short if json.dumps(text, ensure_ascii=False)[1:-1] not in written} == set()


def test_emails_can_be_read_as_they_went_out(known: Shop) -> None:
    sent = next(email for email in export(known)["emails"] if email["state"] == "sent")
    headers = dict(sent["headers"])
    assert EMAIL in headers["To"]
    assert headers["Subject"] == sent["subject"]
    assert f"Zqxana {MARK}son" in sent["text"] or "Zqxana" in sent["text"]
    assert "=C3" not in sent["text"]


def test_vouchers_are_named_by_the_end_of_their_code(known: Shop) -> None:
    (voucher,) = export(known)["vouchers"]
    assert len(voucher["hint"]) == 4
    assert "code" not in voucher
    assert [(row["amount"], row["order"]) for row in export(known)["redemptions"]] == [("3.00", f"{MARK}-9")]


def test_the_log_is_part_of_it_and_tells_that_it_was_exported(known: Shop) -> None:
    log = export(known)["log"]
    assert {"customer add", "case open", "gesture request", "voucher redeem", "suppression add"} <= {
        event["action"] for event in log
    }
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer export")
    event = known.read(lambda session: session.exec(query).one())
    assert event.subject == "customer 1"
    assert known.read(lambda session: list(audit.broken_links(session))) == []


def test_the_records_merged_into_one_are_exported_with_it(known: Shop) -> None:
    def merged(session: Session) -> None:
        tom = customers.find_customer(session, "tom@example.com")
        tom.merged_into_id = customers.find_customer(session, EMAIL).id
        session.add(tom)

    known.write(merged)
    document = export(known, "tom@example.com")
    assert [row["email"] for row in document["customers"]] == [EMAIL, "tom@example.com"]
    assert known.read(lambda session: len(list(session.exec(select(Customer))))) == 2
