"""A simulation: recorded cases are replayed under a policy, in order of time, as if every recommendation had
been followed.

Only the replayed cases count as earlier gestures: caps, cooldowns, daily limits and budgets start empty with
the first case. Approvals are assumed to be granted. For a range, its middle is taken as the agent's choice.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import FactValue, read_fact
from followup.domain.goodwill.policy.offer import missing_names
from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.recommend import RuleDecision, decide
from followup.domain.goodwill.policy.simulated_budgets import BudgetTerms, SimulatedBudgets
from followup.domain.goodwill.policy.simulated_records import SimulatedRecords
from followup.domain.goodwill.policy.subject import Links, Subject, no_holidays
from followup.domain.shared.money import Money
from followup.errors import WrongUsage

BUDGET_EXHAUSTED = "budget_exhausted"
MISSING_FACTS = "missing_facts"
KEPT = "kept"
_MOST_READ = 100_000
"""The greatest number of fact texts whose parsed values are cached: most cases share theirs."""


class Replay:
    """The simulation of one policy, with the gestures it has given so far."""

    def __init__(
        self,
        policy: Policy,
        budgets: Iterable[BudgetTerms],
        links: Mapping[int, Links],
        holidays: Callable[[date], bool] = no_holidays,
    ) -> None:
        """`links` has the customers who look like the same person."""
        self.policy = policy
        self.records = SimulatedRecords(policy, links)
        self.budgets = SimulatedBudgets(budgets, policy.currency)
        self._holidays = holidays
        self._read: dict[tuple[str, str], FactValue | None] = {}
        self._askable = policy.asked_facts & policy.facts.keys()

    def judge(self, case: PastCase) -> ReplayedOutcome:
        """Apply the policy to the next case and record the gesture as given. Cases must come in order of
        time.
        """
        policy = self.policy
        self.records.stand_at(case)
        facts = {**self._told(case.told), **case.facts, **self.records.counts()}
        subject = Subject(facts, case.role, case.day, self._holidays)
        decision = decide(policy, subject, self.records, whole=False)
        lowered = decision.verdict is not None and bool(decision.verdict.bound)
        from_range = decision.money is not None and decision.money[0] < decision.money[1]
        if from_range:
            decision = self._chosen(subject, decision)
        outcome = self._outcome(case, decision)
        if outcome.given and (lowered or from_range):
            outcome = outcome._replace(lowered=lowered, from_range=from_range)
        self.records.note_case()
        added_up = decision.added_up
        if outcome.given or outcome.refused == KEPT:
            assert decision.rule is not None, "what nobody chose otherwise follows a rule"
            counted = outcome
            if added_up is not None:
                counted = outcome._replace(amount_minor=added_up.own.amount_minor)
                left_minor = 0 if outcome.given else added_up.total.amount_minor
                self.records.note_kept(added_up.keeping.name, left_minor)
            self.records.note_gesture(counted, decision.rule.id)
        return outcome

    def _chosen(self, subject: Subject, decision: RuleDecision) -> RuleDecision:
        """The decision if the agent chooses the middle of the range."""
        assert decision.money is not None
        middle = Money((sum(decision.money) + 1) // 2, self.policy.currency)
        return decide(self.policy, subject, self.records, chosen_amount=middle, whole=False)

    def _outcome(self, case: PastCase, decision: RuleDecision) -> ReplayedOutcome:
        lacks = self._lacking(decision)
        if decision.verdict is None:
            return ReplayedOutcome(lacks=lacks)
        kind, gesture_class = decision.verdict.offer[:2]
        amount_minor = None if decision.money is None else decision.money[1]
        refused = self._refused(case, decision, kind, gesture_class, amount_minor)
        if refused:
            return ReplayedOutcome(kind, gesture_class, refused=refused, lacks=lacks)
        approver = decision.signature.approver_role
        return ReplayedOutcome(kind, gesture_class, amount_minor, given=True, approver=approver, lacks=lacks)

    def _refused(
        self,
        case: PastCase,
        decision: RuleDecision,
        kind: GestureKind,
        gesture_class: GestureClass,
        amount_minor: int | None,
    ) -> str:
        """Why a gesture is not given; empty if it is, and then it was drawn from its budgets."""
        if decision.refused is not None:
            return decision.refused.code
        if decision.is_cost_unknown:
            return MISSING_FACTS
        if decision.added_up is not None and not decision.added_up.pays_out:
            return KEPT
        is_full = self.budgets.draw(case, kind, gesture_class, amount_minor) is not None
        return BUDGET_EXHAUSTED if is_full else ""

    def _told(self, told: Mapping[str, str]) -> dict[str, FactValue]:
        """The values of the facts that this policy declares. Texts that cannot be read count as missing."""
        values, read = {}, self._read
        for written in told.items():
            value = read[written] if written in read else self._value(*written)
            if value is not None:
                values[written[0]] = value
        return values

    def _value(self, name: str, text: str) -> FactValue | None:
        if len(self._read) >= _MOST_READ:
            self._read.clear()
        spec, value = self.policy.facts.get(name), None
        if spec is not None:
            with suppress(WrongUsage):
                value = read_fact(spec, text)
        self._read[name, text] = value
        return value

    def _lacking(self, decision: RuleDecision) -> tuple[str, ...]:
        """The missing declared facts because of which an earlier rule did not match or the amount is
        unknown.
        """
        missing = decision.worth.missing
        if decision.facts.keys() >= self._askable:
            return missing
        possible = self.policy.table.possible_matches(decision.facts, self._askable)
        if decision.place is not None:
            possible &= (1 << decision.place) - 1
        if not possible:
            return missing
        names = dict.fromkeys(missing)
        while possible:
            first = possible & -possible
            for condition in self.policy.rules[first.bit_length() - 1].when:
                if condition.fact.name not in decision.facts:
                    known = self.policy.known_facts
                    names |= dict.fromkeys(missing_names(known, decision.facts, condition.fact.name))
            possible ^= first
        return tuple(names)
