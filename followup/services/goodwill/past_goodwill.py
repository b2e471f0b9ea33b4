"""Past goodwill: what the policy's caps and guards need to know of earlier gestures and cases."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Select, false, func, not_, or_, select
from sqlalchemy import case as case_when
from sqlmodel import Session, col

from followup.domain.cases.likeness import order_key
from followup.domain.goodwill.budget import day_start, local_day
from followup.domain.goodwill.gesture import GestureClass, GestureKind, GestureState
from followup.domain.goodwill.policy.given_before import GivenBefore
from followup.domain.goodwill.policy.kept import KeptBefore
from followup.domain.goodwill.policy.recommend import CapScope, Given
from followup.domain.goodwill.policy.subject import Band, Habit, Links, RelatedCount
from followup.services.goodwill import kept_amounts
from followup.services.people import teams
from followup.store import case_counts
from followup.store.references import ref_of
from followup.store.tables import Agent, Approval, Case, Customer, Gesture

COUNTED = (
    *(GestureState.HELD, GestureState.PENDING, GestureState.ISSUED, GestureState.SPENT),
    *(GestureState.KEPT, GestureState.ADDED),
)
"""States of gestures that count as given: requested, kept, issued or redeemed, and not taken back."""

OWN_MINOR: Any = col(Gesture.amount_minor) - col(Gesture.added_minor)
"""What a gesture gives for its own case, in minor units: without what was kept of other cases, which counts
where it was kept."""


MOST_NAMED = 5
"""The maximum number of cases or agents named as evidence."""


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The `Records` protocol answered from the database, for one case and one agent, in one time zone."""

    session: Session
    case: Case
    customer: Customer
    agent: Agent
    timezone: str
    now: datetime
    signing: Agent
    """The agent whose total of the day counts: the requester, or the approver."""
    without: int = 0
    """The number of a gesture that is judged anew, and so does not count as given; 0 for none."""

    def given(
        self,
        scope: CapScope,
        since: date | None,
        gesture_class: GestureClass | None,
        kind: GestureKind | None,
    ) -> Given:
        """The amount and number of gestures given within a scope since a day (None: ever). Without a kind, of
        all gestures worth money. Gestures count in any currency; the amount is that in the case's own."""
        own = case_when((col(Gesture.currency) == self.case.currency, OWN_MINOR))
        query: Any = (
            select(func.coalesce(func.sum(own), 0), func.count())
            .select_from(Gesture)
            .join(Case)
            .join(Agent, col(Agent.id) == col(Gesture.agent_id))
            .where(self._counts())
        )
        query = self._within(query, scope)
        if since is not None:
            query = query.where(col(Gesture.requested_at) >= day_start(since, self.timezone))
        if gesture_class is not None:
            query = query.where(col(Gesture.gesture_class) == gesture_class)
        worth_money = col(Gesture.amount_minor).is_not(None)
        query = query.where(worth_money if kind is None else col(Gesture.kind) == kind)
        amount_minor, times = self.session.execute(query).one()
        return Given(amount_minor=int(amount_minor), times=int(times))

    def last_given_on(self, scope: CapScope) -> date | None:
        """The day of the newest gesture worth money within a scope."""
        query: Select[Any] = (
            select(func.max(Gesture.requested_at))
            .select_from(Gesture)
            .join(Case)
            .join(Agent, col(Agent.id) == col(Gesture.agent_id))
            .where(self._counts(), col(Gesture.amount_minor).is_not(None))
        )
        newest = self.session.execute(self._within(query, scope)).scalar()
        return None if newest is None else local_day(newest, self.timezone)

    def agent_given_today(self) -> int:
        """The amount, in minor units, that the agent gave or approved today on their own authority."""
        return given_today_minor(
            self.session, self.signing, self.case.currency, self.now, self.timezone, without=self.without
        )

    def given_before(self) -> list[GivenBefore]:
        """The gestures with money of this case, and of the customer's other cases with the same order."""
        return given_before(self.session, self.case, without=self.without)

    def kept(self, name: str) -> KeptBefore:
        """What was kept for the customer in the sum of this name and is not paid out, or is paid with the
        gesture that is judged anew."""
        rows = kept_amounts.kept_for(
            self.session, self.customer, name, self.case.currency, without=self.without
        )
        return KeptBefore(
            sum(row.amount_minor or 0 for row in rows),
            tuple(dict.fromkeys(ref_of(Case, row.case_id) for row in rows)),
        )

    def _counts(self) -> Any:
        """The condition for a gesture that counts as given."""
        return col(Gesture.state).in_(COUNTED) & (col(Gesture.id) != self.without)

    def similar_cases(self, since: date | None) -> RelatedCount:
        """Other cases of this customer with the same reason, since a day (None: ever); the newest ones are
        named."""
        count = int(self.session.execute(self._same_reason(func.count(), since)).scalar_one())
        if not count:
            return RelatedCount(0)
        newest = self._same_reason(col(Case.id), since).order_by(col(Case.id).desc()).limit(MOST_NAMED)
        return RelatedCount(count, tuple(ref_of(Case, row) for row in self.session.execute(newest).scalars()))

    def agents_same_reason(self, since: date | None) -> RelatedCount:
        """The other agents who logged other cases of this customer with the same reason, since a day."""
        query = self._same_reason(col(Agent.name), since).join(Agent, col(Agent.id) == col(Case.agent_id))
        query = (
            query.where(col(Agent.id) != self.agent.id).distinct().order_by(col(Agent.name), col(Agent.id))
        )
        names = tuple(name for name, _ in self.session.execute(query.add_columns(col(Agent.id))).all())
        return RelatedCount(len(names), names[:MOST_NAMED])

    def linked_customers(self) -> Links:
        """Other customers who share the telephone number, postal address or mailbox of this one, records
        merged into either included."""
        number = self.customer.id
        merged = select(Customer).where(col(Customer.merged_into_id) == number) if number else None
        own = [self.customer, *(self.session.execute(merged).scalars() if merged is not None else ())]
        shared: tuple[tuple[Any, set[str]], ...] = (
            (Customer.phone_key, {row.phone_key for row in own if row.phone_key}),
            (Customer.address_key, {row.address_key for row in own if row.address_key}),
            (Customer.email_key, {row.email_key for row in own if row.email_key}),
        )
        signs: list[Any] = [col(column).in_(keys) if keys else false() for column, keys in shared]
        whose: Any = func.coalesce(Customer.merged_into_id, Customer.id)
        counts = [func.count(func.distinct(case_when((sign, whose)))) for sign in signs]
        query = select(func.count(func.distinct(whose)), *counts).select_from(Customer)
        query = query.where(or_(*signs), whose != number, col(Customer.erased_at).is_(None))
        return Links(*(int(figure) for figure in self.session.execute(query).one()))

    def habit(self, band: Band, since: date | None) -> Habit:
        """How many of the agent's gestures worth money in the case's currency since a day are within a
        band."""
        inside: Any = col(Gesture.amount_minor).between(band.low_minor, band.high_minor)
        for rule, amount_minor in band.fixed_offers:
            same = func.coalesce(col(Gesture.rule), "") == rule
            inside = inside & not_(same & (col(Gesture.amount_minor) == amount_minor))
        query = (
            select(func.count(), func.coalesce(func.sum(case_when((inside, 1), else_=0)), 0))
            .select_from(Gesture)
            .where(
                col(Gesture.agent_id) == self.agent.id,
                self._counts(),
                col(Gesture.currency) == self.case.currency,
                col(Gesture.amount_minor).is_not(None),
            )
        )
        if since is not None:
            query = query.where(col(Gesture.requested_at) >= day_start(since, self.timezone))
        if band.gesture_class is not None:
            query = query.where(col(Gesture.gesture_class) == band.gesture_class)
        count, within = self.session.execute(query).one()
        return Habit(self.agent.name, int(within), int(count))

    def _same_reason(self, what: Any, since: date | None) -> Any:
        query = (
            select(what)
            .select_from(Case)
            .where(col(Case.customer_id) == self.customer.id, col(Case.reason) == self.case.reason)
            .where(case_counts.of_case())
        )
        if since is not None:
            query = query.where(col(Case.logged_at) >= day_start(since, self.timezone))
        return query if self.case.id is None else query.where(col(Case.id) != self.case.id)

    def _within(self, query: Select[Any], scope: CapScope) -> Select[Any]:
        if scope is CapScope.CASE:
            # Gestures for the same order count, whichever case they belong to.
            return query.where(col(Gesture.case_id).in_(cases_of_order(self.session, self.case)))
        if scope is CapScope.CUSTOMER:
            return query.where(col(Case.customer_id) == self.customer.id)
        if scope is CapScope.CUSTOMER_REASON:
            return query.where(
                col(Case.customer_id) == self.customer.id, col(Case.reason) == self.case.reason
            )
        if scope is CapScope.AGENT:
            return query.where(col(Gesture.agent_id) == self.agent.id)
        if scope is CapScope.TEAM:
            spellings = teams.spellings_of(self.session, self.agent.team) if self.agent.team else []
            return query.where(col(Agent.team).in_(spellings))
        if scope is CapScope.REASON:
            return query.where(col(Case.reason) == self.case.reason)
        assert_never(scope)


