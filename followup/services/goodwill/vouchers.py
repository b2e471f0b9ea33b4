"""Vouchers: a code for one customer, redeemed wholly or partly, rolled back, expired or voided.

The ledger follows: redeemed value is spent, rolled-back value is committed again, expired value is released.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import EntryKind, Figure
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import (
    SALT_BYTES,
    VoucherState,
    code_from,
    grouped,
    hash_of,
    hint_of,
    read_code,
)
from followup.domain.shared.money import Money
from followup.errors import InvalidFile, NotFound, Refused, WrongUsage, illegal_state
from followup.services.goodwill import ledger
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import find
from followup.store.references import ref_of
from followup.store.tables import Gesture, Redemption, Voucher


def issue(session: Session, rules: Configuration, gesture: Gesture, *, now: datetime) -> Voucher:
    """Create the voucher of a gesture, in the transaction that issues the gesture."""
    assert gesture.id is not None
    assert gesture.amount_minor is not None
    salt = secrets.token_bytes(SALT_BYTES)
    code = code_from(rules.workspace.secret_key(), salt)
    voucher = Voucher(
        gesture_id=gesture.id,
        state=VoucherState.ISSUED,
        salt=salt.hex(),
        code_sha256=hash_of(code),
        hint=hint_of(code),
        amount_minor=gesture.amount_minor,
        currency=gesture.currency,
        issued_at=now,
        expires_on=rules.today(now) + timedelta(days=rules.settings.voucher_valid_days),
    )
    session.add(voucher)
    session.flush()
    return voucher


def code_of(rules: Configuration, voucher: Voucher) -> str:
    """The printable code. Raises InvalidFile if the workspace's key is not the one that made it."""
    code = code_from(rules.workspace.secret_key(), bytes.fromhex(voucher.salt))
    if hash_of(code) != voucher.code_sha256:
        raise InvalidFile(
            f"The code ending in {voucher.hint} was made with another secret key.",
            hint=f"Put the right key back: {rules.workspace.key_file} or FOLLOWUP_SECRET_KEY.",
            code="wrong_key",
        )
    return grouped(code)


def voucher_of(session: Session, gesture: Gesture) -> Voucher | None:
    """The voucher of a gesture, if it has one."""
    return session.exec(select(Voucher).where(col(Voucher.gesture_id) == gesture.id)).first()


def find_voucher(session: Session, text: str) -> Voucher:
    """The voucher with a code, or that of a gesture (G-0012).

    Raises WrongUsage for text that cannot be a code, NotFound for an unknown one."""
    if text.strip().upper().startswith("G-"):
        gesture = find(session, Gesture, text)
        voucher = voucher_of(session, gesture)
        if voucher is None:
            raise NotFound(
                f"{text.strip()} has no code: it is a {gesture.kind}, {gesture.state}.",
                hint="Issued vouchers and discounts have one: followup gesture list --state issued",
                code="gesture_without_code",
            )
        return voucher
    wanted = hash_of(read_code(text))
    voucher = session.exec(select(Voucher).where(col(Voucher.code_sha256) == wanted)).first()
    if voucher is None:
        raise NotFound(
            "There is no voucher with this code.",
            hint="The code is well formed, but nobody here issued it.",
            code="unknown_voucher",
        )
    return voucher


