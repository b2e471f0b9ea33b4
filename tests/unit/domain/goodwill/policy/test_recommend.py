"""What is recommended for a case: the first rule, its amount, the agent's choice, and every reason told."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import read_fact
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import NO_RECORDS, Recommendation, Subject, recommend
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import WrongUsage

POLICY = load_policy(
    """
version = "2026-11"
currency = "GBP"
timezone = "Europe/London"
[facts.delay_minutes]
type = "integer"
unit = "minutes"
[facts.ticket]
type = "choice"
choices = ["single", "return"]
[facts.promised_on]
type = "date"
[facts.delivered_on]
type = "date"
[facts.working_days_late]
type = "elapsed"
from = "promised_on"
to = "delivered_on"
unit = "working_days"

[[rule]]
id = "delay-single-60"
when = { reason = "late-train", ticket = "single", delay_minutes = ">= 60" }
class = "corrective"
offer = { kind = "refund", amount = { fact = "order_value" } }
[[rule]]
id = "delay-single-30"
when = { reason = "late-train", ticket = "single", delay_minutes = "[30..60)" }
class = "corrective"
offer = { kind = "refund", amount = { percent = 50, of = "order_value" } }
why = "Half the single fare from 30 minutes"
[[rule]]
id = "parcel"
when = { reason = "late-parcel" }
class = "corrective"
offer = { kind = "credit", amount = { each = "2", of = "working_days_late", after = 1 } }
minimum_payout = "4"
[[rule]]
id = "rude"
when = { reason = "rude-service", severity = ">= serious" }
class = "goodwill"
offer = { kind = "voucher", amount = { from = "20", to = "60" } }
[[rule]]
id = "sorry"
when = { severity = "minor" }
class = "goodwill"
offer = { kind = "apology" }

