"""Cases replayed under a policy: each as recommended, limits filling up, budgets by their periods."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from followup.domain.goodwill.budget import LimitChange, Period
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.simulated_budgets import BudgetTerms
from followup.domain.goodwill.policy.simulation import Replay
from followup.domain.goodwill.policy.simulation_totals import ReplayComparison, replay_both
from followup.domain.goodwill.policy.subject import Links
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

LONDON = "Europe/London"
HEAD = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
[facts.days_late]
type = "integer"
min = 0
[facts.item_value]
type = "money"
"""
ALL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'


def rule(amount: str, *, name: str = "r", when: str = "", more: str = "", kind: str = "voucher") -> str:
    offer = f'{{ kind = "{kind}", amount = {amount} }}'
    return f'[[rule]]\nid = "{name}"\nwhen = {{ {when} }}\noffer = {offer}\n{more}\n'


def case(
    number: int,
    day: str = "2026-11-02",
    *,
    customer: int = 1,
    agent: int = 1,
    role: Role = Role.AGENT,
    reason: str = "late",
    order_value: int | None = 10_000,
    told: Mapping[str, str] | None = None,
    hour: int = 12,
    order: str | None = None,
) -> PastCase:
    on = date.fromisoformat(day)
    at = datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    facts: dict[str, FactValue] = {"reason": reason, "severity": "moderate", "logged_on": on}
    if order_value is not None:
        facts["order_value"] = Money(order_value, "GBP")
    email, team = f"agent-{agent}@x", ("north", "south")[agent % 2]
    told = dict(told or {})
    return PastCase(number, customer, agent, email, role, team, None, reason, at, on, facts, told, order)


def replay(text: str, *budgets: BudgetTerms, links: dict[int, Links] | None = None) -> Replay:
    return Replay(load_policy(HEAD + text, "p"), budgets, links or {})


def outcomes(text: str, *cases: PastCase, budgets: tuple[BudgetTerms, ...] = ()) -> list[ReplayedOutcome]:
    one = replay(text, *budgets)
    return [one.judge(each) for each in cases]


def minor(found: list[ReplayedOutcome]) -> list[int]:
    return [outcome.worth_minor for outcome in found]


TENTH = rule('{ percent = 10, of = "order_value" }')


def test_each_case_gets_what_the_policy_recommends() -> None:
    (found,) = outcomes(TENTH + ALL, case(1))
    assert found == ReplayedOutcome(GestureKind.VOUCHER, GestureClass.GOODWILL, 1000, given=True)


def test_a_cap_fills_up_with_what_was_taken_as_given_and_empties_with_its_window() -> None:
    cap = '[[cap]]\nscope = "customer"\nwindow = "30d"\namount = "25"\n'
    days = ("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-12-01")
    cases = [case(number, day) for number, day in enumerate(days, 1)]
    found = outcomes(TENTH + cap + ALL, *cases)
    # 10, 10, then 5 are left, then none. On 1 December the first has left the window of 30 days.
    assert minor(found) == [1000, 1000, 500, 0, 1000]
    assert [outcome.lowered for outcome in found] == [False, False, True, False, False]
    assert found[3].refused == "cap"
    assert minor(outcomes(TENTH + cap + ALL, *(case(n, customer=n) for n in (1, 2, 3, 4)))) == [1000] * 4


def test_a_cooldown_stands_in_the_way_until_its_days_are_over() -> None:
    text = TENTH + '[[cooldown]]\nscope = "customer"\ndays = 30\n' + ALL
    found = outcomes(text, case(1, "2026-11-01"), case(2, "2026-11-30"), case(3, "2026-12-01"))
    assert [outcome.refused for outcome in found] == ["", "cooldown", ""]


