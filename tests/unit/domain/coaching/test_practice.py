from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.coaching.practice import (
    CALL,
    Exercise,
    PracticeGesture,
    PracticeProgress,
    Round,
    Trend,
    figures,
    is_call,
    is_error,
    meaning_of,
    next_exercise,
    ordinal,
    progress,
    progress_line,
    what_was_good,
)
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.sincerity.coverage import rules_known
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.mail.languages import languages, wording_of

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
GIFT = PracticeGesture(kind=GestureKind.GIFT, gesture_class=GestureClass.GOODWILL)
WORDS_ALONE = PracticeGesture(kind=GestureKind.APOLOGY, gesture_class=GestureClass.GOODWILL)


def exercise(
    name: str,
    *trains: str,
    responsibility: Responsibility = Responsibility.OURS,
    feeling: Feeling = Feeling.ANGRY,
    gesture: PracticeGesture = GIFT,
    locale: str = "en-GB",
) -> Exercise:
    return Exercise(
        name=name,
        locale=locale,
        trains=trains,
        business="Harbour Books",
        customer="Priya Shah",
        reason="late-delivery",
        what_happened="your book came late",
        severity=Severity.MINOR,
        responsibility=responsibility,
        feeling=feeling,
        occurred_on=date(2026, 10, 30),
        verbatim="It came late.",
        complaint="It came late.",
        known="You forgot it.",
        good_reply="…",
        gesture=gesture,
    )


def played(*rounds: tuple[str, Sequence[str]]) -> tuple[Round, ...]:
    return tuple(
        Round(exercise=name, played_at=MONDAY + timedelta(hours=hour), rules=tuple(rules))
        for hour, (name, rules) in enumerate(rounds)
    )


FOUR = (exercise("d", "E1"), exercise("b", "E6"), exercise("a", "E1", "E2"), exercise("c", "E9"))


def test_without_a_round_the_first_by_name_comes_first() -> None:
    assert next_exercise(FOUR, ()).name == "a"


def test_without_a_finding_all_are_played_before_one_comes_again() -> None:
    rounds: tuple[Round, ...] = ()
    order = []
    for _ in range(6):
        order.append(next_exercise(FOUR, rounds).name)
        rounds = played(*((name, ()) for name in order))
    assert order == ["a", "b", "c", "d", "a", "b"]


def test_what_was_broken_most_often_is_practised_next() -> None:
    assert next_exercise(FOUR, played(("a", ["E9", "E6"]), ("a", ["E9"]))).name == "c"


def test_an_exercise_is_not_played_again_before_half_of_them_were() -> None:
    # "c" trains what is broken, but was among the last two of four.
    assert next_exercise(FOUR, played(("c", ["E9"]), ("a", ["E9"]))).name == "b"
    assert next_exercise(FOUR, played(("c", ["E9"]), ("a", ["E9"]), ("b", ["E9"]))).name == "c"


def test_what_was_broken_long_ago_no_longer_counts() -> None:
    old = ("d", ["E9"])
    assert next_exercise(FOUR, played(old, *[("a", ())] * 19)).name == "c"
    assert next_exercise(FOUR, played(old, *[("a", ())] * 20)).name == "b"


def test_of_two_that_train_the_same_the_one_not_played_for_longer_comes_first() -> None:
    same = (exercise("x", "E6"), exercise("y", "E6"), exercise("z"))
    assert next_exercise(same, played(("x", ["E6"]), ("y", ["E6"]), ("z", ()))).name == "x"


def test_one_exercise_alone_can_be_played_for_ever() -> None:
    assert next_exercise(FOUR[:1], played(("d", ["E1"]), ("gone", ()))).name == "d"


@given(
    st.lists(st.tuples(st.sampled_from("abcdz"), st.lists(st.sampled_from(["E1", "E6", "E9", CALL])))),
    st.permutations(FOUR),
)
def test_the_choice_does_not_depend_on_the_order_of_files(
    rounds: list[tuple[str, list[str]]], order: list[Exercise]
) -> None:
    assert next_exercise(order, played(*rounds)) == next_exercise(FOUR, played(*rounds))


ENGLISH = rules_known(wording_of("en"))


def good(of: Exercise, *broken: str, known: frozenset[SincerityRule] = ENGLISH) -> list[str]:
    return [kept.rule for kept in what_was_good(of, broken, known=known)]


