from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.documents import serializers
from followup.services.outbox import outbox
from followup.services.shared.actors import Actor
from followup.services.upkeep import queue_status
from followup.store.tables import AuditEvent, Email, Enrolment
from tests.services.mailing import rows, tick
from tests.shop import ANA, Shop

FROZEN = b"Subject: as it was\r\n\r\nThe first words.\r\n"


def set_state(shop: Shop, state: EmailState, number: int = 1) -> None:
    def change(session: Session) -> None:
        email = session.get_one(Email, number)
        email.state = state
        email.message, email.message_id, email.subject = FROZEN, "<a@shop.example>", "as it was"
        email.message_sha256, email.attempts, email.first_attempt_at = "00", 3, shop.now - timedelta(days=1)

    shop.write(change)


def act(shop: Shop, what: Callable[..., Email], number: int = 1, because: str | None = "a reason") -> Email:
    def change(session: Session) -> Email:
        email = session.get_one(Email, number)
        return what(session, email, now=shop.now, actor=shop.actor(session), because=because)

    return shop.write(change)


@pytest.fixture
def mailed(shop: Shop) -> Shop:
    """A case whose three emails are to come."""
    shop.request(shop.open_case())
    return shop


def test_a_failed_email_is_written_anew(mailed: Shop) -> None:
    set_state(mailed, EmailState.FAILED)
    mailed.now += timedelta(hours=1)
    email = act(mailed, outbox.retry)
    assert (email.state, email.due_at) == (EmailState.SCHEDULED, mailed.now)
    assert (email.message, email.message_id, email.subject, email.message_sha256) == (None, None, None, None)
    assert (email.attempts, email.first_attempt_at) == (0, None)


def test_an_email_in_doubt_keeps_its_bytes_when_it_is_sent_again(mailed: Shop) -> None:
    set_state(mailed, EmailState.IN_DOUBT)
    email = act(mailed, outbox.retry)
    assert email.state is EmailState.SCHEDULED
    assert (email.message, email.message_id) == (FROZEN, "<a@shop.example>")


def test_an_email_in_doubt_that_arrived_counts_as_sent_when_it_was_tried(mailed: Shop) -> None:
    set_state(mailed, EmailState.IN_DOUBT)
    email = act(mailed, outbox.resolve_as_sent)
    assert (email.state, email.sent_at) == (EmailState.SENT, mailed.now - timedelta(days=1))


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        (outbox.retry, {EmailState.FAILED, EmailState.IN_DOUBT}),
        (outbox.cancel, {EmailState.SCHEDULED, EmailState.DEFERRED}),
        (outbox.skip, {EmailState.SCHEDULED, EmailState.DEFERRED}),
        (outbox.resolve_as_sent, {EmailState.IN_DOUBT}),
        (outbox.resolve_as_not_sent, {EmailState.IN_DOUBT}),
    ],
)
@pytest.mark.parametrize("state", EmailState)
def test_each_step_is_for_some_states_only(
    mailed: Shop, what: Callable[..., Email], allowed: set[EmailState], state: EmailState
) -> None:
    set_state(mailed, state)
    if state in allowed:
        assert act(mailed, what).state is not state
        return
    with pytest.raises(Refused) as caught:
        act(mailed, what)
    assert caught.value.code == "illegal_state"
    assert f"E-0001 is {state}" in caught.value.message
    assert mailed.read(lambda session: session.get_one(Email, 1)).state is state


def test_an_email_in_doubt_that_did_not_arrive_goes_out_with_the_same_bytes(mailed: Shop) -> None:
    set_state(mailed, EmailState.IN_DOUBT)
    mailed.now += timedelta(days=1)
    email = act(mailed, outbox.resolve_as_not_sent)
    assert (email.state, email.due_at, email.attempts) == (EmailState.SCHEDULED, mailed.now, 0)
    assert (email.message, email.message_id) == (FROZEN, "<a@shop.example>")


# ---- Held for a person


