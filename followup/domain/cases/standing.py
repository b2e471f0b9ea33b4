"""Where a case stands: what was offered, which emails went or are to come, what the customer has heard."""

from dataclasses import dataclass
from datetime import datetime

from followup.domain.cases.answer_tone import AnswerTone
from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import CaseStatus
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.shared.word import Word


class LetterState(Word):
    """What becomes of an email to the customer."""

    COMING = "coming", "It goes out when it is due"
    PAUSED = "paused", "Its series is paused"
    HELD = "held", "A person reads it first"
    FAILED = "failed", "It cannot go out"
    IN_DOUBT = "in_doubt", "It may have gone out"
    SENT = "sent", "It went out"
    LEFT_OUT = "left_out", "It never goes out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A gesture, as far as it matters for what its customer is owed.

    `is_standing`: issued, and neither received nor over. `is_paid`: it was handed over. `is_void`: taken
    back. `came_to`: how it is listed if nothing else is to come, None while somebody decides.
    `decision_until`: when the decision is due that it waits for. `was_announced`: the customer was told that
    a decision is pending. `arrives_by`: when the customer was to have the money or thing, None for what is
    there at once. `kept_until`: when a person looks at an amount that is kept because it is too small to be
    paid out. `not_written`: why no sequence told of it, if that is known."""

    name: str
    requested_at: datetime
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    is_standing: bool = False
    is_void: bool = False
    is_expired: bool = False
    came_to: AttentionReason | None = None
    decision_until: datetime | None = None
    was_announced: bool = False
    is_call: bool = False
    arrives_by: datetime | None = None
    kept_until: datetime | None = None
    not_written: AttentionReason | None = None
    is_paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An email to the customer. `series` identifies the enrolment that planned it at `planned_at`, None for
    a single email; `tells` says that it tells what was decided, `is_first` that the others of its series
    follow it. `besides` are the gestures that it tells of besides its `offer`; `was_added` says that it is by
    itself about what was given after the first one."""

    name: str
    state: LetterState
    due_at: datetime
    planned_at: datetime
    series: int | None = None
    offer: str | None = None
    besides: frozenset[str] = frozenset()
    was_added: bool = False
    tells: bool = True
    is_first: bool = False
    sent_at: datetime | None = None
    came_back: bool = False
    was_put_off: bool = False
    lacks_consent: bool = False
    why: str | None = None

    def is_about(self, offer: str) -> bool:
        """Whether it tells of a gesture."""
        return offer == self.offer or offer in self.besides

    @property
    def has_reached(self) -> bool:
        """Whether it went out and did not come back."""
        return self.state is LetterState.SENT and not self.came_back


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStanding:
    """Where a case stands.

    `told_at` is when a person last told the customer in person, `noted_at` the newest note of a colleague,
    `carried_at` the newest note for the customer that an email has carried. `answer` is what the customer
    said last, if that was an answer to the closing email, and `tone` what kind of answer their last one is;
    `unread_since` when they added words to it that nobody has read. `wrote_at` is when they last wrote an
    email that may be about this case or another of theirs, and `wrote_in` its name. `is_history`: it was
    imported, and nobody has touched it."""

    status: CaseStatus
    logged_at: datetime
    reopened_at: datetime | None = None
    replied_at: datetime | None = None
    tone: AnswerTone = AnswerTone.PLAIN
    told_at: datetime | None = None
    noted_at: datetime | None = None
    carried_at: datetime | None = None
    answer: OutcomeAnswer | None = None
    unread_since: datetime | None = None
    wrote_at: datetime | None = None
    wrote_in: str | None = None
    is_distressed: bool = False
    is_erased: bool = False
    is_history: bool = False
    has_phone: bool = True
    suppressed_since: datetime | None = None
    agent_left: str | None = None
    paused_since: datetime | None = None
    paused_until: datetime | None = None
    offers: tuple[Offer, ...] = ()
    letters: tuple[Letter, ...] = ()

    @property
    def opened_at(self) -> datetime:
        """When it was opened last."""
        return max(self.logged_at, self.reopened_at or self.logged_at)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status is CaseStatus.OPEN

    @property
    def is_content(self) -> bool:
        """Whether the customer's own last word is that all is well."""
        return self.answer is OutcomeAnswer.MADE_RIGHT

    def heard_in_person(self, since: datetime) -> bool:
        """Whether a person has told the customer since then."""
        return self.told_at is not None and self.told_at >= since

    def heard(self, since: datetime) -> bool:
        """Whether the customer has been told anything since then, in person or by an email that reached
        them."""
        return self.heard_in_person(since) or any(
            letter.tells and letter.has_reached and letter.sent_at is not None and letter.sent_at >= since
            for letter in self.letters
        )

    def will_go(self, letter: Letter) -> bool:
        """Whether an unsent email goes out by itself, now or after its pause."""
        if self.status is CaseStatus.CLOSED or self.suppressed_since is not None:
            return False
        if letter.state not in (LetterState.COMING, LetterState.PAUSED):
            return False
        return letter.is_first or letter.series is None or letter.series not in self.series_left_out

    @property
    def series_left_out(self) -> frozenset[int]:
        """The series whose first email never goes out: the others have nothing to follow."""
        return frozenset(
            letter.series
            for letter in self.letters
            if letter.is_first and letter.state is LetterState.LEFT_OUT and letter.series is not None
        )

    def is_listed(self, letter: Letter) -> bool:
        """Whether an email is listed by itself, as held, failed or in doubt."""
        if letter.state is LetterState.IN_DOUBT:
            return True
        stopped = letter.state in (LetterState.HELD, LetterState.FAILED)
        return stopped and self.status is not CaseStatus.CLOSED
