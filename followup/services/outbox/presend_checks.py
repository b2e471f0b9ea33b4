"""Looking again, in the transaction that claims an email: what has happened since it was planned.

Each check looks at one thing and says what becomes of the email, or nothing. The first that speaks decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from followup.domain.cases.case import CaseStatus, Feeling
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.letters.sincerity.finding import SincerityFinding
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailKind, EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.sequence import MOST_STEPS, StepCondition
from followup.domain.sequences.single_email import Single
from followup.domain.shared.reason import Reason
from followup.domain.shared.word import Word
from followup.errors import FollowupError
from followup.mail.letter import TemplateClass
from followup.services.letters import letters
from followup.services.letters.letters import Written
from followup.services.outbox import contact_frequency
from followup.services.reporting import report_emails, report_schedules
from followup.services.sequences import colleague_emails, sender_eligibility
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture, ReportSchedule, Voucher

VOUCHER = "voucher"
"""Under this name a person's release of an email whose voucher has ended is kept."""

_TRY_AGAIN = timedelta(days=1)
_TAKEN_BACK = {
    GestureState.VOID: EmailReason.GESTURE_VOID,
    GestureState.REJECTED: EmailReason.GESTURE_REJECTED,
    GestureState.WITHDRAWN: EmailReason.GESTURE_WITHDRAWN,
    GestureState.EXPIRED: EmailReason.GESTURE_EXPIRED,
}
_USED_UP = {
    VoucherState.REDEEMED: EmailReason.VOUCHER_USED,
    VoucherState.VOID: EmailReason.VOUCHER_VOID,
    VoucherState.EXPIRED: EmailReason.VOUCHER_EXPIRED,
}


class PresendDecision(Word):
    """What becomes of an email that is looked at again."""

    SKIP = "skip", "It is not sent; those after it are"
    END = "end", "It is not sent, and its series ends"
    DEFER = "defer", "It is looked at again later"
    HOLD = "hold", "A person looks at it first"
    FAIL = "fail", "It cannot be written"


@dataclass(frozen=True, slots=True)
class PresendVerdict:
    """What becomes of an email, and why. With DEFER, `until` says until when; with HOLD, `found` may say
    more to who looks at it: it quotes the email, so it has no place in a log."""

    decision: PresendDecision
    reason: Reason[EmailReason]
    until: datetime | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An email as it stands at `now`. One of a report is about no case, so nothing else decides about it."""

    session: Session
    rules: Configuration
    now: datetime
    email: Email

    @property
    def about(self) -> str | None:
        """The reference of the case that the email is about."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Looked):
    """An email about a case, and all that decides about it."""

    case: Case
    customer: Customer
    enrolment: Enrolment | None
    gesture: Gesture | None
    voucher: Voucher | None

    @property
    def about(self) -> str | None:
        """The reference of the case that the email is about."""
        return ref(self.case)

    @property
    def began_at(self) -> datetime:
        """When the email was planned, by enrolling the case or asking for the gesture."""
        if self.enrolment is not None:
            return self.enrolment.started_at
        return self.gesture.requested_at if self.gesture is not None else self.case.logged_at

    @property
    def is_delay(self) -> bool:
        """Whether the email says that a decision takes its time."""
        return self.email.kind is EmailKind.SINGLE and self.email.template == Single.APPROVAL_DELAYED

    @property
    def is_reminder(self) -> bool:
        """Whether the email reminds of a voucher, which the bad experience has little to do with."""
        return self.email.kind is EmailKind.SINGLE and self.email.template == Single.VOUCHER_EXPIRING

    @property
    def asks_whether_it_arrived(self) -> bool:
        """Whether the email is a step for something promised. Raises InvalidFile, NotFound for a file of
        sequences that cannot be read."""
        sequence = self.rules.sequences.by_name.get(self.enrolment.sequence) if self.enrolment else None
        steps = sequence.steps if sequence else ()
        return any(
            step.number == self.email.step and step.only_if is StepCondition.PROMISED for step in steps
        )


AnyTable = TypeVar("AnyTable", bound=SQLModel)
Check = Callable[[Situation], PresendVerdict | None]


