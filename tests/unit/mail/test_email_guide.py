"""docs/emails.md says what is true: every name, every rule, and an example that can be written."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.mail.template_values import VARIABLES
from followup.resources import shipped

GUIDE = (Path(__file__).parents[3] / "docs" / "emails.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[tuple[str, str]]:
    """The two columns of the first table under a heading."""
    part = GUIDE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("| ").split(" | ", 1) for line in part.splitlines() if line.startswith("| ")]
    return [(name.strip("`"), meaning) for name, meaning in lines[1:]]


def test_every_value_that_a_template_may_use_is_explained() -> None:
    assert rows("What a template may speak of") == list(VARIABLES.items())


def test_every_rule_of_the_lint_is_named() -> None:
    assert rows("What the lint looks for") == [(rule.value, rule.meaning) for rule in SincerityRule]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    copytree(shipped("templates"), tmp_path / "templates")
    text = GUIDE.split("```markdown\n", 1)[1].split("```", 1)[0]
    (tmp_path / "templates" / "example.md").write_text(text, encoding="utf-8")
    return tmp_path / "templates"


def test_the_example_is_a_template_that_varies(example: Path) -> None:
    letter = sample_letter("en-GB", "GBP")

    first, second = (render(example, "example", replace(letter, wording=number)).text for number in (0, 1))

    assert "Here is a voucher for £10.00. Enter 7KQ2MF-X3T9AB-CDWERT when you pay." in first
    assert "Please take £10.00 from us." in second
    assert "We let you down on 12 March: your delivery arrived later than we promised." in first
