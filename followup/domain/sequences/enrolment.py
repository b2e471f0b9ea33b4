"""The states of an enrolment: a case on its way through a sequence."""

from followup.domain.shared.word import Word


class EnrolmentState(Word):
    """Where a case stands in its sequence."""

    ACTIVE = "active", "Emails go out as they fall due"
    PAUSED = "paused", "Held by a person"
    COMPLETED = "completed", "All its emails are done"
    ENDED = "ended", "Unenrolled, for a recorded reason"
