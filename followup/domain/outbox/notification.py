"""Notifications: emails to colleagues that tell what needs them."""

from followup.domain.shared.word import Word


class Notification(Word):
    """What an email to a colleague tells; it is the template of its row in the outbox."""

    CASE = "case-needs-you", "A case needs its owner"
    QUEUE = "your-queue", "Which cases need their owner, each business morning"
    ALARM = "alarm", "Something keeps us from being heard, or customers from being answered"


class NotifyOwners(Word):
    """When the owner of a case hears by email that it needs them."""

    AT_ONCE = "at_once", "As soon as an answer arrives, or an email does not"
    DAILY = "daily", "Each business morning, all cases in one email"
    OFF = "off", "Never; they look at their queue"
