"""Reading sequences: what is meant, and what is said about mistakes."""

from pathlib import Path

import pytest

from followup.domain.sequence import Delay, DelayUnit, Step, StepCondition
from followup.domain.sequence_file import load_sequences
from followup.errors import InvalidFile

SHIPPED = Path(__file__).parents[3] / "templates" / "workspace" / "sequences.toml"

GOOD = """\
default = "short"

[sequence.short]
description = "One email"

[[sequence.short.step]]
template = "apology"
after = "1 business hour"

[[sequence.short.step]]
template = "check-in"
after = "2 days"
only_if = "promised"
"""


def refused(text: str) -> InvalidFile:
    with pytest.raises(InvalidFile) as caught:
        load_sequences(text, "sequences.toml")
    return caught.value


def test_a_sequence_is_read_in_the_order_of_its_steps() -> None:
    sequences = load_sequences(GOOD, "sequences.toml")
    assert sequences.default == "short"
    short = sequences.by_name["short"]
    assert short.description == "One email"
    assert short.steps == (
        Step(1, "apology", Delay(1, DelayUnit.BUSINESS_HOURS), None),
        Step(2, "check-in", Delay(2, DelayUnit.DAYS), StepCondition.PROMISED),
    )


def test_the_shipped_sequence_is_the_one_that_the_product_promises() -> None:
    sequences = load_sequences(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    steps = sequences.by_name[sequences.default].steps
    assert [(step.template, str(step.after), step.only_if) for step in steps] == [
        ("apology", "0 minutes", None),
        ("check-in", "3 business days", StepCondition.PROMISED),
        ("closing", "14 days", None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "line", "message", "hint"),
    [
        ('after = "2 days"', 'after = "2 dais"', 12, "'dais' is not a unit", "Did you mean days?"),
        ('after = "2 days"', "after = 2", 12, "after must be a text", 'after = "2"'),
        ('after = "2 days"\n', "", 10, "after is missing", 'Write after = "…".'),
        ('only_if = "promised"', 'only_if = "promissed"', 13, "unknown only_if", "Did you mean promised?"),
        ('template = "check-in"', 'tempalte = "check-in"', 11, "unknown key 'tempalte'", "mean template?"),
        ('"check-in"', '"templates/Check-In.md"', 11, "not the name of a template", '"check-in"'),
        ('default = "short"', 'default = "shrot"', 1, "'shrot' does not exist", "Did you mean short?"),
        ('default = "short"\n', "", 1, "default is missing", "default"),
        ("[sequence.short]", "[sequence.Short]", 3, "'Short' is not a name", "small letters"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_its_mend(
    before: str, after: str, line: int, message: str, hint: str
) -> None:
    assert before in GOOD
    error = refused(GOOD.replace(before, after))
    assert f"sequences.toml, line {line}:" in error.message
    assert message in error.message
    assert hint in f"{error.hint} {error.message}"
    assert error.exit_code == 5


def test_the_step_with_the_mistake_is_named() -> None:
    assert "sequence short, step 2" in refused(GOOD.replace("2 days", "soon")).message


def test_what_is_not_toml_is_named_with_line_and_column() -> None:
    error = refused('default = "short"\n\n[sequence.short\n')
    assert "sequences.toml, line 3, column 16: this is not TOML" in error.message


def test_a_fourth_email_is_too_many() -> None:
    step = '\n[[sequence.short.step]]\ntemplate = "more"\nafter = "9 days"\n'
    assert load_sequences(GOOD + step, "sequences.toml").by_name["short"].steps[2].number == 3
    error = refused(GOOD + step + step)
    assert "line 19" in error.message
    assert "at most 3 emails" in error.message


@pytest.mark.parametrize("text", ["", 'default = "short"', 'default = "short"\nsequence = 3'])
def test_a_file_without_sequences_says_what_to_write(text: str) -> None:
    error = refused(text)
    assert "[sequence.recovery]" in error.message + error.hint or "[sequence]" in error.message + error.hint


def test_a_sequence_without_steps_says_what_to_write() -> None:
    error = refused('default = "short"\n[sequence.short]\n')
    assert "line 2" in error.message
    assert "[[sequence.short.step]]" in error.hint
