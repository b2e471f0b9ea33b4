"""Rounds of practice in answering complaints: `followup coach`."""

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, look_up, reads, works
from followup.domain.coaching.practice import Exercise
from followup.errors import WrongUsage
from followup.services.coaching import exercises, practice_rounds
from followup.services.coaching.exercises import ExerciseDocument as ExerciseDocument
from followup.services.coaching.exercises import PracticeGestureDocument as PracticeGestureDocument
from followup.services.coaching.practice_rounds import ListedExerciseDocument, RoundDocument
from followup.services.coaching.practice_rounds import RemarkDocument as RemarkDocument
from followup.settings import Settings
from followup.store.engine import writing
from followup.store.tables import Agent


class AnsweredExerciseDocument(TypedDict):
    """A round with what is shown beside it: the sentences of the reply as they were read, and whether the
    exercise asks for a call."""

    round: RoundDocument
    sentences: list[str]
    asks_for_call: bool


@reads("coach list")
def list_exercises(work: Reading, language: str | None = None) -> list[ListedExerciseDocument]:
    """The exercises, or those of a language, without their good replies; the one that comes next for who asks
    is marked. Raises NotFound where there is none in that language, InvalidFile for one that is broken."""
    found = exercises.read_exercises(exercises.folders_of(work.configuration.workspace.templates_dir))
    return practice_rounds.listed(
        found,
        _language(work.configuration.settings, found, language),
        practice_rounds.rounds_of(work.session, work.acting().agent),
        only=language,
    )


@reads("coach exercise")
def show_exercise(
    work: Reading, exercise: str | None = None, language: str | None = None
) -> ExerciseDocument:
    """The exercise of a name, or the one that comes next for who asks, of those in a language; without its
    good reply. Raises NotFound, InvalidFile, and WrongUsage where no agent asks."""
    return exercises.to_document(_chosen(work, exercise, language)[1])


@works("coach", changes=True)
def answer_exercise(
    caller: Caller, exercise: str | None = None, language: str | None = None, *, reply: str
) -> AnsweredExerciseDocument:
    """What is to be said about a reply to an exercise, see `show_exercise`. It is remembered that the agent
    practised and which rules the reply broke, never its words.

    Raises WrongUsage for a reply that is empty, or a call where an answer in writing is wanted. It takes no
    key: the answer, which would be kept for it, quotes the reply."""
    if caller.key is not None:
        raise WrongUsage(
            "A round of practice takes no key: its answer quotes the reply, which is not kept.",
            hint="Leave the key out.",
            code="no_key",
        )
    agent, chosen = look_up(caller, lambda work: _chosen(work, exercise, language))
    judged = practice_rounds.judge(chosen, reply, agent)
    with writing(caller.place.engine) as session:
        progress = practice_rounds.record_round(session, agent, judged, now=caller.now)
    return {
        "round": judged.to_document(progress),
        "sentences": list(judged.sentences),
        "asks_for_call": chosen.asks_for_call,
    }


def _chosen(work: Reading, name: str | None, language: str | None) -> tuple[Agent, Exercise]:
    agent = work.acting().needed_agent
    folders = exercises.folders_of(work.configuration.workspace.templates_dir)
    if name is not None:
        return agent, exercises.read_exercise(folders, name)
    found = exercises.read_exercises(folders)
    wanted = _language(work.configuration.settings, found, language)
    return agent, practice_rounds.choose(found, wanted, practice_rounds.rounds_of(work.session, agent))


def _language(settings: Settings, found: tuple[Exercise, ...], wanted: str | None) -> str | None:
    """The language that was asked for, or else the workspace's if there are exercises in it."""
    own = settings.locale.partition("-")[0]
    return wanted or (own if any(exercise.language == own for exercise in found) else None)
