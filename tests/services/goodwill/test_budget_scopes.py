import pytest
from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureClass
from followup.errors import FollowupError, InvalidFile, NotFound, Refused, WrongUsage
from followup.services.documents import serializers
from followup.services.goodwill import budget_scopes, budgets, ledger
from followup.services.goodwill.recommendations import advise
from followup.services.people import agents, customers
from followup.store.tables import Case, Gesture
from tests.services.purse import WORDS, give, limit_and_available, standing
from tests.shop import ANA, DIANA, MONDAY, Shop


def south(shop: Shop) -> str:
    """An agent of another team."""
    email = "sol@shop.example"
    shop.write(
        lambda session: agents.add_agent(
            session,
            now=MONDAY,
            actor=shop.actor(session, DIANA),
            name="Sol Berg",
            email=email,
            role="director",
            team="south",
        )
    )
    return email


def vip(shop: Shop) -> str:
    """A customer of a segment."""
    email = "vip@example.com"
    shop.write(
        lambda session: customers.add_customer(
            session,
            shop.workspace.settings,
            now=MONDAY,
            actor=shop.actor(session),
            name="V",
            email=email,
            segment="gold",
        )
    )
    return email


def drawn(shop: Shop, gesture: Gesture) -> list[str]:
    return shop.read(lambda session: [budget.name for budget, _ in ledger.holds_of(session, gesture)])


def warnings(shop: Shop, *scopes: str) -> list[str]:
    shop.budget("50.00", name="tried", scopes=scopes)
    return shop.read(
        lambda session: budget_scopes.scope_warnings(
            session, shop.rules, budgets.find_budget(session, "tried")
        )
    )


def test_a_gesture_draws_on_every_budget_whose_fields_all_hold_one_of_their_values(shop: Shop) -> None:
    sol, gold = south(shop), vip(shop)
    for name, scopes in {
        "all": [],
        "by-team": ["team=north"],
        "by-agent": [f"agent={DIANA.upper()}"],
        "by-reason": ["reason=late-delivery", "reason=long-wait"],
        "by-kind": ["kind=refund", "kind=credit"],
        "by-class": ["class=goodwill"],
        "by-segment": ["segment=gold"],
        "mix": ["team=north", "team=south", "segment=gold", "kind=refund"],
    }.items():
        shop.budget("500.00", name=name, scopes=scopes)
    plain = shop.request(shop.open_case("p@example.com", by=DIANA), "refund", "9.00", by=DIANA, because=WORDS)
    assert drawn(shop, plain) == ["all", "by-team", "by-agent", "by-reason", "by-kind", "by-class"]
    other = shop.request(
        shop.open_case(gold, by=sol, reason="rude-service"), "voucher", "9.00", by=sol, because=WORDS
    )
    assert drawn(shop, other) == ["all", "by-class", "by-segment"]
    mixed = shop.request(
        shop.open_case(gold, by=sol, reason="long-wait"), "refund", "9.00", by=sol, because=WORDS
    )
    assert drawn(shop, mixed) == ["all", "by-reason", "by-kind", "by-class", "by-segment", "mix"]


@pytest.mark.parametrize(
    ("scope", "error", "code"),
    [
        ("kind=voucer", WrongUsage, "unknown_kind"),
        ("class=good", WrongUsage, "unknown_class"),
        ("agent=nobody@shop.example", NotFound, "unknown_agent"),
        ("team=moon", NotFound, "unknown_team"),
        ("reason=late delivery!", WrongUsage, "bad_reason"),
        ("planet=mars", WrongUsage, "bad_scope"),
        ("team", WrongUsage, "bad_scope"),
        ("team=", WrongUsage, "bad_scope"),
    ],
)
def test_a_scope_that_cannot_be_meant_is_refused_when_the_budget_is_made(
    shop: Shop, scope: str, error: type[FollowupError], code: str
) -> None:
    with pytest.raises(error) as caught:
        shop.budget("50.00", scopes=[scope])
    assert caught.value.code == code
    assert shop.read(budgets.list_budgets) == []


def test_a_scope_that_nothing_fits_today_is_warned_of_and_kept(shop: Shop) -> None:
    assert warnings(
        shop,
        "reason=late-delivery",
        "reason=late-martians",
        "team=north",
        "segment=gold",
        "kind=apology",
        "kind=refund",
        "class=corrective",
        "class=goodwill",
    ) == [
        "No rule of policy.toml names the reason late-martians.",
        "No customer is in the segment gold.",
        "The kind apology is worth no money, so it draws on no budget.",
        "What is owed (corrective) draws on no budget.",
    ]


def test_a_policy_that_cannot_be_read_keeps_no_budget_from_being_made(shop: Shop) -> None:
    shop.workspace.policy_file.write_text("rule = ", encoding="utf-8")
    (said,) = warnings(shop, "reason=late-delivery")
    assert said.startswith("Whether a rule names the reason late-delivery cannot be told")


