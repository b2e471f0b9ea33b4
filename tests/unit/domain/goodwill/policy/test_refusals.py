"""Each refusal and warning in its own words: what it says, what to do, its code, and its figures."""

from datetime import date

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.read_facts import read_facts
from followup.domain.goodwill.policy.recommend import Recommendation, recommend
from followup.domain.goodwill.policy.recommendation import Limit, Refusal
from followup.domain.goodwill.policy.subject import (
    NO_RECORDS,
    Band,
    Given,
    Habit,
    NoRecords,
    Records,
    Subject,
)
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import WrongUsage

TODAY = date(2026, 11, 23)
HEAD = 'version = "1"\ncurrency = "GBP"\n'
ALL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'
CAP = '[[cap]]\nid = "year"\nscope = "customer"\nwindow = "365d"\namount = "100"\n'
NO_MONEY = "An apology or a callback needs no money."


def rule(offer: str = 'kind = "refund", amount = "40"', more: str = "") -> str:
    return f'[[rule]]\nid = "r"\noffer = {{ {offer} }}\n{more}\n'


class Past(NoRecords):
    """So much was given to the customer, and so much of it for this very case."""

    def __init__(self, minor: int = 0, times: int = 0, for_case: int = 0, last: date | None = None) -> None:
        self.minor, self.times, self.for_case, self.last = minor, times, for_case, last

    def given(
        self,
        scope: CapScope,
        since: date | None,  # noqa: ARG002
        gesture_class: GestureClass | None,  # noqa: ARG002
        kind: GestureKind | None,  # noqa: ARG002
    ) -> Given:
        return Given(self.for_case, 1) if scope is CapScope.CASE else Given(self.minor, self.times)

    def last_given_on(self, scope: CapScope) -> date | None:  # noqa: ARG002
        return self.last


def advice(
    text: str,
    past: Records,
    *,
    kind: GestureKind | None = None,
    chosen: Money | None = None,
    **facts: FactValue,
) -> Recommendation:
    policy = load_policy(HEAD + text + ALL, "policy.toml")
    subject = Subject(facts, Role.AGENT, TODAY)
    return recommend(policy, subject, past, chosen_kind=kind, chosen_amount=chosen)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def refused_choice(text: str, kind: GestureKind | None, chosen: Money | None) -> tuple[str, str, str]:
    with pytest.raises(WrongUsage) as caught:
        advice(text, NO_RECORDS, kind=kind, chosen=chosen, reason="other")
    return caught.value.message, caught.value.hint, caught.value.code


# ---- Caps


def test_a_cap_that_leaves_nothing() -> None:
    found = advice(rule() + CAP, Past(10_000, 2))
    assert found.refused == Refusal(
        "cap",
        "year leaves nothing: this customer has 100.00 GBP of at most 100.00 GBP in 365 days.",
        f"{NO_MONEY} A later day, or another policy, leaves more.",
    )
    assert found.because[-1] == found.refused.message
    assert found.limits == (Limit("year", gbp(10_000), gbp(10_000), gbp(0)),)


def test_a_chosen_amount_above_what_a_cap_leaves() -> None:
    found = advice(rule() + CAP, Past(9000, 2), chosen=gbp(2000))
    assert found.refused == Refusal(
        "cap",
        "year leaves 10.00 GBP: this customer has 90.00 GBP of at most 100.00 GBP in 365 days.",
        "Choose 10.00 or less.",
        1000,
    )
    assert advice(rule() + CAP, Past(9000, 2), chosen=gbp(1000)).limits[0].used == gbp(9000)


def test_a_range_that_begins_above_what_a_cap_leaves() -> None:
    found = advice(rule('kind = "refund", amount = { from = "20", to = "60" }') + CAP, Past(8500, 2))
    assert found.refused == Refusal(
        "cap",
        "year leaves 15.00 GBP, and the range begins at 20.00 GBP: "
        "this customer has 85.00 GBP of at most 100.00 GBP in 365 days.",
        NO_MONEY,
    )


def test_a_smallest_payout_above_what_a_cap_leaves() -> None:
    found = advice(rule(more='minimum_payout = "30"') + CAP, Past(8000, 2))
    assert found.refused == Refusal(
        "cap",
        "year leaves 20.00 GBP, and the smallest payout is 30.00 GBP: "
        "this customer has 80.00 GBP of at most 100.00 GBP in 365 days.",
        NO_MONEY,
    )


