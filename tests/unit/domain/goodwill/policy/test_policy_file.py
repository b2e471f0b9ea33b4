"""A policy file is read whole, or refused with every mistake, its line, its rule and how to mend it."""

import hashlib
from datetime import UTC, datetime

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import AmountRange, worth_minor
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.derived import Ratio
from followup.domain.goodwill.policy.facts import read_fact
from followup.domain.goodwill.policy.kept import Keeping
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.toml_lines import find_lines
from followup.errors import InvalidFile

HEAD = 'version = "1"\ncurrency = "GBP"\ntimezone = "Europe/London"\n'
RULE = '[[rule]]\nid = "r"\nclass = "goodwill"\noffer = { kind = "apology" }\n'


def mistake(text: str) -> InvalidFile:
    with pytest.raises(InvalidFile) as raised:
        load_policy(text, "policy.toml")
    assert raised.value.exit_code == 5
    assert raised.value.hint
    return raised.value


def loaded(more: str) -> Policy:
    return load_policy(HEAD + more, "policy.toml")


def test_the_example_of_the_manual_is_read() -> None:
    text = """
version  = "2026-11"                  # stored on each gesture it recommends
currency = "GBP"
timezone = "Europe/London"

[facts.delay_minutes]
type = "integer"
unit = "minutes"
min  = 0
ask  = "How many minutes late?"
[facts.ticket]
type = "choice"
choices = ["single", "return"]

[[rule]]
id    = "delay-single-30"
when  = { reason = "late-train", ticket = "single", delay_minutes = "[30..60)" }
class = "corrective"
offer = { kind = "refund", amount = { percent = 50, of = "order_value" } }
why   = "Half the single fare from 30 minutes"
"""
    policy = load_policy(text, "policy.toml")
    assert (policy.version, policy.currency, policy.timezone) == ("2026-11", "GBP", "Europe/London")
    assert policy.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert policy.facts["delay_minutes"].ask == "How many minutes late?"
    assert policy.facts["ticket"].choices == ("single", "return")
    (rule,) = policy.rules
    assert (rule.id, rule.line, rule.kind) == ("delay-single-30", 15, GestureKind.REFUND)
    assert rule.gesture_class is GestureClass.CORRECTIVE
    assert policy.reasons == ("late-train",)


def test_every_guard_is_read() -> None:
    policy = loaded(
        RULE
        + """
[[cap]]
scope = "customer"
window = "365d"
amount = "100"
times = 3
class = "goodwill"
[[cap]]
id = "low-pressure"
scope = "customer"
reason = "low-pressure"
window = "financial_year"
starts = "04-06"
times = 5
[[cooldown]]
scope = "customer"
window = "30d"
[overcompensation]
warn_percent = 120
cap_percent = 150
[[never]]
kind = ["gift", "voucher"]
role = "agent"
[[repeat]]
[[authority]]
role = "agent"
per_gesture = "25.00"
per_day = "100.00"
[[authority]]
role = "director"
per_gesture = "unlimited"
class = "goodwill"
[[require]]
from = "200.00"
note_words = 30
notify = "manager"
"""
    )
    assert [(cap.name, cap.amount_minor, cap.times) for cap in policy.caps] == [
        ("customer-365d-goodwill", 10000, 3),
        ("low-pressure", None, 5),
    ]
    assert policy.caps[1].window.starts == (4, 6)
    assert policy.cooldowns[0].days == 30
    assert policy.overcompensation is not None
    assert policy.overcompensation.cap_percent == 150
    assert policy.nevers[0].kinds == (GestureKind.GIFT, GestureKind.VOUCHER)
    (repeat,) = policy.repeats
    assert (repeat.similar_cases, repeat.other_agents, repeat.linked_customers) == (1, 1, 1)
    assert repeat.approver is Role.MANAGER
    assert [(one.role, one.per_gesture_minor, one.per_day_minor) for one in policy.authorities] == [
        (Role.AGENT, 2500, 10000),
        (Role.DIRECTOR, None, None),
    ]
    assert policy.requirements[0].notify is Role.MANAGER


