"""What every kind of email says of itself: why it may not go out, how it is written, how it is told of."""

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
    """A kind of email. What is true of all emails of a kind, whoever asks, is among the traits of `kind`."""

    kind: ClassVar[EmailKind]

    templates: ClassVar[tuple[str, ...]] = ()
    """The templates that only emails of this kind use. Those of a sequence are named in its file."""

    unless: ClassVar[str]
    """What keeps one that is to go out from it, after "It goes out at ten, unless"."""

    checks: ClassVar[tuple[Check[Any], ...]] = ()
    """What has happened since an email was planned, in the order in which it is asked."""

    time_checks: ClassVar[tuple[Check[Any], ...]] = ()
    """Whether it is time, asked after the others."""

    # ---- Whether it goes out

    def checks_of(self, _email: Email) -> tuple[Check[AnySituation], ...]:
        """The checks of one email, where they differ within the kind."""
        return self.checks

    def of_what_it_says(self, _situation: AnySituation, _written: Written) -> PresendVerdict | None:
        """Why a written email must not go out as it is."""
        return None

    def look_again(self, situation: AnySituation) -> PresendVerdict | None:
        """Why an email must not go out now, if it must not, and what becomes of it. Reads only."""
        return first_of((*self.checks_of(situation.email), *self.time_checks), situation)

    def forecast(self, situation: AnySituation) -> tuple[Written | None, PresendVerdict | None]:
        """An email as it would be written now, unless it was, and what would become of it when its time comes
        if nothing changed: no verdict where it would go out. What cannot be written is a verdict too. Reads
        only."""
        email, written, verdict = situation.email, None, None
        try:
            verdict = first_of(self.checks_of(email), situation)
            if email.message is None:
                written = self.write(situation)
                verdict = verdict or self.of_what_it_says(situation, written)
        except FollowupError as error:
            # What is skipped or held before it is written cannot fail at being written.
            verdict = verdict or PresendVerdict(
                PresendDecision.FAIL, EmailReason.CANNOT_BE_WRITTEN.of(error.message)
            )
        return written, verdict

    # ---- What it says

    @abstractmethod
    def write(self, situation: AnySituation) -> Written:
        """The email as it would be written now. Raises InvalidFile where its template is wrong."""

    # ---- How it is told of

    @abstractmethod
    def timezone(self, situation: AnySituation) -> str:
        """Whose clock its story goes by."""

    @abstractmethod
    def occasion(self, situation: AnySituation) -> str:
        """Why it was planned, in whole sentences."""

    def mended_by(self, _situation: AnySituation) -> str | None:
        """How a person reads and mends one that is held, as a clause; None where there is nothing to mend."""
        return None


class AboutCase(OutboxKind[Situation]):
    """An email about a case."""

    def mended_by(self, situation: Situation) -> str:
        """The preview of its template."""
        case = ref(situation.case)
        return (
            f"See all of it with: followup template preview {case} --step {max(situation.email.step, 1)}; "
            f"mend the template, or the case (followup case set {case} …)"
        )


def first_of(checks: Iterable[Check[AnySituation]], situation: AnySituation) -> PresendVerdict | None:
    """What the first check says that says anything."""
    return next((verdict for check in checks if (verdict := check(situation)) is not None), None)


def gesture_text(situation: Situation) -> str:
    """The gesture that an email is about: "G-0012 (voucher)"; nothing where it is about none."""
    gesture = situation.gesture
    return f"{ref(gesture)} ({gesture.kind})" if gesture else ""
