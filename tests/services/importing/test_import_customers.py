import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.domain.importing.import_map import FileForm
from followup.domain.importing.import_map_file import load_customer_map
from followup.errors import InvalidFile
from followup.services.importing import import_rows
from followup.services.importing.import_customers import CustomerImport
from followup.services.importing.import_file import BadRows, open_import_file
from followup.services.people import customers
from followup.services.privacy import erasure
from followup.store.tables import AuditEvent, Customer
from tests.services.people.test_customers import add
from tests.shop import MAX, Shop

HEADER = "name,email,locale,timezone,region,segment,value,consent\n"
PRIYA = "Priya Shah,Priya@Example.com,en-GB,Europe/London,GB-ENG,regular,1200.00,marketing\n"
TOM = "Tom Okafor,tom@example.com,,,,,,\n"


def run(
    shop: Shop, text: str, name: str = "people.csv", map_: str | None = None, **how: Any
) -> dict[str, Any]:
    """Check a file and, unless it is a dry run, import it; the answer of the command."""
    path = shop.workspace.root / name
    path.write_text(text, encoding="utf-8")
    mapped = load_customer_map(map_, "map.toml") if map_ else None
    form = mapped.file if mapped else FileForm()
    with open_import_file(path, io.BytesIO(), form) as opened:
        work = CustomerImport(opened, mapped, shop.workspace.settings, shop.now)
        work.check_map()
        aside = BadRows(how["aside"], opened) if "aside" in how else None
        checked = shop.read(lambda s: import_rows.check_rows(s, work, aside, lambda _: None))
        if aside is not None:
            aside.close()
        if how.get("dry_run"):
            return {**work.document(checked, dry_run=True)}
        done = shop.write(lambda s: import_rows.write_rows(s, work, checked, shop.actor(s), lambda _: None))
        return {**work.document(done, dry_run=False)}


def people(shop: Shop) -> list[Customer]:
    return list(shop.read(lambda session: session.exec(select(Customer).order_by(col(Customer.id))).all()))


def counts(document: dict[str, Any]) -> list[int]:
    return [document[name] for name in ("read", "imported", "already_there", "left_out", "erased", "bad")]


def test_each_column_becomes_what_the_flag_of_the_same_name_does(shop: Shop) -> None:
    assert counts(run(shop, HEADER + PRIYA + TOM)) == [2, 2, 0, 0, 0, 0]
    priya, tom = people(shop)
    assert (priya.name, priya.email, priya.region) == ("Priya Shah", "priya@example.com", "GB-ENG")
    assert (priya.segment, priya.value_minor, priya.marketing_consent) == ("regular", 120000, True)
    assert (tom.locale, tom.timezone, tom.region) == ("en-GB", "Europe/London", "GB")
    assert (tom.segment, tom.value_minor, tom.marketing_consent) == (None, None, False)


def test_again_is_nothing_twice_and_who_is_here_stays_as_they_are(shop: Shop) -> None:
    add(shop, "Priya S.", "priya@example.com")
    assert counts(run(shop, HEADER + PRIYA + TOM)) == [2, 1, 1, 0, 0, 0]
    assert counts(run(shop, HEADER + PRIYA + TOM)) == [2, 0, 2, 0, 0, 0]
    assert [row.name for row in people(shop)] == ["Priya S.", "Tom Okafor"]


def test_the_same_address_twice_in_a_file_is_one_customer(shop: Shop) -> None:
    again = "Thomas,TOM@example.com,,,,,,\n"
    assert counts(run(shop, HEADER + TOM + again)) == [2, 1, 1, 0, 0, 0]
    assert [row.name for row in people(shop)] == ["Tom Okafor"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Tom,,,,,,,\n", "email"),
        ("Tom,tom,,,,,,\n", "email"),
        (",tom@example.com,,,,,,\n", "name"),
        ("Tom,tom@example.com,english,,,,,\n", "locale"),
        ("Tom,tom@example.com,,Europe/Lundon,,,,\n", "timezone"),
        ("Tom,tom@example.com,,,England,,,\n", "region"),
        ("Tom,tom@example.com,,,,A B,,\n", "segment"),
        ("Tom,tom@example.com,,,,,12.345,\n", "value"),
        ("Tom,tom@example.com,,,,,,perhaps\n", "consent"),
    ],
)
def test_a_bad_row_is_named_by_its_line_its_column_and_what_to_do(shop: Shop, row: str, column: str) -> None:
    document = run(shop, HEADER + PRIYA + row, dry_run=True)
    assert counts(document) == [2, 1, 0, 0, 0, 1]
    (error,) = document["errors"]
    assert (error["row"], error["line"], error["column"]) == (2, 3, column)
    assert error["message"]
    assert error["hint"]


