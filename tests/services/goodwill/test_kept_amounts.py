"""What is owed and too small to be paid out: on record as it was, told, added up, paid once, never lost."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.application.goodwill.gestures import show_gesture
from followup.application.people.customers import show_customer
from followup.domain.cases.attention import AttentionReason
from followup.domain.goodwill.gesture import GestureState
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.services.cases import undo_case
from followup.services.goodwill import approvals, gestures, second_look
from followup.services.letters import letter_context, letters
from followup.services.people import customers, merge_customers
from followup.services.privacy import erasure
from followup.store.tables import Approval, Case, Gesture
from tests.application.cases.test_correct_case import caller
from tests.services.goodwill.test_gestures_and_budgets import no_drift
from tests.services.mailing import tick
from tests.services.waiting import codes
from tests.shop import ANA, MAX, Shop, happened

POLICY = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
[facts.delays]
type = "integer"
[[rule]]
id = "season"
when = { reason = "late-delivery" }
class = "corrective"
offer = { kind = "refund", amount = { each = "1.50", of = "delays" } }
minimum_payout = "4"
keep_in = "season-ticket"
keep_days = 30
[[authority]]
role = "agent"
per_gesture = "50"
"""
KEPT, ADDED, ISSUED, VOID = GestureState.KEPT, GestureState.ADDED, GestureState.ISSUED, GestureState.VOID


@pytest.fixture
def trains(shop: Shop) -> Shop:
    return with_policy(shop)


def with_policy(shop: Shop, text: str = POLICY) -> Shop:
    shop.rules.workspace.policy_file.write_text(text, encoding="utf-8")
    return shop


def delay(shop: Shop, delays: int = 1, customer: str = "priya@example.com", **more: str) -> Gesture:
    return shop.request(shop.open_case(customer, fact_delays=str(delays), **more))


def now(shop: Shop, gesture: Gesture) -> Gesture:
    return shop.read(lambda session: session.get_one(Gesture, gesture.id))


def state(shop: Shop, gesture: Gesture) -> GestureState:
    return now(shop, gesture).state


def void(shop: Shop, gesture: Gesture, by: str = ANA) -> None:
    def change(session: Session) -> Gesture:
        found = session.get_one(Gesture, gesture.id)
        actor = shop.actor(session, by)
        return gestures.void(session, found, now=shop.now, actor=actor, because="A mistake.")

    shop.write(change)


def test_small_amounts_are_kept_and_paid_as_one_gesture_once_they_reach_the_minimum(trains: Shop) -> None:
    """1.50 and 1.50 are 3.00, below 4.00; the third delay makes it 4.50."""
    first, second = delay(trains), delay(trains)
    assert (first.state, first.amount_minor, first.kept_in) == (KEPT, 150, "season-ticket")
    assert second.state is KEPT
    third = delay(trains)
    assert (third.state, third.amount_minor, third.added_minor) == (ISSUED, 450, 300)
    assert [state(trains, one) for one in (first, second)] == [ADDED, ADDED]
    assert now(trains, first).paid_with_id == third.id
    assert delay(trains).state is KEPT
    assert no_drift(trains)


def test_it_is_shown_where_people_look(trains: Shop) -> None:
    delay(trains)
    assert show_customer(caller(trains), "priya@example.com")["kept"] == [
        {
            "name": "season-ticket",
            "amount": "1.50",
            "currency": "GBP",
            "minimum": "4.00",
            "gestures": ["G-0001"],
        }
    ]
    delay(trains, 2)
    paid = show_gesture(caller(trains), "G-0002")["sum"]
    assert paid is not None
    assert (paid["own"], paid["adds"]) == ("3.00", [{"ref": "G-0001", "case": "C-0001", "amount": "1.50"}])
    kept = show_gesture(caller(trains), "G-0001")["sum"]
    assert kept is not None
    assert (kept["paid_with"], kept["until"]) == ("G-0002", None)
    assert show_customer(caller(trains), "priya@example.com")["kept"] == []


def test_what_is_kept_of_another_customer_or_currency_is_not_added(trains: Shop) -> None:
    delay(trains, 2)
    assert delay(trains, 1, "lee@example.com").state is KEPT


def test_a_changed_policy_does_not_change_what_was_owed(trains: Shop) -> None:
    first = delay(trains)
    with_policy(trains, POLICY.replace('each = "1.50"', 'each = "0.10"').replace('"4"', '"1.60"'))
    assert delay(trains).amount_minor == 160
    assert now(trains, first).amount_minor == 150


def test_taking_back_the_payment_keeps_the_rest_and_pays_it_later(trains: Shop) -> None:
    first, payment = delay(trains), delay(trains, 2)
    assert payment.amount_minor == 450
    with pytest.raises(Refused, match="is paid with G-0002"):
        void(trains, first)
    void(trains, payment)
    assert (state(trains, first), now(trains, first).paid_with_id) == (KEPT, None)
    assert delay(trains, 2).amount_minor == 450
    void(trains, delay(trains, 1, "lee@example.com"))
    assert delay(trains, 2, "lee@example.com").state is KEPT
    assert no_drift(trains)