def redeem(
    session: Session,
    rules: Configuration,
    voucher: Voucher,
    *,
    now: datetime,
    actor: Actor,
    amount: Money | None = None,
    order: str | None = None,
    external_id: str | None = None,
) -> Redemption:
    """Redeem a voucher: all that is left, or `amount`. Simultaneous redemptions cannot exceed its value.

    Raises Refused after its last day, after it has ended, or if less is left than requested."""
    left = Money(voucher.amount_minor - voucher.redeemed_minor, voucher.currency)
    wanted = amount or left
    if voucher.state is not VoucherState.ISSUED:
        raise _over(
            voucher.state,
            f"The voucher ending in {voucher.hint} is {voucher.state}.",
            "See what happened to it: followup voucher show CODE",
        )
    if rules.today(now) > voucher.expires_on:
        raise _over(
            VoucherState.EXPIRED,
            f"The voucher ending in {voucher.hint} could be used until {voucher.expires_on:%-d %B %Y}.",
            "Give the customer a new gesture if that is right: followup gesture request CASE",
        )
    if wanted.currency != voucher.currency or wanted.amount_minor < 0:
        raise WrongUsage(
            f"{wanted} cannot be redeemed from a voucher in {voucher.currency}.",
            hint=f"Give an amount in {voucher.currency}.",
            code="redemption_in_other_currency",
        )
    if wanted.amount_minor == 0 or not _take(session, voucher, wanted):
        session.refresh(voucher)
        left = Money(voucher.amount_minor - voucher.redeemed_minor, voucher.currency)
        raise Refused(
            f"The voucher ending in {voucher.hint} has {left} left; {wanted} was asked for.",
            hint=f"Redeem up to {left}: --amount {left.text}",
            code="voucher_exhausted",
        )
    assert voucher.id is not None
    redemption = Redemption(
        voucher_id=voucher.id,
        external_id=external_id,
        order_ref=parse_input.line("order", order) if order else None,
        amount_minor=wanted.amount_minor,
        redeemed_at=now,
        actor=actor.name,
    )
    session.add(redemption)
    session.flush()
    gesture = _gesture(session, voucher)
    ledger.move(
        session,
        gesture,
        EntryKind.SPEND,
        Figure.COMMITTED,
        now=now,
        actor=actor,
        amount=wanted,
        occasion=_occasion(redemption),
    )
    if voucher.redeemed_minor == voucher.amount_minor:
        _end(session, voucher, VoucherState.REDEEMED, gesture, GestureState.SPENT, now)
    _record(session, "voucher redeem", gesture, now, actor, {"amount": str(wanted)})
    return redemption


def _over(state: VoucherState, message: str, hint: str) -> Refused:
    """The error for a voucher whose `state` does not allow a redemption."""
    return Refused(message, hint=hint, code=f"voucher_{state}")


def _take(session: Session, voucher: Voucher, wanted: Money) -> bool:
    statement = (
        update(Voucher)
        .where(
            col(Voucher.id) == voucher.id,
            col(Voucher.state) == VoucherState.ISSUED,
            col(Voucher.redeemed_minor) + wanted.amount_minor <= col(Voucher.amount_minor),
        )
        .values(redeemed_minor=col(Voucher.redeemed_minor) + wanted.amount_minor)
        .execution_options(synchronize_session=False)
    )
    taken = cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
    session.refresh(voucher)
    return taken


def roll_back(
    session: Session,
    voucher: Voucher,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
    order: str | None = None,
) -> Redemption:
    """Undo the newest redemption, or the newest one of an order. The value can be used again, or is released
    at once if the voucher has ended meanwhile. Raises Refused if there is none."""
    query = select(Redemption).where(
        col(Redemption.voucher_id) == voucher.id, col(Redemption.rolled_back_at).is_(None)
    )
    if order:
        query = query.where(col(Redemption.order_ref) == order.strip())
    redemption = session.exec(query.order_by(col(Redemption.id).desc()).with_for_update()).first()
    if redemption is None:
        raise Refused(
            f"The voucher ending in {voucher.hint} has no redemption to roll back.",
            hint="See its redemptions: followup voucher show CODE",
            code="nothing_redeemed",
        )
    session.refresh(voucher, with_for_update=True)
    redemption.rolled_back_at = now
    voucher.redeemed_minor -= redemption.amount_minor
    session.add(redemption)
    session.add(voucher)
    gesture = _gesture(session, voucher)
    amount = Money(redemption.amount_minor, voucher.currency)
    occasion = _occasion(redemption)
    ledger.move(
        session,
        gesture,
        EntryKind.REVERSE,
        Figure.SPENT,
        now=now,
        actor=actor,
        amount=amount,
        occasion=occasion,
    )
    if voucher.state is VoucherState.REDEEMED:
        voucher.state, voucher.ended_at = VoucherState.ISSUED, None
        gesture.state, gesture.ended_at = GestureState.ISSUED, None
        session.add(gesture)
    elif voucher.state is not VoucherState.ISSUED:
        ledger.move(
            session,
            gesture,
            EntryKind.RELEASE,
            Figure.COMMITTED,
            now=now,
            actor=actor,
            amount=amount,
            occasion=occasion,
        )
    session.flush()
    _record(session, "voucher rollback", gesture, now, actor, {"amount": str(amount)}, because)
    return redemption


