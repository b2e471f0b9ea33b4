"""The types of the document of `policy simulate`. In each pair, `before` is the policy in use and `after` the
one that is tried."""

from typing_extensions import TypedDict


class GesturesDocument(TypedDict):
    """How many gestures of a class or a kind there were, and what they came to."""

    gestures: int
    amount: str
    currency: str


class TotalsDocument(TypedDict):
    """A replay in sums. `refused_by` counts by the code of the rule that said no, `no_rule` the cases that no
    rule matched, `lowered` the gestures that a limit made smaller, `from_range` those whose amount is the
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
    """What the tried policy would have given more, or less."""

    gestures: int
    amount: str
    approvals: int
    refused: int
    currency: str


class BudgetUseDocument(TypedDict):
    """What a replay took out of a budget in a period, and how often too little was left."""

    limit: str
    used: str
    left: str
    gestures: int
    refused: int


class SimulatedBudgetDocument(TypedDict):
    """A budget in a period; None for a replay that asked nothing of it."""

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
    """What a case got; where nothing, `refused` has the code of the rule that said no, if one did."""

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
    """The cases that would get more, or less, and those among them that change most."""

    cases: int
    amount: str
    currency: str
    largest: list[CaseChangeDocument]


class MissingFactsDocument(TypedDict):
    """The cases without a fact that the tried policy asks for: how many by fact, and a few of them."""

    cases: int
    facts: dict[str, int]
    examples: list[str]


class SimulationDocument(TypedDict):
    """A trial: `since` and `until` as asked, `first` and `last` the days of the cases that were replayed."""

    cases: int
    since: str | None
    until: str | None
    first: str | None
    last: str | None
    currency: str
    before: TotalsDocument
    after: TotalsDocument
    change: TotalChangeDocument
    budgets: list[SimulatedBudgetDocument]
    reasons: list[ReasonTotalsDocument]
    more: CaseChangesDocument
    less: CaseChangesDocument
    same: int
    missing_facts: MissingFactsDocument
