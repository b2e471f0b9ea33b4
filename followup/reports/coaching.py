"""Who practised, and how they get on. Nothing that was written is known here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.budget import day_start
from followup.domain.case import Role
from followup.domain.coaching import Figures, Round, figures, meaning_of
from followup.domain.money import round_half_up
from followup.store.tables import Agent, PracticeRound

COLUMNS = (
    "agent",
    "name",
    "rounds",
    "rounds_without_error",
    "most_broken",
    "trend",
    "findings_first",
    "findings_last",
    "last_practised",
)
"""What a row has in every form."""


@dataclass(frozen=True, slots=True)
class CoachingRow:
    """One agent who practised, and the figures of their rounds."""

    agent: str
    name: str
    figures: Figures

    @property
    def broken(self) -> str:
        """The rules broken most often, with their meanings."""
        return "; ".join(f"{code} {meaning_of(code)}" for code in self.figures.most_broken)

    @property
    def trend(self) -> str:
        """The trend in words and figures: "better: 3.2 → 1.0 findings a round"."""
        first, last = _one_decimal(self.figures.first), _one_decimal(self.figures.last)
        word = self.figures.trend.value
        return word if first is None else f"{word}: {first} → {last} findings a round"

    def to_document(self) -> dict[str, Any]:
        """The row as JSON carries it."""
        codes = self.figures.most_broken
        return {
            **self.to_line(),
            "most_broken": [{"rule": code, "meaning": meaning_of(code)} for code in codes],
        }

    def to_line(self) -> dict[str, Any]:
        """The row as one line of a spreadsheet."""
        figures = self.figures
        values = (
            self.agent,
            self.name,
            figures.rounds,
            figures.rounds_without_error,
            " ".join(figures.most_broken),
            figures.trend.value,
            _one_decimal(figures.first),
            _one_decimal(figures.last),
            figures.last_practised.isoformat(),
        )
        return dict(zip(COLUMNS, values, strict=True))


def coaching(
    session: Session, viewer: Agent, *, since: date | None, until: date | None, timezone: str
) -> list[CoachingRow]:
    """The agents who practised from `since` to `until`, both included, as days of `timezone`, by address.

    Managers and directors see everybody; others see themselves alone."""
    query = (
        select(Agent, PracticeRound)
        .join(PracticeRound, col(PracticeRound.agent_id) == col(Agent.id))
        .order_by(col(Agent.email), col(PracticeRound.played_at), col(PracticeRound.id))
    )
    if viewer.role.rank < Role.MANAGER.rank:
        query = query.where(col(Agent.id) == viewer.id)
    if since is not None:
        query = query.where(col(PracticeRound.played_at) >= day_start(since, timezone))
    if until is not None:
        query = query.where(col(PracticeRound.played_at) < day_start(until + timedelta(days=1), timezone))
    found = groupby(session.exec(query).all(), key=lambda pair: pair[0].email)
    return [_row(list(pairs)) for _, pairs in found]


def round_of(row: PracticeRound) -> Round:
    """A stored round as a value."""
    return Round(exercise=row.exercise, played_at=row.played_at, rules=tuple(row.rules))


def _row(of_one: Sequence[tuple[Agent, PracticeRound]]) -> CoachingRow:
    agent = of_one[0][0]
    return CoachingRow(agent.email, agent.name, figures([round_of(row) for _, row in of_one]))


def _one_decimal(exact: Fraction | None) -> str | None:
    if exact is None:
        return None
    tenths = round_half_up(exact * 10)
    return f"{tenths // 10}.{tenths % 10}"
