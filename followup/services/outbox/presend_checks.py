"""Presend checks: what has changed since an email was planned. They run in the transaction that claims it.

Each check examines one thing and returns a verdict or None; the first verdict decides. This module has the
checks that several kinds share. Each kind (in `kinds`) lists the checks that apply to it and adds its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from followup.domain.cases.case import CaseStatus, Feeling
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.letters.finding import LetterFinding
from followup.domain.letters.gate.finding import GateFinding
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.sequences.sequence import MOST_STEPS
from followup.domain.sequences.single_email import Single
from followup.domain.shared.reason import Reason
from followup.domain.shared.word import Word
from followup.mail.letter import TemplateClass
from followup.mail.template_file import has_own_language
from followup.services.cases import owners
from followup.services.letters.letters import Written
from followup.services.outbox import contact_frequency
from followup.services.sequences import also_told, sender_eligibility
from followup.services.shared import mailbox_state
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import case_ref
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture, Voucher

VOUCHER = "voucher"
"""The name under which a person's release of an email about an ended voucher is stored."""

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
    """What a presend check decides about an email."""

    SKIP = "skip", "It is not sent; those after it are"
    END = "end", "It is not sent, and its series ends"
    DEFER = "defer", "It is looked at again later"
    HOLD = "hold", "A person looks at it first"
    FAIL = "fail", "It cannot be written"


@dataclass(frozen=True, slots=True)
class PresendVerdict:
    """A decision about an email, and the reason. With DEFER, `until` is the new due time. With HOLD, `found`
    may hold detail for the reviewer; it quotes the email, so it must not be logged."""

    decision: PresendDecision
    reason: Reason[EmailReason]
    until: datetime | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An email and the time `now` at which it is checked. Report emails belong to no case and need nothing
    more."""

    session: Session
    rules: Configuration
    now: datetime
    email: Email
    enrolment: Enrolment | None = None

    @property
    def about(self) -> str | None:
        """The reference of the email's case; None if it is about none."""
        return case_ref(self.email.case_id)

    @property
    def began_at(self) -> datetime:
        """When the email was planned."""
        return self.email.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation(Looked):
    """An email about a case, with everything that its presend checks read. `besides` are the gestures that it
    tells of besides its own."""

    case: Case
    customer: Customer
    gesture: Gesture | None
    voucher: Voucher | None
    besides: tuple[Gesture, ...] = ()

    @property
    def began_at(self) -> datetime:
        """When the enrolment or the request of the gesture planned the email."""
        if self.enrolment is not None:
            return self.enrolment.started_at
        if self.gesture is None:
            return self.case.logged_at
        told_later = self.email.template == Single.GIVEN_LATER.value
        return (self.gesture.issued_at if told_later else None) or self.gesture.requested_at


AnyTable = TypeVar("AnyTable", bound=SQLModel)


def looked_at(session: Session, rules: Configuration, emails: list[Email], *, now: datetime) -> list[Looked]:
    """Gather what the presend checks read for emails of any kind, in their order."""
    about_cases = [email for email in emails if email.kind.traits.about_case]
    found = {s.email.id: s for s in situations(session, rules, about_cases, now=now)}
    return [
        found.get(email.id) or Looked(session=session, rules=rules, now=now, email=email) for email in emails
    ]


def situations(
    session: Session, rules: Configuration, emails: list[Email], *, now: datetime
) -> list[Situation]:
    """Gather what the presend checks read for emails about cases, in their order, in a few queries
    for all."""
    cases = _by_id(session, Case, (email.case_id for email in emails))
    customers = _by_id(session, Customer, (case.customer_id for case in cases.values()))
    enrolments = _by_id(session, Enrolment, (email.enrolment_id for email in emails))
    named = [email.gesture_id for email in emails] + [row.gesture_id for row in enrolments.values()]
    gestures = _by_id(session, Gesture, named)
    issued = select(Voucher).where(col(Voucher.gesture_id).in_(gestures))
    vouchers = {voucher.gesture_id: voucher for voucher in session.exec(issued)} if gestures else {}
    besides = also_told.besides_of(session, emails)
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
                besides=tuple(besides[email.id or 0]),
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
    """Check the content of a written email. An error of the sincerity lint holds it unless a person has
    released it, and so does what the gate caught in a text of a person; a warning does not."""
    if written.template_class is TemplateClass.MARKETING and not situation.customer.marketing_consent:
        return PresendVerdict(PresendDecision.SKIP, EmailReason.NO_CONSENT.of())
    errors = unreleased(situation.email, written)
    if not errors:
        return None
    caught = [error for error in errors if isinstance(error, GateFinding)]
    held = (EmailReason.GATE if caught else EmailReason.LINT).of()
    return PresendVerdict(PresendDecision.HOLD, held, found=_in_short(caught or errors, len(errors)))


def unreleased(email: Email, written: Written) -> list[LetterFinding]:
    """The errors in a written email that no person has released."""
    seen = email.released
    return [
        finding
        for finding in written.findings
        if finding.level == "E" and [finding.rule.value, finding.sentence] not in seen
    ]


def _in_short(errors: Sequence[LetterFinding], count: int) -> str:
    """The first finding, with what to do about a person's text, and the number of further ones."""
    first = errors[0]
    place = f" “{first.sentence}”" if first.sentence else ""
    do = f" {first.instead}." if isinstance(first, GateFinding) else ""
    more = f" And {count - 1} more." if count > 1 else ""
    return f"{first.rule.value}{place}: {first.why}{do}{more}"