def void(session: Session, voucher: Voucher, *, now: datetime, actor: Actor, because: str) -> Gesture:
    """Void a voucher: its remaining value is released; redeemed value stays spent.

    Its gesture becomes void, or stays spent if a part was redeemed. Raises Refused if it has ended."""
    session.refresh(voucher, with_for_update=True)
    if voucher.state is not VoucherState.ISSUED:
        raise illegal_state(
            f"The voucher ending in {voucher.hint} is {voucher.state}.",
            hint="Roll a redemption back first: followup voucher rollback CODE"
            if voucher.state is VoucherState.REDEEMED
            else "Nothing is left to take back.",
        )
    gesture = _release_rest(session, voucher, VoucherState.VOID, GestureState.VOID, now=now, actor=actor)
    _record(session, "voucher void", gesture, now, actor, {}, because)
    return gesture


def expire(session: Session, rules: Configuration, *, now: datetime, actor: Actor, limit: int = 500) -> int:
    """Expire vouchers after their last day: the remaining value is released and counts as breakage.

    Returns the number expired, `limit` at most."""
    query = (
        select(Voucher)
        .where(col(Voucher.state) == VoucherState.ISSUED, col(Voucher.expires_on) < rules.today(now))
        .order_by(col(Voucher.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    expired = session.exec(query).all()
    for voucher in expired:
        gesture = _release_rest(
            session, voucher, VoucherState.EXPIRED, GestureState.EXPIRED, now=now, actor=actor
        )
        _record(session, "voucher expire", gesture, now, actor, {})
    return len(expired)


def _release_rest(
    session: Session,
    voucher: Voucher,
    state: VoucherState,
    ended: GestureState,
    *,
    now: datetime,
    actor: Actor,
) -> Gesture:
    gesture = _gesture(session, voucher)
    rest = Money(voucher.amount_minor - voucher.redeemed_minor, voucher.currency)
    ledger.move(session, gesture, EntryKind.RELEASE, Figure.COMMITTED, now=now, actor=actor, amount=rest)
    _end(session, voucher, state, gesture, GestureState.SPENT if voucher.redeemed_minor else ended, now)
    return gesture


def _end(
    session: Session,
    voucher: Voucher,
    state: VoucherState,
    gesture: Gesture,
    ended: GestureState,
    now: datetime,
) -> None:
    voucher.state, voucher.ended_at = state, now
    gesture.state, gesture.ended_at = ended, now
    session.add(voucher)
    session.add(gesture)
    session.flush()


def redemptions_of(session: Session, voucher: Voucher) -> list[Redemption]:
    """The redemptions of a voucher, rolled back ones included, oldest first."""
    query = select(Redemption).where(col(Redemption.voucher_id) == voucher.id).order_by(col(Redemption.id))
    return list(session.exec(query).all())


def _gesture(session: Session, voucher: Voucher) -> Gesture:
    gesture = session.get(Gesture, voucher.gesture_id)
    assert gesture is not None
    return gesture


def _occasion(redemption: Redemption) -> str:
    return f"redemption {redemption.id}"


def _record(
    session: Session,
    action: str,
    gesture: Gesture,
    now: datetime,
    actor: Actor,
    detail: dict[str, Any],
    because: str | None = None,
) -> None:
    audit.record(
        session,
        now=now,
        actor=actor,
        action=action,
        subject=ref_of(Gesture, gesture.id),
        because=because,
        detail=detail,
    )
