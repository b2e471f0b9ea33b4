"""Input for a replay of past cases: the cases, links between customers, and the budgets.

Reads columns instead of objects, and holds a few hundred cases at a time: there may be 100,000.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlmodel import Session, col

from followup.domain.cases.likeness import order_key
from followup.domain.goodwill.budget import LimitChange, day_start
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.past_case import PastCase
from followup.domain.goodwill.policy.simulated_budgets import BudgetTerms
from followup.domain.goodwill.policy.subject import Links
from followup.domain.people.locality import country_in
from followup.domain.shared.money import Money
from followup.mail.languages import language_tag
from followup.services.goodwill import budgets
from followup.store import case_counts
from followup.store.tables import Agent, BudgetLimit, Case, Customer

BATCH_CASES = 500


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The cases logged between two days, both included, in a time zone; None leaves a side open. Those in one
    currency, or in any (None)."""

    since: date | None
    until: date | None
    timezone: str
    currency: str | None = None

    def holds(self) -> list[ColumnElement[bool]]:
        """The SQL conditions for the cases."""
        logged_at = col(Case.logged_at)
        conditions = []
        if self.currency is not None:
            conditions.append(col(Case.currency) == self.currency)
        if self.since is not None:
            conditions.append(logged_at >= day_start(self.since, self.timezone))
        if self.until is not None:
            conditions.append(logged_at < day_start(self.until + timedelta(days=1), self.timezone))
        return conditions


def count(session: Session, span: DateSpan) -> int:
    """The number of cases in the span."""
    return int(session.execute(select(func.count()).select_from(Case).where(*span.holds())).scalar_one())


def stream(session: Session, span: DateSpan, main_currency: str) -> Iterator[PastCase]:
    """The cases in the order in which they were logged, each with the agent who logged it, in that agent's
    present role and team. The values of customers are in the main currency."""
    zone = ZoneInfo(span.timezone)
    # Query through the connection: without the object mapper it takes half the time.
    connection = session.connection()
    agents = {number: told for number, *told in connection.execute(_AGENTS)}
    query = _CASES.where(*span.holds()).order_by(col(Case.logged_at), col(Case.id))
    # Read columns by position: looking up each name would cost as much as reading the row.
    for row in connection.execute(query.execution_options(yield_per=BATCH_CASES)):
        number, customer, agent, reason, logged_at, told, segment, locale, region, order, *values = row
        email, role, team = agents[agent]
        day = logged_at.astimezone(zone).date()
        facts = _facts(main_currency, reason, segment, day, *values)
        facts["language"] = language_tag(locale)
        country = country_in(region)
        if country is not None:
            facts["country"] = country
        yield PastCase(
            number,
            customer,
            agent,
            email,
            role,
            team,
            segment,
            reason,
            logged_at,
            day,
            facts,
            told,
            order_key(order),
        )


def _plain(column: Any) -> Any:
    """A column of words as stored text, because the policy compares the words themselves."""
    return type_coerce(col(column), String)


_AGENTS: Any = select(col(Agent.id), col(Agent.email), col(Agent.role), col(Agent.team))
_CASES: Any = (
    select(
        col(Case.id),
        col(Case.customer_id),
        col(Case.agent_id),
        col(Case.reason),
        col(Case.logged_at),
        col(Case.facts),
        col(Customer.segment),
        col(Customer.locale),
        col(Customer.region),
        col(Case.order_ref),
        _plain(Case.severity),
        _plain(Case.responsibility),
        _plain(Case.feeling),
        _plain(Case.channel),
        col(Case.order_value_minor),
        col(Customer.value_minor),
        col(Case.currency),
        col(Case.occurred_on),
        col(Case.mass_incident),
    )
    .join(Customer, col(Customer.id) == col(Case.customer_id))
    .where(case_counts.of_case())
)


def _facts(
    main_currency: str,
    reason: str,
    segment: str | None,
    day: date,
    severity: str,
    responsibility: str,
    feeling: str | None,
    channel: str | None,
    order_value_minor: int | None,
    customer_value_minor: int | None,
    currency: str,
    occurred_on: date | None,
    mass_incident: bool,
) -> dict[str, FactValue]:
    """The built-in facts of a case that do not depend on earlier cases."""
    facts: dict[str, FactValue] = {
        "reason": reason,
        "severity": severity,
        "responsibility": responsibility,
        "occurred_on": occurred_on or day,
        "logged_on": day,
        "mass_incident": mass_incident,
    }
    if feeling is not None:
        facts["feeling"] = feeling
    if channel is not None:
        facts["channel"] = channel
    if segment is not None:
        facts["segment"] = segment
    if order_value_minor is not None:
        facts["order_value"] = Money(order_value_minor, currency)
    if customer_value_minor is not None:
        facts["customer_value"] = Money(customer_value_minor, main_currency)
    return facts


def links(session: Session) -> dict[int, Links]:
    """For each customer who shares contact details with others, how many they share them with."""
    groups: dict[int, list[frozenset[int]]] = {}
    for key in (Customer.phone_key, Customer.address_key, Customer.email_key):
        column: Any = col(key)
        shared = select(column).where(column.is_not(None)).group_by(column).having(func.count() > 1)
        alike: dict[str, list[int]] = {}
        query = select(func.coalesce(Customer.merged_into_id, Customer.id), column)
        query = query.where(column.in_(shared), col(Customer.erased_at).is_(None))
        for number, text in session.execute(query):
            alike.setdefault(text, []).append(number)
        for numbers in alike.values():
            group = frozenset(numbers)
            for number in group:
                groups.setdefault(number, []).append(group)
    return {number: Links(len(frozenset().union(*found)) - 1) for number, found in groups.items()}


def budget_terms(session: Session) -> list[BudgetTerms]:
    """The budgets in the order in which a gesture draws on them."""
    changes: dict[int, list[LimitChange]] = {}
    for row in session.execute(select(BudgetLimit).order_by(col(BudgetLimit.id))).scalars():
        changes.setdefault(row.budget_id, []).append(LimitChange(row.since, row.limit_minor, row.only))
    return [
        BudgetTerms(
            budget.name,
            budget.period,
            budget.limit_minor,
            budget.currency,
            budget.timezone,
            tuple((field, value) for field, value in budget.scopes),
            tuple(changes.get(budget.id or 0, ())),
            budget.soft,
            budget.carry_over,
        )
        for budget in sorted(budgets.list_budgets(session), key=lambda budget: budget.id or 0)
    ]
