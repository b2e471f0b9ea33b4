"""A workspace that counts in pounds and euros: each case in its own currency, nothing added across them."""

import pytest
from sqlmodel import Session

from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.shared.money import Money
from followup.errors import FollowupError, InvalidFile, Refused, WrongUsage
from followup.services.cases import cases
from followup.services.goodwill import approvals, budgets, gestures, recommendations, vouchers
from followup.services.people import customers
from followup.store.tables import Case, Gesture
from tests.shop import ANA, MAX, SEN, Shop

CAPS = """
version = "1"
currency = "{currency}"
timezone = "Europe/London"

[[rule]]
id    = "any"
class = "goodwill"
offer = {{ kind = "refund", amount = {{ percent = 50, of = "order_value" }} }}
why   = "Half of it"

[[cap]]
scope  = "customer"
window = "365d"
amount = "{cap}"

[[authority]]
role        = "agent"
per_gesture = "{per_gesture}"
per_day     = "{per_day}"

[[authority]]
role        = "manager"
per_gesture = "unlimited"
per_day     = "unlimited"
"""


def policies(shop: Shop, **of_euros: str) -> None:
    """Count in euros as well, with a policy of few words in both currencies."""
    pounds = {"cap": "60", "per_gesture": "50", "per_day": "70"}
    shop.also_in("EUR")
    for currency, told in (("GBP", pounds), ("EUR", {**pounds, **of_euros})):
        text = CAPS.format(currency=currency, **told)
        shop.workspace.policy_file_in(currency).write_text(text, encoding="utf-8")


def standing(shop: Shop, name: str) -> tuple[int, int, int]:
    """What is held, committed and spent of a budget, in minor units."""

    def look(session: Session) -> tuple[int, int, int]:
        found = budgets.find_budget(session, name)
        figures = budgets.standing_now(session, found, shop.now).figures
        return figures.held_minor, figures.committed_minor, figures.spent_minor

    return shop.read(look)


def amount_of(shop: Shop, gesture: Gesture) -> str:
    found = shop.read(lambda session: session.get_one(Gesture, gesture.id))
    assert found.amount_minor is not None
    return str(Money(found.amount_minor, found.currency))


@pytest.mark.parametrize(
    ("flags", "stored"),
    [
        ({"order_value": "€80"}, (8000, "EUR")),
        ({"order_value": "80 EUR"}, (8000, "EUR")),
        ({"order_value": "80", "currency": "eur"}, (8000, "EUR")),
        ({"order_value": "80"}, (8000, "GBP")),
        ({"order_value": "£80", "currency": "GBP"}, (8000, "GBP")),
    ],
)
def test_a_case_counts_in_the_currency_of_its_order(
    shop: Shop, flags: dict[str, str], stored: tuple[int, str]
) -> None:
    shop.also_in("EUR")
    case = shop.open_case(**flags)
    assert (case.order_value_minor, case.currency) == stored


def test_a_sign_is_refused_where_its_currency_is_none_of_the_workspace(shop: Shop) -> None:
    with pytest.raises(WrongUsage, match="'€80' is not an amount in GBP"):
        shop.open_case(order_value="€80")
    shop.also_in("EUR")
    with pytest.raises(WrongUsage, match="'¥8000' is not an amount in GBP or EUR"):
        shop.open_case(order_value="¥8000")
    with pytest.raises(WrongUsage, match="'£80' is not an amount in EUR"):
        shop.open_case(order_value="£80", currency="EUR")
    with pytest.raises(WrongUsage) as refused:
        shop.open_case(order_value="80", currency="USD")
    assert refused.value.code == "currency_not_counted"
    assert 'currencies = ["GBP", "EUR", "USD"]' in refused.value.hint


def test_a_gesture_draws_on_the_budgets_in_its_currency_alone(shop: Shop) -> None:
    policies(shop)
    shop.budget("500", name="pounds")
    shop.budget("500", name="euros", currency="EUR")
    shop.budget("30", name="small-euros", currency="EUR", scopes=["reason=late-delivery"])
    pound = shop.request(shop.open_case(order_value="80"))
    euro = shop.request(shop.open_case("tom@example.com", order_value="€60"))
    assert (amount_of(shop, pound), amount_of(shop, euro)) == ("40.00 GBP", "30.00 EUR")
    assert standing(shop, "pounds") == (0, 4000, 0)
    assert standing(shop, "euros") == standing(shop, "small-euros") == (0, 3000, 0)
    with pytest.raises(Refused, match=r"Budget small-euros has 0\.00 EUR left"):
        shop.request(shop.open_case("ada@example.com", order_value="€2"))