def test_authority_is_used_up_by_the_day_and_approved_gestures_use_none() -> None:
    text = TENTH + (
        '[[authority]]\nrole = "agent"\nper_gesture = "25"\nper_day = "30"\n'
        '[[authority]]\nrole = "manager"\nper_gesture = "unlimited"\n'
    )
    values = (10_000, 15_000, 30_000, 5_000, 1_000)  # a tenth: 10, 15, 30, 5, 1
    found = outcomes(text, *(case(n, order_value=value) for n, value in enumerate(values)))
    # 10 and 15 are given; 30 is above a gesture's 25; 5 brings the day to 30; 1 more is above it,
    # and a senior, who has no entry and so an agent's authority, may approve that.
    approvers = [None, None, Role.MANAGER, None, Role.SENIOR]
    assert [outcome.approver for outcome in found] == approvers
    assert all(outcome.given for outcome in found)
    (next_day,) = outcomes(text, case(9, "2026-11-03", order_value=1_000))
    assert next_day.approver is None


def test_of_a_range_the_middle_is_taken_rounded_up_and_judged_as_chosen() -> None:
    text = rule('{ from = "20", to = "25.01" }') + '[[authority]]\nrole = "agent"\nper_gesture = "22.50"\n'
    manager = '[[authority]]\nrole = "manager"\nper_gesture = "unlimited"\n'
    (found,) = outcomes(text + manager, case(1))
    # (20.00 + 25.01) / 2 is 22.505.
    assert (found.amount_minor, found.from_range, found.approver) == (2251, True, Role.MANAGER)
    cap = '[[cap]]\nscope = "customer"\nwindow = "ever"\namount = "24"\n'
    (lowered,) = outcomes(text + manager + cap, case(1))
    assert (lowered.amount_minor, lowered.lowered) == (2200, True)


def test_repetitions_need_an_approval_and_are_given() -> None:
    manager = '[[authority]]\nrole = "manager"\nper_gesture = "unlimited"\n'
    text = TENTH + "[[repeat]]\nsimilar_cases = 2\n" + ALL + manager
    found = outcomes(text, case(1), case(2, reason="lost"), case(3), case(4))
    assert [outcome.approver for outcome in found] == [None, None, None, Role.MANAGER]
    assert all(outcome.given for outcome in found)


def test_several_agents_for_one_customer_need_an_approval_where_that_is_the_only_sign() -> None:
    manager = '[[authority]]\nrole = "manager"\nper_gesture = "unlimited"\n'
    text = TENTH + "[[repeat]]\nother_agents = 1\n" + ALL + manager
    found = outcomes(text, case(1, agent=1), case(2, agent=1), case(3, agent=2))
    assert [outcome.approver for outcome in found] == [None, None, Role.MANAGER]


def test_amounts_just_under_the_limit_are_counted_by_agent_and_window_without_what_a_rule_fixes() -> None:
    text = (
        rule('"25"', name="visit", when='reason = "visit"')
        + TENTH
        + '[[repeat]]\njust_under = { percent = 90, times = 2 }\nwindow = "30d"\n'
        + '[[authority]]\nrole = "agent"\nper_gesture = "25"\n'
        + '[[authority]]\nrole = "manager"\nper_gesture = "unlimited"\n'
    )
    # 22.50 to 25.00 is just under the limit; a gesture goes to a manager after two of them.
    found = outcomes(
        text,
        case(1, order_value=22_500),  # the lower end: one
        case(2, reason="visit"),  # 25.00, which nobody chose
        case(3, order_value=22_490),  # below
        case(4, order_value=25_000),  # the upper end: two
        case(5, order_value=24_000),  # after two
        case(6, order_value=24_000, agent=2),  # of somebody else
        case(7, order_value=22_490),  # not in the band itself
        case(8, "2026-12-01", order_value=24_000),  # 30 days, 2 November among them
        case(9, "2026-12-02", order_value=24_000),  # only the one of the day before is left
    )
    manager = Role.MANAGER
    assert [one.approver for one in found] == [None, None, None, None, manager, None, None, manager, None]


