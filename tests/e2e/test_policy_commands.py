"""followup policy lint, show, diff and simulate, as people call them."""

import re
import shlex
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk
from tests.e2e.installed import Installed

PLANTED = """version = "9"
currency = "GBP"

[[rule]]
id = "first"
when = { reason = "late" }
offer = { kind = "apology" }

[[rule]]
id = "shadowed"
when = { reason = "late", severity = "severe" }
offer = { kind = "apology" }

[[rule]]
id = "typo"
when = { severty = "severe" }
offer = { kind = "refund", amount = "5" }

[[rule]]
id = "too-much"
offer = { kind = "refund", amount = "500" }

[[authority]]
role = "agent"
per_gesture = "25"
"""


@pytest.fixture
def files(quick: Desk) -> Installed:
    """A workspace, with another policy file beside its own: a tenth more here, 500 less there."""
    text = (quick.root / "policy.toml").read_text(encoding="utf-8")
    new = text.replace('version = "1"', 'version = "2"').replace("percent = 10,", "percent = 15,")
    (quick.root / "new.toml").write_text(new.replace('"500"', '"300"'), encoding="utf-8")
    (quick.root / "bad.toml").write_text(PLANTED, encoding="utf-8")
    return quick.followup


def test_lint_names_file_line_rule_and_mend_of_every_fault(files: Installed) -> None:
    answer = files.run("policy", "lint", "bad.toml", code=5)
    assert answer.out.splitlines() == [
        (
            "bad.toml:9: error: rule shadowed: no case reaches it: first above takes them all. "
            "Move it above first, or narrow that rule's conditions."
        ),
        "bad.toml:16: error: rule typo: unknown fact 'severty'. Did you mean severity?",
        (
            "bad.toml:19: error: rule too-much: it offers 500.00 GBP or more, and no role may give more than "
            "25.00 GBP. Raise a role's per_gesture, or lower the amount with at_most."
        ),
    ]
    assert answer.err.startswith("followup: bad.toml has 3 errors.")
    assert answer.err.count("\n") == 1


def test_lints_json_has_the_same_and_the_refusal_on_standard_error(files: Installed) -> None:
    answer = files.run("policy", "lint", "bad.toml", "--json", code=5)
    assert answer.document["ok"] is False
    places = [(one["file"], one["line"], one["rule"]) for one in answer.document["findings"]]
    assert places == [("bad.toml", 9, "shadowed"), ("bad.toml", 16, "typo"), ("bad.toml", 19, "too-much")]
    assert answer.refusal["code"] == "invalid_policy"


def test_lint_reads_the_workspaces_own_file_or_standard_input(files: Installed) -> None:
    assert files.run("policy", "lint").out == "policy.toml: 17 rules, nothing to mend.\n"
    found = files.run("policy", "lint", "-", stdin="= 1", code=5)
    assert found.out.startswith("standard input:1: error: this is not TOML")
    assert files.complaint("policy", "lint", "nowhere.toml", code=3).startswith("followup: There is no file")


def test_show_reads_aloud_and_needs_no_workspace_for_a_file(files: Installed, followup: Installed) -> None:
    told = files.run("policy", "show").out
    for words in (
        "policy.toml, version 1: amounts in GBP, days in Europe/London",
        "How many days late?",
        "severity is serious, and order_value is 0.00 GBP or more",
        "refund of 25 percent of order_value, at least 10.00 GBP, at most 60.00 GBP, rounded to 1.00 GBP",
        "Goodwill to one customer: at most 500.00 GBP in 365 days",
        "5 gestures of the agent were just under their limit, 90 percent of it or more, and this one is too",
        "A director may give any amount for a gesture",
        "From 100.00 GBP: a note of 15 words and the role manager is told",
    ):
        assert words in told
    file = Path(files.folder) / "new.toml"
    document = followup.json("policy", "show", "--file", str(file))
    assert (document["version"], document["currency"], document["timezone"]) == ("2", "GBP", "Europe/London")
    assert set(document) >= {"file", "sha256", "facts", "rules", "caps", "cooldowns", "overcompensation"}
    assert set(document) >= {"nevers", "repeats", "authorities", "requirements"}
    moderate = next(rule for rule in document["rules"] if rule["id"] == "moderate")
    assert moderate["conditions"] == ["severity is moderate", "order_value is 0.00 GBP or more"]
    assert moderate["offer"].startswith("voucher of 15 percent of order_value")


