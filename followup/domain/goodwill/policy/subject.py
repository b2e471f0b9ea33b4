"""The input of a policy: the facts of a case, the acting role, and the records of earlier gestures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.elapsed import MONDAY_TO_FRIDAY, BusinessDays
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.given_before import GivenBefore
from followup.domain.goodwill.policy.kept import NOTHING_KEPT, KeptBefore
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.people.agent import Role


def no_holidays(_day: date) -> bool:
    """A calendar without holidays."""
    return False


class Subject(NamedTuple):
    """A case as a policy sees it. `facts` has the known built-in and declared facts by name; `role` is that
    of the acting agent; the windows of caps end on `today`.
    """

    facts: Mapping[str, FactValue]
    role: Role
    today: date
    holidays: Callable[[date], bool] = no_holidays
    working_weekdays: frozenset[int] = MONDAY_TO_FRIDAY


class Given(NamedTuple):
    """A total of gestures: minor units, and their number."""

    amount_minor: int
    times: int


@dataclass(frozen=True, slots=True)
class RelatedCount:
    """A count, and the names or references of some of those counted, for people."""

    count: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """The number of other customers who look like the same person, in all and by what they share."""

    customers: int
    phone: int = 0
    postal_address: int = 0
    email: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """A band of amounts in minor units, both ends included. `fixed_offers` are rules with fixed amounts,
    which do not count because nobody chose the amount.
    """

    low_minor: int
    high_minor: int
    gesture_class: GestureClass | None
    fixed_offers: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Habit:
    """The number of an agent's gestures with money whose amounts lie in a band, out of `of`."""

    agent: str
    within: int
    of: int


NOBODY = RelatedCount(0)
NO_LINKS = Links(0)


class Records(Protocol):
    """The records of earlier gestures as guards query them, from the point of view of one case and one agent.

    Gestures that were rejected, withdrawn, voided or expired do not count. If no kind is given, only gestures
    with money count, so an apology never blocks a refund.
    """

    def given(
        self,
        scope: CapScope,
        since: date | None,
        gesture_class: GestureClass | None,
        kind: GestureKind | None,
    ) -> Given:
        """Amount and number of gestures within a scope since a day, that day included (None: since ever)."""
        ...

    def last_given_on(self, scope: CapScope) -> date | None:
        """The day of the newest gesture with money within a scope."""
        ...

    def given_before(self) -> Sequence[GivenBefore]:
        """The gestures with money of this case, and of the customer's other cases with the same order."""
        ...

    def kept(self, name: str) -> KeptBefore:
        """What was kept for the customer in the sum of this name and is not paid out yet."""
        ...

    def agent_given_today(self) -> int:
        """The amount, in minor units, that the acting agent gave today without approval."""
        ...

    def similar_cases(self, since: date | None) -> RelatedCount:
        """The number of other cases of this customer with the same reason since a day (None: ever), with the
        newest references.
        """
        ...

    def agents_same_reason(self, since: date | None) -> RelatedCount:
        """The other agents who logged cases of this customer with the same reason since a day."""
        ...

    def linked_customers(self) -> Links:
        """Other customers who look like the same person: by telephone, postal address or email."""
        ...

    def habit(self, band: Band, since: date | None) -> Habit:
        """The number of the acting agent's gestures with money, since a day, whose amounts lie in a band."""
        ...


class NoRecords:
    """Records without any earlier gesture."""

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

    def given_before(self) -> Sequence[GivenBefore]:
        """Nothing."""
        return ()

    def kept(self, name: str) -> KeptBefore:  # noqa: ARG002
        """Nothing."""
        return NOTHING_KEPT

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
"""Records for a question without a case: no earlier gestures."""


def complete_facts(policy: Policy, subject: Subject) -> Mapping[str, FactValue]:
    """The facts of a case, with derived facts calculated. A derived fact that was supplied is kept; one whose
    sources are missing stays missing.
    """
    derived = policy.derived_facts
    if not derived:
        return subject.facts
    facts = dict(subject.facts)
    business = BusinessDays(subject.holidays, subject.working_weekdays)
    for spec in derived:
        if spec.name in facts or spec.derived is None:
            continue
        value = spec.derived.value(facts, policy.timezone, business)
        if value is not None:
            facts[spec.name] = value
    return facts
