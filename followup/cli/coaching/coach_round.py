"""A round of `followup coach` on the screen: the complaint, and the reply with what is said about it."""

import textwrap
from typing import TYPE_CHECKING

from followup.cli import output

if TYPE_CHECKING:
    from followup.domain.coaching.practice import Exercise, PracticeGesture, PracticeProgress, Remark
    from followup.services.coaching.practice_rounds import Judged

_WIDTH = 88


def show_complaint(exercise: "Exercise") -> None:
    """What the customer wrote, and what the agent knows and may offer."""
    output.lines(_wrapped(f"{exercise.customer} writes to {exercise.business}:", 0) + "\n")
    output.lines(_wrapped(exercise.complaint, 4) + "\n")
    order = " for ".join(str(part) for part in (exercise.order, exercise.order_value) if part)
    for label, value in (
        ("happened", f"{exercise.occurred_on:%A, %-d %B %Y}"),
        ("order", order),
        ("item", exercise.item),
        ("place", exercise.place),
        ("feeling", f"{exercise.feeling}: {exercise.feeling.meaning}"),
        ("whose doing", f"{exercise.responsibility}: {exercise.responsibility.meaning}"),
        ("you know", exercise.known),
        ("done", exercise.done),
        ("you may offer", _offer(exercise.gesture)),
    ):
        if value:
            output.lines(_wrapped(value, 15, first=f"{label:<15}"))
    output.say(
        f"\nWrite your reply to {exercise.customer}. A line with only a dot ends it.\n"
        "If a person should call instead, write: call\n"
    )


def _offer(gesture: "PracticeGesture") -> str:
    worth = f" of {gesture.money}" if gesture.money else ""
    parts = [f"{gesture.kind}{worth}" if gesture.money else gesture.kind.meaning, gesture.how]
    if gesture.settled_by:
        parts.append(f"by {gesture.settled_by:%A, %-d %B}")
    if gesture.code:
        until = f", until {gesture.expires_on:%-d %B %Y}" if gesture.expires_on else ""
        parts.append(f"code {gesture.code}{until}")
    return "; ".join(part for part in parts if part)


def show_judged(judged: "Judged", now: "PracticeProgress") -> None:
    """The reply sentence by sentence with the findings below each, what was good, and one good reply."""
    from followup.domain.coaching.practice import progress_line

    waiting = list(judged.findings)
    if judged.sentences:
        output.lines("\nYour reply\n")
    for sentence in judged.sentences:
        output.lines(_wrapped(sentence, 2))
        here = [remark for remark in waiting if remark.sentence == sentence]
        waiting = [remark for remark in waiting if remark not in here]
        _show_remarks(here)
    if waiting:
        output.lines("\nThe reply as a whole\n")
        _show_remarks(waiting)
    if judged.kept:
        output.lines("\nWhat is good\n")
        for kept in judged.kept:
            output.lines(_wrapped(kept.good, 4, first="  + "))
    asks = judged.exercise.asks_for_call
    output.lines(
        f"\n{'If nobody answers the call, this may be left' if asks else 'One good reply, to compare'}\n"
    )
    for line in judged.good_reply.split("\n"):
        output.lines(_wrapped(line, 4))
    output.lines(f"\n{progress_line(now)}")


def _show_remarks(remarks: "list[Remark]") -> None:
    for remark in remarks:
        output.lines(_wrapped(remark.why, 10, first=f"    {remark.rule:<5} "))
        output.lines(_wrapped(remark.instead, 10, first="          → "))


def _wrapped(text: str, indent: int, *, first: str | None = None) -> str:
    """A text on lines that fit, the first of which may begin otherwise."""
    return textwrap.fill(
        output.plain(text),
        _WIDTH,
        initial_indent=" " * indent if first is None else first,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