def looked_at(session: Session, rules: Configuration, emails: list[Email], *, now: datetime) -> list[Looked]:
    """What decides about some emails of any kind, in their order."""
    about_cases = [email for email in emails if email.case_id is not None]
    found = {s.email.id: s for s in situations(session, rules, about_cases, now=now)}
    return [
        found.get(email.id) or Looked(session=session, rules=rules, now=now, email=email) for email in emails
    ]


def situations(
    session: Session, rules: Configuration, emails: list[Email], *, now: datetime
) -> list[Situation]:
    """What decides about some emails about cases, in their order, gathered in a few queries for all."""
    cases = _by_id(session, Case, (email.case_id for email in emails))
    customers = _by_id(session, Customer, (case.customer_id for case in cases.values()))
    enrolments = _by_id(session, Enrolment, (email.enrolment_id for email in emails))
    named = [email.gesture_id for email in emails] + [row.gesture_id for row in enrolments.values()]
    gestures = _by_id(session, Gesture, named)
    issued = select(Voucher).where(col(Voucher.gesture_id).in_(gestures))
    vouchers = {voucher.gesture_id: voucher for voucher in session.exec(issued)} if gestures else {}
    found = []
    for email in emails:
        case = cases[email.case_id or 0]
        enrolment = enrolments.get(email.enrolment_id or 0)
        gesture_id = (enrolment.gesture_id if enrolment else email.gesture_id) or 0
        found.append(
            Situation(
                session=session,
                rules=rules,
                now=now,
                email=email,
                case=case,
                customer=customers[case.customer_id],
                enrolment=enrolment,
                gesture=gestures.get(gesture_id),
                voucher=vouchers.get(gesture_id),
            )
        )
    return found


def _by_id(session: Session, table: type[AnyTable], numbers: Iterable[int | None]) -> dict[int, AnyTable]:
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    number = table.id  # type: ignore[attr-defined]
    return {row.id: row for row in session.exec(select(table).where(number.in_(wanted)))}  # type: ignore[attr-defined]


def look_again(situation: Looked) -> PresendVerdict | None:
    """Why an email must not go out now, if it must not, and what becomes of it. Reads only."""
    if not isinstance(situation, Situation):
        return _suppressed(situation) or _stopped(situation)
    to_colleague = situation.email.kind is EmailKind.COLLEAGUE
    return _first((*_COLLEAGUE_STATE, *_COLLEAGUE_TIME) if to_colleague else (*_STATE, *_TIME), situation)


def write(situation: Looked) -> Written:
    """The email as it would be written now. Raises InvalidFile where its template is wrong."""
    author = letters.write if isinstance(situation, Situation) else report_emails.write
    return author(situation.session, situation.rules, situation.email, now=situation.now)


def forecast(situation: Looked) -> tuple[Written | None, PresendVerdict | None]:
    """An email as it would be written now, unless it was, and what would become of it when its time comes if
    nothing changed: no verdict where it would go out. What cannot be written is a verdict too. Reads only.

    A report is not written for that: it is about what will be so when it is sent."""
    if not isinstance(situation, Situation):
        return None, look_again(situation)
    email, written, verdict = situation.email, None, None
    checks = _COLLEAGUE_STATE if email.kind is EmailKind.COLLEAGUE else _STATE
    try:
        verdict = _first(checks, situation)
        if email.message is None:
            written = write(situation)
            verdict = verdict or of_what_it_says(situation, written)
    except FollowupError as error:
        # What is skipped or held before it is written cannot fail at being written.
        verdict = verdict or PresendVerdict(
            PresendDecision.FAIL, EmailReason.CANNOT_BE_WRITTEN.of(error.message)
        )
    return written, verdict


def of_what_it_says(situation: Looked, written: Written) -> PresendVerdict | None:
    """Why a written email must not go out as it is. An error of the sincerity lint holds it unless a person
    has let it pass; a warning holds nothing."""
    if not isinstance(situation, Situation) or situation.email.kind is EmailKind.COLLEAGUE:
        return None
    if written.template_class is TemplateClass.MARKETING and not situation.customer.marketing_consent:
        return PresendVerdict(PresendDecision.SKIP, EmailReason.NO_CONSENT.of())
    seen = situation.email.released
    errors = [
        finding
        for finding in written.findings
        if finding.level == "E" and [finding.rule.value, finding.sentence] not in seen
    ]
    held = EmailReason.LINT.of()
    return PresendVerdict(PresendDecision.HOLD, held, found=_in_short(errors)) if errors else None


