"""Files of cases: encodings, JSON, standard input, and what cannot be read."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from sqlmodel import select

from followup.errors import InvalidFile, NotFound
from followup.services.importing import import_file, import_rows
from followup.services.importing.import_cases import CaseImport
from followup.store.tables import Customer
from tests.services.importing.case_files import EXAMPLES, HEADER, MAP, Desk, figures, row


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-8"), ("utf-16", "utf-16"), ("windows-1252", "windows-1252")],
)
def test_encodings_are_read_and_byte_order_marks_do_no_harm(desk: Desk, encoding: str, written: str) -> None:
    text = (HEADER + row(1, name="Zoë")).encode(encoding)
    desk.run(text, f'[file]\nencoding = "{written}"\n' + MAP)
    assert desk.shop.read(lambda session: session.exec(select(Customer.name)).one()) == "Zoë"


def test_bytes_of_another_encoding_are_bad_rows_that_are_kept_byte_for_byte(desk: Desk) -> None:
    text = (HEADER + row(1) + row(2, name="Zoë")).replace("£", "").encode("windows-1252")
    checked, _ = desk.run(text, bad="bad.csv")
    assert [(error.row, error.column) for error in checked.errors] == [(2, "Name")]
    assert "windows-1252" in checked.errors[0].hint
    assert b",Zo\xeb," in (desk.folder / "bad.csv").read_bytes()


def test_a_file_in_no_such_encoding_at_all_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidFile, match="not written in utf-16"):
        desk.run(b"\x00\xd8\x00" * 5, '[file]\nencoding = "utf-16"\n' + MAP)


JSON_MAP = MAP.replace('"Email"', '"who.email"').replace('"Name"', '"who.name"')


def json_row(number: int, **more: object) -> dict[str, object]:
    who = {"email": f"c{number}@customers.example", "name": "Bo"}
    blank = {"How bad": None, "Paid": 5, "Day": "03/04/2024", "Words": "late"}
    return {"Ticket": number, "who": who, **blank, **more}


def test_json_and_json_lines_give_the_same_cases(desk: Desk) -> None:
    rows = [json_row(1), json_row(2, Paid="£12.50")]
    desk.run(
        json.dumps({"data": {"tickets": rows}}), '[file]\nlist = "data.tickets"\n' + JSON_MAP, name="a.json"
    )
    lines = "\n".join(json.dumps(json_row(number)) for number in (1, 2, 3))
    checked, _ = desk.run(lines, JSON_MAP, name="b.jsonl")
    assert figures(checked) == (3, 1, 2, 0, 0)
    assert [case.order_value_minor for case in desk.cases()] == [500, 1250, 500]


def test_bad_json_rows_are_set_aside_as_json_lines(desk: Desk) -> None:
    rows = [json_row(1), json_row(2, Paid=-1.50), 7]
    checked, _ = desk.run(json.dumps(rows, indent=1), JSON_MAP, name="a.json", bad="bad.jsonl")
    assert [(error.row, error.column) for error in checked.errors] == [(2, "Paid"), (3, "")]
    first, second = (desk.folder / "bad.jsonl").read_text("utf-8").splitlines()
    assert '"Paid": -1.5,' in first
    assert json.loads(first)["import_error"].startswith("Paid: '-1.5' is not an amount")
    assert json.loads(second)["unreadable"] == "7"


def test_a_name_that_no_json_row_has_is_a_mistake_of_the_map(desk: Desk) -> None:
    with pytest.raises(InvalidFile) as refusal:
        desk.run(json.dumps([json_row(1)]), JSON_MAP.replace("who.name", "who.nam"), name="a.json")
    assert (refusal.value.code, refusal.value.hint) == ("invalid_map", "Did you mean 'who.name'?")


def test_standard_input_is_read_like_a_file(desk: Desk) -> None:
    (desk.folder / "map.toml").write_text(MAP, encoding="utf-8")
    mapped = import_file.read_map(desk.folder / "map.toml")
    with import_file.open_import_file(None, BytesIO((HEADER + row(1)).encode()), mapped.file) as opened:
        work = CaseImport(opened, mapped, desk.shop.rules, desk.shop.now)
        for _ in range(2):
            tally = desk.shop.read(
                lambda session: import_rows.check_rows(session, work, None, lambda _part: None)
            )
            assert figures(tally) == (1, 1, 0, 0, 0)


def test_files_that_cannot_be_read_are_named(desk: Desk, tmp_path: Path) -> None:
    form = import_file.read_map(EXAMPLES / "map.toml").file
    missing = tmp_path / "missing.csv"
    for wrong, kind in ((missing, NotFound), (tmp_path, InvalidFile)):
        with pytest.raises(kind), import_file.open_import_file(wrong, BytesIO(), form):
            pass
        with pytest.raises(kind):
            import_file.read_map(wrong)
    (tmp_path / "latin.toml").write_bytes(b"a = 1\n# \xe9\n")
    with pytest.raises(InvalidFile, match="line 2: this is not UTF-8"):
        import_file.read_map(tmp_path / "latin.toml")


def test_an_ending_that_says_nothing_needs_a_format_in_the_map(desk: Desk) -> None:
    with pytest.raises(InvalidFile, match="does not say how it is written"):
        desk.run(HEADER, name="rows.xlsx")
    checked, _ = desk.run(HEADER + row(1), '[file]\nformat = "csv"\n' + MAP, name="rows.export")
    assert checked.imported == 1
