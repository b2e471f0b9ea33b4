"""Commands of a workspace that counts in pounds and euros."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from followup.application.cases import change_case, interview, open_case
from followup.application.door import Caller
from followup.application.goodwill import (
    budgets,
    policies,
    policy_advice,
    policy_lint,
    policy_trials,
    several_gestures,
)
from followup.application.importing import imports
from followup.application.importing.run_import import RowsRefused
from followup.application.people import agents
from followup.errors import InvalidFile, Refused, WrongUsage
from followup.services.importing.import_cases import CaseImportDocument
from followup.services.upkeep.doctor.files import check_files
from followup.services.upkeep.doctor.work import check_work
from followup.store.tables import Case
from followup.workspace import load_workspace
from tests.shop import ANA, MAX, Shop

EURO = {
    "customer": "jan@example.de",
    "name": "Jan",
    "reason": "late-delivery",
    "severity": "serious",
    "order_value": "€80",
}
POUND = {**EURO, "customer": "tom@example.com", "name": "Tom", "order_value": "40"}


def caller(shop: Shop, email: str = ANA) -> Caller:
    return Caller(place=shop.place, now=shop.now, login="nobody", actor_email=email)


def opened(shop: Shop, **told: str) -> str:
    return open_case.open_case(caller(shop), **told)["case"]["ref"]  # type: ignore[arg-type]


def test_adding_a_currency_takes_a_command_a_line_and_a_budget(shop: Shop) -> None:
    made = policies.create_policy(shop.place, "eur")
    assert (made["file"], made["currency"], made["made_from"], made["rules"]) == (
        "policy.EUR.toml",
        "EUR",
        "policy.toml",
        17,
    )
    assert made["hints"][1:3] == [
        ('Write in followup.toml, on its line there, without the # before it: currencies = ["GBP", "EUR"]'),
        "Give it a budget: followup budget create goodwill-eur --limit 500 --period month --currency EUR",
    ]
    with pytest.raises(Refused):
        policies.create_policy(shop.place, "EUR")
    with pytest.raises(WrongUsage) as refused:
        policies.create_policy(shop.place, "GBP")
    assert refused.value.code == "main_currency"
    with pytest.raises(WrongUsage, match="'XYZ' is not a currency"):
        policies.create_policy(shop.place, "XYZ")
    # It is written for the settings as they will be.
    file = shop.workspace.root / "followup.toml"
    file.write_text('currencies = ["GBP", "EUR"]\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
    counted = load_workspace(shop.workspace.root, {}).settings.all_currencies
    assert counted == ("GBP", "EUR")
    shop.settings(currencies=counted)
    found = policy_lint.lint_policy(caller(shop))
    assert (found["file"], found["more"], found["findings"]) == ("policy.toml", ["policy.EUR.toml"], [])


def test_doctor_says_which_currency_has_no_policy_or_no_budget(shop: Shop) -> None:
    shop.settings(currencies=("GBP", "EUR"))

    def found(name: str) -> tuple[bool, str]:
        checks = shop.read(lambda s: [*check_files(shop.rules), *check_work(s, shop.rules, shop.now)])
        (one,) = [check for check in checks if check.name == name]
        return one.fine, one.mend

    assert found("policy EUR") == (False, "Make one from policy.toml: followup policy create --currency EUR")
    shop.also_in("EUR")
    assert found("policy EUR")[0]
    shop.budget("500")
    assert found("budgets") == (True, "")
    create = "followup budget create goodwill-eur --limit 500 --period month --currency EUR"
    assert found("budgets EUR") == (False, f"Goodwill in EUR has no budget yet: {create}")
    shop.budget("500", name="euros", currency="EUR")
    assert found("budgets EUR") == (True, "")
    opened(shop, **EURO)
    shop.settings(currencies=())
    assert found("currency EUR")[0] is False


def test_every_policy_command_takes_a_currency(shop: Shop, tmp_path: Path) -> None:
    shop.also_in("EUR")
    file = shop.workspace.policy_file_in("EUR")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('id    = "minor"', 'id    = "little"'), encoding="utf-8")
    assert policies.show_policy(shop.place, currency="EUR")["currency"] == "EUR"
    assert policies.show_policy(shop.place)["currency"] == "GBP"
    both = policy_lint.lint_policy(caller(shop))
    assert [(one["file"], one["code"]) for one in both["findings"]] == [
        ("policy.toml", "missing_in_currency"),
        ("policy.EUR.toml", "missing_in_currency"),
    ]
    alone = policy_lint.lint_policy(caller(shop), currency="EUR")
    assert [one["message"] for one in alone["findings"]] == [
        "policy.toml has the rule minor, and this policy in EUR has not."
    ]
    new = tmp_path / "new.toml"
    new.write_text(text, encoding="utf-8")
    # The other side of a comparison is the policy in the same currency, unless another one is named.
    assert [one["name"] for one in policies.compare_policies(shop.place, str(new))["changes"]] == [
        "little",
        "minor",
    ]
    named = policies.compare_policies(shop.place, str(new), currency="GBP")["changes"]
    assert "currency" in [one["name"] for one in named]
    with pytest.raises(WrongUsage):
        policies.show_policy(shop.place, currency="USD")


def test_explain_goes_by_the_policy_of_the_currency(shop: Shop) -> None:
    shop.also_in("JPY")

    def told(order_value: str, currency: str | None = None) -> tuple[str | None, str]:
        advice = policy_advice.explain(
            caller(shop),
            reason="late-delivery",
            severity="serious",
            order_value=order_value,
            currency=currency,
        )
        return advice["amount"], advice["currency"]

    assert told("80") == ("20.00", "GBP")
    assert told("¥16000") == told("16000", "JPY") == ("4000", "JPY")


def test_simulate_replays_the_cases_in_the_currency_of_the_file(shop: Shop) -> None:
    shop.also_in("EUR")
    opened(shop, **EURO)
    opened(shop, **POUND)
    own = shop.workspace.policy_file_in("EUR")
    found = policy_trials.simulate(caller(shop), str(own))
    assert (found["cases"], found["currency"], found["in_other_currencies"]) == (1, "EUR", 1)
    assert (found["before"]["file"], found["after"]["amount"]) == ("policy.EUR.toml", "20.00")
    pounds = policy_trials.simulate(caller(shop), str(shop.workspace.policy_file))
    assert (pounds["cases"], pounds["after"]["amount"]) == (1, "10.00")
    with pytest.raises(InvalidFile) as refused:
        policy_trials.simulate(caller(shop), str(own), currency="GBP")
    assert refused.value.code == "policies_in_two_currencies"


def test_an_agent_is_shown_their_authority_in_each_currency(shop: Shop) -> None:
    shop.also_in("JPY")
    shown = agents.show_agent(caller(shop), ANA)
    assert shown["authority"] == {"per_gesture": "25.00", "per_day": "100.00", "currency": "GBP"}
    assert shown["authorities"][1:] == [{"per_gesture": "5000", "per_day": "20000", "currency": "JPY"}]


def test_the_interview_asks_by_the_policy_of_the_currency(shop: Shop) -> None:
    shop.also_in("EUR")
    file = shop.workspace.policy_file_in("EUR")
    text = file.read_text(encoding="utf-8").replace("How many days late?", "Wie viele Tage zu spät?")
    file.write_text(text, encoding="utf-8")

    def asked(**told: str) -> tuple[str, list[str]]:
        found = interview.look_up(caller(shop), reason="late-delivery", **told)  # type: ignore[arg-type]
        return found["currency"], [one["question"] for one in found["facts"]]

    assert asked() == ("GBP", ["How many days late?"])
    assert asked(order_value="€80") == ("EUR", ["Wie viele Tage zu spät?"])
    interview.check_answer(caller(shop), "order_value", "€80")
    with pytest.raises(WrongUsage):
        interview.check_answer(caller(shop), "order_value", "€80", currency="GBP")
    interview.check_answer(caller(shop), "item_value", "€9", is_fact=True, currency="EUR")
    with pytest.raises(WrongUsage):
        interview.check_answer(caller(shop), "item_value", "€9", is_fact=True)


def test_one_amount_for_cases_in_two_currencies_needs_a_currency(shop: Shop) -> None:
    shop.also_in("EUR")
    opened(shop, **EURO)
    opened(shop, **POUND)
    asked: dict[str, Any] = {
        "reason": "late-delivery",
        "since": "2026-11-02",
        "kind": "voucher",
        "because": "The strike.",
    }
    with pytest.raises(WrongUsage) as refused:
        several_gestures.request_several(caller(shop, MAX), amount="10", **asked)
    assert (refused.value.code, refused.value.message) == (
        "amount_for_two_currencies",
        "These cases are in EUR and GBP, and 10 is an amount in neither.",
    )
    found = several_gestures.request_several(caller(shop, MAX), amount="10", currency="EUR", **asked)
    assert [(one["case"], one["amount"], one["currency"]) for one in found["done"]] == [
        ("C-0001", "10.00", "EUR")
    ]
    rest = several_gestures.request_several(caller(shop, MAX), amount="£10", **asked)
    assert [(one["case"], one["currency"]) for one in rest["done"]] == [("C-0002", "GBP")]


def test_a_case_is_set_to_another_currency(shop: Shop) -> None:
    shop.also_in("EUR")
    case = opened(shop, **POUND)
    changed = change_case.set_case(caller(shop), case, currency="EUR")
    assert (changed["order_value"], changed["currency"]) == ("40.00", "EUR")


def test_a_budget_is_in_the_currency_that_is_named_or_written(shop: Shop) -> None:
    shop.also_in("EUR")
    named = budgets.create_budget(caller(shop, MAX), "a", "500", "month", currency="EUR")
    written = budgets.create_budget(caller(shop, MAX), "b", "€500", "month")
    assert [one["currency"] for one in (named, written)] == ["EUR", "EUR"]
    with pytest.raises(WrongUsage, match="limit: '¥500' is not an amount in GBP or EUR"):
        budgets.create_budget(caller(shop, MAX), "c", "¥500", "month")


MAP = """
[currency]
column = "money"
default = "GBP"
[external_id]
column = "id"
[customer]
column = "who"
[name]
default = "Somebody"
[reason]
default = "late-delivery"
[severity]
default = "minor"
[order_value]
column = "worth"
"""


def imported(shop: Shop, tmp_path: Path, map_text: str, rows: str) -> CaseImportDocument:
    (tmp_path / "map.toml").write_text(map_text, encoding="utf-8")
    (tmp_path / "cases.csv").write_text(f"id,who,worth,money\n{rows}", encoding="utf-8")
    return imports.import_cases(caller(shop, MAX), str(tmp_path / "cases.csv"), str(tmp_path / "map.toml"))


def stored(shop: Shop) -> list[tuple[int | None, str]]:
    return shop.read(
        lambda session: [
            (case.order_value_minor, case.currency)
            for case in session.exec(select(Case).order_by(col(Case.id)))
        ]
    )


def test_cases_are_imported_in_the_currency_of_their_row(shop: Shop, tmp_path: Path) -> None:
    shop.also_in("EUR")
    rows = "1,a@example.com,80,EUR\n2,b@example.com,40,\n3,c@example.com,€9,eur\n"
    assert imported(shop, tmp_path, MAP, rows)["imported"] == 3
    assert stored(shop) == [(8000, "EUR"), (4000, "GBP"), (900, "EUR")]


def test_a_currency_for_all_rows_stands_in_the_map(shop: Shop, tmp_path: Path) -> None:
    shop.also_in("EUR")
    of_all = 'currency = "EUR"\n' + MAP.replace('[currency]\ncolumn = "money"\ndefault = "GBP"\n', "")
    assert imported(shop, tmp_path, of_all, "1,a@example.com,80,\n")["imported"] == 1
    assert stored(shop) == [(8000, "EUR")]
    with pytest.raises(
        InvalidFile, match="the map's amounts are in USD, the workspace counts in GBP and EUR"
    ):
        imported(shop, tmp_path, of_all.replace("EUR", "USD"), "2,a@example.com,80,\n")


def test_a_row_in_a_currency_that_is_not_counted_in_is_refused_with_its_line(
    shop: Shop, tmp_path: Path
) -> None:
    shop.also_in("EUR")
    rows = "1,a@example.com,80,EUR\n2,b@example.com,40,USD\n3,c@example.com,£9,EUR\n"
    with pytest.raises(RowsRefused) as refused:
        imported(shop, tmp_path, MAP, rows)
    assert [(one["line"], one["column"], one["message"]) for one in refused.value.document["errors"]] == [
        (3, "money", "USD is not a currency of this workspace, which counts in GBP and EUR."),
        (4, "worth", "order value: '£9' is not an amount in EUR."),
    ]
    assert stored(shop) == []
