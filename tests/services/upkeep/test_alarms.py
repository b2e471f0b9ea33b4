"""Alarms begin and end with what they are about, and say it once to whoever keeps them."""

from datetime import datetime, timedelta

import pytest

from followup.domain.outbox.alarm import AlarmCode
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.cases import case_notes, replies
from followup.services.shared.actors import DAEMON
from followup.services.upkeep import alarms, delivery_health, housekeeping, queue_status
from followup.store.tables import Case
from tests.services.inbound.answered_cases import followed
from tests.services.mail_back import bounce, bounce_address, receive
from tests.services.mailing import Answering, rows, tick
from tests.shop import Shop

REFUSING = Answering(DeliveryOutcome.REFUSED_FOR_GOOD, Phase.RCPT)


def codes(shop: Shop, moment: datetime | None = None) -> list[str]:
    now = moment or shop.now
    found = shop.read(lambda session: alarms.present(session, shop.rules, now=now))
    return [alarm.code.value for alarm in found]


def began(shop: Shop, moment: datetime) -> list[AlarmCode]:
    return [alarm.code for alarm in shop.write(lambda s: alarms.note(s, shop.rules, now=moment))]


def since(shop: Shop, moment: datetime) -> list[datetime | None]:
    found = shop.read(lambda session: alarms.present(session, shop.rules, now=moment))
    return [alarm.since for alarm in found]


def first_failed(shop: Shop) -> Case:
    case = shop.open_case()
    shop.request(case)
    tick(shop, transport=REFUSING)
    return case


def test_a_first_email_that_failed_is_an_alarm_until_somebody_tells_them(shop: Shop) -> None:
    assert codes(shop) == []
    case = first_failed(shop)
    assert codes(shop) == ["first_failed"]
    found = shop.read(lambda session: delivery_health.health(session, shop.rules, now=shop.now))
    assert found.exit_code == 4

    def told(session: object) -> None:
        case_notes.add_note(session, case, "Told her on the telephone.", now=shop.now, actor=DAEMON)  # type: ignore[arg-type]

    shop.write(told)
    assert codes(shop) == ["first_failed"]  # A note alone tells nobody.
    shop.write(lambda s: setattr(s.get_one(Case, case.id), "told_at", shop.now + timedelta(hours=1)))
    assert codes(shop) == []


def test_a_later_email_that_failed_is_none(shop: Shop) -> None:
    followed(shop)
    tick(shop, rows(shop)[1].due_at, REFUSING)
    assert [row.state.value for row in rows(shop)][:2] == ["sent", "failed"]
    assert codes(shop, rows(shop)[1].due_at) == []


def answered(shop: Shop, after: timedelta) -> Case:
    case = followed(shop)
    shop.write(
        lambda s: replies.record_reply(
            s, s.get_one(Case, case.id), "Where is it?", now=shop.now + after, actor=DAEMON
        )
    )
    return case


def test_an_answer_that_nobody_reads_for_a_business_day_is_an_alarm(shop: Shop) -> None:
    # They wrote on Friday at eleven: Monday at eleven is a business day later.
    friday = timedelta(days=4, hours=1)
    case = answered(shop, friday)
    assert codes(shop, shop.now + timedelta(days=6, hours=23)) == []
    monday = shop.now + timedelta(days=7, hours=1)
    assert codes(shop, monday) == ["answers_unread"]
    shop.write(lambda s: setattr(s.get_one(Case, case.id), "told_at", monday))
    assert codes(shop, monday) == []


def test_five_of_forty_that_came_back_are_too_many_and_four_are_not(shop: Shop) -> None:
    for number in range(40):
        followed(shop, f"c{number}@example.com")
    sent = [row for row in rows(shop) if row.sent_at is not None]
    assert len(sent) == 40
    for email in sent[:4]:
        receive(shop, bounce(email.to_address, status="5.1.1", to=bounce_address(shop, email)), shop.now)
    assert codes(shop) == []
    receive(shop, bounce(sent[4].to_address, status="5.1.1", to=bounce_address(shop, sent[4])), shop.now)
    assert codes(shop) == ["bounces_rising"]
    (alarm,) = shop.read(lambda session: alarms.present(session, shop.rules, now=shop.now))
    assert alarm.text == "5 of 40 emails of the last 7 days came back"
    assert codes(shop, shop.now + timedelta(days=7, seconds=1)) == []


def test_each_alarm_begins_once_and_keeps_its_time(shop: Shop) -> None:
    first_failed(shop)
    assert began(shop, shop.now) == [AlarmCode.FIRST_FAILED]
    later = shop.now + timedelta(hours=2)
    assert began(shop, later) == []
    assert since(shop, later) == [shop.now]
    # It ends, and begins anew.
    email = next(row for row in rows(shop) if row.step == 1)
    shop.write(lambda s: setattr(s.get_one(Case, email.case_id), "told_at", later))
    assert began(shop, later) == []
    shop.write(lambda s: setattr(s.get_one(Case, email.case_id), "told_at", None))
    assert began(shop, later) == [AlarmCode.FIRST_FAILED]
    assert since(shop, later) == [later]


def test_the_daemon_keeps_them_for_the_heartbeat(shop: Shop) -> None:
    first_failed(shop)
    shop.write(lambda s: housekeeping.end_what_is_over(s, shop.rules, now=shop.now))
    stands = shop.read(lambda session: queue_status.standing(session, now=shop.now))
    assert [row.code for row in stands.alarms] == [AlarmCode.FIRST_FAILED]


@pytest.mark.parametrize("code", list(AlarmCode))
def test_each_alarm_says_what_to_do_and_how_monitoring_hears_of_it(code: AlarmCode) -> None:
    assert "followup" in code.hint
    assert code.exit_code in (4, 6)
