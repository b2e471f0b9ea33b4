"""Answers between the lines of a quotation keep their questions; no word of the person's is lost."""

import pytest

from followup.mail.inbound.reply_text import reply_text, with_questions
from tests.unit.mail.inbound_replies import reply

BETWEEN = """Hello Ana,

On Mon, 2 Nov 2026 at 10:00, Ana at Harbour Books <care@shop.example> wrote:
> Did the lamp arrive?

Yes, on Friday.

> And is the shade whole?

No, it has a crack.

> Kind regards
> Ana
"""


def test_each_answer_stands_below_its_question_and_the_end_is_left_out() -> None:
    assert with_questions(BETWEEN) == (
        "Hello Ana,\n\n> Did the lamp arrive?\n\nYes, on Friday.\n\n"
        "> And is the shade whole?\n\nNo, it has a crack."
    )


def test_what_is_judged_are_their_own_words_alone() -> None:
    arrived = reply(BETWEEN)
    assert arrived.text == "Hello Ana,\n\n\nYes, on Friday.\n\n\nNo, it has a crack.".replace(
        "\n\n\n", "\n\n"
    )
    assert arrived.text_with_questions == with_questions(BETWEEN)


def test_of_a_long_quotation_the_end_is_kept() -> None:
    quotation = "".join(f"> Line {number}\n" for number in range(30))
    text = f"First of all:\n\n{quotation}\nThat is not what you promised me on the telephone.\n"
    kept = with_questions(text)
    assert kept.startswith("First of all:\n\n> …\n> Line 18\n")
    assert kept.endswith("> Line 29\n\nThat is not what you promised me on the telephone.")


def test_whoever_answers_below_the_whole_email_needs_none_of_it_repeated() -> None:
    quotation = "".join(f"> Line {number}\n" for number in range(9))
    text = f"On 2 Nov 2026 at 10:00 Ana <care@shop.example> wrote:\n\n{quotation}\nIt has come.\n"
    assert with_questions(text) == reply_text(text) == "It has come."


def test_a_question_that_was_cut_out_is_kept_and_a_closing_below_a_quotation_is_no_answer() -> None:
    begins = "On 2 Nov 2026 at 10:00 Ana <care@shop.example> wrote:\n\n> Did it arrive?\n"
    assert with_questions(f"{begins}\nYes.\n") == "> Did it arrive?\n\nYes."
    assert with_questions(f"It has come.\n\n{begins}\nRegards, Jo\n") == "It has come.\n\nRegards, Jo"


@pytest.mark.parametrize(
    "attribution",
    [
        "On Wed, Nov 25, 2026, at 03:57 PM, ana_care wrote:",
        "2026-11-03 17:21 GMT+01:00 Ana Care <care@shop.example>:",
        "2026-11-03 17:21 GMT+01:00 Ana Care <\ncare@shop.example>:",
        "---- On Tue, 22 Dec 2026 14:17:36 +0530 Ana<care@shop.example> wrote ----",
        "2026/7/20 Ana at Harbour Books <care@shop.example>",
        "Ana Care <care@shop.example> wrote:",
        "Ana Care <care@shop.example> schrieb am Fr., 28.\nApr. 2026 um 11:53 Uhr:",
        'Am 21.04.2026 17:48 schrieb "Ana Care" <care@shop.example\n>:',
        "On Thu, 31 Mar 2026 at 11:16 Ana Care\n\n<\nmailto:Ana Care <care@shop.example>\n> wrote:",
        "20 окт. 2026 г. 19:37 пользователь Ana <care@shop.example> написал:",
        "Op 17-feb.-2026, om 13:18 heeft Ana <care@shop.example> het volgende geschreven:",
        "W dniu 28 stycznia 2026 01:53 użytkownik Ana <care@shop.example>\nnapisał:",
    ],
)
@pytest.mark.parametrize("quotation", ["> Did it arrive?\n> Ana\n", ""])
def test_what_a_mail_program_writes_above_a_quotation_goes_with_it(attribution: str, quotation: str) -> None:
    assert reply_text(f"It has come.\n\n{attribution}\n\n{quotation}") == "It has come."


@pytest.mark.parametrize(
    "attribution",
    ["At 11/16/2026 08:32 PM, you wrote:", "понедельник, 6 октября 2026 г. пользователь Ana написал:"],
)
def test_what_may_be_a_persons_line_goes_only_above_a_marked_quotation(attribution: str) -> None:
    assert reply_text(f"It has come.\n\n{attribution}\n\n> Did it?\n") == "It has come."
    assert attribution in reply_text(f"It has come.\n\n{attribution}\n")


@pytest.mark.parametrize(
    "own",
    [
        "On Monday you wrote:",
        "On 3 May you sent me a lamp, and I wrote:",
        "Last week your colleague wrote:",
        "I rang at 10:15 and was told to write to care@shop.example",
        "The date on the parcel is 2026-11-03 and it is not mine",
        "On 12 March 2026 at 10:00 you promised: it comes on Friday.",
    ],
)
def test_a_sentence_of_the_person_stays_above_what_they_quote(own: str) -> None:
    assert own in reply_text(f"{own}\n\n> It comes on Friday.\n\nIt did not.\n")
    assert own in reply_text(f"{own}\n\nIt comes on Friday.\n\nIt did not.\n")
    assert own in reply_text(f"It is late.\n\n{own}\n")


def test_an_attribution_on_their_own_last_line_takes_none_of_it_along() -> None:
    text = "Thanks, it is here On Wed, Nov 4, 2026 at 3:59 PM, care@shop.example wrote:\n> Did it arrive?\n"
    assert reply_text(text) == "Thanks, it is here"


def test_words_below_a_marked_quotation_stay_also_in_a_language_without_patterns() -> None:
    text = (
        "Hei\n\n2. marraskuuta 2026 klo 10.00 Ana <care@shop.example> kirjoitti:\n\n"
        "> Did it arrive?\n> Ana\n\nKyllä, kiitos.\n"
    )
    assert reply_text(text) == "Hei\n\nKyllä, kiitos."


@pytest.mark.parametrize("line", ["> ", "<", "On 2026 at 10:00 ", "mailto:<", "a@b <", "From: x\n"])
def test_a_hundred_thousand_characters_of_one_kind_are_read(line: str) -> None:
    text = "It has come.\n" + line * (100_000 // len(line))
    assert with_questions(text).startswith("It has come.")
    text = "It has come.\n" + f"{line}\n" * (100_000 // (len(line) + 1))
    assert "It has come." in with_questions(text)
