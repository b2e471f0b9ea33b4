"""Reading an email with all the rules."""

from followup.domain.sincerity.circumstances import Circumstances
from followup.domain.sincerity.draft import Draft
from followup.domain.sincerity.finding import Finding


def lint(draft: Draft, circumstances: Circumstances) -> tuple[Finding, ...]:
    """What is wrong with an email, in the order of the rules; nothing where it reads as it should."""
    return ()
