"""Amounts that are owed and too small to be paid out: they are kept, and added to what is owed next."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money

KEPT_KINDS = (GestureKind.REFUND, GestureKind.CREDIT)
"""The kinds that are paid out as a sum: money, without a code that ends."""

KEPT_DAYS = 365
"""The days after which a person looks at what was kept, unless the rule says otherwise."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a rule does with an amount below its smallest payout: it is kept in the sum `name`, which all
    rules with this name add to. After `days` a person decides about it; it never lapses by itself.
    """

    name: str
    days: int = KEPT_DAYS


class KeptBefore(NamedTuple):
    """What was kept for a customer in one sum: the amount as it was worked out then, in minor units, and the
    references of the cases, oldest first.
    """

    amount_minor: int = 0
    cases: tuple[str, ...] = ()


NOTHING_KEPT = KeptBefore()


@dataclass(frozen=True, slots=True)
class AddedUp:
    """What is owed for one case, `own`, and what was kept `before`. Both are paid out together once they come
    to `minimum`; until then `own` is kept, too.
    """

    keeping: Keeping
    own: Money
    before: Money
    minimum: Money
    cases: tuple[str, ...] = ()

    @property
    def total(self) -> Money:
        """What is owed in all."""
        return self.own + self.before

    @property
    def pays_out(self) -> bool:
        """Whether the sum is paid out now."""
        return self.total >= self.minimum

    def to_document(self) -> dict[str, Any]:
        """The sum as a JSON object."""
        return {
            "name": self.keeping.name,
            "own": self.own.text,
            "before": self.before.text,
            "total": self.total.text,
            "minimum": self.minimum.text,
            "pays_out": self.pays_out,
            "cases": list(self.cases),
        }
