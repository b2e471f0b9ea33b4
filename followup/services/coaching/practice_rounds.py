"""Practice rounds: choose the next exercise, lint a reply, and record which rules it broke."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.coaching.practice import (
    CALLED,
    WRITTEN_TO_DISTRESS,
    Exercise,
    Kept,
    PracticeProgress,
    Remark,
    Round,
    is_call,
    next_exercise,
    progress,
    what_was_good,
)
from followup.domain.letters.sincerity.coverage import rules_known
from followup.errors import NotFound, WrongUsage
from followup.mail.languages import DEFAULT_LANGUAGE, languages, wording_of
from followup.mail.lint_email import findings_for_text
from followup.mail.text_analysis import sentences_of
from followup.reports.coaching import round_of
from followup.services.coaching import exercises
from followup.services.coaching.exercises import ExerciseDocument
from followup.services.shared import parse_input
from followup.store.tables import Agent, PracticeRound


class RemarkDocument(TypedDict):
    """A finding about a reply, with the rule that it broke."""

    rule: str
    level: str
    sentence: str
    why: str
    instead: str


class KeptDocument(TypedDict):
    """A rule that the reply followed well."""

    rule: str
    good: str


class ProgressDocument(TypedDict):
    """The number of the latest round, its number of findings, and that of the round before it."""

    round: int
    findings: int
    last_time: int | None


class RoundDocument(TypedDict):
    """A practice round. `answered` is call or email."""

    exercise: str
    answered: str
    findings: list[RemarkDocument]
    kept: list[KeptDocument]
    good_reply: str
    progress: ProgressDocument


class ListedExerciseDocument(ExerciseDocument):
    """An exercise, how often the agent played it, and whether it is next."""

    played: int
    next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A reply and its assessment. `sentences` are those of the reply, as the lint split them."""

    exercise: Exercise
    called: bool
    sentences: tuple[str, ...]
    findings: tuple[Remark, ...]
    kept: tuple[Kept, ...]
    good_reply: str

    def to_document(self, now: PracticeProgress) -> RoundDocument:
        """The round as a JSON document."""
        return {
            "exercise": self.exercise.name,
            "answered": "call" if self.called else "email",
            "findings": [
                {
                    "rule": remark.rule,
                    "level": remark.level,
                    "sentence": remark.sentence,
                    "why": remark.why,
                    "instead": remark.instead,
                }
                for remark in self.findings
            ],
            "kept": [{"rule": kept.rule, "good": kept.good} for kept in self.kept],
            "good_reply": self.good_reply,
            "progress": {"round": now.round, "findings": now.findings, "last_time": now.last_time},
        }


def rounds_of(session: Session, agent: Agent | None) -> tuple[Round, ...]:
    """An agent's rounds, oldest first; empty for a login that belongs to no agent."""
    if agent is None:
        return ()
    query = select(PracticeRound).where(col(PracticeRound.agent_id) == agent.id)
    rows = session.exec(query.order_by(col(PracticeRound.played_at), col(PracticeRound.id))).all()
    return tuple(map(round_of, rows))


def choose(among: Sequence[Exercise], language: str | None, rounds: Sequence[Round]) -> Exercise:
    """The exercise to practise next, among those in a language. Raises NotFound if there is none."""
    spoken = [exercise for exercise in among if language in (None, exercise.language)]
    if not spoken:
        known = ", ".join(sorted({exercise.language for exercise in among})) or "none"
        raise NotFound(
            f"There is no exercise in the language {language}.",
            hint=f"There are exercises in: {known}. Your own go to "
            f"templates/{language or DEFAULT_LANGUAGE}/{exercises.FOLDER}/.",
            code="no_exercise",
        )
    return next_exercise(spoken, rounds)


def listed(
    among: Sequence[Exercise], language: str | None, rounds: Sequence[Round], *, only: str | None = None
) -> list[ListedExerciseDocument]:
    """The exercises, or only those in the language `only`, as JSON documents without their model replies. The
    one that `choose` would return is marked. Raises NotFound if there is none in that language."""
    if not among:
        return []
    following = choose(among, language, rounds)
    played = Counter(each.exercise for each in rounds)
    return [
        {
            **exercises.to_document(exercise),
            "played": played[exercise.name],
            "next": exercise is following,
        }
        for exercise in among
        if only in (None, exercise.language)
    ]


def judge(exercise: Exercise, reply: str, agent: Agent) -> Judged:
    """Assess a reply, or the decision to call instead. Stores nothing.

    Raises WrongUsage for a reply that is empty or too long, and for a call if the exercise asks for a written
    answer."""
    text = parse_input.passage("reply", reply)
    if not text:
        raise parse_input.empty("The reply", hint="Write what you would send.")
    called = is_call(text, {language.call for language in languages().values()})
    if called and not exercise.asks_for_call:
        raise WrongUsage(
            f"{exercise.customer} can be answered in writing.",
            hint="A call comes first where somebody is in distress. Write the reply.",
            code="not_a_call",
        )
    findings = () if called else _remarks(exercise, text, agent.name)
    return Judged(
        exercise=exercise,
        called=called,
        sentences=() if called else sentences_of(text, exercise.language),
        findings=findings,
        kept=CALLED
        if called
        else what_was_good(
            exercise,
            {remark.rule for remark in findings},
            known=rules_known(wording_of(exercise.language)),
        ),
        good_reply=exercises.signed(exercise, agent.name),
    )


def _remarks(exercise: Exercise, text: str, agent_name: str) -> tuple[Remark, ...]:
    found = findings_for_text(
        exercises.letter_to(exercise, agent_name),
        # Agents practise the body only; a subject from the exercise would supply facts that the reply lacks.
        f"From {exercise.business}",
        text,
        sender=exercises.sender_of(exercise, agent_name),
    )
    first = (WRITTEN_TO_DISTRESS,) if exercise.asks_for_call else ()
    return (*first, *map(Remark.of, found))


def record_round(session: Session, agent: Agent, judged: Judged, *, now: datetime) -> PracticeProgress:
    """Record that an agent practised and one rule code for each finding, but none of the reply's text.
    Returns the agent's progress."""
    assert agent.id is not None
    session.add(
        PracticeRound(
            agent_id=agent.id,
            exercise=judged.exercise.name,
            played_at=now,
            rules=[remark.rule for remark in judged.findings],
        )
    )
    session.flush()
    return progress(rounds_of(session, agent))