def test_goodwill_in_a_currency_without_a_budget_is_refused_where_there_are_budgets(shop: Shop) -> None:
    policies(shop)
    euro = shop.open_case(order_value="€60")
    shop.budget("500", name="pounds")
    with pytest.raises(Refused) as refused:
        shop.request(euro)
    assert refused.value.code == "no_budget_in_currency"
    assert (
        "followup budget create goodwill-eur --limit 500.00 --period month --currency EUR"
        in refused.value.hint
    )
    shop.budget("500", name="euros", currency="EUR")
    assert shop.request(euro).state is GestureState.ISSUED


def test_caps_count_money_of_the_same_currency(shop: Shop) -> None:
    policies(shop, cap="45")
    shop.request(shop.open_case(order_value="80"))
    # 40 pounds are given, and nothing in euros: the cap of 45 euros is untouched.
    euro = shop.open_case(order_value="€84", reason="damaged-item")
    assert amount_of(shop, shop.request(euro)) == "42.00 EUR"
    # 42 euros are given, and 40 of the 60 pounds: 20 pounds are left.
    pound = shop.open_case(order_value="50", reason="long-wait")
    assert amount_of(shop, shop.request(pound)) == "20.00 GBP"
    with_both = shop.open_case(order_value="€50", reason="no-show")
    assert amount_of(shop, shop.request(with_both)) == "3.00 EUR"


def test_authority_of_a_day_is_counted_by_currency(shop: Shop) -> None:
    policies(shop, per_gesture="20", per_day="30")
    first = shop.request(shop.open_case("a@example.com", order_value="100"))
    # 50 of 70 pounds are given today; 15 of 30 euros are within both limits in euros.
    second = shop.request(shop.open_case("b@example.com", order_value="€30"))
    third = shop.request(shop.open_case("c@example.com", order_value="€32"))
    fourth = shop.request(shop.open_case("d@example.com", order_value="40"))
    states = [one.state for one in (first, second, third, fourth)]
    issued, pending = GestureState.ISSUED, GestureState.PENDING
    assert states == [issued, issued, pending, issued]


def test_an_approval_goes_by_the_authority_of_its_currency(shop: Shop) -> None:
    policies(shop, per_gesture="20")
    shop.budget("500", name="euros", currency="EUR")
    case = shop.open_case(order_value="€100")
    waiting = shop.request(case)
    assert (waiting.state, amount_of(shop, waiting)) == (GestureState.PENDING, "50.00 EUR")

    def counter(session: Session) -> Gesture:
        approval = gestures.approval_of(session, session.get_one(Gesture, waiting.id))
        assert approval is not None
        return approvals.counter(
            session,
            shop.rules,
            approval,
            now=shop.now,
            actor=shop.actor(session, MAX),
            because="Less is enough.",
            amount=Money.parse("31", "EUR"),
        )

    shop.write(counter)
    assert amount_of(shop, waiting) == "31.00 EUR"
    assert standing(shop, "euros") == (3100, 0, 0)


def test_a_voucher_is_redeemed_in_its_currency(shop: Shop) -> None:
    shop.also_in("EUR")
    shop.budget("500", name="euros", currency="EUR")
    voucher = shop.request(shop.open_case(order_value="€80"), kind="voucher", amount="10")

    def redeem(amount: Money) -> None:
        def change(session: Session) -> None:
            found = vouchers.voucher_of(session, session.get_one(Gesture, voucher.id))
            assert found is not None
            vouchers.redeem(
                session, shop.rules, found, now=shop.now, actor=shop.actor(session, MAX), amount=amount
            )

        shop.write(change)

    with pytest.raises(WrongUsage, match=r"4\.00 GBP cannot be redeemed from a voucher in EUR"):
        redeem(Money.parse("4", "GBP"))
    redeem(Money.parse("4", "EUR"))
    assert standing(shop, "euros") == (0, 600, 400)


VALUED = """
version = "1"
currency = "{currency}"

[[rule]]
id    = "faithful"
when  = {{ customer_value = ">= 1000" }}
class = "goodwill"
offer = {{ kind = "voucher", amount = "20" }}

[[rule]]
id    = "others"
class = "goodwill"
offer = {{ kind = "apology" }}
"""


