"""What is said beside an answer, so that the next command is the right one."""

import shlex
from datetime import timedelta

import pytest
from sqlmodel import Session

from followup.store.tables import AnsweredKey
from tests.e2e.conftest import Desk
from tests.shop import MAX


def test_a_counter_offer_says_who_now_issues_it_and_how(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case(), "refund", "40.00", because="She came twice.")
    answer = quick.followup.run(
        "approval", "counter", "A-0001", "--amount", "30.00", "--because", "Half.", "--as", MAX
    )
    assert answer.err == "ana@shop.example now issues it: followup gesture issue G-0001\n"
    quick.followup.run("gesture", "issue", "G-0001")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("case", "close", "C-0001", "--outcome", "recoverd"), "'recoverd' is not an outcome."),
        (("gesture", "request", "C-0001", "--kind", "refnd"), "'refnd' is not a kind."),
    ],
)
def test_what_is_no_such_word_is_said_with_the_right_article(
    quick: Desk, arguments: tuple[str, ...], said: str
) -> None:
    quick.shop.open_case()
    assert quick.followup.refused(*arguments, code=2)["message"] == said


# ---- A reason that nobody has used

OPEN = ("case", "open", "--customer", "tom@example.com", "--name", "Tom", "--severity", "minor")


def test_a_reason_that_may_be_a_slip_is_taken_and_the_known_one_is_named(quick: Desk) -> None:
    document = quick.followup.json(*OPEN, "--reason", "late-delivry")
    assert document["case"]["reason"] == "late-delivry"
    hint = (
        "No other case has the reason late-delivry. Did you mean late-delivery? "
        "followup case set C-0001 --reason late-delivery"
    )
    assert document["hints"][0] == hint
    assert f"Hint: {hint}\n" in quick.followup.run("case", "note", "C-0001", "Tom rang.").err

    quick.followup.run(*hint.split("followup ")[1].split())
    assert quick.followup.json("case", "show", "C-0001")["reason"] == "late-delivery"
    assert "Did you mean" not in quick.followup.run("case", "note", "C-0001", "Tom rang.").err


def test_a_budget_for_a_reason_that_may_be_a_slip_names_the_known_one(quick: Desk) -> None:
    make = ("budget", "create", "--limit", "10.00", "--period", "month")
    near = quick.followup.run(*make, "near", "--scope", "reason=late-delivry")
    assert near.err == ("No rule of policy.toml names the reason late-delivry. Did you mean late-delivery?\n")
    far = quick.followup.run(*make, "far", "--scope", "reason=hail")
    assert far.err == "No rule of policy.toml names the reason hail.\n"


# ---- The end of a case


def test_a_case_closed_without_an_outcome_gets_it_later_once(quick: Desk) -> None:
    quick.shop.open_case()
    closed = quick.followup.run("case", "close", "C-0001")
    assert closed.out == "C-0001 is closed.\n"
    assert closed.err == (
        "Hint: Reports count how it ended as not said. "
        "Say how it ended: followup case close C-0001 --outcome recovered|lost|no_response\n"
    )
    assert quick.followup.complaint("case", "close", "C-0001", code=4).endswith(
        "Say how it ended: followup case close C-0001 --outcome recovered|lost|no_response\n"
    )
    document = quick.followup.json(
        "case", "close", "C-0001", "--outcome", "lost", "--because", "She said so."
    )
    assert (document["status"], document["outcome"], document["hints"]) == ("closed", "lost", [])
    refused = quick.followup.refused("case", "close", "C-0001", "--outcome", "recovered", code=4)
    assert refused["message"] == "C-0001 is closed already, as lost."
    assert "followup case reopen C-0001" in refused["hint"]
    entry = quick.followup.json("audit", "log", "--subject", "C-0001")[-1]
    assert (entry["action"], entry["because"], entry["detail"]) == (
        "case outcome",
        "She said so.",
        {"outcome": "lost"},
    )
    assert quick.followup.json("audit", "verify")["ok"]


