"""A round of `followup coach` on the terminal: the complaint, then the reply with its findings."""

import textwrap
from datetime import date
from typing import TYPE_CHECKING

from followup.cli import output

if TYPE_CHECKING:
    from followup.application.coaching.practice import (
        AnsweredExerciseDocument,
        ExerciseDocument,
        PracticeGestureDocument,
        RemarkDocument,
    )
    from followup.domain.shared.word import Word

_WIDTH = 88


def show_complaint(exercise: "ExerciseDocument") -> None:
    """Print what the customer wrote, what the agent knows, and what they may offer."""
    from followup.domain.cases.case import Feeling, Responsibility

    customer = exercise["customer"]
    output.lines(_wrapped(f"{customer} writes to {exercise['business']}:", 0) + "\n")
    output.lines(_wrapped(exercise["complaint"], 4) + "\n")
    for label, value in (
        ("happened", _day(exercise["occurred_on"], "%A, %-d %B %Y")),
        ("order", " for ".join(filter(None, (exercise["order"], output.money(exercise, "order_value"))))),
        ("item", exercise["item"]),
        ("place", exercise["place"]),
        ("feeling", _with_meaning(Feeling, exercise["feeling"])),
        ("whose doing", _with_meaning(Responsibility, exercise["responsibility"])),
        ("you know", exercise["known"]),
        ("done", exercise["done"]),
        ("you may offer", _offer(exercise["gesture"])),
    ):
        if value:
            output.lines(_wrapped(value, 15, first=f"{label:<15}"))
    output.say(
        f"\nWrite your reply to {customer}. A line with only a dot ends it.\n"
        "If a person should call instead, write: call\n"
    )


def _offer(gesture: "PracticeGestureDocument") -> str:
    from followup.domain.goodwill.gesture import GestureKind

    kind = gesture["kind"]
    what = f"{kind} of {output.money(gesture)}" if gesture["amount"] else _meaning(GestureKind, kind)
    parts = [what, gesture["how"]]
    if gesture["settled_by"]:
        parts.append(f"by {_day(gesture['settled_by'], '%A, %-d %B')}")
    if gesture["code"]:
        until = gesture["expires_on"]
        parts.append(f"code {gesture['code']}" + (f", until {_day(until, '%-d %B %Y')}" if until else ""))
    return "; ".join(part for part in parts if part)


def _meaning(words: "type[Word]", value: str) -> str:
    return next(word.meaning for word in words if word.value == value)


def _with_meaning(words: "type[Word]", value: str) -> str:
    return f"{value}: {_meaning(words, value)}"


def _day(text: str, written: str) -> str:
    return date.fromisoformat(text).strftime(written)


def show_answered(answered: "AnsweredExerciseDocument") -> None:
    """Print the reply sentence by sentence with its findings, what was good, and a model reply."""
    from followup.domain.coaching.practice import PracticeProgress, progress_line

    judged = answered["round"]
    waiting = judged["findings"]
    if answered["sentences"]:
        output.lines("\nYour reply\n")
    for sentence in answered["sentences"]:
        output.lines(_wrapped(sentence, 2))
        here = [remark for remark in waiting if remark["sentence"] == sentence]
        waiting = [remark for remark in waiting if remark not in here]
        _show_remarks(here)
    if waiting:
        output.lines("\nThe reply as a whole\n")
        _show_remarks(waiting)
    if judged["kept"]:
        output.lines("\nWhat is good\n")
        for kept in judged["kept"]:
            output.lines(_wrapped(kept["good"], 4, first="  + "))
    asks = answered["asks_for_call"]
    output.lines(
        f"\n{'If nobody answers the call, this may be left' if asks else 'One good reply, to compare'}\n"
    )
    for line in judged["good_reply"].split("\n"):
        output.lines(_wrapped(line, 4))
    output.lines(f"\n{progress_line(PracticeProgress(**judged['progress']))}")


def _show_remarks(remarks: "list[RemarkDocument]") -> None:
    for remark in remarks:
        output.lines(_wrapped(remark["why"], 10, first=f"    {remark['rule']:<5} "))
        output.lines(_wrapped(remark["instead"], 10, first="          → "))


def _wrapped(text: str, indent: int, *, first: str | None = None) -> str:
    """Wrap a text to the width of the terminal. `first` begins the first line instead of the indentation."""
    return textwrap.fill(
        output.plain(text),
        _WIDTH,
        initial_indent=" " * indent if first is None else first,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
