"""Two simulations of the same cases compared: what each policy gives, and whose amount changes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from heapq import heappush, heapreplace

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.simulation import Replay
from followup.domain.people.agent import Role

MOST_LACKING = 10
"""The greatest number of cases with missing facts that are named."""


@dataclass(slots=True)
class Totals:
    """The totals of one policy, in minor units, and why cases got nothing."""

    gestures: int = 0
    amount_minor: int = 0
    kinds: Counter[GestureKind] = field(default_factory=Counter)
    kind_minor: Counter[GestureKind] = field(default_factory=Counter)
    classes: Counter[GestureClass] = field(default_factory=Counter)
    class_minor: Counter[GestureClass] = field(default_factory=Counter)
    approvals: Counter[Role] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    no_rule: int = 0
    lowered: int = 0
    from_range: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    lacking_cases: int = 0

    def add(self, outcome: ReplayedOutcome) -> None:
        """Count one case."""
        if outcome.lacks:
            self.lacking_cases += 1
            self.lacking.update(outcome.lacks)
        if outcome.kind is None or outcome.gesture_class is None:
            self.no_rule += 1
            return
        if not outcome.given:
            self.refused[outcome.refused] += 1
            return
        worth = outcome.worth_minor
        self.gestures += 1
        self.amount_minor += worth
        self.kinds[outcome.kind] += 1
        self.kind_minor[outcome.kind] += worth
        self.classes[outcome.gesture_class] += 1
        self.class_minor[outcome.gesture_class] += worth
        self.lowered += outcome.lowered
        self.from_range += outcome.from_range
        if outcome.approver is not None:
            self.approvals[outcome.approver] += 1


@dataclass(slots=True)
class ReasonTotals:
    """The totals of both policies for one reason; lists hold the figure before and after."""

    cases: int = 0
    gestures: list[int] = field(default_factory=lambda: [0, 0])
    amount_minor: list[int] = field(default_factory=lambda: [0, 0])


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case whose customer gets a different amount under the second policy."""

    case: int
    reason: str
    before: ReplayedOutcome
    after: ReplayedOutcome

    @property
    def change_minor(self) -> int:
        """The difference in minor units, negative if it is less."""
        return self.after.worth_minor - self.before.worth_minor


@dataclass(slots=True)
class Changes:
    """The cases that get more, or those that get less: their number, their total, and the largest changes."""

    most: int
    cases: int = 0
    amount_minor: int = 0
    _largest: list[tuple[int, int, CaseChange]] = field(default_factory=list)
    """Each with its size and its number, negative. No two numbers are equal, so changes are not compared."""

    def add(self, change: CaseChange) -> None:
        """Count a case, and keep it if it is among the largest; of two equal changes the earlier case is
        kept.
        """
        size = abs(change.change_minor)
        self.cases += 1
        self.amount_minor += change.change_minor
        item = (size, -change.case, change)
        if len(self._largest) < self.most:
            heappush(self._largest, item)
        elif self.most and item > self._largest[0]:
            heapreplace(self._largest, item)

    @property
    def largest(self) -> list[CaseChange]:
        """The largest changes, in descending order."""
        return [change for _, _, change in sorted(self._largest, reverse=True)]


@dataclass(slots=True)
class ReplayComparison:
    """The comparison of two simulations of the same cases."""

    before: Totals
    after: Totals
    more: Changes
    less: Changes
    cases: int = 0
    first: date | None = None
    last: date | None = None
    reasons: dict[str, ReasonTotals] = field(default_factory=dict)
    lacking: list[int] = field(default_factory=list)

    def add(self, case: PastCase, before: ReplayedOutcome, after: ReplayedOutcome) -> None:
        """Count one case under both policies."""
        self.cases += 1
        self.first = self.first or case.day
        self.last = case.day
        self.before.add(before)
        self.after.add(after)
        reason = self.reasons.get(case.reason)
        if reason is None:
            reason = self.reasons[case.reason] = ReasonTotals()
        reason.cases += 1
        for number, outcome in enumerate((before, after)):
            reason.gestures[number] += outcome.given
            reason.amount_minor[number] += outcome.worth_minor
        difference = after.worth_minor - before.worth_minor
        if difference:
            change = CaseChange(case.number, case.reason, before, after)
            (self.more if difference > 0 else self.less).add(change)
        if after.lacks and len(self.lacking) < MOST_LACKING:
            self.lacking.append(case.number)


def replay_both(before: Replay, after: Replay, cases: Iterable[PastCase], most: int) -> ReplayComparison:
    """Simulate cases, given in order of time, under two policies. `most` is how many of the largest
    increases, and of the largest decreases, are kept.
    """
    comparison = ReplayComparison(Totals(), Totals(), Changes(most), Changes(most))
    for case in cases:
        comparison.add(case, before.judge(case), after.judge(case))
    return comparison
