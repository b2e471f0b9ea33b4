"""The sequences that sequences.toml declares: `followup sequence list` and `show`."""

from typing_extensions import TypedDict

from followup.application.door import Caller, works

SequenceDocument = TypedDict(
    "SequenceDocument",
    {"name": str, "default": bool, "for": list[str], "description": str, "steps": int},
)
"""A sequence in sequences.toml. `for` lists the kinds of gestures that start it."""


class StepDocument(TypedDict):
    """One email of a sequence. `after` is its delay in words, `only_if` the condition for sending it."""

    step: int
    template: str
    after: str
    only_if: str | None


WholeSequenceDocument = TypedDict(
    "WholeSequenceDocument",
    {"name": str, "for": list[str], "description": str, "steps": list[StepDocument]},
)
"""A sequence with its steps."""


@works("sequence list")
def list_sequences(caller: Caller) -> list[SequenceDocument]:
    """All sequences of the workspace. Raises InvalidFile."""
    found = caller.place.configuration.sequences
    return [
        {
            "name": sequence.name,
            "default": sequence.name == found.default,
            "for": [kind.value for kind in sequence.kinds],
            "description": sequence.description,
            "steps": len(sequence.steps),
        }
        for sequence in found.by_name.values()
    ]


@works("sequence show")
def show_sequence(caller: Caller, name: str) -> WholeSequenceDocument:
    """The steps of a sequence. Raises NotFound, InvalidFile."""
    sequence = caller.place.configuration.sequences.named(name)
    return {
        "name": sequence.name,
        "for": [kind.value for kind in sequence.kinds],
        "description": sequence.description,
        "steps": [
            {
                "step": step.number,
                "template": step.template,
                "after": str(step.after),
                "only_if": step.only_if.value if step.only_if else None,
            }
            for step in sequence.steps
        ],
    }
