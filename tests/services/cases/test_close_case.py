"""Closing a case: what stops, and what is said to be left undone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, NoteUse, Outcome
from followup.domain.outbox.email_state import EmailState
from followup.errors import Refused
from followup.services.cases import case_notes, close_case, replies
from followup.services.goodwill import gestures
from followup.store.tables import Case, Email, Gesture
from tests.services.mailing import enrolment, rows, tick
from tests.shop import DIANA, Shop


def close(shop: Shop, outcome: Outcome | None = Outcome.LOST) -> list[str]:
    """Close the only case; gives the hints."""

    def change(session: Session) -> list[str]:
        case = session.get_one(Case, 1)
        close_case.close(session, case, now=shop.now, actor=shop.actor(session), outcome=outcome)
        return close_case.hints_for(session, case)

    return shop.write(change)


def note(shop: Shop, use: NoteUse = NoteUse.INTERNAL) -> None:
    shop.write(
        lambda session: case_notes.add_note(
            session, session.get_one(Case, 1), "We spoke.", now=shop.now, actor=shop.actor(session), use=use
        )
    )


def test_its_emails_are_cancelled_and_stay_so_when_it_is_opened_again(shop: Shop) -> None:
    shop.request(shop.open_case())
    close(shop)
    assert {(row.state.value, row.reason) for row in rows(shop)} == {("cancelled", "the case is closed")}
    shop.write(
        lambda session: replies.reopen(
            session, session.get_one(Case, 1), now=shop.now, actor=shop.actor(session), because="again"
        )
    )
    assert enrolment(shop).ended_because == "the case is closed"
    assert tick(shop, shop.now + timedelta(days=20)).claimed == 0


def test_an_outcome_that_is_said_is_not_changed(shop: Shop) -> None:
    shop.open_case()
    close(shop, None)
    close(shop, Outcome.RECOVERED)
    for again in (*Outcome, None):
        with pytest.raises(Refused):
            close(shop, again)
    case = shop.read(lambda session: session.get_one(Case, 1))
    assert (case.status, case.outcome, case.closed_at) == (
        CaseStatus.CLOSED,
        Outcome.RECOVERED,
        shop.now,
    )


@pytest.mark.parametrize(
    ("kind", "amount", "more", "said"),
    [
        ("refund", "40.00", {}, "G-0001 (refund) still waits for a decision"),
        ("refund", "5.00", {"hold_only": True}, "G-0001 (refund) is still held"),
        ("refund", "5.00", {}, "followup gesture pay G-0001"),
        ("callback", None, {}, "G-0001 promised a call"),
        ("apology", None, {}, "No email told them of G-0001 (apology)"),
        ("voucher", "5.00", {}, "No email told them of G-0001 (voucher)"),
    ],
)
def test_what_a_gesture_still_waits_for_is_said(
    shop: Shop, kind: str, amount: str | None, more: dict[str, Any], said: str
) -> None:
    shop.request(shop.open_case(), kind, amount, **more)
    (hint,) = close(shop)
    assert said in hint


def test_nothing_is_left_undone_of_a_voucher_that_an_email_told_of(shop: Shop) -> None:
    shop.request(shop.open_case(), "voucher", "5.00")

    def send(session: Session) -> None:
        email = session.exec(select(Email).order_by(col(Email.id))).first()
        assert email is not None
        email.state, email.sent_at = EmailState.SENT, shop.now

    shop.write(send)
    assert close(shop) == []


def test_a_call_that_somebody_noted_and_a_refund_that_was_paid_are_done(shop: Shop) -> None:
    shop.request(shop.open_case(), "callback")
    shop.now += timedelta(hours=1)
    note(shop, NoteUse.TOLD)
    shop.request(shop.open_case("tom@example.com"), "refund", "5.00", by=DIANA)
    shop.write(
        lambda session: gestures.pay(
            session, session.get_one(Gesture, 2), now=shop.now, actor=shop.actor(session), because=None
        )
    )
    assert close(shop) == []
    (unsaid,) = shop.read(lambda session: close_case.hints_for(session, session.get_one(Case, 2)))
    assert unsaid.startswith("Reports count how it ended as not said.")


def test_what_the_customer_said_is_no_call_of_ours(shop: Shop) -> None:
    shop.request(shop.open_case(), "callback")
    note(shop, NoteUse.HEARD)
    (hint,) = close(shop)
    assert hint.startswith("G-0001 promised a call")
