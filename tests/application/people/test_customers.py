from typing import Any

import pytest
from sqlmodel import Session

from followup.application.people import agents, customer_list, customers, merge, suppressions
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.shared import idempotency
from tests.application.conftest import NewCaller
from tests.shop import ANA, MAX, Shop

PRIYA: dict[str, Any] = {
    "name": "Priya Shah",
    "email": "priya@example.com",
    "segment": "regular",
    "value": "80.00",
}


def test_a_key_adds_one_customer_and_is_refused_for_another(shop: Shop, new_caller: NewCaller) -> None:
    first = customers.add_customer(new_caller(key="k"), consent=["marketing"], **PRIYA)
    assert customers.add_customer(new_caller(key="k"), consent=["marketing"], **PRIYA) == first
    assert (first["value"], first["consent"]) == ("80.00", ["marketing"])
    before = shop.stored()
    with pytest.raises(Refused) as other_consent:
        customers.add_customer(new_caller(key="k"), consent=[], **PRIYA)
    with pytest.raises(Refused) as other_phone:
        customers.add_customer(new_caller(key="k"), consent=["marketing"], **PRIYA, phone="1")
    assert {other_consent.value.code, other_phone.value.code} == {"key_conflict"}
    assert shop.stored() == before
    assert [row["email"] for row in customer_list.list_customers(new_caller())] == ["priya@example.com"]


def test_a_key_that_the_command_used_before_gives_the_first_answer(shop: Shop, new_caller: NewCaller) -> None:
    """What a key stood for was the flags of the command, each by its name."""
    told = {**PRIYA, **dict.fromkeys(("locale", "timezone", "region", "phone", "address"))}
    asked = {**told, "consent": [], "as": ANA}
    first = {"name": "the first answer"}

    def answered_before(session: Session) -> None:
        idempotency.remember(session, "k", "customer add", asked, first, now=shop.now)

    shop.write(answered_before)
    again = customers.add_customer(new_caller(key="k"), consent=[], **told)
    assert again["name"] == "the first answer"


def test_what_is_refused_leaves_nothing(shop: Shop, new_caller: NewCaller) -> None:
    customers.add_customer(new_caller(), **PRIYA)
    customers.add_customer(new_caller(), name="Tom", email="tom@example.com")
    before = shop.stored()
    with pytest.raises(Refused, match="another customer's address"):
        customers.set_customer(new_caller(key="k"), "tom@example.com", name="T.", email=PRIYA["email"])
    with pytest.raises(WrongUsage, match="not a consent"):
        customers.set_customer(new_caller(), "tom@example.com", consent="perhaps")
    with pytest.raises(Refused):
        merge.merge_two_customers(new_caller(), PRIYA["email"], PRIYA["email"], "they are one")
    assert shop.stored() == before


def test_a_merge_is_foreseen_by_anybody_and_done_once_by_an_agent(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case(PRIYA["email"])
    customers.add_customer(new_caller(), name="P. Shah", email="p@example.com")
    both = (PRIYA["email"], "p@example.com")
    before = shop.stored()
    foreseen = merge.merge_two_customers(new_caller(None), *both, dry_run=True)
    with pytest.raises(WrongUsage) as nobody:
        merge.merge_two_customers(new_caller(None), *both, "she said so")
    with pytest.raises(WrongUsage, match="--because"):
        merge.merge_two_customers(new_caller(), *both)
    assert nobody.value.code == "unknown_actor"
    assert shop.stored() == before
    done = merge.merge_two_customers(new_caller(key="k"), *both, "she said so")
    assert done == {**foreseen, "dry_run": False}
    assert merge.merge_two_customers(new_caller(key="k"), *both, "she said so") == done
    assert customers.show_customer(new_caller(), PRIYA["email"])["email"] == "p@example.com"


def test_who_is_no_agent_changes_nobody(shop: Shop, new_caller: NewCaller) -> None:
    before = shop.stored()
    with pytest.raises(NotFound) as nobody:
        agents.add_agent(new_caller("nobody@shop.example"), "Bo", "bo@shop.example", "agent")
    assert nobody.value.code == "unknown_agent"
    assert shop.stored() == before


def test_nobody_raises_their_own_role(shop: Shop, new_caller: NewCaller) -> None:
    before = shop.stored()
    with pytest.raises(Refused) as refused:
        agents.set_agent(new_caller(), ANA, team="south", role="manager")
    assert refused.value.code == "self_promotion"
    assert shop.stored() == before
    assert agents.set_agent(new_caller(MAX), ANA, team="south", login_name="ana")["login"] == "ana"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"address": "a@x.test"},
        {"address": "a@x.test", "token": "t"},
        {"token": "t", "because": "she asked"},
        {"address": "a@x.test", "because": "she asked", "reason": "erased"},
    ],
)
def test_what_does_not_go_together_suppresses_nobody(
    shop: Shop, new_caller: NewCaller, asked: dict[str, str]
) -> None:
    with pytest.raises(WrongUsage):
        suppressions.add_suppression(new_caller(), **asked)
    assert suppressions.list_suppressions(new_caller()) == []
