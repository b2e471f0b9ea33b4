"""Waiting cases: those in which a person has to write, call, decide or look, the most urgent first.

`domain/cases/owed.py` says which those are. Here SQL chooses the cases that it looks at: all open ones, and
of the others those with something that may be owed, so that cases which are over cost nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, text, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from followup.domain.cases import owed
from followup.domain.cases.attention import Need
from followup.domain.cases.case import CaseStatus, Feeling, Outcome
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.cases.owed import Times, in_order, needs_of
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.single_email import Single
from followup.services.cases import owners
from followup.services.cases.standings import standings
from followup.services.sequences import also_told
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Agent, Case, Customer, Email, Enrolment, Gesture, InboundMail, Note, Voucher

# These conditions must be written exactly as in the partial indexes, else the indexes are not used.
_UNFINISHED = (
    text("outbox.state = 'scheduled'"),
    text("outbox.state IN ('claimed', 'transmitting')"),
    text("outbox.state = 'deferred'"),
    and_(
        text("outbox.state IN ('failed', 'in_doubt', 'skipped', 'cancelled')"),
        text("outbox.state IN ('failed', 'in_doubt')"),
    ),
)
_UNDONE = text("cases.status = 'undone'")
_QUOTED = "see it with followup outbox why"
_HANDED_OVER = tuple(kind for kind in GestureKind if kind.is_handed_over)
_NOT_GIVEN = (GestureState.REJECTED, GestureState.WITHDRAWN, GestureState.EXPIRED, GestureState.VOID)


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case that needs a person, with all reasons, the first of them first."""

    case: Case
    customer: Customer
    needs: tuple[Need, ...]

    @property
    def text(self) -> str:
        """The reasons, for people."""
        return "; ".join(need.why.text for need in self.needs)

    @property
    def text_for_reports(self) -> str:
        """The reasons without what they quote: a report goes further than the emails and messages that it is
        about."""
        return "; ".join(
            need.why.code.say(need.why.values, None if need.why.detail is None else _QUOTED)
            for need in self.needs
        )

    def next_step(self, need: Need) -> str:
        """What to do about one of the reasons."""
        return need.why.code.step(need.why.values or {}, case=ref(self.case), customer=self.customer.email)

    @property
    def since(self) -> datetime:
        """Since when it waits."""
        return min(need.since for need in self.needs)


def waiting(
    session: Session, rules: Configuration, *, now: datetime, whose: ColumnElement[bool] | None = None
) -> list[WaitingCase]:
    """All cases that need a person, or those of some owners, each once: the most urgent first, then the most
    severe, then the oldest. `whose` is a condition on the owner, who is joined as `Agent`."""
    candidates = _candidates()
    if whose is not None:
        some = candidates.subquery()
        owned = select(Case.id).join(some, some.c.id == col(Case.id)).join(Agent, owners.owned_by(Agent))
        candidates = owned.where(whose)
    numbers = [row[0] for row in session.execute(candidates).all()]
    found = waiting_among(session, rules, numbers, now=now)
    return sorted(found, key=lambda one: (*in_order(one.needs, one.case.severity), one.case.id or 0))


def waiting_among(
    session: Session, rules: Configuration, numbers: Iterable[int], *, now: datetime
) -> list[WaitingCase]:
    """Those of the cases with these numbers that need a person."""
    times = Times(now, rules.calendar().add_business_days)
    return [
        WaitingCase(standing.case, standing.customer, needs)
        for standing in standings(session, rules, numbers)
        if (needs := needs_of(standing.stands, times))
    ]


def at_a_standstill(session: Session, rules: Configuration, calm: Iterable[Case]) -> dict[int, WaitingCase]:
    """Of open cases that need nobody yet, those in which nothing goes on, by the number of the case."""
    found = {}
    for standing in standings(session, rules, [case.id for case in calm if case.id is not None]):
        needs = tuple(owed.at_a_standstill(standing.stands))
        if needs and standing.case.id is not None:
            found[standing.case.id] = WaitingCase(standing.case, standing.customer, needs)
    return found


