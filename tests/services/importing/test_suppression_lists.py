import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.importing.import_map import FileForm
from followup.domain.people.suppression import SuppressionReason
from followup.errors import InvalidFile
from followup.services.importing import import_rows
from followup.services.importing.import_file import open_import_file
from followup.services.importing.suppression_lists import SuppressionImport, csv_text
from followup.services.people import customers, suppressions
from followup.services.privacy import erasure
from followup.store.tables import AuditEvent, Suppression
from tests.services.people.test_customers import add
from tests.shop import MAX, MONDAY, Shop


def take_in(
    shop: Shop, text: str, name: str = "list.csv", reason: str = "manual", *, dry_run: bool = False
) -> dict[str, Any]:
    path = shop.workspace.root / name
    path.write_bytes(text.encode())
    with open_import_file(path, io.BytesIO(), FileForm()) as opened:
        word = SuppressionReason(reason)  # type: ignore[call-arg]
        work = SuppressionImport(opened, word, shop.now)
        checked = shop.read(lambda s: import_rows.check_rows(s, work, None, lambda _: None))
        if dry_run:
            return {**work.document(checked, dry_run=True)}
        done = shop.write(lambda s: import_rows.write_rows(s, work, checked, shop.actor(s), lambda _: None))
        return {**work.document(done, dry_run=False)}


def kept(shop: Shop) -> list[tuple[str, str, str | None]]:
    query = select(Suppression).order_by(col(Suppression.id))
    rows = shop.read(lambda session: session.exec(query).all())
    return [(row.address, row.reason.value, row.because) for row in rows]


def written(shop: Shop) -> str:
    return shop.read(lambda s: csv_text(reversed(suppressions.list_suppressions(s, reason=None, limit=999))))


def counts(document: dict[str, Any]) -> list[int]:
    return [document[name] for name in ("read", "imported", "already_there", "bad")]


def suppress(shop: Shop, address: str, because: str = "she asked") -> None:
    shop.write(
        lambda session: suppressions.suppress(
            session,
            address,
            SuppressionReason.COMPLAINT,
            now=shop.now,
            actor=shop.actor(session),
            because=because,
        )
    )


def erase(shop: Shop, email: str) -> None:
    def change(session: Session) -> None:
        person = customers.find_customer(session, email)
        erasure.erase(session, shop.rules, person, now=shop.now, actor=shop.actor(session, MAX), because="x")

    shop.write(change)


def test_what_is_written_out_can_be_taken_in_elsewhere_and_is_the_same(new_shop: Callable[[], Shop]) -> None:
    shop, other = new_shop(), new_shop()
    suppress(shop, "a@x.test")
    suppress(shop, "jo@bücher.example", because='said "never", twice')
    text = written(shop)
    assert text.splitlines()[0] == "address,reason,since,because"
    assert counts(take_in(other, text)) == [2, 2, 0, 0]
    assert kept(other) == kept(shop)
    assert written(other) == text
    assert counts(take_in(other, text)) == [2, 0, 2, 0]


def test_who_was_erased_is_known_elsewhere_too_and_the_list_does_not_name_them(
    new_shop: Callable[[], Shop],
) -> None:
    shop, other = new_shop(), new_shop()
    add(shop)
    erase(shop, "priya@example.com")
    text = written(shop)
    assert "priya" not in text
    assert counts(take_in(other, text)) == [1, 1, 0, 0]
    found = other.read(lambda session: suppressions.is_suppressed(session, "Priya@Example.com"))
    assert found is not None
    assert found.reason is SuppressionReason.ERASED
    # Those that the other database erases itself have its own salt, and both are known.
    add(other, "Tom", "tom@example.com")
    erase(other, "tom@example.com")
    for email, expected in (("tom@example.com", True), ("priya@example.com", True), ("x@example.com", False)):
        row = other.read(lambda session, e=email: suppressions.is_suppressed(session, e))  # type: ignore[misc]
        assert (row is not None) is expected


def test_who_asked_elsewhere_to_be_forgotten_is_not_written_down(shop: Shop) -> None:
    take_in(shop, "address,reason\npriya@example.com,erased\n")
    ((address, reason, _),) = kept(shop)
    assert address.startswith("erased:")
    assert reason == "erased"
    assert counts(take_in(shop, "address,reason\npriya@example.com,erased\n")) == [1, 0, 1, 0]


