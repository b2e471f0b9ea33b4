"""The budget commands as they are called: what stands on which stream, and the exit codes."""

import json
import sys
from typing import Any

import pytest

from followup import clock
from followup.cli.app import run
from followup.cli.call import Common
from tests.services.purse import give
from tests.shop import MAX, Shop

SHOWN = ["name", "period", "currency", "limit", "held", "committed", "spent", "released", "available"]


class Desk:
    """Runs commands in a shop, as Max, and keeps what they print."""

    def __init__(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.shop, self.monkeypatch, self.capsys = shop, monkeypatch, capsys
        self.out = self.err = ""
        monkeypatch.setenv("FOLLOWUP_WORKSPACE", str(shop.workspace.root))
        monkeypatch.setenv("FOLLOWUP_AGENT", MAX)
        monkeypatch.setattr(Common, "given", Common())

    def __call__(self, *words: str) -> int:
        self.monkeypatch.setattr(sys, "argv", ["followup", *words])
        self.capsys.readouterr()
        code = run()
        self.out, self.err = self.capsys.readouterr()
        return code

    def document(self, *words: str) -> Any:
        """The JSON that a command prints, alone on its stream."""
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def desk(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shop.now = clock.now()
    return Desk(shop, monkeypatch, capsys)


def test_create_warns_of_an_unknown_reason_on_standard_error_and_goes_on(desk: Desk) -> None:
    made = desk.document(
        "budget", "create", "g", "--limit", "50", "--period", "month", "--scope", "reason=late-martians"
    )
    assert (made["limit"], made["scopes"]) == ("50.00", ["reason=late-martians"])
    assert desk.err == "No rule of policy.toml names the reason late-martians.\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--period", "once", "--carry-over"], 2),
        (["--period", "month", "--scope", "kind=nonsense"], 2),
        (["--period", "month", "--scope", "agent=nobody@shop.example"], 3),
        (["--period", "month", "--timezone", "Mars/Base"], 2),
        (["--period", "fortnight"], 2),
    ],
)
def test_create_refuses_what_cannot_be_meant(desk: Desk, words: list[str], code: int) -> None:
    assert desk("budget", "create", "g", "--limit", "50", *words) == code
    assert desk.err.startswith("followup: ")


def test_adjust_gives_the_document_of_show(desk: Desk) -> None:
    desk.shop.budget("50.00")
    changed = desk.document("budget", "adjust", "goodwill", "--limit", "65.00", "--because", "The strike.")
    shown = desk.document("budget", "show", "goodwill")
    (change,) = shown.pop("changes")
    assert (change["old"], change["new"]) == ({"limit": "50.00"}, {"limit": "65.00"})
    assert list(changed) == list(shown)
    assert set(SHOWN) <= set(shown)
    assert changed == shown
    assert shown["limit"] == "65.00"
    assert desk.document("budget", "list") == [shown]


def test_adjust_below_what_is_used_leaves_with_4_and_says_by_how_much(desk: Desk) -> None:
    desk.shop.budget("50.00")
    give(desk.shop, 40_00)
    assert desk("budget", "adjust", "goodwill", "--limit", "30", "--because", "x", "--json") == 4
    refusal = json.loads(desk.err)["error"]
    assert desk.out == ""
    assert refusal["code"] == "limit_below_use"
    assert "10.00 GBP more than 30.00 GBP" in refusal["message"]


def test_adjust_needs_a_reason_and_something_to_change(desk: Desk) -> None:
    desk.shop.budget("50.00")
    assert desk("budget", "adjust", "goodwill", "--limit", "60") == 2
    assert desk("budget", "adjust", "goodwill", "--because", "x") == 2
    assert desk("budget", "adjust", "nothing", "--limit", "60", "--because", "x") == 3


def test_adjust_with_the_same_key_changes_once(desk: Desk) -> None:
    desk.shop.budget("50.00")
    words = ["budget", "adjust", "goodwill", "--limit", "65", "--because", "x", "--key", "k1"]
    first = desk.document(*words)
    desk.document("budget", "adjust", "goodwill", "--limit", "70", "--because", "y")
    assert desk.document(*words) == first
    assert desk.document("budget", "show", "goodwill")["limit"] == "70.00"


def test_a_request_that_overdraws_a_soft_budget_says_so(desk: Desk) -> None:
    desk.shop.budget("5.00", soft=True)
    case = desk.shop.open_case(order_value="80.00")
    made = desk.document("gesture", "request", f"C-{case.id}", "--because", "word " * 20)
    assert made["amount"] == "8.00"
    assert made["overdrafts"][0].startswith("Budget goodwill is soft and is now 3.00 GBP over in ")
    assert desk.document("budget", "show", "goodwill")["available"] == "-3.00"
    assert desk("budget", "show", "goodwill") == 0
    assert "It is 3.00 GBP over its limit." in desk.out


def test_explain_names_a_soft_budget_and_how_far_over_it_will_be(desk: Desk) -> None:
    desk.shop.budget("5.00", soft=True)
    case = desk.shop.open_case(order_value="80.00")
    told = desk.document("policy", "explain", f"C-{case.id}")
    assert {"name": "budget goodwill", "limit": "5.00", "used": "0.00", "remaining": "5.00"} in told["limits"]
    assert "Budget goodwill is soft and will be 3.00 GBP over." in told["because"]
    assert told["refused"] is None


def test_forecast_has_the_keys_of_its_contract_and_reads_in_lines(desk: Desk) -> None:
    desk.shop.budget("500.00", period="year")
    give(desk.shop, 40_00)
    keys = """name period currency limit used available business_days_elapsed business_days_left
        burn_per_business_day expected_at_end exhausted_on pending outstanding_vouchers if_all_redeemed"""
    assert set(keys.split()) <= set(desk.document("budget", "forecast", "goodwill"))
    assert desk("budget", "forecast", "goodwill") == 0
    assert "40.00 of 500.00 GBP" in desk.out
    assert desk("budget", "forecast", "nothing") == 3


def test_show_takes_periods_of_the_budget_only(desk: Desk) -> None:
    desk.shop.budget("50.00", period="week")
    assert desk("budget", "show", "goodwill", "--period", "2026-11") == 2
    assert desk("budget", "ledger", "goodwill", "--period", "nonsense") == 2
    assert desk("budget", "show", "goodwill", "--period", "2001-W01") == 3
    assert desk("budget", "show", "goodwill", "--period", "2990-w01") == 0


def test_show_says_what_was_carried_over(desk: Desk) -> None:
    desk.shop.budget("50.00", carry_over=True)
    assert desk("budget", "show", "goodwill") == 0
    assert "The limit includes 0.00 GBP carried over." in desk.out
    assert desk("budget", "list") == 0
    assert "carries over" in desk.out
