"""Answers made by hand, for tests of the forms in which answers leave."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction

from followup.domain.shared.money import Money
from followup.reports.answer import (
    Cell,
    Chart,
    Drawn,
    Kind,
    Line,
    ReportAnswer,
    ReportTable,
    columns,
    sentence,
)

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
COLUMNS = columns(
    ("who", "who", Kind.TEXT),
    ("gestures", "gestures", Kind.COUNT),
    ("held", "held", Kind.MONEY),
    ("spent", "spent", Kind.MONEY, True),
    ("part", "part", Kind.SHARE, True),
    ("hours", "hours", Kind.NUMBER),
    ("day", "last day", Kind.DAY),
    ("at", "at", Kind.INSTANT),
    ("currency", "currency", Kind.CURRENCY),
)


def line(
    who: str,
    held: int = 100,
    spent: int | None = 200,
    currency: str = "GBP",
    part: Fraction | None = Fraction(1, 2),
    behind: Sequence[str] = (),
) -> Line:
    """A line with amounts in minor units."""
    cells: dict[str, Cell] = {
        "who": who,
        "gestures": 3,
        "held": Money(held, currency),
        "spent": None if spent is None else Money(spent, currency),
        "part": part,
        "hours": Fraction(13, 2),
        "day": date(2026, 11, 30),
        "at": NOW,
        "currency": currency,
    }
    return Line(cells, tuple(behind))


def asked(
    lines: Sequence[Line],
    *,
    name: str = "spend",
    drawn: Drawn = Drawn.STACKED,
    values: tuple[str, ...] = ("held", "spent"),
    totals: Sequence[Line] = (),
) -> ReportAnswer:
    """An answer with one table of such lines, and a chart of it."""
    return ReportAnswer(
        name=name,
        question="What did it cost?",
        period=sentence(
            "{since} to {until}, {zone}",
            since=date(2026, 11, 1),
            until=date(2026, 11, 30),
            zone="Europe/London",
        ),
        says=tuple(sentence("{who} got {spent}.", **_of(each)) for each in lines[:2]),
        tables=(ReportTable("rows", "By whom", COLUMNS, tuple(lines), tuple(totals), "A note."),),
        empty="Nothing was given.",
        charts=(Chart("What was given", drawn, "rows", "who", values),),
    )


def _of(each: Line) -> dict[str, Cell]:
    return {name: each.cells[name] for name in ("who", "spent")}
