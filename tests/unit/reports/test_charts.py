"""Where everything in a chart stands, worked out by hand for a drawing 360 units wide."""

from fractions import Fraction

import pytest

from followup.reports.answer import Drawn, ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.charts import BarPart, Picture, pictures
from tests.unit.reports.samples import asked, line

READER = Reader("en-GB", "Europe/London")


def drawn(answer: ReportAnswer) -> Picture:
    (picture,) = pictures(answer, READER)
    return picture


def test_parts_of_a_bar_follow_each_other_and_the_longest_bar_is_as_wide_as_the_drawing() -> None:
    picture = drawn(asked([line("Ana", held=100, spent=300), line("Ben", held=0, spent=100)]))
    ana, ben = picture.bars
    # 4.00 is 360 wide, so 1.00 is 90 wide.
    assert ana.parts == (BarPart(0, 0.0, 18, 90.0), BarPart(1, 90.0, 18, 270.0))
    assert ben.parts == (BarPart(1, 0.0, 52, 90.0),)
    assert (ana.label, ana.shown, ana.y, ana.tracks) == ("Ana", "£4.00", 0, (18,))
    assert (ben.shown, ben.y, ben.tracks, picture.height) == ("£1.00", 34, (52,), 68)
    assert picture.legend == ("held", "spent")


def test_a_bar_stays_inside_where_a_part_is_below_zero() -> None:
    picture = drawn(asked([line("over", held=900, spent=-100), line("under", held=300, spent=0)]))
    over, under = picture.bars
    assert over.parts == (BarPart(0, 0.0, 18, 360.0),)
    assert under.parts == (BarPart(0, 0.0, 52, 120.0),)
    assert over.shown == "£8.00"


def test_bars_that_are_no_parts_of_a_whole_lie_under_each_other() -> None:
    picture = drawn(asked([line("Ana", held=100, spent=50)], drawn=Drawn.BARS))
    (ana,) = picture.bars
    assert ana.parts == (BarPart(0, 0.0, 18, 360.0), BarPart(1, 0.0, 30, 180.0))
    assert (ana.tracks, ana.shown, picture.height) == ((18, 30), "£1.00 · £0.50", 46)


def test_shares_are_drawn_against_one_and_against_the_largest_where_that_is_more() -> None:
    def widths(*parts: Fraction) -> list[float]:
        lines = [line(str(number), part=part) for number, part in enumerate(parts)]
        return [bar.parts[0].width for bar in drawn(asked(lines, drawn=Drawn.BARS, values=("part",))).bars]

    assert widths(Fraction(1, 4), Fraction(1, 2)) == [90.0, 180.0]
    assert widths(Fraction(3, 2), Fraction(1, 2)) == [360.0, 120.0]


def test_what_nobody_can_say_has_no_bar_and_a_dash() -> None:
    picture = drawn(asked([line("Ana", part=None)], drawn=Drawn.BARS, values=("part",)))
    assert (picture.bars[0].parts, picture.bars[0].shown) == ((), "–")


def test_nothing_at_all_is_drawn_as_no_bars() -> None:
    picture = drawn(asked([line("Ana", held=0, spent=0)]))
    assert picture.bars[0].parts == ()


def test_the_twenty_largest_of_many_are_drawn_in_the_order_of_the_table() -> None:
    lines = [line(f"agent {number}", held=0, spent=number * 100) for number in range(500)]
    picture = drawn(asked(lines))
    assert [bar.label for bar in picture.bars] == [f"agent {number}" for number in range(480, 500)]
    assert picture.left_out == 480
    assert picture.says.endswith("; and 494 more, in the table")


def test_each_currency_has_a_picture_of_its_own_measured_by_itself() -> None:
    lines = [
        line("Ana", 0, 500),
        line("Ana", 0, 9000, "JPY"),
        line("Ben", 0, 250),
        line("Ben", 0, 4500, "JPY"),
    ]
    pounds, yen = pictures(asked(lines), READER)
    assert (pounds.title, yen.title) == ("What was given, GBP", "What was given, JPY")
    assert [[part.width for part in bar.parts] for bar in pounds.bars] == [[360.0], [180.0]]
    assert [[part.width for part in bar.parts] for bar in yen.bars] == [[360.0], [180.0]]
    assert [bar.shown for bar in yen.bars] == ["JP¥9,000", "JP¥4,500"]


