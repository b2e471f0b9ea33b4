"""`make pictures`: the pictures of reports in docs/, of half a year at a shop, and its table on a terminal.

The workbook is drawn by LibreOffice where there is one; else its picture stays as it is.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, ViewportSize
from rich.console import Console

from followup.reports.answer import ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.page import as_page
from followup.reports.renderers.terminal import as_renderable
from followup.reports.renderers.workbook import as_workbook
from followup.reports.scope import Scope
from followup.services.reporting.report_catalog import QUESTIONS, ask
from followup.services.shared.configuration import Configuration
from followup.store.engine import open_engine, reading
from followup.workspace import Workspace
from tests import browser as chromium
from tests.hanging import LONGEST_SECONDS
from tests.pictures.half_year import END, tell

DOCS = Path(__file__).parents[2] / "docs"
TALK = DOCS / "reports.md"
READER = Reader("en-GB", "Europe/London")
BUSINESS = "Harbour Books"
_BEGIN, _END = "<!-- made by make pictures -->\n```text\n", "```\n<!-- end -->"


def answers(workspace: Workspace, names: Sequence[str]) -> list[ReportAnswer]:
    """What the reports of these names say at the end of the half year."""
    rules = Configuration(workspace)
    engine = open_engine(workspace.database_url)
    scope = Scope(since=None, until=None, timezone="Europe/London", currency="GBP", now=END)
    with reading(engine) as session:
        found = ask(session, rules, names, scope)
    engine.dispose()
    return found


def photograph(
    browser: Browser, html: str, target: Path, *, width: int, high: int, scheme: str, heading: str
) -> None:
    """Write a picture of a page, from a heading on."""
    page = browser.new_page(viewport=ViewportSize(width=width, height=high), color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(html)
    box = page.get_by_role("heading", name=heading).bounding_box()
    assert box is not None
    top = box["y"] - 16
    page.screenshot(path=target, full_page=True, clip=FloatRect(x=0, y=top, width=width, height=high))
    page.close()


def draw_workbook(raw: bytes, target: Path) -> bool:
    """Write a picture of a workbook's first page; False where no program here can."""
    office, drawer = shutil.which("soffice"), shutil.which("pdftoppm")
    if office is None or drawer is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "report.xlsx"
        book.write_bytes(raw)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        convert = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(book)]
        subprocess.run(convert, check=True, capture_output=True, timeout=LONGEST_SECONDS)
        shape = ["-r", "80", "-f", "1", "-singlefile", "-png", "-x", "0", "-y", "0", "-W", "662", "-H", "780"]
        drawn = [drawer, *shape, str(book.with_suffix(".pdf")), str(target.with_suffix(""))]
        subprocess.run(drawn, check=True, capture_output=True, timeout=LONGEST_SECONDS)
    return True


def on_terminal(answer: ReportAnswer) -> str:
    """What a terminal of 92 letters shows, without colours."""
    paper = io.StringIO()
    Console(file=paper, width=92, color_system=None, highlight=False).print(as_renderable(answer, READER))
    return "".join(f"{line.rstrip()}\n" for line in paper.getvalue().splitlines())


def main() -> None:
    """Make all pictures anew."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = tell(Path(folder) / "shop")
        found = dict(zip(QUESTIONS, answers(workspace, list(QUESTIONS)), strict=True))
    html = as_page(list(found.values()), READER, business=BUSINESS, now=END)
    with chromium.opened() as browser:
        first, second = found["spend"].question, found["outcomes"].question
        photograph(browser, html, DOCS / "report.png", width=900, high=1035, scheme="light", heading=first)
        phone = DOCS / "report-phone.png"
        photograph(browser, html, phone, width=390, high=844, scheme="dark", heading=second)
    raw = as_workbook(list(found.values()), READER, business=BUSINESS, now=END)
    if not draw_workbook(raw, DOCS / "report-workbook.png"):
        print("Without LibreOffice and pdftoppm the picture of the workbook stays as it is.", file=sys.stderr)  # noqa: T201
    text = TALK.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    TALK.write_text(f"{before}{_BEGIN}{on_terminal(found['spend'])}{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
