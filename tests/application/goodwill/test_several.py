"""Many approvals, payments, requests and cases at once: each by itself, foreseen as it then happens."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from followup.application.cases import close_several
from followup.application.goodwill import approvals, several_gestures
from followup.errors import WrongUsage
from followup.store.tables import AuditEvent, Gesture
from tests.application.conftest import NewCaller
from tests.shop import ANA, DIANA, MAX, SEN, Shop


def customers(count: int) -> list[str]:
    return [f"c{number}@example.com" for number in range(1, count + 1)]


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    """Requests of 30.00, 40.00 and 50.00 GBP by Ana, and one of 70.00 by Sen: A-0001 to A-0004."""
    asked = (("30.00", ANA), ("40.00", ANA), ("50.00", ANA), ("70.00", SEN))
    for email, (amount, by) in zip(customers(4), asked, strict=True):
        case = shop.open_case(email, order_value="400.00")
        shop.request(case, "refund", amount, by=by, because="She came twice.")
    return shop


@pytest.fixture
def outage(shop: Shop) -> Shop:
    """Five open cases of an outage, each worth a voucher of 8.00 GBP: C-0001 to C-0005."""
    for email in customers(5):
        shop.open_case(email, reason="service-outage", occurred_on="2026-11-01")
    return shop


def states(shop: Shop) -> list[str]:
    rows = shop.read(lambda session: session.exec(select(Gesture).order_by("id")).all())
    return [row.state.value for row in rows]


def refs(document: Any, name: str = "refused") -> list[str]:
    return [row["ref"] for row in document[name]]


def test_each_is_approved_by_itself_and_what_is_refused_is_named(
    waiting: Shop, new_caller: NewCaller
) -> None:
    parts: list[float] = []
    answered = several_gestures.approve_several(
        new_caller(SEN),
        ["A-0001", "a-0004", "A-0099", "A-0003", "A-0001"],
        because="Right.",
        on_progress=parts.append,
    )
    # Sen asked for A-0004 himself.
    assert answered["asked"] == ["A-0001", "A-0004", "A-0099", "A-0003"]
    assert refs(answered, "done") == ["A-0001", "A-0003"]
    assert [(row["ref"], row["code"]) for row in answered["refused"]] == [
        ("A-0004", "self_approval"),
        ("A-0099", "not_found"),
    ]
    assert all(row["message"] and row["hint"] for row in answered["refused"])
    assert parts == [0.25, 0.5, 0.75, 1.0]
    assert states(waiting) == ["issued", "pending", "issued", "pending"]
    reasons = waiting.read(
        lambda session: session.exec(
            select(AuditEvent.because).where(AuditEvent.action == "approval approved")
        ).all()
    )
    assert list(reasons) == ["Right.", "Right."]


def test_a_preview_changes_nothing_and_says_what_then_happens(waiting: Shop, new_caller: NewCaller) -> None:
    before = waiting.stored()
    given: dict[str, Any] = {"because": "Right."}
    names = ["A-0001", "A-0002", "A-0004"]
    seen = several_gestures.approve_several(new_caller(SEN), names, dry_run=True, **given)
    assert waiting.stored() == before
    done = several_gestures.approve_several(new_caller(SEN), names, **given)
    assert (seen["dry_run"], done["dry_run"]) == (True, False)
    assert refs(seen, "done") == refs(done, "done") == ["A-0001", "A-0002"]
    assert seen["refused"] == done["refused"]
    assert [one["gesture"]["state"] for one in seen["done"]] == ["issued", "issued"]


def test_all_below_an_amount_are_those_of_others_and_need_a_reason(
    waiting: Shop, new_caller: NewCaller
) -> None:
    for nothing in (None, " "):
        with pytest.raises(WrongUsage, match="--all-below needs its reason"):
            several_gestures.approve_several(new_caller(MAX), all_below="50.00", because=nothing)
    for both in ({"references": ["A-0001"], "all_below": "9.00"}, {}):
        with pytest.raises(WrongUsage) as which:
            several_gestures.approve_several(new_caller(MAX), because="x", **both)  # type: ignore[arg-type]
        assert which.value.code == "approve_which"
    # 50.00 is not below 50.00, and nobody is asked about their own.
    answered = several_gestures.approve_several(new_caller(MAX), all_below="50.00", because="The strike.")
    assert (refs(answered, "done"), answered["refused"]) == (["A-0001", "A-0002"], [])
    own = several_gestures.approve_several(new_caller(SEN), all_below="100.00", because="The strike.")
    assert own["asked"] == ["A-0003"]
    waiting.now += timedelta(days=30)
    late = several_gestures.approve_several(new_caller(DIANA), all_below="100.00", because="The strike.")
    assert late["asked"] == []


def test_what_changed_since_it_was_requested_is_refused_alone(waiting: Shop, new_caller: NewCaller) -> None:
    from followup.application.cases import change_case

    change_case.set_case(new_caller(ANA), "C-0002", order_value="20.00")
    answered = several_gestures.approve_several(new_caller(MAX), ["A-0001", "A-0002", "A-0003"])
    assert refs(answered, "done") == ["A-0001", "A-0003"]
    assert [(row["ref"], row["code"]) for row in answered["refused"]] == [
        ("A-0002", "recommendation_changed")
    ]


def test_an_outage_is_answered_until_the_budget_ends_which_is_named(
    outage: Shop, new_caller: NewCaller
) -> None:
    outage.budget("20.00")
    asked: dict[str, Any] = {"reason": "service-outage", "since": "2026-11-01"}
    before = outage.stored()
    seen = several_gestures.request_several(new_caller(ANA), dry_run=True, **asked)
    assert outage.stored() == before
    # Two vouchers of 8.00 leave 4.00 of 20.00.
    assert [one["case"] for one in seen["done"]] == ["C-0001", "C-0002"]
    assert [(row["ref"], row["code"]) for row in seen["refused"]] == [
        (ref, "budget_exhausted") for ref in ("C-0003", "C-0004", "C-0005")
    ]
    assert all("goodwill" in row["message"] for row in seen["refused"])
    # A code that is not kept is not shown.
    assert [one["voucher"] and one["voucher"]["code"] for one in seen["done"]] == [None, None]
    done = several_gestures.request_several(new_caller(ANA), **asked)
    assert [(one["case"], one["amount"]) for one in done["done"]] == [("C-0001", "8.00"), ("C-0002", "8.00")]
    assert refs(done) == ["C-0003", "C-0004", "C-0005"]
    assert states(outage) == ["issued", "issued"]
    assert all(one["voucher"] and one["voucher"]["code"] for one in done["done"])


def test_an_outage_is_of_its_days_and_of_open_cases_that_were_given_nothing(
    outage: Shop, new_caller: NewCaller
) -> None:
    outage.open_case("d1@example.com", reason="service-outage", occurred_on="2026-10-30")
    outage.open_case("d2@example.com", reason="long-wait", occurred_on="2026-11-01")
    outage.request(outage.open_case("d3@example.com", reason="service-outage", occurred_on="2026-11-01"))
    close_several.close_several(new_caller(ANA), ["C-0005"], outcome="lost")

    def asked(since: str, until: str | None = None) -> list[str]:
        return several_gestures.request_several(
            new_caller(ANA), reason="service-outage", since=since, until=until, dry_run=True
        )["asked"]

    assert asked("2026-11-01") == ["C-0001", "C-0002", "C-0003", "C-0004"]
    assert asked("2026-10-30", "2026-11-01") == ["C-0001", "C-0002", "C-0003", "C-0004", "C-0006"]
    assert asked("2026-10-31") == []
    day = date(2026, 11, 1)
    for wrong, code in (
        ({"reason": "service-outage"}, "missing"),
        ({"references": ["C-0001"], "reason": "service-outage", "since": str(day)}, "request_for_whom"),
        ({}, "request_for_whom"),
        ({"references": ["C-0001"], "since": str(day)}, "days_without_reason"),
        ({"reason": "service-outage", "since": str(day), "until": "2026-10-01"}, "last_day_before_first"),
    ):
        with pytest.raises(WrongUsage) as caught:
            several_gestures.request_several(new_caller(ANA), **wrong)
        assert caught.value.code == code


def test_with_a_key_a_repeated_command_does_what_is_left(outage: Shop, new_caller: NewCaller) -> None:
    names = ["C-0001", "C-0002", "C-0003"]
    first = several_gestures.request_several(new_caller(ANA, key="k"), names[:2])
    again = several_gestures.request_several(new_caller(ANA, key="k"), names)
    # The first two give their first answers, codes included.
    assert again["done"][:2] == first["done"]
    assert ([one["case"] for one in again["done"]], again["refused"]) == (names, [])
    assert states(outage) == ["issued"] * 3
    without = several_gestures.request_several(new_caller(ANA), names)
    assert [row["code"] for row in without["refused"]] == ["repeated_gesture"] * 3


def test_several_are_paid_and_closed(waiting: Shop, new_caller: NewCaller) -> None:
    approvals.approve(new_caller(MAX), "A-0001")
    approvals.approve(new_caller(MAX), "A-0002")
    names = ["G-0001", "G-0002", "G-0003"]
    before = waiting.stored()
    foreseen = several_gestures.pay_several(new_caller(MAX), names, because="The run.", dry_run=True)
    assert waiting.stored() == before
    paid = several_gestures.pay_several(new_caller(MAX), names, because="The run.")
    assert refs(foreseen, "done") == refs(paid, "done") == ["G-0001", "G-0002"]
    assert [(row["ref"], row["code"]) for row in paid["refused"]] == [("G-0003", "illegal_state")]
    assert states(waiting) == ["spent", "spent", "pending", "pending"]
    closed = close_several.close_several(new_caller(ANA), ["C-0001", "C-0002"], outcome="recovered")
    assert [(one["ref"], one["outcome"]) for one in closed["done"]] == [
        ("C-0001", "recovered"),
        ("C-0002", "recovered"),
    ]
    twice = close_several.close_several(new_caller(ANA), ["C-0001", "C-0003"], outcome="lost")
    assert (refs(twice, "done"), refs(twice)) == (["C-0003"], ["C-0001"])
