import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlmodel import Session

from followup.domain.cases.case import CaseStatus
from followup.domain.outbox.email_state import EmailState
from followup.domain.sequences.enrolment import EnrolmentState
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.cases import cases
from followup.services.goodwill import gestures
from followup.services.outbox import dispatcher, outbox
from followup.services.sequences import enrolments
from followup.store.tables import Case, Customer, Email
from tests.services.mailing import Answering, enrolment, files, rows, states, tick
from tests.shop import MONDAY, Shop


def messages(shop: Shop) -> list[EmailMessage]:
    return [message_from_bytes(content, policy=policy.default) for content in files(shop)]


def change_case(shop: Shop, change: Callable[[Session, Case], object]) -> None:
    shop.write(lambda session: change(session, cases.find_case(session, "C-1")))


LATER = Answering(DeliveryOutcome.REFUSED_NOW, Phase.RCPT)
NEVER = Answering(DeliveryOutcome.REFUSED_FOR_GOOD, Phase.BODY)
SILENT = Answering(DeliveryOutcome.IN_DOUBT, Phase.BODY)
AWAY = Answering(DeliveryOutcome.RELAY_UNREACHABLE, Phase.CONNECT)


# ---- What goes out


def test_what_is_due_goes_out_as_it_was_frozen(shop: Shop) -> None:
    shop.request(shop.open_case())
    tally = tick(shop)
    assert (tally.claimed, tally.sent) == (1, 1)
    first = rows(shop)[0]
    assert files(shop) == [first.message]
    assert first.message is not None
    assert first.message_sha256 == hashlib.sha256(first.message).hexdigest()
    assert (first.sent_at, first.attempts, first.epoch) == (shop.now, 1, 1)
    assert states(shop) == ["sent", "scheduled", "scheduled"]


def test_nothing_goes_out_twice_or_before_its_time(shop: Shop) -> None:
    shop.request(shop.open_case())
    early = min(row.due_at for row in rows(shop)) - timedelta(seconds=1)
    assert tick(shop, early).claimed == 0
    assert tick(shop).sent == 1
    assert tick(shop).claimed == 0
    assert len(files(shop)) == 1


def test_follow_ups_continue_the_conversation_of_the_first(shop: Shop) -> None:
    shop.settings(reply_to="Ana <ana@shop.example>")
    shop.request(shop.open_case(order="HB-2041"))
    for row in rows(shop):
        assert tick(shop, row.due_at).sent == 1
    first, *others = messages(shop)
    assert first["In-Reply-To"] is None
    assert len(others) == 2
    for message in others:
        assert message["In-Reply-To"] == message["References"] == first["Message-ID"]
        assert message["Subject"] == first["Subject"]
    for message in (first, *others):
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Reply-To"] == "Ana <ana@shop.example>"
        assert message["From"] == "Ana at Harbour Books <care@shop.example>"
        assert message["To"] == "Priya Shah <priya@example.com>"
    assert len({message["Message-ID"] for message in (first, *others)}) == 3


def test_the_longest_due_go_first_and_no_more_than_a_batch(shop: Shop) -> None:
    for number in range(3):
        shop.now = MONDAY + timedelta(hours=2 - number)
        shop.request(shop.open_case(f"c{number}@example.com"))
    assert tick(shop, MONDAY + timedelta(hours=3), limit=2).claimed == 2
    sent = [row.case_id for row in rows(shop) if row.state is EmailState.SENT]
    assert sent == [2, 3]


def test_the_sequence_is_complete_when_its_last_email_is_out(shop: Shop) -> None:
    shop.request(shop.open_case())
    for row in rows(shop):
        assert enrolment(shop).state is EnrolmentState.ACTIVE
        tick(shop, row.due_at)
    assert enrolment(shop).state is EnrolmentState.COMPLETED
    assert enrolment(shop).ended_at == rows(shop)[-1].due_at


# ---- When


def test_what_falls_outside_the_window_waits_until_it_opens(shop: Shop) -> None:
    shop.request(shop.open_case())
    # Monday 19:00; the window opens on Tuesday at nine.
    evening, morning = datetime(2026, 11, 2, 19, tzinfo=UTC), datetime(2026, 11, 3, 9, tzinfo=UTC)
    tally = tick(shop, evening)
    assert (tally.claimed, tally.deferred, tally.sent) == (1, 1, 0)
    first = rows(shop)[0]
    assert (first.state, first.due_at) == (EmailState.DEFERRED, morning)
    assert first.reason == "outside the hours in which this customer is written to"
    assert first.message is None
    assert tick(shop, morning - timedelta(seconds=1)).claimed == 0
    assert tick(shop, morning).sent == 1


def test_nobody_is_written_to_on_a_public_holiday(shop: Shop) -> None:
    shop.request(shop.open_case())
    # Friday 25 December 2026; Boxing Day falls on a Saturday, so Monday the 28th is a holiday too.
    tick(shop, datetime(2026, 12, 25, 11, tzinfo=UTC))
    assert rows(shop)[0].due_at == datetime(2026, 12, 29, 9, tzinfo=UTC)


