"""The report on approvals: what waits, for whom, and how long decisions take."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import ApprovalState
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.reports.answer import document
from followup.services.goodwill import approvals
from followup.services.people import agents
from followup.services.reporting.report_catalog import QUESTIONS
from followup.services.shared.actors import DAEMON
from followup.store.tables import Approval, Gesture
from tests.services.reporting.test_reports import scope
from tests.shop import DIANA, MAX, Shop


def ask(
    shop: Shop, since: date | None = None, until: date | None = None, *, drill: bool = False
) -> dict[str, Any]:
    asked = scope(shop, since, until, drill=drill)
    return shop.read(lambda session: document(QUESTIONS["approvals"](session, shop.rules, asked), "GBP"))


def wait(shop: Shop, amount: str, when: datetime | None = None, **more: str) -> Gesture:
    """A refund above what Ana may give waits: up to 60.00 for a senior, above for a manager."""
    shop.now = when or shop.now
    number = shop.read(lambda session: len(session.exec(select(Gesture.id)).all()))
    case = shop.open_case(f"c{number}@example.com", order_value="500.00", **more)
    return shop.request(
        case,
        "refund",
        amount,
        because="The whole order came late and broken, twice, "
        "and she had to stay at home for two days to wait for it.",
    )


def decide(shop: Shop, gesture: Gesture, what: str, by: str = MAX, **more: Any) -> None:
    def change(session: Session) -> None:
        found = approvals.find_approval(session, f"G-{gesture.id:04d}")
        getattr(approvals, what)(
            session,
            shop.rules,
            found,
            now=shop.now,
            actor=shop.actor(session, by),
            because="so it is",
            **more,
        )

    shop.write(change)


def test_where_there_never_was_an_approval_that_is_said(shop: Shop) -> None:
    said = ask(shop)
    assert (said["rows"], said["waiting"], said["roles"]) == ([], [], [])
    assert said["says"] == ["Nobody is kept waiting."]


def test_what_waits_is_listed_by_business_days_with_who_may_decide(shop: Shop) -> None:
    shop.settings(approval_business_days=10)
    # Seen on Monday 9 November at ten: six business days after the first, five after the second.
    wait(shop, "30.00", datetime(2026, 10, 30, 10, tzinfo=UTC))
    wait(shop, "40.00", datetime(2026, 11, 2, 10, tzinfo=UTC))
    wait(shop, "120.00", datetime(2026, 11, 3, 10, tzinfo=UTC))
    # Friday afternoon is not yet a business day ago, Friday at ten just is.
    wait(shop, "50.00", datetime(2026, 11, 6, 10, tzinfo=UTC))
    wait(shop, "55.00", datetime(2026, 11, 6, 15, tzinfo=UTC))
    shop.now = datetime(2026, 11, 9, 10, tzinfo=UTC)
    said = ask(shop, drill=True)
    assert [(row["age"], row["approvals"], row["amount"], row.get("behind", [])) for row in said["rows"]] == [
        ("under a day", 1, "55.00", ["A-0005"]),
        ("1 to 2 days", 1, "50.00", ["A-0004"]),
        ("2 to 5 days", 1, "120.00", ["A-0003"]),
        ("older", 2, "70.00", ["A-0001", "A-0002"]),
    ]
    assert said["waiting"][2] == {
        "approval": "A-0003",
        "gesture": "G-0003",
        "case": "C-0003",
        "asked_by": "ana@shop.example",
        "kind": "refund",
        "amount": "120.00",
        "role": "manager",
        "deciders": 2,  # Max and Diana
        "age": "2 to 5 days",
        "requested_at": "2026-11-03T10:00:00+00:00",
        "expires_at": "2026-11-17T10:00:00+00:00",
        "currency": "GBP",
    }
    assert [row["deciders"] for row in said["waiting"]] == [3, 3, 2, 3, 3]
    assert said["says"] == [
        (
            "5 approvals wait, the first since 2026-10-30 10:00:00+00:00; the next expires at "
            "2026-11-13 10:00:00+00:00."
        )
    ]


def test_that_nobody_is_left_who_may_decide_is_said(shop: Shop) -> None:
    wait(shop, "120.00")

    def leave(session: Session) -> None:
        for email in (MAX, DIANA):
            agents.set_agent(session, email, now=shop.now, actor=shop.actor(session, DIANA), active=False)

    shop.write(leave)
    shop.now += timedelta(days=3)
    said = ask(shop)
    assert [row["deciders"] for row in said["waiting"]] == [0]
    assert said["says"][1:] == [
        "Nobody decided 1 in time.",
        "Nobody who works here now may decide A-0001.",
    ]


def test_what_became_of_approvals_is_told_by_role_with_the_time_it_took(shop: Shop) -> None:
    # Asked on Monday at ten; five are decided after 1, 2, 4, 5 and 9 hours, one is taken back, one expires.
    asked = [wait(shop, "30.00") for _ in range(7)]
    morning = shop.now
    less = {"amount": Money(2000, "GBP")}
    decisions: list[tuple[int, Gesture, str, dict[str, Any]]] = [
        (1, asked[0], "approve", {}),
        (2, asked[1], "approve", {}),
        (4, asked[2], "reject", {}),
        (5, asked[3], "counter", less),
        (9, asked[4], "approve", {}),
    ]
    for hours, gesture, what, more in decisions:
        shop.now = morning + timedelta(hours=hours)
        decide(shop, gesture, what, **more)
    decide(shop, asked[5], "withdraw", by="ana@shop.example")
    shop.now = morning + timedelta(days=2)
    shop.write(lambda session: approvals.expire(session, now=shop.now, actor=DAEMON))
    said = ask(shop, drill=True)
    (row,) = said["roles"]
    assert row == {
        "role": "senior",
        "decided": 6,
        "approved": 3,
        "countered": 1,
        "rejected": 1,
        "expired": 1,
        "withdrawn": 1,
        "approved_share": "0.5000",
        "countered_share": "0.1667",
        "rejected_share": "0.1667",
        "expired_share": "0.1667",
        "median_hours": "4.0",
        "behind": [f"A-{number:04d}" for number in range(1, 8)],
    }
    assert [row["approvals"] for row in said["rows"]] == [0, 0, 0, 0]
    assert said["says"] == [
        "Nobody is kept waiting.",
        "1 of 6 expired before anybody decided.",
        "Half of what waits for a senior is decided within 4 hours.",
    ]
    # Those decided on Monday alone: five, and the one that was taken back.
    (monday,) = ask(shop, date(2026, 11, 2), date(2026, 11, 2))["roles"]
    assert (monday["decided"], monday["expired"], monday["withdrawn"]) == (5, 0, 1)


def test_four_decisions_are_too_few_for_a_share_or_a_median(shop: Shop) -> None:
    for gesture in [wait(shop, "30.00") for _ in range(4)]:
        decide(shop, gesture, "approve", by=DIANA)
    (row,) = ask(shop)["roles"]
    assert (row["approved"], row["approved_share"], row["median_hours"]) == (4, None, None)


STEP = st.tuples(
    st.sampled_from(["wait", "approve", "reject", "counter", "withdraw", "expire"]),
    st.integers(0, 5),
    st.integers(0, 30),
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_it_says_what_counting_approval_by_approval_says(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int, int]]
) -> None:
    shop = new_shop()
    asked = [wait(shop, "30.00"), wait(shop, "120.00")]
    for what, which, hours in steps:
        shop.now += timedelta(hours=hours)
        try:
            if what == "wait":
                asked.append(wait(shop, ("30.00", "120.00")[which % 2]))
            elif what == "expire":
                shop.write(lambda session: approvals.expire(session, now=shop.now, actor=DAEMON))
            else:
                more = {"amount": Money(1000 + which, "GBP")} if what == "counter" else {}
                by = "ana@shop.example" if what == "withdraw" else DIANA
                decide(shop, asked[which % len(asked)], what, by=by, **more)
        except Refused:
            continue
    said = ask(shop, drill=True)
    rows = shop.read(lambda session: session.exec(select(Approval).order_by(col(Approval.id))).all())
    refs = {
        state: [f"A-{row.id:04d}" for row in rows if (row.state is ApprovalState.PENDING) is state]
        for state in (True, False)
    }
    assert sorted(name for row in said["rows"] for name in row.get("behind", [])) == refs[True]
    assert sorted(row["approval"] for row in said["waiting"]) == refs[True]
    assert sorted(name for row in said["roles"] for name in row["behind"]) == refs[False]
    for row in said["roles"]:
        own = [one for one in rows if one.approver_role.value == row["role"]]
        for state in ApprovalState:
            if state is not ApprovalState.PENDING:
                assert row[state.value] == sum(one.state is state for one in own)
        assert row["decided"] + row["withdrawn"] == len(row["behind"])
    shop.engine.dispose()