def test_what_a_customer_is_worth_stays_in_the_main_currency(shop: Shop) -> None:
    shop.also_in("EUR")
    for currency in ("GBP", "EUR"):
        text = VALUED.format(currency=currency)
        shop.workspace.policy_file_in(currency).write_text(text, encoding="utf-8")
    case = shop.open_case(order_value="€80")
    shop.write(
        lambda session: customers.change_customer(
            session,
            shop.rules.settings,
            customers.find_customer(session, "priya@example.com"),
            {"value": "1200"},
            now=shop.now,
            actor=shop.actor(session, MAX),
        )
    )

    def advise(session: Session) -> Recommendation:
        agent = shop.actor(session, ANA).needed_agent
        return recommendations.advise(
            session, shop.rules, session.get_one(Case, case.id), agent=agent, now=shop.now
        )

    advice = shop.read(advise)
    assert (advice.rule, str(advice.amount)) == ("faithful", "20.00 EUR")


def test_amounts_in_euros_cannot_be_worked_out_from_a_value_in_pounds(shop: Shop) -> None:
    shop.also_in("EUR")
    text = VALUED.format(currency="EUR").replace(
        'amount = "20"', 'amount = { percent = 5, of = "customer_value" }'
    )
    shop.workspace.policy_file_in("EUR").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile, match="customer_value is in GBP, and amounts of this policy are in EUR"):
        shop.rules.policy_in("EUR")


def set_case(shop: Shop, case: Case, **told: str) -> Case:
    return shop.write(
        lambda session: cases.change_case(
            session,
            shop.rules,
            session.get_one(Case, case.id),
            told,
            {},
            now=shop.now,
            actor=shop.actor(session),
        )
    )


def test_the_currency_of_a_case_is_corrected_until_money_is_given_in_it(shop: Shop) -> None:
    policies(shop)
    case = shop.open_case(order_value="80.00")
    changed = set_case(shop, case, currency="EUR")
    assert (changed.order_value_minor, changed.currency) == (8000, "EUR")
    changed = set_case(shop, case, currency="GBP", order_value="£64")
    assert (changed.order_value_minor, changed.currency) == (6400, "GBP")
    with pytest.raises(WrongUsage, match="'€64' is not an amount in GBP"):
        set_case(shop, case, order_value="€64")
    given = shop.request(case)
    with pytest.raises(Refused) as refused:
        set_case(shop, case, currency="EUR")
    assert refused.value.code == "currency_of_given"
    shop.write(
        lambda session: gestures.void(
            session,
            session.get_one(Gesture, given.id),
            now=shop.now,
            actor=shop.actor(session, MAX),
            because="Euros.",
        )
    )
    assert set_case(shop, case, currency="EUR").currency == "EUR"


def test_digits_that_a_currency_cannot_have_are_asked_for_anew(shop: Shop) -> None:
    shop.also_in("JPY")
    case = shop.open_case(order_value="80.50")
    with pytest.raises(WrongUsage) as refused:
        set_case(shop, case, currency="JPY")
    assert refused.value.code == "order_value_in_other_currency"
    assert set_case(shop, case, currency="JPY", order_value="8000").order_value_minor == 8000


def test_a_currency_without_a_policy_stops_its_own_cases_only(shop: Shop) -> None:
    shop.also_in("EUR")
    shop.workspace.policy_file_in("EUR").unlink()
    with pytest.raises(InvalidFile) as missing:
        shop.request(shop.open_case(order_value="€80"))
    assert (missing.value.code, missing.value.hint) == (
        "no_policy_for_currency",
        "Make one from policy.toml: followup policy create --currency EUR",
    )
    assert shop.request(shop.open_case("tom@example.com")).currency == "GBP"


def test_cases_of_a_currency_that_was_given_up_are_kept_and_given_nothing(shop: Shop) -> None:
    shop.also_in("EUR")
    case = shop.open_case(order_value="€80")
    shop.settings(currencies=())
    with pytest.raises(FollowupError) as refused:
        shop.request(case)
    assert refused.value.code == "currency_given_up"
    assert shop.read(lambda session: session.get_one(Case, case.id)).currency == "EUR"


def test_a_kind_and_an_amount_of_the_agents_choice_are_in_the_currency_of_the_case(shop: Shop) -> None:
    policies(shop)
    given = shop.request(shop.open_case(order_value="€80"), kind="voucher", amount="12", by=SEN)
    assert (given.kind, amount_of(shop, given)) == (GestureKind.VOUCHER, "12.00 EUR")
    case = shop.open_case("tom@example.com", order_value="€80")
    wish = gestures.Wish(kind=GestureKind.VOUCHER, amount=Money.parse("12", "GBP"))

    def request(session: Session) -> Gesture:
        found = session.get_one(Case, case.id)
        return gestures.request_gesture(
            session, shop.rules, found, wish, now=shop.now, actor=shop.actor(session, SEN)
        )

    with pytest.raises(WrongUsage) as refused:
        shop.write(request)
    assert refused.value.code == "amount_in_other_currency"
