"""What changes from one policy file to another, entry by entry, in the words that `policy show` uses."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.wording import PolicyEntry, PolicyPart, Value, entries_of
from followup.domain.shared.word import Word


class ChangeKind(Word):
    """What became of an entry."""

    ADDED = "added", "Only the second file has it"
    REMOVED = "removed", "Only the first file has it"
    CHANGED = "changed", "Both have it, and it says something else, or stands elsewhere"


class Move(Word):
    """Where a rule went, among the rules that both files have."""

    UP = "up", "Tried earlier than before"
    DOWN = "down", "Tried later than before"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing that an entry says otherwise; None where the entry is not there at all."""

    field: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs. `before` and `after` say it in a sentence, None where it is not there."""

    part: PolicyPart
    name: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...]
    before: str | None
    after: str | None
    moved: Move | None = None


def compare(before: Policy, after: Policy) -> tuple[Change, ...]:
    """What changes from one policy to another, part by part: rules by their ids, other entries by their
    names. Nothing for two files that say the same."""
    old, new = entries_of(before), entries_of(after)
    return tuple(
        change
        for part in PolicyPart
        for change in _changes(
            [entry for entry in old if entry.part is part], [entry for entry in new if entry.part is part]
        )
    )


def _changes(old: Sequence[PolicyEntry], new: Sequence[PolicyEntry]) -> Iterator[Change]:
    """The entries of one part: those of the new file in their order, then those that are gone."""
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
    """Which names went up or down, as few as possible: those outside the longest list of names that stand
    in the same order in both."""
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
    """A longest list of numbers that rise from first to last, by patience sorting."""
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
