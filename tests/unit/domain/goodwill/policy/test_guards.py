"""Caps, cooldowns, overcompensation, never: each lowers or refuses, and says so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import CapScope, Limit, Subject, decide, recommend
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from tests.unit.domain.goodwill.policy.guarded_advice import (
    ALL,
    CAP,
    HEAD,
    LADDER,
    TODAY,
    Told,
    advice,
    code,
    minor,
    rule,
)


@pytest.mark.parametrize(
    ("used", "amount", "bound", "refused"),
    [
        (0, 4000, False, None),
        (6000, 4000, False, None),
        (6001, 3999, True, None),
        (9999, 1, True, None),
        (10000, None, True, "cap"),
        (12000, None, True, "cap"),
    ],
)
def test_a_cap_lowers_a_recommended_amount_to_what_is_left(
    used: int, amount: int | None, bound: bool, refused: str | None
) -> None:
    found = advice(rule() + CAP + ALL, Told(used, 1))
    assert (minor(found), code(found)) == (amount, refused)
    assert found.bound_by == (("year",) if bound else ())
    left = Money(max(0, 10000 - used), "GBP")
    assert found.limits[0] == Limit("year", Money(10000, "GBP"), Money(used, "GBP"), left)
    assert any("year" in sentence for sentence in found.because) is bound


def test_a_chosen_amount_above_what_is_left_is_refused_with_how_much_is() -> None:
    found = advice(rule() + CAP + ALL, Told(7000, 1), chosen=3001)
    assert code(found) == "cap"
    assert found.refused is not None
    assert "leaves 30.00 GBP" in found.refused.message
    assert found.refused.hint == "Choose 30.00 or less."
    assert code(advice(rule() + CAP + ALL, Told(7000, 1), chosen=3000)) is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_chosen_amount_is_refused_by_the_limit_that_leaves_least_so_that_the_next_choice_fits(
    order: int,
) -> None:
    narrow = CAP.replace("100", "50").replace('"year"', '"narrow"')
    assert narrow.count("narrow") == narrow.count("50") == 1
    text = rule() + "".join([CAP, narrow][::order]) + ALL
    found = advice(text, Told(2000, 1), chosen=500000)
    assert found.refused is not None
    assert found.refused.message.startswith("narrow leaves 30.00 GBP: ")
    assert (found.refused.hint, found.bound_by) == ("Choose 30.00 or less.", ("narrow",))
    assert code(advice(text, Told(2000, 1), chosen=3000)) is None


def test_an_amount_below_the_smallest_payout_is_not_paid() -> None:
    with_minimum = rule(more='minimum_payout = "10"') + CAP + ALL
    assert minor(advice(with_minimum, Told(9000, 1))) == 1000
    found = advice(with_minimum, Told(9001, 1))
    assert (code(found), found.bound_by) == ("cap", ("year",))


def test_a_range_is_lowered_at_its_upper_end_and_refused_when_nothing_of_it_is_left() -> None:
    text = rule('{ from = "20", to = "60" }') + CAP + ALL
    found = advice(text, Told(7000, 1))
    assert found.range == (Money(2000, "GBP"), Money(3000, "GBP"))
    assert code(advice(text, Told(8000, 1))) is None
    assert code(advice(text, Told(8001, 1))) == "cap"


def test_the_cap_that_leaves_least_decides_and_each_that_bound_is_named() -> None:
    text = rule() + CAP + CAP.replace("year", "month").replace("365d", "month").replace("100", "80") + ALL
    found = advice(text, Told(7000, 2))
    assert (minor(found), found.bound_by) == (1000, ("year", "month"))


@pytest.mark.parametrize(("times", "refused"), [(2, None), (3, "cap"), (4, "cap")])
def test_a_cap_on_times_refuses_the_next_one(times: int, refused: str | None) -> None:
    text = rule() + '[[cap]]\nscope = "agent"\nwindow = "week"\ntimes = 3\n' + ALL
    found = advice(text, Told(0, times))
    assert code(found) == refused
    assert found.limits[0] == Limit("agent-week", 3, times, max(0, 3 - times))


@pytest.mark.parametrize(
    ("window", "since"),
    [
        ('"365d"', date(2025, 11, 24)),
        ('"1d"', TODAY),
        ('"week"', TODAY),  # a Monday
        ('"month"', date(2026, 11, 1)),
        ('"quarter"', date(2026, 10, 1)),
        ('"year"', date(2026, 1, 1)),
        ('"financial_year"', date(2026, 4, 1)),
        ('"financial_year"\nstarts = "12-01"', date(2025, 12, 1)),
        ('"financial_year"\nstarts = "11-23"', TODAY),
        ('"ever"', None),
    ],
)
def test_a_window_begins_on_its_day(window: str, since: date | None) -> None:
    records = Told()
    text = f'[[cap]]\nscope = "team"\nwindow = {window}\namount = "1"\nkind = "refund"\n'
    advice(rule() + text + ALL, records)
    assert records.asked == [(CapScope.TEAM, since, None, GestureKind.REFUND)]


def test_a_cap_of_a_class_leaves_the_other_class_alone() -> None:
    text = rule(gesture_class="corrective") + CAP + 'class = "goodwill"\n' + ALL
    assert minor(advice(text, Told(10000, 1))) == 4000
    # More than is owed is goodwill, and falls under the cap.
    assert code(advice(text, Told(10000, 1), chosen=4001)) == "cap"


def test_a_cap_leaves_gestures_without_money_alone_unless_it_names_them() -> None:
    assert code(advice(rule() + CAP + ALL, Told(10000, 1), kind=GestureKind.APOLOGY)) is None
    calls = '[[cap]]\nscope = "agent"\nwindow = "1d"\nkind = "callback"\ntimes = 2\n'
    assert code(advice(rule() + calls + ALL, Told(0, 2), kind=GestureKind.CALLBACK)) == "cap"
    assert code(advice(rule() + calls + ALL, Told(0, 1), kind=GestureKind.CALLBACK)) is None


@pytest.mark.parametrize(
    ("last", "refused"), [(date(2026, 10, 24), None), (date(2026, 10, 25), "cooldown"), (TODAY, "cooldown")]
)
def test_a_cooldown_of_thirty_days_ends_on_the_thirtieth_day_after(last: date, refused: str | None) -> None:
    text = rule() + '[[cooldown]]\nscope = "customer"\ndays = 30\n' + ALL
    found = advice(text, Told(last=last))
    assert code(found) == refused
    assert code(advice(text, Told(last=None))) is None
    if found.refused and last == date(2026, 10, 25):
        assert "again from 2026-11-24" in found.refused.message


def test_a_cooldown_of_a_kind_counts_that_kind_alone() -> None:
    text = rule() + '[[cooldown]]\nscope = "customer"\ndays = 90\nkind = "gift"\n' + ALL
    assert code(advice(text, Told(0, 1))) is None
    records = Told(0, 1)
    assert code(advice(text, records, kind=GestureKind.GIFT, chosen=500)) == "cooldown"
    assert records.asked == [(CapScope.CUSTOMER, date(2026, 8, 26), None, GestureKind.GIFT)]


OVER = "[overcompensation]\nwarn_percent = 120\ncap_percent = 150\n"


@pytest.mark.parametrize(
    ("order_value", "amount", "warned"),
    [(10000, 4000, False), (3334, 4000, False), (3333, 4000, True), (2667, 4000, True), (2666, 3999, True)],
)
def test_overcompensation_warns_and_then_caps_by_the_order_value(
    order_value: int, amount: int, warned: bool
) -> None:
    found = advice(rule() + OVER + ALL, Told(), facts={"order_value": Money(order_value, "GBP")})
    assert minor(found) == amount
    assert found.bound_by == (("overcompensation",) if amount < 4000 else ())
    assert any(sentence.startswith("Careful") for sentence in found.because) is warned


@pytest.mark.parametrize(
    ("before", "amount", "warned"),
    [(0, 4000, False), (2000, 4000, False), (2001, 4000, True), (3500, 4000, True), (3501, 3999, True)],
)
def test_what_the_case_was_given_before_counts_towards_overcompensation(
    before: int, amount: int, warned: bool
) -> None:
    # 120 and 150 percent of an order of 50.00 are 60.00 and 75.00.
    found = advice(rule() + OVER + ALL, Told(for_case=before), facts={"order_value": Money(5000, "GBP")})
    assert minor(found) == amount
    assert found.limits[0] == Limit(
        "overcompensation", Money(7500, "GBP"), Money(before, "GBP"), Money(7500 - before, "GBP")
    )
    assert any(sentence.startswith("Careful") for sentence in found.because) is warned


def test_a_case_that_had_its_fill_gets_nothing_more_and_says_so() -> None:
    found = advice(rule() + OVER + ALL, Told(for_case=7500), facts={"order_value": Money(5000, "GBP")})
    assert code(found) == "overcompensation"
    assert found.refused is not None
    assert found.refused.message == (
        "overcompensation leaves nothing: at most 150 percent of an order of 50.00 GBP, "
        "and this case has 75.00 GBP of it."
    )


def test_caps_come_before_overcompensation_and_both_are_told() -> None:
    text = rule() + OVER + CAP + ALL
    found = advice(text, Told(7000, 1, for_case=5500), facts={"order_value": Money(5000, "GBP")})
    # The cap leaves 30.00 of 40.00, then overcompensation 20.00 of the 30.00.
    assert (minor(found), found.bound_by) == (2000, ("year", "overcompensation"))
    assert [limit.name for limit in found.limits[:2]] == ["year", "overcompensation"]


def test_a_cap_may_be_for_the_case_itself() -> None:
    text = rule() + '[[cap]]\nscope = "case"\nwindow = "ever"\namount = "50"\n' + ALL
    found = advice(text, Told(for_case=2000))
    assert (minor(found), found.bound_by) == (3000, ("case-ever",))
    assert (
        "Lowered to 30.00 GBP by case-ever: this case has 20.00 GBP of at most 50.00 GBP in all."
        in found.because
    )


def test_overcompensation_needs_an_order_value_and_heeds_its_class() -> None:
    assert minor(advice(rule() + OVER + ALL, Told())) == 4000
    free = {"order_value": Money(0, "GBP")}
    assert minor(advice(rule() + OVER + ALL, Told(), facts=dict(free))) == 4000
    owed = rule(gesture_class="corrective") + OVER + 'class = "goodwill"\n' + ALL
    assert minor(advice(owed, Told(), facts={"order_value": Money(100, "GBP")})) == 4000


def test_overcompensation_refuses_a_choice_above_it() -> None:
    facts: dict[str, FactValue] = {"order_value": Money(2000, "GBP")}
    assert code(advice(rule() + OVER + ALL, Told(), chosen=3000, facts=facts)) is None
    assert code(advice(rule() + OVER + ALL, Told(), chosen=3001, facts=facts)) == "overcompensation"


def test_never_refuses_a_kind_and_names_the_role_that_may() -> None:
    text = rule() + '[[never]]\nkind = "gift"\nrole = ["agent", "senior"]\nwhy = "Ask first."\n' + ALL
    found = advice(text, Told(), kind=GestureKind.GIFT, chosen=500)
    assert code(found) == "never"
    assert found.refused is not None
    assert found.refused.hint == "Ask first. The role manager may offer it."
    assert code(advice(text, Told())) is None, "another kind"


@given(
    used=st.integers(0, 20000),
    order_value=st.integers(1, 20000),
    chosen=st.none() | st.integers(1, 20000),
    percent=st.integers(1, 400),
)
def test_nothing_that_is_recommended_or_granted_exceeds_a_limit(
    used: int, order_value: int, chosen: int | None, percent: int
) -> None:
    text = rule(f'{{ percent = {percent}, of = "order_value" }}') + CAP + OVER + ALL
    found = advice(text, Told(used, 1), chosen=chosen, facts={"order_value": Money(order_value, "GBP")})
    if found.amount is not None and found.amount.amount_minor:
        assert found.refused is None
        assert found.amount.amount_minor <= 10000 - used
        assert found.amount.amount_minor * 100 <= order_value * 150
        assert chosen is None or found.amount.amount_minor == chosen, "a choice is never lowered silently"
    else:
        assert found.refused is not None


@given(
    used=st.integers(0, 12000),
    times=st.integers(0, 4),
    for_case=st.integers(0, 6000),
    order_value=st.none() | st.integers(0, 20000),
    chosen=st.none() | st.integers(1, 9000),
    today_minor=st.integers(0, 12000),
    similar=st.integers(0, 3),
    amount=st.sampled_from(
        ['"40"', '{ percent = 60, of = "order_value" }', '{ from = "20", to = "60" }', '"0.50"']
    ),
)
def test_in_figures_alone_the_answer_is_the_same(
    used: int,
    times: int,
    for_case: int,
    order_value: int | None,
    chosen: int | None,
    today_minor: int,
    similar: int,
    amount: str,
) -> None:
    guards = (
        CAP + "times = 3\n",
        OVER,
        "[[repeat]]\nsimilar_cases = 2\n",
        LADDER,
        "[[cooldown]]\ndays = 3\n",
    )
    policy = load_policy(HEAD + rule(amount, more='minimum_payout = "1"') + "".join(guards), "policy.toml")
    facts: dict[str, FactValue] = {} if order_value is None else {"order_value": Money(order_value, "GBP")}
    subject = Subject(facts, Role.AGENT, TODAY)
    records = Told(used, times, for_case=for_case, today_minor=today_minor, similar=similar)
    choice = None if chosen is None else Money(chosen, "GBP")
    quick = decide(policy, subject, records, chosen_amount=choice, whole=False)
    full = recommend(policy, subject, records, chosen_amount=choice)
    assert quick.verdict is not None
    assert quick.rule is not None
    assert (quick.rule.id, quick.refused, quick.verdict.bound_by) == (full.rule, full.refused, full.bound_by)
    assert (quick.signature.needs_approval, quick.signature.approver_role) == (
        full.needs_approval,
        full.approver_role,
    )
    if full.range is not None:
        assert quick.money == tuple(end.amount_minor for end in full.range)
    else:
        assert quick.money == (None if full.amount is None else (full.amount.amount_minor,) * 2)
