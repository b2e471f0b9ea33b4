"""The mistakes in a policy file, beside what the database holds."""

from sqlmodel import Session, select

from followup.domain.goodwill.policy.lint import PolicyFinding, Surroundings, lint_text
from followup.services.goodwill import budgets
from followup.services.goodwill.policy_files import PolicyText
from followup.services.shared.configuration import Configuration
from followup.store.tables import Case


def find_mistakes(session: Session, rules: Configuration, file: PolicyText) -> tuple[PolicyFinding, ...]:
    """Errors and warnings about a policy file, checked with this workspace's currency, budgets, and reasons.
    Reasons are checked once there is a case."""
    used = frozenset(session.exec(select(Case.reason).distinct()))
    around = Surroundings(
        currencies=frozenset({rules.settings.currency}),
        budget_currencies=frozenset(budget.currency for budget in budgets.list_budgets(session)),
        told_facts=frozenset(rules.settings.facts_told),
        reasons=used.union(rules.settings.known_reasons) if used else None,
    )
    return lint_text(file.text, file.name, around=around)
