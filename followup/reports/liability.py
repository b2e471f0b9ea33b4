"""What vouchers still promise, what was used of them, and what expired unused."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, extract, func, select
from sqlmodel import Session, col

from followup.domain.money import Money
from followup.domain.voucher import VoucherState
from followup.reports.answer import Answer, Chart, Drawn, Kind, Line, Table, columns, sentence
from followup.reports.scope import Scope
from followup.store.tables import Voucher


@dataclass(frozen=True, slots=True)
class LiabilityRow:
    """The vouchers whose last day lies in one month ("2027-11"), or all of them ("total").

    Amounts in minor units: `issued` is what they were worth, and the sum of the other four."""

    key: str
    currency: str
    vouchers: int
    issued_minor: int
    redeemed_minor: int
    liability_minor: int
    breakage_minor: int
    taken_back_minor: int


_PARTS = ("issued", "redeemed", "liability", "breakage", "taken_back")


def liability(session: Session, scope: Scope) -> tuple[list[LiabilityRow], list[LiabilityRow]]:
    """Rows by the month of the last day, of the last days within the scope, and totals, one per currency, and
    one in the workspace's at least."""
    totals = _sum(session, False, scope)
    return _sum(session, True, scope), totals or [LiabilityRow("total", scope.currency, 0, 0, 0, 0, 0, 0)]


def answer(session: Session, scope: Scope) -> Answer:
    """What do vouchers still promise?"""
    rows, totals = liability(session, scope)
    table = Table(
        "rows",
        "Vouchers by the month of their last day",
        columns(
            ("key", "last day in", Kind.TEXT),
            ("vouchers", "vouchers", Kind.COUNT),
            ("issued", "issued", Kind.MONEY),
            ("redeemed", "redeemed", Kind.MONEY),
            ("liability", "liability", Kind.MONEY, True),
            ("breakage", "breakage", Kind.MONEY),
            ("taken_back", "taken back", Kind.MONEY),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(_line(row) for row in rows),
        tuple(_line(row) for row in totals),
    )
    return Answer(
        name="liability",
        question="What do vouchers still promise?",
        period=f"last days: {scope.text}",
        says=tuple(
            sentence(
                "Vouchers for {liability} can still be redeemed; {breakage} expired unused.",
                liability=Money(row.liability_minor, row.currency),
                breakage=Money(row.breakage_minor, row.currency),
            )
            for row in totals
        ),
        tables=(table,),
        empty="There are no vouchers.",
        charts=(Chart(table.title, Drawn.STACKED, "rows", "key", ("redeemed", "liability", "breakage")),),
        extra={"by": "month"},
    )


def _line(row: LiabilityRow) -> Line:
    amounts = {name: Money(getattr(row, f"{name}_minor"), row.currency) for name in _PARTS}
    return Line({"key": row.key, "vouchers": row.vouchers, **amounts, "currency": row.currency})


def _sum(session: Session, by_month: bool, scope: Scope) -> list[LiabilityRow]:
    year, month = extract("year", col(Voucher.expires_on)), extract("month", col(Voucher.expires_on))
    keys: list[Any] = [year, month] if by_month else []
    rest = col(Voucher.amount_minor) - col(Voucher.redeemed_minor)
    columns: list[Any] = [
        Voucher.currency,
        func.count(),
        func.sum(Voucher.amount_minor),
        func.sum(Voucher.redeemed_minor),
        *(
            func.sum(case((col(Voucher.state) == state, rest), else_=0))
            for state in (VoucherState.ISSUED, VoucherState.EXPIRED, VoucherState.VOID)
        ),
        *keys,
    ]
    order: list[Any] = [*keys, Voucher.currency]
    query = select(*columns).group_by(*order).order_by(*order)
    if scope.since is not None:
        query = query.where(col(Voucher.expires_on) >= scope.since)
    if scope.until is not None:
        query = query.where(col(Voucher.expires_on) <= scope.until)
    return [
        LiabilityRow(
            f"{int(month_of[0])}-{int(month_of[1]):02d}" if month_of else "total",
            currency,
            *(int(number) for number in numbers),
        )
        for currency, *numbers, month_of in (
            (*row[:7], tuple(row[7:])) for row in session.execute(query).all()
        )
    ]