def test_the_same_scope_twice_stands_once(shop: Shop) -> None:
    shop.budget("50.00", scopes=["kind=refund", "kind=refund", "reason=Late-Delivery"])
    found = shop.read(lambda session: budgets.find_budget(session, "goodwill").scopes)
    assert found == [["kind", "refund"], ["reason", "late-delivery"]]


def test_a_time_zone_that_does_not_exist_is_refused(shop: Shop) -> None:
    with pytest.raises(WrongUsage, match="time zone"):
        shop.budget("50.00", timezone="Europe/Lundun")


def test_hard_and_soft_ones_are_drawn_on_all_or_none(shop: Shop) -> None:
    shop.budget("5.00", name="soft", soft=True)
    shop.budget("30.00", name="hard")
    give(shop, 12_00)
    assert limit_and_available(shop, "2026-11", "soft") == (5_00, -7_00)
    with pytest.raises(Refused, match="Budget hard has 18.00 GBP left".replace(".", r"\.")):
        give(shop, 18_01)
    assert limit_and_available(shop, "2026-11", "soft") == (5_00, -7_00)
    assert limit_and_available(shop, "2026-11", "hard") == (30_00, 18_00)


def test_the_advice_names_a_soft_budget_among_the_limits_and_how_far_over_it_will_be(shop: Shop) -> None:
    shop.budget("5.00", name="soft", soft=True)
    give(shop, 9_00)
    case = shop.open_case(order_value="80.00")

    def look(session: Session) -> tuple[list[str], list[dict[str, object]], object]:
        ana = shop.actor(session, ANA).needed_agent
        found = advise(session, shop.rules, session.get_one(Case, case.id), agent=ana, now=shop.now)
        limits = [limit.to_document() for limit in found.limits if limit.name == "budget soft"]
        return list(found.because), limits, found.refused

    because, limits, refused = shop.read(look)
    # A tenth of 80.00, and 4.00 over already.
    assert because[-1] == "Budget soft is soft and will be 12.00 GBP over."
    assert limits == [{"name": "budget soft", "limit": "5.00", "used": "9.00", "remaining": "-4.00"}]
    assert refused is None


def test_a_range_shows_what_each_budget_has_left_before_the_amount_is_chosen(shop: Shop) -> None:
    shop.budget("50.00")
    case = shop.open_case(reason="rude-service", severity="serious")

    def look(session: Session) -> list[str]:
        ana = shop.actor(session, ANA).needed_agent
        found = advise(session, shop.rules, session.get_one(Case, case.id), agent=ana, now=shop.now)
        return [limit.name for limit in found.limits]

    assert "budget goodwill" in shop.read(look)


def test_after_a_request_the_soft_budgets_that_are_over_are_named(shop: Shop) -> None:
    shop.budget("5.00", name="soft", soft=True)
    shop.budget("500.00", name="wide", soft=True)
    number = give(shop, 12_00)
    said = shop.read(lambda session: ledger.overdrafts(session, session.get_one(Gesture, number)))
    assert said == ["Budget soft is soft and is now 7.00 GBP over in 2026-11."]


def test_the_budgets_document_shows_the_overdraft_as_negative_available(shop: Shop) -> None:
    shop.budget("5.00", soft=True)
    give(shop, 12_00)
    found = shop.read(
        lambda session: serializers.budget(session, budgets.find_budget(session, "goodwill"), shop.now)
    )
    keys = ("name", "period", "currency", "limit", "held", "committed", "spent", "released", "available")
    assert {key: value for key, value in found.items() if key in keys} == {
        "name": "goodwill",
        "period": "2026-11",
        "currency": "GBP",
        "limit": "5.00",
        "held": "0.00",
        "committed": "12.00",
        "spent": "0.00",
        "released": "0.00",
        "available": "-7.00",
    }
    assert found["soft"] is True


def test_a_policy_in_another_currency_gives_nothing(shop: Shop) -> None:
    shop.budget("500.00")
    case = shop.open_case(by=DIANA)
    text = shop.workspace.policy_file.read_text(encoding="utf-8")
    assert 'currency = "GBP"' in text
    shop.workspace.policy_file.write_text(
        text.replace('currency = "GBP"', 'currency = "EUR"'), encoding="utf-8"
    )
    with pytest.raises(InvalidFile, match="counts in EUR, the settings in GBP") as caught:
        shop.request(case, by=DIANA, because=WORDS)
    assert caught.value.code == "policy_in_other_currency"
    assert standing(shop, "2026-11").figures.used_minor == 0


def test_what_is_owed_draws_not_even_on_a_budget_for_it(shop: Shop) -> None:
    shop.budget("500.00", scopes=["class=corrective"])
    gesture = shop.request(shop.open_case(reason="billing-error", fact_overcharged="18.40"))
    assert gesture.gesture_class is GestureClass.CORRECTIVE
    assert drawn(shop, gesture) == []
