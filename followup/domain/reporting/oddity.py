"""Kinds of exceptions that a manager should know of, and emails and cases that wait for a person."""

from collections.abc import Hashable, Iterable

from followup.domain.shared.word import Word


class Urgency(Word):
    """What has to be done about an exception."""

    ACT = "act", "Somebody should do something now"
    LOOK = "look", "Worth a look"
    KNOW = "know", "Decided already; good to know"


class Oddity(Word):
    """The kinds of exceptions, the most urgent first."""

    IN_DOUBT = "in-doubt", "emails in doubt"
    FAILED = "failed", "emails that failed"
    HELD = "held", "emails held for a person"
    NEEDS_PERSON = "needs-person", "cases that wait for a person"
    HOLD_ENDS = "hold-ends", "holds about to end"
    OVERDRAWN = "overdrawn", "budgets overdrawn"
    NO_BUDGET = "no-budget", "gestures of goodwill that no budget covers"
    TWICE_ON_ORDER = "twice-on-order", "orders with several redemptions"
    REPEAT_CLAIMANT = "repeat-claimant", "repeat claimants"
    SECOND_LOOK = "second-look", "gestures a guard sent to somebody"
    UNPLACED = "unplaced", "messages about no case that is known"
    UNPAID = "unpaid", "promised money and items not recorded as paid or sent"
    TAKEN_BACK = "taken-back", "gestures taken back that were paid or told of"
    ASKED_AGAIN = "asked-again", "gestures after a rejection"
    GIVEN_AGAIN = "given-again", "gestures and cases repeated on purpose"
    LIMIT_CHANGED = "limit-changed", "budgets changed"
    RESTORED = "restored", "databases restored"
    OVERRIDE = "override", "other gestures than the policy offered"
    RELEASED = "released", "held emails released"
    LIFTED = "lifted", "suppressions lifted"
    LEFT_OUT = "left-out", "first emails left out"
    COUNTERED = "countered", "approvals countered"
    BOUND = "bound", "gestures lowered by a cap or guard"

    @property
    def urgency(self) -> Urgency:
        """What has to be done about it."""
        if self.rank <= Oddity.HOLD_ENDS.rank:
            return Urgency.ACT
        return Urgency.LOOK if self.rank <= Oddity.RESTORED.rank else Urgency.KNOW


def linked(keys_of: Iterable[tuple[int, Iterable[Hashable]]]) -> list[list[int]]:
    """Group numbers that share keys, directly or through others (connected components). Takes each number
    with its keys. Groups and their members are in ascending order.
    """
    leader: dict[int, int] = {}

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    first_with: dict[Hashable, int] = {}
    for number, keys in keys_of:
        leader.setdefault(number, number)
        for key in keys:
            one, other = lead(first_with.setdefault(key, number)), lead(number)
            leader[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for number in sorted(leader):
        groups.setdefault(lead(number), []).append(number)
    return list(groups.values())
