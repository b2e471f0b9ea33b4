from pathlib import Path

from followup.domain.gesture import GestureClass
from followup.domain.policy.lint import Level, lint
from followup.domain.policy.policy_file import load_policy

GUIDE = Path(__file__).parents[4] / "docs" / "policy.md"


def test_the_policy_of_the_guide_can_be_used_as_it_stands() -> None:
    text = GUIDE.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    policy = load_policy(text, "docs/policy.md")
    assert [rule.id for rule in policy.rules][::5] == ["delay-single-30", "anything-else"]
    assert policy.rules[3].gesture_class is GestureClass.GOODWILL
    assert [finding.message for finding in lint(policy) if finding.level is Level.ERROR] == []
