import pytest

from followup.domain.cases.case import Channel, Feeling
from followup.domain.shared.word import parse_word
from followup.errors import WrongUsage


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("let down", Feeling.LET_DOWN),
        ("Let-Down", Feeling.LET_DOWN),
        ("disappointed", Feeling.LET_DOWN),
        ("upset", Feeling.LET_DOWN),
        ("Anxious", Feeling.WORRIED),
        ("furious", Feeling.ANGRY),
        ("fed up", Feeling.FRUSTRATED),
        ("treated unfairly", Feeling.TREATED_UNFAIRLY),
    ],
)
def test_what_people_say_leads_to_the_feeling_meant(said: str, meant: Feeling) -> None:
    assert parse_word("feeling", said, Feeling) is meant


def test_every_near_word_leads_to_a_feeling_and_is_none_itself() -> None:
    near = Feeling.near_words()
    assert set(near.values()) == set(Feeling.values())
    assert not near.keys() & set(Feeling.values())


def test_an_unknown_feeling_lists_the_choices() -> None:
    with pytest.raises(WrongUsage) as refused:
        parse_word("feeling", "purple", Feeling)
    assert "The choices are frustrated, confused" in refused.value.hint


def test_a_channel_may_be_spelled_with_a_space() -> None:
    assert parse_word("channel", "In person", Channel) is Channel.IN_PERSON
