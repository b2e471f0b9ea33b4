"""The reasons for suppressions."""

from followup.domain.shared.word import Word


class SuppressionReason(Word):
    """Why an address must not be emailed."""

    HARD_BOUNCE = "hard_bounce", "The mail server said for good that nobody is there"
    COMPLAINT = "complaint", "They called an email of ours unwanted"
    UNSUBSCRIBE = "unsubscribe", "They asked us to stop"
    MANUAL = "manual", "Somebody here decided it"
    ERASED = "erased", "The person asked to be forgotten"
