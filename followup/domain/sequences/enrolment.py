"""The states of an enrolment of a case in a sequence."""

from followup.domain.shared.word import Word


class EnrolmentState(Word):
    """The state of a case in its sequence."""

    ACTIVE = "active", "Emails go out as they fall due"
    PAUSED = "paused", "Held by a person"
    COMPLETED = "completed", "All its emails are done"
    ENDED = "ended", "Unenrolled, for a recorded reason"
