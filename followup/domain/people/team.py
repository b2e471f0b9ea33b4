"""Names of teams: what counts as the same name, and what may be a slip of another."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_AS_NEAR_AS_A_SLIP = 0.85
"""A similarity that matches `Custmer care` to `Customer care`, but not `north` to `south`."""


def team_key(name: str) -> str:
    """What spellings of one team have in common: case, spaces and hyphens do not count."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if not character.isspace() and character not in "-_")


def same_team(one: str | None, other: str | None) -> bool:
    """Whether two names are those of one team. No team is the same as no other."""
    return bool(one) and bool(other) and team_key(one or "") == team_key(other or "")


def resembled(name: str, known: Iterable[str]) -> list[str]:
    """The known teams that `name` may be a slip of, the nearest first. Names that differ in a digit are two
    teams."""
    wanted = team_key(name)
    near = [
        (SequenceMatcher(None, wanted, team_key(team)).ratio(), team)
        for team in known
        if _digits(team) == _digits(name)
    ]
    return [team for likeness, team in sorted(near, reverse=True) if likeness >= _AS_NEAR_AS_A_SLIP]


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())