def cases_of_order(session: Session, case: Case) -> list[int]:
    """The numbers of a case and of the same customer's other cases with the same order, however that is
    written."""
    own = [] if case.id is None else [case.id]
    key = order_key(case.order_ref)
    if key is None:
        return own
    query = select(Case.id, Case.order_ref).where(  # type: ignore[call-overload]
        col(Case.customer_id) == case.customer_id,
        col(Case.order_ref).is_not(None),
        col(Case.id) != (case.id or 0),
    )
    return own + [number for number, order in session.execute(query).all() if order_key(order) == key]


def given_before(session: Session, case: Case, *, without: int = 0) -> list[GivenBefore]:
    """The gestures with money of a case, and of the customer's other cases with the same order, in the case's
    currency; all but the gesture `without`."""
    columns: Any = (OWN_MINOR, Gesture.gesture_class, Gesture.rule, Gesture.case_id)
    query = (
        select(*columns)
        .where(
            col(Gesture.case_id).in_(cases_of_order(session, case)),
            col(Gesture.currency) == case.currency,
            col(Gesture.state).in_(COUNTED),
            col(Gesture.amount_minor).is_not(None),
            col(Gesture.id) != without,
        )
        .order_by(col(Gesture.id))
    )
    return [
        GivenBefore(int(amount_minor), gesture_class, rule, case_id == case.id)
        for amount_minor, gesture_class, rule, case_id in session.execute(query).all()
    ]


