"""Reading sequences.toml: the series of emails that a team has written down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from followup.domain.policy.facts import nearest
from followup.domain.sequence import MOST_STEPS, Delay, DelayUnit, Sequence, Step, StepCondition, parse_delay
from followup.domain.toml_file import Table, parse_toml
from followup.errors import InvalidFile

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_CODE = "bad_sequences"


@dataclass(frozen=True, slots=True)
class Sequences:
    """All sequences of a workspace by name, and the name of the one that cases are enrolled in."""

    default: str
    by_name: Mapping[str, Sequence]


def load_sequences(text: str, source: str) -> Sequences:
    """Read the text of a sequences file; `source` is its name for messages.

    Raises InvalidFile with the line of each mistake. Whether the templates exist is not looked at.
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
    table.refuse_unknown_keys(("description", "step"))
    steps = table.tables("step")
    if not steps:
        table.refuse("", "it has no steps.", f"Write [[sequence.{name}.step]] for each email.")
    if len(steps) > MOST_STEPS:
        message = f"it has {len(steps)} steps, but a customer gets at most {MOST_STEPS} emails about a case."
        steps[MOST_STEPS].refuse("", message, f"Keep the {MOST_STEPS} that matter.")
    return Sequence(
        name=name,
        description=table.text("description"),
        steps=tuple(_step(number, name, step) for number, step in enumerate(steps, 1)),
    )


def _step(number: int, sequence: str, raw: Table) -> Step:
    table = replace(raw, where=f"sequence {sequence}, step {number}")
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


def _bare(template: str) -> str:
    """What was probably meant by a file name or a path."""
    return re.sub(r"[^a-z0-9_-]+", "-", template.lower().rpartition("/")[2].removesuffix(".md")).strip("-")
