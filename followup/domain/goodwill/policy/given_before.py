"""What a case was given before: a second gesture counts together with the first, so that an amount in parts
passes no limit that the whole would not.

Money counts for the case and for all cases of the customer with the same order, except for what the rule
itself says, which is for each case.
"""

from collections.abc import Sequence
from typing import NamedTuple

from followup.domain.goodwill.gesture import GestureClass


class GivenBefore(NamedTuple):
    """A gesture with money that counts as given. If not `same_case`, another case of the same order was given
    it. `rule` is the one that matched then.
    """

    amount_minor: int
    gesture_class: GestureClass
    rule: str | None
    same_case: bool


def sum_of_classes(before: Sequence[GivenBefore], classes: frozenset[GestureClass]) -> int:
    """The amount given before in any of some classes, in minor units."""
    return sum(one.amount_minor for one in before if one.gesture_class in classes)