[[authority]]
role = "agent"
per_gesture = "25"
[[authority]]
role = "manager"
per_gesture = "unlimited"
""",
    "policy.toml",
)


def advice(
    facts: Mapping[str, str],
    *,
    kind: GestureKind | None = None,
    amount: str | None = None,
    holidays: tuple[date, ...] = (),
) -> Recommendation:
    values = {name: read_fact(POLICY.known_facts[name], text) for name, text in facts.items()}
    subject = Subject(values, Role.AGENT, date(2026, 11, 23), lambda day: day in holidays)
    chosen = Money.parse(amount, "GBP") if amount else None
    return recommend(POLICY, subject, NO_RECORDS, chosen_kind=kind, chosen_amount=chosen)


LATE = {"reason": "late-train", "ticket": "single", "delay_minutes": "45", "order_value": "40.00"}


def test_the_document_is_the_contracts_with_its_keys_in_order() -> None:
    assert advice(LATE).to_document() == {
        "rule": "delay-single-30",
        "policy_version": "2026-11",
        "class": "corrective",
        "kind": "refund",
        "amount": "20.00",
        "currency": "GBP",
        "range": None,
        "needs_approval": False,
        "approver_role": None,
        "bound_by": [],
        "limits": [{"name": "authority-per-gesture", "limit": "25.00", "used": "0.00", "remaining": "25.00"}],
        "because": [
            "Rule delay-single-30: Half the single fare from 30 minutes.",
            "20.00 GBP is 50 percent of order_value; order_value is 40.00 GBP.",
            "Not delay-single-60: delay_minutes is 45 minutes, the rule asks for 60 or more.",
        ],
        "missing_facts": [],
        "refused": None,
        "note_words": 0,
        "notify": None,
        "choice": "as_offered",
        "reasons": [
            {"code": "rule_matched", "why": "Rule delay-single-30: Half the single fare from 30 minutes"},
            {
                "code": "amount",
                "amount": "20.00 GBP",
                "how": "50 percent of order_value",
                "given": "; order_value is 40.00 GBP",
            },
            {
                "code": "not_met",
                "rule": "delay-single-60",
                "fact": "delay_minutes",
                "value": "45 minutes",
                "asks": "60 or more",
            },
        ],
        "alternatives": [],
        "kept": None,
        "points": None,
    }
    assert list(advice(LATE).to_document())[:4] == ["rule", "policy_version", "class", "kind"]


def test_no_rule_recommends_nothing_and_says_why_and_what_is_missing() -> None:
    found = advice({"reason": "late-train", "delay_minutes": "45"})
    assert (found.rule, found.kind, found.amount, found.refused) == (None, None, None, None)
    assert found.missing_facts == ("ticket", "severity")
    assert found.because == (
        "No rule matches this case.",
        "Not delay-single-60: delay_minutes is 45 minutes, the rule asks for 60 or more.",
        "Not delay-single-30: ticket is not known.",
        "Not sorry: severity is not known.",
        "Not parcel, rude: reason is late-train, and they ask for another.",
    )


def test_a_condition_that_fails_is_told_before_one_whose_fact_is_missing() -> None:
    found = advice({"reason": "late-train", "delay_minutes": "10", "severity": "severe"})
    assert found.missing_facts == (), "no fact would help"


def test_an_amount_that_lacks_a_fact_is_none_and_names_it() -> None:
    found = advice({key: value for key, value in LATE.items() if key != "order_value"})
    assert (found.rule, found.amount, found.missing_facts) == ("delay-single-30", None, ("order_value",))
    assert "order_value is not known" in found.because[1]


def test_a_derived_fact_that_is_missing_names_the_facts_a_person_can_tell() -> None:
    found = advice({"reason": "late-parcel", "promised_on": "2026-11-02"})
    assert found.missing_facts == ("delivered_on",)
    assert advice({"reason": "late-parcel"}).missing_facts == ("promised_on", "delivered_on")


@pytest.mark.parametrize(
    ("delivered", "amount", "code"),
    [
        ("2026-11-02", "0.00", "nothing_due"),
        ("2026-11-04", "0.00", "below_minimum"),  # two working days late: 2.00
        ("2026-11-05", "4.00", None),
        ("2026-11-09", "8.00", None),  # Tuesday to Friday, and Monday: five
        ("2026-11-10", "8.00", None),  # the holiday does not count
    ],
)
def test_working_days_leave_weekends_and_holidays_out(delivered: str, amount: str, code: str | None) -> None:
    facts = {"reason": "late-parcel", "promised_on": "2026-11-02", "delivered_on": delivered}
    found = advice(facts, holidays=(date(2026, 11, 10),))
    assert found.to_document()["amount"] == amount
    assert (found.refused.code if found.refused else None) == code


def test_kinds_without_money_have_no_amount() -> None:
    found = advice({"severity": "minor"})
    assert (found.rule, found.kind, found.amount) == ("sorry", GestureKind.APOLOGY, None)
    assert found.needs_approval is False


def test_a_range_has_no_amount_until_the_agent_chooses_inside_it() -> None:
    facts = {"reason": "rude-service", "severity": "severe"}
    found = advice(facts)
    assert (found.amount, found.refused) == (None, None)
    assert found.to_document()["range"] == {"from": "20.00", "to": "60.00"}
    chosen = advice(facts, amount="60")
    assert (chosen.amount, chosen.gesture_class) == (Money(6000, "GBP"), GestureClass.GOODWILL)
    assert chosen.approver_role is Role.MANAGER
    assert "The agent chose 60.00 GBP within the range." in chosen.because


@pytest.mark.parametrize("amount", ["19.99", "60.01"])
def test_a_choice_outside_the_range_is_refused_even_as_another_kind(amount: str) -> None:
    for kind in (None, GestureKind.CREDIT):
        found = advice({"reason": "rude-service", "severity": "severe"}, amount=amount, kind=kind)
        assert found.refused is not None
        assert found.refused.code == "outside_range"
        assert found.amount is None


@pytest.mark.parametrize(
    ("kind", "amount", "expected_amount", "expected_class"),
    [
        (None, "20.00", 2000, GestureClass.CORRECTIVE),
        (None, "5.00", 500, GestureClass.CORRECTIVE),
        (None, "20.01", 2001, GestureClass.GOODWILL),  # more than is owed is given freely
        (GestureKind.REFUND, None, 2000, GestureClass.CORRECTIVE),
        (GestureKind.VOUCHER, None, 2000, GestureClass.GOODWILL),
        (GestureKind.VOUCHER, "10.00", 1000, GestureClass.GOODWILL),
        (GestureKind.APOLOGY, None, None, GestureClass.GOODWILL),
    ],
)
def test_a_choice_keeps_the_class_only_where_it_is_what_is_owed(
    kind: GestureKind | None,
    amount: str | None,
    expected_amount: int | None,
    expected_class: GestureClass,
) -> None:
    found = advice(LATE, kind=kind, amount=amount)
    assert (found.amount.amount_minor if found.amount else None) == expected_amount
    assert found.gesture_class is expected_class
    assert found.rule == "delay-single-30"


def test_what_is_owed_cannot_be_claimed_while_a_fact_is_missing() -> None:
    facts = {"reason": "late-train", "ticket": "single", "delay_minutes": "45"}
    found = advice(facts, amount="20")
    assert found.gesture_class is GestureClass.GOODWILL


def test_a_choice_without_a_rule_is_goodwill_and_judged_by_authority() -> None:
    found = advice({"reason": "unheard-of"}, kind=GestureKind.VOUCHER, amount="30")
    assert (found.rule, found.gesture_class) == (None, GestureClass.GOODWILL)
    assert (found.needs_approval, found.approver_role) == (True, Role.MANAGER)
    assert "The agent chose a voucher of 30.00 GBP, which counts as goodwill." in found.because


def test_a_choice_is_told_beside_what_the_rule_offers() -> None:
    other = advice(LATE, kind=GestureKind.VOUCHER, amount="10.00")
    assert "The agent chose a voucher of 10.00 GBP, which counts as goodwill." in other.because
    assert "Rule delay-single-30 offers a refund of 20.00 GBP." in other.because
    apology = advice(LATE, kind=GestureKind.APOLOGY)
    assert "The agent chose an apology, which counts as goodwill." in apology.because
    assert not any(sentence.startswith("The agent chose") for sentence in advice(LATE).because)


@pytest.mark.parametrize(
    ("kind", "amount", "code"),
    [
        (None, "5", "choose_kind"),
        (GestureKind.VOUCHER, None, "choose_amount"),
        (GestureKind.APOLOGY, "5", "kind_without_amount"),
        (GestureKind.VOUCHER, "0", "bad_amount"),
    ],
)
def test_a_choice_that_makes_no_sense_is_wrong_usage(
    kind: GestureKind | None, amount: str | None, code: str
) -> None:
    with pytest.raises(WrongUsage) as raised:
        advice({"reason": "unheard-of"}, kind=kind, amount=amount)
    assert raised.value.code == code
    assert raised.value.hint


def test_money_in_another_currency_is_wrong_usage() -> None:
    subject = Subject({"reason": "x"}, Role.AGENT, date(2026, 11, 23))
    with pytest.raises(WrongUsage, match="not in the policy's currency"):
        recommend(
            POLICY,
            subject,
            NO_RECORDS,
            chosen_kind=GestureKind.REFUND,
            chosen_amount=Money(100, "EUR"),
        )


def test_hours_between_instants_are_whole_hours() -> None:
    policy = load_policy(
        """
version = "1"
currency = "GBP"
[facts.began_at]
type = "instant"
[facts.ended_at]
type = "instant"
[facts.outage]
type = "elapsed"
from = "began_at"
to = "ended_at"
unit = "hours"
[[rule]]
id = "outage"
when = { outage = ">= 3" }
class = "goodwill"
offer = { kind = "apology" }
""",
        "policy.toml",
    )

    def rule_after(minutes: int) -> str | None:
        began = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
        ended = datetime(2026, 3, 29, minutes // 60, minutes % 60, tzinfo=UTC)
        subject = Subject({"began_at": began, "ended_at": ended}, Role.AGENT, date(2026, 4, 1))
        return recommend(policy, subject, NO_RECORDS).rule

    assert rule_after(179) is None
    assert rule_after(180) == "outage"
