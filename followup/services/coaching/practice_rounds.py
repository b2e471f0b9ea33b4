"""Practice rounds: which exercise comes next, what the lint says of a reply, and what is kept of it."""

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
    """Something said about a reply, by the rule that it broke."""

    rule: str
    level: str
    sentence: str
    why: str
    instead: str


class KeptDocument(TypedDict):
    """Something that was done well, by the rule that it keeps."""

    rule: str
    good: str


class ProgressDocument(TypedDict):
    """The number of the latest round, its findings, and those of the round before it."""

    round: int
    findings: int
    last_time: int | None


class RoundDocument(TypedDict):
    """A round. `answered` is call or email."""

    exercise: str
    answered: str
    findings: list[RemarkDocument]
    kept: list[KeptDocument]
    good_reply: str
    progress: ProgressDocument


class ListedExerciseDocument(ExerciseDocument):
    """An exercise, how often it was played, and whether it comes next."""

    played: int
    next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A reply with what is to be said about it. `sentences` are its own, as the lint read them."""

    exercise: Exercise
    called: bool
    sentences: tuple[str, ...]
    findings: tuple[Remark, ...]
    kept: tuple[Kept, ...]
    good_reply: str

    def to_document(self, now: PracticeProgress) -> RoundDocument:
        """The round as JSON carries it."""
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
    """An agent's rounds in the order of time; none for a login that no agent has."""
    if agent is None:
        return ()
    query = select(PracticeRound).where(col(PracticeRound.agent_id) == agent.id)
    rows = session.exec(query.order_by(col(PracticeRound.played_at), col(PracticeRound.id))).all()
    return tuple(map(round_of, rows))


def choose(among: Sequence[Exercise], language: str | None, rounds: Sequence[Round]) -> Exercise:
    """The exercise to practise now, of those in a language. Raises NotFound where there is none."""
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
    """The exercises, or those of the language `only`, as JSON carries them, without their good replies.
    The one that `choose` would take is marked. Raises NotFound where there is none in that language."""
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
    """What is to be said about a reply, or about the answer to call. Nothing is stored.

    Raises WrongUsage for a reply that is empty or very long, and for a call where the customer is to have an
    answer in writing."""
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
            has_words=wording_of(exercise.language) is not None,
        ),
        good_reply=exercises.signed(exercise, agent.name),
    )


def _remarks(exercise: Exercise, text: str, agent_name: str) -> tuple[Remark, ...]:
    found = findings_for_text(
        exercises.letter_to(exercise, agent_name),
        # Agents practise the text; a subject of the exercise would lend it facts.
        f"From {exercise.business}",
        text,
        sender=exercises.sender_of(exercise, agent_name),
    )
    first = (WRITTEN_TO_DISTRESS,) if exercise.asks_for_call else ()
    return (*first, *map(Remark.of, found))


def record_round(session: Session, agent: Agent, judged: Judged, *, now: datetime) -> PracticeProgress:
    """Keep that an agent practised, and which rules the reply broke, one code for each finding; nothing of
    its text. Says how the agent gets on."""
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
