"""Importing cases: a row becomes a case once, and a wrong row is named and set aside."""

import csv
import io
from io import BytesIO

import pytest
from sqlmodel import Session

from followup.errors import InvalidFile, NotFound, Refused
from followup.services.importing import import_file, import_rows
from followup.services.importing.import_cases import CaseImport
from followup.services.importing.import_rows import ImportResult, SkipReason
from followup.services.people import customers
from followup.services.privacy import erasure
from followup.services.shared import audit
from followup.store.tables import AuditEvent, Case, Customer
from tests.services.importing.case_files import EXAMPLES, HEADER, MAP, Desk, figures, row
from tests.shop import MAX

ANA_ROW = '7,Ana@customers.example,Ana Reyes,bad,"£1,021.50",03/04/2024,"Late; ""again"".\nSorry?"\n'


def test_a_row_becomes_a_case_and_its_customer(desk: Desk) -> None:
    desk.run(HEADER + ANA_ROW)
    (case,) = desk.cases()
    assert (case.external_id, case.reason, case.severity.value) == ("7", "late-delivery", "serious")
    assert (case.order_value_minor, case.currency, str(case.occurred_on)) == (102150, "GBP", "2024-04-03")
    assert case.verbatim == 'Late; "again".\nSorry?'
    person = desk.shop.read(lambda session: customers.customer_of(session, case))
    assert (person.name, person.email) == ("Ana Reyes", "ana@customers.example")


def test_the_example_imports_as_its_comments_say(desk: Desk) -> None:
    text, map_text = (EXAMPLES / "complaints.csv").read_bytes(), (EXAMPLES / "map.toml").read_text("utf-8")
    checked, _ = desk.run(text, map_text)
    assert figures(checked) == (8, 6, 1, 1, 0)
    assert checked.groups["reason"] == {
        "late-delivery": 2,
        "damaged-item": 1,
        "wrong-item": 1,
        "billing-error": 1,
        "something-else": 1,
    }
    found = {case.external_id: case for case in desk.cases()}
    values = {ticket: found[f"helpdesk-{ticket}"].order_value_minor for ticket in (4712, 4714, 4717)}
    assert values == {4712: 123450, 4714: 4200, 4717: None}
    assert found["helpdesk-4713"].severity.value == "serious"
    assert found["helpdesk-4713"].facts == {"days_late": "9"}
    assert found["helpdesk-4717"].severity.value == "minor"


def test_importing_twice_changes_nothing(desk: Desk) -> None:
    text = HEADER + ANA_ROW + row(8)
    desk.run(text)
    before = desk.count(Case), desk.count(Customer), desk.count(AuditEvent)
    checked, done = desk.run(text)
    assert figures(checked) == figures(done) == (2, 0, 2, 0, 0)
    assert (desk.count(Case), desk.count(Customer), desk.count(AuditEvent)) == before


def test_a_row_that_stands_twice_in_a_file_is_imported_once(desk: Desk) -> None:
    # The second stands in another batch than the first.
    text = HEADER + "".join(row(number) for number in range(1, import_rows.BATCH_ROWS + 20)) + row(1) + row(2)
    checked, done = desk.run(text)
    assert figures(checked) == figures(done) == (221, 219, 2, 0, 0)
    assert desk.count(Case) == 219


def test_all_of_a_file_is_one_transaction_with_an_unbroken_record(desk: Desk) -> None:
    _, done = desk.run(HEADER + "".join(row(number) for number in range(1, 6)))
    assert done.numbers == (1, 5)
    events = desk.shop.read(lambda session: audit.events(session, "C-0001 to C-0005", 5))
    assert [(event.action, event.detail["imported"]) for event in events] == [("case import", 5)]
    assert desk.shop.read(lambda session: list(audit.broken_links(session))) == []


def test_a_failure_at_the_last_row_leaves_nothing(desk: Desk) -> None:
    desk.shop.open_case("old@customers.example", external_id="old")
    before = desk.count(Case), desk.count(Customer), desk.count(AuditEvent)
    text = HEADER + "".join(row(number) for number in range(1, 300))

    def shorten() -> None:
        (desk.folder / "rows.csv").write_text(text[:-5], encoding="utf-8")

    with pytest.raises(InvalidFile, match="changed while it was read"):
        desk.run(text, between=shorten)
    assert (desk.count(Case), desk.count(Customer), desk.count(AuditEvent)) == before