def test_a_payment_that_is_not_approved_keeps_the_rest(trains: Shop) -> None:
    with_policy(
        trains,
        POLICY.replace('per_gesture = "50"', 'per_gesture = "4"')
        + '[[authority]]\nrole = "manager"\nper_gesture = "50"\n',
    )
    first = delay(trains)
    payment = delay(trains, 2)
    assert (payment.state, state(trains, first)) == (GestureState.PENDING, ADDED)

    def reject(session: Session) -> Gesture:
        asked = session.exec(select(Approval)).one()
        return approvals.reject(
            session, trains.rules, asked, now=trains.now, actor=trains.actor(session, MAX), because="No."
        )

    trains.write(reject)
    assert state(trains, first) is KEPT


def test_a_counter_offer_pays_what_it_says_and_keeps_the_rest(trains: Shop) -> None:
    with_policy(
        trains,
        POLICY.replace('per_gesture = "50"', 'per_gesture = "4"')
        + '[[authority]]\nrole = "manager"\nper_gesture = "50"\n',
    )
    first, payment = delay(trains), delay(trains, 2)

    def counter(session: Session) -> Gesture:
        asked = session.exec(select(Approval)).one()
        actor = trains.actor(session, MAX)
        return approvals.counter(
            session,
            trains.rules,
            asked,
            now=trains.now,
            actor=actor,
            because="This.",
            amount=Money(300, "GBP"),
        )

    trains.write(counter)
    paid = now(trains, payment)
    assert (paid.amount_minor, paid.added_minor, state(trains, first)) == (300, 0, KEPT)
    assert no_drift(trains)


def test_one_case_is_not_kept_twice(trains: Shop) -> None:
    case = trains.open_case(fact_delays="1")
    trains.request(case)
    with pytest.raises(Refused, match=r"was given G-0001, a refund of 1\.50 GBP, kept"):
        trains.request(case)


def test_it_is_paid_out_before_on_request_with_all_that_is_kept(trains: Shop) -> None:
    first, second = delay(trains), delay(trains)

    def pay_out(session: Session) -> Gesture:
        found = session.get_one(Gesture, first.id)
        actor = trains.actor(session)
        return second_look.issue_held(session, trains.rules, found, now=trains.now, actor=actor)

    trains.write(pay_out)
    assert (state(trains, first), now(trains, first).amount_minor) == (ISSUED, 300)
    assert state(trains, second) is ADDED
    assert no_drift(trains)
    void(trains, first)
    assert state(trains, second) is KEPT


def test_what_nobody_added_to_in_time_is_listed(trains: Shop) -> None:
    gesture = delay(trains)
    tick(trains)

    def listed() -> list[AttentionReason]:
        return [code for found in codes(trains).values() for code in found]

    trains.now += timedelta(days=29)
    assert AttentionReason.KEPT_LONG not in listed()
    trains.now += timedelta(days=1)
    assert AttentionReason.KEPT_LONG in listed()
    void(trains, gesture)
    assert AttentionReason.KEPT_LONG not in listed()


def test_undoing_a_case_takes_back_what_it_kept_and_what_it_paid(trains: Shop) -> None:
    trains.settings(grace_minutes=15)
    first, payment = delay(trains), delay(trains, 2)

    def undo(session: Session, gesture: Gesture) -> None:
        case = session.get_one(Case, gesture.case_id)
        undo_case.undo(session, trains.rules, case, now=trains.now, actor=trains.actor(session))

    with pytest.raises(Refused, match="is paid with G-0002"):
        trains.write(lambda session: undo(session, first))
    trains.write(lambda session: undo(session, payment))
    assert [state(trains, one) for one in (first, payment)] == [KEPT, VOID]
    trains.write(lambda session: undo(session, first))
    assert state(trains, first) is VOID
    assert no_drift(trains)


def test_nobody_is_erased_who_is_owed_a_kept_amount(trains: Shop) -> None:
    delay(trains)

    def erase(session: Session) -> None:
        found = customers.find_customer(session, "priya@example.com")
        erasure.erase(
            session, trains.rules, found, now=trains.now, actor=trains.actor(session, MAX), because="Asked."
        )

    with pytest.raises(Refused, match="is kept and not paid out"):
        trains.write(erase)


def test_two_records_of_one_person_add_up_once_they_are_merged(trains: Shop) -> None:
    first, other = delay(trains), delay(trains, 1, "p.shah@example.com")
    assert [first.state, other.state] == [KEPT, KEPT]

    def merge(session: Session) -> None:
        record, into = (
            customers.find_customer(session, email) for email in ("p.shah@example.com", "priya@example.com")
        )
        merge_customers.merge(
            session, record, into, now=trains.now, actor=trains.actor(session), because="One person."
        )

    trains.write(merge)
    payment = delay(trains)
    assert (payment.amount_minor, state(trains, other)) == (450, ADDED)


