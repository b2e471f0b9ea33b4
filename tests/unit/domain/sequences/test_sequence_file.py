"""Reading sequences: what is meant, and what is said about mistakes."""

from pathlib import Path

import pytest

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.sequences.sequence import Delay, DelayUnit, Step, StepCondition
from followup.domain.sequences.sequence_file import load_sequences
from followup.errors import InvalidFile

SHIPPED = Path(__file__).parents[4] / "templates" / "workspace" / "sequences.toml"

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

CALL = """
[[sequence.call.step]]
template = "apology"
after = "0 minutes"
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


def test_the_shipped_sequence_of_a_callback_says_who_calls_and_closes() -> None:
    sequences = load_sequences(SHIPPED.read_text(encoding="utf-8"), SHIPPED.name)
    assert sequences.for_kind(GestureKind.CALLBACK) == "callback"
    assert [(step.template, str(step.after)) for step in sequences.by_name["callback"].steps] == [
        ("callback-arranged", "0 minutes"),
        ("closing", "14 days"),
    ]


def test_a_gesture_is_followed_by_the_sequence_for_its_kind_or_else_by_the_default() -> None:
    sequences = load_sequences(f'{GOOD}\n[sequence.call]\nfor = ["callback", "gift"]{CALL}', "sequences.toml")
    assert {kind: sequences.for_kind(kind) for kind in GestureKind if kind is not GestureKind.APOLOGY} == {
        GestureKind.CALLBACK: "call",
        GestureKind.GIFT: "call",
        GestureKind.DISCOUNT: "short",
        GestureKind.VOUCHER: "short",
        GestureKind.REFUND: "short",
        GestureKind.CREDIT: "short",
        GestureKind.POINTS: "short",
        GestureKind.REPLACEMENT: "short",
        GestureKind.REPAIR: "short",
        GestureKind.RESEND: "short",
    }
    assert sequences.for_kind(GestureKind.APOLOGY) == sequences.for_kind(None) == "short"
    assert sequences.by_name["call"].kinds == (GestureKind.CALLBACK, GestureKind.GIFT)


def test_a_kind_is_followed_by_one_sequence_only() -> None:
    call = f'\n[sequence.call]\nfor = ["callback"]{CALL}'
    twice = call + call.replace("sequence.call", "sequence.ring")
    error = refused(GOOD + twice)
    assert "sequences.toml, line 22: sequence ring: gestures of the kind callback" in error.message
    assert "the sequence call already" in error.message
    two_kinds = load_sequences(GOOD + twice.replace('"callback"', '"gift"', 1), "sequences.toml")
    assert two_kinds.for_kind(GestureKind.CALLBACK) == "ring"


def test_a_kind_that_does_not_exist_is_named_with_the_nearest() -> None:
    error = refused(f'{GOOD}\n[sequence.call]\nfor = ["calback"]{CALL}')
    assert "line 16: sequence call: unknown for 'calback'" in error.message
    assert "Did you mean callback?" in f"{error.message} {error.hint}"


def test_a_customer_is_not_sent_the_same_template_twice() -> None:
    error = refused(GOOD.replace('"check-in"', '"apology"'))
    assert "line 11: sequence short, step 2: 'apology' is the template of step 1 already" in error.message
    # Two sequences may share one: a case is enrolled in one of them.
    shared = load_sequences(f"{GOOD}\n[sequence.call]{CALL}", "sequences.toml")
    assert shared.by_name["call"].steps[0].template == shared.by_name["short"].steps[0].template


@pytest.mark.parametrize(
    ("first", "second", "in_order"),
    [
        ("2 hours", "1 hour", False),
        ("2 hours", "2 hours", True),
        ("1 hour", "30 minutes", False),
        ("1 hour", "60 minutes", True),
        ("4 business hours", "3 hours", False),
        ("4 business hours", "4 hours", True),  # the window may be open for all four
        ("4 hours", "3 business hours", True),  # three business hours may take days
        ("3 business days", "2 days", False),
        ("3 business days", "3 days", True),
        ("2 days", "1 business day", True),
        ("14 days", "3 business days", True),  # a long closure may make it later
        ("2 days", "36 hours", False),
        ("1 day", "22 hours", True),  # a day may have 22 hours in Antarctica/Troll
        ("1 day", "21 hours", False),
        ("26 hours", "1 day", True),
    ],
)
def test_a_step_that_is_surely_due_before_an_earlier_one_is_a_mistake(
    first: str, second: str, in_order: bool
) -> None:
    text = GOOD.replace("2 days", second).replace("1 business hour", first)
    if in_order:
        steps = load_sequences(text, "sequences.toml").by_name["short"].steps
        assert [str(step.after) for step in steps] == [first, second]
        return
    error = refused(text)
    assert f"line 12: sequence short, step 2: it is due {second} after the start" in error.message
    assert f"before step 1 ({first})" in error.message
    assert "counts from the start" in error.hint


def test_a_delay_that_cannot_be_read_is_the_only_mistake_of_its_step() -> None:
    error = refused(GOOD.replace("2 days", "soon"))
    assert "soon" in error.message
    assert "before step 1" not in error.message


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
