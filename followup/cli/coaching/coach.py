"""followup coach: practice rounds in answering complaints."""

import io
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command, text_of_file
from followup.cli.coaching import coach_round
from followup.cli.editor import write_in_editor
from followup.errors import FollowupError, WrongUsage, missing

_EXAMPLE = """
followup coach
followup coach --language de --rounds 3
followup coach --list
followup coach --exercise birthday-bike --reply reply.txt --json
"""


app = typer.Typer()
"""Has no noun."""


def _complete_exercise(incomplete: str) -> list[str]:
    from followup.application.coaching.exercise_names import exercise_names
    from followup.workspace import find_workspace

    try:
        names = exercise_names(find_workspace(Path.cwd()) / "templates")
    except FollowupError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def coach(
    call: Call,
    exercise: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The exercise to begin with.", autocompletion=_complete_exercise),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="The number of complaints to answer.")] = 1,
    language: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="The language, such as en or de; the default is the workspace's."),
    ] = None,
    reply: Annotated[
        str | None, typer.Option(metavar="FILE", help="A file with the reply; - reads standard input.")
    ] = None,
    editor: Annotated[bool, typer.Option("--editor", help="Write the reply in $VISUAL or $EDITOR.")] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List the exercises; the next one is marked.")
    ] = False,
) -> None:
    """Practise answering a complaint, and see which of your sentences would do harm and which do good.

    The exercises follow the rules that your replies still break. followup stores which rules a reply broke,
    but not its text. Teams can add exercises of their own to templates/en/coaching/, or to that folder of
    another language."""
    if list_:
        _list(call, language)
    elif reply is not None:
        _answer_once(call, exercise, language, reply)
    elif output.interactive() and not call.json:
        _practise(call, exercise, language, rounds, editor=editor)
    else:
        raise missing(
            "The reply is missing.",
            hint="Give it with --reply FILE (- reads standard input); the complaints: followup coach --list",
        )


def _list(call: Call, language: str | None) -> None:
    from followup.application.coaching import practice

    document = practice.list_exercises(call.caller, language)
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
        empty="There are no exercises. They are files in templates/en/coaching/ and in that folder of other "
        "languages; delete these empty folders to have the shipped ones.",
        right=("played",),
    )


def _answer_once(call: Call, name: str | None, language: str | None, reply: str) -> None:
    from followup.application.coaching import practice

    text = text_of_file(reply, hint="Name the file that holds the reply.")
    answered = practice.answer_exercise(call.caller, name, language, reply=text)
    call.answer(answered["round"], lambda: coach_round.show_answered(answered))


def _practise(call: Call, name: str | None, language: str | None, rounds: int, *, editor: bool) -> None:
    from followup.application.coaching import practice

    for number in range(1, rounds + 1):
        exercise = practice.show_exercise(call.caller, name if number == 1 else None, language)
        if rounds > 1:
            output.lines(f"Round {number} of {rounds}\n")
        coach_round.show_complaint(exercise)
        if not _play(call, exercise["exercise"], editor=editor):
            output.say("Nothing was written, so nothing more is recorded.")
            return


def _play(call: Call, exercise: str, *, editor: bool) -> bool:
    """Play one exercise until the reply has no findings or the agent stops. Returns False for an empty
    reply."""
    from followup import clock
    from followup.application.coaching import practice

    text = ""
    while True:
        text = write_in_editor(text, otherwise="leave --editor out") if editor else _typed(text)
        if not text.strip():
            return False
        try:
            answered = practice.answer_exercise(replace(call.caller, now=clock.now()), exercise, reply=text)
        except WrongUsage as error:
            output.say(f"{output.plain(error.message)} {output.plain(error.hint)}")
            text = ""
            continue
        coach_round.show_answered(answered)
        if not answered["round"]["findings"] or not typer.confirm(
            "Try again, to improve this reply?", err=True
        ):
            return True
        if not editor:
            output.say("Your lines come back one by one: change them, or press Enter to keep them.")


def _typed(before: str) -> str:
    """Read lines until one with only a dot, or Ctrl-D. The lines of the previous reply are offered for
    editing."""
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


command(app, "coach", example=_EXAMPLE)(coach)
