"""Parsing sequences.toml, the sequences of a team."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.sequences.sequence import (
    MOST_STEPS,
    Delay,
    DelayUnit,
    Sequence,
    Step,
    StepCondition,
    parse_delay,
)
from followup.domain.shared.toml_file import Table, parse_toml
from followup.domain.shared.unreadable import nearest
from followup.errors import InvalidFile, NotFound

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_CODE = "bad_sequences"


@dataclass(frozen=True, slots=True)
class Sequences:
    """All sequences of a workspace by name, and the name of the default sequence."""

    default: str
    by_name: Mapping[str, Sequence]

    def for_kind(self, kind: GestureKind | None) -> str:
        """The name of the sequence for a gesture of this kind, or for a case without a gesture."""
        served = (name for name, sequence in self.by_name.items() if kind in sequence.kinds)
        return next(served, self.default)

    @property
    def templates(self) -> dict[str, list[tuple[Sequence, Step]]]:
        """Each template that a step names, with the steps that do."""
        named: dict[str, list[tuple[Sequence, Step]]] = {}
        for sequence in self.by_name.values():
            for step in sequence.steps:
                named.setdefault(step.template, []).append((sequence, step))
        return named

    def named(self, name: str) -> Sequence:
        """The sequence with a name. Raises NotFound."""
        found = self.by_name.get(name)
        if found is None:
            raise NotFound(
                f"There is no sequence {name}.",
                hint=f"The sequences are: {', '.join(sorted(self.by_name))}.",
                code="unknown_sequence",
            )
        return found


def load_sequences(text: str, source: str) -> Sequences:
    """Parse the text of a sequences file; `source` is its name in messages.

    Raises InvalidFile with the line of each mistake. It does not check whether the templates exist.
    """
    file = parse_toml(text, source, _CODE)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(("default", "sequence"))
    default = top.text("default", None)
    names = top.table("sequence", "sequence")
    by_name: dict[str, Sequence] = {}
    for name in names.values if names else ():
        table = names.table(name, f"sequence {name}") if names else None
        if table is not None:
            by_name[name] = _sequence(name, table)
            _refuse_kinds_served(by_name, table)
    if not by_name:
        top.refuse("", "there is no sequence.", "Write [sequence.recovery], and below it its steps.")
    elif default and default not in by_name:
        near = nearest(default, tuple(by_name))
        mend = f"Did you mean {near}?" if near else f"There are: {', '.join(by_name)}."
        top.refuse("default", f"the default sequence {default!r} does not exist.", mend)
    file.raise_mistakes()
    return Sequences(default, MappingProxyType(by_name))


def _sequence(name: str, table: Table) -> Sequence:
    if not _NAME.fullmatch(name):
        table.refuse("", f"{name!r} is not a name.", "Use small letters, digits and hyphens.")
    table.refuse_unknown_keys(("description", "for", "step"))
    tables = [
        raw.called(f"sequence {name}, step {number}") for number, raw in enumerate(table.tables("step"), 1)
    ]
    if not tables:
        table.refuse("", "it has no steps.", f"Write [[sequence.{name}.step]] for each email.")
    if len(tables) > MOST_STEPS:
        message = f"it has {len(tables)} steps, but a customer gets at most {MOST_STEPS} emails about a case."
        tables[MOST_STEPS].refuse("", message, f"Keep the {MOST_STEPS} that matter.")
    mistakes = len(table.file.mistakes)
    steps = tuple(_step(number, step) for number, step in enumerate(tables, 1))
    if len(table.file.mistakes) == mistakes:
        for step, of_step in zip(steps, tables, strict=True):
            _compare(step, steps[: step.number - 1], of_step)
    return Sequence(name, table.text("description"), steps, table.words("for", GestureKind))


def _refuse_kinds_served(by_name: Mapping[str, Sequence], table: Table) -> None:
    """Add a mistake for each kind of the sequence parsed last that an earlier sequence already has."""
    *earlier, last = by_name.values()
    for kind in last.kinds:
        rival = next((sequence.name for sequence in earlier if kind in sequence.kinds), None)
        if rival is not None:
            message = f"gestures of the kind {kind} are followed by the sequence {rival} already."
            table.refuse("for", message, f"Name {kind} in one of the two only.")


def _step(number: int, table: Table) -> Step:
    table.refuse_unknown_keys(("template", "after", "only_if"))
    template = table.text("template", None)
    if template and not _NAME.fullmatch(template):
        mend = f'Write the file\'s name without its end: template = "{_bare(template)}".'
        table.refuse("template", f"{template!r} is not the name of a template.", mend)
    return Step(number, template, _after(table), table.word("only_if", StepCondition))


def _after(table: Table) -> Delay:
    written = table.text("after", None)
    if written:
        try:
            return parse_delay(written)
        except InvalidFile as error:
            table.refuse("after", error.message, error.hint)
    return Delay(0, DelayUnit.MINUTES)


def _compare(step: Step, earlier: tuple[Step, ...], table: Table) -> None:
    """Add a mistake for a step that repeats an earlier one or is due before it."""
    same = next((other for other in earlier if other.template == step.template), None)
    if same:
        message = f"{step.template!r} is the template of step {same.number} already."
        table.refuse("template", message, "Nobody is sent the same words twice: name another template.")
    later = next((other for other in earlier if step.after.is_surely_shorter(other.after)), None)
    if later:
        message = f"it is due {step.after} after the start, before step {later.number} ({later.after})."
        table.refuse("after", message, "Each delay counts from the start, not from the step before it.")


def _bare(template: str) -> str:
    """The template name that was probably meant by a file name or path."""
    return re.sub(r"[^a-z0-9_-]+", "-", template.lower().rpartition("/")[2].removesuffix(".md")).strip("-")
