"""A choice between remedies, and caps that are a share of a fact, with the figures of published tables."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.diff import compare
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.finding import FindingCode
from followup.domain.goodwill.policy.lint import lint
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.policy_reason import Choice
from followup.domain.goodwill.policy.recommend import (
    NO_RECORDS,
    Given,
    NoRecords,
    Recommendation,
    Records,
    Subject,
    recommend,
)
from followup.domain.goodwill.policy.recommendation import Limit
from followup.domain.goodwill.policy.wording import PolicyPart, entries_of
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import InvalidFile

FOLDER = Path(__file__).parents[4] / "policies"
RAIL, SEASON = (
    load_policy((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")
    for name in ("cross-channel-rail", "season-ticket-delays")
)
REFUND, VOUCHER = GestureKind.REFUND, GestureKind.VOUCHER


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def late(
    minutes: int,
    price: int,
    kind: GestureKind | None = None,
    amount: int | None = None,
    policy: Policy = RAIL,
) -> Recommendation:
    facts: dict[str, FactValue] = {"reason": "late-train", "delay_minutes": minutes, "leg_price": eur(price)}
    chosen = None if amount is None else eur(amount)
    subject = Subject(facts, Role.AGENT, date(2026, 11, 23))
    return recommend(policy, subject, NO_RECORDS, chosen_kind=kind, chosen_amount=chosen)


@pytest.mark.parametrize(
    ("minutes", "cash", "voucher"),
    [
        (60, 2250, 2700),  # of a leg of 90.00: 25 and 30 percent
        (119, 2250, 2700),
        (120, 4500, 5400),
        (179, 4500, 5400),
        (180, 4500, 6750),
        (600, 4500, 6750),
    ],
)
def test_cash_or_a_larger_voucher(minutes: int, cash: int, voucher: int) -> None:
    offered = late(minutes, 9000)
    assert (offered.kind, offered.amount, offered.choice) == (REFUND, eur(cash), Choice.AS_OFFERED)
    (other,) = offered.alternatives
    assert (other.kind, other.amount, other.gesture_class) == (VOUCHER, eur(voucher), GestureClass.CORRECTIVE)
    sentence = f"Or a voucher of {eur(voucher)}, if the customer prefers it: --kind voucher."
    assert sentence in offered.because
    # The voucher is owed as well, and nothing that the agent chose against the rule.
    taken = late(minutes, 9000, kind=VOUCHER)
    assert (taken.rule, taken.kind, taken.amount) == (offered.rule, VOUCHER, eur(voucher))
    assert (taken.gesture_class, taken.choice) == (GestureClass.CORRECTIVE, Choice.AS_OFFERED)
    assert [(one.kind, one.amount) for one in taken.alternatives] == [(REFUND, eur(cash))]


def test_more_than_the_voucher_is_goodwill_and_a_third_kind_too() -> None:
    assert late(60, 9000, VOUCHER, 2700).gesture_class is GestureClass.CORRECTIVE
    more = late(60, 9000, VOUCHER, 2701)
    assert (more.gesture_class, more.choice) == (GestureClass.GOODWILL, Choice.INSTEAD)
    third = late(60, 9000, GestureKind.CREDIT, 2250)
    assert (third.gesture_class, third.choice) == (GestureClass.GOODWILL, Choice.INSTEAD)


def test_an_alternative_is_judged_by_itself() -> None:
    """A quarter of 15.00 is 3.75, below the smallest payout; 30 percent are 4.50."""
    offered = late(60, 1500)
    assert offered.refused is not None
    assert offered.refused.code == "below_minimum"
    assert [(one.amount, one.refused) for one in offered.alternatives] == [(eur(450), None)]
    nothing = late(60, 1000)
    assert [one.refused and one.refused.code for one in nothing.alternatives] == ["below_minimum"]
    assert not any("prefers" in sentence for sentence in nothing.because)


def test_a_rule_without_a_choice_has_no_alternative() -> None:
    assert late(59, 9000).alternatives == ()
    assert late(59, 9000).to_document()["alternatives"] == []


def test_the_alternatives_stand_in_the_document() -> None:
    assert late(60, 9000).to_document()["alternatives"] == [
        {
            "kind": "voucher",
            "class": "corrective",
            "amount": "27.00",
            "range": None,
            "needs_approval": False,
            "approver_role": None,
            "refused": None,
        }
    ]


def test_the_choice_reads_aloud_and_a_change_of_it_is_a_difference() -> None:
    text = (FOLDER / "cross-channel-rail.toml").read_text(encoding="utf-8")
    changed = load_policy(text.replace("percent = 30", "percent = 35"), "new.toml")
    (change,) = compare(RAIL, changed)
    (field,) = change.fields
    assert field.before == (
        "refund of 25 percent of leg_price, nothing below 4.00 EUR, "
        "or voucher of 30 percent of leg_price, nothing below 4.00 EUR"
    )
    assert field.after is not None
    assert "35 percent" in field.after


def test_a_choice_between_one_kind_is_refused_and_an_odd_one_is_found() -> None:
    text = (FOLDER / "cross-channel-rail.toml").read_text(encoding="utf-8")
    with pytest.raises(InvalidFile, match="rule from-60: refund is offered already"):
        load_policy(text.replace('kind = "voucher"', 'kind = "refund"', 1), "policy.toml")
    odd = load_policy(text.replace("percent = 30", "percent = 0.3"), "policy.toml")
    assert [one.rule for one in lint(odd) if one.code is FindingCode.ODD_PERCENT] == ["from-60"]


# ---- Caps that are a share of a fact


@dataclass
class Before(NoRecords):
    """A customer who was given this much before."""

    minor: int = 0

    def given(
        self,
        scope: CapScope,  # noqa: ARG002 - whatever is asked, the answer is the same
        since: date | None,  # noqa: ARG002
        gesture_class: GestureClass | None,  # noqa: ARG002
        kind: GestureKind | None,  # noqa: ARG002
    ) -> Given:
        return Given(self.minor, 1)


def season(
    delays: int, price: int | None, ticket: str = "local", first: bool = False, records: Records = NO_RECORDS
) -> Recommendation:
    facts: dict[str, FactValue] = {
        "reason": "late-train",
        "ticket": ticket,
        "first_class": first,
        "delays": delays,
    }
    if price is not None:
        facts["ticket_price"] = eur(price)
    return recommend(SEASON, Subject(facts, Role.AGENT, date(2026, 11, 23)), records)


@pytest.mark.parametrize(
    ("ticket", "first", "delays", "amount"),
    [
        ("local", False, 1, 0),  # 1.50, and 3.00 for two: below 4.00
        ("local", False, 2, 0),
        ("local", False, 3, 450),
        ("local", True, 1, 0),
        ("local", True, 2, 450),
        ("long-distance", False, 1, 500),
        ("long-distance", True, 2, 1500),
        ("network-card", False, 1, 1000),
        ("network-card", True, 1, 1500),
    ],
)
def test_delays_claimed_together_are_paid_from_four_euros(
    ticket: str, first: bool, delays: int, amount: int
) -> None:
    assert season(delays, 20_000, ticket, first).amount == eur(amount)


@pytest.mark.parametrize(
    ("price", "before", "amount"),
    [
        (8000, 0, 1500),  # ten delays: 15.00, and a quarter of 80.00 is 20.00
        (6000, 0, 1500),
        (5999, 0, 1499),  # 14.9975: a limit is rounded down
        (6000, 300, 1200),
        (6000, 1100, 400),
    ],
)
def test_at_most_a_quarter_of_the_ticket_is_paid_in_a_year(price: int, before: int, amount: int) -> None:
    found = season(10, price, records=Before(before))
    assert found.amount == eur(amount)
    assert found.bound_by == (() if amount == 1500 else ("quarter-of-the-ticket",))


def test_what_the_share_leaves_may_be_too_little_to_pay() -> None:
    found = season(10, 6000, records=Before(1101))
    assert found.refused is not None
    assert found.refused.code == "cap"
    assert (
        "quarter-of-the-ticket leaves 3.99 EUR, and the smallest payout is 4.00 EUR" in found.refused.message
    )
    assert "at most 15.00 EUR, 25 percent of ticket_price, in 365 days" in found.refused.message


def test_nothing_is_given_while_the_fact_of_a_share_is_not_known() -> None:
    found = season(10, None)
    assert found.refused is not None
    assert found.refused.code == "cap_unknown"
    unknown = "it is 25 percent of ticket_price, and ticket_price is not known"
    assert found.refused.message == f"quarter-of-the-ticket leaves nothing yet: {unknown}."
    assert found.refused.hint == "Add the fact to the case, then ask again."
    nothing = Money(0, "EUR")
    assert found.limits == (Limit("quarter-of-the-ticket", nothing, nothing, nothing),)
    assert found.amount is None
    assert found.missing_facts == ("ticket_price",)
    # So it is asked for, and it counts as used.
    asked = [spec.name for spec in SEASON.facts_for("late-train")]
    assert asked == ["ticket", "first_class", "delays", "ticket_price"]
    assert not [one for one in lint(SEASON) if one.code is FindingCode.UNUSED_FACT]


@given(
    delays=st.integers(1, 10**6),
    price=st.integers(0, 10**8),
    before=st.integers(0, 10**8),
    more=st.integers(0, 10**6),
)
def test_a_share_is_never_exceeded_and_a_larger_fact_never_gives_less(
    delays: int, price: int, before: int, more: int
) -> None:
    found, richer = (season(delays, paid, records=Before(before)) for paid in (price, price + more))
    amount, greater = (one.amount.amount_minor if one.amount else 0 for one in (found, richer))
    assert 0 <= amount <= delays * 150
    assert amount == 0 or 4 * (before + amount) <= price
    assert amount <= greater


def test_a_share_reads_aloud() -> None:
    (entry,) = (one for one in entries_of(SEASON) if one.part is PolicyPart.CAP)
    assert entry.words == "What is owed to one customer: at most 25 percent of ticket_price in 365 days"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('percent = 25\nof = "delays"', "delays is a fact of type integer, and of needs a money fact"),
        ("percent = 25", "of does not name a fact"),
        ('of = "ticket_price"', "percent is not a number"),
        ('percent = 25\nof = "ticket_price"\namount = "5"', "a cap is an amount, or a percentage of a fact"),
    ],
)
def test_a_share_that_cannot_be_is_refused(written: str, message: str) -> None:
    text = (FOLDER / "season-ticket-delays.toml").read_text(encoding="utf-8")
    with pytest.raises(InvalidFile, match=message):
        load_policy(text.replace('percent = 25\nof      = "ticket_price"', written), "policy.toml")


def test_a_share_that_looks_like_a_slip_is_found() -> None:
    text = (FOLDER / "season-ticket-delays.toml").read_text(encoding="utf-8")
    found = lint(load_policy(text.replace("percent = 25", "percent = 0.25"), "policy.toml"))
    assert [one.message for one in found if one.code is FindingCode.ODD_PERCENT] == [
        "cap quarter-of-the-ticket: it leaves 0.25 percent of ticket_price, less than a hundredth of it."
    ]