def test_the_window_is_that_of_the_customers_own_clock(shop: Shop) -> None:
    case = shop.open_case()

    def move(session: Session) -> None:
        customer = session.get_one(Customer, case.customer_id)
        customer.timezone, customer.region = "America/New_York", "US"

    shop.write(move)
    shop.request(case)
    # Ten in London is five in New York, which has left summer time a day before; nine there is 14:00.
    assert rows(shop)[0].due_at == datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert tick(shop).claimed == 0
    assert tick(shop, datetime(2026, 11, 2, 23, tzinfo=UTC)).deferred == 1
    assert rows(shop)[0].due_at == datetime(2026, 11, 3, 14, tzinfo=UTC)


# ---- Looked at again before it goes


def test_nothing_goes_out_for_a_closed_case(shop: Shop) -> None:
    shop.request(shop.open_case())
    change_case(
        shop,
        lambda session, case: cases.move_case(
            session, case, CaseStatus.CLOSED, now=shop.now, actor=shop.actor(session)
        ),
    )
    tally = tick(shop, MONDAY + timedelta(days=14))
    assert (tally.claimed, tally.skipped) == (3, 3)
    assert {(row.state.value, row.reason) for row in rows(shop)} == {("skipped", "the case is closed")}
    assert enrolment(shop).state is EnrolmentState.COMPLETED
    assert files(shop) == []


def test_a_resolved_case_is_still_followed_up(shop: Shop) -> None:
    shop.request(shop.open_case())
    change_case(
        shop,
        lambda session, case: cases.move_case(
            session, case, CaseStatus.RESOLVED, now=shop.now, actor=shop.actor(session)
        ),
    )
    assert tick(shop).sent == 1


def test_a_paused_sequence_waits_and_goes_on(shop: Shop) -> None:
    shop.request(shop.open_case())
    change_case(
        shop,
        lambda session, case: enrolments.pause(
            session, case, now=shop.now, actor=shop.actor(session), because="on holiday"
        ),
    )
    assert tick(shop).deferred == 1
    first = rows(shop)[0]
    assert (first.reason, first.due_at) == ("the sequence is paused", shop.now + timedelta(days=1))
    assert tick(shop, shop.now + timedelta(days=1)).deferred == 1
    shop.now += timedelta(days=1, hours=2)
    change_case(
        shop,
        lambda session, case: enrolments.resume(session, case, now=shop.now, actor=shop.actor(session)),
    )
    assert tick(shop).sent == 1


def test_what_was_under_way_when_its_sequence_ended_is_not_tried_again(shop: Shop) -> None:
    gesture = shop.request(shop.open_case())

    def void(session: Session) -> None:
        found = gestures.find_gesture(session, f"G-{gesture.id}")
        gestures.void(session, found, now=shop.now, actor=shop.actor(session), because="wrong case")

    taken_back_meanwhile = Answering(DeliveryOutcome.REFUSED_NOW, Phase.RCPT, first=lambda: shop.write(void))
    assert tick(shop, transport=taken_back_meanwhile).retried == 1
    assert states(shop) == ["scheduled", "cancelled", "cancelled"]
    assert tick(shop, shop.now + timedelta(hours=1)).skipped == 1
    assert rows(shop)[0].reason == "the gesture was taken back"
    assert files(shop) == []


# ---- What cannot be written


