"""The JSON documents of reports, as `answer.document` makes them from the columns of their tables.

Amounts are decimal text in the line's currency, shares text with four decimals, other numbers text with one;
a cell is null if there is no value to report.
"""

from typing import Any, NotRequired

from typing_extensions import TypedDict


class _LineDocument(TypedDict):
    """A line. `behind`, with --drill: the references of what it counts, the oldest ones."""

    behind: NotRequired[list[str]]


class _ReportDocument(TypedDict):
    """A report: its name, its period, and its sentences. Below them each has the `rows` of its main table,
    `totals` by currency, and `total`, the one in the main currency. Written out in each, because a generic
    type would leave the lines unknown to a schema.
    """

    report: str
    period: str
    says: list[str]


class SpendLine(_LineDocument):
    """What goodwill cost for one key, and for one of a second key (`then`)."""

    key: str | None
    then: NotRequired[str | None]
    gestures: int
    held: str
    committed: str
    spent: str
    cost: str
    released: str
    currency: str


class SpendDocument(_ReportDocument):
    """What goodwill cost. `groups`, by two keys: the lines of the first one."""

    rows: list[SpendLine]
    total: SpendLine | None
    totals: list[SpendLine]
    by: str
    groups: NotRequired[list[SpendLine]]


class LiabilityLine(_LineDocument):
    """Vouchers that end in one month."""

    key: str | None
    vouchers: int
    issued: str
    redeemed: str
    liability: str
    breakage: str
    taken_back: str
    currency: str


class LiabilityAgeLine(_LineDocument):
    """Vouchers that can be used, by their age in days."""

    age: str
    vouchers: int
    liability: str
    soon: str
    currency: str


class BreakageLine(_LineDocument):
    """How much of ended vouchers was never used, and an interval for the share of vouchers."""

    vouchers: int
    issued: str
    breakage: str
    rate: str | None
    with_breakage: int
    share: str | None
    low: str | None
    high: str | None
    currency: str


class LiabilityDocument(_ReportDocument):
    """What vouchers may still cost."""

    rows: list[LiabilityLine]
    total: LiabilityLine | None
    totals: list[LiabilityLine]
    by: str
    ages: list[LiabilityAgeLine]
    breakage: list[BreakageLine]


class BudgetLine(_LineDocument):
    """A budget in its present period."""

    name: str
    scope: str
    period: str
    limit: str
    held: str
    committed: str
    spent: str
    available: str
    used: str | None
    ends_before: str | None
    currency: str


class BudgetsDocument(_ReportDocument):
    """The figures of every budget."""

    rows: list[BudgetLine]
    total: BudgetLine | None
    totals: list[BudgetLine]


class PacingLine(_LineDocument):
    """A budget beside an even pace."""

    name: str
    period: str
    limit: str
    used: str
    used_share: str | None
    even_share: str | None
    pace: str | None
    burn: str | None
    expected_at_end: str | None
    low_at_end: str | None
    high_at_end: str | None
    exhausted_on: str | None
    currency: str


class PacingDocument(_ReportDocument):
    """Whether each budget lasts."""

    rows: list[PacingLine]
    total: PacingLine | None
    totals: list[PacingLine]


class _EndedCases(_LineDocument):
    """How cases ended. `share` is recovered of known, with an interval."""

    key: str | None
    cases: int
    recovered: int
    lost: int
    no_response: int
    open: int
    not_said: int
    known: int
    share: str | None
    low: str | None
    high: str | None


class OutcomeLine(_EndedCases):
    """How cases ended, and what their goodwill cost."""

    cost: str | None
    cost_each: str | None
    currency: str


class EndedLine(_EndedCases):
    """How cases ended, with money or without, or by month."""


class AgainLine(_LineDocument):
    """How many customers had another case since."""

    key: str | None
    watched: int
    again: int
    share: str | None
    low: str | None
    high: str | None


class OutcomesDocument(_ReportDocument):
    """Whether customers stay."""

    rows: list[OutcomeLine]
    total: OutcomeLine | None
    totals: list[OutcomeLine]
    by: str
    money: list[EndedLine]
    again: list[AgainLine]
    months: list[EndedLine]


