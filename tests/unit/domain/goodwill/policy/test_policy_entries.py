"""A whole policy as entries: each with its name, its sentence, its fields and its line."""

from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.wording import PolicyPart, entries_of

TEXT = """version = "7"
currency = "GBP"
timezone = "Europe/London"
[facts.delay]
type = "integer"
unit = "minutes"
min = 0
max = 600
ask = "How late?"
[facts.promised_on]
type = "date"
[facts.days_late]
type = "elapsed"
from = "promised_on"
to = "logged_on"
unit = "working_days"
after_working_days = 1
[[rule]]
id = "late"
when = { delay = ">= 30" }
class = "corrective"
offer = { kind = "refund", amount = "12" }
round_to = "0.02"
why = "It came late."
[[cap]]
id = "yearly"
scope = "customer"
window = "financial_year"
starts = "04-06"
amount = "100"
times = 3
class = "goodwill"
kind = "gift"
reason = ["late", "lost"]
[[cap]]
id = "ever"
scope = "customer"
window = "ever"
amount = "500"
class = "corrective"
[[cooldown]]
id = "pause"
scope = "customer"
days = 30
class = "goodwill"
kind = "voucher"
[[cooldown]]
id = "rest"
scope = "team"
days = 1
class = "goodwill"
[overcompensation]
warn_percent = 120
cap_percent = 150
class = "goodwill"
[[never]]
kind = "gift"
role = ["agent", "senior"]
why = "Ask first."
[[never]]
kind = "gift"
role = ["agent", "senior"]
[[never]]
kind = "voucher"
[[repeat]]
similar_cases = 2
other_agents = 3
linked_customers = 4
just_under = { percent = 90, times = 1 }
window = "30d"
approver = "director"
class = "goodwill"
[[authority]]
role = "agent"
per_gesture = "25"
per_day = "100"
class = "goodwill"
[[authority]]
role = "director"
per_gesture = "unlimited"
[[require]]
from = "30"
note_words = 1
notify = "manager"
[[require]]
from = "40"
notify = "director"
[[require]]
from = "50"
note_words = 20
"""

YEARLY = (
    "A gift as goodwill to one customer for the same reason, where the reason is late or lost: "
    "at most 100.00 GBP and 3 times this financial year"
)
OVERCOMPENSATION = (
    "Goodwill for one case: a warning above 120 percent of the order value, "
    "at most 150 percent of the order value"
)
LOOKED_AT = (
    "A director looks at goodwill first where, in 30 days, "
    "the customer had 2 other cases with the same reason, "
    "or 3 other agents logged the same reason for the customer, "
    "or 4 other customers look like the same person, "
    "or 1 gesture of the agent was just under their limit, 90 percent of it or more, and this one is too"
)


def line_of(text: str, nth: int = 1) -> int:
    """The line of the nth table that begins with a text."""
    return [number for number, line in enumerate(TEXT.splitlines(), 1) if line == text][nth - 1]


