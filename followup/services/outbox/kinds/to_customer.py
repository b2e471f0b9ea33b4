"""What the emails to a customer have in common: their letter, the lint, and the customer's own clock."""

from typing import ClassVar

from followup.services.letters import letters
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import AboutCase
from followup.services.outbox.presend_checks import PresendVerdict, Situation


class ToCustomer(AboutCase):
    """An email that the customer of a case reads."""

    unless: ClassVar = "the customer answers, the case is closed or opened again, or somebody stops it before"

    def of_what_it_says(self, situation: Situation, written: Written) -> PresendVerdict | None:
        """They may not have agreed to offers, and the lint may have found fault with it."""
        return presend_checks.of_what_it_says(situation, written)

    def write(self, situation: Situation) -> Written:
        """The letter of its template, for the case as it stands."""
        return letters.write(situation.session, situation.rules, situation.email, now=situation.now)

    def timezone(self, situation: Situation) -> str:
        """The customer's."""
        return situation.customer.timezone
