"""The interface of a kind of email: its presend checks, how it is written, and how it is described."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.errors import FollowupError
from followup.services.letters.letters import Written
from followup.services.outbox.presend_checks import Looked, PresendDecision, PresendVerdict, Situation
from followup.services.shared.references import ref
from followup.store.tables import Email

AnySituation = TypeVar("AnySituation", bound=Looked)
Check = Callable[[AnySituation], PresendVerdict | None]


class OutboxKind(ABC, Generic[AnySituation]):
    """A kind of email. Properties shared by all emails of the kind are in `kind.traits`."""

    kind: ClassVar[EmailKind]

    unless: ClassVar[str]
    """The clause that completes "It goes out at ten, unless ...": what would stop such an email."""

    checks: ClassVar[tuple[Check[Any], ...]] = ()
    """Presend checks of what has changed since the email was planned, in order. The first verdict decides."""

    time_checks: ClassVar[tuple[Check[Any], ...]] = ()
    """Presend checks of whether it is time to send, run after `checks`."""

    # ---- Whether it is sent

    def checks_of(self, _email: Email) -> tuple[Check[AnySituation], ...]:
        """The presend checks for one email. Override this if they differ within the kind."""
        return self.checks

    def of_what_it_says(self, _situation: AnySituation, _written: Written) -> PresendVerdict | None:
        """Check the content of a written email. Returns a verdict if it must not be sent as it is,
        else None."""
        return None

    def look_again(self, situation: AnySituation) -> PresendVerdict | None:
        """Run all presend checks. Returns the first verdict, or None if the email may be sent now. Reads
        only."""
        return first_of((*self.checks_of(situation.email), *self.time_checks), situation)

    def forecast(self, situation: AnySituation) -> tuple[Written | None, PresendVerdict | None]:
        """Forecast an email, assuming that nothing changes. Reads only.

        Returns the email as it would be written now (None if it is written already), and the verdict that it
        would get when it is due (None if it would be sent). An email that cannot be written has a verdict
        too."""
        email, written, verdict = situation.email, None, None
        try:
            verdict = first_of(self.checks_of(email), situation)
            if email.message is None:
                written = self.write(situation)
                verdict = verdict or self.of_what_it_says(situation, written)
        except FollowupError as error:
            # An email that a check stops is never written, so a broken template does not matter.
            verdict = verdict or PresendVerdict(
                PresendDecision.FAIL, EmailReason.CANNOT_BE_WRITTEN.of(error.message)
            )
        return written, verdict

    # ---- Content

    @abstractmethod
    def write(self, situation: AnySituation) -> Written:
        """Write the email as of now. Raises InvalidFile if its template is invalid."""

    # ---- How it is described

    @abstractmethod
    def timezone(self, situation: AnySituation) -> str:
        """The time zone in which `outbox why` shows the email's events."""

    @abstractmethod
    def occasion(self, situation: AnySituation) -> str:
        """Why the email was planned, in whole sentences."""

    def mended_by(self, _situation: AnySituation) -> str | None:
        """A clause that says how a person reviews and corrects a held email; None if it cannot be
        corrected."""
        return None


class AboutCase(OutboxKind[Situation]):
    """An email about a case."""

    def mended_by(self, situation: Situation) -> str:
        """The command that previews the email's template."""
        case = ref(situation.case)
        return (
            f"See all of it with: followup template preview {case} --step {max(situation.email.step, 1)}; "
            f"mend the template, or the case (followup case set {case} …)"
        )


def first_of(checks: Iterable[Check[AnySituation]], situation: AnySituation) -> PresendVerdict | None:
    """Run checks in order. Returns the first verdict, or None if no check gives one."""
    return next((verdict for check in checks if (verdict := check(situation)) is not None), None)


def gesture_text(situation: Situation) -> str:
    """The gesture of an email as text, such as "G-0012 (voucher)"; empty if it has none."""
    gesture = situation.gesture
    return f"{ref(gesture)} ({gesture.kind})" if gesture else ""
