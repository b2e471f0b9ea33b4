"""The ledger: moves a gesture's money in one entry and in every budget it draws on, in one transaction."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from followup.domain.goodwill.budget import ENTRY_MOVES, EntryKind, Figure, LedgerMovement
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.services.goodwill import budgets
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref
from followup.store import reserve
from followup.store.tables import Budget, BudgetPeriod, Draw, Gesture, LedgerEntry


def hold(
    session: Session,
    gesture: Gesture,
    drawn: list[Budget],
    *,
    now: datetime,
    actor: Actor,
    occasion: str = "",
) -> None:
    """Hold the gesture's amount in every budget of `drawn`, in their order, or in none.

    Raises Refused (budget_exhausted, with the amount left and the end of the period); the caller's
    transaction is then rolled back."""
    amount = _amount(gesture)
    entry = LedgerMovement(EntryKind.HOLD, Figure.AVAILABLE, amount.amount_minor)
    rows = [_reserve(session, budget, entry, amount, now) for budget in drawn]
    _write(session, gesture, entry, rows, now=now, actor=actor, occasion=occasion)


def _reserve(session: Session, budget: Budget, entry: LedgerMovement, amount: Money, now: datetime) -> int:
    """Hold an amount in one budget. Returns the id of the period that holds it. Raises Refused if it does not
    fit."""
    period = budgets.period_of(budget, now)
    row = reserve.period_row(session, budget, period)
    if reserve.move(session, row, entry):
        return row
    # The next period may have begun since the row was read, and have carried the rest over.
    later = reserve.period_row(session, budget, period)
    if later != row and reserve.move(session, later, entry):
        return later
    left = budgets.standing_now(session, budget, now).figures.available_minor
    raise budgets.exhausted(budget, left, amount, budgets.ends_on(budget, now))


def move(
    session: Session,
    gesture: Gesture,
    kind: EntryKind,
    taken_from: Figure,
    *,
    now: datetime,
    actor: Actor,
    amount: Money | None = None,
    occasion: str = "",
) -> None:
    """Commit, spend, release or reverse the gesture's money, or a part of it, in the budget periods that held
    it, whatever the present period is. Raises Refused if that has happened already."""
    assert taken_from in ENTRY_MOVES[kind][0], (kind, taken_from)
    entry = LedgerMovement(kind, taken_from, (amount or _amount(gesture)).amount_minor)
    already = session.exec(
        select(LedgerEntry.id).where(
            col(LedgerEntry.gesture_id) == gesture.id,
            col(LedgerEntry.kind) == kind,
            col(LedgerEntry.occasion) == occasion,
        )
    ).first()
    if already is not None:
        raise Refused(f"{ref(gesture)} has its {kind} entry already.", code="already_done")
    rows = [period.id for _, period in holds_of(session, gesture) if period.id is not None]
    for row in rows:
        if not reserve.move(session, row, entry):
            raise RuntimeError(f"{ref(gesture)}: {taken_from} does not hold what its entries say")
    _write(session, gesture, entry, rows, now=now, actor=actor, occasion=occasion)


def holds_of(session: Session, gesture: Gesture) -> list[tuple[Budget, BudgetPeriod]]:
    """The budgets and periods that hold or held a gesture's money, in the order of their reservation."""
    newest_hold = (
        select(func.max(LedgerEntry.id))
        .where(col(LedgerEntry.gesture_id) == gesture.id, col(LedgerEntry.kind) == EntryKind.HOLD)
        .scalar_subquery()
    )
    query = (
        select(Budget, BudgetPeriod)
        .join(BudgetPeriod, col(BudgetPeriod.budget_id) == col(Budget.id))
        .join(Draw, col(Draw.budget_period_id) == col(BudgetPeriod.id))
        .where(col(Draw.entry_id) == newest_hold)
        .order_by(col(Budget.id))
    )
    return [(budget, period) for budget, period in session.exec(query).all()]


def overdrafts(session: Session, gesture: Gesture) -> list[str]:
    """A sentence for every soft budget that is over its limit in the period that holds this gesture."""
    sentences = []
    for budget, period in holds_of(session, gesture):
        over_minor = budgets.standing(session, budget, period.period).figures.over_minor()
        if over_minor:
            over = Money(over_minor, budget.currency)
            sentences.append(f"Budget {budget.name} is soft and is now {over} over in {period.period}.")
    return sentences


def _amount(gesture: Gesture) -> Money:
    assert gesture.amount_minor
    return Money(gesture.amount_minor, gesture.currency)


def _write(
    session: Session,
    gesture: Gesture,
    entry: LedgerMovement,
    rows: list[int],
    *,
    now: datetime,
    actor: Actor,
    occasion: str = "",
) -> None:
    assert gesture.id is not None
    written = LedgerEntry(
        gesture_id=gesture.id,
        kind=entry.kind,
        occasion=occasion,
        taken_from=entry.taken_from,
        put_to=entry.put_to,
        amount_minor=entry.amount_minor,
        currency=gesture.currency,
        recorded_at=now,
        actor=actor.name,
    )
    session.add(written)
    session.flush()
    assert written.id is not None
    session.add_all([Draw(entry_id=written.id, budget_period_id=row) for row in rows])
    session.flush()
