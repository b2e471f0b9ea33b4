"""Half a year at Harbour Books, told through the same services as everything else, with time as a parameter.

The same story every time: who complains of what, what the agents and their manager do, what becomes of it.
The pictures in `docs/` are of the reports on it.
"""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session

from followup.application.door import OpenWorkspace
from followup.daemon import Daemon
from followup.domain.cases.case import CaseStatus, Outcome
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.services.cases import cases
from followup.services.goodwill import approvals, budgets, gestures, vouchers
from followup.services.people import agents, customers
from followup.services.shared import actors
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import new_workspace
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import Approval, Case, Gesture
from followup.workspace import Workspace, load_workspace

BEGIN = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
END = datetime(2026, 10, 19, 8, 0, tzinfo=UTC)
"""Monday morning, when the reports are looked at."""

CASES = 104
MAX, DIANA = "max@harbour.example", "diana@harbour.example"
_AGENTS = tuple(f"{name}@harbour.example" for name in ("ana", "ben", "chloe", "dev", "sen"))
_PEOPLE = (
    ("Ana Reyes", _AGENTS[0], "agent", "orders"),
    ("Ben Adeyemi", _AGENTS[1], "agent", "orders"),
    ("Chloe Martin", _AGENTS[2], "agent", "shops"),
    ("Dev Rao", _AGENTS[3], "agent", "shops"),
    ("Sen Ito", _AGENTS[4], "senior", "shops"),
    ("Max Ortiz", MAX, "manager", "care"),
    ("Diana Moss", DIANA, "director", "care"),
)
_BUDGETS: tuple[dict[str, Any], ...] = (
    {"name": "goodwill", "limit": "420.00", "period": "month"},
    {"name": "damaged-parcels", "limit": "300.00", "period": "quarter", "scopes": ["reason=damaged-item"]},
    {"name": "loyal-readers", "limit": "150.00", "period": "year", "scopes": ["segment=loyal"], "soft": True},
)
_FIRST = ("Priya", "Tom", "Lena", "Sam", "Ines", "George", "Noor", "Amir", "Ruth", "Jonas", "Mei", "Clara")
_LAST = ("Shah", "Okafor", "Fischer", "Duarte", "Lin", "Haddad", "Cole", "Berg", "Tanaka", "Novak", "Levy")
_REASONS: tuple[str, ...] = ("late-delivery",) * 5 + ("damaged-item",) * 4 + ("wrong-item",) * 2
_REASONS += (
    "missed-appointment",
    "rude-service",
    "rude-service",
    "billing-error",
    "billing-error",
    "long-wait",
)
_SEVERITIES = ("minor", "moderate", "moderate", "moderate", "serious", "serious", "severe")
_BECAUSE = "They wrote twice, and we had told them that all was well; the order was for a day that is over."
_FEELINGS = ("let_down", "frustrated", "angry", "worried", "ignored", "inconvenienced")


