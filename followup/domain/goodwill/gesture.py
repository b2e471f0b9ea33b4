"""The enumerations of gestures and approvals: kinds, classes and states."""

from typing import Self

from followup.domain.shared.word import Word, with_article


class Substance(Word):
    """What the customer gets by a gesture, from which follows how it is treated."""

    WORDS = "words", "Nothing but words"
    CODE = "code", "A code worth an amount, which the customer redeems"
    AMOUNT = "amount", "An amount, in money or in kind, that somebody pays or sends"
    ITEM = (
        "item",
        "An item that somebody sends or mends; an amount is what that costs us, and no affair of theirs",
    )


class Reach(Word):
    """What of a customer must be known so that a promise to them can be kept."""

    PHONE = "phone", "A telephone number to call"
    ADDRESS = "address", "A postal address to send to"


class GestureKind(Word):
    """The kinds of gestures.

    `settled_business_days`: the business days within which the customer has it, unless the settings say
    otherwise; None where it is there at once."""

    substance: Substance
    settled_business_days: int | None

    APOLOGY = "apology", "A personal apology, no money", Substance.WORDS, None
    CALLBACK = "callback", "A person calls the customer, no money", Substance.WORDS, 1
    REPLACEMENT = "replacement", "Another one instead of what was wrong", Substance.ITEM, 5
    REPAIR = "repair", "What is broken is mended", Substance.ITEM, 10
    RESEND = "resend", "What did not arrive is sent once more", Substance.ITEM, 5
    DISCOUNT = "discount", "Money off a future purchase", Substance.CODE, None
    VOUCHER = "voucher", "A code worth an amount, for this customer only", Substance.CODE, None
    REFUND = "refund", "Money paid already, given back", Substance.AMOUNT, 5
    CREDIT = "credit", "Money on the customer's account", Substance.AMOUNT, 2
    POINTS = "points", "Loyalty points, a whole number, worth an amount", Substance.AMOUNT, 2
    GIFT = "gift", "A thing, worth an amount", Substance.AMOUNT, 10

    def __new__(
        cls, value: str, meaning: str, substance: Substance, settled_business_days: int | None
    ) -> Self:
        """Make a member from its word, the meaning of it, what the customer gets, and how soon."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.substance = substance
        member.settled_business_days = settled_business_days
        return member

    @property
    def has_code(self) -> bool:
        """Whether the customer gets a code to redeem."""
        return self.substance is Substance.CODE

    @property
    def needs(self) -> Reach | None:
        """What of the customer must be known before it can be promised."""
        if self is GestureKind.CALLBACK:
            return Reach.PHONE
        is_sent = self in (GestureKind.GIFT, GestureKind.REPLACEMENT, GestureKind.RESEND)
        return Reach.ADDRESS if is_sent else None

    @property
    def is_advertising(self) -> bool:
        """Whether it is of use only to somebody who buys again, so that an email which names it is marketing
        and needs consent."""
        return self is GestureKind.DISCOUNT

    @property
    def has_amount(self) -> bool:
        """Whether a gesture of this kind always has an amount of money, which the customer is told."""
        return self.substance in (Substance.CODE, Substance.AMOUNT)

    @property
    def names_item(self) -> bool:
        """Whether it is about a named item; it may have an amount, the cost to us, which no letter tells."""
        return self.substance is Substance.ITEM

    @property
    def may_have_amount(self) -> bool:
        """Whether it may have an amount, and so may draw on budgets."""
        return self.has_amount or self.names_item

    @property
    def is_handed_over(self) -> bool:
        """Whether somebody has to pay, send or mend something, and `gesture pay` records that they have."""
        return self.substance in (Substance.AMOUNT, Substance.ITEM)

    @property
    def is_awaited(self) -> bool:
        """Whether the customer waits for something by it (money, a code, an item or a call), so that an email
        may ask whether it arrived."""
        return self.substance is not Substance.WORDS or self.settled_business_days is not None

    @property
    def handed_over(self) -> str:
        """How it is said that it was handed over: a refund is paid, a repair is done, points are booked."""
        if self is GestureKind.POINTS:
            return "booked"
        return "done" if self.names_item else "paid"


def gesture_words(kind: GestureKind, worth: str | None, item: str | None = None) -> str:
    """A gesture for colleagues: "a refund of 12.00 GBP", "a replacement (Lamp), cost 12.00 GBP"."""
    what = with_article(kind.value) + (f" ({item})" if item else "")
    if not worth:
        return what
    if kind is GestureKind.POINTS:
        return f"{what} worth {worth}"
    return f"{what}, cost {worth}" if kind.names_item else f"{what} of {worth}"


class GestureClass(Word):
    """Whether a gesture is owed (corrective) or given freely (goodwill)."""

    CORRECTIVE = "corrective", "Owed; draws no discretionary budget"
    GOODWILL = "goodwill", "Given freely; draws on every budget that applies"


class GestureState(Word):
    """The states of a gesture."""

    HELD = "held", "Money is held; the customer has not been told"
    PENDING = "pending", "Money is held until somebody with authority decides"
    ISSUED = "issued", "Promised to the customer; money is committed"
    SPENT = "spent", "Redeemed, paid, sent or mended"
    REJECTED = "rejected", "An approver said no; the hold is released"
    WITHDRAWN = "withdrawn", "The requester took it back; the hold is released"
    EXPIRED = "expired", "Nobody decided in time, or nobody redeemed it; the money is released"
    VOID = "void", "Taken back after it was held or issued; the money is released"
    KEPT = "kept", "Owed and below the smallest payout; kept until the sum of several reaches it"
    ADDED = "added", "It was kept, and is paid with the gesture that reached the smallest payout"


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
    GestureState.KEPT: frozenset({GestureState.ISSUED, GestureState.ADDED, GestureState.VOID}),
    GestureState.ADDED: frozenset({GestureState.KEPT}),
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