def release(shop: Shop, number: int = 1) -> Email:
    return act(
        shop, lambda session, email, **more: outbox.release(session, shop.rules, email, **more), number
    )


def test_a_held_email_waits_whatever_its_time_and_goes_out_when_released(mailed: Shop) -> None:
    held = act(mailed, outbox.hold, because="She is in hospital.")
    assert (held.state, held.held_because) == (EmailState.DEFERRED, "She is in hospital.")
    a_week_later = mailed.now + timedelta(days=7)
    assert tick(mailed, a_week_later).sent == 0
    assert mailed.read(lambda session: session.get_one(Email, 1)).held_because == "She is in hospital."
    released = release(mailed)
    assert (released.state, released.held_because, released.released) == (EmailState.SCHEDULED, None, [])
    assert tick(mailed, a_week_later).sent == 1


def test_an_email_that_is_released_before_its_time_still_waits_for_it(mailed: Shop) -> None:
    due_at = act(mailed, outbox.hold, 3).due_at
    assert release(mailed, 3).due_at == due_at
    tick(mailed)
    assert mailed.read(lambda session: session.get_one(Email, 3)).state is EmailState.SCHEDULED


@pytest.mark.parametrize("state", EmailState)
def test_only_what_has_not_gone_out_is_held_and_only_once(mailed: Shop, state: EmailState) -> None:
    set_state(mailed, state)
    if state in (EmailState.SCHEDULED, EmailState.DEFERRED):
        act(mailed, outbox.hold)
    with pytest.raises(Refused) as caught:
        act(mailed, outbox.hold)
    assert caught.value.code == "illegal_state"
    assert "followup outbox" in caught.value.hint


def test_what_is_not_held_cannot_be_released(mailed: Shop) -> None:
    with pytest.raises(Refused, match="E-0001 is not held; it is scheduled"):
        release(mailed)


def test_holding_skipping_and_releasing_need_a_reason(mailed: Shop) -> None:
    for what in (outbox.hold, outbox.skip):
        for because in (None, "  "):
            with pytest.raises(WrongUsage):
                act(mailed, what, because=because)
    act(mailed, outbox.hold)

    def let_go(actor: Actor, because: str | None) -> Callable[[Session], Email]:
        return lambda session: outbox.release(
            session,
            mailed.rules,
            session.get_one(Email, 1),
            now=mailed.now,
            actor=actor,
            because=because,
        )

    with pytest.raises(WrongUsage, match="reason is missing"):
        mailed.write(let_go(mailed.read(mailed.actor), None))
    with pytest.raises(WrongUsage, match="knows who"):
        mailed.write(let_go(Actor("login:x"), "I say so"))


def test_the_series_goes_on_after_an_email_that_was_skipped(mailed: Shop) -> None:
    assert tick(mailed, mailed.now).sent == 1
    assert act(mailed, outbox.skip, 2, because="I called.").reason == "I called."
    assert tick(mailed, mailed.now + timedelta(days=14)).sent == 1
    assert [row.state.value for row in rows(mailed)] == ["sent", "skipped", "sent"]


def test_nothing_follows_up_a_first_email_that_was_left_out(mailed: Shop) -> None:
    act(mailed, outbox.skip, because="I called.")
    assert tick(mailed, mailed.now + timedelta(days=14)).sent == 0
    assert [row.state.value for row in rows(mailed)] == ["skipped", "skipped", "skipped"]
    assert rows(mailed)[1].reason == "the first email was left out, so there is nothing to follow up"


def test_a_held_email_can_be_left_out_and_is_held_no_more(mailed: Shop) -> None:
    act(mailed, outbox.hold)
    assert act(mailed, outbox.skip).held_because is None


def test_held_emails_are_listed_and_say_so(mailed: Shop) -> None:
    act(mailed, outbox.hold, 2, because="She is in hospital.")
    held = mailed.read(
        lambda session: outbox.list_emails(session, state=None, case_id=None, limit=9, held=True)
    )
    assert [(row.id, serializers.email(row)["held"]) for row in held] == [(2, True)]
    assert serializers.email(held[0])["held_because"] == "She is in hospital."


