"""Row 11: after operations in any order, figures equal those of a simple model and stay within limits."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, text
from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.services.goodwill import approvals, budget_adjustments, budgets, gestures, vouchers
from followup.services.goodwill.budget_adjustments import Adjustment
from followup.services.goodwill.gestures import Wish
from followup.services.shared import audit, references
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import housekeeping
from followup.store import tables
from tests.score import money
from tests.score.gesture_model import POLICY, Budget, Gesture, Model, month
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import ANA, DIANA, MAX, MONDAY, SEN, Shop

ROLES = {ANA: "agent", SEN: "senior", MAX: "manager", DIANA: "director"}
BUDGETS: dict[str, tuple[int, dict[str, Any]]] = {
    "all": (600_00, {}),
    "codes": (200_00, {"scopes": ["kind=voucher"]}),
    "rolling": (300_00, {"carry_over": True}),
}
LATE, OWED = ("late-1", "late-2"), "owed"
FIRST_MONTH = month(MONDAY.date())

people = st.sampled_from([*ROLES, SEN])
deciders = st.sampled_from([DIANA, DIANA, DIANA, MAX, MAX, SEN, ANA])
cases = st.sampled_from([*LATE, OWED, OWED])
kinds = st.sampled_from(["refund", "refund", "voucher", "credit"])
amounts = st.one_of(
    st.integers(1, 30_00),
    st.integers(1, 400_00),
    st.sampled_from([1, 25_00, 25_01, 40_00, 40_01, 100_00, 250_00, 250_01, 300_01]),
)
places = st.integers(0, 60)
MOSTLY_AGAIN = st.integers(0, 3)
"""Above 0, a request is meant although the case was given something."""


def _parsed(minor: int) -> Money:
    return Money(minor, "GBP")


class AnyOrder(RuleBasedStateMachine):
    """A Hypothesis state machine: each operation of people and the daemon is done by the services and by the
    model.

    Everything happens in one transaction that is rolled back at the end. Each operation has a savepoint,
    rolled back if it is refused, like a command's transaction.
    """

    shop: ClassVar[Shop]
    rules_of_shop: ClassVar[Configuration]
    numbers_of_cases: ClassVar[dict[str, int]]
    moves: ClassVar[Counter[str]]
    runs: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.connection: Connection = self.shop.engine.execution_options(writes=True).connect()
        self.connection.begin()
        self.numbers: list[int] = []
        self.made = count(1)
        self.model = Model(
            MONDAY,
            ROLES,
            frozenset({OWED}),
            {
                name: Budget(
                    limit,
                    FIRST_MONTH,
                    kinds=("voucher",) if "scopes" in terms else None,
                    carries_over="carry_over" in terms,
                )
                for name, (limit, terms) in BUDGETS.items()
            },
        )

    def teardown(self) -> None:
        with Session(self.connection) as session:
            assert list(audit.broken_links(session)) == []
        self.connection.rollback()
        self.connection.close()

    def both(self, move: str, allowed: bool, change: Callable[[Session], object]) -> None:
        """The services do what the model did, or refuse what it refused and change nothing."""
        self.moves[move if allowed else f"{move} refused"] += 1
        with Session(self.connection, join_transaction_mode="create_savepoint") as session:
            try:
                with session.begin():
                    change(session)
            except Refused:
                if allowed:
                    raise
                return
        assert allowed, f"{move} was not refused"

    def gesture_at(self, place: int) -> tuple[Gesture, int]:
        """One of the gestures, preferably a new one, and its id."""
        place = -1 - place % len(self.numbers)
        return self.model.gestures[place], self.numbers[place]

    def acting(self, session: Session, person: str) -> Any:
        return self.shop.actor(session, person)

    def has_gestures(self) -> bool:
        return bool(self.numbers)

    def has_approvals(self) -> bool:
        return any(gesture.approval is not None for gesture in self.model.gestures)

    def has_vouchers(self) -> bool:
        return any(gesture.voucher is not None for gesture in self.model.gestures)

    def with_approval(self, place: int) -> tuple[Gesture, int]:
        """One of the gestures that needed an approval, preferably a pending one."""
        return self._one_of(
            place, lambda gesture: gesture.approval.state if gesture.approval else None, "pending"
        )

    def with_voucher(self, place: int) -> tuple[Gesture, int]:
        """One of the gestures with a code, preferably a redeemable one."""
        return self._one_of(
            place, lambda gesture: gesture.voucher.state if gesture.voucher else None, "issued"
        )

    def _one_of(self, place: int, state: Callable[[Gesture], str | None], rather: str) -> tuple[Gesture, int]:
        known = list(zip(self.model.gestures, self.numbers, strict=True))
        fitting = [(gesture, number) for gesture, number in known if state(gesture)]
        wanted = [(gesture, number) for gesture, number in fitting if state(gesture) == rather]
        choice = wanted if wanted and place % 4 else fitting
        return choice[-1 - place // 4 % len(choice)]

    # ---- What people do

    @initialize(amount=st.integers(1, 80_00))
    def begin(self, amount: int) -> None:
        """Create a gesture to decide, one to redeem and one to take back."""
        self.request(OWED, SEN, "refund", amount, hold_only=False, again=False)
        self.request(LATE[0], SEN, "voucher", amount, hold_only=False, again=False)
        self.request(LATE[1], DIANA, "voucher", amount, hold_only=False, again=False)

    @rule(case=cases, agent=people, kind=kinds, amount=amounts, hold_only=st.booleans(), times=MOSTLY_AGAIN)
    def ask(self, case: str, agent: str, kind: str, amount: int, hold_only: bool, times: int) -> None:
        self.request(case, agent, kind, amount, hold_only=hold_only, again=times > 0)

    def request(self, case: str, agent: str, kind: str, amount: int, *, hold_only: bool, again: bool) -> None:
        wish = Wish(
            kind=GestureKind._value2member_map_[kind],  # type: ignore[arg-type]
            amount=_parsed(amount),
            hold_only=hold_only,
            again=again,
            because=f"wish {next(self.made)}",
        )

        def change(session: Session) -> None:
            found = session.get_one(tables.Case, self.numbers_of_cases[case])
            gesture = gestures.request_gesture(
                session,
                self.rules_of_shop,
                found,
                wish,
                now=self.model.now,
                actor=self.acting(session, agent),
            )
            assert gesture.id is not None
            self.numbers.append(gesture.id)

        self.both(
            "request", self.model.request(case, agent, kind, amount, hold_only=hold_only, again=again), change
        )

    @precondition(has_approvals)
    @rule(place=places, by=deciders)
    def approve(self, place: int, by: str) -> None:
        gesture, number = self.with_approval(place)
        self.decide("approve", number, by, self.model.approve(gesture, by), approvals.approve)

    @precondition(has_approvals)
    @rule(place=places, by=deciders)
    def reject(self, place: int, by: str) -> None:
        gesture, number = self.with_approval(place)
        self.decide("reject", number, by, self.model.reject(gesture, by), approvals.reject)

    @precondition(has_approvals)
    @rule(place=places, by=st.none() | people)
    def withdraw(self, place: int, by: str | None) -> None:
        gesture, number = self.with_approval(place)
        by = by or gesture.agent
        self.decide("withdraw", number, by, self.model.withdraw(gesture, by), approvals.withdraw)

    @precondition(has_approvals)
    @rule(place=places, by=deciders, kind=kinds, amount=amounts)
    def counter(self, place: int, by: str, kind: str, amount: int) -> None:
        gesture, number = self.with_approval(place)
        if (kind, amount) == (gesture.kind, gesture.amount):
            # Nothing else than what was asked is wrong usage, whoever says it.
            amount += 1
        offer = {"amount": _parsed(amount), "kind": GestureKind._value2member_map_[kind]}
        allowed = self.model.counter(gesture, by, kind, amount)
        self.decide("counter", number, by, allowed, approvals.counter, **offer)

    def decide(
        self, move: str, number: int, by: str, allowed: bool, decision: Callable[..., object], **offer: Any
    ) -> None:
        def change(session: Session) -> None:
            approval = approvals.find_approval(session, references.ref_of(tables.Gesture, number))
            actor = self.acting(session, by)
            decision(
                session,
                self.rules_of_shop,
                approval,
                now=self.model.now,
                actor=actor,
                because="so it is",
                **offer,
            )

        self.both(move, allowed, change)

    @precondition(has_gestures)
    @rule(place=places)
    def issue(self, place: int) -> None:
        gesture, number = self.gesture_at(place)

        def change(session: Session) -> None:
            found = session.get_one(tables.Gesture, number)
            actor = self.acting(session, found_agent)
            gestures.issue(session, self.rules_of_shop, found, now=self.model.now, actor=actor)

        found_agent = gesture.agent
        self.both("issue", self.model.issue(gesture), change)

    @precondition(has_gestures)
    @rule(place=places)
    def pay(self, place: int) -> None:
        gesture, number = self.gesture_at(place)

        def change(session: Session) -> None:
            found = session.get_one(tables.Gesture, number)
            gestures.pay(session, found, now=self.model.now, actor=self.acting(session, MAX), because=None)

        self.both("pay", self.model.pay(gesture), change)

    @precondition(has_gestures)
    @rule(place=places, by=people)
    def void(self, place: int, by: str) -> None:
        gesture, number = self.gesture_at(place)

        def change(session: Session) -> None:
            found = session.get_one(tables.Gesture, number)
            gestures.void(session, found, now=self.model.now, actor=self.acting(session, by), because="wrong")

        self.both("void", self.model.void(gesture, by), change)

    @precondition(has_vouchers)
    @rule(place=places, part=st.fractions(0, 1.2))
    def redeem(self, place: int, part: Any) -> None:
        gesture, number = self.with_voucher(place)
        amount = max(1, int(gesture.amount * part))

        def change(session: Session) -> None:
            voucher = vouchers.find_voucher(session, references.ref_of(tables.Gesture, number))
            vouchers.redeem(
                session,
                self.rules_of_shop,
                voucher,
                now=self.model.now,
                actor=self.acting(session, ANA),
                amount=_parsed(amount),
            )

        self.both("redeem", self.model.redeem(gesture, amount), change)

    @precondition(has_vouchers)
    @rule(place=places)
    def roll_back(self, place: int) -> None:
        gesture, number = self.with_voucher(place)

        def change(session: Session) -> None:
            voucher = vouchers.find_voucher(session, references.ref_of(tables.Gesture, number))
            actor = self.acting(session, ANA)
            vouchers.roll_back(session, voucher, now=self.model.now, actor=actor, because="returned")

        self.both("roll back", self.model.roll_back(gesture), change)

    @rule(name=st.sampled_from(list(BUDGETS)), limit=st.integers(0, 900_00), from_next=st.booleans())
    def adjust(self, name: str, limit: int, from_next: bool) -> None:
        def change(session: Session) -> None:
            budget_adjustments.adjust_budget(
                session,
                budgets.find_budget(session, name),
                Adjustment(limit=_parsed(limit).text, from_next=from_next),
                now=self.model.now,
                actor=self.acting(session, MAX),
                because="as agreed",
            )

        allowed = self.model.budgets[name].adjust(self.model.month, limit, from_next=from_next)
        self.both("adjust", allowed, change)

    # ---- What time does

    @rule(hours=st.integers(1, 30), months=st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 12]), awake=st.booleans())
    def wait(self, hours: int, months: int, awake: bool) -> None:
        """Let hours pass, or the time until the first day of a later month; the daemon runs or does not."""
        then = self.model.now
        if months:
            ahead = then.month - 1 + months
            then = datetime(then.year + ahead // 12, ahead % 12 + 1, 1, tzinfo=UTC)
        self.model.now = then + timedelta(hours=hours)
        self.moves["wait"] += 1
        if awake:
            self.end_what_is_over()

    def end_what_is_over(self) -> None:
        self.model.end_what_is_over()
        self.both(
            "expire",
            True,
            lambda session: housekeeping.end_what_is_over(session, self.rules_of_shop, now=self.model.now),
        )

    # ---- What is always true

    @invariant()
    def everything_is_where_the_model_says(self) -> None:
        with Session(self.connection) as session:
            stored = {
                (row.name, row.period): tuple(row)[2:]
                for row in session.execute(
                    text(
                        "SELECT b.name, p.period, p.limit_minor, p.carried_in_minor, p.carried_out_minor, "
                        "p.held_minor, p.committed_minor, p.spent_minor, p.released_minor "
                        "FROM budgetperiod p JOIN budget b ON b.id = p.budget_id"
                    )
                )
            }
            assert stored == {
                (name, key): (
                    figures.limit,
                    figures.carried_in,
                    figures.carried_out,
                    figures.held,
                    figures.committed,
                    figures.spent,
                    figures.released,
                )
                for name, budget in self.model.budgets.items()
                for key, figures in budget.months.items()
            }
            assert money.drifts(session) == []
            assert budgets.reconcile(session)[1] == []
            states = session.execute(
                text(
                    "SELECT g.state, a.state, v.state, v.redeemed_minor FROM gesture g "
                    "LEFT JOIN approval a ON a.gesture_id = g.id LEFT JOIN voucher v ON v.gesture_id = g.id "
                    "ORDER BY g.id"
                )
            )
            assert [tuple(row) for row in states] == [
                (
                    gesture.state,
                    gesture.approval and gesture.approval.state,
                    gesture.voucher and gesture.voucher.state,
                    gesture.voucher and gesture.voucher.redeemed,
                )
                for gesture in self.model.gestures
            ]
        for gesture in self.model.gestures:
            assert gesture.voucher is None or 0 <= gesture.voucher.redeemed <= gesture.amount


def run(here: Place) -> Seen:
    runs, steps = here.count(500, 6), here.count(50, 20)
    shop = open_shop(here, POLICY)
    # Nothing is a holiday, as in the model.
    shop.settings(country="ZZ")
    for name, (limit, terms) in BUDGETS.items():
        shop.budget(_parsed(limit).text, name=name, **terms)
    numbers = {}
    for name in (*LATE, OWED):
        reason = "overcharged" if name == OWED else "late-delivery"
        numbers[name] = shop.open_case(f"{name}@example.com", reason=reason).id

    class Here(AnyOrder):
        pass

    Here.moves, Here.runs = Counter(), 0
    Here.shop, Here.rules_of_shop, Here.numbers_of_cases = shop, shop.rules, numbers  # type: ignore[assignment]
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    shop.engine.dispose()
    refused = sum(number for move, number in Here.moves.items() if move.endswith("refused"))
    allowed = Here.moves.total() - refused
    return Seen(
        kept=Here.runs >= runs,
        figures=f"{Here.runs:,} runs of up to {steps} steps, {Here.moves.total():,} in all: {allowed:,} "
        f"as the model has it, {refused:,} refused by both; 0 violations",
    )


ROW = Row(
    11,
    "Hypothesis state machine on gestures, approvals, vouchers, budgets: 500 × 50 steps",
    "0 violations",
    run,
)
