"""Replacements, repairs and second parcels: the item is told, never its cost; owed until recorded."""

import shlex
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from followup.domain.cases.attention import AttentionReason
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.errors import Refused, WrongUsage
from followup.mail.letter import LetterGesture
from followup.resources import shipped
from followup.services.goodwill import gesture_lists, gestures
from followup.services.goodwill.gesture_lists import GestureFilter
from followup.services.letters import letter_context
from followup.services.people import customers
from followup.services.privacy import erasure
from followup.store.tables import Case, Gesture
from followup.store.word_checks import change_words
from tests.services.goodwill.test_gestures_and_budgets import figures, no_drift
from tests.services.mailing import files, tick
from tests.services.waiting import codes
from tests.shop import ANA, DIANA, Shop

ITEMS = (GestureKind.REPLACEMENT, GestureKind.REPAIR, GestureKind.RESEND)
POLICY = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
[facts.cost_price]
type = "money"
[[rule]]
id = "broken"
when = { reason = "damaged-item" }
class = "corrective"
offer = { kind = "replacement" }
[[rule]]
id = "lost"
when = { reason = "late-delivery" }
class = "goodwill"
offer = { kind = "resend", amount = { percent = 100, of = "cost_price" } }
[[authority]]
role = "agent"
per_gesture = "50"
"""
AFTER_FIVE_DAYS = datetime(2026, 11, 10, 12, tzinfo=UTC)
"""A Tuesday, more than five business days after the Monday on which the shop is."""


@pytest.fixture
def lamps(shop: Shop) -> Shop:
    shop.rules.workspace.policy_file.write_text(POLICY, encoding="utf-8")
    return shop


def pay(shop: Shop, gesture: Gesture, because: str | None = None) -> Gesture:
    def change(session: Session) -> Gesture:
        found = session.get_one(Gesture, gesture.id)
        return gestures.pay(session, found, now=shop.now, actor=shop.actor(session), because=because)

    return shop.write(change)


def said(shop: Shop, gesture: Gesture, *, to_colleague: bool = False) -> LetterGesture:
    def look(session: Session) -> LetterGesture:
        found = session.get_one(Gesture, gesture.id)
        return letter_context.offered(session, shop.rules, found, now=shop.now, to_colleague=to_colleague)

    return shop.read(look)


def unpaid(shop: Shop) -> list[int | None]:
    return shop.read(
        lambda session: [
            row.id for row in gesture_lists.list_gestures(session, GestureFilter(is_paid=False), limit=50)
        ]
    )


@pytest.mark.parametrize("kind", ITEMS, ids=str)
def test_an_item_without_cost_is_owed_until_it_is_recorded(shop: Shop, kind: GestureKind) -> None:
    gesture = shop.request(shop.open_case(), kind, None, item="Desk lamp")
    assert (gesture.state, gesture.amount_minor, gesture.item) == (GestureState.ISSUED, None, "Desk lamp")
    tick(shop)
    assert unpaid(shop) == [gesture.id]
    late = AFTER_FIVE_DAYS if kind is not GestureKind.REPAIR else AFTER_FIVE_DAYS.replace(day=18)
    assert AttentionReason.UNPAID in codes(shop, late)[1]
    assert not said(shop, gesture).is_handed_over
    assert pay(shop, gesture, "DHL 123").state is GestureState.SPENT
    assert said(shop, gesture).is_handed_over
    assert unpaid(shop) == []
    assert AttentionReason.UNPAID not in codes(shop, late).get(1, [])


def test_the_cost_of_goodwill_is_drawn_from_budgets_and_no_letter_says_it(shop: Shop) -> None:
    shop.budget("50.00")
    gesture = shop.request(shop.open_case(), GestureKind.REPLACEMENT, "18.37", item="Desk lamp")
    assert figures(shop) == (0, 1837, 0, 0, 3163)
    money, item = said(shop, gesture).money, said(shop, gesture).item
    assert (money, item) == (None, "Desk lamp")
    assert str(said(shop, gesture, to_colleague=True).money) == "18.37 GBP"
    tick(shop)
    [letter] = files(shop)
    assert b"Desk lamp" in letter
    assert b"18.37" not in letter
    pay(shop, gesture)
    assert figures(shop) == (0, 0, 1837, 0, 3163)
    assert no_drift(shop)


def test_what_is_owed_draws_on_no_budget_and_stays_owed_with_its_cost(lamps: Shop) -> None:
    lamps.budget("50.00")
    case = lamps.open_case(reason="damaged-item", fact_item="Desk lamp")
    gesture = lamps.request(case, GestureKind.REPLACEMENT, "18.00")
    assert (gesture.gesture_class, gesture.amount_minor) == (GestureClass.CORRECTIVE, 1800)
    assert gesture.item == "Desk lamp"
    assert figures(lamps) == (0, 0, 0, 0, 5000)


def test_a_rule_may_say_the_cost_by_a_fact(lamps: Shop) -> None:
    case = lamps.open_case(fact_item="Desk lamp", fact_cost_price="12.50")
    assert lamps.request(case).amount_minor == 1250
    with pytest.raises(WrongUsage) as refused:
        lamps.request(lamps.open_case(order="B-2", fact_item="Vase"))
    assert refused.value.code == "missing_fact"


def test_a_cost_above_authority_waits_for_somebody(lamps: Shop) -> None:
    case = lamps.open_case(fact_item="Desk lamp")
    gesture = lamps.request(case, GestureKind.REPLACEMENT, "50.00")
    assert gesture.state is GestureState.ISSUED
    with pytest.raises(Refused) as refused:
        lamps.request(lamps.open_case(order="B-2", fact_item="Vase"), GestureKind.REPLACEMENT, "50.01")
    assert refused.value.code == "nobody_may_approve"


@pytest.mark.parametrize(
    ("kind", "item", "code"),
    [
        (GestureKind.REPLACEMENT, None, "kind_needs_item"),
        (GestureKind.REFUND, "Desk lamp", "kind_without_item"),
    ],
    ids=["none", "too many"],
)
def test_an_item_is_said_where_one_is_needed(
    shop: Shop, kind: GestureKind, item: str | None, code: str
) -> None:
    case = shop.open_case()
    with pytest.raises(WrongUsage) as refused:
        shop.request(case, kind, None if item is None else "5.00", item=item)
    assert refused.value.code == code
    assert shop.read(lambda session: gestures.gestures_of(session, session.get_one(Case, case.id))) == []


def test_the_same_item_is_not_given_twice_unless_meant(shop: Shop) -> None:
    case = shop.open_case(order="HB-1")
    shop.request(case, GestureKind.REPLACEMENT, None, item="Desk lamp")
    with pytest.raises(Refused) as refused:
        shop.request(case, GestureKind.REPLACEMENT, None, item="Desk lamp")
    assert refused.value.code == "repeated_gesture"
    assert "a replacement (Desk lamp)" in refused.value.message
    # A voucher beside an item of which nobody said the cost is the first with money.
    assert shop.request(case, GestureKind.VOUCHER, "5.00").state is GestureState.ISSUED
    meant = shop.request(case, GestureKind.REPLACEMENT, None, item="Vase", again=True, because="It broke too")
    assert (meant.again, meant.state) == (True, GestureState.ISSUED)


def test_nobody_is_erased_who_is_still_to_be_sent_something(shop: Shop) -> None:
    gesture = shop.request(shop.open_case(), GestureKind.RESEND, None, item="Desk lamp")

    def erase(session: Session) -> None:
        priya = customers.find_customer(session, "priya@example.com")
        actor = shop.actor(session, DIANA)
        erasure.erase(session, shop.rules, priya, now=shop.now, actor=actor, because="asked")

    tick(shop)
    with pytest.raises(Refused) as refused:
        shop.write(erase)
    assert refused.value.code == "gesture_owed"
    pay(shop, gesture)
    shop.write(erase)
    assert shop.read(lambda session: session.get_one(Gesture, gesture.id).item) is None


def test_the_migration_keeps_old_gestures_and_lets_new_kinds_in(shop: Shop) -> None:
    gesture = shop.request(shop.open_case(), GestureKind.VOUCHER, "5.00", by=ANA)
    file = next((shipped("db") / "versions").glob("*_items_given.py"))
    spec = spec_from_file_location("items_given", file)
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    old = tuple(kind.value for kind in GestureKind if not kind.names_item)
    to_repair = text("UPDATE gesture SET kind = 'repair'")

    def as_before(session: Session) -> None:
        session.execute(text("ALTER TABLE gesture DROP COLUMN item"))
        change_words(session.connection(), "gesture", "kind", old)

    def migrate(session: Session) -> None:
        with Operations.context(MigrationContext.configure(session.connection())):
            migration.upgrade()

    shop.write(as_before)
    with pytest.raises(IntegrityError):
        shop.write(lambda session: session.execute(to_repair))
    shop.write(migrate)
    kept = shop.read(lambda session: session.get_one(Gesture, gesture.id))
    assert (kept.kind, kept.amount_minor, kept.item) == (GestureKind.VOUCHER, 500, None)
    shop.write(lambda session: session.execute(to_repair))
    with pytest.raises(IntegrityError):
        shop.write(lambda session: session.execute(text("UPDATE gesture SET kind = 'toy'")))


def test_the_command_that_means_it_repeats_what_was_typed(shop: Shop) -> None:
    """Copied from the hint, a command without them would give the recommended gesture, not this one."""
    case = shop.open_case(order="HB-1")
    shop.request(case, GestureKind.RESEND, None, item="Desk lamp")
    hints = []
    for kind, amount, more in (
        (GestureKind.REPLACEMENT, "5.00", {"item": "Ana's lamp", "because": "The parcel is lost."}),
        (GestureKind.RESEND, None, {"item": "Desk lamp", "hold_only": True}),
    ):
        with pytest.raises(Refused) as refused:
            shop.request(case, kind, amount, **more)
        assert refused.value.code == "repeated_gesture"
        hints.append(refused.value.hint.partition("If it is meant: ")[2])
    assert shlex.split(hints[0]) == [
        *("followup", "gesture", "request", "C-0001", "--kind", "replacement", "--amount", "5.00"),
        *("--item", "Ana's lamp", "--again", "--because", "The parcel is lost."),
    ]
    assert hints[1] == (
        "followup gesture request C-0001 --kind resend --item 'Desk lamp' --hold --again --because \"…\""
    )
