"""Colleagues hear by email of what needs them: an answer, a letter that did not arrive, an alarm."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlmodel import col, select

from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.notification import NotifyOwners
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.cases import owners
from followup.services.people import agents, customers
from followup.services.privacy import erasure
from followup.services.upkeep import housekeeping
from followup.store.tables import Case, Email
from tests.services.inbound.answered_cases import followed
from tests.services.mail_back import away, bounce, bounce_address, care_address, letter, receive
from tests.services.mailing import Answering, rows, tick
from tests.shop import ANA, DIANA, MAX, SEN, Shop

REFUSING = Answering(DeliveryOutcome.REFUSED_FOR_GOOD, Phase.RCPT)


@pytest.fixture(autouse=True)
def _at_once(shop: Shop) -> None:
    shop.settings(notify_owners=NotifyOwners.AT_ONCE)


def told(shop: Shop) -> list[Email]:
    query = select(Email).where(col(Email.kind) == EmailKind.NOTIFICATION).order_by(col(Email.id))
    return list(shop.read(lambda session: session.exec(query).all()))


def to_whom(shop: Shop) -> list[tuple[str, str]]:
    return [(email.to_address, email.state.value) for email in told(shop)]


def text(email: Email) -> str:
    assert email.message is not None
    body = message_from_bytes(email.message, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def answered(shop: Shop, said: str = "It is still not here. I want a lawyer.\n") -> Case:
    case = followed(shop)
    receive(shop, letter(said, to=care_address(shop, case)), shop.now)
    return case


def test_an_answer_reaches_the_owner_of_its_case_with_their_words_and_its_tone(shop: Shop) -> None:
    answered(shop)
    assert to_whom(shop) == [(ANA, "scheduled")]
    assert tick(shop).sent == 1
    (email,) = told(shop)
    assert email.subject is not None
    assert email.subject.startswith("C-0001: the customer")
    assert "lawyer" in email.subject
    said = text(email)
    assert said.startswith("Hello Ana Reyes,\n\nC-0001 needs you: ")
    assert "> It is still not here. I want a lawyer." in said
    assert "followup case show C-0001" in said
    assert "does not reach the customer" in said


def test_two_answers_before_it_goes_are_one_email_and_one_after_it_another(shop: Shop) -> None:
    case = answered(shop, "First.\n")
    receive(shop, letter("Second, and longer.\n", to=care_address(shop, case)), shop.now)
    tick(shop)
    assert to_whom(shop) == [(ANA, "sent")]
    assert "> Second, and longer." in text(told(shop)[0])
    receive(shop, letter("Third.\n", to=care_address(shop, case)), shop.now)
    tick(shop)
    assert to_whom(shop) == [(ANA, "sent"), (ANA, "sent")]


def test_it_does_not_go_once_somebody_has_told_them(shop: Shop) -> None:
    case = answered(shop)
    shop.write(lambda s: setattr(s.get_one(Case, case.id), "told_at", shop.now + timedelta(minutes=1)))
    tick(shop)
    assert [(email.state.value, email.reason) for email in told(shop)] == [
        ("skipped", "nobody has to be told any more")
    ]


def test_a_program_that_answers_tells_nobody(shop: Shop) -> None:
    case = followed(shop)
    receive(shop, away(to=care_address(shop, case)), shop.now)
    assert told(shop) == []


def test_the_new_owner_hears_of_it_and_for_one_who_left_the_managers_do(shop: Shop) -> None:
    case = followed(shop)

    shop.write(
        lambda s: owners.give(
            s,
            s.get_one(Case, case.id),
            agents.find_agent(s, SEN),
            now=shop.now,
            actor=shop.actor(s, MAX),
        )
    )
    receive(shop, letter("One.\n", to=care_address(shop, case)), shop.now)
    assert to_whom(shop) == [(SEN, "scheduled")]
    tick(shop)
    shop.write(lambda s: agents.set_agent(s, SEN, now=shop.now, actor=shop.actor(s, DIANA), active=False))
    receive(shop, letter("Two.\n", to=care_address(shop, case)), shop.now)
    assert to_whom(shop)[1:] == [(MAX, "scheduled"), (DIANA, "scheduled")]


def test_a_first_email_that_was_refused_or_came_back_is_told_and_a_later_one_is_not(shop: Shop) -> None:
    shop.request(shop.open_case())
    tick(shop, transport=REFUSING)
    assert to_whom(shop) == [(ANA, "scheduled")]
    tick(shop)
    assert "C-0001 needs you: E-0001 could not be sent" in text(told(shop)[0])
    case = followed(shop, "bob@example.com")
    first, second = (row for row in rows(shop) if row.case_id == case.id and row.step in (1, 2))
    receive(shop, bounce("bob@example.com", status="5.1.1", to=bounce_address(shop, first)), shop.now)
    assert to_whom(shop)[1:] == [(ANA, "scheduled")]
    tick(shop)
    assert "came back" in text(told(shop)[1])
    assert second.state.value == "scheduled"


def test_outside_business_hours_it_waits_until_somebody_is_at_work(shop: Shop) -> None:
    case = followed(shop)
    evening = shop.now + timedelta(hours=11)
    receive(shop, letter("Still nothing.\n", to=care_address(shop, case)), evening)
    tick(shop, evening)
    assert to_whom(shop) == [(ANA, "deferred")]
    tick(shop, shop.now + timedelta(days=1))
    assert to_whom(shop) == [(ANA, "sent")]


def house_kept(shop: Shop, moment: datetime) -> None:
    shop.write(lambda session: housekeeping.end_what_is_over(session, shop.rules, now=moment))


def test_each_morning_one_email_lists_all_cases_without_a_word_of_theirs(shop: Shop) -> None:
    shop.settings(notify_owners=NotifyOwners.DAILY)
    answered(shop)
    other = followed(shop, "bob@example.com")
    receive(shop, letter("Hello?\n", sender="bob@example.com", to=care_address(shop, other)), shop.now)
    assert told(shop) == []
    # At nine on Tuesday, and again within the hour.
    for minutes in (0, 10, 50):
        house_kept(shop, shop.now + timedelta(hours=23, minutes=minutes))
    assert to_whom(shop) == [(ANA, "scheduled")]
    tick(shop, shop.now + timedelta(hours=23))
    (email,) = told(shop)
    assert email.subject == "2 cases need you"
    said = text(email)
    assert ("C-0001" in said, "C-0002" in said) == (True, True)
    assert not any(word in said for word in ("Priya", "bob@", "still not here", "Hello?"))
    # The next morning again, and not on a Sunday.
    house_kept(shop, shop.now + timedelta(days=2))
    house_kept(shop, shop.now + timedelta(days=6))
    mornings = [email for email in told(shop) if email.template == "your-queue"]
    assert [email.due_at - shop.now for email in mornings] == [timedelta(hours=23), timedelta(days=2)]


def test_in_the_morning_managers_get_the_cases_of_whoever_has_left_and_nobody_elses(shop: Shop) -> None:
    shop.settings(notify_owners=NotifyOwners.DAILY)
    answered(shop)
    other = followed(shop, "bob@example.com")
    receive(shop, letter("Hello?\n", sender="bob@example.com", to=care_address(shop, other)), shop.now)
    shop.write(
        lambda s: owners.give(
            s, s.get_one(Case, other.id), agents.find_agent(s, SEN), now=shop.now, actor=shop.actor(s, MAX)
        )
    )
    shop.write(lambda s: agents.set_agent(s, SEN, now=shop.now, actor=shop.actor(s, DIANA), active=False))
    house_kept(shop, shop.now + timedelta(hours=23))
    tick(shop, shop.now + timedelta(hours=23))
    assert to_whom(shop) == [(ANA, "sent"), (MAX, "sent"), (DIANA, "sent")]
    named = [[name in text(email) for name in ("C-0001", "C-0002")] for email in told(shop)]
    assert named == [[True, False], [False, True], [False, True]]


def test_nobody_is_told_who_does_not_want_it(shop: Shop) -> None:
    shop.settings(notify_owners=NotifyOwners.OFF)
    answered(shop)
    house_kept(shop, shop.now + timedelta(hours=23))
    assert told(shop) == []


def test_an_alarm_reaches_the_managers_once_at_any_hour_and_not_if_it_is_over(shop: Shop) -> None:
    shop.settings(notify_owners=NotifyOwners.OFF)
    case = shop.open_case()
    shop.request(case)
    tick(shop, transport=REFUSING)
    night = shop.now + timedelta(hours=13)
    house_kept(shop, night)
    house_kept(shop, night)
    assert to_whom(shop) == [(MAX, "scheduled"), (DIANA, "scheduled")]
    tick(shop, night)
    assert to_whom(shop) == [(MAX, "sent"), (DIANA, "sent")]
    said = text(told(shop)[0])
    assert "First emails failed" in said
    assert "followup outbox retry --all --dry-run" in said
    assert "priya" not in said.lower()
    # It ends and begins again; by the time the email goes it is over.
    shop.write(lambda s: setattr(s.get_one(Case, case.id), "told_at", night))
    house_kept(shop, night)
    shop.write(lambda s: setattr(s.get_one(Case, case.id), "told_at", None))
    house_kept(shop, night)
    shop.write(lambda s: setattr(s.get_one(Case, case.id), "told_at", night))
    house_kept(shop, night)
    tick(shop, night)
    assert [state for _, state in to_whom(shop)] == ["sent", "sent", "skipped", "skipped"]


def test_what_it_quoted_goes_with_the_customer_who_is_erased(shop: Shop) -> None:
    case = answered(shop, "Something that only Priya knows.\n")
    tick(shop)
    assert "only Priya knows" in shop.stored()

    shop.write(
        lambda s: erasure.erase(
            s,
            shop.rules,
            customers.customer_of(s, s.get_one(Case, case.id)),
            now=shop.now,
            actor=shop.actor(s, DIANA),
            because=None,
        )
    )
    assert "only Priya knows" not in "\n".join(
        (email.message or b"").decode("utf-8", "replace") for email in rows(shop)
    )
