"""Failures of currencies: amounts, policies and budgets that are not in the right one."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, Refused, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "policy_in_other_currency",
        InvalidFile,
        "A policy file is in another currency than its name or the settings say.",
        "Write the right currency in it, and amounts in it.",
    ),
    ErrorCode(
        "no_policy_for_currency",
        InvalidFile,
        "A currency of the settings has no policy file, as policy.EUR.toml.",
        "Make one: followup policy create --currency EUR.",
    ),
    ErrorCode(
        "currency_given_up",
        InvalidFile,
        "A case is in a currency that the settings do not name any more.",
        "Put it back among the currencies in followup.toml.",
    ),
    ErrorCode(
        "currency_not_counted",
        WrongUsage,
        "The workspace does not count in this currency.",
        "Name one of its currencies, or add it to followup.toml and give it a policy.",
    ),
    ErrorCode(
        "main_currency",
        WrongUsage,
        "The main currency has its policy already: policy.toml.",
        "Name another currency.",
    ),
    ErrorCode(
        "currency_of_given",
        Refused,
        "A case that was given money stays in its currency.",
        "Void the gesture first, if the currency is wrong.",
    ),
    ErrorCode(
        "order_value_in_other_currency",
        WrongUsage,
        "The order value has decimals that the new currency has not.",
        "Give the order value too.",
    ),
    ErrorCode(
        "amount_for_two_currencies",
        WrongUsage,
        "One amount was given for cases in several currencies.",
        "Request for one currency at a time, or write the currency with the amount.",
    ),
    ErrorCode(
        "policies_in_two_currencies",
        InvalidFile,
        "A policy to try is in another currency than the one it is compared with.",
        "Compare policies of one currency.",
    ),
    ErrorCode(
        "amount_in_other_currency",
        WrongUsage,
        "The amount is not in the policy's currency.",
        "Give it in that currency.",
    ),
    ErrorCode(
        "no_budget_in_currency",
        Refused,
        "There are budgets, but none in the currency of the gesture.",
        "Make one in that currency: followup budget create … --currency.",
    ),
)
