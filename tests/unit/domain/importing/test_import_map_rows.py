import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.importing.json_rows import read_json_list
from followup.domain.importing.rows import (
    FileRow,
    bad_csv_header,
    bad_csv_row,
    bad_json_line,
    read_csv,
    read_json_lines,
)
from followup.errors import InvalidFile


def csv_rows(text: str, *header_has: str, delimiter: str = ",") -> list[FileRow]:
    lines = io.StringIO(text, newline="")
    return list(read_csv(lines, delimiter, header_has, "utf-8").rows)


def json_rows(text: str, *path: str, size: int = 3) -> list[FileRow]:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return list(read_json_list(pieces, path, "utf-8").rows)


JUNK = 'Exported "by Ana\nA,only\nA,B\n1,"x\ny"\n\n2,z\n'


def test_lines_above_the_header_are_skipped_and_lines_are_counted_as_an_editor_does() -> None:
    found = csv_rows(JUNK, "B", "A")
    assert [(row.number, row.line, dict(row.cells)) for row in found] == [
        (1, 4, {"A": "1", "B": "x\ny"}),
        (2, 7, {"A": "2", "B": "z"}),
    ]


def test_without_names_the_first_line_that_is_not_empty_is_the_header() -> None:
    assert csv_rows('\n,\n"A\nA",B\n1,2\n') == [FileRow(1, 5, {"A A": "1", "B": "2"}, ("1", "2"))]


def test_semicolons_and_quotes_in_a_text_are_text() -> None:
    found = csv_rows('A;B\r\n"a;b";"say ""hi""; go"\r\n', delimiter=";")
    assert found[0].original == ("a;b", 'say "hi"; go')


def test_a_header_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidFile) as refusal:
        csv_rows("Tiket,Email\n1,2\n", "Ticket", "Email")
    assert "'Tiket'" in refusal.value.hint
    with pytest.raises(InvalidFile, match="empty"):
        csv_rows("", "Ticket")
    with pytest.raises(InvalidFile, match="empty"):
        csv_rows("\n,,\n")


def test_a_row_with_too_few_or_too_many_cells_is_given_with_its_fault() -> None:
    found = csv_rows("A,B\n1\n1,2,3\n1,2\n")
    assert [row.fault.message if row.fault else "" for row in found] == [
        "The row has 1 cell, the header has 2.",
        "The row has 3 cells, the header has 2.",
        "",
    ]


def test_a_quote_that_is_not_closed_costs_its_own_row_and_not_those_below() -> None:
    found = csv_rows('A,B\n1,"open\n2,b\n3,"c"\n4,d\n')
    assert [(row.number, row.line, row.fault is None) for row in found] == [
        (1, 2, False),
        (2, 3, True),
        (3, 4, True),
        (4, 5, True),
    ]
    assert found[0].original == ('1,"open',)


def test_a_quote_that_is_not_doubled_costs_all_lines_of_its_row() -> None:
    found = csv_rows('A,B\n1,"he said\n"hi" to me"\n2,b\n')
    assert [(row.line, row.fault is None) for row in found] == [(2, False), (4, True)]


def test_a_cell_without_end_is_an_error_and_not_a_full_memory() -> None:
    text = 'A,B\n1,"' + "word word\n" * 20_000 + '"\n2,b\n'
    found = csv_rows(text)
    assert found[0].fault is not None
    assert "longer than 131,072 characters" in found[0].fault.message
    assert found[-1].cells == {"A": "2", "B": "b"}


