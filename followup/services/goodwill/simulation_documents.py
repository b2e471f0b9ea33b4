"""The types of the document of `policy simulate`. In each pair, `before` is the policy in use and `after` the
policy that is tried.
"""

from typing_extensions import TypedDict


class GesturesDocument(TypedDict):
    """The number of gestures of a class or a kind, and their total amount."""

    gestures: int
    amount: str
    currency: str


class TotalsDocument(TypedDict):
    """The totals of a replay. `refused_by` counts refusals by the code of the rule, `no_rule` the cases that
    no rule matched, `lowered` the gestures that a limit reduced, `from_range` those whose amount is the
    middle of a range."""

    file: str
    version: str
    gestures: int
    amount: str
    currency: str
    by_class: dict[str, GesturesDocument]
    by_kind: dict[str, GesturesDocument]
    approvals: int
    approvals_by_role: dict[str, int]
    refused: int
    refused_by: dict[str, int]
    no_rule: int
    lowered: int
    from_range: int
    missing_facts: int


class TotalChangeDocument(TypedDict):
    """The difference of the totals: what the tried policy would have given more or less."""

    gestures: int
    amount: str
    approvals: int
    refused: int
    currency: str


class BudgetUseDocument(TypedDict):
    """What a replay used of a budget in a period, and how often too little was left."""

    limit: str
    used: str
    left: str
    gestures: int
    refused: int


class SimulatedBudgetDocument(TypedDict):
    """A budget in a period; None for a replay that did not draw on it."""

    budget: str
    period: str
    currency: str
    before: BudgetUseDocument | None
    after: BudgetUseDocument | None


class ReasonSumDocument(TypedDict):
    """What was given for one reason."""

    gestures: int
    amount: str


class ReasonTotalsDocument(TypedDict):
    """What was given for one reason before and after."""

    reason: str
    cases: int
    before: ReasonSumDocument
    after: ReasonSumDocument
    change: str
    currency: str


class OutcomeDocument(TypedDict):
    """What a case was given. If nothing, `refused` is the code of the rule that forbade it, if any."""

    kind: str | None
    amount: str | None
    approver_role: str | None
    refused: str | None


class CaseChangeDocument(TypedDict):
    """A case that would get more or less."""

    case: str
    reason: str
    before: OutcomeDocument
    after: OutcomeDocument
    change: str
    currency: str


class CaseChangesDocument(TypedDict):
    """The number of cases that would get more, or less, and those with the largest change."""

    cases: int
    amount: str
    currency: str
    largest: list[CaseChangeDocument]


class MissingFactsDocument(TypedDict):
    """Cases that lack a fact that the tried policy uses: the number by fact, and a few of the cases."""

    cases: int
    facts: dict[str, int]
    examples: list[str]


class SimulationDocument(TypedDict):
    """A simulation: `since` and `until` as given, `first` and `last` the days of the cases replayed, all of
    them in `currency`; `in_other_currencies` is the number of cases that were left out."""

    cases: int
    since: str | None
    until: str | None
    first: str | None
    last: str | None
    currency: str
    in_other_currencies: int
    before: TotalsDocument
    after: TotalsDocument
    change: TotalChangeDocument
    budgets: list[SimulatedBudgetDocument]
    reasons: list[ReasonTotalsDocument]
    more: CaseChangesDocument
    less: CaseChangesDocument
    same: int
    missing_facts: MissingFactsDocument