@pytest.mark.parametrize(
    ("more", "place", "message", "hint"),
    [
        ("[[rul]]\n", "line 4", "unknown key 'rul'.", "Did you mean rule?"),
        ('[[rule]]\nid = "r"\nwhy = "x\n', "line 6, column 9", "this is not TOML", "quote"),
        ('[[rule]]\nid = "r"\n', "line 4: rule r", "offer is missing.", "kind ="),
        ('[[rule]]\nid = "r"\noffer = 3\n', "line 6: rule r", "offer must be a table.", "offer"),
        (RULE + RULE, "line 9: rule r", "the id 'r' stands at line 4 already.", "id of its own"),
        (RULE.replace("apology", "apologie"), "line 7: rule r", "unknown kind 'apologie'.", "apology?"),
        (RULE.replace("goodwill", "godwill"), "line 6: rule r", "unknown class 'godwill'.", "goodwill?"),
        (RULE.replace("id", "idd"), "line 4: rule 1", "id is missing.", "id ="),
        (RULE + "wen = {}\n", "line 8: rule r", "unknown key 'wen'.", "Did you mean when?"),
        (RULE + "when = { raeson = 'x' }\n", "line 8: rule r", "unknown fact 'raeson'.", "reason?"),
        (RULE + 'when = { severity = ">= bad" }\n', "line 8: rule r", "severity: 'bad' is not", "minor"),
        (RULE + "[rule.when]\nseverity = 'bad'\n", "line 9: rule r", "severity: 'bad'", "minor"),
        (
            RULE.replace('"apology"', '"refund", amount = 12.50'),
            "line 7: rule r",
            "amount: 12.50 without quotes is not exact money.",
            'Write "12.50" in quotes.',
        ),
        (RULE.replace('"apology"', '"refund"'), "line 7: rule r", "a refund needs an amount.", "amount ="),
        (RULE.replace('"apology"', '"refund", amount = "0"'), "line 7", "the amount is 0.", "apology"),
        (
            RULE.replace('"apology"', '"apology", amount = "5"'),
            "line 7: rule r",
            "a gesture of kind apology has no amount.",
            "Leave the amount out",
        ),
        (RULE + "minimum_payout = 1.5\n", "line 8: rule r", "minimum_payout: 1.5 without quotes", '"1.5"'),
        (RULE + 'round_to = "0"\n', "line 8: rule r", "round_to is 0.", "smallest"),
        ("[facts.x]\n", "line 4: fact x", "type is missing.", "integer"),
        ("[facts.x]\ntype = 'int'\n", "line 5: fact x", "unknown type 'int'.", "integer?"),
        ("[facts.x]\ntype = 'level'\n", "line 5: fact x", "unknown type 'level'", "yes_no"),
        ("[facts.x]\ntype = 'choice'\n", "line 4: fact x", "choices must be", 'choices = ["single"'),
        ("[facts.x]\ntype='choice'\nchoices=['a','a']\n", "line 6: fact x", "a choice stands twice.", "once"),
        ("[facts.x]\ntype='choice'\nchoices=['a,b']\n", "line 6: fact x", "'a,b' has a mark", "letters"),
        (
            "[facts.severity]\ntype = 'choice'\nchoices=['a']\n",
            "line 4",
            "severity is a built-in fact",
            "out",
        ),
        ("[facts.X]\ntype = 'integer'\n", "line 4: fact X", "'X' is not a name for a fact.", "small letters"),
        ("[facts.x]\ntype = 'integer'\nmin = 'a'\n", "line 6: fact x", "min: 'a' is not a whole", "45"),
        ("[facts.x]\ntype='integer'\nmin = 3\nmax = 2\n", "line 7: fact x", "max is below min.", "smaller"),
        ("[facts.x]\ntype = 'money'\nmin = 0.5\n", "line 6: fact x", "0.5 without quotes", '"0.5"'),
        ("[facts.x]\ntype = 'elapsed'\nunit = 'hours'\nto = 'y'\n", "line 4", "from is missing.", "from ="),
        (
            "[facts.x]\ntype = 'elapsed'\nunit = 'hours'\nfrom = 'occurred_on'\nto = 'logged_on'\n",
            "line 7: fact x",
            "occurred_on is a fact of type date.",
            "type instant",
        ),
        (
            "[facts.x]\ntype='elapsed'\nunit='working_days'\nfrom='ocurred_on'\nto='logged_on'\n",
            "line 7: fact x",
            "unknown fact 'ocurred_on'.",
            "occurred_on?",
        ),
        ("[[cap]]\nscope='customer'\nwindow='365'\ntimes=1\n", "line 6: cap 1", "'365' is not a", '"365d"'),
        (
            "[[cap]]\nscope='customer'\nwindow='0d'\ntimes=1\n",
            "line 6: cap 1",
            "'0d' is not a window",
            '"365d"',
        ),
        ("[[cap]]\nscope='customer'\ntimes=1\n", "line 4: cap 1", "window is missing.", "window ="),
        ("[[cap]]\nscope='custommer'\nwindow='1d'\ntimes=1\n", "line 5", "unknown scope", "customer?"),
        (
            "[[cap]]\nscope='agent'\nwindow='1d'\n",
            "line 4: cap 1",
            "a cap needs an amount or times.",
            "times",
        ),
        (
            "[[cap]]\nscope='agent'\nwindow='1d'\ntimes=0\n",
            "line 7: cap 1",
            "times must be a whole",
            "times =",
        ),
        (
            "[[cap]]\nscope='agent'\nwindow='financial_year'\nstarts='02-30'\ntimes=1\n",
            "line 7: cap 1",
            "a window 'financial_year' cannot start on '02-30'.",
            "04-06",
        ),
        (
            "[[cap]]\nscope='agent'\nwindow='month'\nstarts='04-06'\ntimes=1\n",
            "line 7: cap 1",
            "a window 'month' cannot start on '04-06'.",
            "financial_year",
        ),
        (
            "[[cap]]\nscope='agent'\nwindow='1d'\ntimes=1\n[[cap]]\nscope='agent'\nwindow='1d'\ntimes=2\n",
            "line 8",
            "agent-1d stands at line 4 already.",
            "id =",
        ),
        ("[[cooldown]]\nscope='customer'\n", "line 4: cooldown 1", "days is missing.", "days = 30"),
        ("[[cooldown]]\nwindow='month'\n", "line 5: cooldown 1", "a cooldown is a number of days.", "days"),
        ("[overcompensation]\nwarn_percent=150\ncap_percent=120\n", "line 6", "cap_percent is below", "Warn"),
        ("[[never]]\nkind='gifts'\n", "line 5: never 1", "unknown kind 'gifts'.", "gift?"),
        ("[[never]]\nrole='agent'\n", "line 4: never 1", "kind is missing.", "gift"),
        ("[[authority]]\nrole='clerk'\nper_gesture='1'\n", "line 5: authority 1", "unknown role", "director"),
        ("[[authority]]\nrole='agent'\n", "line 4: authority 1", "per_gesture is missing.", '"unlimited"'),
        (
            "[[authority]]\nrole='agent'\nper_gesture='lots'\n",
            "line 6",
            "per_gesture: 'lots' is not an",
            "12",
        ),
        ("[[require]]\nfrom = '10'\n", "line 4: require 1", "it requires nothing.", "note_words"),
        ("rule = 3\n", "line 4", "rule must be a list of tables.", "[[rule]]"),
        ("[rule]\nid = 'r'\n", "line 4", "rule must be a list of tables.", "[[rule]]"),
    ],
)
def test_a_mistake_names_its_line_and_rule_and_how_to_mend_it(
    more: str, place: str, message: str, hint: str
) -> None:
    error = mistake(HEAD + more)
    first = error.message.splitlines()[0]
    assert first.startswith(f"policy.toml, {place}")
    assert message in first
    assert hint in error.hint


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "policy.toml, line 1: version is missing.", "version ="),
        ('version = 2\ncurrency = "GBP"\n', "line 1: version must be a text.", 'version = "2"'),
        ('version = 2026-11-01\ncurrency = "GBP"\n', "line 1: version must", 'version = "2026-11-01"'),
        ('version = "1"\ncurrency = "POUND"\n', "line 2: 'POUND' is not a currency.", "ISO 4217"),
        ('version = "1"\ncurrency = "GBP"\ntimezone = "London"\n', "line 3: 'London' is not a", "Europe"),
        ('version = "1"\ncurrency = "GBP"\ntimezone = "../../etc"\n', "line 3:", "Europe"),
        ('version = "1"\nversion = "2"\n', "line 2, column", "twice"),
        ('version = "1"', "currency is missing", "currency ="),
    ],
)
def test_the_head_of_the_file_is_checked(text: str, message: str, hint: str) -> None:
    error = mistake(text)
    assert message in error.message
    assert hint in error.hint


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    error = mistake(HEAD + RULE + "wen = 1\n[[cap]]\nscope = 'x'\nwindow = 'y'\ntimes = 1\n")
    lines = error.message.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "policy.toml, line 8",
        "policy.toml, line 10",
        "policy.toml, line 11",
    ]
    assert "Did you mean when?" not in lines[0], "the first mend is the hint"
    assert "Write one of customer" in lines[1]


