"""E2, E3, E11: how the email says sorry, and how often."""

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found


@pytest.mark.parametrize(
    "sentence",
    [
        "I am sorry if this caused you trouble.",
        "If we let you down, I am sorry.",
        "I'm sorry you feel that way.",
        "We are sorry that you had to complain.",
        "Apologies if I was unclear.",
        "I am sorry to hear that you are unhappy with us.",
        "I apologise for any distress this may have caused.",
    ],
)
def test_an_apology_on_a_condition_or_for_their_reaction_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.E2, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I am sorry that your order came late, and if you want a refund I will send it.",
        "I am sorry that we made you feel small on 12 March.",
        "I am sorry that you had to call us three times.",
        "I am sorry that you waited three days.",
        "If you like, I can call you.",
    ],
)
def test_an_apology_for_what_we_did_is_none_on_a_condition(sentence: str) -> None:
    assert not breaks(SincerityRule.E2, sentence)


def test_a_conditional_apology_is_answered_with_one_for_the_case() -> None:
    (finding,) = found(SincerityRule.E2, email("Sorry if your order was late."))
    assert finding.instead == "I am sorry that on 12 March your order arrived later than we promised."


@pytest.mark.parametrize(
    "sentence",
    [
        "I am sorry your parcel was late, but the courier was busy.",
        "We apologise for this; however, it was out of our hands.",
        "Sorry about that, though you did order late.",
    ],
)
def test_an_apology_that_is_taken_back_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.E3, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody but us is to blame, and I am sorry.",
        "I am sorry, and nobody but us is to blame.",
        "You asked twice but nobody answered, and I am sorry.",
        "I am sorry that we promised Tuesday but came on Thursday.",
        "I am sorry, and however long it takes, I will find it.",
        "I am sorry not only for the delay but also for my silence.",
    ],
)
def test_a_but_that_takes_nothing_back_is_left_alone(sentence: str) -> None:
    assert not breaks(SincerityRule.E3, sentence)


def test_a_but_in_the_next_sentence_is_left_alone() -> None:
    assert found(SincerityRule.E3, email("I am sorry.", "But for you it was a birthday.")) == []


@pytest.mark.parametrize(
    ("language", "apology", "turn"),
    [
        ("en", "I am sorry.", "That said, you did choose the slower delivery."),
        ("en", "I am sorry.", "However, the hotel was full."),
        ("de", "Es tut mir leid.", "Allerdings war das Wetter schlecht."),
        ("es", "Lo siento.", "Ahora bien, usted eligió el envío lento."),
        ("fr", "Je suis désolée.", "Cela dit, le temps était mauvais."),
        ("pt", "Sinto muito.", "Dito isso, o tempo estava ruim."),
    ],
)
def test_the_next_sentence_can_take_an_apology_back(language: str, apology: str, turn: str) -> None:
    findings = found(SincerityRule.E3, email(apology, turn, language=language))
    assert [finding.sentence for finding in findings] == [turn]
    assert found(SincerityRule.E3, email("12.", turn, language=language)) == []


@pytest.mark.parametrize(
    "after",
    ["I cannot give you the night back.", "But we were wrong, and I have said so.", "Still, four weeks."],
)
def test_a_next_sentence_that_owns_it_takes_nothing_back(after: str) -> None:
    assert found(SincerityRule.E3, email("I am sorry.", after)) == []


APOLOGIES = ("I am sorry.", "We apologise.", "We regret it.")


def test_the_first_email_may_apologise_twice() -> None:
    assert found(SincerityRule.E11, email(*APOLOGIES[:2])) == []
    assert [finding.sentence for finding in found(SincerityRule.E11, email(*APOLOGIES))] == ["We regret it."]


def test_a_later_email_may_not_apologise() -> None:
    draft = email("I am sorry.", "Did it arrive?")
    assert [finding.sentence for finding in found(SincerityRule.E11, draft, is_first=False)] == [
        "I am sorry."
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "You have no need to apologise.",
        "I apologised on 12 March.",
        "An apology alone does not bring it back.",
    ],
)
def test_speaking_of_apologies_is_not_apologising(sentence: str) -> None:
    assert found(SincerityRule.E11, email(sentence), is_first=False) == []
