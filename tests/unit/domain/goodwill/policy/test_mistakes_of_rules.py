"""Every mistake of rules, amounts and facts: line, place, why it is one, and what to write instead."""

import pytest

from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.shared.toml_file import BrokenFile
from followup.errors import InvalidFile
from tests.unit.domain.goodwill.policy.mistakes_told import HEAD, KINDS, OFFER, mistakes

FORMS = "percent, fact, each, max_of, min_of, sum_of, from"


@pytest.mark.parametrize(
    ("written", "message", "mend"),
    [
        ('{ from = "20" }', "a range needs both ends.", 'Write { from = "20", to = "100" }.'),
        (
            '{ from = "20", to = "20" }',
            "the range ends before it begins.",
            "Write the smaller amount as `from`.",
        ),
        (
            '{ max_of = [{ from = "1", to = "2" }] }',
            "a range cannot stand inside another amount.",
            "Make it the whole amount of the offer.",
        ),
        (
            '{ fact = "order_value", at_least = "3", at_most = "2" }',
            "at_least is above at_most.",
            "Write the smaller amount as at_least.",
        ),
        (
            "{ zzz = 1 }",
            "the amount has no form that is known.",
            f'An amount is a text such as "12", or has one of {FORMS}.',
        ),
        (
            '{ at_least = "5" }',
            "the amount has no form that is known.",
            f'An amount is a text such as "12", or has one of {FORMS}.',
        ),
        (
            "{ percnt = 1 }",
            "unknown amount form 'percnt'; did you mean percent?",
            f'An amount is a text such as "12", or has one of {FORMS}.',
        ),
        (
            '{ percent = 5, of = "order_value", zzz = 1 }',
            "unknown key 'zzz' in an amount.",
            "Known beside percent: percent, of, at_least, at_most.",
        ),
        (
            '{ percent = 5, of = "order_value", at_leest = "1" }',
            "unknown key 'at_leest' in an amount.",
            "Did you mean at_least?",
        ),
        (
            '{ percent = true, of = "order_value" }',
            "percent is not a number.",
            "Write a number of 0 or more: percent = 50.",
        ),
        (
            '{ percent = "-1", of = "order_value" }',
            "percent is '-1', which is not a number of 0 or more.",
            "Write a number of 0 or more: percent = 50.",
        ),
        (
            '{ each = "1", of = "cases_last_12_months", count = "half" }',
            "unknown count 'half'.",
            'Write count = "started" or count = "completed".',
        ),
        (
            '{ each = "1", of = "cases_last_12_months", every = 0 }',
            "every is 0.",
            "Write how many units make one turn: every = 1.",
        ),
        (
            '{ each = "1", of = "cases_last_12_months", every = true }',
            "every is not a number.",
            "Write a number of 0 or more: every = 50.",
        ),
        (
            '{ each = "1", of = "cases_last_12_months", after = true }',
            "after is not a number.",
            "Write a number of 0 or more: after = 50.",
        ),
        (
            '{ each = "1", of = "cases_last_12_months", at_most_times = 0 }',
            "at_most_times must be a whole number.",
            "Write at_most_times = 30.",
        ),
        ('{ fact = "zzz" }', "unknown fact 'zzz'.", "Declare it: [facts.zzz]."),
        ('{ fact = "order_valeu" }', "unknown fact 'order_valeu'.", "Did you mean order_value?"),
        (
            "{ max_of = [" * 7 + "{ max_of = [] }" + "] }" * 7,
            "max_of needs a list of amounts.",
            'Write max_of = ["10", { fact = "order_value" }].',
        ),
        (
            "{ max_of = [" * 7 + "{}" + "] }" * 7,
            "the amount has no form that is known.",
            f'An amount is a text such as "12", or has one of {FORMS}.',
        ),
        (
            '{ max_of = "5" }',
            "max_of needs a list of amounts.",
            'Write max_of = ["10", { fact = "order_value" }].',
        ),
    ],
)
def test_an_amount_that_cannot_be(written: str, message: str, mend: str) -> None:
    text = f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {written} }}\n'
    assert mistakes(text) == [(5, "rule r", f"amount: {message}", mend, ("rule", 0, "offer", "amount"))]


