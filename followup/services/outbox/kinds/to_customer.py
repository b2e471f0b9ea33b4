"""What all emails to customers share: the letter, the sincerity lint, and the customer's time zone."""

from typing import ClassVar

from followup.services.letters import letters
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import AboutCase
from followup.services.outbox.presend_checks import PresendVerdict, Situation
from followup.services.shared.references import ref


class ToCustomer(AboutCase):
    """An email to the customer of a case."""

    unless: ClassVar = "the customer answers, the case is closed or opened again, or somebody stops it before"

    def of_what_it_says(self, situation: Situation, written: Written) -> PresendVerdict | None:
        """Hold or stop the email if the customer has not agreed to offers, or if the lint has
        found an error."""
        return presend_checks.of_what_it_says(situation, written)

    def mended_by(self, situation: Situation) -> str:
        """The command that previews the letter, and the one that changes its words."""
        return (
            f"{super().mended_by(situation)}; or change its words alone: "
            f"followup outbox edit {ref(situation.email)}"
        )

    def write(self, situation: Situation) -> Written:
        """Write the letter from its template and the present state of the case."""
        return letters.write(situation.session, situation.rules, situation.email, now=situation.now)

    def timezone(self, situation: Situation) -> str:
        """The customer's time zone."""
        return situation.customer.timezone
