"""How often one customer is written to, across their cases, and in which order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.outbox.email_state import GIVE_UP_AFTER, EmailState
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.outbox import outbox
from followup.services.sequences import enrolments
from followup.store.tables import Case, Email
from tests.plans import scans, statements
from tests.services.mailing import Answering, rows, tick
from tests.shop import MONDAY, Shop

FROZEN = b"Subject: as it was\r\n\r\nThe first words.\r\n"
LATER = Answering(DeliveryOutcome.REFUSED_NOW, Phase.RCPT)


def enrolled(shop: Shop, customer: str = "priya@example.com") -> Case:
    """A case in a series of its own, also where the customer has another."""
    case = shop.open_case(customer, promised="a new one")

    def enrol(session: Session) -> None:
        found = session.get_one(Case, case.id)
        actor = shop.actor(session)
        made = enrolments.enrol(
            session, shop.rules, found, None, now=shop.now, actor=actor, by_hand=True, because="asked for it"
        )
        assert made is not None

    shop.write(enrol)
    return case


def make_due(shop: Shop, *due: datetime) -> None:
    """Set when the emails are due, in the order in which they were planned. They are written already, so
    that only their turn decides."""

    def change(session: Session) -> None:
        emails = session.exec(select(Email).order_by(col(Email.id))).all()
        for email, due_at in zip(emails, due, strict=True):
            email.due_at = due_at
            email.message, email.message_id = FROZEN, f"<{email.id}@shop.example>"

    shop.write(change)


def sent(shop: Shop) -> list[tuple[int | None, datetime]]:
    gone = [(row.id, row.sent_at) for row in rows(shop) if row.sent_at is not None]
    return sorted(gone, key=lambda row: row[1])


def tick_daily(shop: Shop, days: int, begin: datetime = MONDAY) -> None:
    for day in range(days):
        tick(shop, begin + timedelta(days=day))


def test_a_customer_with_three_cases_gets_what_is_due_in_order_a_day_apart_and_three_in_two_weeks(
    shop: Shop,
) -> None:
    shop.settings(send_days=frozenset(range(7)), country="ZZ")
    for _ in range(3):
        enrolled(shop)
    # All nine are due by now. Within a series they keep their order; across the cases they are mixed, and
    # the numbers of the rows are no help: the last case's first email was due first of all.
    hours = [6, 7, 8, 3, 4, 5, 0, 1, 2]
    make_due(shop, *(MONDAY - timedelta(hours=9 - hour) for hour in hours))
    tick_daily(shop, 45)
    went = sent(shop)
    assert [number for number, _ in went] == [7, 8, 9, 4, 5, 6, 1, 2, 3]
    # Three a day apart, then two weeks from the first of them, and so on.
    assert [(moment - MONDAY).days for _, moment in went] == [0, 1, 2, 14, 15, 16, 28, 29, 30]


def test_what_is_due_later_never_goes_before_what_waits(shop: Shop) -> None:
    for _ in range(3):
        enrolled(shop)
    # The first goes at ten. The second case's is due at eleven and must wait until Tuesday at ten. The third
    # case's is due on Tuesday at nine, before that: it goes on Wednesday.
    far = MONDAY + timedelta(days=60)
    tuesday = datetime(2026, 11, 3, 9, tzinfo=UTC)
    make_due(shop, MONDAY, far, far, MONDAY + timedelta(hours=1), far, far, tuesday, far, far)
    for moment in (MONDAY, MONDAY + timedelta(hours=1), tuesday, tuesday + timedelta(hours=1)):
        tick(shop, moment)
    assert [number for number, _ in sent(shop)] == [1, 4]
    third = rows(shop)[6]
    assert (third.state, third.due_at) == (EmailState.DEFERRED, MONDAY + timedelta(days=2))
    assert third.reason == "this customer is written to about something else first, or was just now"
    tick(shop, third.due_at)
    assert [number for number, _ in sent(shop)] == [1, 4, 7]


def test_what_meets_at_the_opening_of_the_window_keeps_its_order(shop: Shop) -> None:
    for _ in range(2):
        enrolled(shop)
    far = MONDAY + timedelta(days=60)
    # Both after closing time on Friday, the second case's first; both are put off to Monday at nine.
    friday = datetime(2026, 11, 6, 18, 30, tzinfo=UTC)
    make_due(shop, friday + timedelta(minutes=2), far, far, friday, far, far)
    tick(shop, friday + timedelta(hours=1))
    monday = datetime(2026, 11, 9, 9, tzinfo=UTC)
    assert rows(shop)[3].due_at == monday
    tick(shop, monday)
    tick(shop, monday + timedelta(days=1))
    assert sent(shop) == [(4, monday), (1, monday + timedelta(days=1))]


def test_what_is_being_tried_again_is_not_overtaken(shop: Shop) -> None:
    for _ in range(2):
        enrolled(shop)
    far = MONDAY + timedelta(days=60)
    make_due(shop, MONDAY, far, far, MONDAY + timedelta(minutes=1), far, far)
    tick(shop, MONDAY, LATER)
    again = rows(shop)[0].due_at
    assert again > MONDAY + timedelta(minutes=2)
    tick(shop, MONDAY + timedelta(minutes=2))
    assert sent(shop) == []
    tick(shop, again)
    assert sent(shop) == [(1, again)]


def test_the_limits_are_those_of_the_settings(shop: Shop) -> None:
    shop.settings(least_gap_hours=2, most_emails=2, most_emails_days=1)
    for _ in range(3):
        enrolled(shop)
    far = MONDAY + timedelta(days=60)
    make_due(shop, *(MONDAY, far, far) * 3)
    for hour in (0, 1, 2, 4):
        tick(shop, MONDAY + timedelta(hours=hour))
    assert sent(shop) == [(1, MONDAY), (4, MONDAY + timedelta(hours=2))]
    last = rows(shop)[6]
    assert (last.due_at, last.reason) == (
        MONDAY + timedelta(days=1),
        "this customer was written to often enough for now",
    )


def test_other_customers_do_not_wait(shop: Shop) -> None:
    for number in range(4):
        enrolled(shop, f"c{number}@example.com")
    assert tick(shop).sent == 4


@pytest.mark.parametrize("how", ["held", "paused", "cancelled"])
def test_what_does_not_go_by_itself_keeps_nobody_waiting(shop: Shop, how: str) -> None:
    first, _ = enrolled(shop), enrolled(shop)
    far = MONDAY + timedelta(days=60)
    make_due(shop, MONDAY - timedelta(hours=1), far, far, MONDAY, far, far)

    def stop(session: Session) -> None:
        email, case, actor = session.get_one(Email, 1), session.get_one(Case, first.id), shop.actor(session)
        if how == "held":
            outbox.hold(session, email, now=shop.now, actor=actor, because="she may sue")
        elif how == "paused":
            enrolments.pause(session, case, now=shop.now, actor=actor, because="she is away")
        else:
            outbox.cancel(session, email, now=shop.now, actor=actor, because=None)

    shop.write(stop)
    tick(shop)
    assert [number for number, _ in sent(shop)] == [4]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Refused twice with twelve days of closed hours between: given up, and nobody waits for it.
@example(due=[79, 79, 79], tick_every_hours=26, refused={15, 26})
@given(
    due=st.lists(st.integers(0, 300), min_size=2, max_size=5),
    tick_every_hours=st.sampled_from([7, 26]),
    refused=st.sets(st.integers(0, 40), max_size=6),
)
def test_firsts_of_a_customers_cases_go_in_the_order_due_whenever_the_daemon_runs(
    new_shop: Callable[[], Shop], due: list[int], tick_every_hours: int, refused: set[int]
) -> None:
    shop = new_shop()
    for _ in due:
        enrolled(shop)
    far = MONDAY + timedelta(days=900)
    moments = [MONDAY + timedelta(hours=hours) for hours in due]
    make_due(shop, *(moment for first in moments for moment in (first, far, far)))
    for number in range(24 * 45 // tick_every_hours):
        answer = LATER if number in refused else None
        tick(shop, MONDAY + timedelta(hours=number * tick_every_hours), answer)
    given_up = [row for row in rows(shop) if row.state is EmailState.FAILED]
    for row in given_up:
        assert row.attempts > 1
        assert row.first_attempt_at is not None
        assert row.due_at - row.first_attempt_at > GIVE_UP_AFTER
    went = sent(shop)
    in_order = [1 + 3 * place for place, _ in sorted(enumerate(moments), key=lambda item: (item[1], item[0]))]
    assert [number for number, _ in went] == [
        number for number in in_order if number not in {row.id for row in given_up}
    ]
    times = [moment for _, moment in went]
    assert all(later - before >= timedelta(days=1) for before, later in pairwise(times))
    for begin in times:
        assert sum(begin <= moment < begin + timedelta(days=14) for moment in times) <= 3


# ---- The database finds a customer's emails by indexes


def test_a_tick_scans_no_table(shop: Shop) -> None:
    for number in range(3):
        enrolled(shop, f"c{number}@example.com")
    shop.request(shop.open_case("d@example.com"))
    with statements(shop) as seen:
        assert tick(shop).sent == 4
    # All agents are read for their names, which must not stand in a letter; a team is no large table.
    assert {place for place, _ in scans(shop, seen)} <= {"SCAN agent"}
    # The negative control: what has no index is seen to be a scan.
    assert scans(shop, [("SELECT id FROM outbox WHERE subject = 'x'", None)])
