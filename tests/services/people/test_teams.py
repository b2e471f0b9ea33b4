"""Teams are known things: spelled in one way, and budgets find them however they are spelled."""

import pytest
from sqlmodel import Session, select

from followup.application.goodwill import gestures
from followup.application.people import agents
from followup.application.reporting import catalog_reports
from followup.domain.people.team import resembled, team_key
from followup.errors import NotFound, Refused
from followup.services.goodwill import budgets
from followup.services.upkeep.doctor.work import check_work
from followup.store.tables import Agent
from tests.application.conftest import NewCaller, new_caller
from tests.shop import ANA, MAX, Shop

__all__ = ["new_caller"]

WORDS = "She waited for three weeks and nobody rang her back."


def respelled(shop: Shop, email: str, team: str | None) -> None:
    """As an older release has stored it."""

    def change(session: Session) -> None:
        session.exec(select(Agent).where(Agent.email == email)).one().team = team

    shop.write(change)


@pytest.mark.parametrize("written", ["Customer Care", " customer  care ", "customer-care", "CUSTOMERCARE"])
def test_spellings_of_one_team_have_one_key(written: str) -> None:
    assert team_key(written) == team_key("Customer care")


def test_a_slip_resembles_a_team_and_another_number_does_not() -> None:
    assert resembled("Custmer care", ["Customer care", "Returns"]) == ["Customer care"]
    assert resembled("support team 2", ["support team 1"]) == []
    assert resembled("south", ["north"]) == []


def test_a_known_team_is_taken_in_its_spelling_and_a_slip_is_asked_about(
    shop: Shop, new_caller: NewCaller
) -> None:
    added = agents.add_agent(new_caller(MAX), "Bo", "bo@shop.example", "agent", " North ")
    assert (added["team"], added["hints"]) == (
        "north",
        ["The team is written north here, so that is what was recorded."],
    )
    with pytest.raises(NotFound) as slip:
        agents.add_agent(new_caller(MAX), "Cy", "cy@shop.example", "agent", "nortth")
    assert slip.value.code == "unknown_team"
    assert "Did you mean north?" in slip.value.message
    meant = agents.add_agent(new_caller(MAX), "Cy", "cy@shop.example", "agent", "nortth", new_team=True)
    assert meant["team"] == "nortth"
    other = agents.set_agent(new_caller(MAX), "bo@shop.example", team="Returns")
    assert other["hints"] == ["Returns is a new team. Known before: north, nortth."]
    assert agents.set_agent(new_caller(MAX), "bo@shop.example", team="")["team"] is None


def test_a_budget_finds_its_team_however_that_is_spelled(shop: Shop) -> None:
    respelled(shop, ANA, "Customer Care")
    shop.budget("50.00", scopes=["team=customer care"])
    assert shop.read(lambda session: budgets.find_budget(session, "goodwill").scopes) == [
        ["team", "Customer Care"]
    ]
    respelled(shop, ANA, "CUSTOMER-CARE")
    shop.request(shop.open_case(), "voucher", "9.00", because=WORDS)
    balance = shop.read(
        lambda session: budgets.standing_now(session, budgets.find_budget(session, "goodwill"), shop.now)
    )
    assert balance.figures.used_minor == 900


@pytest.mark.parametrize("team", [None, "Returns"])
def test_goodwill_outside_of_every_budget_is_refused_until_it_is_allowed(
    shop: Shop, new_caller: NewCaller, team: str | None
) -> None:
    shop.budget("50.00", scopes=["team=north"])
    respelled(shop, ANA, team)
    case = shop.open_case(reason="rude-service")
    with pytest.raises(Refused) as refused:
        shop.request(case, "voucher", "9.00", because=WORDS)
    assert refused.value.code == "no_budget_covers"
    assert "goodwill_without_budget" in refused.value.hint
    shop.request(shop.open_case("a@example.com"), "apology", because=WORDS)
    shop.settings(goodwill_without_budget=True)
    made = gestures.request_gesture(new_caller(), "C-0001", "voucher", "9.00", WORDS)
    assert (made["state"], made["holds"]) == ("issued", [])
    assert made["hints"] == [
        "No budget covers this goodwill, so nothing limits it (goodwill_without_budget)."
    ]
    told = gestures.explain_gesture(new_caller(), made["ref"])
    assert told is not None
    assert "no_budget" in [reason["code"] for reason in told["reasons"]]
    listed = catalog_reports.exceptions(new_caller(MAX)).tables[0].lines
    found = [line.cells["references"] for line in listed if line.cells["kind"] == "no-budget"]
    assert found == [f"{made['ref']} C-0001"]


def test_a_shop_without_a_budget_gives_goodwill_and_is_told_of_it(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    made = gestures.request_gesture(new_caller(), "C-0001", "voucher", "9.00", WORDS)
    assert made["state"] == "issued"
    assert made["hints"] == [
        "No budget limits goodwill yet: followup budget create goodwill --limit 500.00 --period month"
    ]


def checks(shop: Shop) -> dict[str, str]:
    """What doctor finds, by the name of the check."""
    return shop.read(
        lambda session: {one.name: one.found for one in check_work(session, shop.rules, shop.now)}
    )


def test_doctor_lists_spellings_of_a_team_and_budgets_that_nobody_draws_on(shop: Shop) -> None:
    shop.budget("50.00", name="returns", scopes=["team=north"])
    assert not {"teams", "budget scopes"} & checks(shop).keys()
    respelled(shop, ANA, "North")
    assert checks(shop)["teams"] == "one team, spelled differently: North and north"
    assert "budget scopes" not in checks(shop)
    for email in shop.read(lambda session: list(session.exec(select(Agent.email)))):
        respelled(shop, email, "away")
    assert checks(shop)["budget scopes"] == "no active agent draws on returns"
