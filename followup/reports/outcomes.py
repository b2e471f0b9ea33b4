"""The outcomes report: how cases ended by what was given, the cost per recovered customer, and repeated bad
experiences.

It reports counts and confidence intervals. It claims no causes, because gestures are not given at random.
"""

from collections.abc import Sequence

from sqlmodel import Session

from followup.domain.cases.case import Severity
from followup.domain.cases.outcomes import AGAIN_DAYS, CountedShare, Difference, compare, cost_of_each
from followup.domain.shared.confidence_interval import ENOUGH
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
    counted,
    sentence,
)
from followup.reports.drill_down import Behind
from followup.reports.outcome_counts import (
    NONE,
    WITH_MONEY,
    WITHOUT_MONEY,
    OutcomeRow,
    OutcomesBy,
    behind_counts,
    behind_outcomes,
    counts,
    outcomes,
    together,
)
from followup.reports.scope import Scope

_KNOWN = ("recovered", "lost", "no_response")
_STATES = (*_KNOWN, "open", "not_said")


def answer(session: Session, by: OutcomesBy, scope: Scope) -> ReportAnswer:
    """The answer to "Did it work?"."""
    rows = _in_order(by, outcomes(session, by, scope))
    totals = together(rows)
    alike = _in_order(by, counts(session, by, scope, with_again=True))
    whole = next(iter(together(alike)), None)
    money = _in_order(OutcomesBy.MONEY, counts(session, OutcomesBy.MONEY, scope))
    months = counts(session, OutcomesBy.MONTH, scope)
    return ReportAnswer(
        name="outcomes",
        question="Did it work?",
        period=scope.period(),
        says=_says(by, alike, totals, whole, money) if whole else (),
        tables=(
            _table(by, rows, totals, behind_outcomes(session, by, scope)),
            _table_of_money(money, behind_counts(session, OutcomesBy.MONEY, scope)),
            _table_of_again(by, alike, whole, behind_counts(session, by, scope, again=True)),
            _table_of_months(months, behind_counts(session, OutcomesBy.MONTH, scope)),
        ),
        empty="No case was logged then.",
        charts=_charts(by, months),
        extra={"by": by.value},
    )


def _in_order(by: OutcomesBy, rows: Sequence[OutcomeRow]) -> list[OutcomeRow]:
    """Rows in the natural order of the key if it has one, with none last; else by name."""
    order = {
        OutcomesBy.SEVERITY: list(Severity.values()),
        OutcomesBy.MONEY: [WITH_MONEY, WITHOUT_MONEY],
    }.get(by, [])
    return sorted(
        rows,
        key=lambda row: (
            row.key == NONE,
            order.index(row.key) if row.key in order else len(order),
            row.key,
            row.currency,
        ),
    )


# ---- Tables


def _shares(share: CountedShare) -> dict[str, Cell]:
    between = share.between
    return {
        "share": share.part,
        "low": between.low if between else None,
        "high": between.high if between else None,
    }


_SHARE = (
    ("share", "recovered of known", Kind.SHARE, True),
    ("low", "from", Kind.SHARE),
    ("high", "to", Kind.SHARE),
)
_ENDED = (
    ("cases", "cases", Kind.COUNT),
    ("recovered", "recovered", Kind.COUNT),
    ("lost", "lost", Kind.COUNT),
    ("no_response", "no response", Kind.COUNT),
    ("open", "still open", Kind.COUNT),
    ("not_said", "not said", Kind.COUNT),
    ("known", "known", Kind.COUNT),
    *_SHARE,
)
_NOTE = (
    "Known are the cases that ended as recovered, lost or without a response; not said are those closed "
    f"without an outcome. Of fewer than {ENOUGH} a share says too little and is left out; from and to "
    "hold it in 95 of 100 cases."
)
_IN_WORDS = {
    "recovered": "recovered",
    "lost": "lost",
    "no_response": "without a response",
    "open": "still open",
    "not_said": "closed without saying how",
}
_TOO_FEW = "How {of} ended is known, too few to say how cases usually end."
_NONE_KNOWN = "It is not known of any yet how it ended."
_UNDER = " A case counts under what was given last, what is worth money first."
_OF_GESTURES = (OutcomesBy.KIND, OutcomesBy.CLASS, OutcomesBy.MONEY)


def _ended(row: OutcomeRow) -> dict[str, Cell]:
    return {
        "cases": row.cases,
        **{name: getattr(row, name) for name in _STATES},
        "known": row.share.of,
        **_shares(row.share),
    }


