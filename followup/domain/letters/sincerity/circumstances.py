"""The facts of the case that the lint checks an email against, and the sentences sent to this customer
before.
"""

from dataclasses import dataclass

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.word import Word


class FactKind(Word):
    """What a fact of the case is about."""

    DATE = "date", "The day it happened"
    ITEM = "item", "What it was about"
    PLACE = "place", "Where it happened"
    AMOUNT = "amount", "What it cost"
    WORDS = "words", "What the customer said, in their own words"
    ORDER = "order", "The order's reference"
    WHAT_HAPPENED = "what_happened", "What happened, as a clause"
    PROMISED = "promised", "What the customer was told to expect"


class Act(Word):
    """What a letter may claim that we did, and what has to be on record for it."""

    LOOKED_INTO = "looked_into", "Looked into it, asked or told somebody: a note"
    FOLLOWED = "followed", "Keep an eye on it: a note"
    PAID = "paid", "Paid or credited money: a payment"
    SHIPPED = "shipped", "Sent something: a shipment"
    CHANGED = "changed", "Changed what went wrong: a completed action"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and the ways to write it. The first is preferred: it is used in suggested wordings.

    A fact of the kind words, what_happened or promised also counts as present if three consecutive words of
    it are.
    """

    kind: FactKind
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedOffer:
    """The offered gesture: its kind, the ways to write its amount (the preferred one first), and its code or
    item, if any. `is_goodwill`: it is given beyond what the customer is owed. `is_kept`: it is too small
    to be paid yet, so there is no day to name.
    """

    kind: GestureKind
    amounts: tuple[str, ...] = ()
    code: str | None = None
    item: str | None = None
    is_goodwill: bool = False
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything that an email is checked against, besides its text.

    `gestures` are all that it tells of. `sender` and `reply_to` are addresses, with or without a name.
    `sent_before` are sentences already sent to this customer. `is_first`: this is the email that apologises.
    `introduces`: it is a later one that tells of what was given since. `action_done`: a completed action
    against the cause is on record, so the email may promise improvement. `acts` are the acts on record that
    an email may claim, besides what `notes` say; None if what was done is not known, and then no claim is
    checked. `waited_days` are the days that the customer has waited; after `goodwill_days` goodwill comes too
    late. `event` is what happened in an agent's sentences. `untold` and `unanswered`: the letter needs what
    went wrong, or what the feeling asks for, and the case does not have it; each is why, and what to do.
    """

    responsibility: Responsibility
    feeling: Feeling | None = None
    facts: tuple[Fact, ...] = ()
    gestures: tuple[StatedOffer, ...] = ()
    agent_name: str
    sender: str
    reply_to: str | None = None
    is_first: bool = True
    introduces: bool = False
    sent_before: tuple[str, ...] = ()
    action_done: bool = False
    acts: frozenset[Act] | None = None
    notes: tuple[str, ...] = ()
    waited_days: int | None = None
    goodwill_days: int | None = None
    event: str | None = None
    untold: tuple[str, str] | None = None
    unanswered: tuple[str, str] | None = None

    def best(self, kind: FactKind) -> str | None:
        """The preferred spelling of the first fact of this kind, or None."""
        return next((fact.spellings[0] for fact in self.facts if fact.kind is kind and fact.spellings), None)