def test_cases_of_one_order_share_its_caps_and_cooldowns_and_not_what_the_rule_gives() -> None:
    days = ("2026-11-02", "2026-11-03", "2026-12-01", "2026-12-02")
    cap = '[[cap]]\nscope = "case"\nwindow = "30d"\namount = "15"\n'
    of_one = [case(number, day, order="hb1") for number, day in enumerate(days)]
    # 10; 5 are left; on 1 December both count; on the 2nd only the second 5.
    assert minor(outcomes(TENTH + cap + ALL, *of_one)) == [1000, 500, 0, 1000]
    others = [of_one[0]._replace(order="hb2"), of_one[0]._replace(customer=2), of_one[0]._replace(order=None)]
    assert minor(outcomes(TENTH + cap + ALL, of_one[0], *others)) == [1000] * 4
    cooldown = '[[cooldown]]\nscope = "case"\ndays = 29\n'
    found = outcomes(TENTH + cooldown + ALL, of_one[0], of_one[2], of_one[3])
    assert [one.refused for one in found] == ["", "", "cooldown"]
    assert minor(outcomes(rule('"8"') + ALL, *of_one)) == [800] * 4


def test_what_is_kept_counts_once_for_a_cap_when_it_is_kept() -> None:
    more = 'class = "corrective"\nminimum_payout = "10"\nkeep_in = "sum"'
    text = rule('{ percent = 10, of = "order_value" }', kind="refund", more=more)
    text += '[[cap]]\nscope = "customer"\nwindow = "ever"\namount = "22"\n' + ALL
    found = outcomes(
        text, *(case(number, order_value=value) for number, value in enumerate((40_00, 40_00, 40_00, 120_00)))
    )
    # 4 and 4 are kept, 12 paid with the third. That is 12 of the cap, which leaves 10 of the fourth's 12.
    assert found[0] == ReplayedOutcome(GestureKind.REFUND, GestureClass.CORRECTIVE, refused="kept")
    assert [one.refused for one in found] == ["kept", "kept", "", ""]
    assert minor(found) == [0, 0, 1200, 1000]


def test_working_days_leave_out_the_holidays_of_the_shop() -> None:
    declared = """
[facts.promised_on]
type = "date"
[facts.waited]
type = "elapsed"
from = "promised_on"
to = "logged_on"
unit = "working_days"
"""
    text = declared + rule('"9"', when='waited = ">= 2"') + rule('"1"', name="else") + ALL
    policy = load_policy(HEAD + text, "p")
    # From Friday to Tuesday are Monday and Tuesday, unless Monday is a holiday.
    late = case(1, "2026-11-24", told={"promised_on": "2026-11-20"})
    assert minor([Replay(policy, (), {}).judge(late)]) == [900]
    assert minor([Replay(policy, (), {}, lambda day: day == date(2026, 11, 23)).judge(late)]) == [100]


def test_who_looks_like_somebody_else_needs_an_approval() -> None:
    manager = '[[authority]]\nrole = "manager"\nper_gesture = "unlimited"\n'
    one = replay(TENTH + "[[repeat]]\nlinked_customers = 1\n" + ALL + manager, links={2: Links(1)})
    assert one.judge(case(1, customer=1)).approver is None
    assert one.judge(case(2, customer=2)).approver is Role.MANAGER


def test_counts_of_the_past_year_come_from_the_cases_replayed() -> None:
    text = rule('"5"', name="again", when='cases_last_12_months = ">= 2"') + rule('"1"') + ALL
    days = ("2025-11-02", "2025-11-03", "2026-11-02", "2026-11-03")
    found = outcomes(text, *(case(number, day) for number, day in enumerate(days)))
    # On 2 November 2026 two were logged in 365 days; on the 3rd the first is too old, but there is a third.
    assert minor(found) == [100, 100, 500, 500]
    assert minor(outcomes(text, case(1, "2025-11-01"), case(2, "2025-11-03"), case(3))) == [100, 100, 100]


