"""What the lint knows of the case that an email is about, and of what this customer was sent before."""

from dataclasses import dataclass

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.word import Word


class FactKind(Word):
    """What a fact of the case tells."""

    DATE = "date", "The day it happened"
    ITEM = "item", "What it was about"
    PLACE = "place", "Where it happened"
    AMOUNT = "amount", "What it cost"
    WORDS = "words", "What the customer said, in their own words"
    ORDER = "order", "The order's reference"
    WHAT_HAPPENED = "what_happened", "What happened, as a clause"
    PROMISED = "promised", "What the customer was told to expect"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and the ways to write it, the best first: that one is used in a better wording.

    One of the kind words, what_happened or promised is also there where three of its words stand in a row.
    """

    kind: FactKind
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedOffer:
    """What is offered: its kind, the ways to write its amount, the best first, and the code if any."""

    kind: GestureKind
    amounts: tuple[str, ...] = ()
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an email is held against.

    `sender` and `reply_to` are addresses, with or without a name. `sent_before` are sentences that this
    customer was sent already; `is_first` says that this is the email that apologises. `action_done` says that
    a completed action against the cause is on record, so that a promise about the future may be made.
    """

    responsibility: Responsibility
    feeling: Feeling | None = None
    facts: tuple[Fact, ...] = ()
    gesture: StatedOffer | None = None
    agent_name: str
    sender: str
    reply_to: str | None = None
    is_first: bool = True
    sent_before: tuple[str, ...] = ()
    action_done: bool = False

    def best(self, kind: FactKind) -> str | None:
        """The best way to write the first fact of this kind."""
        return next((fact.spellings[0] for fact in self.facts if fact.kind is kind and fact.spellings), None)
