"""The report on agents: whether customers are treated alike, whoever serves them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from followup.domain.cases.case import CaseStatus, Responsibility, Severity
from followup.domain.goodwill.gesture import ApprovalState, GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import Choice
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.reports.answer import document
from followup.services.goodwill import approvals, gestures
from followup.services.people import agents
from followup.services.reporting.report_catalog import QUESTIONS
from followup.store.tables import Agent, Approval, Case, Gesture
from tests.services.reporting.test_reports import scope
from tests.shop import ANA, MAX, Shop

EVA = "eva@shop.example"
WORDS = "The whole order came late and broken, and she stayed at home for two days to wait for it, in vain."


def ask(
    shop: Shop, since: date | None = None, until: date | None = None, *, drill: bool = False
) -> dict[str, Any]:
    asked = scope(shop, since, until, drill=drill)
    return shop.read(lambda session: document(QUESTIONS["agents"](session, shop.rules, asked), "GBP"))


def of(said: dict[str, Any], table: str, agent: str = ANA) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in said[table] if row["agent"] == agent)
    return found


def hire_eva(shop: Shop) -> None:
    shop.write(
        lambda session: agents.add_agent(
            session, now=shop.now, actor=shop.actor(session, MAX), name="Eva Lund", email=EVA, role="agent"
        )
    )


def give(session: Session, shop: Shop, agent: int, amount: int | None, **told: Any) -> None:
    """A gesture as it would be after it was given; `limit` is the authority that held, in pence."""
    case = Case(
        customer_id=1,
        agent_id=agent,
        status=CaseStatus.OPEN,
        reason=told.get("reason", "late-delivery"),
        severity=told.get("severity", Severity.MODERATE),
        responsibility=Responsibility.OURS,
        currency=told.get("currency", "GBP"),
        occurred_on=shop.now.date(),
        logged_at=shop.now,
    )
    session.add(case)
    session.flush()
    assert case.id is not None
    limits = [{"name": "year", "limit": "1.00"}]
    if told.get("limit") is not None:
        limits.append({"name": "authority-per-gesture", "limit": Money(told["limit"], "GBP").text})
    gesture = Gesture(
        case_id=case.id,
        agent_id=agent,
        state=told.get("state", GestureState.ISSUED),
        kind=GestureKind.APOLOGY if amount is None else GestureKind.REFUND,
        gesture_class=told.get("gesture_class", GestureClass.GOODWILL),
        amount_minor=amount,
        currency=told.get("currency", "GBP"),
        policy_version="1",
        reasoning={"limits": limits},
        choice=Choice.WITHIN_RANGE if told.get("chosen") else Choice.AS_OFFERED,
        requested_at=shop.now,
        issued_at=shop.now if told.get("issued", True) else None,
    )
    session.add(gesture)
    session.flush()
    assert gesture.id is not None
    if told.get("approval"):
        session.add(
            Approval(
                gesture_id=gesture.id,
                state=told["approval"],
                approver_role=Role.MANAGER,
                requested_at=shop.now,
                expires_at=shop.now,
            )
        )


def give_all(shop: Shop, told: list[dict[str, Any]]) -> None:
    def change(session: Session) -> None:
        for one in told:
            give(session, shop, **one)

    shop.write(change)


def test_who_gives_more_for_the_same_kind_of_case_is_marked_and_told_how(shop: Shop) -> None:
    hire_eva(shop)
    shop.open_case()

    def change(session: Session) -> None:
        for agent in (1, 2, 3, 4):
            for _ in range(10):
                give(session, shop, agent, 800)
        for amount in [1210] * 9 + [800]:
            give(session, shop, 5, amount)
        # Of another kind, with nobody to be held against; and owed, which nobody chooses.
        give(session, shop, 5, 9000, severity=Severity.SEVERE)
        give(session, shop, 5, 9000, gesture_class=GestureClass.CORRECTIVE)

    shop.write(change)
    said = ask(shop)
    assert of(said, "rows", EVA) == {
        "agent": EVA,
        "name": "Eva Lund",
        "cases": 12,
        "gestures": 12,
        "given": "206.90",  # nine times 12.10, 8.00 and 90.00; what is owed is no goodwill
        "compared": 10,
        "average": "11.69",
        "colleagues": "8.00",
        "difference": "3.69",
        "spread": "0.00",
        "remark": "gives 3.69 GBP more than colleagues for the same kind of case, in 9 of 10 gestures",
        "currency": "GBP",
    }
    assert of(said, "rows")["remark"] == "much as colleagues"
    assert said["says"] == [
        "Mostly: 1 of 5 agents differs from colleagues for the same kind of case.",
        "Eva Lund gives 3.69 GBP more than colleagues for the same kind of case, in 9 of 10 gestures.",
    ]


def test_where_all_give_alike_that_is_said_and_of_few_nothing(shop: Shop) -> None:
    hire_eva(shop)
    shop.open_case()
    give_all(shop, [{"agent": 1 + number % 5, "amount": 800} for number in range(49)])
    assert ask(shop)["says"] == [
        "Too few to say: 4 agents with 10 gestures that can be compared, and it takes 5."
    ]
    assert {row["remark"] for row in ask(shop)["rows"]} == {"too few to say"}
    give_all(shop, [{"agent": 5, "amount": 800}])
    assert ask(shop)["says"] == ["Yes, as far as can be seen: none of 5 agents stands out."]


def test_who_keeps_just_under_the_limit_more_often_than_colleagues_is_named(shop: Shop) -> None:
    shop.open_case()
    habit = {"agent": 1, "amount": 2400, "limit": 2500, "chosen": True}
    other = {"agent": 2, "amount": 1000, "limit": 2500, "chosen": True}
    give_all(shop, [habit] * 7 + [{**other, "agent": 1}] * 9 + [other] * 50 + [{**habit, "agent": 2}])
    said = ask(shop)
    # Wilson's intervals: 7 of 16 is more than 0.23, 1 of 51 less than 0.11.
    assert said["says"][1:] == [
        "Ana Reyes keeps just under the limit more often than colleagues, in 7 of 16 amounts."
    ]
    assert [(row["share"], row["remark"]) for row in said["authority"]] == [
        ("0.4375", "more often than colleagues"),
        ("0.0196", "much as colleagues"),
    ]


def test_without_cases_there_is_nothing_to_say(shop: Shop) -> None:
    said = ask(shop)
    assert (said["rows"], said["says"]) == ([], [])


def test_what_was_given_chosen_and_approved_is_counted_against_the_limit_that_held(shop: Shop) -> None:
    """Ana may give 25.00, so from 22.50 on she is just under it."""

    def day(amount: str | None, reason: str = "late-delivery", **more: str) -> Gesture:
        shop.now += timedelta(days=1)
        case = shop.open_case(f"c{shop.now.day}@example.com", reason=reason, **more)
        return shop.request(case, "refund" if amount else None, amount, because=WORDS)

    def decide(gesture: Gesture, what: str, **more: Any) -> None:
        def change(session: Session) -> None:
            found = approvals.find_approval(session, f"G-{gesture.id:04d}")
            rest = {"now": shop.now, "actor": shop.actor(session, MAX), "because": WORDS, **more}
            getattr(approvals, what)(session, shop.rules, found, **rest)

        shop.write(change)

    def settle(gesture: Gesture, what: Callable[[Session, Gesture], Any]) -> None:
        shop.write(lambda session: what(session, session.get_one(Gesture, gesture.id)))

    day(None)  # a voucher of 8.00, as the policy offers
    day("22.49")
    day("22.50")
    day("25.00")
    day(None, "missed-appointment")  # a credit of 25.00, which the policy fixes
    day(None, "billing-error", fact_overcharged="24.00")  # owed
    day(None, severity="minor")  # an apology
    decide(day("40.00"), "approve")
    decide(day("50.00"), "reject")
    countered = day("45.00")
    decide(countered, "counter", amount=Money(2400, "GBP"))
    settle(
        countered,
        lambda session, found: gestures.issue(
            session, shop.rules, found, now=shop.now, actor=shop.actor(session)
        ),
    )
    day("55.00")  # waits
    taken_back = day("24.00")
    settle(
        taken_back,
        lambda session, found: gestures.void(
            session, found, now=shop.now, actor=shop.actor(session), because="x"
        ),
    )
    said = ask(shop, drill=True)
    row = of(said, "rows")
    # 8.00 + 22.49 + 22.50 + 25.00 + 25.00 + 40.00 + 24.00
    assert (row["cases"], row["gestures"], row["given"]) == (12, 9, "166.99")
    assert row["behind"] == [f"G-{number:04d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10)]
    assert of(said, "authority") == {
        "agent": ANA,
        "behind": ["G-0003", "G-0004"],  # 22.50 and 25.00
        "chosen": 4,  # 22.49, 22.50, 25.00 and 40.00
        "limited": 6,  # and 8.00 and the fixed 25.00
        "just_under": 2,
        "share": None,
        "remark": "too few to say",
        "asked": 4,
        "approved": 1,
        "countered": 1,
        "rejected": 1,
        "open": 1,
        "currency": "GBP",
    }
    # The second and the third of them alone.
    assert of(ask(shop, date(2026, 11, 4), date(2026, 11, 5)), "rows")["given"] == "44.99"


ONE = st.fixed_dictionaries(
    {
        "agent": st.integers(1, 4),
        "amount": st.one_of(st.none(), st.integers(1, 3000)),
        "reason": st.sampled_from(["late-delivery", "lost-parcel"]),
        "severity": st.sampled_from([Severity.MODERATE, Severity.SERIOUS]),
        "currency": st.sampled_from(["GBP", "GBP", "GBP", "EUR"]),
        "gesture_class": st.sampled_from(
            [GestureClass.GOODWILL, GestureClass.GOODWILL, GestureClass.CORRECTIVE]
        ),
        "state": st.sampled_from(
            [GestureState.ISSUED, GestureState.SPENT, GestureState.EXPIRED, GestureState.VOID]
        ),
        "issued": st.sampled_from([True, True, True, False]),
        "chosen": st.booleans(),
        "limit": st.sampled_from([None, 0, 1000, 2505]),
        "approval": st.sampled_from([None, None, ApprovalState.APPROVED, ApprovalState.COUNTERED]),
    }
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(ONE, min_size=5, max_size=50))
def test_it_says_what_looking_gesture_by_gesture_says(
    new_shop: Callable[[], Shop], told: list[dict[str, Any]]
) -> None:
    shop = new_shop()
    shop.open_case()
    give_all(shop, told)
    said = ask(shop, drill=True)
    names = shop.read(lambda session: {one.id: one.email for one in session.exec(select(Agent)).all()})
    expected: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
    behind: dict[tuple[str, str], list[str]] = defaultdict(list)
    own: list[dict[str, Any]] = []
    for number, one in enumerate(told, 1):
        key = (names[one["agent"]], one["currency"])
        if not one["issued"] or one["state"] is GestureState.VOID:
            continue
        behind[key].append(f"G-{number:04d}")
        counts = expected[key]
        counts[0] += 1
        if one["gesture_class"] is GestureClass.CORRECTIVE or one["amount"] is None:
            continue
        counts[1] += one["amount"]
        if one["approval"] is ApprovalState.COUNTERED:
            continue
        own.append(one)
        counts[2] += one["chosen"]
        counts[3] += one["limit"] is not None
        limit = Fraction(one["limit"] or 0)
        counts[4] += bool(one["chosen"] and limit and limit * 9 / 10 <= one["amount"] <= limit)
    reported = {
        (row["agent"], row["currency"]): [
            row["gestures"],
            int(row["given"].replace(".", "")),
            *(limits[name] for name in ("chosen", "limited", "just_under")),
        ]
        for row, limits in zip(said["rows"], said["authority"], strict=True)
        if row["gestures"]
    }
    assert reported == expected
    assert {
        (row["agent"], row["currency"]): row["behind"] for row in said["rows"] if "behind" in row
    } == behind
    for row in said["rows"]:
        differences = []
        for one in own:
            alike = [
                Fraction(other["amount"])
                for other in own
                if other["agent"] != one["agent"]
                and all(other[name] == one[name] for name in ("currency", "reason", "severity"))
            ]
            if (names[one["agent"]], one["currency"]) == (row["agent"], row["currency"]) and len(alike) >= 3:
                differences.append(one["amount"] - median(alike))
        assert row["compared"] == len(differences)
        if differences:
            mean = Money.rounded(sum(differences) / len(differences), row["currency"])
            assert row["difference"] == mean.text
    shop.engine.dispose()
