"""Which currency is meant, where a workspace has several."""

from followup.domain.shared.amount_text import named_currency
from followup.domain.shared.familiar_amounts import familiar_amount
from followup.domain.shared.money import decimals
from followup.errors import WrongUsage
from followup.settings import Settings


def meant(
    settings: Settings, named: str | None, amount: str | None = None, *, label: str = "order value"
) -> str:
    """The currency `named` by its code; without a name the one whose sign or code `amount` carries, and else
    the main one. Errors call the amount by its `label`.

    Raises WrongUsage for an unknown code, for a currency that the workspace does not count in, and for a sign
    that several of its currencies share."""
    if named and named.strip():
        return _known(settings, named.strip().upper())
    try:
        found = named_currency(amount, settings.all_currencies) if amount else None
    except WrongUsage as error:
        raise WrongUsage(f"{label}: {error.message}", hint=error.hint, code=error.code) from error
    return found or settings.currency


def _known(settings: Settings, currency: str) -> str:
    decimals(currency)
    if currency not in settings.all_currencies:
        raise WrongUsage(
            f"{currency} is not a currency of this workspace, which counts in "
            f"{' and '.join(settings.all_currencies)}.",
            hint=how_to_add(settings, currency),
            code="currency_not_counted",
        )
    return currency


def how_to_add(settings: Settings, currency: str) -> str:
    """All that is to be done so that the workspace counts in one more currency, and can give in it."""
    return (
        f"To add it: 1. followup policy create --currency {currency}; "
        f"2. {setting_line(settings, currency)}; 3. {budget_line(currency)}"
    )


def setting_line(settings: Settings, currency: str) -> str:
    """What to write into followup.toml so that the workspace counts in one more currency."""
    wanted = ", ".join(f'"{one}"' for one in dict.fromkeys((*settings.all_currencies, currency)))
    # The file that `init` writes has the line as a comment, and there must not be two of them.
    mark = ", on its line there, without the # before it" if len(settings.all_currencies) == 1 else ""
    return f"in followup.toml{mark}: currencies = [{wanted}]"


def budget_line(currency: str) -> str:
    """The command that makes a budget for goodwill in a currency."""
    return (
        f"followup budget create goodwill-{currency.lower()} --limit {familiar_amount('500', currency)} "
        f"--period month --currency {currency}"
    )
