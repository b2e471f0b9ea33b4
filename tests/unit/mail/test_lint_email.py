"""Emails held against the facts of their case, as they are rendered and as agents write them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from babel import Locale

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.shared.money import Money
from followup.mail.letter import Letter, LetterAgent, LetterGesture, Rendered, TemplateClass
from followup.mail.lint_email import day_spellings, findings_for, findings_for_text, money_spellings
from followup.mail.sample_letter import sample_letter
from followup.mail.text_analysis import sentences_of

SENDER = "Ana at Harbour Books <ana@harbour.example>"
REFUND = LetterGesture(
    kind=GestureKind.REFUND,
    gesture_class=GestureClass.GOODWILL,
    money=Money(800, "GBP"),
    settled_by=date(2026, 3, 20),
    is_handed_over=True,
)
SUBJECT = "Your order HB-2041"
GOOD = """\
Dear Jo,

Your atlas should have reached you on 12 March, and we sent it two days late. You told us:

> It was for my daughter's birthday.

I am sorry. I saw the order on the bench on Tuesday and did not send it on.

I have refunded £8.00 to the card you paid with. You will see it by 20 March. The atlas itself is with you
now, and yours to keep or to send back at our cost.

Did she have something else to open on the day?

Best wishes,
Ana Reyes
Harbour Books
"""


def letter(locale: str = "en-GB", **case: Any) -> Letter:
    sample = sample_letter(locale, "GBP")
    known = {
        "what_happened": "your order arrived later than we promised",
        "occurred_on": date(2026, 3, 12),
        "order": "HB-2041",
        "verbatim": "It was for my daughter's birthday.",
        "promised": None,
        "told": (),
        "done": (),
        "facts": {"item": "a world atlas"},
        **case,
    }
    return replace(
        sample, case=replace(sample.case, **known), gesture=REFUND, agent=LetterAgent(name="Ana Reyes")
    )


def rules(text: str, about: Letter | None = None, subject: str = SUBJECT, **more: Any) -> set[str]:
    found = findings_for_text(about or letter(), subject, text, sender=SENDER, **more)
    return {finding.rule.value for finding in found}


def rendered(text: str, locale: str = "en-GB", *, fallback: bool = False) -> Rendered:
    return Rendered(SUBJECT, text, "", TemplateClass.SERVICE, locale, fallback, locale)


def test_a_sincere_email_is_left_alone() -> None:
    assert rules(GOOD) == set()


@pytest.mark.parametrize(
    ("good", "bad", "broken"),
    [
        ("I am sorry. I saw", "We apologise for any inconvenience. I saw", {"E1"}),
        ("I am sorry. I saw", "I am sorry if that upset you. I saw", {"E2"}),
        ("I am sorry. I saw", "I am sorry, but the bench was full. I saw", {"E3"}),
        ("The atlas itself", "The first parcel was not labelled. The atlas itself", {"E4"}),
        ("The atlas itself", "Our policy does not cover more. The atlas itself", {"E5"}),
        ("I am sorry. I saw", "I understand how you feel. I am sorry. I saw", {"E7"}),
        ("£8.00 to the card", "what you paid to the card", {"E9"}),
        ("You will see it by 20 March. ", "", {"E9"}),
        ("The atlas itself", "It will never happen again. The atlas itself", {"E10"}),
        ("I am sorry. I saw", "I am sorry. I apologise. I regret it. I saw", {"E11"}),
        ("Ana Reyes\n", "The care team\n", {"E12"}),
        ("Did she have", "Just reply to me. Did she have", {"E13"}),
        ("Did she have something else to open on the day?\n", "", {"E13"}),
        ("> It was for", "> Sorry if it was but I know your policy, you value me! And it was for", set()),
        ("The atlas itself", "See https://a.example and https://b.example. The atlas itself", {"W7"}),
        ("I am sorry. I saw", "I am truly deeply sorry. Please forgive me. I saw", {"W4", "W5"}),
    ],
)
def test_each_change_for_the_worse_breaks_its_own_rule_alone(good: str, bad: str, broken: set[str]) -> None:
    assert good in GOOD
    assert rules(GOOD.replace(good, bad)) == broken


def test_an_email_for_anybody_breaks_the_rules_about_facts_and_responsibility() -> None:
    text = "Dear Jo,\n\nWe are sorry to hear about this. We are looking into it.\n\nThe care team\n"
    assert rules(text, subject="A special offer!") == {"E6", "E8", "E9", "E12", "E13", "W1", "W3"}


def test_a_gesture_before_the_acknowledgement_is_found() -> None:
    text = GOOD.replace("Your atlas should", "I have refunded £8.00 to your card. Your atlas should")
    assert rules(text) == {"E9"}


def test_a_rendered_email_is_judged_without_its_footer_and_against_what_was_sent() -> None:
    footer = "\n-- \nStop these emails: https://a.example https://b.example\n"
    judged = findings_for(letter(), rendered(GOOD + footer), sender=SENDER, is_first=True)
    assert judged == ()
    again = findings_for(
        letter(), rendered(GOOD), sender=SENDER, is_first=True, sent_before=sentences_of(GOOD, "en")
    )
    assert {finding.rule for finding in again} == {SincerityRule.E14}
    assert "I am sorry." not in {finding.sentence for finding in again}


def test_only_the_first_email_apologises() -> None:
    later = findings_for(letter(), rendered(GOOD), sender=SENDER, is_first=False)
    assert {finding.rule for finding in later} == {SincerityRule.E11}


def test_a_completed_action_makes_a_promise_one_that_can_be_made() -> None:
    text = GOOD.replace("The atlas itself", "It will never happen again. The atlas itself")
    done = findings_for(letter(), rendered(text), sender=SENDER, is_first=True, action_done=True)
    assert done == ()
    assert rules(text, letter(done=("We moved the bench.",))) == set()


def test_an_address_that_nobody_reads_is_found_in_the_letter_too() -> None:
    about = letter()
    about = replace(about, business=replace(about.business, reply_to="no-reply@harbour.example"))
    assert rules(GOOD, about) == {"E12"}


def test_an_email_in_another_language_than_the_customers_is_read_in_its_own() -> None:
    german = letter("de-DE")
    text = GOOD.replace("I am sorry. I saw", "We apologise for any inconvenience. I saw")
    found = findings_for(german, rendered(text, "en-GB", fallback=True), sender=SENDER, is_first=True)
    assert [finding.rule for finding in found] == [SincerityRule.E1]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"item": "a blue teapot"}, "It is about your teapot."),
        ({"place": "Whitby"}, "It is about Whitby."),
        ({"delay_minutes": "190"}, "It is about 190 minutes."),
        ({"fare": "46.20"}, "It is about £46.20."),
        ({"booked_for": "2026-05-03"}, "It is about 3 May."),
    ],
)
def test_the_facts_that_a_policy_asks_for_count(facts: dict[str, str], sentence: str) -> None:
    about = letter(facts=facts, what_happened=None, verbatim=None, order=None)
    text = f"Hello Jo,\n\nWe got 12 March wrong. {sentence}\n\nAna\n"
    assert "E6" not in rules(text, about, subject="From Ana")
    assert "E6" in rules(text.replace(sentence, "It is about you."), about, subject="From Ana")


@pytest.mark.parametrize(
    "facts", [{"refused": "yes"}, {"nights": "3"}, {"booked_for": "2026-13-45"}, {"item": " "}]
)
def test_a_fact_that_says_nothing_by_itself_does_not_count(facts: dict[str, str]) -> None:
    about = letter(facts=facts, what_happened=None, verbatim=None, order=None, order_value=None)
    assert "E6" in rules("Hello Jo,\n\nYes, we got 3 wrong.\n\nAna\n", about, subject="From Ana")


@pytest.mark.parametrize(
    ("locale", "usual", "others"),
    [
        (
            "en_GB",
            "12 March",
            {"12 March 2026", "March 12", "12th March", "12th of March", "12/03", "on Thursday"},
        ),
        ("en_US", "March 12", {"March 12, 2026", "Mar 12", "12 March", "3/12", "March 12th"}),
        ("de_DE", "12. März", {"12. März 2026", "12.3.", "12.03", "am Donnerstag"}),
        ("es_ES", "12 de marzo", {"12 de marzo de 2026", "12/3", "el jueves"}),
        ("fr_FR", "12 mars", {"12 mars 2026", "12/03", "jeudi dernier"}),
    ],
)
def test_a_day_is_known_as_its_readers_write_it(locale: str, usual: str, others: set[str]) -> None:
    spellings = day_spellings(date(2026, 3, 12), Locale.parse(locale))
    assert spellings[0] == usual
    assert others <= set(spellings)


@pytest.mark.parametrize(
    ("day", "written"), [(1, "1st May"), (2, "2nd May"), (3, "3rd May"), (11, "11th May"), (23, "23rd May")]
)
def test_english_days_have_their_endings(day: int, written: str) -> None:
    assert written in day_spellings(date(2026, 5, day), Locale.parse("en_GB"))


@pytest.mark.parametrize(
    ("locale", "money", "usual", "others"),
    [
        ("en_GB", Money(800, "GBP"), "£8.00", {"£8", "8 GBP", "8 pounds", "GBP 8.00"}),
        ("en_GB", Money(125050, "GBP"), "£1,250.50", {"£1250.50", "1,250.50 pounds"}),
        ("de_DE", Money(800, "EUR"), "8,00\u00a0€", {"8 €", "8 Euro", "EUR 8,00"}),
        ("fr_FR", Money(800, "EUR"), "8,00\u00a0€", {"8 €", "8 euros"}),
        ("en_GB", Money(500, "JPY"), "JP¥500", {"500 JPY"}),
    ],
)
def test_an_amount_is_known_as_its_readers_write_it(
    locale: str, money: Money, usual: str, others: set[str]
) -> None:
    spellings = money_spellings(money, Locale.parse(locale))
    assert spellings[0] == usual
    assert others <= set(spellings)


def test_cents_are_never_left_out_where_there_are_some() -> None:
    assert "£1,250" not in money_spellings(Money(125050, "GBP"), Locale.parse("en_GB"))
