"""Every error code with its meaning, by the part of the program that it belongs to.

Nothing here is imported when a command runs: docs/errors.md is made from it, and tests hold it against every
place in the source that raises an error."""

from collections.abc import Mapping
from types import MappingProxyType

from followup.error_codes import (
    commands,
    currencies,
    emails,
    goodwill,
    mail_servers,
    people,
    reports,
    vouchers_and_budgets,
    workspace,
)
from followup.error_codes.entry import ErrorCode

SECTIONS: Mapping[str, tuple[ErrorCode, ...]] = MappingProxyType(
    {
        "Any command": commands.ERROR_CODES,
        "Workspace, settings, database, daemon": workspace.ERROR_CODES,
        "People and cases": people.ERROR_CODES,
        "Policy, gestures, approvals, vouchers, budgets": (
            *goodwill.ERROR_CODES,
            *vouchers_and_budgets.ERROR_CODES,
        ),
        "Currencies": currencies.ERROR_CODES,
        "Emails": (*emails.ERROR_CODES, *mail_servers.ERROR_CODES),
        "Imports and reports": reports.ERROR_CODES,
    }
)
"""By what they are about, in the order of docs/errors.md."""

__all__ = ["SECTIONS", "ErrorCode"]