def test_a_cap_that_lowers_says_to_what() -> None:
    found = advice(rule() + CAP, Past(7500, 2))
    assert (found.amount, found.bound_by) == (gbp(2500), ("year",))
    assert (
        "Lowered to 25.00 GBP by year: this customer has 75.00 GBP of at most 100.00 GBP in 365 days."
        in found.because
    )


def test_a_second_cap_that_leaves_nothing_comes_after_the_first_that_lowered() -> None:
    times = '[[cap]]\nid = "often"\nscope = "agent"\nwindow = "month"\ntimes = 2\n'
    found = advice(rule() + CAP + times, Past(7500, 2))
    assert found.because[-2:] == (
        "Lowered to 25.00 GBP by year: this customer has 75.00 GBP of at most 100.00 GBP in 365 days.",
        "often leaves nothing: this agent has 2 of at most 2 gestures this month.",
    )
    assert found.limits[1] == Limit("often", 2, 2, 0)


def test_a_cap_on_both_names_its_times_apart() -> None:
    found = advice(rule() + CAP + "times = 3\n", Past(1000, 2))
    assert found.limits == (
        Limit("year", gbp(10_000), gbp(1000), gbp(9000)),
        Limit("year-times", 3, 2, 1),
    )


# ---- Cooldowns, overcompensation, never


def test_a_cooldown_says_from_when_on_it_is_over() -> None:
    text = rule() + '[[cooldown]]\nid = "pause"\nscope = "customer"\ndays = 30\n'
    found = advice(text, Past(last=date(2026, 11, 1)))
    assert found.refused == Refusal(
        "cooldown",
        "pause leaves nothing: this customer had a gesture within 30 days, again from 2026-12-01.",
        f"{NO_MONEY} A later day, or another policy, leaves more.",
    )
    assert found.limits == (Limit("pause", 1, 1, 0),)
    assert advice(text, Past(last=date(2026, 10, 1))).limits == (Limit("pause", 1, 0, 1),)


def test_a_cooldown_of_one_kind_knows_no_day() -> None:
    text = rule() + '[[cooldown]]\nid = "pause"\nscope = "customer"\ndays = 30\nkind = "refund"\n'
    found = advice(text, Past(1000, 1))
    assert found.refused is not None
    assert found.refused.message == "pause leaves nothing: this customer had a gesture within 30 days."


OVER = "[overcompensation]\nwarn_percent = 50\ncap_percent = 80\n"


def test_overcompensation_names_the_order_and_what_the_case_has() -> None:
    found = advice(rule() + OVER, Past(), order_value=gbp(4000))
    assert found.amount == gbp(3200)
    assert found.limits == (Limit("overcompensation", gbp(3200), gbp(0), gbp(3200)),)
    assert "Lowered to 32.00 GBP by overcompensation: at most 80 percent of an order of 40.00 GBP." in (
        found.because
    )
    more = advice(rule() + OVER, Past(for_case=1200), order_value=gbp(4000))
    lowered = "Lowered to 20.00 GBP by overcompensation: at most 80 percent of an order of 40.00 GBP"
    assert more.because[1:3] == (
        f"{lowered}, and this case has 12.00 GBP of it.",
        "Careful: 32.00 GBP, with 12.00 GBP given before, is more than 50 percent of the order of 40.00 GBP.",
    )
    assert "Careful: 32.00 GBP is more than 50 percent of the order of 40.00 GBP." in found.because


def test_an_offer_within_the_order_is_not_warned_of() -> None:
    found = advice(rule() + OVER, Past(), order_value=gbp(8000))
    assert [sentence for sentence in found.because if sentence.startswith("Careful")] == []
    assert len(found.because) == len(advice(rule(), Past(), order_value=gbp(8000)).because)


def test_a_kind_that_nobody_may_give() -> None:
    found = advice(rule() + '[[never]]\nkind = "refund"\n', Past())
    assert found.refused == Refusal(
        "never", "A gesture of kind refund is never for the role agent.", "Choose another kind."
    )
    assert found.because[-1] == found.refused.message


def test_a_kind_is_never_given_even_where_its_amount_is_not_known() -> None:
    text = rule('kind = "refund", amount = { fact = "order_value" }')
    found = advice(text + '[[never]]\nkind = "refund"\nrole = "agent"\n', Past())
    assert found.refused == Refusal(
        "never", "A gesture of kind refund is never for the role agent.", "The role senior may offer it."
    )
    assert (found.missing_facts, found.gesture_class) == (("order_value",), GestureClass.GOODWILL)


