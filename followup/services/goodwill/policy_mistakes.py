"""The mistakes in a policy file, beside what the database holds."""

from collections.abc import Iterator
from contextlib import suppress

from sqlmodel import Session, select

from followup.domain.goodwill.policy.lint import PolicyFinding, Surroundings, lint_text
from followup.domain.goodwill.policy.lint_currencies import OtherPolicy
from followup.errors import InvalidFile, NotFound
from followup.services.goodwill import budgets
from followup.services.goodwill.policy_files import PolicyText
from followup.services.shared.configuration import Configuration
from followup.store.tables import Case


def find_mistakes(session: Session, rules: Configuration, file: PolicyText) -> tuple[PolicyFinding, ...]:
    """Errors and warnings about a policy file, checked with this workspace's currencies, the policies of its
    other currencies, its budgets, and reasons. Reasons are checked once there is a case."""
    used = frozenset(session.exec(select(Case.reason).distinct()))
    around = Surroundings(
        currencies=frozenset(rules.settings.all_currencies),
        budget_currencies=frozenset(budget.currency for budget in budgets.list_budgets(session)),
        told_facts=frozenset(rules.settings.facts_told),
        reasons=used.union(rules.settings.known_reasons) if used else None,
        others=tuple(_others(rules)),
        main_currency=rules.settings.currency,
    )
    return lint_text(file.text, file.name, around=around)


def _others(rules: Configuration) -> Iterator[OtherPolicy]:
    """The policies of all currencies that can be read. What is wrong with the others is found in their own
    files."""
    for currency in rules.settings.all_currencies:
        with suppress(InvalidFile, NotFound):
            yield OtherPolicy(rules.workspace.policy_file_in(currency).name, rules.policy_in(currency))
