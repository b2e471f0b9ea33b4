"""A policy reads aloud: every form of every entry, in words that a person who does not program knows."""

import pytest

from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.wording import PolicyEntry, PolicyPart, condition_words, entries_of

HEAD = """
version = "2026-11"
currency = "GBP"
timezone = "Europe/London"
[facts.delay]
type = "integer"
unit = "minutes"
min = 0
max = 600
ask = "How many minutes late?"
[facts.ticket]
type = "choice"
choices = ["single", "return"]
[facts.rerouted]
type = "yes_no"
[facts.fare]
type = "money"
[facts.promised_on]
type = "date"
[facts.delivered_on]
type = "date"
[facts.days_late]
type = "elapsed"
from = "promised_on"
to = "delivered_on"
unit = "working_days"
after_working_days = 2
"""


def entry(text: str) -> PolicyEntry:
    """The last entry of a file that ends in `text`."""
    return entries_of(load_policy(HEAD + text, "policy.toml"))[-1]


def rule(when: str = "", amount: str = '"12.50"', more: str = "") -> str:
    return (
        f'[[rule]]\nid = "r"\nwhen = {{ {when} }}\noffer = {{ kind = "refund", amount = {amount} }}\n{more}\n'
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('reason = "late-train"', "reason is late-train"),
        ('ticket = ["single", "return"]', "ticket is return or single"),
        ('severity = ">= serious"', "severity is serious or more"),
        ('severity = "not(minor, moderate)"', "severity is anything but minor or moderate"),
        ("rerouted = true", "rerouted is yes"),
        ("delay = 30", "delay is 30 minutes"),
        ('delay = ">= 30"', "delay is 30 minutes or more"),
        ('delay = "> 30"', "delay is more than 30 minutes"),
        ('delay = "<= 30"', "delay is 30 minutes or less"),
        ('delay = "< 30"', "delay is under 30 minutes"),
        ('delay = "[30..60)"', "delay is from 30 to under 60 minutes"),
        ('delay = "(30..60]"', "delay is more than 30 to 60 minutes"),
        ('order_value = ">= 40"', "order_value is 40.00 GBP or more"),
        ('occurred_on = ">= 2026-11-01"', "occurred_on is 2026-11-01 or later"),
        ('occurred_on = "< 2026-11-01"', "occurred_on is before 2026-11-01"),
    ],
)
def test_a_condition_is_told_with_its_unit(written: str, words: str) -> None:
    policy = load_policy(HEAD + rule(written), "policy.toml")
    assert condition_words(policy.rules[0].when[0]) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ('"12.50"', "refund of 12.50 GBP"),
        (
            '{ percent = 50, of = "order_value", at_least = "10", at_most = "60" }',
            "refund of 50 percent of order_value, at least 10.00 GBP, at most 60.00 GBP",
        ),
        ('{ fact = "fare" }', "refund of fare"),
        ('{ each = "2", of = "days_late" }', "refund of 2.00 GBP for each of days_late"),
        ('{ each = "2", of = "delay", count = "started" }', "refund of 2.00 GBP for each started of delay"),
        (
            '{ each = "2", of = "delay", after = 15, every = 30, at_most_times = 4 }',
            "refund of 2.00 GBP for each completed 30 of delay after the first 15, at most 4 times",
        ),
        ('{ max_of = ["5", { fact = "fare" }] }', "refund of the largest of 5.00 GBP; fare"),
        ('{ from = "20", to = "60" }', "refund from 20.00 GBP to 60.00 GBP, as the agent chooses"),
    ],
)
def test_an_offer_is_told_with_how_it_is_worked_out(amount: str, words: str) -> None:
    assert entry(rule(amount=amount)).field("offer") == words


def test_a_rule_is_told_with_its_conditions_rounding_class_and_reason() -> None:
    more = 'class = "corrective"\nround_to = "5"\nminimum_payout = "10"\nwhy = "The law says so"'
    found = entry(rule('reason = "late-train", delay = "> 30"', more=more))
    assert found.fields == (
        ("conditions", ("reason is late-train", "delay is more than 30 minutes")),
        ("offer", "refund of 12.50 GBP, rounded to 5.00 GBP, nothing below 10.00 GBP"),
        ("class", "corrective"),
        ("why", "The law says so"),
    )
    assert found.words == (
        "refund of 12.50 GBP, rounded to 5.00 GBP, nothing below 10.00 GBP, "
        "when reason is late-train, delay is more than 30 minutes"
    )
    assert entry(rule()).words == "refund of 12.50 GBP, always"


