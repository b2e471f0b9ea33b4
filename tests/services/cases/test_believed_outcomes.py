"""Which answers to the closing email are believed."""

from email import message_from_bytes, policy

from followup.domain.cases.case import CaseStatus
from followup.mail.tokens import answer_token, reply_token
from followup.services.inbound import receive_messages
from tests.services.cases.closing_answers import ALL_WELL, NOT_RIGHT, NOT_YET, RIGHT, asked, move
from tests.services.clicks import click
from tests.services.inbound.answered_cases import case_now, notes
from tests.services.mail_back import away, care_address, letter, receive
from tests.shop import Shop


def test_the_same_email_in_two_copies_counts_once(shop: Shop) -> None:
    case, answers = asked(shop)
    receive(shop, click(answers, RIGHT))
    again = receive(shop, click(answers, RIGHT).replace(b"Subject", b"X-Copy: 2\nSubject"))
    assert again.reason == "it came before, in another copy"
    assert len(notes(shop, case)) == 1


def test_words_without_a_token_are_a_reply_for_a_person(shop: Shop) -> None:
    case, _ = asked(shop)
    for words in ("yes", "Yes, all is well now.", "All is well now.", "not yet"):
        move(shop, case, CaseStatus.RESOLVED)
        raw = letter(f"{words}\n", to=care_address(shop, case), subject="All is well now")
        receipt = receive(shop, raw)
        assert (receipt.kind, receipt.reason) == ("reply", None)
        now = case_now(shop, case)
        assert (now.status, now.outcome) == (CaseStatus.OPEN, None)


def test_a_forged_answer_is_a_reply_for_a_person(shop: Shop) -> None:
    case, _ = asked(shop)
    asked(shop, "tom@example.com")
    key, number = shop.workspace.secret_key(), case.id or 0
    true = answer_token(key, RIGHT, number)
    others = answer_token(key, RIGHT, number + 1)
    forged = [
        *(true[:place] + ("a" if true[place] != "a" else "b") + true[place + 1 :] for place in (0, 7, 8, 31)),
        others[:8] + true[8:],
        reply_token(key, number),
        answer_token(b"k" * 32, RIGHT, number),
    ]
    for token in forged:
        raw = letter("x\n", to=care_address(shop, case), subject=f"All is well now [{token}]")
        receipt = receive(shop, raw)
        assert (receipt.kind, receipt.case, receipt.reason) == ("reply", "C-0001", None)
    assert case_now(shop, case).outcome is None
    # And the true one, so written, is believed.
    assert receive(shop, letter("x\n", subject=f"All is well now [{true.upper()}]")).reason == ALL_WELL


def test_what_answers_such_an_email_or_passes_it_on_says_something_else(shop: Shop) -> None:
    case, answers = asked(shop)
    own = str(message_from_bytes(click(answers, RIGHT), policy=policy.default)["Subject"])
    for prefix in ("Re: ", "RE : ", "AW: ", "Fwd: ", "WG: ", "Automatic reply: ", "回复：", "x: "):
        receive(shop, letter("It broke again.\n", to=care_address(shop, case), subject=prefix + own))
        assert case_now(shop, case).outcome is None
    assert case_now(shop, case).status is CaseStatus.OPEN


def test_so_does_what_answers_it_under_the_same_subject(shop: Shop) -> None:
    case, answers = asked(shop)
    subject = str(message_from_bytes(click(answers, RIGHT), policy=policy.default)["Subject"])
    receive(
        shop, letter("It broke.\n", to=care_address(shop, case), subject=subject, In_Reply_To="<a@b.example>")
    )
    assert case_now(shop, case).outcome is None


def test_a_program_answers_for_nobody(shop: Shop) -> None:
    case, answers = asked(shop)
    subject = str(message_from_bytes(click(answers, RIGHT), policy=policy.default)["Subject"])
    raw = message_from_bytes(away(to=care_address(shop, case)), policy=policy.default)
    raw.replace_header("Subject", subject)
    assert receive(shop, raw.as_bytes()).kind == "auto_reply"
    assert case_now(shop, case).outcome is None


def test_an_answer_that_came_by_a_group_address_is_heard(shop: Shop) -> None:
    """Such an address marks everything that it passes on as a list's."""
    _, answers = asked(shop)
    raw = message_from_bytes(click(answers, RIGHT), policy=policy.default)
    raw.replace_header("To", "care@shop.example")
    raw["List-Id"] = "<care.shop.example>"
    raw["Precedence"] = "list"
    assert receive(shop, raw.as_bytes()).reason == ALL_WELL


def test_a_dry_run_says_what_would_be_heard(shop: Shop) -> None:
    case, answers = asked(shop)
    receipt = receive_messages.foresee(shop.engine, shop.rules, click(answers, NOT_YET))
    assert (receipt.case, receipt.reason) == ("C-0001", NOT_RIGHT)
    assert case_now(shop, case).replied_at is None
