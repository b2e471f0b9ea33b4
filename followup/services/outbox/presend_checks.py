"""Looking again, in the transaction that claims an email: what has happened since it was planned.

Each check looks at one thing and says what becomes of the email, or nothing. Here are those that several
kinds of emails have in common; each kind (`kinds`) lists those that are for it, and adds its own. The first
that speaks decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from followup.domain.cases.case import CaseStatus, Feeling
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.letters.sincerity.finding import SincerityFinding
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.sequences.sequence import MOST_STEPS
from followup.domain.shared.reason import Reason
from followup.domain.shared.word import Word
from followup.mail.letter import TemplateClass
from followup.services.letters.letters import Written
from followup.services.outbox import contact_frequency
from followup.services.sequences import sender_eligibility
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture, Voucher

VOUCHER = "voucher"
"""Under this name a person's release of an email whose voucher has ended is kept."""

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


def taken_back(s: Situation) -> PresendVerdict | None:
    """What an expired voucher means is said by its own check, step by step."""
    if s.gesture is None or (s.gesture.state is GestureState.EXPIRED and s.voucher is not None):
        return None
    why = _TAKEN_BACK.get(s.gesture.state)
    return PresendVerdict(PresendDecision.SKIP, why.of()) if why else None


def voucher_ended_because(s: Situation) -> EmailReason | None:
    """Why nobody can use the voucher of an email any more, unless a person has let that pass."""
    why = _USED_UP.get(s.voucher.state) if s.voucher else None
    return None if why is None or [VOUCHER, why.value] in s.email.released else why


def enough(s: Situation) -> PresendVerdict | None:
    """No customer gets more about one case than is enough."""
    if sender_eligibility.emails_about(s.session, s.case) < MOST_STEPS:
        return None
    return PresendVerdict(PresendDecision.SKIP, EmailReason.ENOUGH.of())


# ---- Whether it is time


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