def test_facts_are_told_with_their_question_bounds_and_what_they_are_counted_from() -> None:
    facts = {
        one.name: one for one in entries_of(load_policy(HEAD, "policy.toml")) if one.part is PolicyPart.FACT
    }
    assert facts["delay"].words == "How many minutes late?"
    assert [facts["delay"].field(name) for name in ("least", "most", "unit")] == [
        "0 minutes",
        "600 minutes",
        "minutes",
    ]
    assert facts["ticket"].field("choices") == ("single", "return")
    assert facts["days_late"].field("counted") == (
        "working days from promised_on to delivered_on, beginning after 2 working days"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[[cap]]\nscope = "customer"\nwindow = "365d"\namount = "500"\nclass = "goodwill"',
            "Goodwill to one customer: at most 500.00 GBP in 365 days",
        ),
        (
            '[[cap]]\nscope = "agent"\nwindow = "month"\namount = "90"\ntimes = 3',
            "All that is given by one agent: at most 90.00 GBP and 3 times this month",
        ),
        (
            '[[cap]]\nscope = "customer"\nwindow = "ever"\namount = "50"\nreason = ["late", "lost"]',
            (
                "All that is given to one customer for the same reason, where the reason is late or lost: "
                "at most 50.00 GBP in all"
            ),
        ),
        (
            '[[cap]]\nscope = "team"\nwindow = "week"\ntimes = 1\nkind = "gift"\nclass = "goodwill"',
            "A gift as goodwill by one team: at most 1 time this week",
        ),
        (
            '[[cooldown]]\nscope = "customer"\ndays = 90\nkind = "gift"',
            "A gift to one customer: again only after 90 days",
        ),
        (
            '[overcompensation]\nwarn_percent = 120\ncap_percent = 150\nclass = "goodwill"',
            (
                "Goodwill for one case: a warning above 120 percent of the order value, "
                "at most 150 percent of the order value"
            ),
        ),
        (
            '[[never]]\nkind = ["gift", "credit"]\nrole = "agent"\nwhy = "Ask first."',
            "Never a gift or credit by agent: Ask first",
        ),
        (
            '[[repeat]]\nsimilar_cases = 1\nother_agents = 2\nlinked_customers = 1\nwindow = "year"',
            (
                "A manager looks at all that is given first where, this year, the customer had 1 other case "
                "with the same reason, or 2 other agents logged the same reason for the customer, or 1 other "
                "customer looks like the same person"
            ),
        ),
        (
            (
                '[[repeat]]\njust_under = { percent = 90, times = 5 }\nwindow = "30d"\n'
                'approver = "director"\nclass = "goodwill"'
            ),
            (
                "A director looks at goodwill first where, in 30 days, 5 gestures of the agent were just "
                "under their limit, 90 percent of it or more, and this one is too"
            ),
        ),
        (
            '[[authority]]\nrole = "agent"\nper_gesture = "25"\nper_day = "100"',
            "An agent may give up to 25.00 GBP for a gesture, 100.00 GBP in a day",
        ),
        (
            '[[authority]]\nrole = "senior"\nper_gesture = "unlimited"\nclass = "corrective"',
            "A senior may give any amount as corrective for a gesture",
        ),
        (
            '[[require]]\nfrom = "100"\nnote_words = 15\nnotify = "manager"',
            "From 100.00 GBP: a note of 15 words and the role manager is told",
        ),
    ],
)
def test_every_guard_is_told_in_a_sentence(text: str, words: str) -> None:
    assert entry(text + "\n").words == words


def test_guards_of_one_name_are_told_apart() -> None:
    never = '[[never]]\nkind = "gift"\nrole = "agent"\n'
    names = [
        one.name for one in entries_of(load_policy(HEAD + never + never, "p")) if one.part is PolicyPart.NEVER
    ]
    assert names == ["gift by agent", "gift by agent (2)"]
