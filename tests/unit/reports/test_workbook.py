"""Workbooks, read again by another library than the one that wrote them."""

import io
import zipfile
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import openpyxl
import pytest

from followup.reports.answer import Drawn, ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.workbook import as_workbook
from tests.unit.reports.samples import NOW, asked, line

READER = Reader("en-GB", "Asia/Tokyo")

# Bars in cells that begin at nothing are newer than what that library knows.
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")


def written(*answers: ReportAnswer) -> bytes:
    return as_workbook(answers, READER, business="Harbour Books", now=NOW)


def opened(*answers: ReportAnswer) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(*answers)))


def at(day: int, hour: int = 0) -> datetime:
    """A time of November as a workbook has it: without a zone."""
    return datetime(2026, 11, day, hour, tzinfo=UTC).replace(tzinfo=None)


def test_figures_are_numbers_with_formats_and_times_are_those_of_the_reader() -> None:
    sheet = opened(asked([line("Ana", held=1250, spent=None)], totals=[line("total")]))["spend"]
    heading, row = list(sheet.iter_rows(min_row=1, max_row=2))
    assert [cell.value for cell in heading] == [
        "who", "gestures", "held", "spent", "part", "hours", "last day", "at", "currency"
    ]  # fmt: skip
    assert [cell.value for cell in row] == [
        "Ana", 3, 12.5, None, 0.5, 6.5, at(30), at(2, 19), "GBP"
    ]  # fmt: skip
    assert [cell.number_format for cell in row[1:6]] == [
        "#,##0", '#,##0.00 "GBP"', "General", "0%", "#,##0.0"
    ]  # fmt: skip
    assert [cell.data_type for cell in row[1:3]] == ["n", "n"]
    # The total stands apart, so that filters and sums over the lines leave it alone.
    assert [sheet.cell(number, 1).value for number in (3, 4)] == [None, "total"]
    assert sheet.auto_filter.ref == "A1:I2"


@pytest.mark.parametrize(
    ("currency", "layout", "number"), [("JPY", "#,##0", 1250), ("KWD", "#,##0.000", 1.25)]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, layout: str, number: float) -> None:
    cell = opened(asked([line("Ana", held=1250, currency=currency)]))["spend"]["C2"]
    assert (cell.value, cell.number_format) == (number, f'{layout} "{currency}"')


def test_headings_stay_in_sight_and_are_repeated_on_paper() -> None:
    sheet = opened(asked([line("Ana")]))["spend"]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.paperSize == 9


def test_the_first_sheet_says_what_was_asked_and_answered_and_has_the_charts() -> None:
    book = opened(asked([line("Ana")]), asked([], name="budgets"))
    texts = [row[0].value for row in book["Summary"].iter_rows()]
    assert texts[2:5] == ["What did it cost?", "1 Nov 2026 to 30 Nov 2026, Europe/London", "Ana got £2.00."]
    assert "Nothing was given." in texts
    assert len(book["Summary"]._charts) == 1
    assert book.sheetnames == ["Summary", "spend", "budgets"]


def test_each_currency_has_its_chart_over_its_own_lines() -> None:
    lines = [line("Ana"), line("Ana", currency="EUR"), line("Ben"), line("Ben", currency="EUR")]
    book = opened(asked(lines))
    assert [(row[0].value, row[8].value) for row in book["spend"].iter_rows(min_row=2, max_row=5)] == [
        ("Ana", "GBP"), ("Ben", "GBP"), ("Ana", "EUR"), ("Ben", "EUR")
    ]  # fmt: skip
    ranges = [chart.series[0].val.numRef.f for chart in book["Summary"]._charts]
    assert ranges == ["spend!$C$2:$C$3", "spend!$C$4:$C$5"]


@pytest.mark.parametrize("drawn", list(Drawn))
def test_charts_are_native_and_those_of_five_hundred_lines_show_the_first(drawn: Drawn) -> None:
    book = opened(asked([line(f"agent {number}") for number in range(500)], drawn=drawn))
    (chart,) = book["Summary"]._charts
    assert chart.series[1].val.numRef.f == "spend!$D$2:$D$21"
    assert book["spend"].max_row == 501


def test_sheets_of_the_same_question_and_of_long_names_have_names_of_their_own() -> None:
    book = opened(
        asked([line("Ana")]), asked([line("Ben")]), asked([], name="x" * 40), asked([], name="X" * 40)
    )
    assert book.sheetnames == ["Summary", "spend", "spend 2", "x" * 31, "X" * 29 + " 2"]
    assert [chart.series[0].val.numRef.f for chart in book["Summary"]._charts] == [
        "spend!$C$2",
        "'spend 2'!$C$2",
    ]


def test_labels_too_long_for_a_chart_are_shortened_beside_the_table() -> None:
    book = opened(asked([line("x" * 200), line("Ben")]))
    (chart,) = book["Summary"]._charts
    assert chart.series[0].cat.strRef.f == "spend!$K$2:$K$3"
    assert [book["spend"].cell(row, 11).value for row in (2, 3)] == ["x" * 39 + "…", "Ben"]
    assert book["spend"]["A2"].value == "x" * 200
    assert book["spend"].print_area == "'spend'!$A$1:$I$6"


HOSTILE = [
    "=1+1",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "https://x.example",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "internal:'spend'!A1",
    "\x00\x01\x0b\x1b\ufffe\uffff",
    "نور حداد",
    "_x0041_",
    "x" * 40_000,
]


def test_hostile_words_are_texts() -> None:
    raw = written(asked([line(text) for text in HOSTILE]))
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        assert not [name for name in book.namelist() if "vba" in name or "external" in name.lower()]
        for name in book.namelist():
            text = book.read(name).decode()
            assert "<f>" not in text
            assert "<hyperlink" not in text
            assert 'TargetMode="External"' not in text
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["spend"]
    cells = [sheet.cell(row, 1) for row in range(2, 2 + len(HOSTILE))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:7] == HOSTILE[:7]
    assert cells[7].value == " " * 6
    assert cells[8].value == "نور حداد"
    assert cells[10].value == "x" * 32_000


def test_bars_of_shares_go_to_one_and_others_to_the_largest_of_a_currency() -> None:
    lines = [line("Ana"), line("Ben", currency="EUR", part=Fraction(3, 4))]
    sheet = opened(asked(lines))["spend"]
    ranges = {
        str(bars.sqref): rules[0].dataBar.cfvo[1]
        for bars, rules in sheet.conditional_formatting._cf_rules.items()
    }
    assert {place: (limit.type, limit.val) for place, limit in ranges.items()} == {
        "D2": ("max", None),
        "D3": ("max", None),
        "E2": ("num", 1),
        "E3": ("num", 1),
    }


def test_the_same_answers_make_the_same_bytes() -> None:
    lines = [line("Ana"), line("Ana", currency="EUR")]
    assert written(asked(lines)) == written(asked(lines))