def test_what_is_good_are_the_rules_that_were_kept() -> None:
    assert good(exercise("a")) == ["E6", "E8", "E9", "E13", "W1"]
    assert good(exercise("a"), "E6", "E13", "W7") == ["E8", "E9", "W1"]


def test_nobody_is_praised_for_what_the_case_does_not_ask() -> None:
    theirs = exercise("a", responsibility=Responsibility.THEIRS, gesture=WORDS_ALONE)
    assert good(theirs) == ["E6", "E13", "W1"]


def test_nothing_is_praised_that_cannot_be_read_in_the_language() -> None:
    assert good(exercise("a"), known=rules_known(None)) == ["E6", "W1"]
    without = rules_known(wording_of("en")) - {SincerityRule.E9}
    assert good(exercise("a"), known=without) == ["E6", "E8", "E13", "W1"]


WORDS_FOR_A_CALL = {language.call for language in languages().values()}


@pytest.mark.parametrize("answer", ["call", " Call. ", "CALL!", "anrufen", "llamar", "Appeler"])
def test_an_agent_can_answer_that_they_would_call(answer: str) -> None:
    assert is_call(answer, WORDS_FOR_A_CALL)


@pytest.mark.parametrize("answer", ["", "I will call you.", "call me", "recall"])
def test_a_reply_is_not_taken_for_a_call(answer: str) -> None:
    assert not is_call(answer, WORDS_FOR_A_CALL)


def test_only_distress_asks_for_a_call() -> None:
    assert [feeling for feeling in Feeling if exercise("a", feeling=feeling).asks_for_call] == [
        Feeling.DISTRESSED
    ]


def test_every_code_has_a_meaning_and_errors_are_told_from_warnings() -> None:
    assert meaning_of("E6") == SincerityRule.E6.meaning
    assert "call" in meaning_of(CALL)
    assert meaning_of("E99") == "E99"
    assert [is_error(code) for code in ("E6", CALL, "W1")] == [True, True, False]


def test_progress_counts_rounds_and_looks_back_one() -> None:
    rounds = played(("a", ["E1", "E1", "W1", "E6"]), ("b", ["E6"]))
    assert progress(rounds[:1]) == PracticeProgress(1, 4, None)
    assert progress(rounds) == PracticeProgress(2, 1, 4)


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (PracticeProgress(1, 0, None), "1st round, no finding"),
        (PracticeProgress(3, 1, 4), "3rd round, 1 finding; last time 4"),
        (PracticeProgress(12, 2, 0), "12th round, 2 findings; last time none"),
    ],
)
def test_progress_is_a_short_line(now: PracticeProgress, line: str) -> None:
    assert progress_line(now) == line


def test_ordinals_are_english() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)
    assert [ordinal(number) for number in numbers] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]
    )


def found(*counts: int) -> tuple[Round, ...]:
    return played(*(("a", ["E6"] * count) for count in counts))


@pytest.mark.parametrize(
    ("counts", "first", "last", "trend"),
    [
        ((4,), None, None, Trend.TOO_FEW),
        ((4, 0), None, None, Trend.TOO_FEW),
        ((4, 9, 1), 4, 1, Trend.BETTER),
        ((1, 0, 1), 1, 1, Trend.SAME),
        ((1, 2, 2, 3, 9), Fraction(3, 2), 6, Trend.WORSE),
        ((5, 4, 3, 2, 1, 9, 9, 1, 1, 1, 1, 0), 3, Fraction(4, 5), Trend.BETTER),
    ],
)
def test_the_first_rounds_are_held_against_the_last(
    counts: tuple[int, ...], first: Fraction | None, last: Fraction | None, trend: Trend
) -> None:
    said = figures(found(*counts))
    assert (said.first, said.last, said.trend) == (first, last, trend)


def test_figures_count_rounds_without_an_error_and_name_what_is_broken_most() -> None:
    rounds = played(("a", ["E9", "E6", "W1"]), ("b", ["W1"]), ("c", []), ("d", [CALL, "W1", "E6", "E2"]))
    said = figures(rounds)
    assert (said.rounds, said.rounds_without_error) == (4, 2)
    assert said.most_broken == ("W1", "E6", "E2")
    assert said.last_practised == MONDAY + timedelta(hours=3)
