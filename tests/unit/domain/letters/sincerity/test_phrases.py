"""E1, E5, E10, W4, W5: phrases that no email should have, and their harmless relations."""

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found


@pytest.mark.parametrize(
    "sentence",
    [
        "We apologise for any inconvenience this may have caused.",
        "Sorry for the inconvenience.",
        "Your call is important to us.",
        "Your custom is very important to us.",
        "At Harbour Books we strive to get it right.",
        "As a valued customer you deserve better.",
        "We take your feedback very seriously.",
        "Please rest assured that we are on it.",
        "Please don’t hesitate to contact us.",
        "Due to circumstances beyond our control, the parcel is late.",
    ],
)
def test_stock_phrases_are_found(sentence: str) -> None:
    assert breaks(SincerityRule.E1, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It was more than an inconvenience: you missed your train.",
        "The inconvenience of two trips to the depot was yours.",
        "The birthday was important to you, and we missed it.",
        "You wrote: “valued customer, my foot”.",
        "Thank you for your patience on the phone on Thursday.",
        "The engineer took the leak seriously enough to come on a Sunday.",
    ],
)
def test_the_same_words_about_this_case_are_no_stock_phrase(sentence: str) -> None:
    assert not breaks(SincerityRule.E1, sentence)


def test_a_stock_phrase_is_found_in_the_subject_and_the_greeting_too() -> None:
    draft = email(subject="We value your feedback", greeting="Dear valued customer,")
    assert [finding.sentence for finding in found(SincerityRule.E1, draft)] == [
        "We value your feedback",
        "Dear valued customer,",
    ]


def test_the_better_wording_names_what_happened_in_this_case() -> None:
    (finding,) = found(SincerityRule.E1, email("We apologise for any inconvenience."))
    assert "“I am sorry that on 12 March your order arrived later than we promised.”" in finding.instead


@pytest.mark.parametrize(
    "sentence",
    [
        "Unfortunately we are unable to refund this.",
        "It is against our policy to refund postage.",
        "Our returns policy does not cover this.",
        "As per our terms and conditions, the code has lapsed.",
        "I'm afraid we cannot make an exception.",
        "Our system does not allow a second refund.",
    ],
)
def test_hiding_behind_rules_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.E5, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Unfortunately the second parcel is late too, and that is on us.",
        "I cannot tell you yet why; I will know on Friday.",
        "Your insurance policy is safe.",
        "Our returns policy gives you 30 days, and I used it for you.",
        "Our system did not record what you paid.",
    ],
)
def test_bad_news_and_rules_for_the_customer_are_not_hiding(sentence: str) -> None:
    assert not breaks(SincerityRule.E5, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "This will never happen again.",
        "We will do better.",
        "I will make sure that this does not happen again.",
        "Lessons have been learned.",
        "Next time we'll get it right.",
    ],
)
def test_a_promise_needs_a_completed_action_on_record(sentence: str) -> None:
    assert breaks(SincerityRule.E10, sentence)
    assert not breaks(SincerityRule.E10, sentence, action_done=True)


@pytest.mark.parametrize(
    "sentence",
    [
        "You will not have to explain it again.",
        "I will call you again on Friday.",
        "I can do better than £10.00.",
        "If it happens again, call me.",
    ],
)
def test_a_promise_about_this_remedy_is_none_about_the_future(sentence: str) -> None:
    assert not breaks(SincerityRule.E10, sentence)


@pytest.mark.parametrize(
    "sentence", ["I am truly deeply sorry.", "I am so very sorry.", "We are very, very sorry."]
)
def test_stacked_intensifiers_are_found(sentence: str) -> None:
    assert breaks(SincerityRule.W4, sentence)


@pytest.mark.parametrize(
    "sentence", ["I am very sorry.", "It was very late and you were really cold.", "I am sorry, so I came."]
)
def test_one_intensifier_on_a_word_is_enough_and_allowed(sentence: str) -> None:
    assert not breaks(SincerityRule.W4, sentence)


@pytest.mark.parametrize(
    "sentence", ["Please forgive us.", "Please accept our sincere apologies.", "I hope you can forgive this."]
)
def test_asking_for_forgiveness_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.W5, sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Please accept this voucher for £8.00.", "The bank has forgiven the fee.", "You need not forgive us."],
)
def test_what_asks_for_no_forgiveness_is_left_alone(sentence: str) -> None:
    assert not breaks(SincerityRule.W5, sentence)
