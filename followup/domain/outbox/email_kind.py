"""The kinds of an email, and what is true of every email of a kind, whoever asks.

What is done with an email of a kind, its checks and its writer, is in `services/outbox/kinds`. Everybody else
asks here for a trait, or for the kinds that have it, and names no kind.
"""

from dataclasses import dataclass
from typing import Self

from followup.domain.shared.word import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTraits:
    """What is true of every email of a kind.

    `about_case`: it belongs to a case. `to_customer`: the customer of that case reads it, so that it counts
    among what they were sent, answers to it are theirs, and it follows their address; else it is read by
    somebody who works here. `tells`: it tells them what we make of their case, so that nobody else has to.
    `in_series`: it is a step of a sequence: the first apologises, the others answer it under its subject, and
    people call it by its number; any other is called by its template. `listed_as` is what a list of emails
    says of it first, where it is none to a customer."""

    about_case: bool = True
    to_customer: bool = False
    tells: bool = False
    in_series: bool = False
    listed_as: str = ""


class EmailKind(Word):
    """Whom an email is for, and what it belongs to."""

    traits: EmailTraits

    STEP = (
        "step",
        "To the customer, a step of the sequence that a case goes through",
        EmailTraits(to_customer=True, tells=True, in_series=True),
    )
    SINGLE = (
        "single",
        "To the customer, by itself, about one gesture",
        EmailTraits(to_customer=True),
    )
    COLLEAGUE = (
        "colleague",
        "To a colleague who decides about a gesture, or is told of it",
        EmailTraits(listed_as="To a colleague. "),
    )
    REPORT = (
        "report",
        "To whoever reads a report that is sent by itself; it is about no case",
        EmailTraits(about_case=False, listed_as="A report. "),
    )

    def __new__(cls, value: str, meaning: str, traits: EmailTraits) -> Self:
        """Make a member from its word, the meaning of it, and what is true of its emails."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.traits = traits
        return member


TO_CUSTOMERS = tuple(kind for kind in EmailKind if kind.traits.to_customer)
"""The kinds that a customer reads."""

TELLING = tuple(kind for kind in EmailKind if kind.traits.tells)
"""The kinds after which a customer knows what we make of their case."""

IN_SERIES = tuple(kind for kind in EmailKind if kind.traits.in_series)
"""The kinds that are steps of a sequence."""
