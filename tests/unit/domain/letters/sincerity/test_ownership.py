"""E4, E8: who did it."""

import pytest

from followup.domain.cases.case import Responsibility
from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found


@pytest.mark.parametrize(
    "sentence",
    [
        "Your parcel was not delivered on 12 March.",
        "Mistakes were made with your order.",
        "Your parcel got lost.",
        "Your order has been delayed.",
        "You were charged twice.",
        "You should have been told.",
        "Your emails weren't answered.",
        "I am sorry that your parcel was not delivered.",
        "The wrong name was piped on your cake.",
    ],
)
def test_a_failure_that_nobody_did_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.E4, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Your parcel was delivered late by our courier.",
        "You were charged twice by us.",
        "It was lost because we put the wrong label on it.",
        "We did not deliver it.",
        "£8.00 will be refunded to your card by Friday.",
        "The £8.00 was refunded today.",
        "Your new atlas was sent on Monday.",
        "If it has not been delivered by Friday, tell me.",
        "Was it not delivered?",
        "Your order was placed on 12 March.",
        "The lamp was damaged when it reached you.",
        "You were right to tell us.",
    ],
)
def test_a_passive_with_its_agent_or_about_the_remedy_is_left_alone(sentence: str) -> None:
    assert not breaks(SincerityRule.E4, sentence)


def test_where_it_is_not_ours_there_is_nobody_to_name() -> None:
    sentence = "Your train was cancelled."
    assert breaks(SincerityRule.E4, sentence, responsibility=Responsibility.SHARED)
    assert not breaks(SincerityRule.E4, sentence, responsibility=Responsibility.NOBODY)


@pytest.mark.parametrize(
    ("sentence", "active"),
    [
        ("Your parcel was not delivered.", "We did not deliver …"),
        ("Your parcel got lost.", "We lost it."),
        ("You were charged twice.", "We charged …"),
        ("Too much was taken.", "We took …"),
        ("You should have been told.", "We should have told …"),
    ],
)
def test_the_better_wording_has_us_in_front(sentence: str, active: str) -> None:
    (finding,) = found(SincerityRule.E4, email(sentence))
    assert active in finding.instead


@pytest.mark.parametrize(
    "sentence",
    [
        "We let you down on 12 March, and I take responsibility for it.",
        "We got this wrong.",
        "We sent you the wrong book.",
        "I should have called you.",
        "This is our mistake.",
        "That was our fault.",
        "We did not call you back.",
        "We promised Tuesday and came on Thursday.",
        "We had no driver, and told nobody.",
        "We kept you waiting for two hours.",
    ],
)
def test_a_sentence_that_takes_responsibility_is_enough(sentence: str) -> None:
    assert found(SincerityRule.E8, email("I am writing about 12 March.", sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "If we made a mistake, I am sorry.",
        "It is not our fault.",
        "We did not receive your email.",
        "You were let down.",
        "I am sorry about your order.",
        "We do not take responsibility for the post.",
        "I checked, and the parcel went to the wrong house.",
        "Did we let you down?",
        "We never do this.",
    ],
)
def test_what_only_sounds_like_responsibility_is_not_enough(sentence: str) -> None:
    assert len(found(SincerityRule.E8, email(sentence))) == 1


def test_responsibility_is_asked_for_only_where_it_is_ours_and_only_once() -> None:
    draft = email("I am sorry about your order.")
    assert len(found(SincerityRule.E8, draft, responsibility=Responsibility.SHARED)) == 1
    assert found(SincerityRule.E8, draft, responsibility=Responsibility.THEIRS) == []
    assert found(SincerityRule.E8, draft, responsibility=Responsibility.NOBODY) == []
    assert found(SincerityRule.E8, draft, is_first=False) == []
