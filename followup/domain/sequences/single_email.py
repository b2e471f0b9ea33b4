"""Emails to a customer that belong to no sequence."""

from followup.domain.shared.word import Word


class Single(Word):
    """A single email outside sequences, named by its template."""

    APPROVAL_DELAYED = "approval-delayed", "Says by when it is decided what we can do"
    GIVEN_LATER = "given-later", "Tells of what was given after the first email of a sequence"
    TAKEN_BACK = "taken-back", "Says that something they were told of does not stand"
    VOUCHER_EXPIRING = "voucher-expiring", "Says until when a voucher can be used"