def _candidates() -> Any:
    """The numbers of the cases in which something may be owed."""
    is_over = col(Case.status) != CaseStatus.OPEN
    of_gesture = col(Gesture.case_id) == col(Case.id)
    by_email = col(Email.case_id) == col(Case.id)
    chosen: list[Any] = [
        select(Case.id).where(col(Case.status) == CaseStatus.OPEN),
        select(Case.id).where(_UNDONE, _may_have_heard(), _untold_since(col(Case.closed_at))),
        select(Case.id).where(is_over, or_(_may_wait_for_an_answer(), _is_unread())),
        select(Case.id).join(Gesture, of_gesture).where(is_over, or_(*_may_be_owed())),
        select(Case.id)
        .join(Gesture, of_gesture)
        .join(Voucher, col(Voucher.gesture_id) == col(Gesture.id))
        .where(is_over, col(Voucher.state) == VoucherState.VOID, _untold_since(col(Gesture.ended_at))),
        select(Case.id)
        .join(InboundMail, col(InboundMail.case_id) == col(Case.id))
        .where(is_over, col(InboundMail.kind) == InboundKind.BOUNCE)
        .where(_untold_since(col(InboundMail.received_at))),
    ]
    chosen += [select(Case.id).join(Email, by_email).where(is_over, state) for state in _UNFINISHED]
    return union(*chosen).order_by("id")


def _untold_since(moment: Any) -> Any:
    """Whether nobody has told the customer in person since then."""
    return or_(col(Case.told_at).is_(None), col(Case.told_at) < moment)


def _may_have_heard() -> Any:
    """Whether a customer may know of a case, by an email or in person."""
    went = or_(col(Email.sent_at).is_not(None), col(Email.state) == EmailState.IN_DOUBT)
    by_email = select(Email.id).where(col(Email.case_id) == col(Case.id), went)
    return or_(by_email.exists(), col(Case.told_at).is_not(None))


def _may_wait_for_an_answer() -> Any:
    """Whether somebody wrote to us, or is in real need, and nobody has noted that they were told. Not those
    who closed the case themselves by saying that all is well."""
    by_us = or_(
        col(Case.status) != CaseStatus.CLOSED,
        col(Case.outcome).is_(None),
        col(Case.outcome) != Outcome.RECOVERED,
        col(Case.closed_at) > col(Case.replied_at),
    )
    wrote = and_(col(Case.replied_at).is_not(None), by_us, _untold_since(col(Case.replied_at)))
    return or_(wrote, and_(col(Case.feeling) == Feeling.DISTRESSED, _untold_since(col(Case.logged_at))))


def _is_unread() -> Any:
    """Whether the customer's own answer closed the case, with words in it that nobody has read yet."""
    later = aliased(Note)
    read = select(later.id).where(col(later.case_id) == col(Note.case_id), col(later.id) > col(Note.id))
    answer = select(Note.id).where(
        col(Note.case_id) == col(Case.id),
        col(Note.answer) == OutcomeAnswer.MADE_RIGHT,
        col(Note.is_answer_alone).is_(False),
        ~read.exists(),
    )
    return and_(
        col(Case.replied_at).is_not(None),
        col(Case.status) == CaseStatus.CLOSED,
        col(Case.outcome) == Outcome.RECOVERED,
        answer.exists(),
    )


def _may_be_owed() -> list[Any]:
    """Whether a gesture of a case that is over was promised, or taken back, and nobody may know."""
    told = (
        select(Email.id)
        .outerjoin(Enrolment, col(Enrolment.id) == col(Email.enrolment_id))
        .where(
            col(Email.case_id) == col(Gesture.case_id),
            also_told.telling(col(Gesture.id)),
            col(Email.sent_at).is_not(None),
        )
        .correlate(Gesture)
    )
    announced = (
        select(Email.id)
        .where(
            col(Email.case_id) == col(Gesture.case_id),
            col(Email.gesture_id) == col(Gesture.id),
            col(Email.template) == Single.APPROVAL_DELAYED.value,
        )
        .correlate(Gesture)
    )
    state, kind, issued_at = col(Gesture.state), col(Gesture.kind), col(Gesture.issued_at)
    may_be_known = or_(~_untold_since(issued_at), told.exists())
    return [
        and_(state == GestureState.ISSUED, kind.in_(_HANDED_OVER)),
        state == GestureState.KEPT,
        and_(state == GestureState.ISSUED, kind == GestureKind.CALLBACK, _untold_since(issued_at)),
        and_(state.in_((GestureState.ISSUED, GestureState.EXPIRED)), issued_at.is_not(None), ~may_be_known),
        and_(state == GestureState.VOID, issued_at.is_not(None), _untold_since(col(Gesture.ended_at))),
        and_(
            state.in_(_NOT_GIVEN),
            issued_at.is_(None),
            _untold_since(col(Gesture.ended_at)),
            announced.exists(),
        ),
    ]