def test_it_is_not_held(trains: Shop) -> None:
    case = trains.open_case(fact_delays="1")
    with pytest.raises(Refused, match="no money is held"):
        trains.request(case, hold_only=True)


def test_corrected_facts_change_what_would_be_kept(trains: Shop) -> None:
    gesture = delay(trains)

    def look(session: Session) -> str | None:
        found = session.get_one(Gesture, gesture.id)
        again = second_look.look_again(session, trains.rules, found, now=trains.now)
        return again.sentence if again and again.differences else None

    assert trains.read(look) is None

    def correct(session: Session) -> None:
        case = session.get_one(Case, gesture.case_id)
        case.facts = {"delays": "2"}
        session.add(case)

    trains.write(correct)
    assert trains.read(look) == (
        "G-0001 was requested as a refund of 1.50 GBP; today the policy would offer a refund of 3.00 GBP by "
        "rule season."
    )


@pytest.mark.parametrize("locale", ["en-GB", "en-US", "de-DE", "es-ES", "fr-FR", "pt-BR"])
@pytest.mark.parametrize("wording", range(3))
def test_the_letter_says_what_is_kept_and_from_when_it_is_paid(
    trains: Shop, locale: str, wording: int
) -> None:
    case = trains.open_case(fact_delays="1", customer="kim@example.com", what_happened=happened(locale))
    gesture = trains.request(case)
    paid_to = {
        "en": "card or account",
        "de": "Karte oder das Konto",
        "es": "tarjeta",
        "fr": "carte",
        "pt": "cartão",
    }

    def letters_now(session: Session) -> tuple[str, list[str]]:
        customer = customers.find_customer(session, "kim@example.com")
        customer.locale = locale
        found = session.get_one(Gesture, gesture.id)
        offered = letter_context.offered(session, trains.rules, found, now=trains.now)
        draft = letters.draft_of(
            session,
            trains.rules,
            session.get_one(Case, case.id),
            found,
            offered,
            "apology",
            now=trains.now,
            wording=wording,
            is_first=True,
        )
        return draft.rendered.text, [f"{one.rule} {one.why}" for one in draft.findings if one.level == "E"]

    text, errors = trains.write(letters_now)
    flat = " ".join(text.split())
    for amount in (150, 400):
        assert any(spelling in flat for spelling in spellings(amount, locale)), text
    assert paid_to[locale[:2]] in flat
    assert errors == []


def spellings(amount_minor: int, locale: str) -> list[str]:
    number = f"{amount_minor // 100}.{amount_minor % 100:02}"
    return [f"£{number}", number.replace(".", ",")] if locale.startswith("en") else [number.replace(".", ",")]


STEPS = st.lists(
    st.tuples(st.sampled_from(["delay", "delay", "void", "pay", "issue"]), st.integers(0, 30)), max_size=12
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_nothing_is_lost_or_paid_twice(
    new_shop: Callable[[], Shop], steps: list[tuple[str, int]]
) -> None:
    shop = with_policy(new_shop())
    made: list[Gesture] = []
    for step, number in steps:
        if step == "delay":
            made.append(delay(shop, number % 3 + 1))
        elif made:
            with suppress(Refused):
                change(shop, step, made[number % len(made)])
    check(shop.read(lambda session: list(session.exec(select(Gesture).order_by(col(Gesture.id))).all())))
    assert no_drift(shop)


def change(shop: Shop, step: str, gesture: Gesture) -> None:
    def run(session: Session) -> Gesture:
        found = session.get_one(Gesture, gesture.id)
        if step == "void":
            actor = shop.actor(session, MAX)
            return gestures.void(session, found, now=shop.now, actor=actor, because="A mistake.")
        actor = shop.actor(session)
        if step == "pay":
            return gestures.pay(session, found, now=shop.now, actor=actor, because=None)
        return gestures.issue(session, shop.rules, found, now=shop.now, actor=actor)

    shop.write(run)


def check(rows: list[Gesture]) -> None:
    """Each case's own amount stands in one place: kept, paid with itself or with one other, or void."""
    by_number = {row.id: row for row in rows}
    for row in rows:
        own = (row.amount_minor or 0) - row.added_minor
        assert own > 0
        assert own % 150 == 0
        added = [one for one in rows if one.paid_with_id == row.id]
        if row.state is VOID:
            assert not added
        else:
            assert row.added_minor == sum((one.amount_minor or 0) - one.added_minor for one in added)
        assert (row.state is ADDED) == (row.paid_with_id is not None)
        if row.state is ADDED:
            assert by_number[row.paid_with_id].state in (ISSUED, GestureState.SPENT)
