"""The liability report: the outstanding value of vouchers, what was redeemed, and what expired unused
(breakage).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, extract, func, select
from sqlmodel import Session, col

from followup.domain.goodwill.budget import day_start
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.shared.confidence_interval import ENOUGH, wilson
from followup.domain.shared.money import Money
from followup.reports.answer import (
    Cell,
    Chart,
    Drawn,
    Kind,
    Line,
    ReportAnswer,
    ReportSentence,
    ReportTable,
    columns,
    sentence,
)
from followup.reports.drill_down import Behind, behind
from followup.reports.scope import Scope
from followup.store.tables import Gesture, Voucher


@dataclass(frozen=True, slots=True)
class LiabilityRow:
    """The vouchers whose last day is in one month ("2027-11"), or all of them ("total").

    Amounts are in minor units. `issued` is their original value, and equals the sum of the other four.
    """

    key: str
    currency: str
    vouchers: int
    issued_minor: int
    redeemed_minor: int
    liability_minor: int
    breakage_minor: int
    taken_back_minor: int


@dataclass(frozen=True, slots=True)
class AgeRow:
    """The usable vouchers issued a range of days ago ("31–90"): their number, their remaining value, and the
    part of it that ends within `SOON_DAYS`.
    """

    key: str
    currency: str
    vouchers: int
    liability_minor: int
    soon_minor: int


@dataclass(frozen=True, slots=True)
class BreakageRow:
    """The vouchers whose last day has passed, except voided ones: their original value, the unused part, and
    the number that were not used up.
    """

    currency: str
    vouchers: int
    issued_minor: int
    breakage_minor: int
    with_breakage: int


SOON_DAYS = 30
_AGES = ((30, "0–30"), (90, "31–90"), (180, "91–180"), (365, "181–365"))
_OLDER = "older"
_PARTS = ("issued", "redeemed", "liability", "breakage", "taken_back")


def liability(session: Session, scope: Scope) -> tuple[list[LiabilityRow], list[LiabilityRow]]:
    """Rows by the month of the last day, for last days within the scope, and totals: one per currency, at
    least one in the workspace's currency.

    A voucher counts as breakage from the day after its last day, whether or not the daemon has marked it as
    expired: from then on it cannot be redeemed.
    """
    totals = _sum(session, [], scope)
    return _sum(session, _month(), scope), totals or [LiabilityRow("total", scope.currency, 0, 0, 0, 0, 0, 0)]


def ages(session: Session, scope: Scope) -> list[AgeRow]:
    """The usable vouchers by age in days, youngest first; one row per currency."""
    soon = case((col(Voucher.expires_on) <= scope.today + timedelta(days=SOON_DAYS), _rest()), else_=0)
    age = _age(scope)
    found: list[Any] = [age, Voucher.currency, func.count(), func.sum(_rest()), func.sum(soon)]
    query = _within(select(*found).where(_usable(scope)), scope).group_by(age, Voucher.currency)
    rows = [AgeRow(key, currency, *map(int, more)) for key, currency, *more in session.execute(query)]
    order = [*(name for _, name in _AGES), _OLDER]
    return sorted(rows, key=lambda row: (row.currency, order.index(row.key)))


def breakage(session: Session, scope: Scope) -> list[BreakageRow]:
    """The result of vouchers whose last day has passed; one row per currency."""
    unused = _rest()
    found: list[Any] = [
        Voucher.currency,
        func.count(),
        func.sum(Voucher.amount_minor),
        func.sum(unused),
        func.sum(case((unused > 0, 1), else_=0)),
    ]
    query = (
        select(*found)
        .where(col(Voucher.expires_on) < scope.today, col(Voucher.state) != VoucherState.VOID)
        .group_by(Voucher.currency)
        .order_by(Voucher.currency)
    )
    return [
        BreakageRow(currency, *map(int, more))
        for currency, *more in session.execute(_within(query, scope)).all()
    ]


def answer(session: Session, scope: Scope) -> ReportAnswer:
    """The answer to "What do vouchers still promise?"."""
    rows, totals = liability(session, scope)
    by_age, ended = ages(session, scope), breakage(session, scope)
    months = _table_of_months(rows, totals, _behind(session, _month(), scope))
    return ReportAnswer(
        name="liability",
        question="What do vouchers still promise?",
        period=_period(scope),
        says=_says(totals, by_age, ended),
        tables=(
            months,
            _table_of_ages(by_age, _behind(session, [_age(scope)], scope, usable=True)),
            _table_of_breakage(ended),
        ),
        empty="There are no vouchers.",
        charts=(
            Chart(months.title, Drawn.STACKED, "rows", "key", ("redeemed", "liability", "breakage")),
            Chart("What can still be used, by age in days", Drawn.BARS, "ages", "age", ("liability",)),
        ),
        extra={"by": "month"},
    )


def _period(scope: Scope) -> ReportSentence:
    """The period in words. Last days are in the future, so "all" has no end; every figure is as of today."""
    first = " from {since}" if scope.since else ""
    last = " until {until}" if scope.until else ""
    which = f"vouchers with a last day{first}{last}" if first or last else "all vouchers"
    days = {"since": scope.since, "until": scope.until, "today": scope.today}
    return sentence(f"{which}, as of {{today}}, {{zone}}", zone=scope.timezone, **days)


def _table_of_months(
    rows: Sequence[LiabilityRow], totals: Sequence[LiabilityRow], refs: Behind
) -> ReportTable:
    def line(row: LiabilityRow) -> Line:
        amounts = {name: Money(getattr(row, f"{name}_minor"), row.currency) for name in _PARTS}
        cells: dict[str, Cell] = {
            "key": row.key,
            "vouchers": row.vouchers,
            **amounts,
            "currency": row.currency,
        }
        return Line(cells, refs.get((row.key, row.currency), ()))

    return ReportTable(
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
        tuple(line(row) for row in rows),
        tuple(line(row) for row in totals),
        note="issued = redeemed + liability + breakage + taken back. Breakage is what was left when the last "
        "day was over.",
    )


def _table_of_ages(rows: Sequence[AgeRow], refs: Behind) -> ReportTable:
    return ReportTable(
        "ages",
        "What can still be used, by days since it was issued",
        columns(
            ("age", "days old", Kind.TEXT),
            ("vouchers", "vouchers", Kind.COUNT),
            ("liability", "liability", Kind.MONEY, True),
            ("soon", f"ends within {SOON_DAYS} days", Kind.MONEY),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(
            Line(
                {
                    "age": row.key,
                    "vouchers": row.vouchers,
                    "liability": Money(row.liability_minor, row.currency),
                    "soon": Money(row.soon_minor, row.currency),
                    "currency": row.currency,
                },
                refs.get((row.key, row.currency), ()),
            )
            for row in rows
        ),
    )


def _table_of_breakage(rows: Sequence[BreakageRow]) -> ReportTable:
    return ReportTable(
        "breakage",
        "Vouchers whose last day is over",
        columns(
            ("vouchers", "vouchers", Kind.COUNT),
            ("issued", "issued", Kind.MONEY),
            ("breakage", "breakage", Kind.MONEY),
            ("rate", "breakage rate", Kind.SHARE),
            ("with_breakage", "vouchers not used up", Kind.COUNT),
            ("share", "share of vouchers", Kind.SHARE),
            ("low", "from", Kind.SHARE),
            ("high", "to", Kind.SHARE),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(_line_of_breakage(row) for row in rows),
        note="The breakage rate is a part of the value; from and to belong to the share of vouchers, which "
        f"lies between them in 95 of 100 cases. Fewer than {ENOUGH} vouchers are too few to say. Vouchers "
        "that were taken back do not count.",
    )


def _line_of_breakage(row: BreakageRow) -> Line:
    enough = row.vouchers >= ENOUGH
    between = wilson(row.with_breakage, row.vouchers) if enough else None
    return Line(
        {
            "vouchers": row.vouchers,
            "issued": Money(row.issued_minor, row.currency),
            "breakage": Money(row.breakage_minor, row.currency),
            "rate": _rate(row),
            "with_breakage": row.with_breakage,
            "share": Fraction(row.with_breakage, row.vouchers) if enough else None,
            "low": between.low if between else None,
            "high": between.high if between else None,
            "currency": row.currency,
        }
    )


def _rate(row: BreakageRow) -> Fraction | None:
    """The unused part of the value; None if it is too early to tell."""
    return Fraction(row.breakage_minor, row.issued_minor) if row.vouchers >= ENOUGH else None


def _says(
    totals: Sequence[LiabilityRow], by_age: Sequence[AgeRow], ended: Sequence[BreakageRow]
) -> tuple[ReportSentence, ...]:
    said = []
    for total in totals:
        soon = sum(row.soon_minor for row in by_age if row.currency == total.currency)
        said.append(
            sentence(
                "Vouchers for {liability} can still be redeemed; {soon} of it ends within {days} days."
                if soon
                else "Vouchers for {liability} can still be redeemed.",
                liability=Money(total.liability_minor, total.currency),
                soon=Money(soon, total.currency),
                days=SOON_DAYS,
            )
        )
    for row in ended:
        rate = _rate(row)
        said.append(
            sentence(
                "{breakage} expired unused: {rate} of the value of vouchers whose last day is over."
                if rate is not None
                else "{breakage} expired unused; {vouchers} whose last day is over are too few to say how "
                "much usually does.",
                breakage=Money(row.breakage_minor, row.currency),
                rate=rate,
                vouchers=f"{row.vouchers} {'voucher' if row.vouchers == 1 else 'vouchers'}",
            )
        )
    return tuple(said)


def _sum(session: Session, keys: Sequence[Any], scope: Scope) -> list[LiabilityRow]:
    is_void = col(Voucher.state) == VoucherState.VOID
    is_usable = _usable(scope)
    # Vouchers that are used up have no rest, so they add nothing to any of the sums.
    is_broken = and_(~is_void, ~is_usable)
    found: list[Any] = [
        *keys,
        Voucher.currency,
        func.count(),
        func.sum(Voucher.amount_minor),
        func.sum(Voucher.redeemed_minor),
        *(func.sum(case((kept, _rest()), else_=0)) for kept in (is_usable, is_broken, is_void)),
    ]
    order: list[Any] = [*keys, Voucher.currency]
    everything: Any = select(*found)
    query = _within(everything, scope).group_by(*order).order_by(*order)
    return [
        LiabilityRow(_name(row[: len(keys)]), row[len(keys)], *map(int, row[len(keys) + 1 :]))
        for row in session.execute(query).all()
    ]


def _behind(session: Session, keys: Sequence[Any], scope: Scope, *, usable: bool = False) -> Behind:
    if not scope.drill:
        return {}
    query: Any = _within(select(col(Voucher.id)), scope)
    if usable:
        query = query.where(_usable(scope))
    found = behind(session, query, Gesture, col(Voucher.gesture_id), [*keys, col(Voucher.currency)])
    return {(_name(key[:-1]), key[-1]): references for key, references in found.items()}


def _name(key: Sequence[Any]) -> str:
    """The name of a line: an age, a month, or "total"."""
    if len(key) == 1:
        return str(key[0])
    return f"{int(key[0])}-{int(key[1]):02d}" if key else "total"


def _month() -> list[Any]:
    return [extract("year", col(Voucher.expires_on)), extract("month", col(Voucher.expires_on))]


def _age(scope: Scope) -> Any:
    """The age in days of the zone; 0 if issued today."""
    whens = (
        (col(Voucher.issued_at) >= day_start(scope.today - timedelta(days=days), scope.timezone), name)
        for days, name in _AGES
    )
    return case(*whens, else_=_OLDER)


def _rest() -> Any:
    return col(Voucher.amount_minor) - col(Voucher.redeemed_minor)


def _usable(scope: Scope) -> Any:
    """Whether the voucher can be redeemed today."""
    return and_(col(Voucher.state) == VoucherState.ISSUED, col(Voucher.expires_on) >= scope.today)


def _within(query: Any, scope: Scope) -> Any:
    """The query restricted to vouchers whose last day is within the scope."""
    if scope.since is not None:
        query = query.where(col(Voucher.expires_on) >= scope.since)
    if scope.until is not None:
        query = query.where(col(Voucher.expires_on) <= scope.until)
    return query
