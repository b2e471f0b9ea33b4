"""What vouchers still promise, what was used of them, and what expired unused."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, extract, func, select
from sqlmodel import Session, col

from followup.domain.voucher import VoucherState
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


def liability(
    session: Session, *, since: date | None, until: date | None, currency: str
) -> tuple[list[LiabilityRow], list[LiabilityRow]]:
    """Rows by the month of the last day, from `since` to `until` (last days, both included), and totals,
    one per currency, and one in `currency` at least."""
    totals = _sum(session, False, since, until)
    return _sum(session, True, since, until), totals or [LiabilityRow("total", currency, 0, 0, 0, 0, 0, 0)]


def _sum(session: Session, by_month: bool, since: date | None, until: date | None) -> list[LiabilityRow]:
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
    if since is not None:
        query = query.where(col(Voucher.expires_on) >= since)
    if until is not None:
        query = query.where(col(Voucher.expires_on) <= until)
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