def test_a_case_opened_meanwhile_is_passed_over(desk: Desk) -> None:
    checked, done = desk.run(
        HEADER + row(1) + row(2),
        between=lambda: void(desk.shop.open_case("other@customers.example", external_id="2")),
    )
    assert (figures(checked), figures(done)) == ((2, 2, 0, 0, 0), (2, 1, 1, 0, 0))


def void(_: object) -> None:
    return None


BAD = (
    "Helpdesk export\n"
    + HEADER
    + row(1)
    + '2,not-an-address,,"","$5",31/02/2024,"two\nlines"\n'
    + row(3, name="x" * 201)
    + ",a@customers.example,Bo,,,,\n"
    + "5,a@customers.example\n"
    + row(6, email="6@customers.example", name="Zoë").replace("03/04/2024", "03/04/2030")
)
HEADED = '[file]\nheader_has = ["Ticket"]\n' + MAP


def test_errors_name_row_line_and_column_and_what_to_do(desk: Desk) -> None:
    checked, _ = desk.run(BAD, HEADED, bad="bad.csv")
    assert figures(checked) == (6, 1, 0, 0, 5)
    found = [(error.row, error.line, error.column) for error in checked.errors]
    assert found == [
        (2, 4, "Paid"),
        (2, 4, "Day"),
        (2, 4, "Email"),
        (3, 6, "Name"),
        (4, 7, "Ticket"),
        (5, 8, ""),
        (6, 9, "Day"),
    ]
    assert all(error.message and error.hint for error in checked.errors)
    said = {error.column: f"{error.message} {error.hint}" for error in checked.errors}
    assert "'$5' is not an amount written like £1,234.50" in said["Paid"]
    assert "clip = 200 below [name]" in said["Name"]
    assert "external id is empty. Fill in Ticket" in said["Ticket"]


def test_bad_rows_are_set_aside_as_they_were_and_can_be_mended_and_imported(desk: Desk) -> None:
    _, done = desk.run(BAD, HEADED, bad="bad.csv")
    assert figures(done) == (6, 1, 0, 0, 5)
    aside = (desk.folder / "bad.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(aside, newline="")))
    assert [found["Ticket"] for found in rows] == ["2", "3", "", "5", "6"]
    assert rows[0]["Words"] == "two\nlines"
    assert rows[4]["import_error"].startswith("Day: occurred on 2030-04-03 lies in the future.")
    mended = aside.replace("2030", "2024")
    checked, _ = desk.run(mended, HEADED, bad="bad-again.csv")
    assert figures(checked) == (5, 1, 0, 0, 4)
    again = (desk.folder / "bad-again.csv").read_text("utf-8-sig")
    assert again.splitlines()[0] == HEADER.strip() + ",import_error"


def test_a_file_for_bad_rows_never_overwrites_and_is_made_only_when_needed(desk: Desk) -> None:
    (desk.folder / "mine.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="exists already"):
        desk.run(BAD, HEADED, bad="mine.csv")
    assert (desk.folder / "mine.csv").read_text("utf-8") == "mine"
    with pytest.raises(NotFound, match="no folder"):
        desk.run(BAD, HEADED, bad="nowhere/bad.csv")
    desk.run(HEADER + row(1), bad="none.csv")
    assert not (desk.folder / "none.csv").exists()


def test_twenty_errors_are_kept_and_the_others_counted(desk: Desk) -> None:
    text = HEADER + "".join(row(number).replace("£5", "$5") for number in range(1, 501))
    checked, _ = desk.run(text, bad="bad.csv")
    assert (len(checked.errors), checked.errors_found, checked.bad) == (20, 500, 500)


def test_a_row_that_is_there_already_is_not_checked_again(desk: Desk) -> None:
    desk.run(HEADER + row(1))
    checked, _ = desk.run(HEADER + row(1).replace("£5", "free"))
    assert figures(checked) == (1, 0, 1, 0, 0)


def test_rows_left_out_are_counted_and_not_checked(desk: Desk) -> None:
    only = '[only_if]\ncolumn = "Words"\nfilled = true\n'
    checked, done = desk.run(HEADER + row(1) + row(2, words="").replace("£5", "free"), only + MAP)
    assert figures(checked) == figures(done) == (2, 1, 0, 1, 0)


def test_an_unknown_customer_needs_a_name_in_this_row_or_before(desk: Desk) -> None:
    text = (
        HEADER
        + row(1, email="known@customers.example", name="")
        + row(2, email="new@customers.example", name="")
        + row(3, email="new@customers.example", name="New")
        + row(4, email="new@customers.example", name="")
    )
    desk.shop.open_case("known@customers.example")
    checked, done = desk.run(text, bad="bad.csv")
    assert figures(checked) == figures(done) == (4, 3, 0, 0, 1)
    assert "There is no customer new@customers.example" in checked.errors[0].message


def test_text_that_is_too_long_is_an_error_or_cut_as_the_map_says(desk: Desk) -> None:
    text = HEADER + row(1, words="w" * 20_001)
    checked, _ = desk.run(text, bad="bad.csv")
    assert "clip = 20000 below [verbatim]" in checked.errors[0].hint
    _, done = desk.run(text, MAP + "clip = 20000\n")
    assert done.imported == 1
    words = desk.cases()[0].verbatim
    assert words is not None
    assert (len(words), words[-5:]) == (20_000, "w […]")


def test_control_characters_in_a_verbatim_are_replaced_and_elsewhere_refused(desk: Desk) -> None:
    checked, _ = desk.run(HEADER + row(1, words="a\x00b\x1b[31mc") + row(2, name="B\x00o"), bad="bad.csv")
    assert [(error.row, error.column) for error in checked.errors] == [(2, "Name")]
    assert desk.cases()[0].verbatim == "a\ufffdb\ufffd[31mc"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('"bad" = "serious"', '"bad" = "seriuos"'),
            "line 14: [severity.table]: 'seriuos' is not a severity",
        ),
        (('otherwise = "moderate"', 'otherwise = "so-so"'), "line 12: [severity]: 'so-so' is not a severity"),
        (('"late-delivery"', '"Late!"'), "line 9: [reason]: 'Late!' is not a reason"),
        (('column = "Paid"', 'column = "Paid"\ndefault = "-1"'), "line 17: [order_value]: order value: '-1'"),
        (("[verbatim]", "[facts.days_lte]"), "line 21: [facts.days_lte]: the policy has no such fact"),
        (
            ("[verbatim]", '[facts.days_late]\ndefault = "two"'),
            "line 22: [facts.days_late]: days_late: 'two'",
        ),
        (("\n[external_id]", 'currency = "USD"\n[external_id]'), "are in USD, the workspace counts in GBP"),
    ],
)
def test_what_the_map_says_itself_is_checked_before_any_row(
    desk: Desk, change: tuple[str, str], said: str
) -> None:
    assert change[0] in MAP
    with pytest.raises(InvalidFile) as refusal:
        desk.run("nothing", MAP.replace(*change))
    assert said in refusal.value.message
    assert refusal.value.hint


