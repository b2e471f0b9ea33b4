"""Reasons: a code that programs decide by, and the sentence that people read, made from it when it is shown.

A reason is stored as its code, the values that its sentence names, and what somebody else said: a person's
own words, or a mail server's reply. So a sentence can be worded anew, also for what was recorded before.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from string import Formatter
from typing import Any, Generic, Self, TypeVar

from followup.domain.shared.word import Word

REMOVED = "(erased)"
"""What is shown in place of a reason whose words were taken out when the customer was erased."""

REMOVED_VALUES = {"removed": True}
"""The values of such a reason. Its code stays: it says nothing about the person."""

_reword: Callable[[str], str] | None = None


class ReasonCode(Word):
    """A closed list of reasons. Each carries the sentence that people read, with the values it names in
    braces; `{detail}` is what a person or a mail server said."""

    sentence: str

    def __new__(cls, value: str, meaning: str, sentence: str = "{detail}") -> Self:
        """Make a member from its word, the meaning of it, and its sentence."""
        # Not by the class above: its own __new__ is not reached any more once it is an enumeration.
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.sentence = sentence
        return member

    def of(self, detail: str | None = None, **values: Any) -> "Reason[Self]":
        """This reason, with what its sentence names."""
        return Reason(self, tuple(values.items()), detail)

    def say(self, values: Mapping[str, Any] | None = None, detail: str | None = None) -> str:
        """The sentence, for people."""
        named = dict(values or {})
        if named.get("removed"):
            return REMOVED
        return _filled(self.sentence, {"detail": detail or "", **self.shown(named, detail)})

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values as the sentence shows them; a list of codes may say some of them in words."""
        del detail
        return values

    @classmethod
    def with_value(cls, value: str) -> Self:
        """The member with a value. Raises KeyError for none of them."""
        return {member.value: member for member in cls}[value]


AnyCode = TypeVar("AnyCode", bound=ReasonCode)


@dataclass(frozen=True, slots=True)
class Reason(Generic[AnyCode]):
    """A reason as it is decided, kept and shown. Two are equal that say the same of the same."""

    code: AnyCode
    named: tuple[tuple[str, Any], ...] = ()
    detail: str | None = None

    @property
    def values(self) -> dict[str, Any] | None:
        """What the sentence names, as JSON carries it; None of nothing."""
        return dict(self.named) or None

    @property
    def text(self) -> str:
        """The sentence, for people."""
        return self.code.say(self.values, self.detail)

    def __str__(self) -> str:
        return self.text

    def columns(self, name: str = "reason") -> dict[str, Any]:
        """The columns of a table that keep it."""
        return {f"{name}_code": self.code, f"{name}_values": self.values, f"{name}_detail": self.detail}

    def to_document(self) -> dict[str, Any]:
        """As JSON carries it among other reasons."""
        detail = {} if self.detail is None else {"detail": self.detail}
        return {"code": self.code.value, **dict(self.named), **detail}


@contextmanager
def reworded(change: Callable[[str], str]) -> Iterator[None]:
    """Have every sentence worded otherwise, as in a pseudo-locale: what still works does not depend on words.
    What sentences name stays as it is."""
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
