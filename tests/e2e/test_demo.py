"""`followup demo`: the main job from beginning to end, and something to look at afterwards."""

import openpyxl

from followup.services.reporting.report_catalog import QUESTIONS
from tests.e2e.installed import Installed


def test_the_demo_leaves_emails_reports_and_books_that_agree(followup: Installed) -> None:
    document = followup.run("demo", "shown", "--json").document
    shown = followup.folder / "shown"
    emails = sorted(path.name for path in (shown / "received").glob("*.eml"))
    # Of six customers George gets nothing more this month, and Ines, distressed, a call: four are written to.
    assert {name[3:-4] for name in emails} == {"priya", "tom", "lena", "sam"}
    assert len(document["emails"]) == len(emails) == 11
    page = (shown / "report.html").read_text(encoding="utf-8")
    assert "2 recovered, 1 lost, 3 still open" in page
    assert page.count("<h2") == len(QUESTIONS)
    workbook = openpyxl.load_workbook(shown / "report.xlsx", read_only=True)
    assert len(workbook.sheetnames) == 1 + len(QUESTIONS)
    workbook.close()
    there = Installed(shown, followup.home, followup.settings, followup.command)
    assert there.json("budget", "reconcile")["drift"] == []
    there.run("audit", "verify")
    assert "C-0005" in {case["ref"] for case in there.json("case", "list", "--needs-person")}


def test_a_demo_takes_the_place_of_nothing_but_a_demo(followup: Installed) -> None:
    (followup.folder / "mine").mkdir()
    (followup.folder / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    assert "nothing is overwritten" in followup.complaint("demo", "mine", code=4)
    assert [path.name for path in (followup.folder / "mine").iterdir()] == ["notes.txt"]