def test_very_many_mistakes_are_cut_short() -> None:
    error = mistake(HEAD + "".join(f"[facts.f{n}]\n" for n in range(30)))
    assert len(error.message.splitlines()) == 11
    assert error.message.endswith("and 20 more")


@pytest.mark.parametrize("text", ["[" * 5000, 'a = """', "a = \x00", "\ud7ff = 1", "= 1", "a = 1e"])
def test_what_is_not_toml_is_refused_without_a_traceback(text: str) -> None:
    assert mistake(text).message.startswith("policy.toml, line 1")


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    policy = load_policy("\ufeff" + (HEAD + RULE).replace("\n", "\r\n"), "policy.toml")
    assert policy.rules[0].line == 4


def test_mistakes_have_no_line_of_comments_texts_or_arrays_that_look_like_headers() -> None:
    text = (
        HEAD
        + '# [[rule]]\n[[rule]] # the first "\nid = "a"\nwhy = """\n[[rule]]\nid = 1\n"""\n'
        + "offer = { kind = 'apology' }\n"
        + "[facts.x]\ntype = 'choice'\nchoices = [\n  '[[rule]]', # ]\n 'b'\n]\n"
        + "[[rule]]\nid = 'b'\noffer = { kind = 'nothing' }\n"
    )
    error = mistake(text)
    number = int(error.message.split("line ")[1].split(":")[0])
    assert "choice" not in error.message.splitlines()[-1]
    assert text.splitlines()[number - 1].startswith("choices"), "the choice has marks of conditions"
    last = error.message.splitlines()[-1]
    assert last.startswith("policy.toml, line 20: rule b: unknown kind 'nothing'.")
    assert text.splitlines()[19] == "offer = { kind = 'nothing' }"


