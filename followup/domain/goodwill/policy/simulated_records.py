"""Earlier gestures in a simulation, kept in memory while recorded cases are replayed in order of time.

It answers the same questions as the database, from the replayed cases alone. Running totals make a question
about a window two look-ups, however many cases there are.
"""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.given_before import GivenBefore
from followup.domain.goodwill.policy.kept import KeptBefore
from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.subject import NO_LINKS, Band, Given, Habit, Links, RelatedCount

NOTHING = Given(0, 0)
_YEAR = timedelta(days=365)


@dataclass(slots=True)
class RunningTotal:
    """Days in order, each with the total of all amounts up to it."""

    days: list[date] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)

    def add(self, day: date, amount_minor: int) -> None:
        """Add an amount (minor units) on a day that is not before the last one."""
        self.sums.append((self.sums[-1] if self.sums else 0) + amount_minor)
        self.days.append(day)

    def since(self, day: date | None) -> Given:
        """The total since a day, that day included (None: since ever)."""
        times = _since(self.days, day)
        first = len(self.days) - times
        if not times:
            return NOTHING
        return Given(self.sums[-1] - (self.sums[first - 1] if first else 0), times)


Question = tuple[CapScope, GestureClass | None, GestureKind | None]


class SimulatedRecords:
    """The records in the simulation of one policy. `stand_at` sets the case from which they are asked."""

    def __init__(self, policy: Policy, links: Mapping[int, Links]) -> None:
        """`links` has, by customer number, the other customers who look like the same person; it must not
        change.
        """
        questions: set[Question] = {(cap.scope, cap.gesture_class, cap.kind) for cap in policy.caps}
        questions |= {(one.scope, one.gesture_class, one.kind) for one in policy.cooldowns}
        self._questions = tuple(questions)
        self._links = links
        repeats = policy.repeats
        self._looks_back = any(
            one.similar_cases is not None or one.other_agents is not None for one in repeats
        )
        self._looks_for_habits = any(one.just_under is not None for one in repeats)
        self._counts = policy.asked_facts & {"cases_last_12_months", "gestures_last_12_months"}
        self._of_order: dict[Hashable, list[tuple[date, ReplayedOutcome, GivenBefore]]] = {}
        self._tallies: dict[tuple[Question, Hashable], RunningTotal] = {}
        self._today_given: dict[int, tuple[date, int]] = {}
        self._same_reason: dict[tuple[int, str], list[tuple[date, int]]] = {}
        self._of_agent: dict[int, list[tuple[date, int, GestureClass, str | None]]] = {}
        self._habits: dict[tuple[int, Band], tuple[list[date], int]] = {}
        self._kept: dict[tuple[int, str], int] = {}
        self._cases: dict[int, list[date]] = {}
        self._gestures: dict[int, list[date]] = {}

    def stand_at(self, case: PastCase) -> None:
        """Ask from this case on, which must not have been logged before the previous one."""
        self._case = case
        self._today = case.day

    def counts(self) -> dict[str, int]:
        """The built-in facts about the customer's earlier cases and gestures, if the policy uses them."""
        if not self._counts:
            return {}
        since, customer = self._today - _YEAR, self._case.customer
        return {
            "cases_last_12_months": _since(self._cases.get(customer, ()), since),
            "gestures_last_12_months": _since(self._gestures.get(customer, ()), since),
        }

    def note_case(self) -> None:
        """Count the current case among the earlier ones from now on."""
        case = self._case
        if self._looks_back:
            self._same_reason.setdefault((case.customer, case.reason), []).append((case.day, case.agent))
        if self._counts:
            self._cases.setdefault(case.customer, []).append(case.day)

    def note_gesture(self, given: ReplayedOutcome, rule: str | None) -> None:
        """Record the gesture given for the current case; `rule` is the id of the matched rule."""
        case, worth, its_class = self._case, given.amount_minor, given.gesture_class
        assert its_class is not None, "what is given has a class"
        if self._counts:
            self._gestures.setdefault(case.customer, []).append(case.day)
        if case.order is not None:
            given_now = GivenBefore(worth or 0, its_class, rule, same_case=False)
            self._of_order.setdefault(case.key(CapScope.CASE), []).append((case.day, given, given_now))
        for question in self._questions:
            scope, gesture_class, kind = question
            if scope is CapScope.CASE:
                continue
            if gesture_class not in (None, its_class):
                continue
            if (worth is None) if kind is None else (kind is not given.kind):
                continue
            key = (question, case.key(scope))
            tally = self._tallies.get(key)
            if tally is None:
                tally = self._tallies[key] = RunningTotal()
            tally.add(case.day, worth or 0)
        if worth is None:
            return
        if given.approver is None:
            self._today_given[case.agent] = case.day, worth + self.agent_given_today()
        if self._looks_for_habits:
            self._of_agent.setdefault(case.agent, []).append((case.day, worth, its_class, rule))

    def given(
        self,
        scope: CapScope,
        since: date | None,
        gesture_class: GestureClass | None,
        kind: GestureKind | None,
    ) -> Given:
        """Amount and number of gestures within a scope since a day, that day included (None: since ever)."""
        if scope is CapScope.CASE:
            return self._given_for_order(since, gesture_class, kind)
        tally = self._tallies.get(((scope, gesture_class, kind), self._case.key(scope)))
        return NOTHING if tally is None else tally.since(since)

    def _given_for_order(
        self, since: date | None, gesture_class: GestureClass | None, kind: GestureKind | None
    ) -> Given:
        """What earlier cases of the same order were given: each case is replayed once."""
        amounts = [
            before.amount_minor
            for day, given, before in self._earlier()
            if (since is None or day >= since)
            and gesture_class in (None, given.gesture_class)
            and (given.amount_minor is not None if kind is None else kind is given.kind)
        ]
        return Given(sum(amounts), len(amounts))

    def _earlier(self) -> list[tuple[date, ReplayedOutcome, GivenBefore]]:
        return self._of_order.get(self._case.key(CapScope.CASE), [])

    def given_before(self) -> Sequence[GivenBefore]:
        """The gestures with money of the customer's earlier cases with the same order."""
        return [before for _, given, before in self._earlier() if given.amount_minor is not None]

    def last_given_on(self, scope: CapScope) -> date | None:
        """The day of the newest gesture with money within a scope."""
        if scope is CapScope.CASE:
            return max(
                (day for day, given, _ in self._earlier() if given.amount_minor is not None), default=None
            )
        tally = self._tallies.get(((scope, None, None), self._case.key(scope)))
        return None if tally is None else tally.days[-1]

    def note_kept(self, name: str, amount_minor: int) -> None:
        """Record what is kept for the customer in a sum from now on."""
        self._kept[self._case.customer, name] = amount_minor

    def kept(self, name: str) -> KeptBefore:
        """What was kept for the customer in the sum of this name; its cases are left out."""
        return KeptBefore(self._kept.get((self._case.customer, name), 0))

    def agent_given_today(self) -> int:
        """The amount, in minor units, that the acting agent gave today without approval."""
        day, given = self._today_given.get(self._case.agent, (self._today, 0))
        return given if day == self._today else 0

    def similar_cases(self, since: date | None) -> RelatedCount:
        """The number of other cases of this customer with the same reason since a day; names are left out."""
        return RelatedCount(len(self._since_day(since)))

    def agents_same_reason(self, since: date | None) -> RelatedCount:
        """The number of other agents who logged cases of this customer with the same reason since a day;
        names are left out.
        """
        agents = {agent for _, agent in self._since_day(since)} - {self._case.agent}
        return RelatedCount(len(agents))

    def linked_customers(self) -> Links:
        """Other customers who look like the same person."""
        return self._links.get(self._case.customer, NO_LINKS)

    def habit(self, band: Band, since: date | None) -> Habit:
        """The number of the acting agent's gestures with money, since a day, whose amount lies in a band.
        `of` has only those too, because no sentence is shown.
        """
        agent = self._case.agent
        past = self._of_agent.get(agent, [])
        days, looked_at = self._habits.get((agent, band), ([], 0))
        for day, worth, gesture_class, rule in past[looked_at:]:
            if _lies_in(band, worth, gesture_class, rule):
                days.append(day)
        self._habits[agent, band] = days, len(past)
        within = _since(days, since)
        return Habit("", within, within)

    def _since_day(self, since: date | None) -> list[tuple[date, int]]:
        past = self._same_reason.get((self._case.customer, self._case.reason))
        if past is None or since is None:
            return past or []
        return past[bisect_left(past, (since,)) :]


def _lies_in(band: Band, amount_minor: int, gesture_class: GestureClass, rule: str | None) -> bool:
    if not band.low_minor <= amount_minor <= band.high_minor:
        return False
    if band.gesture_class not in (None, gesture_class):
        return False
    return (rule, amount_minor) not in band.fixed_offers


def _since(days: Sequence[date], since: date | None) -> int:
    """How many of these days, which are in order, are not before a day (None: all)."""
    return len(days) - (0 if since is None else bisect_left(days, since))
