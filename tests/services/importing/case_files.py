"""A desk that imports files of cases, and the map it reads them by."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from sqlmodel import col, func, select

from followup.services.importing import import_file, import_rows
from followup.services.importing.import_cases import CaseImport
from followup.services.importing.import_rows import ImportResult, SkipReason
from followup.store.tables import AuditEvent, Case, Customer
from tests.shop import Shop

EXAMPLES = Path(__file__).parents[3] / "examples" / "import"
MAP = """
[external_id]
column = "Ticket"
[customer]
column = "Email"
[name]
column = "Name"
[reason]
default = "late-delivery"
[severity]
column    = "How bad"
otherwise = "moderate"
[severity.table]
"bad" = "serious"
[order_value]
column = "Paid"
amount = "£1,234.50"
[occurred_on]
column = "Day"
date   = "DD/MM/YYYY"
[verbatim]
column = "Words"
"""
HEADER = "Ticket,Email,Name,How bad,Paid,Day,Words\n"


def row(number: int, *, email: str = "", name: str = "Bo", words: str = "late") -> str:
    return f"{number},{email or f'c{number}@customers.example'},{name},,£5,03/04/2024,{words}\n"


class Desk:
    """A shop, and imports of files in a folder."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder

    def run(
        self,
        text: str | bytes,
        map_text: str = MAP,
        *,
        name: str = "rows.csv",
        bad: str | None = None,
        between: Callable[[], None] = lambda: None,
        progress: Callable[[float], None] = lambda _part: None,
    ) -> tuple[ImportResult, ImportResult]:
        """Check a file and import it; gives both tallies. Bad rows go into a file if it has a name."""
        file, map_file = self.folder / name, self.folder / "map.toml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        map_file.write_text(map_text, encoding="utf-8")
        mapped = import_file.read_map(map_file)
        with import_file.open_import_file(file, BytesIO(), mapped.file) as opened:
            work = CaseImport(opened, mapped, self.shop.rules, self.shop.now)
            work.check_map()
            aside = import_file.BadRows(self.folder / bad, opened) if bad else None
            checked = self.shop.read(lambda session: import_rows.check_rows(session, work, aside, progress))
            if aside is not None:
                aside.close()
            between()
            return checked, self.shop.write(
                lambda session: import_rows.write_rows(
                    session, work, checked, self.shop.actor(session), progress
                )
            )

    def cases(self) -> list[Case]:
        return self.shop.read(lambda session: list(session.exec(select(Case).order_by(col(Case.id)))))

    def count(self, table: type[Case] | type[Customer] | type[AuditEvent]) -> int:
        return self.shop.read(lambda session: session.exec(select(func.count()).select_from(table)).one())


def figures(tally: ImportResult) -> tuple[int, int, int, int, int]:
    there, out = tally.skipped[SkipReason.ALREADY_THERE], tally.skipped[SkipReason.LEFT_OUT]
    return tally.read, tally.imported, there, out, tally.bad
