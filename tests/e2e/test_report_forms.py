"""In which form a report leaves, and what is refused because it says nothing, or two things."""

import json

import pytest

from tests.e2e.conftest import Desk


@pytest.fixture
def spent(quick: Desk) -> Desk:
    """A workspace with one gesture."""
    quick.shop.budget("500.00")
    quick.shop.request(quick.shop.open_case())
    return quick


@pytest.mark.parametrize("name", ["spend.pdf", "spend.xls", "spend.txt", "spend"])
@pytest.mark.parametrize("report", ["spend", "all"])
def test_a_file_whose_ending_nobody_knows_is_refused_with_the_endings_there_are(
    spent: Desk, report: str, name: str
) -> None:
    said = spent.followup.complaint("report", report, "--output", name, code=2)
    known = {".csv", ".json", ".xlsx", ".html"} - ({".csv"} if report == "all" else set())
    assert {word.strip(",") for word in said.split() if word.strip(",") in known} == known
    assert "--format" in said
    assert (".csv" in said) is (report != "all")
    assert not (spent.root / name).exists()


def test_with_a_format_the_file_may_be_called_anything(spent: Desk) -> None:
    spent.followup.run("report", "spend", "--output", "spend.txt", "--format", "csv")
    assert (spent.root / "spend.txt").read_text(encoding="utf-8").startswith("key,gestures,")
    spent.followup.run("report", "all", "--output", "everything", "--json")
    assert "spend" in json.loads((spent.root / "everything").read_text(encoding="utf-8"))


@pytest.mark.parametrize("report", ["spend", "all"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("n.html", ["--format", "json"]),
        ("n.json", ["--format", "xlsx"]),
        ("n.csv", ["--json"]),
        ("n.html", ["--format", "table"]),
        ("n.txt", ["--format", "table"]),
    ],
)
def test_a_file_is_not_called_what_it_is_not(spent: Desk, report: str, name: str, asked: list[str]) -> None:
    spent.followup.run("report", report, "--output", name, *asked, code=2)
    assert not (spent.root / name).exists()


@pytest.mark.parametrize("name", ["SPEND.CSV", "spend.csv"])
def test_a_report_of_nothing_still_has_its_heading_in_a_file(quick: Desk, name: str) -> None:
    quick.followup.run("report", "spend", "--output", name)
    assert (quick.root / name).read_text(encoding="utf-8") == (
        "key,gestures,held,committed,spent,cost,released,currency\n"
    )
    on_screen = quick.followup.run("report", "spend")
    assert (on_screen.out, on_screen.err) == ("", "No gesture with money was requested then.\n")


def test_rows_of_two_kinds_may_be_asked_for_in_one_word_or_in_two(spent: Desk) -> None:
    together = spent.followup.json("report", "spend", "--by", "reason,kind")
    assert together["by"] == "reason,kind"
    assert spent.followup.json("report", "spend", "--by", "reason", "--by", "kind") == together
    assert spent.followup.json("report", "spend")["by"] == "reason"
    said = spent.followup.complaint("report", "spend", "--by", "reason,kind", "--by", "agent", code=2)
    assert "two different ones" in said


@pytest.mark.parametrize("by", [["--by", "reason,kind"], ["--by", "reason", "--by", "kind"]])
def test_only_the_spend_report_takes_two_kinds_of_row(quick: Desk, by: list[str]) -> None:
    said = quick.followup.complaint("report", "outcomes", *by, code=2)
    assert "only report spend takes two" in said
