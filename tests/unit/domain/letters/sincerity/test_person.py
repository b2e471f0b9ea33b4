"""E12, E13, E14: who signs, what is asked, what was said before."""

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found


@pytest.mark.parametrize(
    "sign_off", [("Ana",), ("Best wishes,", "Ana Reyes"), ("A. Reyes, Harbour Books",), ("ANA REYES",)]
)
def test_the_agent_signs_with_a_name(sign_off: tuple[str, ...]) -> None:
    assert found(SincerityRule.E12, email(sign_off=sign_off)) == []


@pytest.mark.parametrize("sign_off", [(), ("The Harbour Books team",), ("Customer care",), ("Anatole",)])
def test_a_team_is_no_person(sign_off: tuple[str, ...]) -> None:
    assert len(found(SincerityRule.E12, email(sign_off=sign_off))) == 1


def test_accents_do_not_matter_in_a_name() -> None:
    assert found(SincerityRule.E12, email(sign_off=("Jose",)), agent_name="José Ñíguez") == []


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@harbour.example",
        "Ana <noreply@harbour.example>",
        "do_not_reply@harbour.example",
        "ne-pas-repondre@quai.example",
    ],
)
def test_an_address_that_nobody_reads_is_found(address: str) -> None:
    assert len(found(SincerityRule.E12, email(), sender=address)) == 1
    assert len(found(SincerityRule.E12, email(), reply_to=address)) == 1


@pytest.mark.parametrize(
    "address", ["care@harbour.example", "noreply@books.example <ana@books.example>", "nora@noreply.example"]
)
def test_only_the_part_before_the_at_sign_says_who_reads(address: str) -> None:
    assert found(SincerityRule.E12, email(), sender=address) == []


def test_saying_that_nobody_reads_an_answer_is_found() -> None:
    assert breaks(SincerityRule.E12, "Please do not reply to this email.")
    assert not breaks(SincerityRule.E12, "We did not reply to you for nine days.")


@pytest.mark.parametrize(
    "asking",
    [
        "Does that settle 12 March for you?",
        "Just reply to this email.",
        "Please let me know when it is there.",
        "If it is not there by Friday, write to me.",
        "Please call me on 020 7946 0000.",
        "Tell me whether it came, or call me?",
    ],
)
def test_one_question_or_invitation_is_right_and_none_or_two_are_not(asking: str) -> None:
    other = "I am sorry."
    assert found(SincerityRule.E13, email(other, asking)) == []
    assert [
        finding.sentence for finding in found(SincerityRule.E13, email(asking, other, "Is that so?"))
    ] == ["Is that so?"]
    assert [finding.sentence for finding in found(SincerityRule.E13, email(other))] == [""]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thank you for letting us know.",
        "You had to call us three times.",
        "You do not have to contact us.",
        "I will let you know.",
        "We did not reply to you.",
        "You let us know on 12 March.",
        "You asked: “Will it ever come?”",
        "You took the time to tell us.",
    ],
)
def test_speaking_of_answers_invites_none(sentence: str) -> None:
    assert [finding.sentence for finding in found(SincerityRule.E13, email(sentence))] == [""]


def test_a_sentence_that_was_sent_before_is_found_whatever_its_dress() -> None:
    sent = ("We let you down on 12 March, and I’m sorry.", "Thank you again.")
    draft = email("WE let you  down, on 12 March and I'm sorry!", "Thank you again.")
    assert [finding.sentence for finding in found(SincerityRule.E14, draft, sent_before=sent)] == [
        draft.sentences[0].text
    ]


@pytest.mark.parametrize("sentence", ["We let you down on 13 March.", "I am sorry."])
def test_other_and_short_sentences_may_be_said(sentence: str) -> None:
    sent = ("We let you down on 12 March.", "I am sorry.")
    assert found(SincerityRule.E14, email(sentence), sent_before=sent) == []
