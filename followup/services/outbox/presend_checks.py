"""Looking again, in the transaction that claims an email: what has happened since it was planned.

Each check looks at one thing and says what becomes of the email, or nothing. Each kind of email lists those
that are for it (`kinds`); the first that speaks decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from followup.domain.cases.case import CaseStatus, Feeling
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.letters.sincerity.finding import SincerityFinding
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.sequences.sequence import MOST_STEPS, StepCondition
from followup.domain.shared.reason import Reason
from followup.domain.shared.word import Word
from followup.mail.letter import TemplateClass
from followup.services.letters.letters import Written
from followup.services.outbox import contact_frequency
from followup.services.reporting import report_schedules
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
    enrolment: Enrolment | None = None

    @property
    def about(self) -> str | None:
        """The reference of the case that the email is about."""
        return None

    @property
    def began_at(self) -> datetime:
        """When the email was planned."""
        return self.email.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Looked):
    """An email about a case, and all that decides about it."""

    case: Case
    customer: Customer
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
    def asks_whether_it_arrived(self) -> bool:
        """Whether the email is a step for something promised. Raises InvalidFile, NotFound for a file of
        sequences that cannot be read."""
        sequence = self.rules.sequences.by_name.get(self.enrolment.sequence) if self.enrolment else None
        steps = sequence.steps if sequence else ()
        return any(
            step.number == self.email.step and step.only_if is StepCondition.PROMISED for step in steps
        )


AnyTable = TypeVar("AnyTable", bound=SQLModel)


def looked_at(session: Session, rules: Configuration, emails: list[Email], *, now: datetime) -> list[Looked]:
    """What decides about some emails of any kind, in their order."""
    about_cases = [email for email in emails if email.kind.traits.about_case]
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


def of_what_it_says(situation: Situation, written: Written) -> PresendVerdict | None:
    """Why a written email must not go out as it is. An error of the sincerity lint holds it unless a person
    has let it pass; a warning holds nothing."""
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


# ---- What has happened


def erased(s: Situation) -> PresendVerdict | None:
    """Nobody is written to about a customer who was erased."""
    is_erased = s.customer.erased_at is not None
    return PresendVerdict(PresendDecision.END, EmailReason.NOBODY_LEFT.of()) if is_erased else None


def suppressed(s: Looked) -> PresendVerdict | None:
    """Nothing goes to an address that must not be written to."""
    why = sender_eligibility.suppressed_because(s.session, s.email.to_address)
    return PresendVerdict(PresendDecision.END, why) if why else None


def closed(s: Situation) -> PresendVerdict | None:
    """What is over is left alone."""
    is_closed = s.case.status is CaseStatus.CLOSED
    return PresendVerdict(PresendDecision.SKIP, EmailReason.CASE_CLOSED.of()) if is_closed else None


def ended(s: Situation) -> PresendVerdict | None:
    """It was under way when its series ended, and came back unsent."""
    if s.enrolment is None or s.enrolment.state is not EnrolmentState.ENDED:
        return None
    return PresendVerdict(PresendDecision.SKIP, s.enrolment.why or EmailReason.SERIES_ENDED.of())


def distressed(s: Situation) -> PresendVerdict | None:
    """Somebody who is distressed gets a call, no email that goes by itself."""
    is_distressed = s.case.feeling is Feeling.DISTRESSED
    return PresendVerdict(PresendDecision.END, EmailReason.DISTRESSED.of()) if is_distressed else None


def answered(s: Situation) -> PresendVerdict | None:
    """Once the customer has written, a person does."""
    if s.case.replied_at is None or s.case.replied_at < s.began_at:
        return None
    return PresendVerdict(PresendDecision.END, EmailReason.ANSWERED.of())


def reopened(s: Situation) -> PresendVerdict | None:
    """Once they had to come back, a person writes."""
    if s.case.reopened_at is None or s.case.reopened_at < s.began_at:
        return None
    return PresendVerdict(PresendDecision.END, EmailReason.REOPENED.of())


def delay_is_over(s: Situation) -> PresendVerdict | None:
    """Nobody is told of a decision to come that has come."""
    waits = s.gesture is not None and s.gesture.state is GestureState.PENDING
    return None if waits else PresendVerdict(PresendDecision.SKIP, EmailReason.DECIDED.of())


def taken_back(s: Situation) -> PresendVerdict | None:
    """What an expired voucher means is said by its own check, step by step."""
    if s.gesture is None or (s.gesture.state is GestureState.EXPIRED and s.voucher is not None):
        return None
    why = _TAKEN_BACK.get(s.gesture.state)
    return PresendVerdict(PresendDecision.SKIP, why.of()) if why else None


def voucher_ended(s: Situation) -> PresendVerdict | None:
    """A person looks at the first email of a series before it speaks of a voucher that has ended. The one
    that asks whether it arrived is not sent."""
    why = _voucher_ended_because(s)
    if why is None:
        return None
    if s.email.step == 1:
        return PresendVerdict(PresendDecision.HOLD, why.of())
    return PresendVerdict(PresendDecision.SKIP, why.of()) if s.asks_whether_it_arrived else None


def nothing_to_remind_of(s: Situation) -> PresendVerdict | None:
    """Nobody is reminded of a voucher that has ended."""
    why = _voucher_ended_because(s)
    return PresendVerdict(PresendDecision.SKIP, why.of()) if why else None


def _voucher_ended_because(s: Situation) -> EmailReason | None:
    why = _USED_UP.get(s.voucher.state) if s.voucher else None
    return None if why is None or [VOUCHER, why.value] in s.email.released else why


def resolved(s: Situation) -> PresendVerdict | None:
    """Nobody asks whether it arrived where the customer has said so."""
    is_resolved = s.case.status is CaseStatus.RESOLVED and s.asks_whether_it_arrived
    return PresendVerdict(PresendDecision.SKIP, EmailReason.CASE_RESOLVED.of()) if is_resolved else None


def nothing_to_follow(s: Situation) -> PresendVerdict | None:
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


def enough(s: Situation) -> PresendVerdict | None:
    """No customer gets more about one case than is enough."""
    if sender_eligibility.emails_about(s.session, s.case) < MOST_STEPS:
        return None
    return PresendVerdict(PresendDecision.SKIP, EmailReason.ENOUGH.of())


# ---- Whether it is time


def paused(s: Situation) -> PresendVerdict | None:
    """A series that somebody paused waits."""
    is_paused = s.enrolment is not None and s.enrolment.state is EnrolmentState.PAUSED
    return (
        PresendVerdict(PresendDecision.DEFER, EmailReason.PAUSED.of(), s.now + _TRY_AGAIN)
        if is_paused
        else None
    )


def not_its_turn_in_the_series(s: Situation) -> PresendVerdict | None:
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


def not_their_turn(s: Situation) -> PresendVerdict | None:
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


def decided(s: Situation) -> PresendVerdict | None:
    """A colleague is asked only while there is something to decide."""
    asked = s.email.template == colleague_emails.FOR_APPROVAL
    is_decided = asked and not colleague_emails.still_to_decide(s.session, s.email)
    return PresendVerdict(PresendDecision.SKIP, EmailReason.DECIDED.of()) if is_decided else None


def stopped(s: Looked) -> PresendVerdict | None:
    """It was under way when its schedule was removed, and came back unsent."""
    is_stopped = s.session.get_one(ReportSchedule, s.email.schedule_id).removed_at is not None
    return PresendVerdict(PresendDecision.SKIP, report_schedules.STOPPED) if is_stopped else None


def outside_business_hours(s: Situation) -> PresendVerdict | None:
    """Colleagues are written to while they work."""
    opens = s.rules.calendar().next_open(s.now)
    return (
        PresendVerdict(PresendDecision.DEFER, EmailReason.OUTSIDE_BUSINESS_HOURS.of(), opens)
        if opens > s.now
        else None
    )
