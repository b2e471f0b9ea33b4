"""A recommendation: the gesture that may be offered for a case, the limits that applied, and the reasons. Its
JSON form is part of the contract.
"""

from dataclasses import dataclass
from typing import Any

from followup.domain.goodwill.gesture import GestureClass, GestureKind, gesture_words
from followup.domain.goodwill.policy.kept import AddedUp
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, Choice, PolicyReason
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason


@dataclass(frozen=True, slots=True)
class Limit:
    """The use of a limit: an amount of money or a number of gestures."""

    name: str
    limit: Money | int
    used: Money | int
    remaining: Money | int

    def to_document(self) -> dict[str, Any]:
        """The limit as a JSON object."""
        return {
            "name": self.name,
            "limit": _plain(self.limit),
            "used": _plain(self.used),
            "remaining": _plain(self.remaining),
        }


def _plain(value: Money | int) -> str | int:
    return value.text if isinstance(value, Money) else value


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal by a rule of the policy. `code` is for programs; `hint` says what is possible instead.
    `most_minor` is the greatest amount (minor units) that would not be refused, if there is one.
    """

    code: str
    message: str
    hint: str = ""
    most_minor: int | None = None

    def to_document(self) -> dict[str, str]:
        """The refusal as a JSON object."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the customer may have instead of the recommended gesture: another kind of the rule, after all
    limits. `amount` and `range` are as in a recommendation; `approver_role` is who would have to agree.
    """

    kind: GestureKind
    gesture_class: GestureClass
    amount: Money | None
    range: tuple[Money, Money] | None
    approver_role: Role | None
    refused: Refusal | None

    @property
    def words(self) -> str:
        """The kind with its amount or range: "a voucher of 18.00 GBP"."""
        ends = self.range or ((self.amount,) if self.amount else ())
        return gesture_words(self.kind, " to ".join(map(str, ends)))

    def to_document(self) -> dict[str, Any]:
        """The alternative as a JSON object."""
        return {
            "kind": self.kind.value,
            "class": self.gesture_class.value,
            "amount": self.amount.text if self.amount else None,
            "range": _range(self.range),
            "needs_approval": self.approver_role is not None,
            "approver_role": self.approver_role.value if self.approver_role else None,
            "refused": self.refused.to_document() if self.refused else None,
        }


def _range(ends: tuple[Money, Money] | None) -> dict[str, str] | None:
    return {"from": ends[0].text, "to": ends[1].text} if ends else None


_NEEDS = {
    PolicyReason.ABOVE_GESTURE: ApprovalNeed.PER_GESTURE,
    PolicyReason.ABOVE_TOGETHER: ApprovalNeed.PER_GESTURE,
    PolicyReason.ABOVE_DAY: ApprovalNeed.PER_DAY,
    PolicyReason.LOOKS_FIRST: ApprovalNeed.SECOND_LOOK,
}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The result of a policy for a case. If no rule matched, `rule`, `kind` and `amount` are None.

    `amount` is also None for kinds without money, for a range until the agent chooses (`range` has its ends),
    if a fact is missing, and if the gesture is refused, unless nobody may approve it or the amount is zero.
    `note_words` and `notify` are what the policy requires at this amount; `reasons` explain the result;
    `alternatives` are what the customer may have instead. `is_cost_unknown`: the rule says what the item
    costs us, by a fact that is missing. `added_up`: the rule keeps small amounts; `amount` is
    then what this case is owed while that is kept, and the whole sum once it is paid out. `points`: how
    many points the amount is, if the kind is points.
    """

    rule: str | None
    policy_version: str
    gesture_class: GestureClass | None
    kind: GestureKind | None
    amount: Money | None
    currency: str
    range: tuple[Money, Money] | None
    needs_approval: bool
    approver_role: Role | None
    bound_by: tuple[str, ...]
    limits: tuple[Limit, ...]
    reasons: tuple[Reason[PolicyReason], ...]
    missing_facts: tuple[str, ...]
    refused: Refusal | None
    note_words: int
    notify: Role | None
    alternatives: tuple[Alternative, ...] = ()
    is_cost_unknown: bool = False
    added_up: AddedUp | None = None
    points: int | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the amount is kept for now instead of being paid out."""
        return self.added_up is not None and not self.added_up.pays_out

    @property
    def lacks_amount(self) -> bool:
        """Whether an amount is still to be chosen, or a fact is missing that it is worked out from."""
        if self.kind is None or self.amount is not None:
            return False
        return self.kind.has_amount or self.range is not None or self.is_cost_unknown

    @property
    def is_money(self) -> bool:
        """Whether it counts where gestures with money count."""
        return self.kind is not None and (self.kind.has_amount or bool(self.amount or self.range))

    @property
    def because(self) -> tuple[str, ...]:
        """The reasons as sentences for people."""
        return tuple(reason.text for reason in self.reasons)

    @property
    def choice(self) -> Choice:
        """Who decided the kind and the amount."""
        codes = self._codes
        if PolicyReason.CHOSE_INSTEAD in codes:
            return Choice.INSTEAD
        return Choice.WITHIN_RANGE if PolicyReason.CHOSE_WITHIN in codes else Choice.AS_OFFERED

    @property
    def looks_first(self) -> bool:
        """Whether a sign of repetition requires an approval before the gesture is given."""
        return PolicyReason.LOOKS_FIRST in self._codes

    @property
    def need(self) -> ApprovalNeed | None:
        """Why the gesture needs an approval, or None. If several reasons apply, the first counts."""
        if not self.needs_approval:
            return None
        return next((need for code, need in _NEEDS.items() if code in self._codes), ApprovalNeed.OTHER)

    @property
    def _codes(self) -> frozenset[PolicyReason]:
        return frozenset(reason.code for reason in self.reasons)

    def to_document(self) -> dict[str, Any]:
        """The recommendation as a JSON object, with its keys in the order of the contract."""
        return {
            "rule": self.rule,
            "policy_version": self.policy_version,
            "class": self.gesture_class.value if self.gesture_class else None,
            "kind": self.kind.value if self.kind else None,
            "amount": self.amount.text if self.amount else None,
            "currency": self.currency,
            "range": _range(self.range),
            "needs_approval": self.needs_approval,
            "approver_role": self.approver_role.value if self.approver_role else None,
            "bound_by": list(self.bound_by),
            "limits": [limit.to_document() for limit in self.limits],
            "because": list(self.because),
            "missing_facts": list(self.missing_facts),
            "refused": self.refused.to_document() if self.refused else None,
            "note_words": self.note_words,
            "notify": self.notify.value if self.notify else None,
            "choice": self.choice.value,
            "reasons": [reason.to_document() for reason in self.reasons],
            "alternatives": [one.to_document() for one in self.alternatives],
            "kept": self.added_up.to_document() if self.added_up else None,
            "points": self.points,
        }