def _table(
    by: OutcomesBy, rows: Sequence[OutcomeRow], totals: Sequence[OutcomeRow], refs: Behind
) -> ReportTable:
    def line(row: OutcomeRow) -> Line:
        cost = Money(row.cost_minor, row.currency)
        cells = {
            "key": row.key,
            **_ended(row),
            "cost": cost,
            "cost_each": cost_of_each(cost, row.recovered),
            "currency": row.currency,
        }
        return Line(cells, refs.get((row.key, row.currency), ()))

    return ReportTable(
        "rows",
        f"How cases ended, by {by}",
        columns(
            ("key", by.value, Kind.TEXT),
            *_ENDED,
            ("cost", "cost", Kind.MONEY),
            ("cost_each", "for each", Kind.MONEY),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(map(line, rows)),
        tuple(map(line, totals)),
        note=f"{_NOTE} The cost is what is promised and paid on all these cases, for each who was recovered."
        + (_UNDER if by in _OF_GESTURES else ""),
    )


def _table_of_money(rows: Sequence[OutcomeRow], refs: Behind) -> ReportTable:
    return ReportTable(
        "money",
        "With and without money",
        columns(("key", "given", Kind.TEXT), *_ENDED),
        tuple(Line({"key": row.key, **_ended(row)}, refs.get((row.key,), ())) for row in rows),
        note="None is where nothing reached the customer, or it was taken back."
        if any(row.key == "none" for row in rows)
        else "",
    )


def _table_of_again(
    by: OutcomesBy, rows: Sequence[OutcomeRow], whole: OutcomeRow | None, refs: Behind
) -> ReportTable:
    def line(row: OutcomeRow) -> Line:
        cells = {"key": row.key, "watched": row.watched, "again": row.again, **_shares(row.share_again)}
        return Line(cells, refs.get((row.key,), ()))

    return ReportTable(
        "again",
        f"Another bad experience within {AGAIN_DAYS} days",
        columns(
            ("key", by.value, Kind.TEXT),
            ("watched", f"logged over {AGAIN_DAYS} days ago", Kind.COUNT),
            ("again", "another case since", Kind.COUNT),
            ("share", "part of them", Kind.SHARE, True),
            ("low", "from", Kind.SHARE),
            ("high", "to", Kind.SHARE),
        ),
        tuple(map(line, rows)),
        (line(whole),) if whole else (),
        note=f"A later case of the same customer counts, logged within {AGAIN_DAYS} days after the first.",
    )


def _table_of_months(rows: Sequence[OutcomeRow], refs: Behind) -> ReportTable:
    return ReportTable(
        "months",
        "How cases ended, by the month in which they were logged",
        columns(("key", "month", Kind.TEXT), *_ENDED),
        tuple(Line({"key": row.key, **_ended(row)}, refs.get((row.key,), ())) for row in rows),
    )


def _charts(by: OutcomesBy, months: Sequence[OutcomeRow]) -> tuple[Chart, ...]:
    ended = Chart("How cases ended whose end is known", Drawn.STACKED, "rows", "key", _KNOWN)
    trend = Chart("Month by month", Drawn.STACKED, "months", "key", _KNOWN)
    return (ended, trend) if len(months) > 1 and by is not OutcomesBy.MONTH else (ended,)


# ---- Sentences


def _says(
    by: OutcomesBy,
    rows: Sequence[OutcomeRow],
    totals: Sequence[OutcomeRow],
    whole: OutcomeRow,
    money: Sequence[OutcomeRow],
) -> tuple[ReportSentence, ...]:
    parts = {name: words for name, words in _IN_WORDS.items() if getattr(whole, name)}
    cells: dict[str, Cell] = {name: getattr(whole, name) for name in parts}
    listed = ", ".join(f"{{{name}}} {words}" for name, words in parts.items())
    said = [
        sentence(
            f"{{cases}} {'case' if whole.cases == 1 else 'cases'}: {listed}.", cases=whole.cases, **cells
        ),
        _of_known("{share} ({low} to {high}) of the {of} whose end is known were recovered.", whole.share)
        or sentence(_TOO_FEW if whole.share.of else _NONE_KNOWN, of=counted(whole.share.of, "case")),
    ]
    if by is OutcomesBy.KIND:
        most = max(rows, key=lambda row: (row.share.of, row.key))
        words = "Cases with nothing given" if most.key == NONE else f"Cases with {_named(most.key)}"
        found = _of_known(words + " were recovered in {share} ({low} to {high}) of {of}.", most.share)
        said += [found] if found else []
    said += [*_of_money(money), *_of_cost(totals)]
    again = _of_known(
        "Another bad experience followed within {days} days in {share} ({low} to {high}) of {of}.",
        whole.share_again,
        days=AGAIN_DAYS,
    )
    return (*said, *([again] if again else []))


def _named(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _of_known(words: str, share: CountedShare, **more: Cell) -> ReportSentence | None:
    """A sentence about a share; None if there are too few cases."""
    if share.part is None:
        return None
    return sentence(words, of=share.of, **_shares(share), **more)


def _of_money(rows: Sequence[OutcomeRow]) -> list[ReportSentence]:
    """Sentences about the effect of money, as far as the numbers allow a statement."""
    by_key = {row.key: row.share for row in rows}
    given, bare = by_key.get(WITH_MONEY, CountedShare(0, 0)), by_key.get(WITHOUT_MONEY, CountedShare(0, 0))
    if not (given.of and bare.of):
        return []
    found = compare(given, bare)
    words = {
        Difference.TOO_FEW: f"With money {given.of} and without {bare.of} are known to have ended, too few "
        "to compare them.",
        Difference.NONE_SHOWN: "With money {one} were recovered, without {other}: no difference that these "
        "numbers can show.",
    }.get(
        found,
        "With money {one} were recovered, without {other}: more apart than chance explains. It does not say "
        "that the money did it, since who is given some is no accident.",
    )
    return [sentence(words, one=given.part, other=bare.part)]


def _of_cost(totals: Sequence[OutcomeRow]) -> list[ReportSentence]:
    said = []
    for total in totals:
        cost = Money(total.cost_minor, total.currency)
        each = cost_of_each(cost, total.recovered)
        if each is not None and total.cost_minor:
            words = "{cost} is promised or paid in all, {each} for each recovered customer."
            said.append(sentence(words, cost=cost, each=each))
    return said
