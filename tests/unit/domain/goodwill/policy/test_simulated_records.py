"""What a replay remembers answers every question as counting all gestures one by one would."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.caps import CapScope
from followup.domain.goodwill.policy.past_case import PastCase, ReplayedOutcome
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.simulated_records import SimulatedRecords
from followup.domain.goodwill.policy.subject import Band, Given, Habit, Links
from followup.domain.people.agent import Role

POLICY = load_policy(
    """
version = "1"
currency = "GBP"
[[rule]]
id = "r"
when = { cases_last_12_months = ">= 0", gestures_last_12_months = ">= 0" }
offer = { kind = "apology" }
[[repeat]]
[[repeat]]
just_under = { percent = 90, times = 5 }
[[cooldown]]
id = "any"
scope = "customer"
days = 5
"""
    + "".join(
        f'[[cap]]\nid = "{scope}-{number}"\nscope = "{scope}"\nwindow = "30d"\namount = "1"\n{more}\n'
        for scope in CapScope.values()
        for number, more in enumerate(('class = "goodwill"', 'kind = "gift"', 'kind = "apology"', "# none"))
    ),
    "policy.toml",
)
QUESTIONS = [(scope, cls, kind) for scope in CapScope for cls, kind in (
    (GestureClass.GOODWILL, None), (None, GestureKind.GIFT), (None, GestureKind.APOLOGY), (None, None)
)]  # fmt: skip
FIRST = date(2026, 1, 1)


class Told(NamedTuple):
    """A case of the test: some days after the one before it, and what was given for it."""

    later: int
    customer: int
    agent: int
    reason: str
    given: ReplayedOutcome | None
    rule: str | None
    order: str | None


def outcomes() -> st.SearchStrategy[ReplayedOutcome]:
    worth = st.builds(
        ReplayedOutcome,
        st.sampled_from([GestureKind.GIFT, GestureKind.VOUCHER]),
        st.sampled_from(list(GestureClass)),
        st.integers(1, 40),
        st.just(value=True),
        st.sampled_from([None, Role.MANAGER]),
    )
    sorry = st.just(ReplayedOutcome(GestureKind.APOLOGY, GestureClass.GOODWILL, None, given=True))
    return worth | sorry


CASES = st.lists(
    st.builds(
        Told,
        st.sampled_from([0, 0, 1, 7, 200]),
        st.integers(1, 3),
        st.integers(1, 2),
        st.sampled_from(["late", "lost"]),
        st.none() | outcomes(),
        st.sampled_from([None, "r", "fixed"]),
        st.sampled_from([None, "hb1", "hb2"]),
    ),
    max_size=25,
)


def past_case(number: int, told: Told, day: date) -> PastCase:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    team = None if told.agent == 1 else "north"
    return PastCase(
        number,
        told.customer,
        told.agent,
        "a@x",
        Role.AGENT,
        team,
        None,
        told.reason,
        at,
        day,
        {},
        {},
        told.order,
    )


def fits(case: PastCase, past: PastCase, scope: CapScope) -> bool:
    """Whether a case of the past lies within a scope: the reference, spelled out."""
    same_customer, same_reason = past.customer == case.customer, past.reason == case.reason
    return {
        CapScope.CUSTOMER: same_customer,
        CapScope.AGENT: past.agent == case.agent,
        CapScope.TEAM: past.team == case.team,
        CapScope.REASON: same_reason,
        CapScope.CUSTOMER_REASON: same_customer and same_reason,
        CapScope.CASE: same_customer and case.order is not None and past.order == case.order,
    }[scope]


Past = Sequence[tuple[PastCase, ReplayedOutcome, str | None]]


def counted(case: PastCase, past: Past, since: date | None, question: tuple[object, ...]) -> Given:
    """The reference: every gesture looked at."""
    scope, gesture_class, kind = question
    assert isinstance(scope, CapScope)
    found = [
        got.amount_minor or 0
        for other, got, _ in past
        if fits(case, other, scope)
        and (since is None or other.day >= since)
        and gesture_class in (None, got.gesture_class)
        and (got.amount_minor is not None if kind is None else got.kind is kind)
    ]
    return Given(sum(found), len(found))


@settings(max_examples=60)
@given(CASES, st.sampled_from([None, 0, 1, 29, 364]), st.integers(1, 40), st.integers(0, 20))
def test_every_question_is_answered_as_by_counting(
    told: list[Told], days: int | None, low: int, width: int
) -> None:
    records = SimulatedRecords(POLICY, {1: Links(2)})
    cases: list[PastCase] = []
    past: list[tuple[PastCase, ReplayedOutcome, str | None]] = []
    day = FIRST
    for number, one in enumerate(told, 1):
        day += timedelta(days=one.later)
        case = past_case(number, one, day)
        since = None if days is None else day - timedelta(days=days)
        records.stand_at(case)
        for question in QUESTIONS:
            assert records.given(question[0], since, *question[1:]) == counted(case, past, since, question)
        of_order = [
            (got.amount_minor, got.gesture_class, rule)
            for other, got, rule in past
            if fits(case, other, CapScope.CASE) and got.amount_minor is not None
        ]
        assert [tuple(one)[:3] for one in records.given_before()] == of_order
        dates = [other.day for other, got, _ in past if other.customer == case.customer and got.amount_minor]
        assert records.last_given_on(CapScope.CUSTOMER) == max(dates, default=None)
        assert records.agent_given_today() == sum(
            got.amount_minor or 0
            for other, got, _ in past
            if (other.agent, other.day, got.approver) == (case.agent, day, None)
        )
        similar = [
            other
            for other in cases
            if (other.customer, other.reason) == (case.customer, case.reason)
            and (since is None or other.day >= since)
        ]
        assert records.similar_cases(since).count == len(similar)
        assert records.agents_same_reason(since).count == len({one.agent for one in similar} - {case.agent})
        assert records.linked_customers().customers == (2 if case.customer == 1 else 0)
        band = Band(low, low + width, GestureClass.GOODWILL, frozenset({("fixed", low)}))
        within = [
            got
            for other, got, rule in past
            if other.agent == case.agent
            and (since is None or other.day >= since)
            and low <= (got.amount_minor or 0) <= low + width
            and got.gesture_class is GestureClass.GOODWILL
            and (rule, got.amount_minor) != ("fixed", low)
        ]
        assert records.habit(band, since) == Habit("", len(within), len(within))
        year = day - timedelta(days=365)
        assert records.counts() == {
            "cases_last_12_months": sum(
                other.customer == case.customer and other.day >= year for other in cases
            ),
            "gestures_last_12_months": sum(
                other.customer == case.customer and other.day >= year for other, _, _ in past
            ),
        }
        records.note_case()
        cases.append(case)
        if one.given is not None:
            records.note_gesture(one.given, one.rule)
            past.append((case, one.given, one.rule))


def test_facts_that_no_rule_asks_for_are_not_counted() -> None:
    text = 'version = "1"\ncurrency = "GBP"\n[[rule]]\nid = "r"\noffer = { kind = "apology" }\n'
    records = SimulatedRecords(load_policy(text, "p"), {})
    records.stand_at(past_case(1, Told(0, 1, 1, "late", None, None, None), FIRST))
    assert records.counts() == {}