# ---- What has changed since the email was planned


def erased(s: Situation) -> PresendVerdict | None:
    """Stop emails about an erased customer."""
    is_erased = s.customer.erased_at is not None
    return PresendVerdict(PresendDecision.END, EmailReason.NOBODY_LEFT.of()) if is_erased else None


def suppressed(s: Looked) -> PresendVerdict | None:
    """Stop emails to a suppressed address."""
    why = sender_eligibility.suppressed_because(s.session, s.email.to_address)
    return PresendVerdict(PresendDecision.END, why) if why else None


def closed(s: Situation) -> PresendVerdict | None:
    """Stop emails about a case that is closed or was taken back."""
    if not s.case.status.is_over:
        return None
    why = EmailReason.CASE_CLOSED if s.case.status is CaseStatus.CLOSED else EmailReason.CASE_UNDONE
    return PresendVerdict(PresendDecision.SKIP, why.of())


def distressed(s: Situation) -> PresendVerdict | None:
    """Stop automatic emails to a distressed customer, who is to be called instead."""
    is_distressed = s.case.feeling is Feeling.DISTRESSED
    return PresendVerdict(PresendDecision.END, EmailReason.DISTRESSED.of()) if is_distressed else None


def answered(s: Situation) -> PresendVerdict | None:
    """Stop automatic emails once the customer has written; a person answers."""
    if s.case.replied_at is None or s.case.replied_at < s.began_at:
        return None
    return PresendVerdict(PresendDecision.END, EmailReason.ANSWERED.of())


def ever_answered(s: Situation) -> PresendVerdict | None:
    """Stop a reminder if the customer has ever written about the case: after an answer nothing goes out by
    itself."""
    has_written = s.case.replied_at is not None
    return PresendVerdict(PresendDecision.END, EmailReason.ANSWERED.of()) if has_written else None


def reopened(s: Situation) -> PresendVerdict | None:
    """Stop automatic emails once a case was reopened; a person writes."""
    if s.case.reopened_at is None or s.case.reopened_at < s.began_at:
        return None
    return PresendVerdict(PresendDecision.END, EmailReason.REOPENED.of())


def taken_back(s: Situation) -> PresendVerdict | None:
    """Stop emails about a gesture that was taken back, if they tell of no other. Expired vouchers have their
    own check in each kind."""
    if s.gesture is None or s.besides or (s.gesture.state is GestureState.EXPIRED and s.voucher is not None):
        return None
    why = _TAKEN_BACK.get(s.gesture.state)
    return PresendVerdict(PresendDecision.SKIP, why.of()) if why else None


def voucher_ended_because(s: Situation) -> EmailReason | None:
    """Why the email's voucher can no longer be used, unless a person has released the email in
    spite of that."""
    why = _USED_UP.get(s.voucher.state) if s.voucher else None
    return None if why is None or [VOUCHER, why.value] in s.email.released else why


def enough(s: Situation) -> PresendVerdict | None:
    """Stop emails beyond the maximum number about one case."""
    if sender_eligibility.emails_about(s.session, s.case) < MOST_STEPS:
        return None
    return PresendVerdict(PresendDecision.SKIP, EmailReason.ENOUGH.of())


def signer_gone(s: Situation) -> PresendVerdict | None:
    """Hold an email that nobody signs: an agent who is no longer active signs nothing. It goes on once the
    case is handed over, or the agent is here again."""
    if owners.owner_of(s.session, s.case).active:
        return None
    return PresendVerdict(PresendDecision.HOLD, EmailReason.SIGNER_GONE.of())


def language_missing(s: Situation) -> PresendVerdict | None:
    """Hold an email that has no template in the customer's language: they are not written to in another. It
    goes on once their locale is changed, or a person releases it when the template is there."""
    if has_own_language(s.rules.workspace.templates_dir, s.email.template, s.customer.locale):
        return None
    return PresendVerdict(PresendDecision.HOLD, EmailReason.NO_LANGUAGE.of())


# ---- Whether it is time to send


_LOOK_AGAIN = timedelta(minutes=15)


def answers_unseen(s: Situation) -> PresendVerdict | None:
    """Defer a follow-up while the mailbox cannot be read: whoever has answered is not written to. The first
    email of a case answers nothing that they could have written."""
    if s.email.kind.traits.in_series and s.email.step == 1:
        return None
    if mailbox_state.unread_too_long(s.session, s.rules, now=s.now) is None:
        return None
    return PresendVerdict(PresendDecision.DEFER, EmailReason.MAILBOX_UNREAD.of(), s.now + _LOOK_AGAIN)


def not_their_turn(s: Situation) -> PresendVerdict | None:
    """Defer an email to the customer's own hours, and as far as contact frequency and the order of emails
    demand."""
    frequency = contact_frequency.frequency_of(s.rules.settings)
    turn, why = contact_frequency.turn_of(s.session, s.email, s.case.customer_id, frequency, now=s.now)
    opens = s.rules.calendar(s.customer).next_open(turn)
    if opens <= s.now:
        return None
    return PresendVerdict(
        PresendDecision.DEFER, (why if turn > s.now else EmailReason.OUTSIDE_HOURS).of(), opens
    )
