from pathlib import Path

import pytest

from followup.application.goodwill import policies, policy_advice, policy_lint, policy_trials
from followup.errors import NotFound, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import ANA, MAX, Shop


@pytest.fixture
def other(shop: Shop, tmp_path: Path) -> Path:
    """The shop's policy with more for a mass incident."""
    policy = shop.workspace.policy_file.read_text(encoding="utf-8")
    file = tmp_path / "new.toml"
    file.write_text(policy.replace('"1"', '"2"', 1).replace('amount = "10"', 'amount = "20"', 1), "utf-8")
    return file


def test_files_are_shown_and_compared_without_a_workspace(other: Path) -> None:
    shown = policies.show_policy(None, str(other))
    assert (shown["version"], shown["file"]) == ("2", str(other))
    same = policies.compare_policies(None, str(other), "-", after_text=other.read_text(encoding="utf-8"))
    assert (same["same"], same["after"]["file"]) == (True, "standard input")
    with pytest.raises(NotFound):
        policies.show_policy(None, str(other.with_name("nothing.toml")))


def test_a_policy_is_compared_with_the_workspaces_own(new_caller: NewCaller, other: Path) -> None:
    found = policies.compare_policies(new_caller().place, str(other))
    assert found["version_changed"]
    assert {change["name"] for change in found["changes"]} >= {"mass-incident"}


def test_a_policy_with_errors_has_no_number_of_rules(new_caller: NewCaller, other: Path) -> None:
    fine = policy_lint.lint_policy(new_caller(), str(other))
    broken = policy_lint.lint_policy(new_caller(), "-", 'version = "1"')
    assert fine["ok"]
    assert fine["rules"]
    assert (broken["ok"], broken["rules"], broken["file"]) == (False, None, "standard input")


def test_advice_without_a_case_opens_no_database(new_caller: NewCaller) -> None:
    caller = new_caller(None)
    advice = policy_advice.explain(caller, reason="late-delivery", severity="moderate", order_value="40.00")
    assert advice["kind"]
    assert "database" not in vars(caller.place)
    with pytest.raises(WrongUsage) as nothing:
        policy_advice.explain(caller)
    assert nothing.value.message == "There is nothing to explain."


def test_advice_on_a_case_is_for_who_asks_else_for_who_logged_it(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case(severity="serious", order_value="400.00")
    by_nobody = policy_advice.explain(new_caller(None), "C-0001")
    by_ana = policy_advice.explain(new_caller(ANA), "C-0001")
    assert by_nobody == by_ana
    assert by_ana["needs_approval"]
    assert not policy_advice.explain(new_caller(MAX), "C-0001")["needs_approval"]


def test_a_trial_says_how_far_it_is(shop: Shop, new_caller: NewCaller, other: Path) -> None:
    shop.open_case()
    parts: list[float] = []
    found = policy_trials.simulate(new_caller(), str(other), on_progress=parts.append)
    assert (found["cases"], found["same"]) == (1, 1)
    assert parts[-1] == 1.0
