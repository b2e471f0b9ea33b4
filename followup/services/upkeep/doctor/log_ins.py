"""The check of log-ins to mail servers that are kept."""

from collections.abc import Iterator

from followup.services.shared.configuration import Configuration
from followup.services.upkeep.doctor.finding import Check, broken
from followup.services.upkeep.log_ins import fault_of, users_with_log_in


def check_log_ins(rules: Configuration) -> Iterator[Check]:
    """A check for each log-in that is needed. Nothing is refreshed, and no token is shown."""
    log_ins = rules.log_ins
    for user in users_with_log_in(rules.settings) if log_ins else ():
        assert log_ins is not None
        error = fault_of(log_ins, user)
        if error is not None:
            yield broken("log-in", error)
            continue
        kept = log_ins.find(user)
        assert kept is not None
        yield Check("log-in", True, f"{user} at {kept.provider_name}, since {kept.logged_in_at[:10]}")
