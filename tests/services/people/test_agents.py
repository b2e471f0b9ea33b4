from typing import Any

import pytest
from sqlmodel import Session, select

from followup.domain.people.agent import Role
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.goodwill import budgets
from followup.services.people import agents
from followup.services.shared import actors
from followup.services.shared.actors import Actor
from followup.store.tables import Agent, AuditEvent
from tests.shop import ANA, DIANA, MAX, MONDAY, SEN, Shop

NEW: dict[str, Any] = {"name": "Bo Lind", "email": "bo@shop.example", "role": "agent"}


def add(shop: Shop, **more: Any) -> Agent:
    return shop.write(
        lambda session: agents.add_agent(
            session, now=shop.now, actor=shop.actor(session, MAX), **{**NEW, **more}
        )
    )


def change(shop: Shop, email: str = ANA, **more: Any) -> Agent:
    return shop.write(
        lambda session: agents.set_agent(session, email, now=shop.now, actor=shop.actor(session, MAX), **more)
    )


def acting(shop: Shop, email: str | None, login: str = "nobody") -> Actor:
    return shop.read(lambda session: actors.acting(session, email, login))


def test_an_agent_is_kept_as_given(shop: Shop) -> None:
    agent = add(shop, email=" Bo@Shop.Example ", role="Senior", team=" north ")
    assert (agent.name, agent.email, agent.role, agent.team) == (
        *("Bo Lind", "bo@shop.example", Role.SENIOR),
        "north",
    )
    assert (agent.active, agent.login, agent.added_at) == (True, None, MONDAY)


def test_the_first_agent_is_whoever_is_logged_in_and_no_later_one_is(shop: Shop) -> None:
    def empty(session: Session) -> None:
        for agent in session.exec(select(Agent)).all():
            session.delete(agent)

    shop.write(empty)
    # FOLLOWUP_AGENT may name them before they are there.
    assert acting(shop, "bo@shop.example", "bo").name == "login:bo"

    def first(session: Session) -> Agent:
        return agents.add_agent(session, now=shop.now, actor=Actor("login:bo"), login="bo", **NEW)

    assert shop.write(first).login == "bo"
    assert acting(shop, None, "bo").name == "bo@shop.example"
    shop.write(
        lambda session: agents.add_agent(
            session,
            now=shop.now,
            actor=acting(shop, None, "bo"),
            login="bo",
            name="Cy",
            email="cy@shop.example",
            role="agent",
        )
    )
    assert acting(shop, None, "bo").name == "bo@shop.example"


@pytest.mark.parametrize(
    ("field", "written", "code"),
    [
        ("email", "bo", "bad_address"),
        ("role", "managr", "unknown_role"),
        ("name", "", "empty"),
        ("name", "Bo\x1b[0m", "control_character"),
        ("team", "a\nb", "control_character"),
    ],
)
def test_what_cannot_be_used_is_refused(shop: Shop, field: str, written: str, code: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        add(shop, **{field: written})
    assert caught.value.code == code


def test_an_unknown_role_is_answered_with_the_nearest(shop: Shop) -> None:
    with pytest.raises(WrongUsage) as caught:
        add(shop, role="managr")
    assert "Did you mean manager?" in caught.value.hint


def test_an_address_belongs_to_one_agent(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        add(shop, email=ANA.upper())
    assert caught.value.code == "agent_exists"


def test_only_what_is_given_is_changed(shop: Shop) -> None:
    before = shop.read(lambda session: agents.find_agent(session, ANA))
    after = change(shop, role="senior")
    assert (after.role, after.name, after.team, after.active) == (
        *(Role.SENIOR, before.name, before.team),
        True,
    )
    assert change(shop, team="").team is None
    assert change(shop, name="Ana R.", team="south").name == "Ana R."


def test_a_change_is_recorded_with_what_changed(shop: Shop) -> None:
    change(shop, role="senior", team="")
    newest = shop.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (newest.action, newest.subject, newest.actor) == ("agent set", ANA, MAX)
    assert newest.detail == {"role": "senior", "team": None}


def test_a_login_belongs_to_one_agent_until_it_is_taken_from_them(shop: Shop) -> None:
    change(shop, login="ana")
    with pytest.raises(Refused) as caught:
        change(shop, SEN, login="ana")
    assert caught.value.code == "login_taken"
    change(shop, login="")
    change(shop, SEN, login="ana")
    assert acting(shop, None, "ana").name == SEN


def test_who_acts_is_the_one_named_else_the_one_logged_in_else_the_bare_login(shop: Shop) -> None:
    change(shop, login="ana")
    assert acting(shop, f" {DIANA.upper()} ", "ana").name == DIANA
    assert acting(shop, None, "ana").name == ANA
    nobody = acting(shop, None, "somebody")
    assert (nobody.name, nobody.agent) == ("login:somebody", None)
    with pytest.raises(WrongUsage) as caught:
        _ = nobody.needed_agent
    assert caught.value.code == "unknown_actor"


def test_whoever_left_no_longer_acts(shop: Shop) -> None:
    change(shop, active=False)
    with pytest.raises(WrongUsage) as caught:
        acting(shop, ANA)
    assert caught.value.code == "inactive_agent"
    change(shop, active=True)
    assert acting(shop, ANA).name == ANA


def test_nobody_acts_under_an_address_that_no_agent_has(shop: Shop) -> None:
    for look in (lambda: acting(shop, "ghost@shop.example"), lambda: change(shop, "ghost@shop.example")):
        with pytest.raises(NotFound) as caught:
            look()
        assert caught.value.code == "unknown_agent"


def test_agents_are_listed_by_name(shop: Shop) -> None:
    assert shop.read(lambda session: [row.email for row in agents.list_agents(session)]) == [
        *(ANA, DIANA, MAX, SEN)
    ]


def found_by(shop: Shop, address: str) -> Agent:
    return shop.read(lambda session: agents.find_agent(session, address))


def test_an_agent_with_a_new_address_is_found_by_both_and_so_is_what_names_them(shop: Shop) -> None:
    shop.budget("50.00", name="ana", scopes=[f"agent={ANA}"])
    new, newest = "ana.reyes@shop.example", "a.reyes@shop.example"
    assert change(shop, new_email=" Ana.Reyes@Shop.example ").email == new
    assert change(shop, email=ANA, new_email=newest, name="Ana Reyes-Lund").name == "Ana Reyes-Lund"
    assert {found_by(shop, address).email for address in (ANA, new, newest)} == {newest}
    found = shop.read(lambda session: agents.addresses_of(session, agents.find_agent(session, ANA)))
    assert found == [newest, new, ANA]
    budget = shop.read(lambda session: budgets.find_budget(session, "ana"))
    assert budget.scopes == [["agent", newest]]
    with pytest.raises(NotFound, match=newest):
        acting(shop, ANA)
    with pytest.raises(Refused) as refused:
        change(shop, email=newest, new_email=MAX)
    assert refused.value.code == "agent_exists"
    # Somebody new with the first address is found by it.
    add(shop, email=ANA)
    assert shop.read(lambda session: agents.find_agent(session, ANA)).name == "Bo Lind"