def test_lines_of_keys_below_the_last_table_of_an_array() -> None:
    lines = find_lines("[[a]]\nx = 1\n[a.b]\ny = 2\n[[a]]\n'x' = 3\n[a.b]\ny.z = 4\n")
    assert lines.at(("a", 0, "x")) == 2
    assert lines.at(("a", 0, "b", "y")) == 4
    assert lines.at(("a", 1, "x")) == 6
    assert lines.at(("a", 1, "b", "y", "z")) == 8
    assert lines.at(("a", 1, "b", "nothing")) == 7, "the nearest thing around it"
    assert lines.at(("nothing",)) == 1


def test_two_loads_of_one_text_are_equal_whatever_its_comments() -> None:
    assert loaded(RULE).rules == load_policy("# new\n" + HEAD + RULE, "other.toml").rules


SHARE = """[facts.up]
type = "ratio"
{} = "minutes_down"
of = "minutes_in_month"
[facts.minutes_down]
type = "integer"
"""


def test_of_derived_facts_those_of_a_file_are_worked_out_and_built_in_ones_where_something_asks() -> None:
    asks = '[[rule]]\nid = "q"\nwhen = { minutes_in_month = ">= 1" }\noffer = { kind = "apology" }\n'
    waited = (
        '[facts.waited]\ntype = "elapsed"\nfrom = "occurred_on"\nto = "logged_on"\nunit = "calendar_days"\n'
    )

    def derived(more: str) -> list[str]:
        return [spec.name for spec in loaded(more).derived_facts]

    assert derived(RULE) == []
    assert derived(RULE + asks) == ["minutes_in_month"]
    assert derived(waited + RULE) == ["waited"]
    assert derived(waited + asks) == ["minutes_in_month", "waited"]
    # A ratio is worked out last, of what others are worked out to before it.
    assert derived(SHARE.format("rest") + waited + RULE) == ["minutes_in_month", "waited", "up"]