def test_every_entry_has_its_words_its_fields_and_its_line() -> None:
    found = [
        (entry.part, entry.name, entry.words, dict(entry.fields), entry.line)
        for entry in entries_of(load_policy(TEXT, "policy.toml"))
    ]
    assert found[:3] == [
        (PolicyPart.SETTING, "version", "7", {"value": "7"}, 0),
        (PolicyPart.SETTING, "currency", "GBP", {"value": "GBP"}, 0),
        (PolicyPart.SETTING, "timezone", "Europe/London", {"value": "Europe/London"}, 0),
    ]
    nothing = {"unit": "", "question": "", "choices": (), "least": "", "most": "", "counted": ""}
    assert [(part, name, fields, line) for part, name, _, fields, line in found[3:6]] == [
        (
            PolicyPart.FACT,
            "delay",
            {
                **nothing,
                "type": "integer",
                "unit": "minutes",
                "question": "How late?",
                "least": "0 minutes",
                "most": "600 minutes",
            },
            line_of("[facts.delay]"),
        ),
        (PolicyPart.FACT, "promised_on", {**nothing, "type": "date"}, line_of("[facts.promised_on]")),
        (
            PolicyPart.FACT,
            "days_late",
            {
                **nothing,
                "type": "elapsed",
                "counted": "working days from promised_on to logged_on, beginning after 1 working day",
            },
            line_of("[facts.days_late]"),
        ),
    ]
    assert found[3][2] == "How late?"
    offer = "refund of 12.00 GBP, rounded to 0.02 GBP"
    assert found[6:] == [
        (
            PolicyPart.RULE,
            "late",
            f"{offer}, when delay is 30 minutes or more",
            {
                "conditions": ("delay is 30 minutes or more",),
                "offer": offer,
                "class": "corrective",
                "why": "It came late.",
            },
            line_of("[[rule]]"),
        ),
        (
            PolicyPart.CAP,
            "yearly",
            YEARLY,
            {
                "scope": "customer_reason",
                "window": "financial_year from 04-06",
                "amount": "100.00 GBP",
                "times": "3",
                "class": "goodwill",
                "kind": "gift",
                "reasons": ("late", "lost"),
            },
            line_of("[[cap]]"),
        ),
        (
            PolicyPart.CAP,
            "ever",
            "What is owed to one customer: at most 500.00 GBP in all",
            {
                "scope": "customer",
                "window": "ever",
                "amount": "500.00 GBP",
                "times": "",
                "class": "corrective",
                "kind": "",
                "reasons": (),
            },
            line_of("[[cap]]", 2),
        ),
        (
            PolicyPart.COOLDOWN,
            "pause",
            "A voucher as goodwill to one customer: again only after 30 days",
            {"scope": "customer", "days": "30", "class": "goodwill", "kind": "voucher"},
            line_of("[[cooldown]]"),
        ),
        (
            PolicyPart.COOLDOWN,
            "rest",
            "Goodwill by one team: again only after 1 day",
            {"scope": "team", "days": "1", "class": "goodwill", "kind": ""},
            line_of("[[cooldown]]", 2),
        ),
        (
            PolicyPart.OVERCOMPENSATION,
            "overcompensation",
            OVERCOMPENSATION,
            {"warn_percent": "120", "cap_percent": "150", "class": "goodwill"},
            line_of("[overcompensation]"),
        ),
        (
            PolicyPart.NEVER,
            "gift by agent or senior",
            "Never a gift by agent or senior: Ask first",
            {"why": "Ask first."},
            line_of("[[never]]"),
        ),
        (
            PolicyPart.NEVER,
            "gift by agent or senior (2)",
            "Never a gift by agent or senior",
            {"why": ""},
            line_of("[[never]]", 2),
        ),
        (
            PolicyPart.NEVER,
            "voucher by anybody",
            "Never a voucher by anybody",
            {"why": ""},
            line_of("[[never]]", 3),
        ),
        (
            PolicyPart.REPEAT,
            "similar_cases, other_agents, linked_customers, just_under, goodwill",
            LOOKED_AT,
            {
                "similar_cases": "2",
                "other_agents": "3",
                "linked_customers": "4",
                "just_under": "1 from 90 percent of the limit",
                "window": "30d",
                "approver": "director",
                "class": "goodwill",
            },
            line_of("[[repeat]]"),
        ),
        (
            PolicyPart.AUTHORITY,
            "agent goodwill",
            "An agent may give up to 25.00 GBP as goodwill for a gesture, 100.00 GBP in a day",
            {"per_gesture": "25.00 GBP", "per_day": "100.00 GBP"},
            line_of("[[authority]]"),
        ),
        (
            PolicyPart.AUTHORITY,
            "director",
            "A director may give any amount for a gesture",
            {"per_gesture": "unlimited", "per_day": "unlimited"},
            line_of("[[authority]]", 2),
        ),
        (
            PolicyPart.REQUIREMENT,
            "from 30.00 GBP",
            "From 30.00 GBP: a note of 1 word and the role manager is told",
            {"note_words": "1", "notify": "manager"},
            line_of("[[require]]"),
        ),
        (
            PolicyPart.REQUIREMENT,
            "from 40.00 GBP",
            "From 40.00 GBP: the role director is told",
            {"note_words": "", "notify": "director"},
            line_of("[[require]]", 2),
        ),
        (
            PolicyPart.REQUIREMENT,
            "from 50.00 GBP",
            "From 50.00 GBP: a note of 20 words",
            {"note_words": "20", "notify": ""},
            line_of("[[require]]", 3),
        ),
    ]


def test_a_field_that_an_entry_does_not_have_is_empty() -> None:
    entry = entries_of(load_policy(TEXT, "policy.toml"))[0]
    assert (entry.field("value"), entry.field("window")) == ("7", "")
