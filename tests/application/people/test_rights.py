"""Who may do what: the rights of roles and of the first agent, and what happens where nobody has one."""

from collections.abc import Callable
from typing import Any

import pytest

from followup.application.goodwill import budgets
from followup.application.people import agents
from followup.domain.people.agent import Role
from followup.domain.people.rights import LOWEST_ROLE, Right, has_right
from followup.errors import Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import ANA, DIANA, MAX, SEN, Shop


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_an_agent_and_a_senior_change_no_budget_and_a_manager_does(shop: Shop, new_caller: NewCaller) -> None:
    agents.set_agent(new_caller(MAX), ANA, role="agent")
    budgets.create_budget(new_caller(MAX), "goodwill", limit="100.00", period="month")
    before = shop.stored()
    for who in (ANA, SEN):
        caller = new_caller(who)
        raised = code_of(
            lambda: budgets.adjust_budget(caller, "goodwill", limit="99999.00", because="More.")  # noqa: B023
        )
        made = code_of(lambda: budgets.create_budget(caller, "own", limit="1.00", period="month"))  # noqa: B023
        assert (raised, made) == ("right_needed", "right_needed")
    assert shop.stored() == before
    changed = budgets.adjust_budget(new_caller(MAX), "goodwill", limit="120.00", because="More.")
    assert changed["limit"] == "120.00"


def test_roles_are_given_up_to_ones_own(shop: Shop, new_caller: NewCaller) -> None:
    agents.set_agent(new_caller(MAX), ANA, role="agent")
    for who, role, code in (
        (ANA, "senior", "right_needed"),
        (SEN, "agent", "right_needed"),
        (MAX, "director", "role_above_own"),
    ):
        add = lambda: agents.add_agent(new_caller(who), "Eve", "eve@shop.example", role)  # noqa: E731, B023
        assert code_of(add) == code
    assert agents.add_agent(new_caller(MAX), "Eve", "eve@shop.example", "manager")["role"] == "manager"
    assert agents.set_agent(new_caller(DIANA), "eve@shop.example", role="director")["role"] == "director"


def test_only_a_director_takes_a_managers_role_away(shop: Shop, new_caller: NewCaller) -> None:
    agents.add_agent(new_caller(MAX), "Eve", "eve@shop.example", "manager")
    assert (
        code_of(lambda: agents.set_agent(new_caller(MAX), "eve@shop.example", role="agent")) == "right_needed"
    )
    assert (
        code_of(lambda: agents.set_agent(new_caller(MAX), "eve@shop.example", active=False)) == "right_needed"
    )
    assert agents.set_agent(new_caller(MAX), "eve@shop.example", team="south")["team"] == "south"
    assert agents.set_agent(new_caller(DIANA), "eve@shop.example", active=False)["active"] is False


def test_the_first_agent_has_a_managers_rights_until_somebody_gives_them_a_role(
    shop: Shop, new_caller: NewCaller
) -> None:
    # Ana was added first, as an agent: she sets the shop up, and gives no more money than an agent.
    budgets.create_budget(new_caller(ANA), "goodwill", limit="100.00", period="month")
    shown = agents.show_agent(new_caller(ANA))
    why = {right["right"]: (right["may"], right["why"]) for right in shown["rights"]}
    assert why["budgets"] == (True, "as the first agent of this workspace")
    assert why["managers"] == (False, "needs a director")
    assert shown["authority"] == {"per_gesture": "25.00", "per_day": "100.00", "currency": "GBP"}
    agents.set_agent(new_caller(MAX), ANA, role="agent")
    assert (
        code_of(lambda: budgets.create_budget(new_caller(ANA), "b", limit="1", period="month"))
        == "right_needed"
    )
    rights = agents.show_agent(new_caller(MAX), ANA)["rights"]
    assert [right["right"] for right in rights if right["may"]] == ["cases"]


def test_while_nobody_has_a_right_everybody_has_it(shop: Shop, new_caller: NewCaller) -> None:
    agents.set_agent(new_caller(DIANA), ANA, role="agent")
    agents.set_agent(new_caller(DIANA), MAX, active=False)
    assert code_of(lambda: agents.add_agent(new_caller(SEN), "Eve", "eve@shop.example", "director"))
    agents.set_agent(new_caller(DIANA), DIANA, active=False)
    shown = agents.show_agent(new_caller(SEN))["rights"]
    assert [right["why"] for right in shown if right["right"] == "agents"] == [
        "while there is no active manager"
    ]
    assert agents.add_agent(new_caller(SEN), "Eve", "eve@shop.example", "director")["role"] == "director"


def test_a_login_that_is_nobodys_changes_no_budget(shop: Shop, new_caller: NewCaller) -> None:
    with pytest.raises(WrongUsage) as unknown:
        budgets.create_budget(new_caller(None), "own", limit="1.00", period="month")
    assert unknown.value.code == "unknown_actor"


@pytest.mark.parametrize("right", list(Right))
def test_a_later_role_has_the_rights_of_every_earlier_one(right: Right) -> None:
    for role in Role:
        has = has_right(right, role, is_founder=False)
        assert has is (role.rank >= LOWEST_ROLE[right].rank)
        # The first agent sets up the rest; what cannot be undone, or needs a director, takes the role itself.
        by_role = right in (Right.MANAGERS, Right.PERSONAL_DATA)
        assert has_right(right, role, is_founder=True) is (has or not by_role)


def test_who_changes_no_agents_is_not_told_that_they_may_take_a_managers_role(
    shop: Shop, new_caller: NewCaller
) -> None:
    agents.set_agent(new_caller(DIANA), ANA, role="agent")
    agents.set_agent(new_caller(DIANA), DIANA, role="manager")
    why = {
        who: next(
            right for right in agents.show_agent(new_caller(who))["rights"] if right["right"] == "managers"
        )
        for who in (ANA, MAX)
    }
    assert (why[ANA]["may"], why[ANA]["why"]) == (False, "needs a manager")
    assert (why[MAX]["may"], why[MAX]["why"]) == (True, "while there is no active director")
