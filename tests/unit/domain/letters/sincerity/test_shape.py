"""W1, W2, W3, W6, W7: the form of an email."""

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import email, found


@pytest.mark.parametrize("words", [50, 125])
def test_fifty_to_125_words_are_right(words: int) -> None:
    assert found(SincerityRule.W1, email(word_count=words)) == []


@pytest.mark.parametrize(
    ("words", "why"), [(49, "too few"), (126, "people read 125"), (180, "people read"), (181, "far over")]
)
def test_other_lengths_are_found_and_over_180_more_strongly(words: int, why: str) -> None:
    (finding,) = found(SincerityRule.W1, email(word_count=words))
    assert why in finding.why


def test_twenty_words_on_average_and_grade_eight_can_be_read() -> None:
    assert found(SincerityRule.W2, email("One.", "Two.", word_count=40, reading_grade=8.0)) == []


@pytest.mark.parametrize(("words", "grade"), [(41, 5.0), (20, 8.1), (41, None)])
def test_longer_sentences_or_longer_words_are_found(words: int, grade: float | None) -> None:
    (finding,) = found(
        SincerityRule.W2, email("One.", "The longest of two.", word_count=words, reading_grade=grade)
    )
    assert finding.sentence == "The longest of two."


@pytest.mark.parametrize(
    "subject", ["Your order HB-2041", "About what happened to you on 12 March", "The coffee shop on 12 March"]
)
def test_a_plain_subject_is_right(subject: str) -> None:
    assert found(SincerityRule.W3, email(subject=subject)) == []


@pytest.mark.parametrize(
    "subject",
    [
        "About what happened to your order on 12 March",
        "A special offer for you",
        "20% for you",
        "We are sorry!",
    ],
)
def test_a_long_or_loud_subject_is_found(subject: str) -> None:
    (finding,) = found(SincerityRule.W3, email(subject=subject))
    assert finding.sentence == subject


WHY = (
    "Our warehouse moved in February.",
    "The new system printed labels twice.",
    "The courier then sorted them by hand.",
)


def test_two_sentences_may_explain_and_a_third_is_found() -> None:
    assert found(SincerityRule.W6, email(*WHY[:2], "I am sorry.", WHY[2])) == []
    assert [finding.sentence for finding in found(SincerityRule.W6, email(*WHY))] == [WHY[2]]


def test_telling_what_we_do_is_no_explanation() -> None:
    draft = email(
        "I sent a new one today.", "It will reach you on Friday.", "You pay nothing.", "We kept yours back."
    )
    assert found(SincerityRule.W6, draft) == []


def test_one_link_is_right_and_two_are_not() -> None:
    assert found(SincerityRule.W7, email(links=("https://a.example",))) == []
    (finding,) = found(SincerityRule.W7, email(links=("https://a.example", "https://b.example")))
    assert finding.sentence == "https://b.example"
