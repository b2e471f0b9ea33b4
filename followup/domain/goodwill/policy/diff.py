"""The differences between two policy files, entry by entry, in the words of `policy show`."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.wording import PolicyEntry, PolicyPart, Value, entries_of
from followup.domain.shared.word import Word


class ChangeKind(Word):
    """How an entry differs between the two files."""

    ADDED = "added", "Only the second file has it"
    REMOVED = "removed", "Only the first file has it"
    CHANGED = "changed", "Both have it, and it says something else, or stands elsewhere"


class Move(Word):
    """The direction in which a rule moved among the rules that both files have."""

    UP = "up", "Tried earlier than before"
    DOWN = "down", "Tried later than before"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an entry that differs; None for the file that lacks the entry."""

    field: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that differs. `before` and `after` describe it in a sentence, None where the entry does not
    exist.
    """

    part: PolicyPart
    name: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...]
    before: str | None
    after: str | None
    moved: Move | None = None


def compare(before: Policy, after: Policy) -> tuple[Change, ...]:
    """The changes from one policy to another, part by part. Rules are matched by id, other entries by name.
    Empty if both files say the same.
    """
    old, new = entries_of(before), entries_of(after)
    return tuple(
        change
        for part in PolicyPart
        for change in _changes(
            [entry for entry in old if entry.part is part], [entry for entry in new if entry.part is part]
        )
    )


def _changes(old: Sequence[PolicyEntry], new: Sequence[PolicyEntry]) -> Iterator[Change]:
    """The changes of one part: entries of the new file in their order, then the removed ones."""
    before = {entry.name: entry for entry in old}
    after = {entry.name: entry for entry in new}
    # The order says something for rules alone: the first that matches recommends.
    moves = _moves(list(before), list(after)) if new and new[0].part is PolicyPart.RULE else {}
    for name, entry in after.items():
        known = before.get(name)
        if known is None:
            fields = tuple(FieldChange(field, None, value) for field, value in entry.fields if value)
            yield Change(entry.part, name, ChangeKind.ADDED, fields, None, entry.words)
            continue
        fields = tuple(
            FieldChange(field, known.field(field), value)
            for field, value in entry.fields
            if known.field(field) != value
        )
        if fields or name in moves:
            kind, move = ChangeKind.CHANGED, moves.get(name)
            yield Change(entry.part, name, kind, fields, known.words, entry.words, move)
    for name, entry in before.items():
        if name not in after:
            fields = tuple(FieldChange(field, value, None) for field, value in entry.fields if value)
            yield Change(entry.part, name, ChangeKind.REMOVED, fields, entry.words, None)


def _moves(before: Sequence[str], after: Sequence[str]) -> dict[str, Move]:
    """The names that moved up or down, as few as possible: those outside the longest common subsequence of
    both orders.
    """
    place = {name: number for number, name in enumerate(before)}
    common = [name for name in after if name in place]
    kept = set(_longest_rising([place[name] for name in common]))
    moves: dict[str, Move] = {}
    passed = 0
    for name in common:
        if place[name] in kept:
            passed += 1
            continue
        above_before = sum(number < place[name] for number in kept)
        moves[name] = Move.UP if passed < above_before else Move.DOWN
    return moves


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """A longest increasing subsequence, by patience sorting."""
    tops: list[int] = []
    below: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(tops, number)
        below[number] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [number]
    found: list[int] = []
    number_above = tops[-1] if tops else None
    while number_above is not None:
        found.append(number_above)
        number_above = below[number_above]
    return found[::-1]