def _in_short(errors: list[SincerityFinding]) -> str:
    """The first finding, and how many more there are."""
    first = errors[0]
    place = f" “{first.sentence}”" if first.sentence else ""
    more = f" And {len(errors) - 1} more." if len(errors) > 1 else ""
    return f"{first.rule.value}{place}: {first.why}{more}"


def _first(checks: Iterable[Check], situation: Situation) -> PresendVerdict | None:
    return next((verdict for check in checks if (verdict := check(situation)) is not None), None)


# ---- What has happened


def _erased(s: Situation) -> PresendVerdict | None:
    erased = s.customer.erased_at is not None
    return PresendVerdict(PresendDecision.END, EmailReason.NOBODY_LEFT.of()) if erased else None


def _suppressed(s: Looked) -> PresendVerdict | None:
    why = sender_eligibility.suppressed_because(s.session, s.email.to_address)
    return PresendVerdict(PresendDecision.END, why) if why else None


def _closed(s: Situation) -> PresendVerdict | None:
    closed = s.case.status is CaseStatus.CLOSED and not s.is_reminder
    return PresendVerdict(PresendDecision.SKIP, EmailReason.CASE_CLOSED.of()) if closed else None


def _ended(s: Situation) -> PresendVerdict | None:
    """It was under way when its series ended, and came back unsent."""
    if s.enrolment is None or s.enrolment.state is not EnrolmentState.ENDED:
        return None
    return PresendVerdict(PresendDecision.SKIP, s.enrolment.why or EmailReason.SERIES_ENDED.of())


def _distressed(s: Situation) -> PresendVerdict | None:
    distressed = s.case.feeling is Feeling.DISTRESSED
    return PresendVerdict(PresendDecision.END, EmailReason.DISTRESSED.of()) if distressed else None


def _answered(s: Situation) -> PresendVerdict | None:
    if s.is_reminder or s.case.replied_at is None or s.case.replied_at < s.began_at:
        return None
    return PresendVerdict(PresendDecision.END, EmailReason.ANSWERED.of())


def _reopened(s: Situation) -> PresendVerdict | None:
    if s.is_reminder or s.case.reopened_at is None or s.case.reopened_at < s.began_at:
        return None
    return PresendVerdict(PresendDecision.END, EmailReason.REOPENED.of())


def _delay_is_over(s: Situation) -> PresendVerdict | None:
    """Nobody is told of a decision to come that has come."""
    waits = s.gesture is not None and s.gesture.state is GestureState.PENDING
    return None if waits or not s.is_delay else PresendVerdict(PresendDecision.SKIP, EmailReason.DECIDED.of())


def _taken_back(s: Situation) -> PresendVerdict | None:
    """What an expired voucher means is said by its own check, step by step."""
    if s.gesture is None or (s.gesture.state is GestureState.EXPIRED and s.voucher is not None):
        return None
    why = _TAKEN_BACK.get(s.gesture.state)
    return PresendVerdict(PresendDecision.SKIP, why.of()) if why else None


def _voucher_ended(s: Situation) -> PresendVerdict | None:
    why = _USED_UP.get(s.voucher.state) if s.voucher else None
    if why is None or [VOUCHER, why.value] in s.email.released:
        return None
    if s.email.kind is EmailKind.STEP and s.email.step == 1:
        return PresendVerdict(PresendDecision.HOLD, why.of())
    ended = s.is_reminder or s.asks_whether_it_arrived
    return PresendVerdict(PresendDecision.SKIP, why.of()) if ended else None


def _resolved(s: Situation) -> PresendVerdict | None:
    resolved = s.case.status is CaseStatus.RESOLVED and s.asks_whether_it_arrived
    return PresendVerdict(PresendDecision.SKIP, EmailReason.CASE_RESOLVED.of()) if resolved else None


