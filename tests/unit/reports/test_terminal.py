"""Answers on a terminal, at the width that it has."""

import io
import re
from fractions import Fraction

import pytest
from rich.cells import cell_len
from rich.console import Console

from followup.reports.answer import ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.terminal import as_renderable, bar
from tests.unit.reports.samples import asked, line

READER = Reader("en-GB", "Europe/London")
LINES = [line("Ana", behind=["G-0001", "G-0002"]), line("Benedict of the long name", spent=400)]


def printed(answer: ReportAnswer, width: int, reader: Reader = READER) -> str:
    paper = io.StringIO()
    Console(file=paper, width=width, highlight=False, color_system=None).print(as_renderable(answer, reader))
    return paper.getvalue()


@pytest.mark.parametrize(
    ("part", "drawn"),
    [
        (Fraction(0), ""),
        (Fraction(1), "██████████"),
        (Fraction(1, 2), "█████"),
        (Fraction(1, 80), "▏"),
        (Fraction(17, 80), "██▏"),
        (Fraction(1, 161), ""),
        (Fraction(3, 2), "██████████"),
        (Fraction(-1), ""),
    ],
)
def test_a_bar_is_as_long_as_its_part_to_an_eighth_of_a_letter(part: Fraction, drawn: str) -> None:
    assert bar(part) == drawn


@pytest.mark.parametrize("width", [60, 80, 100, 132, 400])
def test_no_row_is_wider_than_the_terminal_and_no_figure_is_cut(width: int) -> None:
    shown = printed(asked(LINES, totals=[line("total", spent=100_000_00)]), width)
    assert max(map(cell_len, shown.splitlines())) <= width
    assert "£100,000.00" in shown
    assert "£2.00" in shown
    assert "…" not in shown


def test_a_narrow_terminal_gets_no_bars_and_each_part_begins_with_the_first_column() -> None:
    wide, narrow = printed(asked(LINES), 200), printed(asked(LINES), 60)
    assert "█" in wide
    assert "█" not in narrow
    assert len(re.findall("^who ", wide, re.MULTILINE)) == 1
    assert len(re.findall("^who ", narrow, re.MULTILINE)) == 3
    for heading in ("gestures", "held", "spent", "part", "hours", "last day", "at", "made of"):
        assert heading in narrow


def test_amounts_and_their_sums_end_in_the_same_column() -> None:
    shown = printed(asked(LINES, totals=[line("total", spent=600)]), 200).splitlines()
    ends = [
        row.index(amount) + len(amount)
        for row in shown
        for amount in ("£2.00", "£4.00", "£6.00")
        if amount in row
    ]
    assert len(ends[2:]) == 3  # the first two stand in the sentences
    assert len(set(ends[2:])) == 1


def test_an_empty_answer_says_so_and_shows_no_table() -> None:
    shown = printed(asked([]), 80)
    assert "Nothing was given." in shown
    assert "By whom" not in shown


def test_hostile_words_are_letters_and_nothing_else() -> None:
    text = "[bold red]x[/] \x1b[2J\x1b]0;t\x07 {{ 7*7 }} \u202e\u2067 [link=http://x.example]y[/link]"
    shown = printed(asked([line(text), line("نور حداد"), line("x" * 40_000)]), 80)
    assert "[bold red]x[/]" in shown
    assert "{{ 7*7 }}" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)
    assert len(shown) < 10_000


@pytest.mark.parametrize("locale", ["de-DE", "fr-FR", "ar-EG", "sv-SE"])
def test_columns_stand_under_each_other_in_every_locale(locale: str) -> None:
    shown = printed(
        asked([line("a", spent=-1), line("b", spent=-123_456_78)]), 200, Reader(locale, "Asia/Tokyo")
    )
    rows = [row for row in shown.splitlines() if re.match(r"[ab] +3 ", row)]
    assert len({cell_len(row.rstrip()) for row in rows}) == 1
