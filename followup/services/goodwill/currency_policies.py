"""The policy of one more currency, made from that of the main one."""

from dataclasses import dataclass
from pathlib import Path

from followup.domain.goodwill.policy.in_currency import in_currency
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.shared.money import decimals
from followup.errors import WrongUsage, file_exists
from followup.services.shared.configuration import Configuration
from followup.services.shared.currencies import budget_line, setting_line
from followup.settings import read_text


@dataclass(frozen=True, slots=True)
class MadePolicy:
    """A policy file that was made, and what is left to do until the currency can be used."""

    path: Path
    policy: Policy
    hints: tuple[str, ...]


def create(rules: Configuration, currency: str) -> MadePolicy:
    """Make the policy file of a currency from policy.toml: the same rules, with amounts chosen for it.

    Raises WrongUsage for an unknown currency and for the main one, Refused if there is such a file,
    InvalidFile if policy.toml cannot be used, or if its amounts cannot be told apart in the currency."""
    wanted, main = currency.strip().upper(), rules.settings.currency
    decimals(wanted)
    source = rules.workspace.policy_file
    if wanted == main:
        raise WrongUsage(
            f"{main} is the main currency; its policy is {source.name}.",
            hint="Name another currency: followup policy create --currency EUR",
            code="main_currency",
        )
    path = rules.workspace.policy_file_in(wanted)
    if path.exists():
        raise file_exists(path, hint=f"See what it says: followup policy show --file {path.name}")
    text = _HEAD.format(source=source.name, main=main, currency=wanted)
    text += in_currency(read_text(source), rules.main_policy, wanted)
    policy = load_policy(text, path.name, main)
    # Somebody may have made it in the meantime, and their file counts.
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return MadePolicy(path, policy, tuple(_left_to_do(rules, path.name, wanted)))


_HEAD = """\
# The policy for orders in {currency}. It was made from {source}: the same rules, with amounts in {main} that
# were turned into round ones in {currency}. Look at each, above all at those that the law sets.
# Keep the ids of rules the same as in {source}; `followup policy lint` says where the two differ.
# What a customer is worth (customer_value) stays in {main}.

"""


def _left_to_do(rules: Configuration, name: str, currency: str) -> list[str]:
    counted = currency in rules.settings.all_currencies
    return [
        f"Look at the amounts in {name}, above all at those that the law sets.",
        *([] if counted else [f"Write {setting_line(rules.settings, currency)}"]),
        f"Give it a budget: {budget_line(currency)}",
        "See whether something is left: followup policy lint, and followup doctor",
    ]
