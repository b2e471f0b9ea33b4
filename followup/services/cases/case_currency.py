"""The currency of a case, corrected after it was logged."""

from sqlmodel import Session

from followup.domain.shared.money import Money
from followup.errors import Refused, WrongUsage
from followup.services.goodwill import gestures
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case


def change(
    session: Session, rules: Configuration, case: Case, currency: str, order_value: str | None
) -> bool:
    """Give a case another currency. Its order value keeps its digits ("80.00 GBP" becomes "80.00 EUR"),
    unless `order_value` says what it is instead. Returns whether anything changed.

    Raises Refused if money was given in the old currency, WrongUsage for an order value that the new currency
    cannot have, InvalidFile if it has no policy."""
    if currency == case.currency:
        return False
    given = [gesture for gesture in gestures.given_of(session, case) if gesture.amount_minor is not None]
    if given:
        raise Refused(
            f"{ref(case)} was given {ref(given[0])} in {case.currency}, so it stays in {case.currency}.",
            hint=f"If the currency is wrong, take that back first: followup gesture void {ref(given[0])} "
            '--because "…"',
            code="currency_of_given",
        )
    rules.policy_in(currency)
    if case.order_value_minor is not None and order_value is None:
        kept = Money(case.order_value_minor, case.currency)
        try:
            case.order_value_minor = Money.parse(kept.text, currency).amount_minor
        except WrongUsage as error:
            raise WrongUsage(
                f"The order value {kept.text} is no amount in {currency}.",
                hint=f"Give what it is: --order-value {Money.example(currency)}",
                code="order_value_in_other_currency",
            ) from error
    case.currency = currency
    return True
