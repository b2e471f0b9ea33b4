"""A recorded case for a simulation, and the result of applying a policy to it.

Both are plain tuples, the fastest to create: there are hundreds of thousands.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.people.agent import Role


class PastCase(NamedTuple):
    """A recorded case: its customer, its agent, and its times. `day` is the day on which it was logged.

    `facts` has the built-in facts that do not depend on earlier cases; `told` has the declared facts as they
    were written; `order` is the key of its order.
    """

    number: int
    customer: int
    agent: int
    agent_email: str
    role: Role
    team: str | None
    segment: str | None
    reason: str
    logged_at: datetime
    day: date
    facts: Mapping[str, FactValue]
    told: Mapping[str, str]
    order: str | None = None

    def key(self, scope: CapScope) -> Hashable:
        """The value that all cases share whose gestures a cap of this scope counts together."""
        return _KEYS[scope](self)


_KEYS: dict[CapScope, Callable[[PastCase], Hashable]] = {
    CapScope.CUSTOMER: attrgetter("customer"),
    CapScope.AGENT: attrgetter("agent"),
    CapScope.TEAM: attrgetter("team"),
    CapScope.REASON: attrgetter("reason"),
    CapScope.CUSTOMER_REASON: attrgetter("customer", "reason"),
    CapScope.CASE: lambda case: (case.customer, case.order) if case.order else case.number,
}


class ReplayedOutcome(NamedTuple):
    """The result of a policy for one case. If not `given`, either `refused` says why, or no rule matched and
    there is no kind. `approver` is the role that would have to approve; `lowered` says that a limit reduced
    the amount.

    `lacks` names declared facts that are missing and could change the result.
    """

    kind: GestureKind | None = None
    gesture_class: GestureClass | None = None
    amount_minor: int | None = None
    given: bool = False
    approver: Role | None = None
    lowered: bool = False
    from_range: bool = False
    refused: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def worth_minor(self) -> int:
        """The value of the gesture to the customer, in minor units."""
        return (self.amount_minor or 0) if self.given else 0
