"""The two links of the closing email: what they begin, and what is believed of what comes back."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.errors import WrongUsage
from followup.mail.answer_links import as_sentence, read_answer, sentences, with_answer_links
from followup.mail.languages import languages
from followup.mail.letter import LetterLinks
from followup.mail.tokens import answer_token, read_answer_token, read_reply_token, reply_token
from tests.services.clicks import followed

KEY, OTHER_KEY = b"k" * 32, b"k" * 31 + b"l"
LANGUAGES = ("en-GB", "de-AT", "es_MX", "fr")
numbers = st.integers(0, 2**40 - 1)
answers = st.sampled_from(list(OutcomeAnswer))


def links(locale: str = "en-GB", reply_to: str = "Care <care@shop.example>") -> LetterLinks:
    return with_answer_links(
        LetterLinks(unsubscribe="https://shop.example"), KEY, 12, reply_to=reply_to, locale=locale
    )


@given(answer=answers, number=numbers)
def test_a_token_names_one_answer_about_one_case(answer: OutcomeAnswer, number: int) -> None:
    token = answer_token(KEY, answer, number)
    assert read_answer_token(KEY, token) == (answer, number)
    assert read_answer_token(OTHER_KEY, token) is None
    assert read_reply_token(KEY, token) is None
    assert read_answer_token(KEY, reply_token(KEY, number)) is None


@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_link_begins_an_email_that_says_its_answer(locale: str) -> None:
    made = links(locale)
    assert made.unsubscribe == "https://shop.example"
    for answer in OutcomeAnswer:
        email = message_from_bytes(followed(getattr(made, answer.value)), policy=policy.default)
        assert email["To"] == "care@shop.example"
        assert read_answer(KEY, str(email["Subject"])) == (answer, 12)
        text = str(email.get_content()).strip()
        assert as_sentence(text, "") == text
        # What stands in front of the token says the same.
        assert text == str(email["Subject"]).partition(" [")[0] + "."
    assert len(set(sentences())) == 2 * len(languages())


def test_a_language_that_we_do_not_write_is_answered_in_english() -> None:
    assert links("it-IT") == links("en-GB")


def test_an_address_with_letters_that_mean_something_in_a_link_stays_one() -> None:
    link = links(reply_to="a&b?c=d@shop.example").made_right
    assert link is not None
    assert message_from_bytes(followed(link), policy=policy.default)["To"] == "a&b?c=d@shop.example"
    with pytest.raises(WrongUsage):
        links(reply_to="nobody")


def test_only_the_subject_that_we_wrote_is_an_answer() -> None:
    token = answer_token(KEY, OutcomeAnswer.MADE_RIGHT, 12)
    for true in (f"All is well now [{token}]", f"[EXTERNAL] fine [{token.upper()}] ", f"[{token}]"):
        assert read_answer(KEY, true) == (OutcomeAnswer.MADE_RIGHT, 12)
    others = (
        f"Re: x [{token}]",
        f"回复：x [{token}]",
        f"x [{token}] y",
        f"x {token}",
        f"x [{token[1:]}]",
        "",
    )
    for other in others:
        assert read_answer(KEY, other) is None


@given(st.text(max_size=60))
def test_no_subject_is_an_answer_by_chance(words: str) -> None:
    assert read_answer(KEY, words) is None
    assert read_answer(KEY, f"{words} [{'a' * 32}]") is None


def test_words_of_their_own_are_told_from_ours() -> None:
    assert as_sentence(" all is  well now\n", "x") == "All is well now."
    assert as_sentence("", "Jetzt ist alles gut [abc]") == "Jetzt ist alles gut."
    for own in ("All is well now. Thanks!", "Yes", "All is well now?"):
        assert as_sentence(own, "All is well now [abc]") is None