def test_a_number_of_units_is_counted_in_a_number_fact() -> None:
    amount = '{ each = "1", of = "severity" }'
    ((_, _, message, mend, _),) = mistakes(
        f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {amount} }}\n'
    )
    assert message == "amount: severity is a fact of type level, and of needs a number fact."
    assert mend.startswith("Facts that fit: ")


@pytest.mark.parametrize("begin", ["{ max_of = [", "{ sum_of = [", '{ from = "1", to = ', "{ at_most = "])
def test_an_amount_has_eight_levels_at_most(begin: str) -> None:
    first = begin.replace("at_most", 'fact = "order_value", at_most')
    end = "] }" if begin.endswith("[") else " }"

    def text(levels: int) -> str:
        inside = "{ max_of = [" * (levels - 1) + '"5"' + "] }" * (levels - 1)
        return f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {first}{inside}{end} }}\n'

    load_policy(HEAD + text(8), "p")
    ((_, _, message, mend, _),) = mistakes(text(9))
    assert (message, mend) == ("amount: the amount is nested too deeply.", "Use at most 8 levels.")


def test_ends_of_an_amount_may_meet_and_one_turn_is_enough() -> None:
    for amount, needs in (
        ('{ fact = "order_value", at_least = "2", at_most = "2" }', {"order_value"}),
        ('{ each = "1", of = "cases_last_12_months", at_most_times = 1 }', {"cases_last_12_months"}),
    ):
        text = f'{HEAD}[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {amount} }}\n'
        (rule,) = load_policy(text, "p").rules
        assert rule.amount is not None
        assert set(rule.amount.needs) == needs


def test_the_ends_of_a_range_are_bounded_by_facts_of_the_policy() -> None:
    bound = 'at_least = { percent = 1, of = "order_value" }, at_most = "50"'
    text = (
        f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {{ from = "1", to = "9", {bound} }} }}\n'
    )
    (rule,) = load_policy(HEAD + text, "p").rules
    assert rule.amount is not None
    assert set(rule.amount.needs) == {"order_value"}


@pytest.mark.parametrize(
    ("written", "line", "message", "mend", "path"),
    [
        ("", 3, "offer is missing.", 'Write offer = { kind = "refund", amount = "12" }.', ()),
        ("offer = {}", 5, "kind is missing.", f"Write one of {KINDS}.", ("offer",)),
        (
            'offer = { kind = "refund" }',
            5,
            "a refund needs an amount.",
            'Write amount = "12", or amount = { percent = 10, of = "order_value" }.',
            ("offer",),
        ),
        (
            'offer = { kind = "apology", amount = "5" }',
            5,
            "a gesture of kind apology has no amount.",
            "Leave the amount out, or choose another kind.",
            ("offer", "amount"),
        ),
        (
            'offer = { kind = "refund", amount = "0" }',
            5,
            "the amount is 0.",
            "Offer an apology or a callback where no money is due.",
            ("offer", "amount"),
        ),
        (
            'offer = { kind = "refund", amount = 1.5 }',
            5,
            "amount: 1.5 without quotes is not exact money.",
            'Write "1.5" in quotes.',
            ("offer", "amount"),
        ),
        (
            'offer = { kind = "refund", amount = "5" }\nor = { kind = "refund", amount = "6" }',
            6,
            "refund is offered already; a choice is between different kinds.",
            'Write one more kind: or = { kind = "voucher", amount = "15" }.',
            ("or",),
        ),
        (
            'offer = { kind = "refund", amount = "5" }\nclass = "corrective"\nkeep_in = "sum"',
            7,
            "keep_in: without minimum_payout nothing is too small.",
            'Write minimum_payout = "4", keep_in = "season-ticket".',
            ("keep_in",),
        ),
        (
            'offer = { kind = "refund", amount = "5" }\nround_to = "0"',
            6,
            "round_to is 0.",
            "Write the smallest step that is paid, or leave it out.",
            ("round_to",),
        ),
    ],
)
def test_a_rule_that_cannot_be(
    written: str, line: int, message: str, mend: str, path: tuple[str, ...]
) -> None:
    assert mistakes(f'[[rule]]\nid = "r"\n{written}\n') == [
        (line, "rule r", message, mend, ("rule", 0, *path))
    ]


