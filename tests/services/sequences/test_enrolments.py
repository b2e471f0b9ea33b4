from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.domain.sequences.enrolment import EnrolmentState
from followup.errors import NotFound, Refused, WrongUsage
from followup.mail.read_own_email import text_of
from followup.services.cases import cases
from followup.services.goodwill import approvals, gestures
from followup.services.people import suppressions
from followup.services.sequences import enrolments, sender_eligibility
from followup.services.shared.actors import Actor
from followup.store.tables import AuditEvent, Case, Email, Enrolment, Gesture
from tests.services.mailing import tick
from tests.services.waiting import said
from tests.shop import ANA, MAX, SEN, Shop

T = TypeVar("T")


def at(day: int, hour: int = 10) -> datetime:
    """An hour in November 2026 in London, which is UTC by then. The 2nd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def emails(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.enrolment_id).is_not(None)).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


def all_enrolments(shop: Shop) -> list[Enrolment]:
    return list(shop.read(lambda session: session.exec(select(Enrolment).order_by(col(Enrolment.id))).all()))


def change(shop: Shop, do: Callable[[Session, Case, Actor], T]) -> T:
    return shop.write(lambda session: do(session, cases.find_case(session, "1"), shop.actor(session)))


def enrol(shop: Shop, sequence: str | None = None) -> Enrolment | None:
    return change(
        shop,
        lambda session, case, actor: enrolments.enrol(
            session, shop.rules, case, None, now=shop.now, actor=actor, sequence=sequence
        ),
    )


def enrol_by_hand(shop: Shop, case: Case, because: str | None = None) -> Enrolment | None:
    return shop.write(
        lambda session: enrolments.enrol(
            session,
            shop.rules,
            case,
            None,
            now=shop.now,
            actor=shop.actor(session),
            by_hand=True,
            because=because,
        )
    )


def why_not(shop: Shop, case: Case, *, by_hand: bool = False) -> str | None:
    why = shop.read(
        lambda session: sender_eligibility.not_enrolled_because(session, case, now=shop.now, by_hand=by_hand)
    )
    return None if why is None else why.text


def pause(shop: Shop) -> Enrolment:
    return change(
        shop,
        lambda session, case, actor: enrolments.pause(
            session, case, now=shop.now, actor=actor, because="on holiday"
        ),
    )


def resume(shop: Shop) -> Enrolment:
    return change(
        shop,
        lambda session, case, actor: enrolments.resume(session, case, now=shop.now, actor=actor),
    )


def unenrol(shop: Shop) -> Enrolment:
    return change(
        shop,
        lambda session, case, actor: enrolments.unenrol(
            session, case, now=shop.now, actor=actor, because="we spoke"
        ),
    )


def deliver(shop: Shop, now: datetime) -> None:
    tick(shop, now)


# ---- Which emails, and when


def test_an_issued_gesture_makes_one_row_per_step_with_its_time(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert [(row.step, row.template, row.state.value, row.due_at) for row in emails(shop)] == [
        (1, "apology", "scheduled", at(2)),
        # Three business days from Monday are Thursday; two weeks are the Monday after next.
        (2, "check-in", "scheduled", at(5)),
        (3, "closing", "scheduled", at(16)),
    ]
    assert {row.to_address for row in emails(shop)} == {"priya@example.com"}
    (enrolment,) = all_enrolments(shop)
    assert (enrolment.sequence, enrolment.gesture_id, enrolment.started_at) == ("recovery", 1, at(2))


@pytest.mark.parametrize(
    ("told", "kind", "skipped"),
    [
        ({}, "apology", "nothing was promised"),
        ({"promised": "a call by Friday"}, "apology", None),
        ({}, "callback", None),
        ({}, None, None),
    ],
)
def test_asking_whether_it_arrived_needs_something_to_arrive(
    shop: Shop, told: dict[str, str], kind: str | None, skipped: str | None
) -> None:
    shop.request(shop.open_case(**told), kind)
    second = emails(shop)[1]
    assert (second.state is EmailState.SKIPPED, second.reason) == (skipped is not None, skipped)


@pytest.mark.parametrize(
    ("kind", "more", "asked"),
    [
        # Within 5 business days from Monday the 2nd, by Monday the 9th: asked when Tuesday's window opens.
        ("resend", {"item": "Lamp, blue"}, at(10, 9)),
        ("replacement", {"item": "Lamp, blue"}, at(10, 9)),
        ("refund", {"amount": "8.00"}, at(10, 9)),
        # Within 10: by Monday the 16th.
        ("repair", {"item": "Lamp, blue"}, at(17, 9)),
        ("gift", {"amount": "8.00"}, at(17, 9)),
        # Within 2: by Wednesday, and three business days are Thursday at the same time.
        ("credit", {"amount": "8.00"}, at(5)),
        ("voucher", {"amount": "8.00"}, at(5)),
        ("apology", {}, None),
    ],
)
def test_whatever_is_to_arrive_is_asked_after_once_its_day_is_over(
    shop: Shop, kind: str, more: dict[str, str], asked: datetime | None
) -> None:
    """With or without an amount: a second parcel is awaited as much as a voucher. An apology is not."""
    shop.budget("500.00")
    shop.request(shop.open_case(), kind, by=MAX, **more)
    second = emails(shop)[1]
    assert second.template == "check-in"
    assert (second.due_at if second.state is EmailState.SCHEDULED else None) == asked
    for day in range(2, 18):
        tick(shop, at(day, 9))
        tick(shop, at(day, 11))
    sent = {row.template: row.sent_at for row in emails(shop) if row.sent_at}
    assert "apology" in sent
    if asked is None:
        assert "check-in" not in sent
        return
    assert sent["check-in"].date() == asked.date()
    letter = text_of(emails(shop)[1].message or b"")
    assert more.get("item", "8.00") in letter


def test_a_case_may_be_enrolled_without_a_gesture(shop: Shop) -> None:
    shop.open_case()
    made = enrol(shop)
    assert made is not None
    assert made.gesture_id is None
    assert [row.state.value for row in emails(shop)] == ["scheduled", "skipped", "scheduled"]


def test_a_sequence_of_another_name_is_taken_when_asked_for(shop: Shop) -> None:
    path = shop.workspace.sequences_file
    path.write_text(
        path.read_text(encoding="utf-8")
        + '\n[sequence.brief]\ndescription = "One email"\n'
        + '[[sequence.brief.step]]\ntemplate = "apology"\nafter = "2 hours"\n',
        encoding="utf-8",
    )
    shop.open_case()
    with pytest.raises(NotFound) as caught:
        enrol(shop, "breif")
    assert (caught.value.code, caught.value.hint) == (
        "unknown_sequence",
        f"The sequences are: {', '.join(sorted(shop.rules.sequences.by_name))}.",
    )
    assert "brief" in caught.value.hint
    assert enrol(shop, "brief") is not None
    assert [row.due_at for row in emails(shop)] == [at(2, 12)]


def test_somebody_in_distress_gets_no_automatic_email(shop: Shop) -> None:
    case = shop.open_case(feeling="distressed")
    assert enrol(shop) is None
    assert emails(shop) == []
    assert why_not(shop, case) == "the customer is distressed, so a person must call"


# ---- Once


def test_a_second_gesture_starts_no_second_series(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    second = shop.request(case, "apology")
    assert second.state is GestureState.ISSUED
    assert len(all_enrolments(shop)) == 1
    assert len(emails(shop)) == 3
    assert enrol(shop) is None


def test_a_gesture_that_is_approved_later_starts_none_either(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, "refund", "40.00")
    assert emails(shop) == []
    shop.request(case, "apology")
    shop.write(
        lambda session: approvals.approve(
            session,
            shop.rules,
            approvals.find_approval(session, "A-1"),
            now=shop.now,
            actor=shop.actor(session, SEN),
            because=None,
        )
    )
    assert len(all_enrolments(shop)) == 1


def test_after_its_series_a_case_is_enrolled_anew_only_by_hand(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case, "apology")
    for row in emails(shop):
        deliver(shop, row.due_at)
    # Nothing was promised, so it was asked nothing in between: two of three emails went out.
    assert [row.state.value for row in emails(shop)] == ["sent", "skipped", "sent"]
    assert [row.state for row in all_enrolments(shop)] == [EnrolmentState.COMPLETED]
    shop.now = at(17)
    # A second gesture sends no second apology by itself.
    shop.request(case, "apology", again=True, because="She was told the wrong day.")
    assert [row.state.value for row in all_enrolments(shop)] == ["completed"]
    with pytest.raises(WrongUsage, match="nobody apologises twice"):
        enrol_by_hand(shop, case)
    enrol_by_hand(shop, case, because="She asked for it in writing.")
    assert [row.state.value for row in all_enrolments(shop)] == ["completed", "active"]
    assert len(emails(shop)) == 6


def test_after_three_emails_about_a_case_not_even_a_person_enrols_it_anew(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    for row in emails(shop):
        deliver(shop, row.due_at)
    shop.now = at(17)
    assert enrol_by_hand(shop, case, because="Once more.") is None
    assert why_not(shop, case, by_hand=True) == "three emails about one case are enough"


# ---- A second bad experience


def test_a_second_case_within_90_days_starts_no_series(shop: Shop) -> None:
    shop.request(shop.open_case(), "apology")
    deliver(shop, shop.now)
    # Ninety days after 2 November 2026, ten o'clock, are 31 January 2027, ten o'clock.
    shop.now = datetime(2027, 1, 31, 9, 59, tzinfo=UTC)
    second = shop.open_case()
    gesture = shop.request(second, "apology")
    assert gesture.state is GestureState.ISSUED
    assert len(all_enrolments(shop)) == 1
    why = "they had another bad experience with us within 90 days, so a person writes or calls"
    assert why_not(shop, second) == why
    assert str(shop.read(lambda session: gestures.not_written_because(session, gesture))) == why
    # That it stands so is still known a year later.
    shop.now += timedelta(days=365)
    assert str(shop.read(lambda session: gestures.not_written_because(session, gesture))) == why


def test_after_90_days_the_next_case_has_its_own_series(shop: Shop) -> None:
    shop.request(shop.open_case(), "apology")
    deliver(shop, shop.now)
    shop.now = datetime(2027, 1, 31, 10, tzinfo=UTC)
    shop.request(shop.open_case(), "apology")
    assert len(all_enrolments(shop)) == 2


def test_somebody_elses_case_does_not_count(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.request(shop.open_case("tom@example.com"))
    assert len(all_enrolments(shop)) == 2


def test_a_mass_incident_counts_like_any_other(shop: Shop) -> None:
    first = shop.open_case()
    shop.write(lambda session: setattr(session.get_one(Case, first.id), "mass_incident", True))
    shop.request(first)
    shop.request(shop.open_case())
    assert len(all_enrolments(shop)) == 1


def test_a_series_that_was_stopped_before_it_wrote_does_not_count(shop: Shop) -> None:
    shop.request(shop.open_case())
    unenrol(shop)
    shop.request(shop.open_case())
    assert [row.state.value for row in all_enrolments(shop)] == ["ended", "active"]


def test_a_person_may_enrol_the_second_case_and_says_why(shop: Shop) -> None:
    shop.request(shop.open_case())
    second = shop.open_case()
    with pytest.raises(WrongUsage) as caught:
        enrol_by_hand(shop, second)
    assert caught.value.hint == 'Say why it is right all the same: --because "…"'
    assert enrol_by_hand(shop, second, because="It is the same parcel.") is not None
    newest = shop.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (newest.action, newest.because) == ("sequence enrol", "It is the same parcel.")


def test_what_no_series_has_told_of_is_found_to_be_told(shop: Shop) -> None:
    first = shop.open_case()
    shop.request(first)
    second = shop.open_case()
    asked = shop.request(second, "apology")

    def untold(case: Case) -> int | None:
        gesture = shop.read(lambda session: enrolments.untold_gesture(session, case))
        return gesture.id if gesture else None

    assert untold(first) is None
    assert untold(second) == asked.id
    shop.write(lambda session: setattr(session.get_one(Gesture, asked.id), "state", GestureState.VOID))
    assert untold(second) is None


def test_customers_and_series_take_different_wordings(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.request(shop.open_case("tom@example.com"))
    enrol_by_hand(shop, shop.open_case(), because="It is the same parcel.")
    first, tom, second = (row.wording for row in all_enrolments(shop))
    assert tom == first + 1
    assert second == first + 2, "neither what the customer has read nor what Tom gets"


# ---- Pausing and ending


def test_pausing_and_resuming_go_one_after_the_other(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert pause(shop).state is EnrolmentState.PAUSED
    with pytest.raises(Refused, match="not active"):
        pause(shop)
    assert resume(shop).state is EnrolmentState.ACTIVE
    with pytest.raises(Refused, match="not paused"):
        resume(shop)


def test_a_case_in_no_sequence_can_be_neither_paused_nor_resumed_nor_unenrolled(shop: Shop) -> None:
    shop.open_case()
    for step in (pause, resume, unenrol):
        with pytest.raises(Refused) as caught:
            step(shop)
        assert caught.value.code in ("illegal_state", "not_enrolled")


def test_what_fell_due_while_paused_goes_out_after_resuming_and_the_rest_in_its_time(shop: Shop) -> None:
    shop.request(shop.open_case())
    pause(shop)
    deliver(shop, at(2))
    deliver(shop, at(5))
    assert [(row.state.value, row.reason) for row in emails(shop)] == [
        ("deferred", "the sequence is paused"),
        ("deferred", "the sequence is paused"),
        ("scheduled", None),
    ]
    shop.now = at(6, 11)
    resume(shop)
    assert [row.due_at for row in emails(shop)] == [at(6, 11), at(6, 11), at(16)]
    assert {row.reason for row in emails(shop)} == {None}


def test_unenrolling_cancels_what_is_to_come_and_keeps_the_reason(shop: Shop) -> None:
    shop.request(shop.open_case())
    deliver(shop, at(2))
    ended = unenrol(shop)
    assert (ended.state, ended.ended_because, ended.ended_at) == (
        *(EnrolmentState.ENDED, "we spoke"),
        shop.now,
    )
    assert [(row.state.value, row.reason) for row in emails(shop)] == [
        ("sent", None),
        ("cancelled", "we spoke"),
        ("cancelled", "we spoke"),
    ]
    with pytest.raises(Refused) as caught:
        unenrol(shop)
    assert caught.value.code == "not_enrolled"


def test_a_paused_series_can_be_ended_too(shop: Shop) -> None:
    shop.request(shop.open_case())
    pause(shop)
    deliver(shop, at(2))
    unenrol(shop)
    assert {row.state.value for row in emails(shop)} == {"cancelled"}


def test_taking_a_gesture_back_ends_only_the_series_that_it_started(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    shop.request(case, "apology")

    def void(reference: str) -> None:
        def take_back(session: Session) -> None:
            gesture = gestures.find_gesture(session, reference)
            gestures.void(session, gesture, now=shop.now, actor=shop.actor(session, MAX), because="a mistake")

        shop.write(take_back)

    void("G-2")
    assert all_enrolments(shop)[0].state is EnrolmentState.ACTIVE
    void("G-1")
    assert all_enrolments(shop)[0].state is EnrolmentState.ENDED
    assert {row.reason for row in emails(shop)} == {"the gesture was taken back"}


def test_every_change_is_recorded_with_who_and_why(shop: Shop) -> None:
    shop.request(shop.open_case())
    pause(shop)
    resume(shop)
    unenrol(shop)
    events = shop.read(lambda session: session.exec(select(AuditEvent)).all())
    told = [(e.action, e.subject, e.actor, e.because) for e in events if e.action.startswith("sequence")]
    assert told == [
        ("sequence enrol", "C-0001", ANA, None),
        ("sequence paused", "C-0001", ANA, "on holiday"),
        ("sequence active", "C-0001", ANA, None),
        ("sequence unenrol", "C-0001", ANA, "we spoke"),
    ]


def test_a_customer_who_cannot_be_emailed_needs_a_person(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    shop.write(
        lambda session: suppressions.suppress(
            session,
            "priya@example.com",
            SuppressionReason.MANUAL,
            because="on the phone",
            now=shop.now,
            actor=shop.actor(session),
        )
    )
    assert said(shop) == {case.id: "they cannot be emailed: the address is suppressed"}