def past_year(now: datetime, timezone: str) -> date:
    """The day 365 days before today."""
    return local_day(now, timezone) - timedelta(days=365)


def counts_of(
    session: Session, customer: Customer, case_id: int | None, since: datetime, *, without: int = 0
) -> tuple[int, int]:
    """The number of other cases, and of gestures, of a customer since an instant; of all gestures but the
    gesture `without`."""
    cases = (
        select(func.count())
        .select_from(Case)
        .where(
            col(Case.customer_id) == customer.id,
            col(Case.logged_at) >= since,
            col(Case.id) != (case_id or 0),
            case_counts.of_case(),
        )
    )
    gestures = (
        select(func.count())
        .select_from(Gesture)
        .join(Case)
        .where(
            col(Case.customer_id) == customer.id,
            col(Gesture.requested_at) >= since,
            col(Gesture.state).in_(COUNTED),
            col(Gesture.id) != without,
        )
    )
    both = select(cases.scalar_subquery(), gestures.scalar_subquery())
    earlier_cases, earlier_gestures = session.execute(both).one()
    return int(earlier_cases), int(earlier_gestures)


def given_today_minor(
    session: Session, agent: Agent, currency: str, now: datetime, timezone: str, *, without: int = 0
) -> int:
    """The amount, in minor units, of an agent's daily authority in a currency used: gestures they gave
    without an approval, and those they approved for others; all but the gesture `without`."""
    begin = day_start(local_day(now, timezone), timezone)
    total = func.coalesce(func.sum(OWN_MINOR), 0)
    counted = (
        col(Gesture.state).in_(COUNTED) & (col(Gesture.currency) == currency) & (col(Gesture.id) != without)
    )
    given: Any = (
        select(total)
        .select_from(Gesture)
        .outerjoin(Approval, col(Approval.gesture_id) == col(Gesture.id))
        .where(
            col(Gesture.agent_id) == agent.id,
            counted,
            col(Gesture.requested_at) >= begin,
            col(Approval.id).is_(None),
        )
    )
    approved: Any = (
        select(total)
        .select_from(Gesture)
        .join(Approval, col(Approval.gesture_id) == col(Gesture.id))
        .where(
            col(Approval.decided_by) == agent.id,
            counted,
            col(Approval.decided_at) >= begin,
        )
    )
    return int(session.execute(given).scalar_one()) + int(session.execute(approved).scalar_one())
