"""followup coach: short rounds of practice in answering complaints."""

import io
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command, login, text_or_stdin
from followup.cli.coaching import coach_round
from followup.errors import FollowupError, NotFound, WrongUsage

if TYPE_CHECKING:
    from followup.domain.coaching.practice import Exercise, PracticeProgress
    from followup.services.coaching.practice_rounds import Judged
    from followup.store.tables import Agent

_EXAMPLE = """
followup coach
followup coach --language de --rounds 3
followup coach --list
followup coach --exercise birthday-bike --reply reply.txt --json
"""


def register(app: typer.Typer) -> None:
    """Add the command that stands without a noun."""
    command(app, "coach", example=_EXAMPLE)(coach)


def _complete_exercise(incomplete: str) -> list[str]:
    from followup.services.coaching import exercises
    from followup.workspace import find_workspace

    try:
        templates = find_workspace(Path.cwd()) / "templates"
    except FollowupError:
        return []
    names = exercises.names_in(exercises.folder_of(templates))
    return [name for name in names if name.startswith(incomplete)]


def coach(
    call: Call,
    exercise: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Begin with this one.", autocompletion=_complete_exercise),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="How many complaints to answer.")] = 1,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="As en, de, es or fr; the workspace's unless said.")
    ] = None,
    reply: Annotated[
        str | None, typer.Option(metavar="FILE", help="A reply written before; - reads standard input.")
    ] = None,
    editor: Annotated[bool, typer.Option("--editor", help="Write in $VISUAL or $EDITOR.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show the exercises, the next one marked.")] = False,
) -> None:
    """Practise answering a complaint, and see which of your sentences would do harm and which do good.

    Exercises follow what you still get wrong. It is remembered which rules a reply broke, never its words.
    A team's own exercises are files in templates/coaching/."""
    if list_:
        _list(call, language)
    elif reply is not None:
        _answer_once(call, exercise, language, reply)
    elif output.interactive() and not call.json:
        _practise(call, exercise, language, rounds, editor=editor)
    else:
        raise WrongUsage(
            "The reply is missing.",
            hint="Give it with --reply FILE (- reads standard input); the complaints: followup coach --list",
            code="missing",
        )


def _list(call: Call, language: str | None) -> None:
    from followup.services.coaching import exercises, practice_rounds
    from followup.services.shared import actors

    found = exercises.read_exercises(exercises.folder_of(call.workspace.templates_dir))
    document = call.read(
        lambda session: practice_rounds.listed(
            found,
            _language(call, found, language),
            practice_rounds.rounds_of(session, actors.acting(session, call.actor_email, login()).agent),
            only=language,
        )
    )
    call.table(
        document,
        ("next", "exercise", "language", "customer", "business", "feeling", "trains", "played"),
        lambda item: (
            "→" if item["next"] else "",
            item["exercise"],
            item["language"],
            item["customer"],
            item["business"],
            item["feeling"],
            ", ".join(item["trains"]),
            item["played"],
        ),
        empty="There are no exercises. They are files in templates/coaching/; delete that empty folder to "
        "have the shipped ones.",
        right=("played",),
    )


def _language(call: Call, found: "tuple[Exercise, ...]", wanted: str | None) -> str | None:
    """The language that was asked for, or else the workspace's if there are exercises in it."""
    own = call.workspace.settings.locale.partition("-")[0]
    return wanted or (own if any(exercise.language == own for exercise in found) else None)


def _agent_and_next(call: Call, name: str | None, language: str | None) -> "tuple[Agent, Exercise]":
    from followup.services.coaching import exercises, practice_rounds
    from followup.services.shared import actors

    folder = exercises.folder_of(call.workspace.templates_dir)
    agent, played = call.read(
        lambda session: (
            (agent := actors.acting(session, call.actor_email, login()).needed_agent),
            practice_rounds.rounds_of(session, agent),
        )
    )
    if name is not None:
        return agent, exercises.read_exercise(folder, name)
    found = exercises.read_exercises(folder)
    return agent, practice_rounds.choose(found, _language(call, found, language), played)


def _answer_once(call: Call, name: str | None, language: str | None, reply: str) -> None:
    from followup.services.coaching import practice_rounds

    agent, exercise = _agent_and_next(call, name, language)
    text = text_or_stdin(reply) if reply == "-" else _text_of(Path(reply))
    judged = practice_rounds.judge(exercise, text or "", agent)
    now = _record(call, agent, judged)
    call.answer(judged.to_document(now), lambda: coach_round.show_judged(judged, now))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.", hint="Name the file that holds the reply.") from None


def _record(call: Call, agent: "Agent", judged: "Judged") -> "PracticeProgress":
    from followup.services.coaching import practice_rounds
    from followup.store.engine import writing

    with writing(call.engine) as session:
        return practice_rounds.record_round(session, agent, judged, now=call.now)


def _practise(call: Call, name: str | None, language: str | None, rounds: int, *, editor: bool) -> None:
    for number in range(1, rounds + 1):
        agent, exercise = _agent_and_next(call, name if number == 1 else None, language)
        if rounds > 1:
            output.lines(f"Round {number} of {rounds}\n")
        coach_round.show_complaint(exercise)
        if not _play(call, agent, exercise, editor=editor):
            output.say("Nothing was written, so nothing more is recorded.")
            return


def _play(call: Call, agent: "Agent", exercise: "Exercise", *, editor: bool) -> bool:
    """Play one exercise until the reply is good, or good enough for the agent. False for an empty reply."""
    from followup import clock
    from followup.services.coaching import practice_rounds

    text = ""
    while True:
        text = _edited(text) if editor else _typed(text)
        if not text.strip():
            return False
        try:
            judged = practice_rounds.judge(exercise, text, agent)
        except WrongUsage as error:
            output.say(f"{output.plain(error.message)} {output.plain(error.hint)}")
            text = ""
            continue
        call.now = clock.now()
        coach_round.show_judged(judged, _record(call, agent, judged))
        if not judged.findings or not typer.confirm("Try again, to improve this reply?", err=True):
            return True
        if not editor:
            output.say("Your lines come back one by one: change them, or press Enter to keep them.")


def _typed(before: str) -> str:
    """The lines typed until one with only a dot, or until Ctrl-D. Those of the reply before stand there
    already, to be changed."""
    try:
        import readline
    except ImportError:
        readline = None  # type: ignore[assignment]
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    prompt = "> " if sys.stdout.isatty() else ""
    waiting = iter(before.split("\n") if before else ())
    written: list[str] = []
    try:
        while True:
            if readline is not None:
                readline.set_startup_hook(partial(readline.insert_text, next(waiting, "")))
            line = input(prompt)
            if line.strip() == ".":
                break
            written.append(line)
    except EOFError:
        pass
    finally:
        if readline is not None:
            readline.set_startup_hook()
    return "\n".join(written).strip()


def _edited(before: str) -> str:
    """What the agent's editor leaves in a file that is gone afterwards. Raises WrongUsage without one."""
    import os
    import shlex
    import subprocess
    import tempfile

    program = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not program:
        raise WrongUsage("No editor is set.", hint="Set EDITOR, or leave --editor out.", code="no_editor")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reply.txt"
        path.write_text(before, encoding="utf-8")
        subprocess.run([*shlex.split(program), str(path)], check=False)  # noqa: S603 -- the agent's own choice
        return _text_of(path).strip()
