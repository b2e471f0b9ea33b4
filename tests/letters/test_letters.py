"""The figures of the invented cases stay where they were brought; `make letters` prints them."""

from dataclasses import replace

import pytest

from tests.letters.__main__ import write_all
from tests.letters.cases_of import LOCALES, WrittenCase, told_cases
from tests.letters.measure import (
    first_sentence,
    is_used,
    is_whole,
    measures,
    names_the_event,
    own_sentences,
    recurring_words,
)

MOST_HELD = 1


@pytest.fixture(scope="module")
def letters() -> list[WrittenCase]:
    return write_all()


def test_there_are_thirty_cases_in_each_language() -> None:
    assert [len(list(told_cases(language))) for language in LOCALES] == [30] * 5


def test_every_target_is_met(letters: list[WrittenCase]) -> None:
    assert [one for one in measures(letters) if not one.is_met] == []
    assert sum(bool(letter.held) for letter in letters) <= MOST_HELD


def test_a_letter_sent_to_two_people_recurs_and_says_whose_words_are_whose(
    letters: list[WrittenCase],
) -> None:
    one = letters[0]
    twin = replace(one, told=replace(one.told, customer="Somebody Else"))
    shared, own = recurring_words([one, twin])
    assert shared == own > 20
    assert recurring_words([one])[0] == 0
    assert not any("thesis" in text or "two days after" in text for text in own_sentences(one))
    assert first_sentence(one) == one.told.happened


def test_what_is_missing_is_seen(letters: list[WrittenCase]) -> None:
    one = letters[0]
    assert names_the_event(one)
    assert not names_the_event(replace(one, text=one.text.replace("came on Thursday", "came")))
    assert is_whole(one)
    assert not is_whole(replace(one, text=one.text.replace("> I sat in", "> sat in")))
    assert is_used(one, "days_late", "2")
    assert not is_used(one, "days_late", "7")