def test_a_ratio_is_of_the_part_or_of_what_the_part_leaves() -> None:
    for key in ("part", "rest"):
        policy = loaded(SHARE.format(key) + RULE)
        assert policy.facts["up"].derived == Ratio("minutes_down", "minutes_in_month", rest=key == "rest")


@pytest.mark.parametrize(
    ("written", "paid"), [("", 800), ('round = "half_up"\n', 800), ('round = "up"\n', 805)]
)
def test_an_amount_is_rounded_to_its_step_as_the_rule_says(written: str, paid: int) -> None:
    offer = 'offer = { kind = "refund", amount = { percent = 10, of = "order_value" } }\n'
    text = f'[[rule]]\nid = "r"\n{offer}round_to = "0.05"\n{written}'
    (rule,) = loaded(text).rules
    assert rule.amount is not None
    assert not isinstance(rule.amount, AmountRange)
    # A tenth of 80.10 is 8.01: 8.00 is the nearest step of 0.05, and 8.05 the next one up.
    facts = {"order_value": Money(8010, "GBP")}
    assert worth_minor(rule.amount, facts, rule.round_to_minor, rule.rounding) == paid
    assert (rule == loaded(text.replace(written, "") if written else text).rules[0]) is (paid == 800)


def test_a_time_without_an_offset_is_one_of_the_policys_zone() -> None:
    text = '[facts.came_at]\ntype = "instant"\nmin = "2026-07-01T12:00"\n'
    spec = loaded(text + RULE).facts["came_at"]
    noon = datetime(2026, 7, 1, 11, tzinfo=UTC)  # London is an hour ahead in summer
    assert (spec.minimum, read_fact(spec, "2026-07-01T12:00")) == (noon, noon)
    assert {spec.timezone for spec in loaded(RULE).known_facts.values()} == {"Europe/London"}


@pytest.mark.parametrize(
    ("scope", "counted"),
    [
        ("customer", CapScope.CUSTOMER_REASON),
        ("customer_reason", CapScope.CUSTOMER_REASON),
        ("reason", CapScope.REASON),
        ("case", CapScope.CASE),
    ],
)
def test_a_cap_on_a_customer_that_names_reasons_counts_those_alone(scope: str, counted: CapScope) -> None:
    text = f'[[cap]]\nscope = "{scope}"\nwindow = "30d"\ntimes = 1\nreason = ["late"]\n'
    assert loaded(RULE + text).caps[0].scope is counted
    assert loaded(RULE + text.replace('reason = ["late"]\n', "")).caps[0].scope.value == scope


def test_what_may_be_written_is_read() -> None:
    kept = (
        '[[rule]]\nid = "kept"\nclass = "corrective"\noffer = { kind = "refund", amount = "1" }\n'
        'minimum_payout = "4"\nkeep_in = "sum"\n'
    )
    policy = loaded(
        '[facts.size]\ntype = "choice"\nchoices = ["XL", "x-small", "A_1"]\n'
        '[facts.late]\ntype = "integer"\nmin = 3\nmax = 3\n'
        + kept
        + '[[cooldown]]\ndays = 7\nwhy = "Once a week is enough."\n'
    )
    assert policy.facts["size"].choices == ("XL", "x-small", "A_1")
    assert (policy.facts["late"].minimum, policy.facts["late"].maximum) == (3, 3)
    # A person looks at what was kept after a year, unless the rule says otherwise.
    assert policy.rules[0].keeping == Keeping("sum", 365)