def test_diff_tells_what_changes_from_the_first_file_to_the_second(files: Installed) -> None:
    document = files.json("policy", "diff", "policy.toml", "new.toml")
    assert (document["before"]["version"], document["after"]["version"]) == ("1", "2")
    assert (document["same"], document["version_changed"]) == (False, True)
    changes = [(one["part"], one["name"], one["change"]) for one in document["changes"]]
    assert changes == [
        ("setting", "version", "changed"),
        ("rule", "moderate", "changed"),
        ("cap", "customer-365d-goodwill", "changed"),
    ]
    assert document["changes"][2]["fields"] == [
        {"field": "amount", "before": "500.00 GBP", "after": "300.00 GBP"}
    ]
    told = files.run("policy", "diff", "policy.toml", "new.toml").out
    assert told.startswith("From policy.toml (version 1) to new.toml (version 2):")
    assert "500.00 GBP" in told


def test_diff_compares_with_the_workspaces_own_file_and_says_when_nothing_changes(files: Installed) -> None:
    assert files.json("policy", "diff", "new.toml")["after"]["file"] == "policy.toml"
    same = files.run("policy", "diff", "policy.toml")
    assert same.out == "From policy.toml (version 1) to policy.toml (version 1) nothing changes.\n"
    text = (Path(files.folder) / "policy.toml").read_text(encoding="utf-8")
    unnamed = files.run("policy", "diff", "policy.toml", "-", stdin=text.replace('"500"', '"300"')).out
    assert "Both have the same version" in unnamed


def test_simulate_tells_a_manager_what_it_would_have_cost(desk: Desk, files: Installed) -> None:
    for value in ("100.00", "200.00"):
        desk.shop.open_case(f"c{value}@example.com", order_value=value)
    before = desk.database.read_bytes()
    told = files.run("policy", "simulate", "--policy", "new.toml")
    assert told.err == ""
    lines = [" ".join(line.split()) for line in told.out.splitlines()]
    # A tenth is 10 and 20; 15 percent are 15 and 25, the most that the rule gives.
    for line in (
        "gestures 2 2",
        "money 30.00 40.00 +10.00",
        "2 cases would get more, 10.00 GBP in all, the largest changes:",
        "C-0001 late-delivery voucher of 10.00 voucher of 15.00 +5.00",
        "Nobody would get less.",
        "2 cases lack facts that the new file asks for: days_late (2).",
    ):
        assert line in lines, told.out
    assert desk.database.read_bytes() == before


def test_simulates_answers_are_named_and_its_days_are_checked(desk: Desk, files: Installed) -> None:
    desk.shop.open_case()
    document = files.json("policy", "simulate", "--policy", "new.toml", "--most", "0")
    assert set(document) == {
        *("cases", "since", "until", "first", "last", "currency", "before", "after", "change"),
        "in_other_currencies",
        *("budgets", "reasons", "more", "less", "same", "missing_facts"),
    }
    assert document["more"]["largest"] == []
    assert files.json("policy", "simulate", "--policy", "new.toml", "--until", "2020-01-01")["cases"] == 0
    assert (
        files.refused("policy", "simulate", "--policy", "new.toml", "--since", "x", code=2)["code"]
        == "bad_date"
    )
    assert files.refused("policy", "simulate", "--policy", "bad.toml", code=5)["code"] == "invalid_policy"
    assert files.refused("policy", "simulate", "--policy", "no.toml", code=3)["code"] == "no_file"