# ---- Amounts that come to nothing, and choices


def test_an_amount_that_comes_to_nothing_and_one_below_the_smallest_payout() -> None:
    text = rule('kind = "refund", amount = { fact = "order_value" }', 'minimum_payout = "4"')
    assert advice(text, Past(), order_value=gbp(0)).refused == Refusal(
        "nothing_due", "The amount comes to nothing.", "An apology needs no money."
    )
    assert advice(text, Past(), order_value=gbp(300)).refused == Refusal(
        "below_minimum",
        "3.00 GBP is below the smallest payout, 4.00 GBP.",
        "An apology needs no money.",
    )
    assert advice(text, Past(), order_value=gbp(400)).refused is None
    penny = rule('kind = "refund", amount = { fact = "order_value" }')
    assert advice(penny, Past(), order_value=gbp(1)).amount == gbp(1)


ONLY_LATE = '[[rule]]\nid = "late"\nwhen = { reason = "late" }\noffer = { kind = "apology" }\n'


def test_choices_that_make_no_sense() -> None:
    assert refused_choice(ONLY_LATE, None, gbp(500)) == (
        "No rule matches, so the kind of gesture must be chosen too.",
        f"Add --kind, one of {', '.join(GestureKind.values())}.",
        "choose_kind",
    )
    assert refused_choice(ONLY_LATE, GestureKind.APOLOGY, gbp(500)) == (
        "A gesture of kind apology has no amount.",
        "Leave --amount out.",
        "kind_without_amount",
    )
    assert refused_choice(ONLY_LATE, GestureKind.VOUCHER, None) == (
        "Nothing says how much the voucher is worth.",
        "Add --amount, for instance --amount 12.",
        "choose_amount",
    )
    assert refused_choice(rule(), None, Money(500, "EUR")) == (
        "5.00 EUR is not in the policy's currency, GBP.",
        "Give the amount in GBP.",
        "amount_in_other_currency",
    )
    assert refused_choice(rule(), None, gbp(0)) == (
        "0.00 GBP is no amount to offer.",
        "Choose an apology or a callback where no money is due.",
        "bad_amount",
    )
    assert advice(rule(), Past(), chosen=gbp(1)).amount == gbp(1)


def test_a_chosen_amount_outside_the_range_of_the_rule() -> None:
    found = advice(
        rule('kind = "refund", amount = { from = "20", to = "60" }', 'class = "corrective"'),
        Past(),
        chosen=gbp(6001),
    )
    assert found.refused == Refusal(
        "outside_range",
        "60.01 GBP is outside the range of the rule, 20.00 GBP to 60.00 GBP.",
        "Choose an amount from 20.00 to 60.00.",
    )
    assert (found.kind, found.gesture_class) == (GestureKind.REFUND, GestureClass.CORRECTIVE)
    assert found.because[-1] == found.refused.message


def test_an_apology_that_is_owed_stays_owed_where_it_is_chosen() -> None:
    owed = rule('kind = "apology"', 'class = "corrective"')
    assert advice(owed, Past(), kind=GestureKind.APOLOGY).gesture_class is GestureClass.CORRECTIVE
    assert advice(owed, Past(), kind=GestureKind.CALLBACK).gesture_class is GestureClass.GOODWILL


def test_a_range_stays_one_where_another_kind_is_chosen() -> None:
    found = advice(
        rule('kind = "refund", amount = { from = "20", to = "60" }'), Past(), kind=GestureKind.VOUCHER
    )
    assert found.range == (gbp(2000), gbp(6000))
    assert found.because[2:4] == (
        "The agent chose a voucher of 60.00 GBP, which counts as goodwill.",
        "Rule r offers a refund of 20.00 GBP to 60.00 GBP.",
    )


def test_ends_of_a_range_are_worked_out_from_facts() -> None:
    amount = 'amount = { from = { fact = "customer_value" }, to = { fact = "order_value" } }'
    found = advice(rule(f'kind = "refund", {amount}'), Past(), customer_value=gbp(700), order_value=gbp(900))
    assert found.range == (gbp(700), gbp(900))
    ends = "from customer_value to order_value"
    assert found.because == (
        "Rule r matches.",
        f"The amount is {ends}, as the agent chooses; customer_value is 7.00 GBP, order_value is 9.00 GBP.",
    )
    assert advice(rule(f'kind = "refund", {amount}'), Past()).because == (
        "Rule r matches.",
        f"The amount is {ends}, as the agent chooses, and customer_value, order_value are not known.",
    )


