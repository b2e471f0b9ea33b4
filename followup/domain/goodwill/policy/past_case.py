"""A recorded case as it is replayed, and what a policy makes of it.

Both are plain tuples: hundreds of thousands are made, and those are made fastest.
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
    """A recorded case: whose it is, who dealt with it, and when. `day` is the one it was logged on.

    `facts` holds the built-in facts that don't depend on the past, `told` the declared ones as they were
    written."""

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

    def key(self, scope: CapScope) -> Hashable:
        """What the gestures of a scope have in common."""
        return _KEYS[scope](self)


_KEYS: dict[CapScope, Callable[[PastCase], Hashable]] = {
    CapScope.CUSTOMER: attrgetter("customer"),
    CapScope.AGENT: attrgetter("agent"),
    CapScope.TEAM: attrgetter("team"),
    CapScope.REASON: attrgetter("reason"),
    CapScope.CUSTOMER_REASON: attrgetter("customer", "reason"),
    CapScope.CASE: attrgetter("number"),
}


class ReplayedOutcome(NamedTuple):
    """What a policy makes of a case. Not `given`: `refused` says why, or there is no kind, for no rule
    matched. `approver` is the role that would have to agree, `lowered` says that a limit bound.

    `lacks` are declared facts without which the answer may be another."""

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
        """What the customer gets, in minor units."""
        return (self.amount_minor or 0) if self.given else 0