def test_facts_that_a_case_lacks_are_named_where_they_would_change_the_answer() -> None:
    text = (
        rule('"9"', name="late", when='reason = "late", days_late = ">= 7"')
        + rule('{ fact = "item_value" }', name="item", when='reason = "damaged"')
        + rule('"1"')
        + ALL
    )
    found = outcomes(
        text,
        case(1),
        case(2, told={"days_late": "8"}),
        case(3, told={"days_late": "2"}),
        case(4, reason="damaged"),
        case(5, reason="rude"),
        case(6, told={"days_late": "-1"}),  # this policy cannot read it
        case(7, told={"days_late": "8", "colour": "red"}),  # of another policy
    )
    assert [outcome.lacks for outcome in found] == [
        ("days_late",),
        (),
        (),
        ("item_value",),
        (),
        ("days_late",),
        (),
    ]
    assert minor(found) == [100, 900, 100, 0, 100, 100, 900]
    assert found[3].refused == "missing_facts"


def test_what_may_lack_is_named_with_every_outcome_and_only_of_rules_before_the_one_that_matched() -> None:
    needs = rule('"9"', name="late", when='days_late = ">= 7"')
    item = rule('"9"', name="dear", when='item_value = ">= 5"')
    never = rule('"9"', name="never", when='reason = "lost"')
    fits = rule('"1"', when='reason = "late"')
    voucher = (GestureKind.VOUCHER, GestureClass.GOODWILL)

    def lacks(text: str) -> tuple[str, ...]:
        (found,) = outcomes(text + ALL, case(1))
        assert found.worth_minor == 100
        return found.lacks

    assert lacks(never + needs + item + fits) == ("days_late", "item_value")
    assert lacks(item + needs + fits) == ("item_value", "days_late")
    assert lacks(never + fits + needs) == ()
    assert lacks(never + never.replace("never", "nor") + fits + needs + item) == ()
    # What is no declared fact is not asked for.
    value = rule('"9"', name="value", when='order_value = ">= 5"')
    (found,) = outcomes(value + fits + ALL, case(1, order_value=None))
    assert (found.worth_minor, found.lacks) == (100, ())

    named = ("days_late",)
    assert outcomes(needs + ALL, case(1)) == [ReplayedOutcome(lacks=named)]
    cap = '[[cap]]\nscope = "customer"\nwindow = "ever"\ntimes = 1\n'
    (_, capped) = outcomes(needs + fits + cap + ALL, case(1), case(2))
    assert capped == ReplayedOutcome(*voucher, refused="cap", lacks=named)
    (full,) = outcomes(needs + fits + ALL, case(1), budgets=(month(99),))
    assert full == ReplayedOutcome(*voucher, refused="budget_exhausted", lacks=named)


def test_a_case_that_no_rule_covers_gets_nothing_and_is_no_refusal() -> None:
    (found,) = outcomes(rule('"1"', when='reason = "lost"') + ALL, case(1))
    assert (found.kind, found.given, found.refused) == (None, False, "")


def month(limit: int = 2_500, **more: object) -> BudgetTerms:
    return BudgetTerms("goodwill", Period.MONTH, limit, "GBP", LONDON, **more)  # type: ignore[arg-type]


def test_a_budget_holds_what_it_can_and_starts_anew_with_its_period() -> None:
    one = replay(TENTH + ALL, month())
    days = ("2026-11-01", "2026-11-02", "2026-11-29", "2026-11-30", "2026-12-01")
    found = [one.judge(case(number, day)) for number, day in enumerate(days)]
    assert minor(found) == [1000, 1000, 0, 0, 1000]
    assert [outcome.refused for outcome in found[2:4]] == ["budget_exhausted"] * 2
    uses = [
        (terms.name, key, use.used_minor, use.left_minor, use.gestures, use.refused)
        for terms, key, use in one.budgets.uses()
    ]
    assert uses == [("goodwill", "2026-11", 2000, 500, 2, 2), ("goodwill", "2026-12", 1000, 1500, 1, 0)]


def test_a_budget_can_be_used_to_its_last_penny() -> None:
    assert minor(outcomes(TENTH + ALL, case(1), case(2), budgets=(month(2_000),))) == [1000, 1000]
    assert minor(outcomes(TENTH + ALL, case(1), case(2), budgets=(month(1_999),))) == [1000, 0]


