"""The agents report: are customers treated alike, whoever serves them?"""

from collections.abc import Sequence
from fractions import Fraction

from sqlmodel import Session

from followup.domain.goodwill.gesture import ApprovalState
from followup.domain.reporting.consistency import ENOUGH_AGENTS, ENOUGH_ALIKE, ENOUGH_COMPARED, PeerStanding
from followup.domain.shared.money import Money
from followup.reports.agent_rows import (
    JUST_UNDER_PERCENT,
    AgentRow,
    by_agent,
    references,
    references_just_under,
)
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
from followup.reports.scope import Scope

_DECIDED = (ApprovalState.APPROVED, ApprovalState.COUNTERED, ApprovalState.REJECTED)


def answer(session: Session, scope: Scope) -> ReportAnswer:
    """The answer to "Are customers treated alike?"."""
    rows = by_agent(session, scope)
    refs = references(session, scope) if scope.drill else {}
    refs_just_under = references_just_under(session, scope) if scope.drill else {}
    charts = (
        Chart("Part of the amounts just under the limit", Drawn.BARS, "authority", "agent", ("share",)),
    )
    return ReportAnswer(
        name="agents",
        question="Are customers treated alike?",
        period=scope.period(),
        says=_says(rows),
        tables=(_table(rows, refs), _table_of_authority(rows, refs_just_under)),
        empty="No case was logged and no gesture requested then.",
        charts=charts if any(row.just_under for row in rows) else (),
    )


def _table(rows: Sequence[AgentRow], refs: Behind) -> ReportTable:
    return ReportTable(
        "rows",
        "What agents gave, against colleagues for the same kind of case",
        columns(
            ("agent", "agent", Kind.TEXT),
            ("name", "name", Kind.TEXT),
            ("cases", "cases", Kind.COUNT),
            ("gestures", "gestures", Kind.COUNT),
            ("given", "granted", Kind.MONEY),
            ("compared", "compared", Kind.COUNT),
            ("average", "average", Kind.MONEY),
            ("colleagues", "colleagues", Kind.MONEY),
            ("difference", "difference", Kind.MONEY),
            ("spread", "spread", Kind.MONEY),
            ("remark", "in words", Kind.TEXT),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(Line(_cells(row), refs.get((row.agent, row.currency), ())) for row in rows),
        note="Granted is goodwill as it was given, whatever of it was used or taken back since; what it cost "
        "the report on spend says. Each gesture of goodwill is held against the median of what colleagues "
        "gave for the same reason and severity; average, colleagues and difference are means over these. "
        f"Half of the gestures lie within the spread. At least {ENOUGH_ALIKE} gestures of colleagues make "
        f"one comparable, and at least {ENOUGH_AGENTS} agents with {ENOUGH_COMPARED} each make it possible "
        "to say who differs. A few large gestures can put everybody above the median, so only who lies far "
        "from the others is named; and a difference has reasons, such as larger orders: ask first.",
    )


def _cells(row: AgentRow) -> dict[str, Cell]:
    one = row.comparison

    def mean(exact: Fraction | None) -> Money | None:
        return None if exact is None else Money.rounded(exact, row.currency)

    return {
        "agent": row.agent,
        "name": row.name,
        "cases": row.cases,
        "gestures": row.gestures,
        "given": Money(row.given_minor, row.currency),
        "compared": one.compared if one else 0,
        "average": mean(one.average if one else None),
        "colleagues": mean(one.colleagues if one else None),
        "difference": mean(one.difference if one else None),
        "spread": mean(one.spread if one else None),
        "remark": row.remark,
        "currency": row.currency,
    }


def _table_of_authority(rows: Sequence[AgentRow], refs: Behind) -> ReportTable:
    return ReportTable(
        "authority",
        "Limits and approvals",
        columns(
            ("agent", "agent", Kind.TEXT),
            ("chosen", "amounts they chose", Kind.COUNT),
            ("limited", "amounts with a limit", Kind.COUNT),
            ("just_under", "just under it", Kind.COUNT),
            ("share", "share just under", Kind.SHARE, True),
            ("remark", "in words", Kind.TEXT),
            ("asked", "approvals asked", Kind.COUNT),
            ("approved", "approved", Kind.COUNT),
            ("countered", "countered", Kind.COUNT),
            ("rejected", "rejected", Kind.COUNT),
            ("open", "waiting or ended otherwise", Kind.COUNT),
            ("currency", "currency", Kind.CURRENCY),
        ),
        tuple(Line(_authority_cells(row), refs.get((row.agent, row.currency), ())) for row in rows),
        note=f"Just under: from {JUST_UNDER_PERCENT} per cent of the limit for one gesture up to it, where "
        "the agent chose the amount; what the policy sets is nobody's habit. The limit is the one that held "
        f"when the gesture was requested. Fewer than {ENOUGH_COMPARED} amounts are too few for a share; more "
        "often than colleagues is said where the two intervals of 95 per cent do not meet.",
    )


def _authority_cells(row: AgentRow) -> dict[str, Cell]:
    decided = {state.value: row.approvals.get(state, 0) for state in _DECIDED}
    return {
        "agent": row.agent,
        "chosen": row.chosen,
        "limited": row.limited,
        "just_under": row.just_under,
        "share": Fraction(row.just_under, row.limited) if row.limited >= ENOUGH_COMPARED else None,
        "remark": "more often than colleagues"
        if row.is_often_just_under
        else "much as colleagues"
        if row.limited >= ENOUGH_COMPARED
        else "too few to say",
        "asked": row.asked,
        **decided,
        "open": row.asked - sum(decided.values()),
        "currency": row.currency,
    }


def _says(rows: Sequence[AgentRow]) -> tuple[ReportSentence, ...]:
    if not rows:
        return ()
    return (
        *_says_who_differs(rows),
        *(
            sentence(
                "{name} keeps just under the limit more often than colleagues, "
                "in {under} of {limited} amounts.",
                name=row.name,
                under=row.just_under,
                limited=row.limited,
            )
            for row in rows
            if row.is_often_just_under
        ),
    )


def _says_who_differs(rows: Sequence[AgentRow]) -> Sequence[ReportSentence]:
    known = [row for row in rows if row.standing is not PeerStanding.UNKNOWN]
    if not known:
        enough = sum(
            row.comparison is not None and row.comparison.compared >= ENOUGH_COMPARED for row in rows
        )
        return [
            sentence(
                "Too few to say: {agents} with {gestures} gestures that can be compared, "
                "and it takes {needed}.",
                agents=counted(enough, "agent"),
                gestures=ENOUGH_COMPARED,
                needed=ENOUGH_AGENTS,
            )
        ]
    outlying = [row for row in known if row.standing is not PeerStanding.ALIKE]
    agents = counted(len(known), "agent")
    if not outlying:
        return [sentence("Yes, as far as can be seen: none of {agents} stands out.", agents=agents)]
    verb = "differ" if len(outlying) > 1 else "differs"
    return [
        sentence(
            f"Mostly: {{outlying}} of {{agents}} {verb} from colleagues for the same kind of case.",
            outlying=len(outlying),
            agents=agents,
        ),
        *(sentence("{name} {remark}.", name=row.name, remark=row.remark) for row in outlying),
    ]
