"""The report on exceptions, against a count gesture by gesture over random histories."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.policy_reason import Choice, PolicyReason
from followup.services.people import customers
from followup.services.shared.actors import DAEMON
from followup.store.tables import Case, Customer, Gesture
from tests.services.reporting.odd_things import ask, behind, of
from tests.shop import Shop

ONE = st.fixed_dictionaries(
    {
        "customer": st.integers(0, 5),
        "days": st.integers(0, 500),
        "amount": st.one_of(st.none(), st.integers(1, 3000)),
        "goodwill": st.sampled_from([True, True, True, False]),
        "state": st.sampled_from(
            [
                GestureState.ISSUED,
                GestureState.ISSUED,
                GestureState.VOID,
                GestureState.REJECTED,
                GestureState.HELD,
            ]
        ),
        "chosen": st.booleans(),
        "bound": st.booleans(),
    }
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    phones=st.lists(st.sampled_from([None, "07700 900123", "07700 900456"]), min_size=6, max_size=6),
    history=st.lists(ONE, max_size=25),
)
def test_it_says_what_looking_gesture_by_gesture_says(
    new_shop: Callable[[], Shop], phones: list[str | None], history: list[dict[str, Any]]
) -> None:
    shop = new_shop()
    put(shop, phones, history)
    said = ask(shop, drill=True)
    alive = (GestureState.ISSUED, GestureState.VOID, GestureState.HELD)
    chosen: set[str] = set()
    bound: set[str] = set()
    of_person: dict[Any, list[str]] = {}
    year = shop.now - timedelta(days=365, hours=10)
    for number, one in enumerate(history, 1):
        if one["state"] in alive:
            chosen |= {f"G-{number:04d}"} if one["chosen"] else set()
            bound |= {f"G-{number:04d}"} if one["bound"] else set()
        when = shop.now - timedelta(days=one["days"])
        if one["state"] is GestureState.ISSUED and one["goodwill"] and one["amount"] and when >= year:
            who = phones[one["customer"]] or one["customer"]
            of_person.setdefault(who, []).append(f"G-{number:04d}")
    assert behind(said, "override") == chosen
    assert behind(said, "bound") == bound
    assert {row["references"] for row in of(said, "repeat-claimant")} == {
        " ".join(own) for own in of_person.values() if len(own) > 2
    }
    held = [number for number, one in enumerate(history, 1) if one["state"] is GestureState.HELD]
    # Five business days from ten o'clock, and one before that: what was held more than a few days ago.
    assert {f"G-{number:04d}" for number in held if history[number - 1]["days"] > 9} <= behind(
        said, "hold-ends"
    )
    for row in said["kinds"]:
        assert row["number"] == len(of(said, row["kind"]))
    shop.engine.dispose()


def put(shop: Shop, phones: list[str | None], history: list[dict[str, Any]]) -> None:
    """Customers, of whom some share a telephone number, and what they were given so many days ago."""

    def run(session: Session) -> None:
        people = [
            customers.add_customer(
                session,
                shop.workspace.settings,
                now=shop.now,
                actor=DAEMON,
                name="Priya Shah",
                email=f"c{number}@example.com",
                phone=phone,
            )
            for number, phone in enumerate(phones)
        ]
        for one in history:
            put_gesture(session, shop, people[one["customer"]], one)

    shop.write(run)


def put_gesture(session: Session, shop: Shop, person: Customer, one: dict[str, Any]) -> None:
    when = shop.now - timedelta(days=one["days"])
    assert person.id is not None
    case = Case(
        customer_id=person.id,
        agent_id=1,
        status=CaseStatus.OPEN,
        reason="late-delivery",
        severity=Severity.MODERATE,
        responsibility=Responsibility.OURS,
        currency="GBP",
        occurred_on=when.date(),
        logged_at=when,
    )
    session.add(case)
    session.flush()
    assert case.id is not None
    chose = (
        PolicyReason.CHOSE_INSTEAD.of(chosen="a refund of 1.00 GBP", as_class="goodwill"),
        PolicyReason.RULE_OFFERS.of(rule="x", offered="an apology"),
    )
    reasons = (PolicyReason.RULE_MATCHED.of(why="Rule x: why"), *(chose if one["chosen"] else ()))
    session.add(
        Gesture(
            case_id=case.id,
            agent_id=1,
            state=one["state"],
            kind=GestureKind.APOLOGY if one["amount"] is None else GestureKind.REFUND,
            gesture_class=GestureClass.GOODWILL if one["goodwill"] else GestureClass.CORRECTIVE,
            amount_minor=one["amount"],
            currency="GBP",
            policy_version="1",
            reasoning={
                "bound_by": ["year"] if one["bound"] else [],
                "because": [reason.text for reason in reasons],
                "reasons": [reason.to_document() for reason in reasons],
            },
            choice=Choice.INSTEAD if one["chosen"] else Choice.AS_OFFERED,
            requested_at=when,
            issued_at=when if one["state"] in (GestureState.ISSUED, GestureState.VOID) else None,
        )
    )
    session.flush()
    assert session.exec(select(Gesture.id).where(col(Gesture.case_id) == case.id)).one()