@pytest.mark.parametrize("address", ["=cmd@x.test", "+44@x.test", "-a@x.test", "'a@x.test", "'=a@x.test"])
def test_no_address_is_a_formula_and_each_comes_back_as_it_was(shop: Shop, address: str) -> None:
    suppress(shop, address, because="=HYPERLINK(1)")
    cell, _, _, because = list(csv.reader(io.StringIO(written(shop))))[1]
    assert cell.startswith("'")
    assert because == "'=HYPERLINK(1)"
    before = kept(shop)
    assert before[0][0] == address

    def lift(session: Session) -> None:
        suppressions.lift(session, address, now=shop.now, actor=shop.actor(session, MAX), because="x")

    text = written(shop)
    shop.write(lift)
    assert kept(shop) == []
    take_in(shop, text)
    assert kept(shop) == before


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}@[a-z]{1,8}\.test", fullmatch=True),
            st.from_regex(r"[ -~]{1,20}", fullmatch=True).filter(lambda text: text.strip() == text),
        ),
        unique_by=lambda pair: pair[0],
        min_size=1,
        max_size=8,
    )
)
def test_any_list_survives_the_way_there_and_back(
    new_shop: Callable[[], Shop], pairs: list[tuple[str, str]]
) -> None:
    shop, other = new_shop(), new_shop()
    for address, because in pairs:
        suppress(shop, address, " ".join(because.split()))
    take_in(other, written(shop))
    assert kept(other) == kept(shop)
    for one in (shop, other):
        one.engine.dispose()


def test_what_is_suppressed_stays_as_it_is(shop: Shop) -> None:
    suppress(shop, "a@x.test")
    assert counts(take_in(shop, "address,reason\nA@X.test,manual\nb@x.test,manual\n")) == [2, 1, 1, 0]
    assert kept(shop) == [("a@x.test", "complaint", "she asked"), ("b@x.test", "manual", None)]


def test_a_list_of_a_mail_provider_needs_no_more_than_addresses(shop: Shop) -> None:
    text = "Email,First name\nA@x.test,Ann\nb@x.test,Bob\na@x.test,Ann again\n"
    assert counts(take_in(shop, text, reason="hard_bounce")) == [3, 2, 1, 0]
    assert kept(shop) == [("a@x.test", "hard_bounce", None), ("b@x.test", "hard_bounce", None)]


def test_since_when_is_kept_and_now_where_it_does_not_say(shop: Shop) -> None:
    take_in(shop, "address,since\na@x.test,2025-01-31\nb@x.test,2025-01-31T10:00:00+02:00\nc@x.test,\n")
    rows = shop.read(lambda session: session.exec(select(Suppression).order_by(col(Suppression.id))).all())
    assert [row.since.isoformat() for row in rows] == [
        "2025-01-31T00:00:00+00:00",
        "2025-01-31T08:00:00+00:00",
        MONDAY.isoformat(),
    ]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("nobody,,,", "address"),
        (",manual,,", "address"),
        ("a@x.test,whim,,", "reason"),
        ("a@x.test,manual,yesterday,", "since"),
        ("a@x.test,manual,2999-01-01,", "since"),
        (f"a@x.test,manual,,{'x' * 201}", "because"),
        ("erased:abc,erased,,", "address"),
    ],
)
def test_a_bad_line_is_named_by_its_number_its_column_and_what_to_do(
    shop: Shop, line: str, column: str
) -> None:
    text = f"address,reason,since,because\nok@x.test,,,\n{line}\n"
    document = take_in(shop, text, dry_run=True)
    assert counts(document) == [2, 1, 0, 1]
    (error,) = document["errors"]
    assert (error["line"], error["column"]) == (3, column)
    assert error["hint"]
    assert kept(shop) == []


def test_json_is_read_too(shop: Shop) -> None:
    listed = [
        {"address": "a@x.test", "reason": "complaint", "because": None, "since": "2025-01-31T10:00:00+00:00"}
    ]
    assert counts(take_in(shop, json.dumps(listed), "list.json")) == [1, 1, 0, 0]
    assert kept(shop) == [("a@x.test", "complaint", None)]


def test_a_file_without_addresses_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidFile, match="no column address"):
        take_in(shop, "name\nTom\n")


def test_an_import_is_in_the_log_without_an_address(shop: Shop) -> None:
    take_in(shop, "address\na@x.test\n")
    query = select(AuditEvent).where(col(AuditEvent.action) == "suppression import")
    event = shop.read(lambda session: session.exec(query).one())
    assert (event.subject, event.detail) == ("suppressions", {"imported": 1})


def test_a_customer_who_is_on_the_list_is_found_by_it_when_they_are_erased(shop: Shop) -> None:
    add(shop)
    take_in(shop, "address,because\npriya@example.com,she called\n")
    erase(shop, "priya@example.com")
    ((address, _, because),) = kept(shop)
    assert address.startswith("erased:")
    assert because is None
