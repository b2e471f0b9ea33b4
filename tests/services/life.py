"""A customer with everything that can be known of somebody, each text with the letters of MARK in it."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, NoteUse
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.money import Money
from followup.errors import FollowupError
from followup.services.cases import case_notes, cases, replies
from followup.services.goodwill import approvals, gestures, vouchers
from followup.services.outbox import outbox
from followup.services.people import customers, suppressions
from followup.services.sequences import enrolments
from followup.services.shared import idempotency
from followup.services.shared.actors import Actor
from followup.store.tables import Approval, Case, Customer, Gesture, InboundMail
from tests.services.mailing import tick
from tests.shop import ANA, DIANA, MAX, Shop

MARK = "zqx"
EMAIL = f"{MARK}mail@example.com"
PHONE, PHONE_KEY = "+44 7700 900123", "700900123"
_WORDS = " the customer waited for a week and was told nothing by anybody, so this is right"


def meet(shop: Shop, email: str = EMAIL, **more: Any) -> Customer:
    """Take in the customer."""
    told = {
        "segment": "regular",
        "value": "1200.00",
        "phone": PHONE,
        "address": f"12 {MARK} street, Zqxham",
        **more,
    }
    return shop.write(
        lambda session: customers.add_customer(
            session,
            shop.workspace.settings,
            now=shop.now,
            actor=shop.actor(session),
            name=f"Zqxana {MARK}son",
            email=email,
            marketing_consent=True,
            **told,
        )
    )


def complain(shop: Shop, email: str = EMAIL, reason: str = "late-delivery", number: int = 1) -> Case:
    """Open a case of theirs, with every answer."""
    return shop.open_case(
        email,
        reason=reason,
        verbatim=f"It was for my friend {MARK}bella.",
        promised=f"a call on {MARK}day",
        order=f"{MARK.upper()}-{number}",
        feeling="let_down",
        external_id=f"{MARK}-ticket-{number}-{email}",
        fact_item=f"a {MARK} kettle",
    )


STEPS: dict[str, Callable[[Shop, Case], Any]] = {}
"""What may happen to a case, by name. Each is refused where it does not fit."""


def _step(body: Callable[[Shop, Session, Case, Actor], Any]) -> None:
    def run(shop: Shop, case: Case) -> None:
        def change(session: Session) -> None:
            body(shop, session, session.get_one(Case, case.id), shop.actor(session, MAX))

        try:
            shop.write(change)
        except FollowupError:
            # It does not fit what happened before.
            return

    STEPS[body.__name__.strip("_")] = run


def do(shop: Shop, case: Case, *steps: str) -> None:
    """Have things happen to a case."""
    for step in steps:
        STEPS[step](shop, case)


def _newest(session: Session, case: Case) -> Gesture:
    query = select(Gesture).where(col(Gesture.case_id) == case.id).order_by(col(Gesture.id).desc())
    found = session.exec(query).first()
    if found is None:
        raise FollowupError("none", code="none")
    return found


def _wish(session: Session, shop: Shop, case: Case, by: str, **wanted: Any) -> None:
    wish = gestures.Wish(because=MARK + _WORDS, **wanted)
    gestures.request_gesture(session, shop.rules, case, wish, now=shop.now, actor=shop.actor(session, by))


@_step
def voucher(shop: Shop, session: Session, case: Case, _actor: Actor) -> None:
    _wish(session, shop, case, ANA)


@_step
def asks(shop: Shop, session: Session, case: Case, _actor: Actor) -> None:
    _wish(session, shop, case, ANA, kind=GestureKind.REFUND, amount=Money.parse("40.00", "GBP"))


@_step
def holds(shop: Shop, session: Session, case: Case, _actor: Actor) -> None:
    amount = Money.parse("5.00", "GBP")
    _wish(session, shop, case, DIANA, kind=GestureKind.REFUND, amount=amount, hold_only=True)


@_step
def refund(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    amount = Money.parse("6.00", "GBP")
    _wish(session, shop, case, DIANA, kind=GestureKind.REFUND, amount=amount)
    gestures.pay(session, _newest(session, case), now=shop.now, actor=actor, because=f"to {MARK}'s card")


@_step
def decide(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    query = select(Approval).join(Gesture).where(col(Gesture.case_id) == case.id)
    asked = session.exec(query.order_by(col(Approval.id).desc())).first()
    if asked is not None:
        approvals.reject(session, shop.rules, asked, now=shop.now, actor=actor, because=f"no, {MARK} has one")


@_step
def redeem(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    found = vouchers.voucher_of(session, _newest(session, case))
    if found is not None:
        vouchers.redeem(
            session,
            shop.rules,
            found,
            now=shop.now,
            actor=actor,
            amount=Money.parse("3.00", "GBP"),
            order=f"{MARK}-9",
            external_id=f"till-{case.id}",
        )


@_step
def note(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    for use in (NoteUse.INTERNAL, NoteUse.TELL, NoteUse.DONE):
        made = case_notes.add_note(
            session, case, f"Told {MARK} about it.", now=shop.now, actor=actor, use=use
        )
        answer = {"case": f"C-{case.id:04d}", "text": made.body}
        idempotency.remember(session, f"n{made.id}", "case note", {"text": made.body}, answer, now=shop.now)


@_step
def pause(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    enrolments.pause(session, case, now=shop.now, actor=actor, because=f"{MARK} is on holiday")


@_step
def unenrol(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    enrolments.unenrol(session, case, now=shop.now, actor=actor, because=f"{MARK} called")


@_step
def hold(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    for email in enrolments.emails_of(session, case):
        outbox.hold(session, email, now=shop.now, actor=actor, because=f"{MARK} moves house")


@_step
def answer(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    replies.record_reply(session, case, f"Thank you. {MARK}", now=shop.now, actor=actor)


@_step
def bounce(shop: Shop, session: Session, case: Case, _actor: Actor) -> None:
    person = session.get_one(Customer, case.customer_id)
    number = len(session.exec(select(InboundMail.id)).all())
    session.add(
        InboundMail(
            digest=f"{number:064}",
            received_at=shop.now,
            kind=InboundKind.BOUNCE,
            message_id=f"<{MARK}@mx.example>",
            case_id=case.id,
            address=person.email,
            permanent=True,
            reason_code=MessageReason.NOBODY_THERE,
            reason_detail=f"550 5.1.1 <{EMAIL}> unknown",
        )
    )


@_step
def writes(shop: Shop, session: Session, case: Case, _actor: Actor) -> None:
    """They write, and not about a case."""
    person = session.get_one(Customer, case.customer_id)
    number = len(session.exec(select(InboundMail.id)).all())
    session.add(
        InboundMail(
            digest=f"{number:064}",
            received_at=shop.now,
            kind=InboundKind.UNKNOWN,
            address=person.email,
            reason_code=MessageReason.OTHER,
            reason_detail=f"{MARK} asks for a catalogue",
        )
    )


@_step
def move(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    person = session.get_one(Customer, case.customer_id)
    customers.change_customer(
        session,
        shop.workspace.settings,
        person,
        {"email": f"{MARK}new{person.id}@example.com", "phone": PHONE},
        now=shop.now,
        actor=actor,
    )


@_step
def suppress(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    person = session.get_one(Customer, case.customer_id)
    suppressions.suppress(
        session,
        person.email,
        SuppressionReason.MANUAL,
        now=shop.now,
        actor=actor,
        because=f"{MARK} said so",
    )


@_step
def lift(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    person = session.get_one(Customer, case.customer_id)
    suppressions.lift(session, person.email, now=shop.now, actor=actor, because=f"{MARK} said otherwise")


@_step
def close(shop: Shop, session: Session, case: Case, actor: Actor) -> None:
    cases.move_case(session, case, CaseStatus.CLOSED, now=shop.now, actor=actor, because=f"{MARK} is content")


def send(shop: Shop, _case: Case) -> None:
    """Let what is due go out."""
    tick(shop)


STEPS["send"] = send
