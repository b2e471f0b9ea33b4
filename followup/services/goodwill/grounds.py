"""What one decides a request by, in short: the policy's reasons, what the customer was given before, and what
the budgets have left. `approval show` has it at length."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from sqlalchemy import func
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.policy.policy_reason import PASSED_OVER
from followup.domain.shared.money import Money
from followup.services.goodwill import budgets, ledger
from followup.services.goodwill.past_goodwill import COUNTED
from followup.store.tables import Case, Gesture


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What a budget has left beside a request that it holds, and the last day of its period; None for a
    budget with a single one."""

    name: str
    left: Money
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What one decides a request by. `reasons` are the policy's, without the rules that did not match;
    `given_before` is what the customer's other cases were given, in the request's currency; None where there
    are no other cases."""

    reasons: tuple[str, ...]
    cases_before: int
    given_before: Money | None
    budgets: tuple[BudgetLeft, ...]


def grounds_of(session: Session, gesture: Gesture) -> Grounds:
    """What one decides a request by, as things stand."""
    case = session.get_one(Case, gesture.case_id)
    others = (
        col(Case.customer_id) == case.customer_id,
        col(Case.id) != case.id,
        col(Case.status) != CaseStatus.UNDONE,
    )
    count = session.exec(select(func.count()).select_from(Case).where(*others)).one()
    given = session.exec(
        select(func.coalesce(func.sum(Gesture.amount_minor), 0))
        .join(Case, col(Case.id) == col(Gesture.case_id))
        .where(*others, col(Gesture.state).in_(COUNTED), col(Gesture.currency) == gesture.currency)
    ).one()
    # Answers stored by an earlier release have no reason codes; all their sentences are shown.
    codes = [reason["code"] for reason in gesture.reasoning.get("reasons", ())]
    told = zip_longest(gesture.reasoning.get("because", ()), codes)
    return Grounds(
        reasons=tuple(str(sentence) for sentence, code in told if code not in PASSED_OVER),
        cases_before=count,
        given_before=Money(int(given or 0), gesture.currency) if count else None,
        budgets=tuple(
            BudgetLeft(
                budget.name,
                Money(budgets.figures(session, budget, period.period).available_minor, budget.currency),
                _last_day(budgets.days_of(budget, period.period)[1]),
            )
            for budget, period in ledger.holds_of(session, gesture)
        ),
    )


def _last_day(starts_anew: date | None) -> date | None:
    return None if starts_anew is None else starts_anew - timedelta(days=1)
