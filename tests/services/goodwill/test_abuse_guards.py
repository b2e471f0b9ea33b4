"""What the database remembers of a customer and an agent sends a gesture to a manager, with the evidence."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.errors import Refused
from followup.services.goodwill import gestures, recommendations
from followup.services.people import customers
from followup.store.tables import Agent, Approval, Case, Customer, Gesture
from tests.shop import ANA, MAX, SEN, Shop

POLICY = """
version = "guards"
currency = "GBP"
timezone = "Europe/London"
[[rule]]
id = "visit"
when = { reason = "missed-appointment" }
offer = { kind = "refund", amount = "25" }
[[rule]]
id = "a-tenth"
offer = { kind = "refund", amount = { percent = 10, of = "order_value" } }
[[authority]]
role = "agent"
per_gesture = "25"
[[authority]]
role = "senior"
per_gesture = "60"
[[authority]]
role = "manager"
per_gesture = "unlimited"
"""


def use(shop: Shop, more: str) -> Shop:
    shop.workspace.policy_file.write_text(POLICY + more, encoding="utf-8")
    return shop


def advised(shop: Shop, case: Case, by: str = ANA) -> Recommendation:
    def look(session: Session) -> Recommendation:
        agent = session.exec(select(Agent).where(Agent.email == by)).one()
        found = session.get_one(Case, case.id)
        return recommendations.advise(session, shop.rules, found, agent=agent, now=shop.now)

    return shop.read(look)


def evidence(found: Recommendation) -> list[str]:
    signs = ("case of this", "cases of this", "logged", "look", "gestures since")
    return [one for one in found.because if any(sign in one for sign in signs)]


def add(shop: Shop, email: str, **more: Any) -> None:
    def change(session: Session) -> Customer:
        settings = shop.workspace.settings
        actor = shop.actor(session)
        return customers.add_customer(
            session, settings, now=shop.now, actor=actor, name="Pat", email=email, **more
        )

    shop.write(change)


def test_a_second_similar_case_goes_to_a_manager_who_is_told_which_was_the_first(shop: Shop) -> None:
    use(shop, '[[repeat]]\nsimilar_cases = 1\nwindow = "365d"\n')
    first = shop.open_case()
    shop.now += timedelta(days=3)
    assert advised(shop, first).needs_approval is False
    other = shop.open_case(reason="rude-service")
    second = shop.open_case()
    assert evidence(advised(shop, other)) == []
    found = advised(shop, second)
    assert evidence(found) == [
        "One other late-delivery case of this customer was logged since 6 November 2025: C-0001.",
        "So a manager looks at it first.",
    ]
    gesture = shop.request(second)
    assert gesture.state is GestureState.PENDING
    assert gesture.reasoning["because"] == list(found.because), "the manager reads it with the approval"
    assert shop.read(lambda session: session.exec(select(Approval)).one()).approver_role.value == "manager"


def test_a_case_a_year_ago_is_forgotten(shop: Shop) -> None:
    use(shop, '[[repeat]]\nsimilar_cases = 1\nwindow = "365d"\n')
    shop.open_case()
    shop.now += timedelta(days=364)
    assert advised(shop, shop.open_case()).needs_approval is True
    shop.now += timedelta(days=365)
    assert advised(shop, shop.open_case()).needs_approval is False


def test_the_newest_five_of_many_similar_cases_are_named(shop: Shop) -> None:
    use(shop, "[[repeat]]\nsimilar_cases = 1\n")
    for _ in range(7):
        last = shop.open_case()
    assert evidence(advised(shop, last))[0] == (
        "Six other late-delivery cases of this customer were logged since 3 November 2025: "
        "C-0006, C-0005, C-0004, C-0003, C-0002, and more."
    )


def test_the_same_reason_through_several_agents_names_them(shop: Shop) -> None:
    use(shop, "[[repeat]]\nother_agents = 2\n")
    shop.open_case(by=SEN)
    shop.open_case(by=SEN)
    own = shop.open_case(by=ANA)
    assert advised(shop, own).needs_approval is False, "one other agent, twice"
    shop.open_case(by=MAX)
    found = advised(shop, own)
    assert evidence(found) == [
        "Two other agents logged late-delivery for this customer since 3 November 2025: Max Ortiz, Sen Ito.",
        "So a manager looks at it first.",
    ]
    assert found.approver_role is not None


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ({"phone": "+44 7700 900123"}, {"phone": "07700 900123"}, "the same telephone number"),
        (
            {"address": "12 High St., Leeds"},
            {"address": "12 HIGH ST LEEDS"},
            "the same postal address",
        ),
        ({"email": "p.shah@gmail.com"}, {"email": "PShah+2@gmail.com"}, "the same mailbox"),
        ({"email": "priya@example.com"}, {"email": "priya+books@example.com"}, "the same mailbox"),
    ],
)
def test_customers_who_look_like_one_person_go_to_a_manager(
    shop: Shop, one: dict[str, str], other: dict[str, str], sign: str
) -> None:
    use(shop, "[[repeat]]\nlinked_customers = 1\n")
    add(shop, **{"email": "one@example.com", **one})
    add(shop, **{"email": "another@example.com", **other})
    case = shop.open_case(one.get("email", "one@example.com"))
    found = advised(shop, case)
    (looks, so) = evidence(found)
    assert looks.startswith(f"One other customer looks like the same person: {sign}")
    assert so == "So a manager looks at it first."
    assert found.refused is None
    assert "another@example.com" not in " ".join(found.because), "what is kept names nobody else"


def test_customers_who_share_nothing_are_not_linked(shop: Shop) -> None:
    use(shop, "[[repeat]]\nlinked_customers = 1\n")
    for name in ("one", "two", "three"):
        add(shop, f"{name}@example.com")  # none has a telephone number or a postal address
    add(shop, "four@example.com", phone="07700 900001", address="12 High Street, Leeds")
    add(shop, "five@example.com", phone="07700 900002", address="13 High Street, Leeds")
    for name in ("one", "four"):
        assert advised(shop, shop.open_case(f"{name}@example.com")).needs_approval is False


def test_a_customer_who_shares_two_things_with_one_is_linked_to_one(shop: Shop) -> None:
    use(shop, "[[repeat]]\nlinked_customers = 1\n")
    shared = {"phone": "07700 900001", "address": "12 High Street, Leeds"}
    add(shop, "one@example.com", **shared)
    add(shop, "two@example.com", **shared)
    add(shop, "three@example.com", phone="07700 900001")
    found = advised(shop, shop.open_case("one@example.com"))
    assert evidence(found)[0] == (
        "Two other customers look like the same person: the same telephone number (2), "
        "the same postal address (1)."
    )


def test_a_changed_or_erased_address_leaves_no_key_behind(shop: Shop) -> None:
    add(shop, "p.shah+1@gmail.com", phone="07700 900001", address="12 High Street, Leeds")

    def keys(session: Session) -> tuple[str, str | None, str | None]:
        person = session.exec(select(Customer)).one()
        return person.email_key, person.phone_key, person.address_key

    assert shop.read(keys) == ("pshah@gmail.com", "700900001", "12highstreetleeds")

    def erase(session: Session) -> None:
        person = session.exec(select(Customer)).one()
        person.email, person.phone, person.postal_address = "erased-1@erased.invalid", None, None

    shop.write(erase)
    assert shop.read(keys) == ("erased-1@erased.invalid", None, None)


HABIT = '[[repeat]]\njust_under = { percent = 90, times = 3 }\nwindow = "30d"\n'


def test_amounts_just_under_the_limit_once_too_often_go_to_a_manager(shop: Shop) -> None:
    use(shop, HABIT)
    for amount in ("22.50", "25.00", "22.49", "24.00", "5.00"):
        assert shop.request(shop.open_case(), "refund", amount).state is GestureState.ISSUED
    assert shop.request(shop.open_case(), "refund", "22.49").state is GestureState.ISSUED, "below the band"
    fourth = shop.request(shop.open_case(), "refund", "23.00")
    assert fourth.state is GestureState.PENDING
    assert (
        "3 of Ana Reyes's 6 gestures since 4 October 2026 were between 22.50 and 25.00 GBP, "
        "just under the limit of 25.00 GBP for a gesture."
    ) in fourth.reasoning["because"]


def test_a_habit_is_the_agents_own_and_is_forgotten_after_its_window(shop: Shop) -> None:
    use(shop, HABIT)
    for _ in range(3):
        shop.request(shop.open_case(), "refund", "24.00")
    assert shop.request(shop.open_case(by=SEN), "refund", "24.00", by=SEN).state is GestureState.ISSUED
    shop.now += timedelta(days=30)
    assert shop.request(shop.open_case(), "refund", "24.00").state is GestureState.ISSUED


def test_gestures_taken_back_and_amounts_that_a_rule_fixes_are_no_habit(shop: Shop) -> None:
    use(shop, HABIT)
    for _ in range(4):
        assert shop.request(shop.open_case(reason="missed-appointment")).state is GestureState.ISSUED
    for _ in range(3):
        given = shop.request(shop.open_case(), "refund", "24.00")

        def take_back(session: Session, number: int | None = given.id) -> None:
            found = session.get_one(Gesture, number)
            gestures.void(session, found, now=shop.now, actor=shop.actor(session), because="a test")

        shop.write(take_back)
    assert shop.request(shop.open_case(), "refund", "24.00").state is GestureState.ISSUED


OVER = '[overcompensation]\nwarn_percent = 120\ncap_percent = 150\nclass = "goodwill"\n'


def test_two_gestures_for_one_case_together_meet_the_cap_on_overcompensation(shop: Shop) -> None:
    use(shop, OVER)
    case = shop.open_case(order_value="40.00")  # at most 60.00
    shop.request(case, "refund", "25.00")
    shop.request(case, "credit", "20.00", again=True, because="the postage")
    with pytest.raises(Refused) as caught:
        shop.request(case, "refund", "15.01", again=True, because="the wrapping")
    assert caught.value.code == "overcompensation"
    assert "leaves 15.00 GBP" in caught.value.message
    assert "this case has 45.00 GBP of it" in caught.value.message
    last = shop.request(case, "refund", "15.00", again=True, because="the wrapping")
    assert (last.amount_minor, last.state) == (1500, GestureState.PENDING)
    # Another case of the same customer has a cap of its own.
    assert shop.request(shop.open_case(order_value="40.00"), "refund", "25.00").amount_minor == 2500


def test_what_was_taken_back_counts_no_more_towards_overcompensation(shop: Shop) -> None:
    use(shop, OVER)
    case = shop.open_case(order_value="16.00")  # at most 24.00
    first = shop.request(case, "refund", "20.00")

    def take_back(session: Session) -> None:
        found = session.get_one(Gesture, first.id)
        gestures.void(session, found, now=shop.now, actor=shop.actor(session), because="a test")

    with pytest.raises(Refused) as caught:
        shop.request(case, "refund", "5.00", again=True, because="the postage")
    assert caught.value.code == "overcompensation"
    shop.write(take_back)
    assert shop.request(case, "refund", "24.00").amount_minor == 2400