def test_a_gesture_that_a_budget_refuses_uses_no_cap_nor_another_budget() -> None:
    north = BudgetTerms("north", Period.ONCE, 500, "GBP", LONDON, (("team", "north"),))
    cap = '[[cap]]\nscope = "customer"\nwindow = "ever"\namount = "10"\n'
    one = replay(TENTH + cap + ALL, month(), north)
    # Agents with even numbers are of the north.
    assert minor([one.judge(case(1, agent=2)), one.judge(case(2, agent=1))]) == [0, 1000]
    assert [(terms.name, use.used_minor, use.refused) for terms, _, use in one.budgets.uses()] == [
        ("goodwill", 1000, 0),
        ("north", 0, 1),
    ]


def test_what_is_owed_draws_on_no_budget() -> None:
    text = rule('"30"', more='class = "corrective"') + ALL
    assert minor(outcomes(text, case(1), budgets=(month(),))) == [3000]


def test_a_soft_budget_lets_everything_through_and_shows_it() -> None:
    one = replay(TENTH + ALL, month(500, soft=True))
    one.judge(case(1))
    ((_, _, use),) = one.budgets.uses()
    assert (use.used_minor, use.left_minor, use.refused) == (1000, -500, 0)


def test_nothing_is_drawn_from_a_budget_in_another_currency() -> None:
    yen, pounds = (BudgetTerms(name, Period.ONCE, 1, name, LONDON) for name in ("JPY", "GBP"))
    (found,) = outcomes(TENTH + ALL, case(1), budgets=(yen,))
    assert (found.given, found.refused) == (True, "")
    (found,) = outcomes(TENTH + ALL, case(1), budgets=(yen, pounds))
    assert (found.given, found.refused) == (False, "budget_exhausted")


def test_limits_are_those_of_each_period_and_what_is_left_is_carried_over() -> None:
    changes = (LimitChange("2026-12", 1_000), LimitChange("2026-11", 4_000, only=True))
    one = replay(TENTH + ALL, month(changes=changes, carry_over=True))
    for number, day in enumerate(("2026-10-05", "2026-11-05", "2027-01-05")):
        one.judge(case(number, day))
    # October 25.00, left 15.00. November 40.00 + 15.00, left 45.00. Nothing in December, whose 10.00 is
    # carried as well: January has 10.00 + 45.00 + 10.00.
    assert [(key, use.limit_minor, use.left_minor) for _, key, use in one.budgets.uses()] == [
        ("2026-10", 2500, 1500),
        ("2026-11", 5500, 4500),
        ("2027-01", 6500, 5500),
    ]


def test_a_period_begins_at_midnight_where_the_budget_is() -> None:
    tokyo = BudgetTerms("tokyo", Period.MONTH, 2_500, "GBP", "Asia/Tokyo")
    one = replay(TENTH + ALL, tokyo)
    one.judge(case(1, "2026-11-30", hour=14))  # 23:00 in Tokyo
    one.judge(case(2, "2026-11-30", hour=15))  # midnight
    assert [key for _, key, _ in one.budgets.uses()] == ["2026-11", "2026-12"]


def compared(before: str, after: str, *cases: PastCase, most: int = 10) -> ReplayComparison:
    return replay_both(replay(before + ALL), replay(after + ALL), cases, most)


FIFTH = rule('{ percent = 20, of = "order_value" }')


