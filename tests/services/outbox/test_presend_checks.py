"""What is looked at again before an email goes out, one thing at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Feeling
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.domain.sequences.enrolment import EnrolmentState
from followup.services.cases import replies
from followup.services.outbox import outbox
from followup.services.people import suppressions
from followup.services.sequences import sender_eligibility
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture, Voucher
from tests.services.mailing import enrolment, files, rows, states, tick
from tests.shop import MAX, MONDAY, Shop

THURSDAY, IN_TWO_WEEKS = datetime(2026, 11, 5, 10, tzinfo=UTC), datetime(2026, 11, 16, 10, tzinfo=UTC)
WHEN_IT_IS_DUE = datetime(2026, 11, 10, 10, tzinfo=UTC)
"""A refund of Monday the 2nd is there within five business days, so it is asked for on the 10th."""
"""When the second and the third email of a series are due that began on MONDAY."""


def change(shop: Shop, do: Callable[[Session], object]) -> None:
    shop.write(do)


def set_case(shop: Shop, **values: object) -> None:
    def do(session: Session) -> None:
        case = session.get_one(Case, 1)
        for name, value in values.items():
            setattr(case, name, value)

    shop.write(do)


def reasons(shop: Shop) -> list[str | None]:
    return [row.reason for row in rows(shop)]


def mailed(shop: Shop, kind: str | None = None, amount: str | None = None) -> None:
    """A case whose first email is out on MONDAY."""
    shop.request(shop.open_case(), kind, amount)
    assert tick(shop).sent == 1


# ---- The customer or a colleague has said something since


@pytest.mark.parametrize(
    ("field", "because"),
    [
        ("replied_at", "the customer has answered, so a person does"),
        ("reopened_at", "the case was opened again, so a person writes"),
    ],
)
def test_what_happens_to_the_case_since_ends_the_series(shop: Shop, field: str, because: str) -> None:
    mailed(shop)
    set_case(shop, **{field: MONDAY + timedelta(minutes=1)})
    tally = tick(shop, THURSDAY)
    assert (tally.skipped, tally.sent) == (1, 0)
    assert states(shop) == ["sent", "skipped", "cancelled"]
    assert reasons(shop) == [None, because, because]
    assert (enrolment(shop).state, enrolment(shop).ended_because) == (EnrolmentState.ENDED, because)


@pytest.mark.parametrize("field", ["replied_at", "reopened_at"])
def test_what_happened_to_the_case_before_it_was_enrolled_does_not(shop: Shop, field: str) -> None:
    case = shop.open_case()
    set_case(shop, **{field: MONDAY - timedelta(minutes=1)})
    shop.request(case)
    assert tick(shop).sent == 1


def test_nobody_in_distress_is_written_to_from_now_on(shop: Shop) -> None:
    mailed(shop)
    set_case(shop, feeling=Feeling.DISTRESSED)
    assert tick(shop, THURSDAY).skipped == 1
    assert states(shop) == ["sent", "skipped", "cancelled"]
    assert rows(shop)[1].reason == "the customer is distressed, so a person must call"


def test_a_resolved_case_is_not_asked_whether_it_arrived_but_how_it_is(shop: Shop) -> None:
    mailed(shop)
    set_case(shop, status=CaseStatus.RESOLVED)
    assert tick(shop, THURSDAY).skipped == 1
    assert rows(shop)[1].reason == "the case is resolved, so nobody asks whether it arrived"
    assert tick(shop, IN_TWO_WEEKS).sent == 1


# ---- The address


@pytest.mark.parametrize("reason", SuppressionReason)
def test_a_suppressed_address_gets_nothing_more_and_the_reason_is_named(
    shop: Shop, reason: SuppressionReason
) -> None:
    mailed(shop)
    # Written as somebody may type it.
    change(
        shop,
        lambda session: suppressions.suppress(
            session, "Priya@Example.COM", reason, now=shop.now, actor=shop.actor(session)
        ),
    )
    assert tick(shop, THURSDAY).skipped == 1
    assert states(shop) == ["sent", "skipped", "cancelled"]
    why = rows(shop)[1].reason
    assert why is not None
    assert why.startswith(f"the address is suppressed ({reason}): ")
    assert "@" not in why
    assert enrolment(shop).ended_because == why


def test_another_suppressed_address_changes_nothing(shop: Shop) -> None:
    mailed(shop)
    change(
        shop,
        lambda session: suppressions.suppress(
            session, "tom@example.com", SuppressionReason.MANUAL, now=shop.now, actor=shop.actor(session)
        ),
    )
    assert tick(shop, THURSDAY).sent == 1


def test_no_series_begins_for_a_suppressed_address(shop: Shop) -> None:
    case = shop.open_case()
    change(
        shop,
        lambda session: suppressions.suppress(
            session,
            "priya@example.com",
            SuppressionReason.UNSUBSCRIBE,
            now=shop.now,
            actor=shop.actor(session),
        ),
    )
    shop.request(case)
    assert rows(shop) == []
    why = shop.read(lambda session: sender_eligibility.not_enrolled_because(session, case, now=shop.now))
    assert str(why) == "the address is suppressed (unsubscribe): they asked us to stop"


# ---- The gesture and its voucher


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (GestureState.VOID, "the gesture was taken back"),
        (GestureState.REJECTED, "the gesture was rejected"),
        (GestureState.WITHDRAWN, "the gesture was withdrawn"),
        (GestureState.EXPIRED, "the gesture expired"),
    ],
)
def test_nothing_is_written_about_a_gesture_that_is_no_more(
    shop: Shop, state: GestureState, why: str
) -> None:
    mailed(shop, "refund", "5.00")
    change(shop, lambda session: setattr(session.get_one(Gesture, 1), "state", state))
    assert tick(shop, WHEN_IT_IS_DUE).skipped == 1
    assert tick(shop, IN_TWO_WEEKS).skipped == 1
    assert reasons(shop) == [None, why, why]


def end_voucher(shop: Shop, state: VoucherState) -> None:
    """As a till, a person or the calendar leaves a voucher and its gesture."""

    def end(session: Session) -> None:
        voucher = session.exec(select(Voucher)).one()
        voucher.state = state
        gesture = session.get_one(Gesture, voucher.gesture_id)
        gesture.state = {
            VoucherState.REDEEMED: GestureState.SPENT,
            VoucherState.EXPIRED: GestureState.EXPIRED,
            VoucherState.VOID: GestureState.SPENT,
        }[state]

    shop.write(end)


ENDED = [
    (VoucherState.REDEEMED, "the voucher was used before this email went"),
    (VoucherState.EXPIRED, "the voucher expired before this email went"),
    (VoucherState.VOID, "the voucher was taken back before this email went"),
]


@pytest.mark.parametrize(("state", "why"), ENDED)
def test_whoever_has_used_a_voucher_is_not_asked_whether_it_arrived(
    shop: Shop, state: VoucherState, why: str
) -> None:
    mailed(shop, "voucher", "5.00")
    end_voucher(shop, state)
    assert tick(shop, THURSDAY).skipped == 1
    assert rows(shop)[1].reason == why
    assert tick(shop, IN_TWO_WEEKS).sent == 1


def test_a_voucher_used_in_part_is_asked_about(shop: Shop) -> None:
    mailed(shop, "voucher", "5.00")
    change(shop, lambda session: setattr(session.exec(select(Voucher)).one(), "redeemed_minor", 499))
    assert tick(shop, THURSDAY).sent == 1


@pytest.mark.parametrize(("state", "why"), ENDED)
def test_a_first_email_about_a_voucher_that_has_ended_waits_for_a_person(
    shop: Shop, state: VoucherState, why: str
) -> None:
    shop.request(shop.open_case(), "voucher", "5.00")
    end_voucher(shop, state)
    tally = tick(shop)
    assert (tally.deferred, tally.sent) == (1, 0)
    first = rows(shop)[0]
    assert (first.state, first.held_because, first.message) == (EmailState.DEFERRED, why, None)
    assert tick(shop, THURSDAY).sent == 0
    # A person lets it go: it is not held again for the same.
    change(
        shop,
        lambda session: outbox.release(
            session,
            shop.rules,
            session.get_one(Email, 1),
            now=shop.now,
            actor=shop.actor(session),
            because="She will smile.",
        ),
    )
    assert tick(shop, THURSDAY).sent == 1
    assert len(files(shop)) == 1


def test_goodwill_after_the_days_of_the_setting_waits_for_a_person(shop: Shop) -> None:
    shop.request(shop.open_case(), "voucher", "5.00")
    assert tick(shop, IN_TWO_WEEKS).sent == 0
    held = rows(shop)[0]
    assert held.state is EmailState.DEFERRED
    assert "The customer has waited 14 days" in (held.held_because or "")
    assert rows(shop)[1].reason == "the email before it, E-0001, is held for a person"


# ---- Enough


def test_a_fourth_email_about_a_case_is_not_sent(shop: Shop) -> None:
    mailed(shop)

    def copy(session: Session) -> None:
        sent = session.get_one(Email, 1)
        for number in (11, 12):
            session.add(Email(**{**sent.model_dump(exclude={"id"}), "step": number}))

    shop.write(copy)
    assert tick(shop, IN_TWO_WEEKS).sent == 0
    assert {(row.step, row.state.value, row.reason) for row in rows(shop) if row.sent_at is None} == {
        (2, "skipped", "three emails about one case are enough"),
        (3, "skipped", "three emails about one case are enough"),
    }


# ---- What it offers


def test_a_discount_is_told_only_to_whoever_agreed_to_marketing(shop: Shop) -> None:
    shop.request(shop.open_case(), "discount", "5.00")
    shop.request(shop.open_case("tom@example.com"), "discount", "5.00")
    change(shop, lambda session: setattr(session.get_one(Customer, 2), "marketing_consent", True))
    tally = tick(shop)
    assert (tally.sent, tally.skipped) == (1, 1)
    first, tom = (row for row in rows(shop) if row.step == 1)
    assert (first.state, first.message) == (EmailState.SKIPPED, None)
    assert first.reason == "this email offers a discount, and the customer has not agreed to marketing"
    assert tom.state is EmailState.SENT


def test_a_voucher_needs_no_consent(shop: Shop) -> None:
    shop.request(shop.open_case(), "voucher", "5.00")
    assert tick(shop).sent == 1


# ---- What stands together


def test_the_first_reason_decides_and_is_decided_once(shop: Shop) -> None:
    mailed(shop)
    set_case(shop, status=CaseStatus.CLOSED, replied_at=MONDAY + timedelta(minutes=1))
    tick(shop, THURSDAY)
    before = rows(shop)[1]
    assert (before.state, before.reason) == (EmailState.SKIPPED, "the case is closed")
    assert tick(shop, THURSDAY + timedelta(days=1)).claimed == 0


def test_an_answer_to_one_case_leaves_the_other_alone(shop: Shop) -> None:
    first = shop.open_case("tom@example.com")
    shop.request(first)
    mailed_too = shop.open_case()
    shop.request(mailed_too)
    change(
        shop,
        lambda session: replies.record_reply(
            session,
            session.get_one(Case, first.id),
            "Thanks.",
            now=shop.now,
            actor=shop.actor(session, MAX),
        ),
    )
    assert tick(shop).sent == 1
    found = shop.read(lambda session: session.exec(select(Enrolment).order_by(col(Enrolment.id))).all())
    assert [row.state for row in found] == [EnrolmentState.ENDED, EnrolmentState.ACTIVE]


def test_a_customer_whose_zone_is_no_zone_stops_nobody_else(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.request(shop.open_case("tom@example.com"))
    change(shop, lambda session: setattr(session.get_one(Customer, 1), "timezone", "Middle/Earth"))
    tally = tick(shop)
    assert (tally.sent, tally.failed) == (1, 1)
    assert rows(shop)[0].reason == "'Middle/Earth' is not a time zone."
