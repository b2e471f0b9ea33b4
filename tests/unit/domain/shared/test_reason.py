from string import Formatter

import pytest

from followup.domain.cases.attention import AttentionReason
from followup.domain.goodwill.policy.policy_reason import PolicyReason, recorded
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.shared.reason import REMOVED_VALUES, Reason, ReasonCode, reworded

LISTS = (AttentionReason, EmailReason, MessageReason, PolicyReason)
CODES = [code for words in LISTS for code in words]
LONGEST = 24
"""What a column of words has room for."""


@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}-{code}")
def test_a_code_fits_its_column_and_has_a_meaning_and_a_sentence_of_its_own(code: ReasonCode) -> None:
    assert len(code.value) <= LONGEST
    assert code.meaning[0].isupper()
    assert code.sentence
    assert code.meaning.lower() != code.sentence.lower()


@pytest.mark.parametrize("words", LISTS)
def test_no_two_codes_of_a_list_have_the_same_sentence(words: type[ReasonCode]) -> None:
    told = [code.sentence for code in words if code.sentence != "{detail}"]
    assert len(set(told)) == len(told)


def test_a_reason_is_told_with_what_it_names_and_what_somebody_said() -> None:
    assert EmailReason.EARLIER_HELD.of(email="E-0007").text == (
        "the email before it, E-0007, is held for a person"
    )
    assert EmailReason.EARLIER_NOT_SENT.of(email="E-0007", state="in_doubt").text == (
        "the email before it, E-0007, is in doubt"
    )
    assert EmailReason.RESULT_UNKNOWN.of("421 bye").text == "nobody knows whether it went out: 421 bye"
    assert EmailReason.CANCELLED_BY.of().text == "cancelled it"
    assert EmailReason.CANCELLED_BY.of("no use").text == "cancelled it: no use"
    assert EmailReason.CAME_BACK.of().text == "it came back: no reason was given"
    assert MessageReason.PUT_OFF.of(emails=["E-0001", "E-0002"]).text == (
        "they seem to be away; put off: E-0001, E-0002"
    )


def test_a_reason_that_names_another_tells_that() -> None:
    ended = EmailReason.ENDED_BY
    assert ended.about(EmailReason.CASE_CLOSED.of()).text == "ended the sequence: the case is closed"
    assert ended.about(EmailReason.PERSON.of("I rang her")).text == "ended the sequence: I rang her"
    suppressed = EmailReason.SUPPRESSED.of(reason="manual")
    assert ended.about(suppressed).text == (
        "ended the sequence: the address is suppressed (manual): somebody here decided it"
    )
    assert EmailReason.HELD.of("E1 “Oh.”", why="lint").text == "held for a person: E1 “Oh.”"
    assert EmailReason.HELD.of(why="voucher_used").text == (
        "held for a person: the voucher was used before this email went"
    )


def test_braces_that_somebody_wrote_are_let_be() -> None:
    assert EmailReason.PERSON.of("{email} {0} {{").text == "{email} {0} {{"
    with reworded(str.upper):
        assert EmailReason.RESULT_UNKNOWN.of("{detail}").text == "NOBODY KNOWS WHETHER IT WENT OUT: {detail}"


def test_a_reason_is_kept_as_its_code_what_it_names_and_the_detail() -> None:
    why = EmailReason.EARLIER_HELD.of(email="E-0007")
    assert why.columns() == {
        "reason_code": EmailReason.EARLIER_HELD,
        "reason_values": {"email": "E-0007"},
        "reason_detail": None,
    }
    assert EmailReason.PERSON.of("She asked.").columns("ended") == {
        "ended_code": EmailReason.PERSON,
        "ended_values": None,
        "ended_detail": "She asked.",
    }
    assert why == Reason(EmailReason.EARLIER_HELD, (("email", "E-0007"),))
    assert why != EmailReason.EARLIER_HELD.of(email="E-0008")


def test_of_what_was_erased_the_code_is_left_and_no_word() -> None:
    assert EmailReason.RELEASED_BY.say(REMOVED_VALUES, None) == "(erased)"


def test_the_reasons_of_a_recommendation_are_read_back_from_what_is_kept() -> None:
    told = [PolicyReason.RULE_OFFERS.of(rule="x", offered="an apology"), PolicyReason.OTHER.of("Told so.")]
    assert recorded({"reasons": [one.to_document() for one in told]}) == told
    assert recorded({}) == []


def test_a_pseudo_locale_ends_also_where_something_fails() -> None:
    def fail() -> None:
        with reworded(str.upper):
            assert EmailReason.DECIDED.say() == "IT WAS DECIDED ALREADY"
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert EmailReason.DECIDED.say() == "it was decided already"


def test_no_sentence_names_a_value_by_its_place() -> None:
    for code in CODES:
        assert all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(code.sentence))