class AgentLine(_LineDocument):
    """What an agent granted, beside colleagues in like cases."""

    agent: str
    name: str
    cases: int
    gestures: int
    given: str | None
    compared: int
    average: str | None
    colleagues: str | None
    difference: str | None
    spread: str | None
    remark: str | None
    currency: str


class AuthorityLine(_LineDocument):
    """How an agent uses their authority."""

    agent: str
    chosen: int
    limited: int
    just_under: int
    share: str | None
    remark: str | None
    asked: int
    approved: int
    countered: int
    rejected: int
    open: int
    currency: str


class AgentsDocument(_ReportDocument):
    """Whether customers are treated alike."""

    rows: list[AgentLine]
    total: AgentLine | None
    totals: list[AgentLine]
    authority: list[AuthorityLine]


class ExceptionLine(_LineDocument):
    """Something that needs a person, or is an exception to the rules."""

    urgency: str
    kind: str
    when: str | None
    says: str
    amount: str | None
    who: str | None
    references: str
    currency: str | None


class ExceptionKindLine(_LineDocument):
    """How many exceptions there are of one kind."""

    what: str
    kind: str
    urgency: str
    number: int
    when: str | None


class ExceptionsDocument(_ReportDocument):
    """Whether anything is odd."""

    rows: list[ExceptionLine]
    total: ExceptionLine | None
    totals: list[ExceptionLine]
    kinds: list[ExceptionKindLine]


class PendingLine(_LineDocument):
    """Approvals that have waited for about as long."""

    age: str
    approvals: int
    amount: str
    next_expires_at: str | None
    currency: str


class WaitingApprovalLine(_LineDocument):
    """An approval that waits. `deciders`: how many people may decide it."""

    approval: str
    gesture: str
    case: str
    asked_by: str
    kind: str
    amount: str | None
    role: str
    deciders: int
    age: str
    requested_at: str
    expires_at: str | None
    currency: str


class DecisionLine(_LineDocument):
    """How approvals of one role ended."""

    role: str
    decided: int
    approved: int
    countered: int
    rejected: int
    expired: int
    withdrawn: int
    approved_share: str | None
    countered_share: str | None
    rejected_share: str | None
    expired_share: str | None
    median_hours: str | None


class ApprovalsDocument(_ReportDocument):
    """What waits for an approval, and how those before it were decided."""

    rows: list[PendingLine]
    total: PendingLine | None
    totals: list[PendingLine]
    waiting: list[WaitingApprovalLine]
    roles: list[DecisionLine]


class CoachingLine(_LineDocument):
    """The practice of an agent."""

    agent: str
    name: str
    rounds: int
    rounds_without_error: int
    most_broken: str | None
    trend: str | None
    findings_first: str | None
    findings_last: str | None
    last_practised: str | None


class CoachingDocument(_ReportDocument):
    """Who practises, and what they still break."""

    rows: list[CoachingLine]
    total: CoachingLine | None
    totals: list[CoachingLine]


class AllReportsDocument(TypedDict):
    """Several reports, each under its name."""

    spend: NotRequired[SpendDocument]
    liability: NotRequired[LiabilityDocument]
    budgets: NotRequired[BudgetsDocument]
    pacing: NotRequired[PacingDocument]
    outcomes: NotRequired[OutcomesDocument]
    agents: NotRequired[AgentsDocument]
    exceptions: NotRequired[ExceptionsDocument]
    approvals: NotRequired[ApprovalsDocument]


REPORT_DOCUMENTS: dict[str, Any] = {
    "spend": SpendDocument,
    "liability": LiabilityDocument,
    "budgets": BudgetsDocument,
    "pacing": PacingDocument,
    "outcomes": OutcomesDocument,
    "agents": AgentsDocument,
    "exceptions": ExceptionsDocument,
    "approvals": ApprovalsDocument,
    "coaching": CoachingDocument,
    "all": AllReportsDocument,
}
"""The type of what `followup report` prints as JSON, by the word that follows it."""