def tell(root: Path) -> Workspace:
    """Make the workspace in `root` and play the half year in it. Every email goes to a file."""
    chosen = {"business": "Harbour Books", "sender": "Ana at Harbour Books <ana@harbour.example>"}
    workspace, _ = new_workspace.create_workspace(root, chosen, environment={})
    settings = workspace.root / "followup.toml"
    settings.write_text("voucher_valid_days = 75\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    _HalfYear(Configuration(load_workspace(root, {}))).play()
    return workspace


class _HalfYear:
    """What happens, in the order of time: what is done may bring about more, later."""

    def __init__(self, rules: Configuration) -> None:
        self.rules = rules
        self.engine = open_engine(rules.workspace.database_url)
        self.random = Random(2026)
        self.now = BEGIN
        self._order = itertools.count()
        self._to_come: list[tuple[datetime, int, Callable[[], None]]] = []

    def play(self) -> None:
        """From the first Monday to the last."""
        self._write(self._people_and_budgets)
        for number in range(CASES):
            # A little more each month, never quite evenly.
            day = (END - BEGIN).days * (number / CASES) ** 0.85
            self._on(day, lambda number=number: self._case(number))  # type: ignore[misc]
        for day in range((END - BEGIN).days):
            self._put(BEGIN + timedelta(days=day, hours=3), self._tick)
        while self._to_come and self._to_come[0][0] <= END:
            self.now, _, happens = heapq.heappop(self._to_come)
            happens()
        self.engine.dispose()

    def _on(self, days: float, happens: Callable[[], None]) -> None:
        """So many days from now, while people work."""
        day = (self.now + timedelta(days=days)).date()
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        at = datetime.combine(day, time(8), UTC) + timedelta(minutes=self.random.uniform(0, 8 * 60))
        self._put(max(at, self.now), happens)

    def _put(self, at: datetime, happens: Callable[[], None]) -> None:
        heapq.heappush(self._to_come, (at, next(self._order), happens))

    def _write(self, change: Callable[[Session], Any]) -> Any:
        """Refused is what a rule does not allow: it stays undone, as it would for people."""
        try:
            with writing(self.engine) as session:
                return change(session)
        except Refused:
            return None

    def _actor(self, session: Session, email: str) -> Actor:
        return actors.acting(session, email, "")

    def _tick(self) -> None:
        place = OpenWorkspace(self.rules.workspace, self.engine)
        Daemon(place, worker="half-year").tick(now=lambda: self.now, keep_reports=False)

    def _people_and_budgets(self, session: Session) -> None:
        for name, email, role, team in _PEOPLE:
            agents.add_agent(
                session, now=self.now, actor=Actor("story"), name=name, email=email, role=role, team=team
            )
        for budget in _BUDGETS:
            budgets.create_budget(
                session, self.rules, now=self.now, actor=self._actor(session, MAX), **budget
            )

    def _case(self, number: int) -> None:
        """Somebody complains; an agent logs it and asks for the gesture, at times for more than is
        recommended."""
        choose = self.random.choice
        by, reason, severity = choose(_AGENTS), choose(_REASONS), choose(_SEVERITIES)
        order = f"{choose((24, 38, 55, 60, 80, 120, 180, 240))}.00"
        told = {
            "reason": reason,
            "severity": severity,
            "feeling": choose(_FEELINGS),
            "order": f"HB-{2041 + number}",
            "order_value": order,
        }
        facts = {"overcharged": f"{choose((6, 9, 14, 18))}.40"} if reason == "billing-error" else {}
        kind, amount = None, None
        if reason == "late-delivery" and severity != "minor" and by == _AGENTS[1]:
            kind, amount = GestureKind.CREDIT, "24.00"  # he has a habit, which the report on agents shows
        elif reason == "rude-service":
            kind, amount = GestureKind.VOUCHER, f"{choose((20, 25, 30, 40))}.00"

        def change(session: Session) -> int | None:
            who = self._actor(session, by)
            email = self._customer(session, number, who)
            entry = cases.read_case(self.rules, {"customer": email, **told}, facts, now=self.now)
            case = cases.open_case(session, self.rules, entry, now=self.now, actor=who)
            asked = Money.parse(amount, "GBP") if amount else None
            wish = gestures.Wish(kind=kind, amount=asked, because=_BECAUSE)
            try:
                with session.begin_nested():
                    gestures.request_gesture(session, self.rules, case, wish, now=self.now, actor=who)
            except Refused:
                # The budget is used up, or a limit is reached: nothing is given, and the case stays.
                pass
            return case.id

        case_id = self._write(change)
        if case_id is None:
            return
        days = self.random.uniform
        self._on(days(0.2, 2), lambda: self._decide(case_id))
        self._on(days(3, 6), lambda: self._pay(case_id))
        self._on(days(4, 60), lambda: self._redeem(case_id))
        self._on(days(9, 30), lambda: self._close(case_id))

    def _customer(self, session: Session, number: int, who: Actor) -> str:
        """Somebody new, or one case in six somebody who was here before."""
        known = number - 5 if number % 6 == 5 else number
        first, last = _FIRST[known % len(_FIRST)], _LAST[known % len(_LAST)]
        email = f"{first}.{last}.{known}@reader.example".lower()
        if known == number:
            customers.add_customer(
                session,
                self.rules.settings,
                now=self.now,
                actor=who,
                name=f"{first} {last}",
                email=email,
                segment="loyal" if known % 4 == 1 else "regular",
            )
        return email

    def _gesture(self, session: Session, case_id: int) -> Gesture | None:
        found = gestures.gestures_of(session, session.get_one(Case, case_id))
        return found[-1] if found else None

    def _decide(self, case_id: int) -> None:
        """The manager decides what waits; one in ten he lets wait until it expires."""
        draw = self.random.random()
        with reading(self.engine) as session:
            gesture = self._gesture(session, case_id)
            approval = gestures.approval_of(session, gesture) if gesture is not None else None
        if approval is None or draw < 0.1:
            return

        def change(session: Session) -> None:
            waits = session.get_one(Approval, approval.id)
            asked = session.get_one(Gesture, waits.gesture_id)
            now, actor = self.now, self._actor(session, MAX)
            if draw < 0.25 and asked.amount_minor:
                half = Money(asked.amount_minor // 200 * 100, "GBP")
                why = "Half of it, as we did for others with the same trouble."
                approvals.counter(session, self.rules, waits, because=why, amount=half, now=now, actor=actor)
            elif draw < 0.33:
                why = "The parcel came on the day that was agreed."
                approvals.reject(session, self.rules, waits, because=why, now=now, actor=actor)
            else:
                approvals.approve(session, self.rules, waits, because="Right to ask.", now=now, actor=actor)

        self._write(change)

    def _pay(self, case_id: int) -> None:
        def change(session: Session) -> None:
            gesture = self._gesture(session, case_id)
            paid = (GestureKind.REFUND, GestureKind.CREDIT)
            if gesture is not None and gesture.kind in paid and gesture.state is GestureState.ISSUED:
                who = self._actor(session, MAX)
                gestures.pay(session, gesture, now=self.now, actor=who, because="to the card they paid with")

        self._write(change)

    def _redeem(self, case_id: int) -> None:
        """Of three vouchers one is used up, one in part, one never."""
        use = self.random.randrange(3)

        def change(session: Session) -> None:
            gesture = self._gesture(session, case_id)
            voucher = vouchers.voucher_of(session, gesture) if gesture is not None else None
            if voucher is None or not use or voucher.state is not VoucherState.ISSUED:
                return
            part = None if use == 1 else Money(max(100, voucher.amount_minor // 200 * 100), "GBP")
            who = self._actor(session, MAX)
            vouchers.redeem(session, self.rules, voucher, now=self.now, actor=who, amount=part)

        self._write(change)

    def _close(self, case_id: int) -> None:
        """Those who were given something come back a little more often; of some nobody hears again."""
        draw = self.random.random()

        def change(session: Session) -> None:
            case = session.get_one(Case, case_id)
            gesture = self._gesture(session, case_id)
            was_given = gesture is not None and gesture.state in (GestureState.ISSUED, GestureState.SPENT)
            back, heard = (0.62, 0.8) if was_given else (0.35, 0.7)
            outcome = (
                Outcome.RECOVERED if draw < back else Outcome.LOST if draw < heard else Outcome.NO_RESPONSE
            )
            who = self._actor(session, _AGENTS[0])
            cases.move_case(session, case, CaseStatus.CLOSED, now=self.now, actor=who, outcome=outcome)

        self._write(change)
