"""Row 16: hostile strings in every field must stay plain text in every output."""

import os
from collections.abc import Iterator

from followup.services.shared import parse_input
from tests.integration import test_hostile_strings as emails
from tests.score.harmless_commands import type_everywhere, workshop, wrong_in_commands, wrong_in_refusals
from tests.score.harmless_reports import wrong_in_reports
from tests.score.hostile_strings import hostile_strings
from tests.score.processes import at_once
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop

SEED = 2030
LINES_OF_A_REPORT = 25
REFUSED_EVERY = 4
"""Sample one of this many strings in the test of refused CLI arguments, because each command takes its
time.
"""


def run(here: Place) -> Seen:
    number = here.count(2_000, 10)
    strings = hostile_strings(number, SEED)
    templates = emails.TEMPLATES[: here.count(len(emails.TEMPLATES), 1)]
    wrong = list(_wrong_in_documents(strings, templates))
    shop = open_shop(here)
    refused = type_everywhere(shop, strings)
    quick = workshop(shop, here.folder / "home")
    wrong += wrong_in_commands(quick, shop, number)
    wrong += wrong_in_refusals(quick, strings[::REFUSED_EVERY])
    shop.engine.dispose()
    return Seen(
        kept=not wrong,
        figures=f"{number:,} strings: {number * len(templates):,} emails (headers, text, HTML), "
        f"{number:,} lines of reports (terminal, JSON, CSV, XLSX, HTML), every field of {number:,} cases "
        f"({refused:,} refused in fields of one line), {len(strings[::REFUSED_EVERY]):,} refusals: "
        f"{len(wrong)} did more than be a text" + "".join(f"; {text[:120]}" for text in wrong[:3]),
    )


def _wrong_in_documents(strings: list[str], templates: list[str]) -> Iterator[str]:
    """What is wrong in emails and reports, checked by one process per processor."""
    share = os.cpu_count() or 1
    for found in at_once(look, [(strings[part::share], templates) for part in range(share)]):
        yield from found


def look(strings: list[str], templates: list[str]) -> list[str]:
    """What is wrong in the emails and reports that contain these strings."""
    wrong = []
    for text in strings:
        for template in templates:
            try:
                emails.assert_stays_text(template, text)
            except Exception as error:  # whatever breaks is what is looked for
                wrong.append(f"{template}: {type(error).__name__} for {text[:60]!r}")
    kept = [parse_input.passage("text", text) for text in strings]
    for first in range(0, len(kept), LINES_OF_A_REPORT):
        wrong += wrong_in_reports(kept[first : first + LINES_OF_A_REPORT])
    return wrong


ROW = Row(
    16,
    "2,000 hostile strings in every field × every output (email headers, text, HTML, CSV, XLSX, HTML report, "
    "terminal)",
    "0 extra headers, tags, links, formulas, escapes, evaluations",
    run,
)
