"""The story of an email: `followup outbox why`."""

from followup.application.door import Reading, reads
from followup.services.outbox import explain_email, outbox
from followup.services.outbox.explain_email import EmailStoryDocument


@reads("outbox why")
def explain(work: Reading, reference: str) -> EmailStoryDocument:
    """The history of an email: why it was planned, what happened to it, what comes next. Raises NotFound."""
    found = outbox.find_email(work.session, reference)
    return explain_email.story(work.session, work.configuration, found, now=work.now)