def test_a_person_and_a_reason_stand_behind_every_step(mailed: Shop) -> None:
    set_state(mailed, EmailState.IN_DOUBT)
    assert act(mailed, outbox.resolve_as_sent, because="It is in her inbox.").reason == "It is in her inbox."
    newest = mailed.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (newest.action, newest.subject, newest.actor) == ("outbox sent", "E-0001", ANA)
    assert newest.because == "It is in her inbox."


def test_nobody_in_particular_may_not_be_the_person(mailed: Shop) -> None:
    email = mailed.write(
        lambda session: outbox.cancel(
            session, session.get_one(Email, 1), now=mailed.now, actor=Actor("login:x"), because=None
        )
    )
    assert email.state is EmailState.CANCELLED
    newest = mailed.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert newest.actor == "login:x"


def state_of_series(shop: Shop) -> EnrolmentState:
    return shop.read(lambda session: session.exec(select(Enrolment)).one()).state


def test_the_series_is_over_when_its_last_email_was_cancelled(mailed: Shop) -> None:
    for number in (1, 2, 3):
        assert state_of_series(mailed) is EnrolmentState.ACTIVE
        act(mailed, outbox.cancel, number)
    assert state_of_series(mailed) is EnrolmentState.COMPLETED


def test_the_series_is_over_when_a_person_has_resolved_its_last_email(mailed: Shop) -> None:
    for number in (1, 2):
        act(mailed, outbox.cancel, number)
    set_state(mailed, EmailState.IN_DOUBT, 3)
    assert state_of_series(mailed) is EnrolmentState.ACTIVE
    act(mailed, outbox.resolve_as_sent, 3)
    assert state_of_series(mailed) is EnrolmentState.COMPLETED


def test_emails_are_listed_in_the_order_in_which_they_are_due(mailed: Shop) -> None:
    mailed.now -= timedelta(hours=1)
    mailed.request(mailed.open_case("tom@example.com"))

    def listed(state: str | None = None, case_id: int | None = None, limit: int = 100) -> list[int | None]:
        return mailed.read(
            lambda session: [
                row.id for row in outbox.list_emails(session, state=state, case_id=case_id, limit=limit)
            ]
        )

    # The second case began an hour earlier; follow-ups come three business days and two weeks later.
    assert listed() == [4, 1, 5, 2, 6, 3]
    assert listed(case_id=2) == [4, 5, 6]
    assert listed(limit=2) == [4, 1]
    act(mailed, outbox.cancel, 4)
    assert listed("cancelled") == [4]
    assert listed("in doubt") == []
    with pytest.raises(WrongUsage, match="not a state"):
        listed("sennt")


def test_every_state_is_counted(mailed: Shop) -> None:
    act(mailed, outbox.cancel, 3)
    counts = mailed.read(queue_status.counts)
    assert list(counts) == EmailState.values()
    assert {state: count for state, count in counts.items() if count} == {"scheduled": 2, "cancelled": 1}


def test_an_email_is_found_by_its_reference(mailed: Shop) -> None:
    assert mailed.read(lambda session: outbox.find_email(session, "e-2")).step == 2
    with pytest.raises(NotFound):
        mailed.read(lambda session: outbox.find_email(session, "E-99"))
    with pytest.raises(WrongUsage, match="not a reference to a"):
        mailed.read(lambda session: outbox.find_email(session, "C-1"))


def test_one_series_has_each_step_once_whatever_writes_it(mailed: Shop) -> None:
    def copy(session: Session) -> None:
        first = session.exec(select(Email).order_by(col(Email.id))).first()
        assert first is not None
        session.add(Email(**first.model_dump(exclude={"id"})))

    with pytest.raises(Refused, match="the same change"):
        mailed.write(copy)
    assert mailed.read(lambda session: len(session.exec(select(Email)).all())) == 3
