"""The look-up table finds the rule that trying one after the other finds, quickly or not."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.policy.conditions import Condition, read_condition
from followup.domain.goodwill.policy.decision_space import TooMuchWork, find_uncovered, space_of
from followup.domain.goodwill.policy.facts import FactSpec, FactType, FactValue, built_in_facts
from followup.domain.goodwill.policy.matching import build_table
from followup.domain.shared.money import Money

SPECS = {
    **built_in_facts("GBP", "UTC"),
    "delay": FactSpec("delay", FactType.INTEGER, minimum=0),
    "share": FactSpec("share", FactType.DECIMAL),
    "ticket": FactSpec("ticket", FactType.CHOICE, choices=("single", "return")),
}

ENDS = st.integers(0, 8)
INTERVALS = st.builds(
    lambda low, high, opening, closing: f"{opening}{min(low, high)}..{max(low, high)}{closing}",
    ENDS,
    ENDS,
    st.sampled_from("[("),
    st.sampled_from(")]"),
)
NUMBERS = st.one_of(ENDS.map(str), INTERVALS, st.builds("{} {}".format, st.sampled_from([">=", "<"]), ENDS))
NUMBER_TESTS = st.one_of(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=2), NUMBERS.map("not({})".format))
REASONS = st.sampled_from(["late", "rude", "not(late)", "late, rude"])
LEVELS = st.sampled_from(["minor", ">= serious", "[moderate..severe)", "not(minor, severe)"])
TICKETS = st.sampled_from(["single", "return", "not(single)"])

WHENS = st.fixed_dictionaries(
    {},
    optional={
        "delay": NUMBER_TESTS,
        "share": NUMBER_TESTS,
        "order_value": NUMBER_TESTS,
        "reason": REASONS,
        "severity": LEVELS,
        "ticket": TICKETS,
        "mass_incident": st.booleans(),
    },
)
RULES = st.lists(WHENS, max_size=8).map(
    lambda whens: [[read_condition(SPECS[name], written) for name, written in when.items()] for when in whens]
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "delay": st.integers(0, 9),
        "share": st.decimals(0, 9, places=1),
        "order_value": st.integers(0, 900).map(lambda minor: Money(minor, "GBP")),
        "reason": st.sampled_from(["late", "rude", "other"]),
        "severity": st.sampled_from(["minor", "moderate", "serious", "severe"]),
        "ticket": st.sampled_from(["single", "return"]),
        "mass_incident": st.booleans(),
    },
)


def one_after_the_other(rules: list[list[Condition]], facts: dict[str, FactValue]) -> int | None:
    for place, rule in enumerate(rules):
        if all(one.fact.name in facts and one.holds(facts[one.fact.name]) for one in rule):
            return place
    return None


@given(rules=RULES, facts=FACTS)
def test_the_table_finds_the_rule_that_trying_each_finds(
    rules: list[list[Condition]], facts: dict[str, FactValue]
) -> None:
    assert build_table(rules).first_match(facts) == one_after_the_other(rules, facts)


def test_no_rules_match_nothing_and_a_rule_without_conditions_matches_all() -> None:
    assert build_table([]).first_match({"delay": 3}) is None
    assert build_table([[]]).first_match({}) == 0


@given(rules=RULES, facts=FACTS)
def test_a_case_outside_all_rules_proves_that_the_search_for_gaps_finds_one(
    rules: list[list[Condition]], facts: dict[str, FactValue]
) -> None:
    space = space_of(rules)
    boxes = [space.box_of(rule) for rule in rules]
    everything = tuple(axis.known | axis.missing for axis in space.axes)
    try:
        hole = find_uncovered(everything, boxes, [20_000])
    except TooMuchWork:
        return
    if hole is None:
        assert one_after_the_other(rules, facts) is not None
    # and a hole that was found is one: no rule reaches into it
    else:
        assert not any(all(a & b for a, b in zip(hole, box, strict=True)) for box in boxes)


def test_missing_facts_that_can_be_asked_for_leave_rules_possible_and_others_do_not() -> None:
    asked = [
        {"reason": "late", "delay": ">= 3"},
        {"reason": "rude"},
        {"delay": "< 3", "ticket": "single"},
        {},
    ]
    table = build_table(
        [[read_condition(SPECS[name], text) for name, text in when.items()] for when in asked]
    )
    # The bits from the lowest are the rules in order: late and delayed, rude, early with a single, anything.
    assert table.possible_matches({}, {"reason", "delay", "ticket"}) == 0b1111
    assert table.possible_matches({}, {"reason"}) == 0b1010
    assert table.possible_matches({}, set()) == 0b1000
    assert table.possible_matches({"reason": "late"}, {"delay", "ticket"}) == 0b1101
    assert table.possible_matches({"reason": "late", "delay": 5}, {"ticket"}) == 0b1001
    assert table.possible_matches({"reason": "late", "delay": 1}, {"ticket"}) == 0b1100
    assert table.possible_matches({"delay": 1}, {"reason"}) == 0b1010
    assert table.possible_matches({"reason": "rude", "delay": 5}, {"ticket"}) == 0b1010


def test_a_word_that_no_rule_names_satisfies_the_negated_alone() -> None:
    whens = ["late", "not(late)", "not(rude)"]
    table = build_table([[read_condition(SPECS["reason"], when)] for when in whens])
    assert table.possible_matches({"reason": "lost"}, set()) == 0b110
    assert table.possible_matches({"reason": "late"}, set()) == 0b101
    assert table.possible_matches({"reason": "rude"}, set()) == 0b010
    assert table.first_match({"reason": "lost"}) == 1


def test_a_decimal_and_a_whole_number_meet_the_same_bound() -> None:
    condition = read_condition(SPECS["share"], ">= 3")
    table = build_table([[condition]])
    assert table.first_match({"share": Decimal("3.0")}) == 0
    assert table.first_match({"share": Decimal("2.999")}) is None