POISON = {
    "a value that this case does not have": "{{ case.promised }}",
    "an endless template": '{% include "apology.md" %}',
    "a division by zero": "{{ 1 // 0 }}",
    "more than fits in memory": '{{ "x" * 10 ** 15 }}',
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_one_poison_email_never_stops_the_others(shop: Shop, poison: str) -> None:
    path = shop.own_templates() / "en" / "apology.md"
    right = path.read_text(encoding="utf-8")
    path.write_text(f'{right}\n{{% if case.order == "P-1" %}}{poison}{{% endif %}}\n', encoding="utf-8")
    for number in range(4):
        order = {"order": "P-1"} if number == 1 else {}
        shop.request(shop.open_case(f"c{number}@example.com", **order))
    tally = tick(shop)
    assert (tally.claimed, tally.sent, tally.failed) == (4, 3, 1)
    (failed,) = [row for row in rows(shop) if row.state is EmailState.FAILED]
    assert failed.case_id == 2
    assert failed.reason
    assert "apology" in failed.reason

    # Mended, a person sends it.
    path.write_text(right, encoding="utf-8")
    shop.write(
        lambda session: outbox.retry(
            session, session.get_one(Email, failed.id), now=shop.now, actor=shop.actor(session), because=None
        )
    )
    assert tick(shop).sent == 1


def test_a_value_that_no_case_has_fails_every_email_of_the_template_before_one_goes_out(shop: Shop) -> None:
    path = shop.own_templates() / "en" / "apology.md"
    path.write_text(path.read_text(encoding="utf-8") + "{{ customer.shoe_size }}\n", encoding="utf-8")
    for number in range(2):
        shop.request(shop.open_case(f"c{number}@example.com"))
    assert tick(shop).failed == 2


def test_a_missing_template_fails_its_email_and_says_which_there_are(shop: Shop) -> None:
    shop.request(shop.open_case())
    english = shop.own_templates() / "en"
    (english / "apology.md").rename(english / "sorry.md")
    assert tick(shop).failed == 1
    assert "There is no template 'apology'" in str(rows(shop)[0].reason)


# ---- What the mail server answers


def test_refused_for_now_it_is_tried_again_later_and_later_with_the_same_bytes(shop: Shop) -> None:
    shop.settings(send_window=(shop.workspace.settings.send_window[0].min, datetime.max.time()))
    shop.settings(send_days=frozenset(range(7)), country="ZZ")
    shop.request(shop.open_case())
    now, waits, bodies = shop.now, [], set()
    for _ in range(9):
        assert tick(shop, now, LATER).retried == 1
        first = rows(shop)[0]
        waits.append((first.due_at - now) / timedelta(minutes=1))
        bodies.add(first.message)
        now = first.due_at
    # 5 minutes, doubling to 4 hours, with up to a tenth on top.
    for wait, least in zip(waits, (5, 10, 20, 40, 80, 160, 240, 240, 240), strict=True):
        assert least <= wait <= least * 1.1
    assert len(bodies) == 1
    assert rows(shop)[0].attempts == 9
    assert rows(shop)[0].reason == "as told"


def test_after_five_days_it_is_given_up(shop: Shop) -> None:
    shop.request(shop.open_case())
    tick(shop, transport=LATER)
    # Saturday is the fifth day, so it is Monday when it is tried again.
    assert tick(shop, MONDAY + timedelta(days=7), LATER).failed >= 1
    assert rows(shop)[0].state is EmailState.FAILED


def test_refused_for_good_it_failed_and_is_not_tried_again(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert tick(shop, transport=NEVER).failed == 1
    assert rows(shop)[0].reason == "as told"
    assert tick(shop, shop.now + timedelta(hours=1)).claimed == 0


def test_while_the_server_is_away_everything_claimed_is_given_back(shop: Shop) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    tally = tick(shop, transport=AWAY)
    assert (tally.claimed, tally.sent, tally.unreachable) == (3, 0, "as told")
    firsts = [row for row in rows(shop) if row.step == 1]
    assert {(row.state.value, row.attempts) for row in firsts} == {("scheduled", 0)}
    assert tick(shop).sent == 3


def test_without_an_answer_to_the_body_it_is_in_doubt_and_waits(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert tick(shop, transport=SILENT).in_doubt == 1
    assert rows(shop)[0].state is EmailState.IN_DOUBT
    assert tick(shop, shop.now + timedelta(days=1)).claimed == 0
    assert files(shop) == []


def test_told_to_stop_it_gives_back_what_it_has_not_begun(shop: Shop) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    asked: list[bool] = []

    def stopping() -> bool:
        asked.append(True)
        return len(asked) > 1

    tally = tick(shop, stopping=stopping)
    assert tally.sent == 1
    firsts = [row for row in rows(shop) if row.step == 1]
    assert [row.state.value for row in firsts] == ["sent", "scheduled", "scheduled"]
    assert {row.reason for row in firsts[1:]} == {"the daemon was stopped first"}


# ---- What is due


def test_what_is_due_is_what_a_tick_would_claim(shop: Shop) -> None:
    for number in range(3):
        shop.request(shop.open_case(f"c{number}@example.com"))
    later = shop.now + timedelta(days=4)
    listed = shop.read(lambda session: [row.id for row in dispatcher.due(session, now=later, limit=100)])
    assert len(listed) == 6
    claimed = [int(report.email[2:]) for report in tick(shop, later).reports]
    assert sorted(claimed) == sorted(number for number in listed if number is not None)


def test_after_an_outage_the_emails_of_a_case_come_a_day_apart_and_in_their_order(shop: Shop) -> None:
    # Nothing ran for four weeks: all three are overdue on Monday at ten.
    shop.settings(goodwill_days=60)
    shop.request(shop.open_case())
    monday = shop.now + timedelta(days=28)
    assert [tick(shop, monday + timedelta(days=day)).sent for day in (0, 0, 1, 2, 3)] == [1, 0, 1, 1, 0]
    assert states(shop) == ["sent", "sent", "sent"]


def test_a_follow_up_waits_for_the_email_before_it(shop: Shop) -> None:
    shop.request(shop.open_case())

    def fail(session: Session) -> None:
        session.get_one(Email, 1).state = EmailState.FAILED

    shop.write(fail)
    tally = tick(shop, shop.now + timedelta(days=3))
    assert (tally.sent, tally.deferred) == (0, 1)
    assert "E-0001, is failed" in str(tally.reports[0].reason)
