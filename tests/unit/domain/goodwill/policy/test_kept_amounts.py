"""Amounts too small to pay are kept and added up: published figures, nothing lost or paid twice."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.goodwill.policy.facts import FactValue, read_fact
from followup.domain.goodwill.policy.kept import KeptBefore
from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.recommend import NoRecords, Recommendation, Subject, recommend
from followup.domain.goodwill.policy.simulation import Replay
from followup.domain.goodwill.policy.wording import offer_words
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import InvalidFile

TABLE = Path(__file__).parents[4] / "policies" / "season-ticket-sums.toml"
TODAY = date(2026, 11, 23)


def table() -> Policy:
    return load_policy(TABLE.read_text(encoding="utf-8"), TABLE.name)


class Kept(NoRecords):
    """Records of a customer for whom an amount is kept in the sum of season tickets."""

    def __init__(self, amount_minor: int) -> None:
        self.amount_minor = amount_minor

    def kept(self, name: str) -> KeptBefore:
        assert name == "season-ticket"
        return KeptBefore(self.amount_minor, ("C-0001", "C-0002")) if self.amount_minor else KeptBefore()


def advice(first_class: str, kept_minor: int = 0) -> Recommendation:
    policy = table()
    told = {"reason": "late-train", "first_class": first_class}
    facts = {name: read_fact(policy.known_facts[name], text) for name, text in told.items()}
    return recommend(policy, Subject(facts, Role.AGENT, TODAY), Kept(kept_minor))


@pytest.mark.parametrize(
    ("first_class", "kept", "amount", "is_kept"),
    [
        ("no", 0, "1.50", True),
        ("no", 150, "1.50", True),
        ("no", 300, "4.50", False),
        ("yes", 0, "2.25", True),
        ("yes", 225, "4.50", False),
        # A passenger who changed the class: 1.50 + 2.25 = 3.75, and with 0.25 from elsewhere just 4.00.
        ("yes", 150, "2.25", True),
        ("yes", 175, "4.00", False),
    ],
)
def test_delays_of_a_season_ticket_are_paid_from_four_euros_on(
    first_class: str, kept: int, amount: str, is_kept: bool
) -> None:
    """1.50 a delay in the second class, 2.25 in the first; sums below 4.00 are not paid out.

    Sources: terms of German transport associations, "Berechnung der Entschädigung für Zeitfahrkarten" (as
    collected at lawinsider.com/de); Saarbrücker Zeitung, July 2024: "Beträge unter 4 Euro werden nicht
    ausgezahlt"."""
    found = advice(first_class, kept)
    assert found.amount is not None
    assert (found.amount.text, found.is_kept) == (amount, is_kept)
    assert found.refused is None
    assert not found.needs_approval


def test_the_reasons_say_what_is_kept_and_of_what_a_sum_is_made() -> None:
    kept = next(one for one in advice("no", 150).reasons if one.code is PolicyReason.KEPT)
    assert kept.text == (
        "1.50 EUR is below the smallest payout, 4.00 EUR: it is kept, which makes 3.00 EUR, and paid out "
        "with what is owed next."
    )
    paid = next(one for one in advice("no", 300).reasons if one.code is PolicyReason.ADDED_UP)
    assert (
        paid.text
        == "With the 3.00 EUR kept for C-0001 and C-0002 it comes to 4.50 EUR, which is paid out now."
    )
    assert advice("no", 300).to_document()["kept"] == {
        "name": "season-ticket",
        "own": "1.50",
        "before": "3.00",
        "total": "4.50",
        "minimum": "4.00",
        "pays_out": True,
        "cases": ["C-0001", "C-0002"],
    }


def test_an_amount_that_an_agent_names_is_paid_by_itself() -> None:
    policy = table()
    facts: dict[str, FactValue] = {"reason": "late-train", "first_class": False}
    found = recommend(policy, Subject(facts, Role.AGENT, TODAY), Kept(300), chosen_amount=Money(150, "EUR"))
    assert (found.amount, found.added_up) == (Money(150, "EUR"), None)


def test_a_limit_lowers_what_is_kept_and_not_what_was_kept_before() -> None:
    cap = '[[cap]]\nid = "small"\nscope = "customer"\nwindow = "365d"\namount = "1"\n'
    policy = load_policy(TABLE.read_text(encoding="utf-8") + cap, "policy.toml")
    facts: dict[str, FactValue] = {"reason": "late-train", "first_class": False}
    found = recommend(policy, Subject(facts, Role.AGENT, TODAY), Kept(300))
    assert found.added_up is not None
    assert (found.added_up.own, found.amount) == (Money(100, "EUR"), Money(400, "EUR"))


def test_the_words_of_a_rule_say_that_less_is_kept() -> None:
    assert offer_words(table().rules[0], "EUR") == (
        "refund of 1.50 EUR, paid out from 4.00 EUR on; less is kept in season-ticket"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('minimum_payout = "4"\nkeep_in   =', "keep_in   =", "without minimum_payout nothing is too small"),
        (
            'class = "corrective"\noffer = { kind = "refund", amount = "1.50" }',
            'offer = { kind = "refund", amount = "1.50" }',
            "only what is owed is kept",
        ),
        ('kind = "refund", amount = "1.50"', 'kind = "voucher", amount = "1.50"', "a refund or credit"),
        ('amount = "1.50"', 'amount = { from = "1", to = "2" }', "only one amount of money is kept"),
        ('amount = "1.50" }', 'amount = "1.50" }\nor = { kind = "voucher", amount = "2" }', "no alternative"),
        ('keep_in   = "season-ticket"\n', "", "keep_days is without keep_in"),
        ('kind = "refund", amount = "1.50"', 'kind = "credit", amount = "1.50"', "a sum of credit amounts"),
        ("keep_days = 365", "keep_days = 0", "keep_days must be a whole number"),
    ],
)
def test_what_cannot_be_kept_is_a_mistake_in_the_file(old: str, new: str, message: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InvalidFile, match=message):
        load_policy(text.replace(old, new, 1), "policy.toml")


def _case(number: int, customer: int, first_class: bool) -> PastCase:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
    told = {"first_class": "yes" if first_class else "no"}
    reason = "late-train"
    facts: dict[str, FactValue] = {"reason": reason, "logged_on": at.date()}
    return PastCase(number, customer, 1, "a@x", Role.AGENT, None, None, reason, at, at.date(), facts, told)


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=40))
def test_in_any_order_of_cases_nothing_is_lost_and_nothing_paid_twice(
    delays: list[tuple[int, bool]],
) -> None:
    replay = Replay(table(), (), {})
    owed: dict[int, int] = {}
    paid: dict[int, int] = {}
    for number, (customer, first_class) in enumerate(delays):
        owed[customer] = owed.get(customer, 0) + (225 if first_class else 150)
        outcome: ReplayedOutcome = replay.judge(_case(number, customer, first_class))
        assert outcome.given is (outcome.refused != "kept")
        paid[customer] = paid.get(customer, 0) + outcome.worth_minor
        assert not outcome.given or outcome.worth_minor >= 400
        rest = owed[customer] - paid[customer]
        assert 0 <= rest < 400
        assert replay.records.kept("season-ticket").amount_minor == rest
