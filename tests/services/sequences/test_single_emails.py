"""Emails that go by themselves: that a decision takes its time, that a voucher runs out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from followup.domain.cases.case import CaseStatus
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_state import EmailState
from followup.services.cases import cases
from followup.services.goodwill import approvals, gestures, vouchers
from followup.services.outbox import outbox, timeline
from followup.services.sequences import single_emails
from followup.services.shared.actors import DAEMON
from followup.services.upkeep import housekeeping
from followup.store.tables import Case, Email, Voucher
from tests.plans import scans, statements
from tests.services.mailing import rows, tick
from tests.shop import MAX, MONDAY, SEN, Shop

TUESDAY = datetime(2026, 11, 3, 10, tzinfo=UTC)


def singles_of(shop: Shop) -> list[Email]:
    return [row for row in rows(shop) if row.kind is EmailKind.SINGLE]


def decide(shop: Shop, how: str) -> None:
    def do(session: Session) -> None:
        approval = approvals.find_approval(session, "A-1")
        by = shop.actor(session, SEN if how == "approve" else MAX)
        decision = approvals.approve if how == "approve" else approvals.reject
        decision(session, shop.rules, approval, now=shop.now, actor=by, because="so it is")

    shop.write(do)


# ---- A decision takes its time


def test_a_day_after_asking_the_customer_is_told_that_it_takes_time(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, "refund", "40.00")
    (email,) = singles_of(shop)
    assert (email.template, email.due_at, email.to_address, email.gesture_id, email.enrolment_id) == (
        "approval-delayed",
        TUESDAY,
        "priya@example.com",
        1,
        None,
    )
    tick(shop, TUESDAY)
    assert singles_of(shop)[0].state is EmailState.SENT


def test_the_day_is_one_of_the_customers_own_business_days(shop: Shop) -> None:
    shop.now = datetime(2026, 11, 6, 10, tzinfo=UTC)
    shop.request(shop.open_case(), "refund", "40.00")
    # Friday's request is spoken of on Monday.
    assert singles_of(shop)[0].due_at == datetime(2026, 11, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize("how", ["approve", "reject"])
def test_what_is_decided_by_then_is_not_spoken_of(shop: Shop, how: str) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    decide(shop, how)
    tick(shop, TUESDAY)
    (email,) = singles_of(shop)
    assert (email.state, email.reason) == (EmailState.SKIPPED, "it was decided already")


def test_what_is_decided_by_then_is_foretold_as_skipped_though_it_could_not_be_written(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    decide(shop, "reject")
    (email,) = shop.read(lambda session: timeline.timeline(session, shop.rules, "C-1", now=shop.now))[
        "emails"
    ]
    assert (email["template"], email["text"]) == ("approval-delayed", None)
    assert email["expected"] == "As things stand, it will be skipped: it was decided already."


def test_a_request_within_authority_needs_no_such_email(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert singles_of(shop) == []


@pytest.mark.parametrize("feeling", ["distressed", "angry"])
def test_somebody_in_distress_is_not_told_by_an_email(shop: Shop, feeling: str) -> None:
    shop.request(shop.open_case(feeling=feeling), "refund", "40.00")
    assert len(singles_of(shop)) == (0 if feeling == "distressed" else 1)


def test_for_a_second_case_a_person_says_it(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.request(shop.open_case(), "refund", "40.00")
    assert singles_of(shop) == []


def test_whoever_answers_meanwhile_is_answered_by_a_person(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    shop.write(lambda session: setattr(session.get_one(Case, 1), "replied_at", MONDAY))
    tick(shop, TUESDAY)
    assert singles_of(shop)[0].reason == "the customer has answered, so a person does"


def test_a_team_that_wants_no_such_email_takes_its_template_out(shop: Shop) -> None:
    for path in shop.own_templates().glob("*/approval-delayed.md"):
        path.unlink()
    shop.request(shop.open_case(), "refund", "40.00")
    assert singles_of(shop) == []


def test_the_sequence_follows_a_day_after_it(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    tick(shop, TUESDAY)
    shop.now = TUESDAY + timedelta(hours=1)
    decide(shop, "approve")
    assert tick(shop, shop.now).deferred == 1
    assert tick(shop, TUESDAY + timedelta(days=1)).sent == 1


# ---- A voucher runs out

LAST_DAY = date(2027, 11, 2)
"""365 days after MONDAY; two weeks before, it is 19 October 2027, a Tuesday."""
TWO_WEEKS_BEFORE = datetime(2027, 10, 19, 9, tzinfo=UTC)


def keep_house(shop: Shop, now: datetime) -> None:
    shop.write(lambda session: housekeeping.end_what_is_over(session, shop.rules, now=now))


@pytest.fixture
def given(shop: Shop) -> Shop:
    """A voucher that the customer has read of."""
    shop.request(shop.open_case(), "voucher", "5.00")
    assert tick(shop).sent == 1
    shop.write(
        lambda session: cases.move_case(
            session, session.get_one(Case, 1), CaseStatus.CLOSED, now=shop.now, actor=shop.actor(session)
        )
    )
    assert tick(shop, MONDAY + timedelta(days=14)).skipped == 2
    return shop


def test_two_weeks_before_its_last_day_a_customer_is_reminded_once_even_of_a_closed_case(given: Shop) -> None:
    keep_house(given, TWO_WEEKS_BEFORE - timedelta(days=1))
    assert singles_of(given) == []
    for _ in range(2):
        keep_house(given, TWO_WEEKS_BEFORE)
    (email,) = singles_of(given)
    assert (email.template, email.gesture_id, email.due_at) == ("voucher-expiring", 1, TWO_WEEKS_BEFORE)
    assert tick(given, TWO_WEEKS_BEFORE).sent == 1
    keep_house(given, TWO_WEEKS_BEFORE + timedelta(days=3))
    assert len(singles_of(given)) == 1


@pytest.mark.parametrize("how", ["redeemed", "void", "expired"])
def test_a_voucher_that_ended_meanwhile_is_not_spoken_of(given: Shop, how: str) -> None:
    keep_house(given, TWO_WEEKS_BEFORE)
    then = TWO_WEEKS_BEFORE + (timedelta(days=15) if how == "expired" else timedelta())

    def end(session: Session) -> None:
        voucher, actor = session.exec(select(Voucher)).one(), given.actor(session, MAX)
        if how == "redeemed":
            vouchers.redeem(session, given.rules, voucher, now=then, actor=actor)
        elif how == "void":
            gesture = gestures.find_gesture(session, "G-1")
            gestures.void(session, gesture, now=then, actor=actor, because="wrong case")
        else:
            vouchers.expire(session, given.rules, now=then, actor=DAEMON)

    given.write(end)
    tick(given, then)
    (email,) = singles_of(given)
    assert email.state is EmailState.SKIPPED
    assert (
        email.reason
        in {
            "redeemed": ["the voucher was used before this email went"],
            "void": ["the gesture was taken back"],
            "expired": ["the voucher expired before this email went"],
        }[how]
    )


def test_what_is_used_up_is_not_reminded_of_and_what_is_used_in_part_is(given: Shop) -> None:
    def redeem(session: Session, amount_minor: int) -> None:
        session.exec(select(Voucher)).one().redeemed_minor = amount_minor

    given.write(lambda session: redeem(session, 499))
    keep_house(given, TWO_WEEKS_BEFORE)
    assert len(singles_of(given)) == 1


def test_nobody_is_reminded_of_a_voucher_they_never_read_of(shop: Shop) -> None:
    shop.request(shop.open_case(), "voucher", "5.00")
    shop.write(
        lambda session: [
            outbox.cancel(session, email, now=MONDAY, actor=shop.actor(session), because=None)
            for email in session.exec(select(Email)).all()
        ]
    )
    keep_house(shop, TWO_WEEKS_BEFORE)
    assert singles_of(shop) == []


@pytest.mark.parametrize(
    ("valid_days", "reminded_after_days"), [(14, None), (15, 14), (20, 14), (28, 14), (40, 26)]
)
def test_nobody_is_reminded_within_two_weeks_of_the_gift(
    shop: Shop, valid_days: int, reminded_after_days: int | None
) -> None:
    shop.settings(voucher_valid_days=valid_days)
    shop.request(shop.open_case(), "voucher", "5.00")
    tick(shop)
    reminded: int | None = None
    for day in range(valid_days + 1):
        keep_house(shop, MONDAY + timedelta(days=day))
        if reminded is None and singles_of(shop):
            reminded = day
    assert reminded == reminded_after_days


def test_the_reminder_is_none_of_the_three_emails_about_a_case(shop: Shop) -> None:
    shop.settings(voucher_valid_days=30)
    shop.request(shop.open_case(), "voucher", "5.00")
    for row in rows(shop):
        tick(shop, row.due_at)
    assert [row.state.value for row in rows(shop)] == ["sent"] * 3
    keep_house(shop, MONDAY + timedelta(days=17))
    assert tick(shop, MONDAY + timedelta(days=17)).sent == 1


def test_the_vouchers_to_remind_of_are_found_by_indexes(given: Shop) -> None:
    with statements(given) as seen:
        given.write(
            lambda session: single_emails.plan_reminders(session, given.rules, now=MONDAY, actor=DAEMON)
        )
    (asked,) = [found for found in seen if "FROM gesture" in found[0]]
    assert scans(given, [asked]) == set()