def test_every_fault_of_a_row_is_said_and_bad_rows_are_put_aside_as_they_were(
    shop: Shop, tmp_path: Path
) -> None:
    bad = "Tom,tom,,,England,,,\n"
    aside = tmp_path / "bad.csv"
    document = run(shop, HEADER + PRIYA + bad, aside=aside)
    assert counts(document) == [2, 1, 0, 0, 0, 1]
    assert document["errors_found"] == 2
    lines = aside.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == HEADER.strip() + ",import_error"
    assert lines[1].startswith("Tom,tom,,,England,,,,")
    assert len(lines) == 2


def test_who_was_erased_is_passed_over(shop: Shop) -> None:
    add(shop)

    def erase(session: Session) -> None:
        person = customers.find_customer(session, "priya@example.com")
        erasure.erase(session, shop.rules, person, now=shop.now, actor=shop.actor(session, MAX), because="x")

    shop.write(erase)
    assert counts(run(shop, HEADER + PRIYA + TOM)) == [2, 1, 0, 0, 1, 0]
    assert [row.name for row in people(shop)] == ["erased", "Tom Okafor"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("people.json", json.dumps([{"email": "tom@example.com", "name": "Tom Okafor", "consent": "yes"}])),
        ("people.jsonl", '{"name": "Tom Okafor", "email": "tom@example.com", "consent": "yes"}\n'),
        ("people.tsv", "Name\tE-mail\tEMAIL\tConsent\nTom Okafor\tx\ttom@example.com\tyes\n"),
    ],
)
def test_json_and_tables_of_other_forms_are_read_too(shop: Shop, name: str, text: str) -> None:
    assert counts(run(shop, text, name)) == [1, 1, 0, 0, 0, 0]
    (tom,) = people(shop)
    assert (tom.name, tom.marketing_consent) == ("Tom Okafor", True)


def test_columns_that_are_not_used_are_said(shop: Shop) -> None:
    document = run(shop, "email,name,Loyalty tier\ntom@example.com,Tom,gold\n")
    assert document["unused_columns"] == ["Loyalty tier"]


def test_a_file_without_a_column_that_is_needed_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidFile, match="no column email"):
        run(shop, "name,address\nTom,x\n")


MAP = """
[only_if]
column = "Type"
equals = "customer"
[email]
column = "Mail"
[name]
template = "{First} {Last}"
[segment]
column = "Tier"
[segment.table]
"Gold Member" = "vip"
[consent]
default = "none"
"""


def test_a_map_names_other_columns_and_leaves_rows_out(shop: Shop) -> None:
    text = "Type,Mail,First,Last,Tier\ncustomer,tom@example.com,Tom,Okafor,gold member\nlead,x,,,\n"
    assert counts(run(shop, text, map_=MAP)) == [2, 1, 0, 1, 0, 0]
    (tom,) = people(shop)
    assert (tom.name, tom.segment) == ("Tom Okafor", "vip")


def test_a_map_is_checked_against_the_file_and_the_workspace(shop: Shop) -> None:
    with pytest.raises(InvalidFile, match="Mail"):
        run(shop, "Type,First,Last,Tier\n", map_=MAP)
    with pytest.raises(InvalidFile, match="USD"):
        run(shop, HEADER, map_='currency = "USD"\n[email]\ncolumn = "email"\n[name]\ncolumn = "name"\n')
    with pytest.raises(InvalidFile, match="severity"):
        load_customer_map(
            '[email]\ncolumn = "email"\n[name]\ncolumn = "n"\n[severity]\ndefault = "minor"\n', "m"
        )
    with pytest.raises(InvalidFile, match=r"\[name\] is missing"):
        load_customer_map('[email]\ncolumn = "email"\n', "m")


def test_an_import_is_one_change_in_the_log_beside_its_customers(shop: Shop) -> None:
    run(shop, HEADER + PRIYA + TOM)
    actions = shop.read(lambda session: session.exec(select(AuditEvent.action)).all())
    assert [action for action in actions if action.startswith("customer")] == [
        "customer add",
        "customer add",
        "customer import",
    ]
