"""The kinds of emails and their traits: properties that all emails of a kind share.

The checks and the writer of a kind are in `services/outbox/kinds`. All other code names no kind: it asks for
a trait, or for the kinds that have a trait.
"""

from dataclasses import dataclass
from typing import Self

from followup.domain.sequences.single_email import Single
from followup.domain.shared.word import Word

FOR_APPROVAL, NOTICE = "for-approval", "notice"
"""The templates of emails to colleagues: who must decide about a gesture, and who is told of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTraits:
    """The traits of a kind.

    `about_case`: every email of the kind is about a case, and its checks and its writer read that case.
    `to_customer`: its reader is the customer of that case. It counts as an email sent to them, replies to it
    are theirs, and it follows changes of their address. All other emails go to colleagues.
    `tells`: it tells the customer what was decided about their case, so that no other email has to.
    `in_series`: it is a step of a sequence. The first step apologises; later ones reply to it under its
    subject. People name it by its number, all other emails by their template.
    `listed_as`: how a list of emails labels it, if it is not for a customer.
    `templates`: those that only emails of this kind use. Those of a sequence are named in its file.
    """

    about_case: bool = True
    to_customer: bool = False
    tells: bool = False
    in_series: bool = False
    listed_as: str = ""
    templates: tuple[str, ...] = ()


class EmailKind(Word):
    """The kind of an email: its reader, and what it belongs to."""

    traits: EmailTraits

    STEP = (
        "step",
        "To the customer, a step of the sequence that a case goes through",
        EmailTraits(to_customer=True, tells=True, in_series=True),
    )
    SINGLE = (
        "single",
        "To the customer, by itself, about one gesture",
        EmailTraits(to_customer=True, templates=tuple(Single.values())),
    )
    COLLEAGUE = (
        "colleague",
        "To a colleague who decides about a gesture, or is told of it",
        EmailTraits(listed_as="To a colleague. ", templates=(FOR_APPROVAL, NOTICE)),
    )
    REPORT = (
        "report",
        "To whoever reads a report that is sent by itself; it is about no case",
        EmailTraits(about_case=False, listed_as="A report. "),
    )
    NOTIFICATION = (
        "notification",
        "To a colleague whose case needs them, or who is told of an alarm",
        EmailTraits(about_case=False, listed_as="To a colleague. "),
    )

    def __new__(cls, value: str, meaning: str, traits: EmailTraits) -> Self:
        """Create a member from its word, its meaning, and the traits of its emails."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.traits = traits
        return member


TO_CUSTOMERS = tuple(kind for kind in EmailKind if kind.traits.to_customer)
"""The kinds whose reader is a customer."""

TO_COLLEAGUES = tuple(kind for kind in EmailKind if not kind.traits.to_customer)
"""The kinds whose reader is a colleague."""

TELLING = tuple(kind for kind in EmailKind if kind.traits.tells)
"""The kinds that tell a customer what was decided about their case."""

IN_SERIES = tuple(kind for kind in EmailKind if kind.traits.in_series)
"""The kinds that are steps of a sequence."""

OWN_TEMPLATES = tuple(name for kind in EmailKind for name in kind.traits.templates)
"""The templates that are used by a kind itself, independent of sequences.toml."""

FOR_COLLEAGUES = tuple(
    name for kind in EmailKind if not kind.traits.to_customer for name in kind.traits.templates
)
"""Templates of emails to colleagues. The lint does not read these."""