def test_two_replays_are_summed_up_side_by_side() -> None:
    after = rule('{ percent = 20, of = "order_value" }', when='reason = "late"') + rule(
        '"2"', name="else", kind="refund"
    )
    cases = (
        case(1, order_value=10_000),
        case(2, order_value=4_000),
        case(3, "2026-11-05", reason="lost", order_value=9_000),
        case(4, "2026-11-06", order_value=None),
    )
    found = compared(rule('"8"'), after, *cases)
    # Before: 8 each, 32. After: 20, 8, 2 as a refund, and the last lacks its order value.
    assert (found.cases, found.first, found.last) == (4, date(2026, 11, 2), date(2026, 11, 6))
    assert (found.before.gestures, found.before.amount_minor) == (4, 3200)
    assert (found.after.gestures, found.after.amount_minor) == (3, 3000)
    assert dict(found.after.kinds) == {GestureKind.VOUCHER: 2, GestureKind.REFUND: 1}
    assert dict(found.after.kind_minor) == {GestureKind.VOUCHER: 2800, GestureKind.REFUND: 200}
    assert dict(found.after.refused) == {"missing_facts": 1}
    assert (found.after.lacking_cases, found.lacking) == (1, [4])
    assert [(one.case, one.change_minor) for one in found.more.largest] == [(1, 1200)]
    assert [(one.case, one.change_minor) for one in found.less.largest] == [(4, -800), (3, -600)]
    assert (found.less.cases, found.less.amount_minor) == (2, -1400)
    late, lost = found.reasons["late"], found.reasons["lost"]
    assert (late.cases, late.gestures, late.amount_minor) == (3, [3, 2], [2400, 2800])
    assert (lost.cases, lost.gestures, lost.amount_minor) == (1, [1, 1], [800, 200])


@pytest.mark.parametrize(("most", "named"), [(0, []), (2, [9, 8]), (3, [9, 8, 5]), (99, [9, 8, 5, 6, 7, 1])])
def test_the_largest_changes_are_kept_the_earlier_of_equal_ones_first(most: int, named: list[int]) -> None:
    values = {1: 100, 5: 700, 6: 700, 7: 700, 8: 800, 9: 900}
    cases = [case(number, order_value=value * 10) for number, value in values.items()]
    found = compared(TENTH, FIFTH, *cases, most=most)
    assert [one.case for one in found.more.largest] == named
    assert (found.more.cases, found.more.amount_minor) == (6, sum(values.values()))


def test_a_change_of_a_penny_counts_and_the_least_of_the_largest_makes_room() -> None:
    values = {1: 90_00, 2: 50_00, 3: 70_00, 4: 10}  # a tenth more: 9.00, 5.00, 7.00, 0.01
    cases = [case(number, order_value=value) for number, value in values.items()]
    up, down = compared(TENTH, FIFTH, *cases, most=2), compared(FIFTH, TENTH, *cases, most=2)
    for changes, sign in ((up.more, 1), (down.less, -1)):
        assert [(one.case, one.reason) for one in changes.largest] == [(1, "late"), (3, "late")]
        assert (changes.cases, changes.amount_minor) == (4, sign * 2101)
    (penny,) = compared(TENTH, FIFTH, cases[3]).more.largest
    assert (penny.case, penny.change_minor) == (4, 1)


def test_two_replays_do_not_see_each_other() -> None:
    cap = '[[cap]]\nscope = "customer"\nwindow = "ever"\namount = "30"\n'
    cases = [case(number, "2026-11-02", customer=1) for number in range(4)]
    found = compared(TENTH + cap, FIFTH + cap, *cases)
    # 10, 10, 10, 0 beside 20, 10, 0, 0.
    assert (found.before.gestures, found.before.amount_minor) == (3, 3000)
    assert (found.after.gestures, found.after.amount_minor) == (2, 3000)
    assert (found.before.refused.total(), found.after.refused.total()) == (1, 2)
    assert [(one.case, one.change_minor) for one in found.more.largest] == [(0, 1000)]
    assert [(one.case, one.change_minor) for one in found.less.largest] == [(2, -1000)]


def test_the_examples_of_cases_that_lack_facts_are_few() -> None:
    text = rule('{ fact = "item_value" }')
    found = compared(text, text, *(case(number) for number in range(1, 31)))
    assert (found.after.lacking_cases, found.lacking) == (30, list(range(1, 11)))
    assert dict(found.after.lacking) == {"item_value": 30}
    assert found.cases - found.more.cases - found.less.cases == 30


def test_ten_years_of_weeks_without_a_case_are_carried_over() -> None:
    one = replay(TENTH + ALL, BudgetTerms("weekly", Period.WEEK, 900, "GBP", LONDON, carry_over=True))
    assert one.judge(case(1, "2016-11-02")).refused == "budget_exhausted"
    assert one.judge(case(2, "2026-11-04")).given