def test_progress_goes_from_nothing_to_the_end(desk: Desk) -> None:
    parts: list[float] = []
    desk.run(
        HEADER + "".join(row(number, words="w" * 300) for number in range(1, 600)), progress=parts.append
    )
    check, write = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    for once in (check, write):
        assert once == sorted(once)
        assert 0 < once[0] < once[-1] == 1.0


def test_the_session_lets_go_of_what_is_written(desk: Desk) -> None:
    (desk.folder / "map.toml").write_text(MAP, encoding="utf-8")
    text = HEADER + "".join(row(number) for number in range(1, 600))
    mapped = import_file.read_map(desk.folder / "map.toml")
    held: list[int] = []

    def write(session: Session) -> ImportResult:
        actor = desk.shop.actor(session)
        return import_rows.write_rows(
            session, work, checked, actor, lambda _part: held.append(len(session.identity_map))
        )

    with import_file.open_import_file(None, BytesIO(text.encode()), mapped.file) as opened:
        work = CaseImport(opened, mapped, desk.shop.rules, desk.shop.now)
        checked = desk.shop.read(
            lambda session: import_rows.check_rows(session, work, None, lambda _part: None)
        )
        assert desk.shop.write(write).imported == 599
    assert held == [0, 0, 0]


def test_nobody_who_was_erased_comes_back_with_the_file_they_stood_in(desk: Desk) -> None:
    text = HEADER + row(1, email="priya@example.com") + row(2)
    desk.run(text)

    def erase(session: Session) -> None:
        person = customers.find_customer(session, "priya@example.com")
        erasure.erase(
            session,
            desk.shop.rules,
            person,
            now=desk.shop.now,
            actor=desk.shop.actor(session, MAX),
            because="they asked",
        )

    desk.shop.write(erase)
    again, _ = desk.run(text)
    assert figures(again) == (2, 0, 1, 0, 0)
    assert again.skipped[SkipReason.ERASED] == 1
    assert desk.count(Customer) == 2
