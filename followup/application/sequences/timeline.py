"""The emails of a case as they were or would be written: `followup sequence timeline`."""

from followup.application.door import Reading, reads
from followup.services.outbox import timeline
from followup.services.outbox.timeline import TimelineDocument


@reads("sequence timeline")
def show_timeline(work: Reading, case: str) -> TimelineDocument:
    """All emails of a case, sent and to come; those to come as they would be written now. Raises NotFound."""
    return timeline.timeline(work.session, work.configuration, case, now=work.now)
