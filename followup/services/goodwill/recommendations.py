"""Recommendations: what the policy recommends for a case, with the budgets it would draw on."""

from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from sqlmodel import Session

from followup.domain.goodwill.budget import BudgetFigures, day_start, local_day
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.read_facts import read_facts
from followup.domain.goodwill.policy.recommend import (
    Limit,
    Recommendation,
    Refusal,
    Subject,
    recommend,
)
from followup.domain.people.agent import Role
from followup.domain.people.locality import country_in
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.mail.languages import language_tag
from followup.services.goodwill import budgets, past_goodwill, reach
from followup.services.people import customers
from followup.services.shared.configuration import Configuration
from followup.store.tables import Agent, Budget, Case, Customer


@dataclass(frozen=True, slots=True)
class AgentChoice:
    """The kind or amount that the agent requests instead of the recommended one."""

    kind: GestureKind | None = None
    amount: Money | None = None


def advise(
    session: Session,
    rules: Configuration,
    case: Case,
    *,
    agent: Agent,
    now: datetime,
    choice: AgentChoice | None = None,
    approver: Agent | None = None,
) -> Recommendation:
    """What the policy recommends for a case to this agent, with its limits. Writes nothing.

    With an `approver`, their authority applies; caps and budgets remain those of the requesting agent.

    All budgets that it would draw on are among the limits. A hard budget that it exceeds is a refusal (of
    several, the one with the least left); a soft one adds to `reasons` how far it would be over. So does what
    of the customer must be known first: a number for a call, an address for what goes by post. A choice that
    is refused for its amount also says what the budgets have left."""
    advice = judge(session, rules, case, agent=agent, now=now, choice=choice, approver=approver)
    customer = customers.customer_of(session, case)
    advice = _with_budgets(session, rules, advice, case, customer, agent, now)
    lacks = None if advice.kind is None else reach.reason_for(customer, advice.kind)
    return advice if lacks is None else replace(advice, reasons=(*advice.reasons, lacks))


def judge(
    session: Session,
    rules: Configuration,
    case: Case,
    *,
    agent: Agent,
    now: datetime,
    choice: AgentChoice | None = None,
    approver: Agent | None = None,
    without: int = 0,
) -> Recommendation:
    """As `advise`, by the policy alone, whatever budgets have left. The gesture with the number `without` is
    judged anew, so it does not count as given."""
    customer = customers.customer_of(session, case)
    signing = approver or agent
    subject = subject_of(session, rules, case, customer, role=signing.role, now=now, without=without)
    policy = rules.policy_in(case.currency)
    past = past_goodwill.StoredRecords(session, case, customer, agent, policy.timezone, now, signing, without)
    chosen = choice or AgentChoice()
    return recommend(policy, subject, past, chosen_kind=chosen.kind, chosen_amount=chosen.amount)


def subject_of(
    session: Session,
    rules: Configuration,
    case: Case,
    customer: Customer,
    *,
    role: Role,
    now: datetime,
    without: int = 0,
) -> Subject:
    """The case as input for the policy: built-in facts, and those that the policy declares. The gesture with
    the number `without` does not count as given."""
    policy = rules.policy_in(case.currency)
    timezone = policy.timezone
    since = day_start(past_goodwill.past_year(now, timezone), timezone)
    earlier_cases, earlier_gestures = past_goodwill.counts_of(
        session, customer, case.id, since, without=without
    )
    logged_on = local_day(case.logged_at, timezone)
    told: dict[str, FactValue | None] = {
        "reason": case.reason,
        "severity": case.severity.value,
        "responsibility": case.responsibility.value,
        "feeling": case.feeling.value if case.feeling else None,
        "channel": case.channel.value if case.channel else None,
        "language": language_tag(customer.locale),
        "country": country_in(customer.region),
        "segment": customer.segment,
        "order_value": _money(case.order_value_minor, case.currency),
        "customer_value": _money(customer.value_minor, rules.settings.currency),
        # What counts days counts from the day of logging where nobody said another.
        "occurred_on": case.occurred_on or logged_on,
        "logged_on": logged_on,
        "cases_last_12_months": earlier_cases,
        "gestures_last_12_months": earlier_gestures,
        "mass_incident": case.mass_incident,
    }
    values = {name: value for name, value in told.items() if value is not None}
    declared = read_facts(policy, case.facts)
    return Subject(
        facts={**declared, **values},
        role=role,
        today=rules.today(now),
        holidays=rules.holidays(rules.settings.country),
    )


def _money(amount_minor: int | None, currency: str) -> Money | None:
    return None if amount_minor is None else Money(amount_minor, currency)


def _with_budgets(
    session: Session,
    rules: Configuration,
    advice: Recommendation,
    case: Case,
    customer: Customer,
    agent: Agent,
    now: datetime,
) -> Recommendation:
    limits, reasons, refusal = list(advice.limits), list(advice.reasons), advice.refused
    possible_minor = refusal.most_minor if refusal is not None else None
    if advice.kind is None or advice.gesture_class is None:
        return advice
    if advice.amount is None and not advice.range and possible_minor is None:
        return advice
    drawn = budgets.applying(
        session, case, agent, customer.segment, advice.kind, advice.gesture_class, case.currency
    )
    if not drawn and _should_be_covered(session, advice):
        if rules.settings.goodwill_without_budget:
            reasons.append(PolicyReason.NO_BUDGET.of())
        else:
            uncovered = budgets.not_covered(session, agent, case, advice.kind)
            refusal = refusal or _as_refusal(uncovered)
    too_small: list[tuple[int, Budget]] = []
    for budget in drawn:
        standing = budgets.standing_now(session, budget, now)
        limits.append(_limit(budget, standing.figures))
        left_minor = standing.figures.available_minor
        if possible_minor is not None and left_minor < possible_minor and not standing.soft:
            too_small.append((left_minor, budget))
        if advice.amount is None:
            continue
        over_minor = standing.figures.over_minor(advice.amount.amount_minor)
        if over_minor and standing.soft:
            reasons.append(budgets.soft_warning(budget, over_minor))
        elif over_minor:
            too_small.append((left_minor, budget))
    if too_small:
        left_minor, budget = min(too_small, key=itemgetter(0))
        if refusal is not None:
            hint = budgets.room_hint(budget, left_minor) if possible_minor is not None else refusal.hint
            refusal = replace(refusal, hint=hint)
        elif advice.amount is not None:
            until = budgets.ends_on(budget, now)
            refusal = _as_refusal(budgets.exhausted(budget, left_minor, advice.amount, until))
    return replace(advice, limits=tuple(limits), reasons=tuple(reasons), refused=refusal)


def _should_be_covered(session: Session, advice: Recommendation) -> bool:
    """Whether a recommendation is goodwill with money, where there are budgets."""
    is_goodwill = advice.gesture_class is GestureClass.GOODWILL
    return is_goodwill and advice.is_money and budgets.are_any(session)


def _limit(budget: Budget, figures: BudgetFigures) -> Limit:
    return Limit(
        name=f"budget {budget.name}",
        limit=Money(figures.limit_minor, budget.currency),
        used=Money(figures.used_minor, budget.currency),
        remaining=Money(figures.available_minor, budget.currency),
    )


def _as_refusal(error: Refused) -> Refusal:
    return Refusal(code=error.code, message=error.message, hint=error.hint)


def refusal_of(advice: Recommendation) -> Refused | None:
    """The recommendation's refusal as an error with exit code 4; None if it is no refusal."""
    if advice.refused is None:
        return None
    return Refused(advice.refused.message, hint=advice.refused.hint, code=advice.refused.code)
