"""The sincerity lint keeps an email that fails it from going out until a person has read it."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from followup.domain.outbox.email_state import EmailState
from followup.errors import InvalidFile
from followup.services.outbox import dispatcher, outbox
from followup.store.tables import Email
from tests.services.mailing import files, rows, tick
from tests.services.waiting import said
from tests.shop import Shop

STOCK = "We strive to do our best."
CONDITIONAL = "I am sorry if you were upset."


def add_to_apology(shop: Shop, *sentences: str) -> None:
    """Put sentences into the apology, which is else free of errors."""
    path = shop.own_templates() / "en" / "apology.md"
    sign_off = '{% include "partials/sign-off.md" %}'
    told = path.read_text(encoding="utf-8")
    assert told.count(sign_off) == 1
    path.write_text(told.replace(sign_off, " ".join(sentences) + "\n\n" + sign_off), encoding="utf-8")


def release(shop: Shop, number: int = 1) -> Email:
    return shop.write(
        lambda session: outbox.release(
            session,
            shop.rules,
            session.get_one(Email, number),
            now=shop.now,
            actor=shop.actor(session),
            because="She talks like that herself.",
        )
    )


def test_an_email_without_errors_goes_out(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert tick(shop).sent == 1


def test_an_email_with_errors_waits_for_a_person_and_says_what_is_wrong(shop: Shop) -> None:
    add_to_apology(shop, STOCK, CONDITIONAL)
    shop.request(shop.open_case())
    tally = tick(shop)
    assert (tally.claimed, tally.deferred, tally.sent) == (1, 1, 0)
    first = rows(shop)[0]
    assert (first.state, first.message, first.message_id) == (EmailState.DEFERRED, None, None)
    assert first.held_because is not None
    assert first.held_because.startswith(f"E1 “{STOCK}”: ")
    assert " more." in first.held_because
    # What is logged quotes nothing of the email.
    (report,) = tally.reports
    assert report.reason == "the sincerity lint found fault with it, so a person reads it first"
    assert files(shop) == []


def test_a_held_email_is_claimed_no_more_and_neither_is_it_due(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    tick(shop)
    later = datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert tick(shop, later).claimed == 0
    assert shop.read(lambda session: dispatcher.due(session, now=later, limit=10)) == []
    assert list(said(shop)) == [1]
    assert said(shop)[1].startswith("E-0001 is held: E1 ")


def test_others_go_out_meanwhile(shop: Shop) -> None:
    path = shop.own_templates() / "en" / "apology.md"
    add_to_apology(shop, '{% if case.order == "P-1" %}' + STOCK + "{% endif %}")
    assert STOCK in path.read_text(encoding="utf-8")
    shop.request(shop.open_case(order="P-1"))
    shop.request(shop.open_case("tom@example.com", order="P-2"))
    tally = tick(shop)
    assert (tally.sent, tally.deferred) == (1, 1)


def test_what_a_person_let_pass_goes_out_at_the_next_tick_and_is_kept(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    tick(shop)
    released = release(shop)
    assert (released.state, released.held_because) == (EmailState.SCHEDULED, None)
    assert ["E1", STOCK] in released.released
    assert all(rule.startswith("E") for rule, _ in released.released)
    assert tick(shop).sent == 1
    assert STOCK.encode() in files(shop)[0]


def test_another_fault_than_the_one_let_pass_holds_it_again(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    tick(shop)
    release(shop)
    add_to_apology(shop, CONDITIONAL)
    assert tick(shop).deferred == 1
    held = rows(shop)[0].held_because
    assert held is not None
    assert CONDITIONAL in held
    assert STOCK not in held


def test_mended_and_released_the_email_goes_out_in_other_words(shop: Shop) -> None:
    path = shop.own_templates() / "en" / "apology.md"
    right = path.read_text(encoding="utf-8")
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    tick(shop)
    path.write_text(right, encoding="utf-8")
    assert release(shop).released == []
    assert tick(shop).sent == 1
    assert STOCK.encode() not in files(shop)[0]


def test_a_hold_by_hand_lets_nothing_pass(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())

    def hold(session: Session) -> None:
        email, actor = session.get_one(Email, 1), shop.actor(session)
        outbox.hold(session, email, now=shop.now, actor=actor, because="I call first.")

    shop.write(hold)
    assert release(shop).released == []
    assert tick(shop).deferred == 1
    assert rows(shop)[0].held_because is not None


def test_an_email_that_cannot_be_written_is_not_released(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    tick(shop)
    add_to_apology(shop, "{{ customer.shoe_size }}")
    with pytest.raises(InvalidFile, match="shoe_size"):
        release(shop)
    assert rows(shop)[0].held_because is not None


def test_an_email_to_a_colleague_is_never_held(shop: Shop) -> None:
    path = shop.own_templates() / "en" / "for-approval.md"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{STOCK}\n", encoding="utf-8")
    shop.request(shop.open_case(), "refund", "40.00")
    assert tick(shop).sent == 1
