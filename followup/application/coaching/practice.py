"""Practice rounds in answering complaints: `followup coach`."""

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
    """A practice round, the sentences of the reply as the lint split them, and whether the exercise asks for
    a call."""

    round: RoundDocument
    sentences: list[str]
    asks_for_call: bool


@reads("coach list")
def list_exercises(work: Reading, language: str | None = None) -> list[ListedExerciseDocument]:
    """The exercises, or those of one language, without their model replies. The next one for the caller is
    marked. Raises NotFound if there is none in that language, InvalidFile for one that is invalid."""
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
    """The exercise with a name, or the caller's next one in a language, without its model reply. Raises
    NotFound, InvalidFile, and WrongUsage if the caller is no agent."""
    return exercises.to_document(_chosen(work, exercise, language)[1])


@works("coach", changes=True)
def answer_exercise(
    caller: Caller, exercise: str | None = None, language: str | None = None, *, reply: str
) -> AnsweredExerciseDocument:
    """Assess a reply to the exercise that `show_exercise` returns. Records that the agent practised and which
    rules the reply broke, but not its text.

    Raises WrongUsage for an empty reply, and for a call if the exercise asks for a written answer. Takes no
    idempotency key, because the stored answer would quote the reply."""
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
    """The language requested, or else the workspace's if it has exercises."""
    own = settings.locale.partition("-")[0]
    return wanted or (own if any(exercise.language == own for exercise in found) else None)
