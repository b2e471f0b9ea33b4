"""Published compensation tables fit in a policy file, and pay what their publishers say they pay."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import read_fact
from followup.domain.goodwill.policy.lint import Level, lint
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import (
    NO_RECORDS,
    CapScope,
    Given,
    NoRecords,
    Recommendation,
    Records,
    Subject,
    recommend,
)
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

FOLDER = Path(__file__).parents[4] / "policies"
TODAY = date(2026, 11, 23)


@cache
def policy(name: str) -> Policy:
    return load_policy((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def answer(
    name: str,
    facts: Mapping[str, str],
    *,
    role: Role = Role.AGENT,
    records: Records = NO_RECORDS,
    kind: GestureKind | None = None,
    amount: str | None = None,
) -> Recommendation:
    """What a table says about facts as people write them."""
    table = policy(name)
    values = {fact: read_fact(table.known_facts[fact], text) for fact, text in facts.items()}
    chosen = Money.parse(amount, table.currency) if amount else None
    subject = Subject(values, role, TODAY)
    return recommend(table, subject, records, chosen_kind=kind, chosen_amount=chosen)


def paid(name: str, **facts: str) -> str | None:
    """The amount, or None where nothing is owed."""
    amount = answer(name, facts).amount
    return amount.text if amount else None


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_published_table_has_no_rule_that_cannot_work(path: Path) -> None:
    findings = lint(load_policy(path.read_text(encoding="utf-8"), path.name))
    assert [finding for finding in findings if finding.level is Level.ERROR] == []


@pytest.mark.parametrize(
    ("reported", "repaired", "expected"),
    [
        ("2026-11-02", "2026-11-07", "31.02"),  # Monday; Tuesday and Wednesday are free; Thu, Fri, Sat count
        ("2026-11-02", "2026-11-05", "10.34"),
        ("2026-11-02", "2026-11-04", "0.00"),
        ("2026-11-06", "2026-11-10", "0.00"),  # Friday; Monday and Tuesday are free
        ("2026-11-06", "2026-11-15", "51.70"),  # Wednesday to Sunday: 5 × 10.34
    ],
)
def test_broadband_repairs_count_calendar_days_after_two_working_days(
    reported: str, repaired: str, expected: str
) -> None:
    facts = {"occurred_on": reported, "reported_on": reported, "repaired_on": repaired}
    assert paid("broadband-automatic-compensation", reason="slow-repair", **facts) == expected


@pytest.mark.parametrize(
    ("promised", "started", "expected"),
    [
        ("2026-11-02", "2026-11-07", "32.30"),  # 5 × 6.46, the missed day included
        ("2025-04-01", "2025-04-06", "32.30"),
        ("2025-03-31", "2025-04-05", "30.50"),  # 5 × 6.10
        ("2024-04-01", "2024-04-06", "30.50"),
        ("2024-03-31", "2024-04-05", "29.15"),  # 5 × 5.83
        ("2023-04-01", "2023-04-02", "5.83"),
        ("2023-03-31", "2023-04-05", "25.00"),
        ("2019-04-01", "2019-04-02", "5.00"),
        ("2019-03-31", "2019-04-05", None),
    ],
)
def test_broadband_rates_are_those_of_the_day_it_happened(
    promised: str, started: str, expected: str | None
) -> None:
    facts = {"occurred_on": promised, "promised_start_on": promised, "started_on": started}
    assert paid("broadband-automatic-compensation", reason="late-start", **facts) == expected


@pytest.mark.parametrize(("hours", "expected"), [("0", "32.31"), ("23", "32.31"), ("24", None), ("25", None)])
def test_broadband_appointments_called_off_a_day_before_owe_nothing(hours: str, expected: str | None) -> None:
    facts = {"occurred_on": "2026-11-02", "hours_notice": hours}
    assert paid("broadband-automatic-compensation", reason="missed-appointment", **facts) == expected


def test_a_repair_rate_of_an_earlier_year() -> None:
    facts = {"occurred_on": "2024-06-03", "days_unrepaired": "3"}
    assert paid("broadband-automatic-compensation", reason="slow-repair", **facts) == "29.28"  # 3 × 9.76


@pytest.mark.parametrize(
    ("ticket", "fare", "minutes", "expected"),
    [
        ("single", "40.00", "29", None),
        ("single", "40.00", "30", "20.00"),
        ("single", "40.00", "59", "20.00"),
        ("single", "40.00", "60", "40.00"),
        ("single", "40.00", "500", "40.00"),
        ("return", "60.00", "29", None),
        ("return", "60.00", "30", "15.00"),
        ("return", "60.00", "59", "15.00"),
        ("return", "60.00", "60", "30.00"),
        ("return", "60.00", "119", "30.00"),
        ("return", "60.00", "120", "60.00"),
        ("return", "60.02", "30", "15.01"),  # 15.005 rounds half up
        ("annual", "4640.00", "30", "5.00"),
        ("annual", "4640.00", "60", "10.00"),
        ("annual", "5000.00", "60", "10.78"),  # 10.7758…
        ("quarterly", "1300.00", "59", "5.00"),
        ("monthly", "400.00", "60", "10.00"),
        ("weekly", "100.00", "30", "5.00"),
    ],
)
def test_delay_repay_pays_by_ticket_and_delay(
    ticket: str, fare: str, minutes: str, expected: str | None
) -> None:
    facts = {"reason": "late-train", "scheme": "from-30-minutes", "ticket": ticket}
    assert paid("rail-delay-repay", order_value=fare, delay_minutes=minutes, **facts) == expected


@pytest.mark.parametrize(
    ("ticket", "minutes", "expected"),
    [("single", "14", None), ("single", "15", "10.00"), ("return", "29", "5.00"), ("single", "30", "20.00")],
)
def test_some_railways_pay_from_fifteen_minutes(ticket: str, minutes: str, expected: str | None) -> None:
    facts = {"reason": "late-train", "scheme": "from-15-minutes", "ticket": ticket}
    assert paid("rail-delay-repay", order_value="40.00", delay_minutes=minutes, **facts) == expected


@pytest.mark.parametrize(
    ("logged", "rule"), [("2026-10-29", "single-30"), ("2026-10-30", "claimed-too-late")]
)
def test_delay_repay_is_claimed_within_28_days(logged: str, rule: str) -> None:
    facts = {"reason": "late-train", "ticket": "single", "delay_minutes": "45", "order_value": "40.00"}
    days = {"occurred_on": "2026-10-01", "logged_on": logged}
    found = answer("rail-delay-repay", facts | days)
    assert found.rule == rule


def test_delay_repay_agrees_with_the_table_minute_by_minute() -> None:
    for minutes in range(200):
        share = 0 if minutes < 30 else 25 if minutes < 60 else 50 if minutes < 120 else 100
        expected = f"{share * 80 // 100}.00" if share else None
        facts = {"reason": "late-train", "ticket": "return", "order_value": "80.00"}
        assert paid("rail-delay-repay", delay_minutes=str(minutes), **facts) == expected, minutes


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"reason": "appointment-not-made"}, "40.00"),
        ({"reason": "appointment-not-made", "paid_late": "yes"}, "80.00"),
        ({"reason": "appointment-not-kept"}, "50.00"),
        ({"reason": "appointment-not-kept", "paid_late": "yes"}, "90.00"),
        ({"reason": "supply-not-restored", "hours_over": "11"}, "50.00"),
        ({"reason": "supply-not-restored", "hours_over": "12"}, "100.00"),
        ({"reason": "supply-not-restored", "hours_over": "30"}, "150.00"),
        ({"reason": "supply-not-restored", "hours_over": "30", "paid_late": "yes"}, "190.00"),
        (
            {"reason": "planned-interruption", "notice_hours": "47", "interruption_hours": "4.5"},
            "50.00",
        ),
        ({"reason": "planned-interruption", "notice_hours": "48", "interruption_hours": "4.5"}, None),
        ({"reason": "planned-interruption", "notice_hours": "47", "interruption_hours": "4"}, None),
        # Monday to Monday two weeks later: the tenth working day; Tuesday is the eleventh.
        (
            {"reason": "written-complaint", "received_on": "2026-11-02", "answered_on": "2026-11-16"},
            None,
        ),
        (
            {"reason": "written-complaint", "received_on": "2026-11-02", "answered_on": "2026-11-17"},
            "40.00",
        ),
    ],
)
def test_water_standards_pay_fixed_sums_repeats_and_a_penalty(
    facts: dict[str, str], expected: str | None
) -> None:
    assert paid("water-guaranteed-standards", **facts) == expected


class LowPressurePaid(NoRecords):
    """What one customer was paid for low pressure, by day."""

    def __init__(self, days: list[date]) -> None:
        self.days = days

    def given(
        self,
        scope: CapScope,
        since: date | None,
        gesture_class: GestureClass | None,
        kind: GestureKind | None,
    ) -> Given:
        assert (scope, gesture_class, kind) == (CapScope.CUSTOMER_REASON, None, None)
        counted = [day for day in self.days if since is None or day >= since]
        return Given(5000 * len(counted), len(counted))


def test_six_times_low_pressure_in_a_financial_year_pay_five_times() -> None:
    records = LowPressurePaid([])
    amounts = []
    for month in range(4, 10):
        found = answer("water-guaranteed-standards", {"reason": "low-pressure"}, records=records)
        amounts.append(found.amount.amount_minor if found.amount else 0)
        if found.amount:
            records.days.append(date(2026, month, 2))
    assert amounts == [5000, 5000, 5000, 5000, 5000, 0]
    assert found.refused is not None
    assert found.refused.code == "cap"


def test_low_pressure_of_the_last_financial_year_does_not_count() -> None:
    records = LowPressurePaid([date(2026, 3, day) for day in range(27, 32)])
    assert answer("water-guaranteed-standards", {"reason": "low-pressure"}, records=records).amount == Money(
        5000, "GBP"
    )


def test_the_low_pressure_cap_leaves_other_reasons_alone() -> None:
    records = LowPressurePaid([date(2026, 4, day) for day in range(1, 6)])
    found = answer("water-guaranteed-standards", {"reason": "appointment-not-kept"}, records=records)
    assert found.amount == Money(5000, "GBP")


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        ("180", "300.00"),
        ("300", "300.00"),
        ("450", "450.00"),
        ("2000", "2000.00"),
        ("2600", "2000.00"),
    ],
)
def test_sewer_flooding_pays_the_years_charge_within_bounds(charge: str, expected: str) -> None:
    assert paid("sewer-flooding", reason="sewer-flooding", annual_charge=charge) == expected


def test_sewer_flooding_paid_late_pays_forty_more_on_top_of_the_bounds() -> None:
    facts = {"reason": "sewer-flooding", "paid_late": "yes"}
    assert paid("sewer-flooding", annual_charge="2600", **facts) == "2040.00"
    assert paid("sewer-flooding", annual_charge="180", **facts) == "340.00"


@pytest.mark.parametrize("exclusion", ["paid-already", "exceptional-event", "customers-own-action"])
def test_sewer_flooding_has_exclusions(exclusion: str) -> None:
    facts = {"reason": "sewer-flooding", "annual_charge": "450"}
    assert paid("sewer-flooding", exclusion=exclusion, **facts) is None
    assert paid("sewer-flooding", exclusion="none", **facts) == "450.00"


@pytest.mark.parametrize(
    ("distance", "within_eu", "expected", "halved"),
    [
        ("1500", "yes", "250.00", "125.00"),
        ("1500", "no", "250.00", "125.00"),
        ("1501", "yes", "400.00", "200.00"),
        ("4000", "yes", "400.00", "200.00"),
        ("1501", "no", "400.00", "200.00"),
        ("3500", "no", "400.00", "200.00"),
        ("3501", "no", "600.00", "300.00"),
        ("4000", "no", "600.00", "300.00"),
    ],
)
def test_flights_pay_by_distance(distance: str, within_eu: str, expected: str, halved: str) -> None:
    facts = {"reason": "flight-delay", "distance_km": distance, "within_eu": within_eu}
    assert paid("flight-delay", **facts) == expected
    assert paid("flight-delay", rerouted="yes", **facts) == halved


@pytest.mark.parametrize(
    ("amount", "role", "approver"),
    [
        ("30.00", Role.AGENT, None),
        ("30.01", Role.AGENT, Role.SENIOR),
        ("150.00", Role.AGENT, Role.SENIOR),
        ("150.01", Role.AGENT, Role.MANAGER),
        ("600.00", Role.AGENT, Role.MANAGER),
        ("150.00", Role.SENIOR, None),
        ("150.01", Role.SENIOR, Role.MANAGER),
        ("600.00", Role.MANAGER, None),
    ],
)
def test_a_hotels_ladder_names_the_lowest_role_that_may_approve(
    amount: str, role: Role, approver: Role | None
) -> None:
    found = answer("hotel-ladder", {}, amount=amount, role=role)
    assert (found.needs_approval, found.approver_role) == (approver is not None, approver)
    assert found.refused is None


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_above_the_top_of_a_hotels_ladder_nobody_may_approve(role: Role) -> None:
    found = answer("hotel-ladder", {}, amount="600.01", role=role)
    assert found.refused is not None
    assert found.refused.code == "nobody_may_approve"


@pytest.mark.parametrize(
    ("amount", "words", "told"),
    [("29.99", 5, None), ("30", 40, None), ("200", 40, None), ("200.01", 150, Role.DIRECTOR)],
)
def test_a_hotel_documents_by_amount(amount: str, words: int, told: Role | None) -> None:
    found = answer("hotel-ladder", {}, amount=amount)
    assert (found.note_words, found.notify) == (words, told)


def test_a_small_hotel_lets_25_dollars_go_and_sends_a_full_refund_to_the_manager() -> None:
    assert answer("hotel-small", {"severity": "minor"}).needs_approval is False
    refund = answer("hotel-small", {"severity": "severe", "order_value": "180"})
    assert (refund.amount, refund.approver_role) == (Money(18000, "USD"), Role.MANAGER)


def test_a_small_hotel_never_lets_the_front_desk_give_a_free_stay() -> None:
    facts = {"severity": "severe", "order_value": "180"}
    refused = answer("hotel-small", facts, kind=GestureKind.GIFT, amount="20").refused
    assert refused is not None
    assert refused.code == "never"
    as_manager = answer("hotel-small", facts, role=Role.MANAGER, kind=GestureKind.GIFT, amount="20")
    assert as_manager.refused is None


@pytest.mark.parametrize(
    ("days", "expected"), [("0", "0.00"), ("7", "35.00"), ("9", "45.00"), ("10", "50.00"), ("14", "50.00")]
)
def test_housing_repairs_pay_by_the_day_up_to_a_ceiling(days: str, expected: str) -> None:
    assert paid("housing-repairs", reason="late-repair", days_late=days) == expected


@pytest.mark.parametrize(
    ("amount", "allowed"), [("4.99", False), ("5", True), ("100", True), ("100.01", False)]
)
def test_other_housing_failures_are_paid_within_a_range(amount: str, allowed: bool) -> None:
    found = answer("housing-repairs", {"reason": "distress"}, amount=amount)
    assert (found.refused is None) is allowed
    assert found.refused is None or found.refused.code == "outside_range"


@pytest.mark.parametrize(
    ("availability", "bill", "expected"),
    [
        ("100", "200.00", None),
        ("99.99", "200.00", None),
        ("99.989", "200.00", "20.00"),
        ("99.0", "200.00", "20.00"),
        ("98.999", "200.00", "60.00"),
        ("95", "200.00", "60.00"),
        ("94.99", "200.00", "200.00"),
        ("0", "200.00", "200.00"),
        ("99.5", "10.00", "1.00"),
        ("99.5", "9.94", "0.00"),  # 0.99 is below the smallest payout
    ],
)
def test_service_credits_by_availability(availability: str, bill: str, expected: str | None) -> None:
    assert paid("cloud-availability", reason="outage", availability=availability, month_bill=bill) == expected


@pytest.mark.parametrize(
    ("day", "minutes", "expected"),
    [
        # November has 43,200 minutes: 4.32 are a ten-thousandth, 432 a hundredth, 2,160 a twentieth of it.
        ("2026-11-30", "4", None),
        ("2026-11-30", "5", "20.00"),
        ("2026-11-01", "432", "20.00"),
        ("2026-11-01", "433", "60.00"),
        ("2026-11-01", "2160", "60.00"),
        ("2026-11-01", "2161", "200.00"),
        ("2026-11-01", "50000", "200.00"),  # more than there are: nothing is left
        # February has 40,320, so the bands begin earlier: at 403.2 and at 2,016.
        ("2026-02-14", "403", "20.00"),
        ("2026-02-14", "404", "60.00"),
        ("2026-02-14", "2016", "60.00"),
        ("2026-02-14", "2017", "200.00"),
        ("2028-02-14", "404", "20.00"),  # a leap year: 417.6 are a hundredth
    ],
)
def test_service_credits_by_the_minutes_without_service(day: str, minutes: str, expected: str | None) -> None:
    facts = {"occurred_on": day, "minutes_down": minutes, "month_bill": "200.00"}
    assert paid("cloud-availability", reason="outage", **facts) == expected


@pytest.mark.parametrize(
    ("arrival", "international", "fare", "expected"),
    [
        ("2026-11-02T12:59-05:00", "no", "300.00", None),
        ("2026-11-02T13:00-05:00", "no", "300.00", "600.00"),
        ("2026-11-02T13:59-05:00", "no", "600.00", "1075.00"),
        ("2026-11-02T14:00-05:00", "no", "300.00", "1200.00"),
        ("2026-11-02T14:00-05:00", "no", "600.00", "2150.00"),
        ("2026-11-02T14:00-05:00", "yes", "300.00", "600.00"),
        ("2026-11-02T21:00+00:00", "yes", "300.00", "1200.00"),  # 16:00 in New York
    ],
)
def test_denied_boarding_by_hours_of_delay(
    arrival: str, international: str, fare: str, expected: str | None
) -> None:
    facts = {"planned_arrival": "2026-11-02T12:00-05:00", "actual_arrival": arrival}
    found = paid(
        "denied-boarding",
        reason="denied-boarding",
        international=international,
        order_value=fare,
        **facts,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("severity", "amount", "approver"),
    [
        ("minor", "100", None),
        ("moderate", "600", Role.SENIOR),
        ("serious", "1000", Role.MANAGER),
        ("severe", "1000.01", Role.DIRECTOR),
    ],
)
def test_a_landlords_bands_have_an_approver_each(severity: str, amount: str, approver: Role | None) -> None:
    found = answer("housing-ladder", {"severity": severity}, amount=amount)
    assert (found.refused, found.approver_role) == (None, approver)


@pytest.mark.parametrize(
    ("impact", "low", "high"),
    [("slight", "25.00", "100.00"), ("substantial", "300.00", "750.00"), ("severe", "750.00", "1500.00")],
)
def test_an_ombudsmans_scale_is_a_range_until_somebody_chooses(impact: str, low: str, high: str) -> None:
    found = answer("ombudsman-distress", {"impact": impact})
    assert found.amount is None
    assert found.to_document()["range"] == {"from": low, "to": high}
    assert answer("ombudsman-distress", {"impact": impact}, amount=high).amount == Money.parse(high, "GBP")
