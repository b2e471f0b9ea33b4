"""Lists on a terminal, at the width that it has."""

import io
import re
from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from followup.cli import output

WHEN = "Mon 23 Nov 2026 09:00"
COLUMNS = ("email", "step", "state", "due", "sent", "to", "subject", "login", "amount", "reason")
ROW = (
    *("E-0001", "2 approval-delayed", "in doubt", WHEN, WHEN, "priya.shah@customers.example.com"),
    *("Your order HB-2041", "", "1,234,567.00 GBP", "the mail server did not say whether it has it"),
)


class Terminal(io.StringIO):
    """Standard output where a person looks at it."""

    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch, width: int, columns: Sequence[str], *rows: Sequence[object]
) -> list[str]:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    for name, value in {"COLUMNS": str(width), "NO_COLOR": "1", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    output.table(columns, rows, right=("amount",))
    return [line.rstrip() for line in re.sub(r"\x1b\[\d+m", "", terminal.getvalue()).splitlines()]


@pytest.mark.parametrize("width", [60, 80, 100, 140, 300])
def test_no_word_of_a_list_is_broken_and_no_row_is_too_wide(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    lines = shown(monkeypatch, width, COLUMNS, ROW, ROW)
    assert max(map(cell_len, lines)) <= width
    words = {word for line in lines for word in line.split()}
    assert {word for cell in ROW for word in str(cell).split()} <= words
    assert any("1,234,567.00 GBP" in line for line in lines)


@pytest.mark.parametrize(("columns", "widest"), [("100", 100), ("", 1000), ("none", 1000)])
def test_without_a_terminal_a_list_is_as_wide_as_columns_says(
    monkeypatch: pytest.MonkeyPatch, columns: str, widest: int
) -> None:
    piped = io.StringIO()
    monkeypatch.setattr("sys.stdout", piped)
    monkeypatch.setenv("COLUMNS", columns)
    output.table(COLUMNS, (ROW,), right=("amount",))
    width = max(map(cell_len, piped.getvalue().splitlines()))
    assert width <= widest
    assert (width > 150) == (widest == 1000)


def test_what_has_no_room_goes_on_below_beginning_with_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    wide, narrow = (shown(monkeypatch, width, COLUMNS, ROW) for width in (300, 80))
    headings = [line.split() for line in narrow if line.startswith("email")]
    assert len([line for line in wide if line.startswith("email")]) == 1
    assert len(headings) > 1
    assert [word for words in headings for word in words if word != "email"] == [
        name for name in COLUMNS if name not in ("email", "login")
    ]


def test_a_column_in_which_nothing_stands_goes_only_where_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "login" in " ".join(shown(monkeypatch, 300, COLUMNS, ROW))
    assert "login" not in " ".join(shown(monkeypatch, 80, COLUMNS, ROW))


def test_a_word_of_hostile_length_is_broken_so_that_the_rest_is_still_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = shown(monkeypatch, 80, ("case", "reason", "state"), ("C-0001", "x" * 5_000, "open"))
    assert max(map(cell_len, lines)) <= 80
    assert sum(line.count("x") for line in lines) == 5_000
    assert "open" in " ".join(lines)