def test_a_rule_without_a_name_is_called_by_its_place_and_two_of_one_name_are_refused() -> None:
    offer = 'offer = { kind = "apology" }\n'
    text = f'[[rule]]\n{offer}clas = 1\n[[rule]]\nid = "a"\n{offer}[[rule]]\nid = "a"\n{offer}'
    assert mistakes(text) == [
        (3, "rule 1", "id is missing.", 'Write id = "…".', ("rule", 0)),
        (5, "rule 1", "unknown key 'clas'.", "Did you mean class?", ("rule", 0, "clas")),
        (
            10,
            "rule a",
            "the id 'a' stands at line 6 already.",
            "Give each rule an id of its own.",
            ("rule", 2, "id"),
        ),
    ]


def test_every_condition_on_a_fact_that_is_unknown_is_named() -> None:
    declared = '[facts.size]\ntype = "choice"\n'
    when = 'when = { size = "big", zzz = 1, severty = "minor", severity = "big" }\n'
    text = f'{declared}[[rule]]\nid = "r"\n{when}offer = {{ kind = "apology" }}\n'
    found = mistakes(text)
    assert [(where, message, path) for _, where, message, _, path in found] == [
        ("fact size", "choices must be a list of words.", ("facts", "size")),
        ("rule r", "unknown fact 'zzz'.", ("rule", 0, "when", "zzz")),
        ("rule r", "unknown fact 'severty'.", ("rule", 0, "when", "severty")),
        ("rule r", found[3][2], ("rule", 0, "when", "severity")),
    ]
    assert found[3][2].startswith("severity: ")
    assert [mend for _, _, _, mend, _ in found[:3]] == [
        'Write choices = ["single", "return"].',
        "Declare it above the rules: [facts.zzz].",
        "Did you mean severity?",
    ]


CHOICES = 'Write choices = ["single", "return"].'


@pytest.mark.parametrize(
    ("written", "line", "message", "mend", "key"),
    [
        ('type = "choice"', 3, "choices must be a list of words.", CHOICES, ""),
        *(
            (f'type = "choice"\nchoices = {none}', 5, "choices must be a list of words.", CHOICES, "choices")
            for none in ('"single"', "[]", '["a", 1]', '[1, "a"]', '[" "]', "5")
        ),
        (
            'type = "choice"\nchoices = ["a", "a"]',
            5,
            "a choice stands twice.",
            "Name each choice once.",
            "choices",
        ),
        *(
            (
                f'type = "choice"\nchoices = ["b", "{odd}"]',
                5,
                f"{odd!r} has a mark that conditions use.",
                "Use letters, digits, - and _.",
                "choices",
            )
            for odd in ("a,b", "[a", "a]", "(a", "a)", "<a", "a>", "a=b", " a", "a ")
        ),
        (
            'type = "integer"\nmin = 3\nmax = 2',
            6,
            "max is below min.",
            "Write the smaller value as min.",
            "max",
        ),
        (
            'type = "money"\nmin = 1.5',
            5,
            "1.5 without quotes is not exact money.",
            'Write "1.5" in quotes.',
            "min",
        ),
        ('type = "yes_no"\nmin = 1', 5, "unknown key 'min'.", "Known here: type, unit, ask.", "min"),
        (
            'type = "elapsed"\nfrom = "logged_on"\nto = "logged_on"',
            3,
            "unit is missing.",
            "Write one of working_days, calendar_days, hours.",
            "",
        ),
        (
            'type = "elapsed"\nfrom = "zzz"\nto = "logged_on"\nunit = "calendar_days"',
            5,
            "unknown fact 'zzz'.",
            "Declare it: [facts.zzz].",
            "from",
        ),
        (
            'type = "elapsed"\nfrom = "loged_on"\nto = "logged_on"\nunit = "calendar_days"',
            5,
            "unknown fact 'loged_on'.",
            "Did you mean logged_on?",
            "from",
        ),
        (
            'type = "elapsed"\nfrom = "logged_on"\nto = "severity"\nunit = "calendar_days"',
            6,
            "severity is a fact of type level.",
            "Name a fact of type date or instant as to.",
            "to",
        ),
    ],
)
def test_a_fact_that_cannot_be(written: str, line: int, message: str, mend: str, key: str) -> None:
    path = ("facts", "size", *([key] if key else []))
    assert mistakes(f"[facts.size]\n{written}\n{OFFER}") == [(line, "fact size", message, mend, path)]


