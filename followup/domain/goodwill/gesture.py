"""The enumerations of gestures and approvals: kinds, classes and states."""

from typing import Self

from followup.domain.shared.word import Word


class GestureKind(Word):
    """The kinds of gestures.

    `settled_business_days`: the business days within which the customer has it, unless the settings say
    otherwise; None where it is there at once."""

    settled_business_days: int | None

    APOLOGY = "apology", "A personal apology, no money", None
    CALLBACK = "callback", "A person calls the customer, no money", 1
    DISCOUNT = "discount", "Money off a future purchase", None
    VOUCHER = "voucher", "A code worth an amount, for this customer only", None
    REFUND = "refund", "Money paid already, given back", 5
    CREDIT = "credit", "Money on the customer's account", 2
    GIFT = "gift", "A thing, worth an amount", 10

    def __new__(cls, value: str, meaning: str, settled_business_days: int | None) -> Self:
        """Make a member from its word, the meaning of it, and how soon it is there."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.settled_business_days = settled_business_days
        return member

    @property
    def has_code(self) -> bool:
        """Whether the customer gets a code to redeem."""
        return self in (GestureKind.VOUCHER, GestureKind.DISCOUNT)

    @property
    def has_amount(self) -> bool:
        """Whether a gesture of this kind has an amount of money."""
        return self not in _WITHOUT_MONEY


_WITHOUT_MONEY = (GestureKind.APOLOGY, GestureKind.CALLBACK)


class GestureClass(Word):
    """Whether a gesture is owed (corrective) or given freely (goodwill)."""

    CORRECTIVE = "corrective", "Owed; draws no discretionary budget"
    GOODWILL = "goodwill", "Given freely; draws on every budget that applies"


class GestureState(Word):
    """The states of a gesture."""

    HELD = "held", "Money is held; the customer has not been told"
    PENDING = "pending", "Money is held until somebody with authority decides"
    ISSUED = "issued", "Promised to the customer; money is committed"
    SPENT = "spent", "Redeemed or paid"
    REJECTED = "rejected", "An approver said no; the hold is released"
    WITHDRAWN = "withdrawn", "The requester took it back; the hold is released"
    EXPIRED = "expired", "Nobody decided in time, or nobody redeemed it; the money is released"
    VOID = "void", "Taken back after it was held or issued; the money is released"


GESTURE_MOVES: dict[GestureState, frozenset[GestureState]] = {
    GestureState.HELD: frozenset({GestureState.ISSUED, GestureState.VOID, GestureState.EXPIRED}),
    GestureState.PENDING: frozenset(
        {
            GestureState.HELD,
            GestureState.ISSUED,
            GestureState.REJECTED,
            GestureState.WITHDRAWN,
            GestureState.EXPIRED,
            GestureState.VOID,
        }
    ),
    GestureState.ISSUED: frozenset({GestureState.SPENT, GestureState.VOID, GestureState.EXPIRED}),
    GestureState.SPENT: frozenset({GestureState.VOID}),
    GestureState.REJECTED: frozenset(),
    GestureState.WITHDRAWN: frozenset(),
    GestureState.EXPIRED: frozenset(),
    GestureState.VOID: frozenset(),
}
"""For each state, the states that may follow it. Voiding a spent gesture reverses it in the ledger."""


class ApprovalState(Word):
    """The states of an approval."""

    PENDING = "pending", "Waits for somebody with authority"
    APPROVED = "approved", "Granted as asked"
    COUNTERED = "countered", "Granted with another amount or kind"
    REJECTED = "rejected", "Declined, with the reason"
    WITHDRAWN = "withdrawn", "Taken back by the requester"
    EXPIRED = "expired", "Nobody decided in time"
