"""The spend report: the cost of goodwill from the ledger, summed by one or two keys."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word
from followup.errors import WrongUsage
from followup.reports.answer import (
    MOST_BEHIND,
    Chart,
    Drawn,
    Kind,
    Line,
    ReportAnswer,
    ReportSentence,
    ReportTable,
    columns,
    counted,
    sentence,
)
from followup.reports.calendar_columns import month_column
from followup.reports.scope import Scope
from followup.store import case_counts
from followup.store.references import ref_of
from followup.store.sums import figure_sums
from followup.store.tables import Agent, Budget, BudgetPeriod, Case, Customer, Draw, Gesture, LedgerEntry


class SpendBy(Word):
    """The keys by which spend can be grouped."""

    REASON = "reason", "What went wrong"
    AGENT = "agent", "Who requested it"
    TEAM = "team", "The requester's team"
    KIND = "kind", "What was offered"
    CLASS = "class", "Owed or given freely"
    BUDGET = "budget", "The budget drawn on; a gesture counts in each"
    SEGMENT = "segment", "The customer's segment"
    MONTH = "month", "The month of the request"


@dataclass(frozen=True, slots=True)
class SpendRow:
    """The gestures of one key (or two) and one currency, and the figures of their money in minor units."""

    keys: tuple[str, ...]
    currency: str
    gestures: int
    held_minor: int
    committed_minor: int
    spent_minor: int
    released_minor: int

    @property
    def key(self) -> str:
        """The first key; "total" for the total."""
        return self.keys[0] if self.keys else "total"

    @property
    def cost_minor(self) -> int:
        """What was promised or paid, in minor units."""
        return self.committed_minor + self.spent_minor


_FIGURES = ("held", "committed", "spent", "released")
_SUMS = ("gestures", *(f"{name}_minor" for name in _FIGURES))


def spend(session: Session, by: Sequence[SpendBy], scope: Scope) -> list[SpendRow]:
    """Gestures with money requested within the scope, by one or two keys, or the total if `by` is empty; one
    row per currency. A gesture counts in the period of its request, whatever the state of its money now.

    Rows are sums of ledger entries, as the figures of budgets are: a gesture of a case that was taken back is
    not counted, but what was held for it was released. By budget, a gesture counts in each budget it draws
    on, so the rows may add up to more than the total. Raises WrongUsage for more than two keys, or the same
    key twice.
    """
    if len(by) > 2 or len(set(by)) < len(by):
        raise WrongUsage(
            "A report has one kind of row, or two different ones.",
            hint="As: --by reason, or: --by reason,month",
            code="bad_kinds_of_row",
        )
    keyed = _keyed(session, by, scope)
    if keyed is None:
        return []
    keys, query = keyed
    order = [*keys, col(Gesture.currency)]
    found = session.execute(query.add_columns(*keys).group_by(*order).order_by(*order)).all()
    return [
        SpendRow(
            tuple("none" if key is None else str(key) for key in row[6:]),
            row[5],
            int(row[4]),
            *map(int, row[:4]),
        )
        for row in found
    ]


def within(query: Any, scope: Scope) -> Any:
    """The query restricted to gestures requested within the scope."""
    if scope.begins_at is not None:
        query = query.where(col(Gesture.requested_at) >= scope.begins_at)
    if scope.ends_at is not None:
        query = query.where(col(Gesture.requested_at) < scope.ends_at)
    return query


def answer(session: Session, by: Sequence[SpendBy], scope: Scope) -> ReportAnswer:
    """The answer to "What did goodwill cost?"."""
    of_classes = spend(session, (SpendBy.CLASS,), scope)
    totals = _together(of_classes) or [SpendRow((), scope.currency, 0, 0, 0, 0, 0)]
    of_groups = of_classes if by[0] is SpendBy.CLASS else spend(session, by[:1], scope)
    groups = _in_order(of_groups, by, scope)
    rows = _in_order(spend(session, by, scope), by, scope, groups) if len(by) > 1 else groups
    behind = _behind(session, by, scope) if scope.drill else {}
    note = _WHAT_IS_WHAT + (_BY_BUDGET if SpendBy.BUDGET in by else "")
    tables = [_table("rows", _title(by), by, rows, totals, behind, note)]
    if len(by) == 2:
        behind_groups = _behind(session, by[:1], scope) if scope.drill else {}
        tables.append(_table("groups", _title(by[:1]), by[:1], groups, totals, behind_groups, ""))
    return ReportAnswer(
        name="spend",
        question="What did goodwill cost?",
        period=scope.period(),
        says=(*_says_cost(of_classes, totals), *_says_largest(groups, by)) if rows else (),
        tables=tuple(tables),
        empty="No gesture with money was requested then.",
        charts=_charts(by),
        extra={"by": ",".join(by)},
    )


def _keyed(session: Session, by: Sequence[SpendBy], scope: Scope) -> tuple[list[Any], Any] | None:
    """The columns of the keys, and the query joined with what they need; None if there can be no rows."""
    given = _given(scope, by_budget=SpendBy.BUDGET in by)
    counts = func.sum(case((case_counts.of_gesture(), 1), else_=0))
    added: list[Any] = [*(func.sum(given.c[name]) for name in _FIGURES), counts, Gesture.currency]
    query: Any = select(*added).select_from(given).join(Gesture, col(Gesture.id) == given.c.gesture_id)
    keys: list[Any] = []
    wanted = set(by)
    if wanted & {SpendBy.REASON, SpendBy.SEGMENT}:
        query = query.join(Case, col(Case.id) == col(Gesture.case_id))
    if SpendBy.SEGMENT in wanted:
        query = query.join(Customer, col(Customer.id) == col(Case.customer_id))
    if wanted & {SpendBy.AGENT, SpendBy.TEAM}:
        query = query.join(Agent, col(Agent.id) == col(Gesture.agent_id))
    for key in by:
        if key is SpendBy.MONTH:
            ends: Any = select(func.min(Gesture.requested_at), func.max(Gesture.requested_at))
            first, last = session.execute(within(ends, scope)).one()
            if first is None or last is None:
                return None
            keys.append(month_column(col(Gesture.requested_at), first, last, scope.timezone))
        else:
            keys.append(given.c.budget if key is SpendBy.BUDGET else _COLUMNS[key])
    return keys, query


def _given(scope: Scope, *, by_budget: bool) -> Any:
    """The sums of the entries of each gesture in the scope; with `by_budget`, of each budget separately.

    Summed before joining, so that keys are looked up once per gesture and not once per entry, and no DISTINCT
    is needed. Gestures are selected by id, so a short period reads no entries of other gestures.
    """
    figures = (figure.label(name) for figure, name in zip(figure_sums(), _FIGURES, strict=True))
    query: Any = select(col(LedgerEntry.gesture_id), *figures).group_by(col(LedgerEntry.gesture_id))
    if scope.since or scope.until:
        query = query.where(col(LedgerEntry.gesture_id).in_(within(select(col(Gesture.id)), scope)))
    if by_budget:
        query = (
            query.outerjoin(Draw, col(Draw.entry_id) == col(LedgerEntry.id))
            .outerjoin(BudgetPeriod, col(BudgetPeriod.id) == col(Draw.budget_period_id))
            .outerjoin(Budget, col(Budget.id) == col(BudgetPeriod.budget_id))
            .add_columns(col(Budget.name).label("budget"))
            .group_by(col(Budget.name))
        )
    return query.subquery("given")


_COLUMNS: dict[SpendBy, Any] = {
    SpendBy.REASON: col(Case.reason),
    SpendBy.AGENT: col(Agent.email),
    SpendBy.TEAM: col(Agent.team),
    SpendBy.KIND: col(Gesture.kind),
    SpendBy.CLASS: col(Gesture.gesture_class),
    SpendBy.SEGMENT: col(Customer.segment),
}


def _in_order(
    rows: list[SpendRow], by: Sequence[SpendBy], scope: Scope, groups: Sequence[SpendRow] = ()
) -> list[SpendRow]:
    """The workspace's currency first, then the highest cost first, because some formats show only the first
    lines; months in chronological order. The rows of a group stay together, in the order of `groups`.
    """
    places = {(group.currency, group.key): place for place, group in enumerate(groups)}

    def place(row: SpendRow) -> tuple[Any, ...]:
        by_cost = (0, 0) if by[len(row.keys) - 1] is SpendBy.MONTH else (-row.cost_minor, -row.held_minor)
        of_group = places.get((row.currency, row.key), 0)
        return (row.currency != scope.currency, row.currency, of_group, *by_cost, row.keys)

    return sorted(rows, key=place)


def _behind(session: Session, by: Sequence[SpendBy], scope: Scope) -> dict[tuple[str, ...], list[str]]:
    """The gestures of each row, by keys and currency, at most `MOST_BEHIND` each."""
    keyed = _keyed(session, by, scope)
    if keyed is None:
        return {}
    keys, query = keyed
    wanted = query.with_only_columns(Gesture.id, Gesture.currency, *keys).distinct()
    found: dict[tuple[str, ...], list[str]] = {}
    for number, currency, *values in session.execute(wanted.order_by(Gesture.id)).all():
        name = (*("none" if value is None else str(value) for value in values), currency)
        of_row = found.setdefault(name, [])
        if len(of_row) < MOST_BEHIND:
            of_row.append(ref_of(Gesture, number))
    return found


_WHAT_IS_WHAT = (
    "Held: requested, and not issued yet. Committed: issued. Spent: redeemed or paid. Cost: committed and "
    "spent. Released: freed again, as by a rejection or an end, or with a case that was taken back, whose "
    "gestures are not counted; a counter-offer frees all of the first amount, and the new one is held in its "
    "place."
)
_BY_BUDGET = " A gesture counts in each budget that it draws on, so lines may add up to more than the total."


def _table(
    name: str,
    title: str,
    by: Sequence[SpendBy],
    rows: list[SpendRow],
    totals: list[SpendRow],
    behind: dict[tuple[str, ...], list[str]],
    note: str,
) -> ReportTable:
    shown = columns(
        *((key_name, key.value, Kind.TEXT) for key_name, key in zip(("key", "then"), by, strict=False)),
        ("gestures", "gestures", Kind.COUNT),
        ("held", "held", Kind.MONEY),
        ("committed", "committed", Kind.MONEY),
        ("spent", "spent", Kind.MONEY),
        ("cost", "cost", Kind.MONEY, True),
        ("released", "released", Kind.MONEY),
        ("currency", "currency", Kind.CURRENCY),
    )
    return ReportTable(
        name,
        title,
        shown,
        tuple(_line(row, tuple(behind.get((*row.keys, row.currency), ()))) for row in rows),
        tuple(_line(row) for row in totals),
        note=note,
    )


def _line(row: SpendRow, behind: tuple[str, ...] = ()) -> Line:
    figures = (row.held_minor, row.committed_minor, row.spent_minor, row.released_minor)
    return Line(
        {
            "key": row.key,
            "then": row.keys[1] if len(row.keys) > 1 else "",
            "gestures": row.gestures,
            **{name: Money(figure, row.currency) for name, figure in zip(_FIGURES, figures, strict=True)},
            "cost": Money(row.cost_minor, row.currency),
            "currency": row.currency,
        },
        behind,
    )


def _title(by: Sequence[SpendBy]) -> str:
    return "Gestures by " + " and ".join(by)


def _charts(by: Sequence[SpendBy]) -> tuple[Chart, ...]:
    table = "rows" if len(by) == 1 else "groups"
    drawn = Drawn.LINE if by[0] is SpendBy.MONTH else Drawn.STACKED
    return (Chart(_title(by[:1]), drawn, table, "key", ("committed", "spent")),)


def _together(of_classes: Iterable[SpendRow]) -> list[SpendRow]:
    """The total row of each currency."""
    found: dict[str, SpendRow] = {}
    for row in of_classes:
        other = found.get(row.currency, SpendRow((), row.currency, 0, 0, 0, 0, 0))
        sums = (getattr(row, name) + getattr(other, name) for name in _SUMS)
        found[row.currency] = SpendRow((), row.currency, *sums)
    return [found[currency] for currency in sorted(found)]


def _says_cost(of_classes: Sequence[SpendRow], totals: Sequence[SpendRow]) -> Iterator[ReportSentence]:
    for total in totals:
        owed = sum(
            row.cost_minor
            for row in of_classes
            if row.currency == total.currency and row.key == GestureClass.CORRECTIVE
        )
        yield sentence(
            "{gestures} requested, at a cost of {out}"
            + (
                ""
                if not owed
                else ", all of it owed"
                if owed == total.cost_minor
                else ", of which {owed} was owed"
            )
            + ("; {held} more is held." if total.held_minor else "."),
            gestures=f"{counted(total.gestures, 'gesture')} with money "
            f"{'was' if total.gestures == 1 else 'were'}",
            out=Money(total.cost_minor, total.currency),
            owed=Money(owed, total.currency),
            held=Money(total.held_minor, total.currency),
        )


def _says_largest(rows: Sequence[SpendRow], by: Sequence[SpendBy]) -> Iterator[ReportSentence]:
    if by[0] is SpendBy.BUDGET:
        return
    # The main currency comes first among the rows.
    currencies = list(dict.fromkeys(row.currency for row in rows))
    several = len(currencies) > 1
    for currency in currencies:
        own = [row for row in rows if row.currency == currency]
        whole = sum(row.cost_minor for row in own)
        if len(own) < 2 or not whole:
            continue
        largest = max(own, key=lambda row: row.cost_minor)
        yield sentence(
            "The largest part by {by} is {key}: {share}."
            if not several
            else "Of what is in {currency}, the largest part by {by} is {key}: {share}.",
            by=by[0].value,
            key=largest.key,
            share=Fraction(largest.cost_minor, whole),
            **({"currency": currency} if several else {}),
        )