def test_a_ratio_of_what_is_no_fact() -> None:
    ratio = '[facts.share]\ntype = "ratio"\npart = "{}"\nof = "minutes_in_month"\n'
    unknown = (5, "fact share", "unknown fact 'zzz'.", "Declare it: [facts.zzz].", ("facts", "share", "part"))
    assert mistakes(ratio.format("zzz") + OFFER) == [unknown]
    # What is wrong with a fact that was declared is told where that stands, and once.
    ((_, where, message, _, _),) = mistakes(ratio.format("size") + '[facts.size]\ntype = "tpye"\n' + OFFER)
    assert (where, message) == ("fact size", "unknown type 'tpye'.")


def test_hours_begin_at_once() -> None:
    text = """[facts.sent_at]
type = "instant"
[facts.came_at]
type = "instant"
[facts.waited]
type = "elapsed"
from = "sent_at"
to = "came_at"
unit = "hours"
after_working_days = 1
"""
    assert mistakes(text + OFFER) == [
        (
            12,
            "fact waited",
            "hours cannot skip working days.",
            'Use unit = "calendar_days".',
            ("facts", "waited", "after_working_days"),
        )
    ]


def test_every_fact_with_a_mistake_is_named_and_what_follows_from_one_is_not() -> None:
    text = (
        'facts.plain = 5\n[facts.Size]\ntype = "integer"\n[facts.severity]\ntype = "integer"\n'
        '[facts.colour]\ntype = "text"\n[facts.late]\ntype = "elapsed"\nfrom = "colour"\nto = "logged_on"\n'
        'unit = "working_days"\n[facts.nothing]\n'
    )
    found = mistakes(text + OFFER)
    assert [(where, message, path) for _, where, message, _, path in found] == [
        ("facts", "plain must be a table.", ("facts", "plain")),
        ("fact Size", "'Size' is not a name for a fact.", ("facts", "Size")),
        ("fact severity", "severity is a built-in fact.", ("facts", "severity")),
        ("fact colour", "unknown type 'text'.", ("facts", "colour", "type")),
        ("fact nothing", "type is missing.", ("facts", "nothing")),
    ]
    # The types that only built-in facts have are not among those to write.
    types = "Write one of integer, decimal, money, choice, yes_no, date, instant, elapsed, ratio."
    assert [mend for _, _, _, mend, _ in found[1:]] == [
        "Use small letters, digits and _.",
        "Leave the declaration out; rules may use it as it is.",
        types,
        types,
    ]


def test_facts_are_a_table() -> None:
    mend = "Write [facts] on a line of its own, in single brackets."
    assert mistakes(f"facts = 5\n{OFFER}") == [(3, "", "facts must be a table.", mend, ("facts",))]


@pytest.mark.parametrize("version", ["3", "2026-11-01", "true", "1.5"])
def test_a_version_is_a_text(version: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        load_policy(f'version = {version}\ncurrency = "GBP"\n', "p")
    (one,) = caught.value.mistakes
    assert (one.line, one.where, one.message) == (1, "", "version must be a text.")
    assert one.mend == f'Write it in quotes: version = "{version.replace("true", "True")}".'


def test_what_stands_at_the_top_belongs_nowhere_else() -> None:
    with pytest.raises(InvalidFile) as caught:
        load_policy('currency = "GBP"\ntimezone = "London"\n', "policy.toml")
    assert isinstance(caught.value, BrokenFile)
    found = [(one.line, one.where, one.message, one.mend) for one in caught.value.mistakes]
    zone = 'Write a name of the IANA list: timezone = "Europe/London".'
    assert sorted(found) == [
        (1, "", "version is missing.", 'Write version = "…".'),
        (2, "", "'London' is not a time zone.", zone),
    ]


def test_points_are_worth_nothing_until_the_file_says_what() -> None:
    text = '[[rule]]\nid = "r"\noffer = { kind = "points", amount = "5" }\n'
    message = "a rule offers points, and nothing says what one is worth."
    mend = 'Write it at the top of the file: point_value = "0.01".'
    ((_, where, told, how, path),) = mistakes(text)
    assert (where, told, how, path) == ("", message, mend, ("point_value",))


def test_what_is_no_toml_is_an_invalid_policy() -> None:
    with pytest.raises(BrokenFile) as caught:
        load_policy("version = ", "policy.toml")
    assert caught.value.code == "invalid_policy"
