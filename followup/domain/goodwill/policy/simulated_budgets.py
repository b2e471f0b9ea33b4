"""The budgets of a simulation: recorded cases draw on their limits and periods, in order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from followup.domain.goodwill.budget import (
    LimitChange,
    Period,
    applies,
    carried_over,
    keys_between,
    limit_in,
    local_day,
    period_key,
)
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.past_case import PastCase


@dataclass(frozen=True, slots=True)
class BudgetTerms:
    """The terms of a budget: amounts in minor units, `changes` in the order in which they were decided."""

    name: str
    period: Period
    limit_minor: int
    currency: str
    timezone: str
    scopes: tuple[tuple[str, str], ...] = ()
    changes: tuple[LimitChange, ...] = ()
    soft: bool = False
    carry_over: bool = False


@dataclass(slots=True)
class BudgetUse:
    """The use of one budget in one period. `limit_minor` includes what was carried over."""

    limit_minor: int
    used_minor: int = 0
    gestures: int = 0
    refused: int = 0

    @property
    def left_minor(self) -> int:
        """What is left, in minor units; negative only for a soft budget."""
        return self.limit_minor - self.used_minor


@dataclass(slots=True)
class _Budget:
    terms: BudgetTerms
    periods: dict[str, BudgetUse] = field(default_factory=dict)
    day: date | None = None
    now: BudgetUse | None = None

    def use(self, day: date) -> BudgetUse:
        """The use of the period of a day that is not before the last one asked for."""
        if self.now is None or day != self.day:
            self.day = day
            key = period_key(self.terms.period, day)
            if key not in self.periods:
                self.periods[key] = BudgetUse(self._limit(key) + self._carried(key))
            self.now = self.periods[key]
        return self.now

    def _limit(self, key: str) -> int:
        return limit_in(self.terms.limit_minor, self.terms.changes, key)

    def _carried(self, key: str) -> int:
        if not self.terms.carry_over or not self.periods:
            return 0
        last = max(self.periods)
        untouched = keys_between(self.terms.period, last, key)
        return carried_over(self.periods[last].left_minor, (self._limit(between) for between in untouched))


class SimulatedBudgets:
    """All budgets in the simulation of one policy."""

    def __init__(self, terms: Iterable[BudgetTerms], currency: str) -> None:
        """`currency` is the policy's: nothing is drawn from budgets in another one."""
        self._budgets = [_Budget(one) for one in terms if one.currency == currency]
        self._applying: dict[tuple[object, ...], Sequence[_Budget]] = {}

    def draw(
        self,
        case: PastCase,
        kind: GestureKind,
        gesture_class: GestureClass,
        amount_minor: int | None,
    ) -> str | None:
        """Draw a gesture from every budget that applies to it, or from none. Returns the name of the first
        budget that has no room for it, else None. Corrective gestures and gestures without an amount draw on
        no budget. Cases must come in order of time.
        """
        if gesture_class is GestureClass.CORRECTIVE or amount_minor is None:
            return None
        uses = []
        for budget in self._drawn_on(case, kind, gesture_class):
            terms = budget.terms
            use = budget.use(local_day(case.logged_at, terms.timezone))
            fits = terms.soft or use.used_minor + amount_minor <= use.limit_minor
            if not fits:
                use.refused += 1
                return terms.name
            uses.append(use)
        for use in uses:
            use.used_minor += amount_minor
            use.gestures += 1
        return None

    def uses(self) -> list[tuple[BudgetTerms, str, BudgetUse]]:
        """Every budget and period that a gesture was drawn from or refused by, in order."""
        return [
            (budget.terms, key, use)
            for budget in self._budgets
            for key, use in sorted(budget.periods.items())
        ]

    def _drawn_on(self, case: PastCase, kind: GestureKind, gesture_class: GestureClass) -> Sequence[_Budget]:
        asked = (case.team, case.agent_email, case.reason, kind, gesture_class, case.segment)
        found = self._applying.get(asked)
        if found is None:
            subject = {
                "team": case.team,
                "agent": case.agent_email,
                "reason": case.reason,
                "kind": kind.value,
                "class": gesture_class.value,
                "segment": case.segment,
            }
            found = [budget for budget in self._budgets if applies(budget.terms.scopes, subject)]
            self._applying[asked] = found
        return found
