"""The reasons that a workspace knows from its files alone: those of its policies and of its phrases. Nothing
here loads tables.
"""

from contextlib import suppress

from followup.errors import InvalidFile, NotFound
from followup.services.shared import parse_input
from followup.services.shared.configuration import Configuration


def read(rules: Configuration, text: str) -> str:
    """A reason as it is stored: one that is known, however its words are joined ("late refund", Late_Refund),
    or else the text as a short name. Raises WrongUsage."""
    wanted = parse_input.slug("reason", text, joined=True)
    known = (*of_policies(rules), *rules.settings.known_reasons)
    return next((one for one in known if _joined(one) == _joined(wanted)), wanted) if known else wanted


def _joined(reason: str) -> str:
    return reason.replace("-", "").replace("_", "")


def of_policies(rules: Configuration) -> tuple[str, ...]:
    """The reasons that the policies of all currencies name, those of the main one first. Policies that cannot
    be used are left out: commands that need them report their errors."""
    named: list[str] = []
    for currency in rules.settings.all_currencies:
        with suppress(InvalidFile, NotFound):
            named += rules.policy_in(currency).reasons
    return tuple(dict.fromkeys(named))
