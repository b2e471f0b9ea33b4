"""What a policy is asked about: the facts of a case, who acts, and what was given before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.elapsed import MONDAY_TO_FRIDAY, BusinessDays
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.people.agent import Role


def no_holidays(_day: date) -> bool:
    """A calendar without holidays."""
    return False


class Subject(NamedTuple):
    """A case as the policy sees it. `facts` holds the built-in and the declared facts that are known, by
    name; `role` is that of the acting agent; `today` dates the windows of caps."""

    facts: Mapping[str, FactValue]
    role: Role
    today: date
    holidays: Callable[[date], bool] = no_holidays
    working_weekdays: frozenset[int] = MONDAY_TO_FRIDAY


class Given(NamedTuple):
    """What was given: minor units, and the number of gestures."""

    amount_minor: int
    times: int


@dataclass(frozen=True, slots=True)
class RelatedCount:
    """How many were counted, and the names or references of some of them, for people."""

    count: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """How many other customers look like the same person, in all and by what they share."""

    customers: int
    phone: int = 0
    postal_address: int = 0
    email: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """Amounts, in minor units and with both ends, that an agent may be fond of. `fixed_offers` are rules
    and amounts that nobody chose, which don't count."""

    low_minor: int
    high_minor: int
    gesture_class: GestureClass | None
    fixed_offers: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Habit:
    """How many of an agent's gestures worth money, `of` in all, lie in a band."""

    agent: str
    within: int
    of: int


NOBODY = RelatedCount(0)
NO_LINKS = Links(0)


class Records(Protocol):
    """What was given before, as the guards of a policy ask for it, seen from one case and one agent.

    Gestures that were rejected, withdrawn, void or expired don't count. Where no kind is asked for, only
    gestures worth money count: an apology never stands in the way of a refund."""

    def given(
        self,
        scope: CapScope,
        since: date | None,
        gesture_class: GestureClass | None,
        kind: GestureKind | None,
    ) -> Given:
        """Money and number of the gestures within a scope since a day, it included (None: ever)."""
        ...

    def last_given_on(self, scope: CapScope) -> date | None:
        """The day of the newest gesture worth money within a scope."""
        ...

    def agent_given_today(self) -> int:
        """Minor units that the acting agent gave today on their own authority."""
        ...

    def similar_cases(self, since: date | None) -> RelatedCount:
        """Other cases of this customer with the same reason, since a day (None: ever); the newest named."""
        ...

    def agents_same_reason(self, since: date | None) -> RelatedCount:
        """The other agents who logged other cases of this customer with the same reason, since a day."""
        ...

    def linked_customers(self) -> Links:
        """Other customers who look like the same person: by telephone, postal address or email."""
        ...

    def habit(self, band: Band, since: date | None) -> Habit:
        """How many of the acting agent's gestures worth money, since a day, lie in a band."""
        ...


class NoRecords:
    """Nothing was ever given."""

    def given(
        self,
        scope: CapScope,  # noqa: ARG002 - whatever is asked, the answer is the same
        since: date | None,  # noqa: ARG002
        gesture_class: GestureClass | None,  # noqa: ARG002
        kind: GestureKind | None,  # noqa: ARG002
    ) -> Given:
        """No money, no gesture."""
        return Given(0, 0)

    def last_given_on(self, scope: CapScope) -> date | None:  # noqa: ARG002
        """Never."""
        return None

    def agent_given_today(self) -> int:
        """Nothing."""
        return 0

    def similar_cases(self, since: date | None) -> RelatedCount:  # noqa: ARG002
        """None."""
        return NOBODY

    def agents_same_reason(self, since: date | None) -> RelatedCount:  # noqa: ARG002
        """Nobody."""
        return NOBODY

    def linked_customers(self) -> Links:
        """Nobody."""
        return NO_LINKS

    def habit(self, band: Band, since: date | None) -> Habit:  # noqa: ARG002
        """None."""
        return Habit("", 0, 0)


NO_RECORDS: Records = NoRecords()
"""For a question without a case: nothing was ever given."""


def complete_facts(policy: Policy, subject: Subject) -> Mapping[str, FactValue]:
    """The facts of a case with those that are worked out from others. A derived fact that was told is
    kept as told; one whose sources are unknown stays unknown."""
    derived = policy.derived_facts
    if not derived:
        return subject.facts
    facts = dict(subject.facts)
    business = BusinessDays(subject.holidays, subject.working_weekdays)
    for spec in derived:
        assert spec.elapsed is not None
        start, end = facts.get(spec.elapsed.start), facts.get(spec.elapsed.end)
        if spec.name not in facts and isinstance(start, date) and isinstance(end, date):
            facts[spec.name] = spec.elapsed.between(start, end, policy.timezone, business)
    return facts
