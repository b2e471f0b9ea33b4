"""Replaying the recorded cases under another policy file: `followup policy simulate`."""

from collections.abc import Callable
from datetime import date

from followup.application.door import Reading, reads
from followup.application.goodwill.policies import policy_text
from followup.services.goodwill import policy_files, policy_simulation
from followup.services.goodwill.simulation_documents import SimulationDocument
from followup.services.shared import parse_input


@reads("policy simulate")
def simulate(
    work: Reading,
    policy: str,
    since: str | None = None,
    until: str | None = None,
    most: int = 10,
    text: str | None = None,
    currency: str | None = None,
    on_progress: Callable[[float], None] = lambda _part: None,
) -> SimulationDocument:
    """What a policy file would have given for the cases in its currency, logged between two days, beside the
    policy in use for that currency, or for the one named.

    `text` is the policy itself if it has no path. `on_progress` gets the part done, from 0 to 1. Raises
    WrongUsage for an invalid day, NotFound, and InvalidFile for a file that cannot be used."""

    def day(label: str, written: str | None) -> date | None:
        today = work.configuration.today(work.now)
        return None if written is None else parse_input.day(label, written, today=today)

    new = policy_text(work.place, policy, text)
    trial = policy_simulation.Trial(
        before=policy_files.own_text(work.configuration, currency or new.load().currency),
        after=new,
        since=day("since", since),
        until=day("until", until),
        most=most,
    )
    return policy_simulation.simulate(work.session, work.configuration, trial, on_progress)