def test_the_manuals_commands_do_what_it_says(desk: Desk, files: Installed) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    pieces = "".join(re.findall(r"```toml\n(.*?)```", manual, re.DOTALL))
    for name in ("policy.toml", "last-year.toml", "new-policy.toml"):
        (desk.root / name).write_text(pieces, encoding="utf-8")
    block = re.search(r"```\n(followup .*?)```", manual, re.DOTALL)
    assert block is not None
    told = [files.run(*shlex.split(line, comments=True)[1:]).out for line in block[1].splitlines()]
    assert [lines.splitlines()[0] for lines in told] == [
        "policy.toml: 14 rules, nothing to mend.",
        "policy.toml, version 2026-11: amounts in GBP, days in Europe/London",
        "Offer: a refund of 20.00 GBP (owed)",
        "From last-year.toml (version 2026-11) to policy.toml (version 2026-11) nothing changes.",
        "There are no recorded cases in these days.",
    ]


@pytest.mark.parametrize(
    "command",
    [
        "policy lint",
        "policy show",
        "policy explain --reason late-delivery",
        "policy explain C-0001",
        "policy simulate --policy new.toml",
        "policy diff new.toml",
        (
            "case open --customer b@example.com --name B --reason late-delivery --severity minor "
            "--verbatim late --occurred-on 2026-11-20"
        ),
        "gesture request C-0001",
        "doctor",
    ],
)
def test_a_choice_without_choices_is_an_invalid_file_for_every_command(
    files: Installed, quick: Desk, command: str
) -> None:
    quick.shop.open_case("ada@example.com")
    policy = quick.root / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8") + '\n[facts.ticket]\ntype = "choice"\n', encoding="utf-8"
    )
    answer = files.run(*shlex.split(command), code=5)
    assert "fact ticket: choices must be a list of words" in answer.out + answer.err
    assert "Traceback" not in answer.out + answer.err


def test_lint_is_strict_about_warnings_when_asked_and_knows_the_workspaces_currency(
    files: Installed, quick: Desk
) -> None:
    text = (quick.root / "policy.toml").read_text(encoding="utf-8")
    odd = quick.root / "odd.toml"
    odd.write_text(text.replace("percent = 10,", "percent = 0.5,"), encoding="utf-8")
    document = files.json("policy", "lint", "odd.toml")
    assert (document["ok"], document["errors"], document["warnings"]) == (True, 0, 1)
    (finding,) = document["findings"]
    assert (finding["code"], finding["level"], finding["rule"]) == ("odd_percent", "warning", "moderate")
    assert "odd.toml has 1 warning." in files.run("policy", "lint", "odd.toml", "--strict", code=5).err
    assert files.json("policy", "lint", "--strict")["findings"] == []
    odd.write_text(text.replace('currency = "GBP"', 'currency = "EUR"'), encoding="utf-8")
    refused = files.run("policy", "lint", "odd.toml", "--json", code=5)
    assert [(one["code"], one["line"]) for one in refused.document["findings"]] == [("other_currency", 8)]


def test_show_lists_the_reasons_with_their_rules_and_questions(files: Installed) -> None:
    document = files.json("policy", "show")
    assert [entry["reason"] for entry in document["reasons"]] == [
        *("billing-error", "damaged-item", "wrong-item"),
        *("late-delivery", "missed-appointment", "rude-service"),
    ]
    late = document["reasons"][3]
    assert late["facts"] == [{"name": "days_late", "question": "How many days late?"}]
    assert [rule["id"] for rule in late["rules"] if rule["named"]] == ["very-late"]
    # Rules for every reason are tried as well, in the order of the file; those for other reasons are not.
    ids = [rule["id"] for rule in late["rules"]]
    assert ids[:4] == ["distressed", "their-own-doing", "mass-incident", "minor"]
    assert "missed-appointment" not in ids
    (only,) = files.json("policy", "show", "--reason", "late-delivery")["reasons"]
    assert only == late
    told = files.run("policy", "show", "--reason", "late-delivery").out
    assert "How many days late?" in told
    assert "days_late is 7 days or more, and order_value is 0.00 GBP or more" in told
    assert "Did you mean late-delivery?" in files.complaint(
        "policy", "show", "--reason", "late-delivry", code=3
    )
