"""The coaching report: who practised, and their progress. The texts of replies are not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import Session, col, select

from followup.domain.coaching.practice import PracticeFigures, Round, Trend, figures, meaning_of
from followup.domain.people.agent import Role
from followup.reports.answer import Kind, Line, ReportAnswer, ReportTable, columns, counted, sentence
from followup.reports.scope import Scope
from followup.store.tables import Agent, PracticeRound


@dataclass(frozen=True, slots=True)
class CoachingRow:
    """An agent who practised, with statistics of their rounds."""

    agent: str
    name: str
    figures: PracticeFigures

    @property
    def broken(self) -> str:
        """The rules broken most often, with their meanings."""
        return "; ".join(f"{code} {meaning_of(code)}" for code in self.figures.most_broken)


def answer(session: Session, viewer: Agent, scope: Scope) -> ReportAnswer:
    """The answer to "Who practises, and does it help?"."""
    rows = coaching(session, viewer, scope)
    better = sum(row.figures.trend is Trend.BETTER for row in rows)
    table = ReportTable(
        "rows",
        "Practice by agent",
        columns(
            ("agent", "agent", Kind.TEXT),
            ("name", "name", Kind.TEXT),
            ("rounds", "rounds", Kind.COUNT),
            ("rounds_without_error", "without error", Kind.COUNT),
            ("most_broken", "broken most often", Kind.TEXT),
            ("trend", "trend", Kind.TEXT),
            ("findings_first", "findings at first", Kind.NUMBER),
            ("findings_last", "lately", Kind.NUMBER),
            ("last_practised", "last practised", Kind.INSTANT),
        ),
        tuple(_line(row) for row in rows),
    )
    return ReportAnswer(
        name="coaching",
        question="Who practises, and does it help?",
        period=scope.period(),
        says=(
            sentence(
                "{agents} practised; the last replies of {better} had fewer findings than the first.",
                agents=counted(len(rows), "agent"),
                better=better,
            ),
        ),
        tables=(table,),
        empty="Nobody practised then. Begin with: followup coach",
    )


def coaching(session: Session, viewer: Agent, scope: Scope) -> list[CoachingRow]:
    """The agents who practised within the scope, ordered by address.

    Managers and directors see all agents; others see only themselves.
    """
    query = (
        select(Agent, PracticeRound)
        .join(PracticeRound, col(PracticeRound.agent_id) == col(Agent.id))
        .order_by(col(Agent.email), col(PracticeRound.played_at), col(PracticeRound.id))
    )
    if viewer.role.rank < Role.MANAGER.rank:
        query = query.where(col(Agent.id) == viewer.id)
    if scope.begins_at is not None:
        query = query.where(col(PracticeRound.played_at) >= scope.begins_at)
    if scope.ends_at is not None:
        query = query.where(col(PracticeRound.played_at) < scope.ends_at)
    found = groupby(session.exec(query).all(), key=lambda pair: pair[0].email)
    return [_row(list(pairs)) for _, pairs in found]


def round_of(row: PracticeRound) -> Round:
    """The domain value of a stored round."""
    return Round(exercise=row.exercise, played_at=row.played_at, rules=tuple(row.rules))


def _row(of_one: Sequence[tuple[Agent, PracticeRound]]) -> CoachingRow:
    agent = of_one[0][0]
    return CoachingRow(agent.email, agent.name, figures([round_of(row) for _, row in of_one]))


def _line(row: CoachingRow) -> Line:
    figures = row.figures
    return Line(
        {
            "agent": row.agent,
            "name": row.name,
            "rounds": figures.rounds,
            "rounds_without_error": figures.rounds_without_error,
            "most_broken": row.broken,
            "trend": figures.trend.value,
            "findings_first": figures.first,
            "findings_last": figures.last,
            "last_practised": figures.last_practised,
        }
    )
