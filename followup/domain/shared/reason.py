"""Reasons: a code for programs, and a sentence for people that is made from the code when it is shown.

A reason is stored as its code, the values that its sentence names, and a detail: a person's own words or a
mail server's reply. So a sentence can be reworded, also for reasons already stored.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from string import Formatter
from typing import Any, Generic, Self, TypeVar

from followup.domain.shared.word import Word

REMOVED = "(erased)"
"""The text shown for a reason whose words were erased with the customer."""

REMOVED_VALUES = {"removed": True}
"""The values of such a reason. The code is kept: it does not identify the person."""

_reword: Callable[[str], str] | None = None


class ReasonCode(Word):
    """A closed list of reasons. Each member has the sentence for people, with its values in braces;
    `{detail}` stands for the words of a person or a mail server.
    """

    sentence: str

    def __new__(cls, value: str, meaning: str, sentence: str = "{detail}") -> Self:
        """Create a member from its word, its meaning, and its sentence."""
        # Not by the class above: its own __new__ is not reached any more once it is an enumeration.
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.sentence = sentence
        return member

    def of(self, detail: str | None = None, **values: Any) -> "Reason[Self]":
        """A reason with this code, a detail, and the values of its sentence."""
        return Reason(self, tuple(values.items()), detail)

    def say(self, values: Mapping[str, Any] | None = None, detail: str | None = None) -> str:
        """The sentence for people."""
        named = dict(values or {})
        if named.get("removed"):
            return REMOVED
        return _filled(self.sentence, {"detail": detail or "", **self.shown(named, detail)})

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values as the sentence shows them. Subclasses replace codes by words."""
        del detail
        return values

    @classmethod
    def with_value(cls, value: str) -> Self:
        """The member with this value. Raises KeyError if there is none."""
        return {member.value: member for member in cls}[value]


AnyCode = TypeVar("AnyCode", bound=ReasonCode)


@dataclass(frozen=True, slots=True)
class Reason(Generic[AnyCode]):
    """A reason: code, values and detail. Two reasons are equal if all three are."""

    code: AnyCode
    named: tuple[tuple[str, Any], ...] = ()
    detail: str | None = None

    @property
    def values(self) -> dict[str, Any] | None:
        """The values as a JSON object; None if there are none."""
        return dict(self.named) or None

    @property
    def text(self) -> str:
        """The sentence for people."""
        return self.code.say(self.values, self.detail)

    def __str__(self) -> str:
        return self.text

    def columns(self, name: str = "reason") -> dict[str, Any]:
        """The values of the table columns that store the reason."""
        return {f"{name}_code": self.code, f"{name}_values": self.values, f"{name}_detail": self.detail}

    def to_document(self) -> dict[str, Any]:
        """The reason as a JSON object."""
        detail = {} if self.detail is None else {"detail": self.detail}
        return {"code": self.code.value, **dict(self.named), **detail}


@contextmanager
def reworded(change: Callable[[str], str]) -> Iterator[None]:
    """Reword every sentence with `change` inside the context, like a pseudo-locale: what still works does not
    depend on the wording. Values stay unchanged.
    """
    global _reword
    before, _reword = _reword, change
    try:
        yield
    finally:
        _reword = before


def _filled(sentence: str, values: Mapping[str, Any]) -> str:
    if _reword is None:
        return sentence.format_map(values)
    parts = Formatter().parse(sentence)
    return "".join(
        (_reword(words) if words else "") + ("" if name is None else str(values[name]))
        for words, name, _, _ in parts
    )