def test_the_reason_of_a_rule_ends_with_one_full_stop() -> None:
    assert advice(rule(more='why = "...It came late."'), Past()).because == ("Rule r: ...It came late.",)


# ---- The document, facts, and nothing given


def test_what_is_refused_stands_in_the_document_with_its_three_words() -> None:
    document = advice(rule() + '[[never]]\nkind = "refund"\n', Past()).to_document()
    assert document["refused"] == {
        "code": "never",
        "message": "A gesture of kind refund is never for the role agent.",
        "hint": "Choose another kind.",
    }
    assert (document["kind"], document["class"], document["amount"]) == ("refund", "goodwill", None)


def test_who_approves_and_who_is_told_stand_in_the_document() -> None:
    text = HEAD + rule() + '[[authority]]\nrole = "agent"\nper_gesture = "25"\n'
    text += '[[authority]]\nrole = "manager"\nper_gesture = "100"\n'
    text += '[[require]]\nfrom = "30"\nnote_words = 20\nnotify = "director"\n'
    found = recommend(load_policy(text, "policy.toml"), Subject({}, Role.AGENT, TODAY), NO_RECORDS)
    document = found.to_document()
    assert (document["needs_approval"], document["approver_role"]) == (True, "manager")
    assert (document["note_words"], document["notify"]) == (20, "director")
    assert found.because[-2:] == (
        "40.00 GBP is above what the role agent may give for a gesture, 25.00 GBP.",
        "The role manager may approve it.",
    )


def test_a_case_without_a_rule_has_a_document_of_nothing() -> None:
    document = advice(ONLY_LATE + CAP + "times = 1\n", Past(), reason="other").to_document()
    empty = ("rule", "class", "kind", "amount", "range", "approver_role", "refused", "notify")
    assert [document[name] for name in empty] == [None] * len(empty)
    counted = advice(rule() + CAP + "times = 3\n", Past(1000, 2)).to_document()
    assert counted["limits"][1] == {"name": "year-times", "limit": 3, "used": 2, "remaining": 1}


DECLARED = '[facts.days]\ntype = "integer"\n[facts.ticket]\ntype = "choice"\nchoices = ["one"]\n'


@pytest.mark.parametrize(
    ("declared", "name", "message", "hint"),
    [
        (
            DECLARED,
            "order_value",
            "order_value is part of every case, not a fact of the policy.",
            "Give it by its own option, --order-value, where there is one.",
        ),
        (DECLARED, "dayz", "The policy has no fact named 'dayz'.", "Did you mean days?"),
        (
            DECLARED,
            "weather",
            "The policy has no fact named 'weather'.",
            "The policy declares: days, ticket. Any case may have item and place.",
        ),
        (
            "",
            "weather",
            "The policy has no fact named 'weather'.",
            "The policy declares: none. Any case may have item and place.",
        ),
    ],
)
def test_a_fact_that_the_policy_does_not_know(declared: str, name: str, message: str, hint: str) -> None:
    policy = load_policy(HEAD + declared + rule(), "policy.toml")
    with pytest.raises(WrongUsage) as caught:
        read_facts(policy, {name: "1"})
    code = "fact_of_every_case" if name == "order_value" else "unknown_fact"
    assert (caught.value.message, caught.value.hint, caught.value.code) == (message, hint, code)


def test_what_only_describes_a_case_is_left_out_and_the_rest_is_read() -> None:
    policy = load_policy(HEAD + DECLARED + rule(), "policy.toml")
    assert read_facts(policy, {"item": "lamp", "days": "3", "ticket": "one"}) == {"days": 3, "ticket": "one"}


def test_where_nothing_was_ever_given_every_count_is_nought() -> None:
    assert NO_RECORDS.given(CapScope.CUSTOMER, None, None, None) == Given(0, 0)
    assert (NO_RECORDS.last_given_on(CapScope.CASE), NO_RECORDS.agent_given_today()) == (None, 0)
    assert NO_RECORDS.habit(Band(1, 2, None), None) == Habit("", 0, 0)
