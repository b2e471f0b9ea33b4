"""Print what is measured: `python -m tests.letters [--show NUMBER] [--repeated NUMBER]`. Exits with 1 where a
target is missed."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from followup.store.engine import open_engine
from followup.workspace import load_workspace
from tests import shop
from tests.letters.cases_of import WrittenCase, written_cases
from tests.letters.measure import by_language, measures, most_repeated, recurring_words


def main() -> int:
    """Write the letters of all cases and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.letters", description=__doc__)
    parser.add_argument(
        "--show", type=int, default=0, help="print so many letters, spread over the languages"
    )
    parser.add_argument(
        "--repeated", type=int, default=0, help="print so many of the most repeated sentences"
    )
    parser.add_argument("--templates", type=Path, help="write them with the templates of this folder")
    wanted = parser.parse_args()
    letters = write_all(wanted.templates)
    found = list(measures(letters))
    for one in found:
        print(f"{'  ' if one.is_met else '✗ '}{one.name:<46} {one.seen:<34} {one.target}")
    for language, some in by_language(letters):
        shared, own = recurring_words(some)
        print(f"  our own words that recur, {language:<20} {100 * shared / own:.1f} %")
    for letter in (letter for letter in letters if letter.held):
        print(f"  held: {letter.told.customer}: {'; '.join(letter.held)}")
    for count, language, text in most_repeated(letters, wanted.repeated):
        print(f"  {count} × {language} {text}")
    for place in range(wanted.show):
        letter = letters[place * len(letters) // wanted.show]
        print(f"\n{'-' * 80}\n{letter.subject}\n\n{letter.text}")
    return 0 if all(one.is_met for one in found) else 1


def write_all(templates: Path | None = None) -> list[WrittenCase]:
    """The letters of all cases, from a workspace that is made and thrown away, with its own templates or
    others."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        shop.found(root)
        if templates is not None:
            shutil.rmtree(root / "templates")
            shutil.copytree(templates, root / "templates")
        workspace = load_workspace(root, {})
        engine = open_engine(workspace.database_url)
        try:
            return list(written_cases(shop.Shop(workspace, engine)))
        finally:
            engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
