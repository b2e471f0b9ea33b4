"""Open cases that nobody attends to are named after a business day, and others are not."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from followup.domain.cases.case import CaseStatus
from followup.services.cases import case_notes, cases, replies
from followup.services.goodwill import approvals, gestures
from followup.services.sequences import enrolments
from followup.store.tables import Case, Gesture
from tests.services.mailing import rows, tick
from tests.services.waiting import said, tell
from tests.shop import MAX, MONDAY, Shop

TUESDAY = MONDAY + timedelta(days=1)


def named(shop: Shop, now: datetime = TUESDAY) -> dict[int | None, str]:
    return said(shop, now)


def reject(shop: Shop) -> None:
    def change(session: Session) -> None:
        approval = approvals.find_approval(session, "A-1")
        actor = shop.actor(session, MAX)
        approvals.reject(session, shop.rules, approval, now=shop.now, actor=actor, because="no")

    shop.write(change)


def test_a_case_for_which_nothing_was_offered_is_named_after_a_business_day(shop: Shop) -> None:
    shop.open_case()
    assert named(shop, TUESDAY - timedelta(seconds=1)) == {}
    assert named(shop) == {1: "nothing was offered, and no email is to come"}


def test_a_weekend_is_no_business_day(shop: Shop) -> None:
    shop.now = datetime(2026, 11, 6, 10, tzinfo=UTC)
    shop.open_case()
    assert named(shop, datetime(2026, 11, 9, 9, 59, tzinfo=UTC)) == {}
    assert list(named(shop, datetime(2026, 11, 9, 10, tzinfo=UTC))) == [1]


def test_a_case_whose_gesture_waits_for_a_decision_is_named_only_when_that_was_no(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    assert named(shop, TUESDAY) == {}
    # Even where the customer was told that the decision takes its time, which is a promise.
    tick(shop, TUESDAY)
    assert [row.template for row in rows(shop) if row.sent_at] == ["for-approval", "approval-delayed"]
    shop.now = TUESDAY
    reject(shop)
    told = "they were told that we would decide about G-0001, and nobody told them what came of it"
    assert named(shop) == {1: told}


def test_what_was_rejected_before_they_heard_of_anything_is_named_at_once(shop: Shop) -> None:
    """The email that a decision takes its time is still scheduled, and will be skipped."""
    shop.request(shop.open_case(), "refund", "40.00")
    reject(shop)
    assert [row.template for row in rows(shop) if row.state.value == "scheduled"] == [
        "for-approval",
        "approval-delayed",
    ]
    assert named(shop, shop.now) == {1: "G-0001 was rejected, and nothing else is to come"}


def test_what_they_are_given_instead_takes_it_off_the_list(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, "refund", "40.00")
    reject(shop)
    shop.request(case)
    assert named(shop, shop.now) == {}


@pytest.mark.parametrize(
    ("how", "why"),
    [("hold", "G-0001 is held, and nobody has issued it"), ("void", "G-0001 was taken back, and")],
)
def test_a_gesture_that_came_to_nothing_is_named(shop: Shop, how: str, why: str) -> None:
    case = shop.open_case()
    shop.request(case, "refund", "5.00", hold_only=how == "hold")
    if how == "void":
        shop.write(
            lambda session: gestures.void(
                session, session.get_one(Gesture, 1), now=shop.now, actor=shop.actor(session), because="no"
            )
        )
    assert named(shop)[1].startswith(why)


def test_whoever_is_written_to_or_was_given_something_is_not_named(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert named(shop, TUESDAY - timedelta(seconds=1)) == {}
    assert named(shop) == {1: "E-0001 should have gone out a business day ago"}
    tick(shop)
    tom = shop.open_case("tom@example.com")
    shop.request(tom)
    shop.write(
        lambda session: enrolments.unenrol(
            session, session.get_one(Case, 2), now=shop.now, actor=shop.actor(session), because="we spoke"
        )
    )
    assert named(shop) == {2: "G-0002 was issued, and no email tells them of it"}
    tell(shop, tom)
    assert named(shop) == {}


@pytest.mark.parametrize("status", [CaseStatus.RESOLVED, CaseStatus.CLOSED])
def test_a_case_that_is_not_open_is_not_named(shop: Shop, status: CaseStatus) -> None:
    shop.open_case()
    shop.write(
        lambda session: cases.move_case(
            session, session.get_one(Case, 1), status, now=shop.now, actor=shop.actor(session)
        )
    )
    assert named(shop) == {}


def test_a_note_is_attention_for_a_business_day(shop: Shop) -> None:
    shop.open_case()
    shop.now = TUESDAY
    shop.write(
        lambda session: case_notes.add_note(
            session, session.get_one(Case, 1), "I rang.", now=shop.now, actor=shop.actor(session)
        )
    )
    assert named(shop) == {}
    assert list(named(shop, TUESDAY + timedelta(days=1))) == [1]


def test_a_case_that_was_opened_again_is_named_until_it_is_written_about(shop: Shop) -> None:
    shop.request(shop.open_case())
    tick(shop)

    def move(session: Session) -> None:
        case, actor = session.get_one(Case, 1), shop.actor(session)
        cases.move_case(session, case, CaseStatus.RESOLVED, now=shop.now, actor=actor)
        replies.reopen(session, case, now=shop.now, actor=actor, because="It broke again.")

    shop.now += timedelta(hours=1)
    shop.write(move)
    assert named(shop, TUESDAY) == {}
    later = TUESDAY + timedelta(hours=1)
    assert named(shop, later) == {1: "it was opened again, and nobody has written since"}
    shop.now = later
    shop.write(
        lambda session: enrolments.enrol(
            session,
            shop.rules,
            session.get_one(Case, 1),
            None,
            now=shop.now,
            actor=shop.actor(session),
            by_hand=True,
            because="She asked.",
        )
    )
    assert named(shop, later + timedelta(hours=23)) == {}
