"""The exceptions report: exceptions to the rules, and what waits for a person, named by references only."""

from collections.abc import Sequence

from sqlmodel import Session

from followup.domain.reporting.oddity import Oddity, Urgency
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
    sentence,
)
from followup.reports.oddities import again, claimants, emails, gestures, log, money, promises
from followup.reports.oddities.claimants import REPEAT_DAYS, REPEATS
from followup.reports.oddities.found import MOST_LISTED, Asked, Found, OddityCount
from followup.reports.oddities.gestures import Deadlines
from followup.reports.scope import Scope


def answer(session: Session, scope: Scope, deadlines: Deadlines, waiting: Sequence[Found]) -> ReportAnswer:
    """The answer to "Is anything odd?". What waits is reported as it is now; events are those within the
    scope. `waiting` has the cases that wait for a person, without held emails.
    """
    seen = oddities(session, scope, deadlines, waiting)
    return ReportAnswer(
        name="exceptions",
        question="Is anything odd?",
        period=scope.period("what waits now, and what happened: "),
        says=_says(seen),
        tables=(_table(seen), _table_of_kinds(seen, scope)),
        empty="No exception was made, and nothing waits for a person.",
        charts=(Chart("How often", Drawn.BARS, "kinds", "what", ("number",)),) if seen else (),
    )


def oddities(
    session: Session, scope: Scope, deadlines: Deadlines, waiting: Sequence[Found]
) -> list[OddityCount]:
    """The kinds of exceptions that occurred, the most urgent first."""
    asked = Asked(session, scope, MOST_BEHIND if scope.drill else MOST_LISTED)
    seen = [
        emails.in_doubt(asked),
        emails.failed(asked),
        emails.held(asked),
        asked.told(Oddity.NEEDS_PERSON, waiting),
        gestures.holds(asked, deadlines),
        money.overdrawn(asked),
        money.outside_budgets(asked),
        money.twice_on_order(asked),
        claimants.repeat_claimants(asked),
        gestures.second_looks(asked),
        log.unplaced(asked),
        promises.unpaid(asked, deadlines),
        promises.taken_back(asked),
        promises.asked_again(asked),
        again.given_again(asked),
        log.changed_limits(asked),
        log.restored(asked),
        gestures.overrides(asked),
        emails.released(asked),
        log.lifted(asked),
        emails.left_out(asked),
        gestures.countered(asked),
        gestures.lowered(asked),
    ]
    return sorted((one for one in seen if one.number), key=lambda one: one.kind.rank)


def _table(seen: Sequence[OddityCount]) -> ReportTable:
    left_out = any(one.number > MOST_LISTED for one in seen)
    lines = [
        Line(
            {
                "urgency": one.kind.urgency.value,
                "kind": one.kind.value,
                "when": found.when,
                "says": found.says,
                "amount": found.amount,
                "who": found.who,
                "references": " ".join(found.references),
                "currency": found.amount.currency if found.amount else None,
            }
        )
        for one in seen
        for found in one.found[:MOST_LISTED]
    ]
    return ReportTable(
        "rows",
        "The most urgent kind first, of each the newest first",
        columns(
            ("urgency", "to", Kind.TEXT),
            ("kind", "kind", Kind.TEXT),
            ("when", "when", Kind.INSTANT),
            ("says", "what", Kind.TEXT),
            ("amount", "amount", Kind.MONEY),
            ("who", "who", Kind.TEXT),
            ("references", "see", Kind.TEXT),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(lines),
        note=f"Of a kind with more than {MOST_LISTED}, the first {MOST_LISTED} are listed."
        if left_out
        else "",
    )


def _table_of_kinds(seen: Sequence[OddityCount], scope: Scope) -> ReportTable:
    return ReportTable(
        "kinds",
        "How often",
        columns(
            ("what", "what", Kind.TEXT),
            ("kind", "kind", Kind.TEXT),
            ("urgency", "to", Kind.TEXT),
            ("number", "number", Kind.COUNT, True),
            ("when", "newest, or next to end", Kind.INSTANT),
        ),
        tuple(
            Line(
                {
                    "what": one.kind.meaning,
                    "kind": one.kind.value,
                    "urgency": one.kind.urgency.value,
                    "number": one.number,
                    "when": one.found[0].when,
                },
                tuple(found.references[0] for found in one.found) if scope.drill else (),
            )
            for one in seen
        ),
        note=f"A repeat claimant had more than {REPEATS} gestures of goodwill with money in {REPEAT_DAYS} "
        "days, under whatever address. A hold is about to end when it does within a business day.",
    )


_BEGINS = {
    Urgency.ACT: "Somebody should act: {kinds}.",
    Urgency.LOOK: "Worth a look: {kinds}.",
    Urgency.KNOW: "Good to know: {kinds}.",
}


def _says(seen: Sequence[OddityCount]) -> tuple[ReportSentence, ...]:
    said = []
    for urgency, words in _BEGINS.items():
        kinds = ", ".join(f"{one.kind.meaning} ({one.number})" for one in seen if one.kind.urgency is urgency)
        if kinds:
            said.append(sentence(words, kinds=kinds))
    return tuple(said) or (sentence("Nothing is odd."),)
