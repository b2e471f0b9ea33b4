"""Run the scorecard and print it: python -m tests.score [--rows 1,4] [--database postgresql] [--short]."""

import argparse
import sys
import traceback
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.score.places import place
from tests.score.row import BOTH, Database, Row, Seen
from tests.score.rows import all_rows


def main() -> int:
    """Try the rows, print the table, and return exit code 1 if a promise was not kept."""
    asked = _asked()
    numbers = {int(number) for number in asked.rows.split(",")} if asked.rows else None
    table = Table("#", "measure", "target", "database", "seen", "", "seconds", title="Scorecard")
    said = Console(stderr=True)
    all_kept = True
    begun = monotonic()
    for row in all_rows():
        if numbers is not None and row.number not in numbers:
            continue
        for database in row.databases:
            if asked.database not in (None, database):
                continue
            started = monotonic()
            said.print(f"row {row.number} on {database} …")
            seen = _tried(row, database, is_short=asked.short)
            all_kept = all_kept and seen.kept
            where = database if row.databases == BOTH else "–"
            taken = f"{monotonic() - started:.0f}"
            verdict = "kept" if seen.kept else "BROKEN"
            table.add_row(
                str(row.number), row.measure, row.target, where, escape(seen.figures), verdict, taken
            )
            said.print(f"    {verdict}: {seen.figures} ({taken} s)", markup=False)
    console = Console(width=max(160, Console().width))
    console.print(table)
    console.print(f"{'All kept' if all_kept else 'NOT all kept'}, in {monotonic() - begun:.0f} s.")
    return 0 if all_kept else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.score", description=__doc__)
    parser.add_argument("--rows", help="numbers with commas between them; all without it")
    parser.add_argument("--database", choices=BOTH, help="only this one")
    parser.add_argument("--short", action="store_true", help="with so few tries as the tests use")
    return parser.parse_args()


def _tried(row: Row, database: Database, *, is_short: bool) -> Seen:
    try:
        with place(database, is_short=is_short) as here:
            return row.run(here)
    except Exception as error:
        traceback.print_exc()
        return Seen(False, f"{type(error).__name__}: {error}"[:200])


if __name__ == "__main__":
    sys.exit(main())