def test_a_byte_of_another_encoding_is_named_with_its_column() -> None:
    text = b"A,B\nJos\xe9,2\n".decode("utf-8", "surrogateescape")
    found = csv_rows(text)[0]
    assert found.column == "A"
    assert found.fault is not None
    assert found.fault.message == "The byte 0xe9 is not utf-8."


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    st.lists(st.lists(TEXTS, min_size=2, max_size=2).filter(lambda row: any(cell.strip() for cell in row)))
)
def test_what_a_csv_writer_wrote_is_read_as_it_was(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([["A", "B"], *rows])
    found = csv_rows(written.getvalue())
    assert [list(row.original) for row in found] == rows
    # The line of a row is found again by counting the line ends before it.
    lines = io.StringIO(written.getvalue(), newline="").readlines()
    for row, cells in zip(found, rows, strict=True):
        rest = "".join(lines[row.line - 1 :])
        assert next(csv.reader(io.StringIO(rest, newline=""))) == cells


def test_json_lines_are_rows_and_each_bad_one_says_why() -> None:
    text = '{"A": 1.50}\n\n[1]\n{"A": \n{"A": "b"}\n'
    found = list(read_json_lines(io.StringIO(text), "utf-8").rows)
    assert [(row.number, row.line) for row in found] == [(1, 1), (2, 3), (3, 4), (4, 5)]
    assert found[0].cells == {"A": "1.50"}
    assert [row.fault is None for row in found] == [True, False, False, True]


def test_nested_names_become_columns_and_values_become_texts() -> None:
    text = '{"a": {"b": {"c": 7}, "d": null}, "e": [1, "x"], "f": [{"g": 1}], "h": true, "i": 1e400, "j": -0}'
    found = next(read_json_lines([text], "utf-8").rows)
    assert found.cells == {
        "a.b.c": "7",
        "a.d": "",
        "e": "1, x",
        "f": '[{"g": "1"}]',
        "h": "yes",
        "i": "1e400",
        "j": "-0",
    }


def test_a_line_nested_without_end_is_a_bad_row() -> None:
    found = list(read_json_lines(["[" * 100_000, '{"a": 1}'], "utf-8").rows)
    assert [row.fault is None for row in found] == [False, True]


def test_a_list_is_found_by_its_path_and_lines_are_counted() -> None:
    text = (
        '{"page": {"tickets": [0]},\n "data": {"n": 2, "tickets": [\n {"A": "x"},\n\n {"A": "y"} ]}, "z": 1}'
    )
    found = json_rows(text, "data", "tickets")
    assert [(row.line, row.cells["A"]) for row in found] == [(3, "x"), (5, "y")]


VALUES: st.SearchStrategy[Any] = st.dictionaries(TEXTS, st.text() | st.integers() | st.booleans())


@given(st.lists(VALUES), st.integers(1, 40), st.sampled_from([None, 2]))
def test_a_list_is_read_the_same_in_pieces_of_any_size(
    rows: list[dict[str, Any]], size: int, indent: int | None
) -> None:
    found = json_rows(json.dumps(rows, indent=indent), size=size)
    assert [json.loads(row.original[0]) for row in found] == rows


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ('{"tickets": []}', (), "is not a list of rows"),
        ('{"tikets": []}', ("tickets",), "there is no 'tickets' in it"),
        ('{"tickets": {}}', ("tickets",), "tickets is not a list"),
        ("[]", ("tickets",), "{ is missing before ["),
        ('[{"A": 1}\n{"A": 2}]', (), "Line 2 of the file: , is missing before {"),
        ('[{"A": 1},\n{"A" 2}]', (), "Line 2 of the file: this is not JSON"),
        ('[{"A": 1}', (), "the file ends before ,"),
        ("", (), "is not a list of rows"),
        ("[" * 100_000, (), "nested too deeply"),
    ],
)
def test_a_document_without_such_a_list_is_refused(text: str, path: tuple[str, ...], said: str) -> None:
    with pytest.raises(InvalidFile) as refusal:
        json_rows(text, *path, size=1000)
    assert said in refusal.value.message
    assert refusal.value.hint


def test_bad_csv_rows_keep_all_that_stood_in_them() -> None:
    assert bad_csv_header(("A", "B")) == ("A", "B", "import_error")
    assert bad_csv_row(FileRow(1, 1, {}, ("1", "2")), ("A", "B"), "no") == ("1", "2", "no")
    assert bad_csv_row(FileRow(1, 1, {}, ("1",)), ("A", "B"), "no") == ("1", "", "no")
    assert bad_csv_row(FileRow(1, 1, {}, ("1", "2", "3")), ("A", "B"), "no") == ("1", "2", "no", "3")


def test_a_file_of_bad_rows_that_is_bad_again_has_one_column_of_errors() -> None:
    columns = ("A", "import_error")
    assert bad_csv_header(columns) == columns
    assert bad_csv_row(FileRow(1, 1, {}, ("1", "old")), columns, "new") == ("1", "new")


def test_bad_json_rows_keep_their_numbers_as_they_were_written() -> None:
    row = json_rows('[{"A": 1.50,\n "B": {"C": "}"}}]')[0]
    assert bad_json_line(row, 'say "no"') == '{"A": 1.50,  "B": {"C": "}"}, "import_error": "say \\"no\\""}'
    assert bad_json_line(json_rows("[{}]")[0], "no") == '{"import_error": "no"}'


def test_what_is_no_object_is_kept_as_a_text() -> None:
    assert bad_json_line(json_rows("[[1]]")[0], "no") == '{"unreadable": "[1]", "import_error": "no"}'