def _nothing_to_follow(s: Situation) -> PresendVerdict | None:
    """Where the first email was left out, the others would speak of what the customer never read."""
    if s.enrolment is None or s.email.step == 1:
        return None
    left_out = s.session.exec(
        select(Email.id).where(
            col(Email.enrolment_id) == s.enrolment.id,
            col(Email.step) == 1,
            col(Email.state).in_((EmailState.SKIPPED, EmailState.CANCELLED)),
        )
    ).first()
    if left_out is None:
        return None
    return PresendVerdict(PresendDecision.SKIP, EmailReason.NOTHING_TO_FOLLOW.of())


def _enough(s: Situation) -> PresendVerdict | None:
    if s.is_reminder or sender_eligibility.emails_about(s.session, s.case) < MOST_STEPS:
        return None
    return PresendVerdict(PresendDecision.SKIP, EmailReason.ENOUGH.of())


# ---- Whether it is time


def _paused(s: Situation) -> PresendVerdict | None:
    paused = s.enrolment is not None and s.enrolment.state is EnrolmentState.PAUSED
    if not paused:
        return None
    return PresendVerdict(PresendDecision.DEFER, EmailReason.PAUSED.of(), s.now + _TRY_AGAIN)


def _not_its_turn_in_the_series(s: Situation) -> PresendVerdict | None:
    """A follow-up never goes before the email that it follows."""
    if s.enrolment is None:
        return None
    earlier = s.session.exec(
        select(Email)
        .where(
            col(Email.enrolment_id) == s.enrolment.id,
            col(Email.step) < s.email.step,
            col(Email.sent_at).is_(None),
            col(Email.state).not_in((EmailState.SKIPPED, EmailState.CANCELLED)),
        )
        .order_by(col(Email.step).desc())
    ).first()
    if earlier is None:
        return None
    why = (
        EmailReason.EARLIER_HELD.of(email=ref(earlier))
        if earlier.held_code
        else EmailReason.EARLIER_NOT_SENT.of(email=ref(earlier), state=earlier.state.value)
    )
    return PresendVerdict(
        PresendDecision.DEFER, why, s.rules.calendar(s.customer).next_open(s.now + _TRY_AGAIN)
    )


def _not_now(s: Situation) -> PresendVerdict | None:
    """Outside their hours, or too soon after, or before, what else this customer is sent."""
    frequency = contact_frequency.frequency_of(s.rules.settings)
    turn, why = contact_frequency.turn_of(s.session, s.email, s.case.customer_id, frequency, now=s.now)
    opens = s.rules.calendar(s.customer).next_open(turn)
    if opens <= s.now:
        return None
    return PresendVerdict(
        PresendDecision.DEFER, (why if turn > s.now else EmailReason.OUTSIDE_HOURS).of(), opens
    )


# ---- Emails to colleagues, and reports


def _decided(s: Situation) -> PresendVerdict | None:
    """A colleague is asked only while there is something to decide."""
    asked = s.email.template == colleague_emails.FOR_APPROVAL
    decided = asked and not colleague_emails.still_to_decide(s.session, s.email)
    return PresendVerdict(PresendDecision.SKIP, EmailReason.DECIDED.of()) if decided else None


def _stopped(s: Looked) -> PresendVerdict | None:
    """It was under way when its schedule was removed, and came back unsent."""
    stopped = s.session.get_one(ReportSchedule, s.email.schedule_id).removed_at is not None
    return PresendVerdict(PresendDecision.SKIP, report_schedules.STOPPED) if stopped else None


def _outside_business_hours(s: Situation) -> PresendVerdict | None:
    opens = s.rules.calendar().next_open(s.now)
    if opens <= s.now:
        return None
    return PresendVerdict(PresendDecision.DEFER, EmailReason.OUTSIDE_BUSINESS_HOURS.of(), opens)


_STATE: tuple[Check, ...] = (
    _erased,
    _suppressed,
    _closed,
    _ended,
    _distressed,
    _answered,
    _reopened,
    _delay_is_over,
    _taken_back,
    _voucher_ended,
    _resolved,
    _nothing_to_follow,
    _enough,
)
_TIME: tuple[Check, ...] = (_paused, _not_its_turn_in_the_series, _not_now)
_COLLEAGUE_STATE: tuple[Check, ...] = (_erased, _suppressed, _decided)
_COLLEAGUE_TIME: tuple[Check, ...] = (_outside_business_hours,)