def test_there_is_no_picture_of_nothing() -> None:
    assert pictures(asked([]), READER) == []


def test_a_line_goes_through_time_between_round_figures() -> None:
    lines = [line(f"2026-0{month}", held=0, spent=spent) for month, spent in ((1, 0), (2, 700), (3, 350))]
    picture = drawn(asked(lines, drawn=Drawn.LINE, values=("spent",)))
    # From 62 to 326 across; from 154 (nothing) up to 12 (8.00, the fourth step of 2.00): 17.75 for each 1.00.
    (path,) = picture.paths
    assert path.points == ((62.0, 154.0), (194.0, 29.8), (326.0, 91.9))
    assert [(mark.at, mark.text) for mark in picture.up] == [
        (154.0, "£0"),
        (118.5, "£2"),
        (83.0, "£4"),
        (47.5, "£6"),
        (12.0, "£8"),
    ]
    assert [(mark.at, mark.text) for mark in picture.across] == [
        (62.0, "2026-01"),
        (194.0, "2026-02"),
        (326.0, "2026-03"),
    ]
    assert picture.says == "spent at last £3.50"


def test_a_line_below_zero_stays_inside() -> None:
    lines = [line("first", spent=-100), line("second", spent=300)]
    picture = drawn(asked(lines, drawn=Drawn.LINE, values=("spent",)))
    # Steps of 1.00 from -1.00 to 3.00: 142 / 4 = 35.5 each, downwards from 12.
    assert [mark.text for mark in picture.up] == ["-£1", "£0", "£1", "£2", "£3"]
    assert picture.paths[0].points == ((62.0, 154.0), (326.0, 12.0))


def test_all_below_zero_hangs_from_zero() -> None:
    lines = [line("first", spent=-100), line("second", spent=-200)]
    picture = drawn(asked(lines, drawn=Drawn.LINE, values=("spent",)))
    assert [mark.text for mark in picture.up] == ["-£2", "-£1.5", "-£1", "-£0.5", "£0"]
    assert picture.paths[0].points == ((62.0, 83.0), (326.0, 154.0))


def test_a_line_is_broken_where_there_is_nothing_to_say() -> None:
    spent = (100, 100, None, 100, None)
    lines = [line(str(place), spent=amount) for place, amount in enumerate(spent)]
    picture = drawn(asked(lines, drawn=Drawn.LINE, values=("spent",)))
    assert [[x for x, _ in path.points] for path in picture.paths] == [[62.0, 128.0], [260.0]]


@pytest.mark.parametrize(
    ("part", "marks"),
    [
        (Fraction(1, 3), ["0%", "10%", "20%", "30%", "40%"]),
        (Fraction(1, 100), ["0%", "1%"]),
        (Fraction(0), ["0%", "1%"]),
    ],
)
def test_figures_beside_a_line_are_round_and_none_twice(part: Fraction, marks: list[str]) -> None:
    lines = [line(str(place), part=part) for place in range(2)]
    picture = drawn(asked(lines, drawn=Drawn.LINE, values=("part",)))
    assert [mark.text for mark in picture.up] == marks


def test_many_days_have_no_dots_and_few_labels() -> None:
    lines = [line(f"day {number}", spent=number) for number in range(500)]
    picture = drawn(asked(lines, drawn=Drawn.LINE, values=("spent",)))
    assert not picture.paths[0].has_dots
    assert [mark.text for mark in picture.across] == ["day 0", "day 125", "day 250", "day 375"]
    assert all(62 <= x <= 326 and 12 <= y <= 154 for x, y in picture.paths[0].points)


def test_long_labels_are_cut_to_their_room_and_wide_letters_take_twice_as_much() -> None:
    long, wide = (drawn(asked([line(name)])).bars[0].label for name in ("x" * 200, "北" * 200))
    # "£3.00" takes 5 of 44 letters.
    assert long == "x" * 38 + "…"
    assert wide == "北" * 19 + "…"
