"""E6, E7: how specific the email is, and how facts are told apart."""

from dataclasses import replace

import pytest

from followup.domain.letters.sincerity.circumstances import Fact, FactKind
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.letters.sincerity.specifics import facts_told, stands_in
from tests.unit.domain.letters.sincerity.drafts import PARCEL, breaks, email, found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("It came after MARCH 12.", {FactKind.DATE}),
        ("Order hb-2041 is yours.", {FactKind.ORDER}),
        ("Order HB-20411 is not.", set()),
        ("You paid £80 for it.", {FactKind.AMOUNT}),
        ("Somebody paid £80.50 or £800 or £1,80.", set()),
        ("We dealt with it on 112/03.", set()),
        ("We know that it was a birthday.", {FactKind.WORDS}),
        ("A birthday present for your daughter it was.", {FactKind.WORDS}),
        ("It was a pity.", set()),
        ("Your atlas came later than we promised.", {FactKind.WHAT_HAPPENED}),
    ],
)
def test_facts_are_known_by_any_spelling_and_only_whole(text: str, kinds: set[FactKind]) -> None:
    assert {fact.kind for fact in facts_told(text, email(), PARCEL)} == kinds


def test_words_that_stand_anywhere_are_no_fact() -> None:
    words = (Fact(FactKind.WORDS, ("No.",)), Fact(FactKind.WORDS, ("Late again!",)))
    case = replace(PARCEL, facts=words)
    assert facts_told("There is no. 5, and it was late.", email(), case) == ()
    assert facts_told("You said: late again!", email(), case) == words[1:]


@pytest.mark.parametrize("spelling", ["", " ", "£8.00", "8,00 €"])
def test_odd_spellings_stand_in_nothing_by_chance(spelling: str) -> None:
    assert not stands_in(spelling, "you paid £8.001 or 18,00 € for it")


def test_a_space_of_any_kind_is_a_space() -> None:
    assert stands_in("8,00 €", "8,00 €")


def test_two_facts_make_it_specific_wherever_they_stand() -> None:
    assert found(SincerityRule.E6, email("It came after 12 March.", subject="Your order HB-2041")) == []
    assert (
        found(
            SincerityRule.E6,
            email("You told us.", "It came after 12 March.", quotes=("It was a birthday present",)),
        )
        == []
    )


@pytest.mark.parametrize(
    "sentences",
    [("I am sorry.",), ("I am sorry about 12 March.", "March 12 was our mistake.")],
    ids=["none", "one twice"],
)
def test_fewer_than_two_facts_could_have_been_sent_to_anybody(sentences: tuple[str, ...]) -> None:
    (finding,) = found(SincerityRule.E6, email(*sentences))
    assert finding.sentence == ""
    assert "HB-2041" in finding.instead


def test_what_a_case_does_not_have_is_not_asked_for() -> None:
    only_date = (Fact(FactKind.DATE, ("12 March",)),)
    assert found(SincerityRule.E6, email("It was 12 March."), facts=only_date) == []
    assert found(SincerityRule.E6, email("It was then."), facts=()) == []
    assert len(found(SincerityRule.E6, email("It was then."), facts=only_date)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "I understand how you feel.",
        "That must have been frustrating.",
        "Your disappointment is justified.",
        "I can see why you are angry.",
    ],
)
def test_a_feeling_without_its_fact_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.E7, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I can imagine how upsetting it was to have no parcel on 12 March.",
        "No wonder you were upset: it was a birthday present.",
        "Please feel free to keep the book.",
        "You do not need to worry about the cost.",
        "I now understand how this happened.",
        "I am ashamed and disappointed that we left you waiting.",
        "How do you feel about a call?",
    ],
)
def test_a_feeling_with_its_fact_or_not_theirs_is_left_alone(sentence: str) -> None:
    assert not breaks(SincerityRule.E7, sentence)