def test_a_closed_case_has_no_email_to_come_and_a_note_for_its_customer_says_so(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case(feeling="angry", order="HB-1", verbatim="Two days late."))
    quick.followup.run("daemon", "tick")
    quick.followup.run("case", "close", "C-0001", "--outcome", "lost")
    emails = quick.followup.json("case", "show", "C-0001")["emails"]
    assert [(email["state"], email["reason"]) for email in emails] == [
        ("sent", None),
        ("cancelled", "the case is closed"),
        ("cancelled", "the case is closed"),
    ]
    told = quick.followup.run("case", "note", "C-0001", "It is mended.", "--tell-customer")
    assert told.err == (
        "Hint: No email of this case is to come, so nobody tells the customer: write or call, "
        "and note it with --told.\n"
    )


# ---- Nobody drops out of sight


def test_who_waits_unheard_is_named_after_those_who_wait_for_a_person_and_each_case_once(quick: Desk) -> None:
    today = quick.shop.now
    quick.shop.now = today - timedelta(days=14)
    quick.shop.open_case()
    quick.shop.open_case("tom@example.com", feeling="distressed")
    quick.shop.now = today
    quick.shop.open_case("new@example.com")
    waiting = quick.followup.json("case", "list", "--needs-person")
    assert [(case["ref"], case["why"]) for case in waiting] == [
        ("C-0002", "the customer is distressed, so a person must call"),
        ("C-0001", "nothing was offered, and no email is to come"),
    ]


# ---- The next email


def test_a_preview_is_of_the_next_email_and_says_where_none_is_to_come(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case(feeling="angry", order="HB-1", verbatim="Two days late."))
    assert quick.followup.json("template", "preview", "C-0001")["step"] == 1
    quick.followup.run("daemon", "tick")
    second = quick.followup.json("template", "preview", "C-0001")
    assert (second["step"], second["template"], second["findings"]) == (2, "check-in", [])
    quick.followup.run("sequence", "unenrol", "C-0001", "--because", "We spoke.")

    refused = quick.followup.refused("template", "preview", "C-0001", code=4)
    assert refused["code"] == "nothing_to_come"
    assert refused["message"] == "No email of C-0001 is to come: 1 sent, 2 cancelled."
    assert "--step 1" in refused["hint"]
    first = quick.followup.json("template", "preview", "C-0001", "--step", "1")
    assert (first["template"], first["findings"]) == ("apology", [])


def test_an_email_that_went_out_does_not_repeat_itself_and_another_does(quick: Desk) -> None:
    apology = quick.root / "templates" / "en" / "apology.md"
    ready_made = 'You told me so on Monday at our shop in Leeds.\n\n{% include "partials/sign-off.md" %}'
    text = apology.read_text(encoding="utf-8").replace('{% include "partials/sign-off.md" %}', ready_made)
    assert ready_made in text
    apology.write_text(text, encoding="utf-8")
    quick.shop.request(quick.shop.open_case(feeling="angry", order="HB-1", verbatim="Two days late."))
    quick.followup.run("daemon", "tick")
    preview = ("template", "preview", "C-0001", "--step", "1")
    assert quick.followup.json(*preview)["findings"] == []
    assert quick.followup.json("template", "lint", "--template", "apology")["stops"] == 0

    quick.shop.open_case(
        feeling="angry", order="HB-2", verbatim="And now this.", what_happened="Your second lamp came broken."
    )
    again = quick.followup.json("template", "preview", "C-0002", "--step", "1")["findings"]
    assert [(one["rule"], one["sentence"]) for one in again] == [
        ("E14", "You told me so on Monday at our shop in Leeds.")
    ]


# ---- A key of an earlier release


@pytest.mark.parametrize(
    ("arguments", "sentences"),
    [
        (("budget", "create", "hail", "--limit", "10.00", "--period", "month"), "warnings"),
        (("gesture", "request", "C-0001", "--kind", "voucher", "--amount", "5.00"), "overdrafts"),
    ],
)
def test_a_key_of_an_earlier_release_is_answered_without_the_sentences_it_did_not_keep(
    quick: Desk, arguments: tuple[str, ...], sentences: str
) -> None:
    quick.shop.open_case()
    first = quick.followup.run(*arguments, "--key", "k")

    def forget(session: Session) -> None:
        kept = session.get_one(AnsweredKey, "k")
        kept.answer = {name: value for name, value in kept.answer.items() if name != sentences}

    quick.shop.write(forget)
    assert quick.followup.run(*arguments, "--key", "k") == first


# ---- How to request what is recommended

WHY = (
    "She rang three times in one week and nobody called her back, so this is the least that is right for her."
)


@pytest.mark.parametrize(
    "told",
    [
        ("--severity", "severe", "--order-value", "200.00"),
        ("--severity", "serious", "--order-value", "900.00"),
        ("--severity", "moderate", "--order-value", "80.00"),
        ("--severity", "severe", "--feeling", "distressed"),
        ("--severity", "minor", "--order-value", "20.00", "--responsibility", "nobody"),
    ],
    ids=lambda told: " ".join(told[1::2]),
)
@pytest.mark.parametrize(
    "reason", ["late-delivery", "damaged-item", "billing-error", "no-show", "long-wait", "other"]
)
def test_the_command_that_requests_an_offer_works_as_it_is_said(
    quick: Desk, reason: str, told: tuple[str, ...]
) -> None:
    """With what is left open filled in, and nothing else, it is taken."""
    answer = quick.followup.run(
        *("case", "open", "--customer", "tom@example.com", "--name", "Tom", "--reason", reason, *told)
    )
    said = [line for line in answer.err.splitlines() if line.startswith("Request it: ")]
    assert len(said) == 1, answer
    command, _, words = said[0].removeprefix("Request it: followup ").partition(", in ")
    assert not words or words.endswith("words or more")
    filled = {"--because": WHY, "--phone": "0113 4960999", "--address": "1 High Street, Leeds"}
    filled |= {"--item": "Lamp", "--kind": "apology", "--amount": "5.00"}
    arguments = shlex.split(command)
    for place, word in enumerate(arguments):
        if word == "…":
            arguments[place] = filled[arguments[place - 1]]
    assert "gesture request" in " ".join(arguments)
    quick.followup.run(*arguments)


# ---- A queue, a till, an answer


def test_an_empty_queue_says_that_it_is_done(quick: Desk) -> None:
    def said(*flags: str) -> str:
        return quick.followup.run("case", "list", *flags).err

    assert said("--mine") == "You are up to date: no open case is yours.\n"
    assert said("--mine", "--needs-person") == "You are up to date: none of your cases needs a person.\n"
    assert said("--owner", MAX) == f"{MAX} is up to date: no open case is theirs.\n"
    assert said("--needs-person") == "Nobody waits for a person.\n"


def test_a_voucher_is_shown_with_whose_it_is(quick: Desk) -> None:
    quick.shop.budget("100.00")
    quick.shop.request(quick.shop.open_case(), "voucher")
    for command in ("show", "redeem"):
        out = quick.followup.run("voucher", command, "G-0001").out
        assert "for Priya Shah <priya@example.com>, C-0001" in out


def test_their_words_are_not_asked_for_once_they_have_written(quick: Desk) -> None:
    quick.shop.open_case()
    asked = "Their own words are missing"
    assert asked in quick.followup.run("case", "note", "C-0001", "Rang.", "--told").err
    quick.followup.run("case", "note", "C-0001", "Where is my lamp?", "--from-customer")
    assert asked not in quick.followup.run("case", "note", "C-0001", "Rang back.", "--told").err
