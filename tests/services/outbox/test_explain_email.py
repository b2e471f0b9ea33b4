"""What `outbox why` tells of an email."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, delete

from followup.domain.cases.case import CaseStatus
from followup.domain.outbox.email_state import EmailState
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.cases import cases
from followup.services.outbox import explain_email, outbox, timeline
from followup.services.outbox.explain_email import EmailStoryDocument
from followup.services.sequences import enrolments
from followup.store.tables import Case, Customer, Email, EmailEvent
from tests.services.mailing import Answering, tick
from tests.shop import MONDAY, Shop

THURSDAY = datetime(2026, 11, 5, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 10, 10, tzinfo=UTC)
"""When the refund of Monday the 2nd should be there, and it is asked for."""


def story(shop: Shop, number: int = 1, now: datetime | None = None) -> EmailStoryDocument:
    return shop.read(
        lambda session: explain_email.story(
            session, shop.rules, session.get_one(Email, number), now=now or shop.now
        )
    )


def told(shop: Shop, number: int = 1) -> list[str]:
    return [event["text"] for event in story(shop, number)["story"]]


def by_hand(shop: Shop, what: Any, because: str | None = None, number: int = 1) -> None:
    def act(session: Session) -> None:
        email = session.get_one(Email, number)
        what(session, email, now=shop.now, actor=shop.actor(session), because=because)

    shop.write(act)


@pytest.fixture
def mailed(shop: Shop) -> Shop:
    shop.request(shop.open_case(), "refund", "5.00")
    return shop


def test_a_story_begins_with_why_and_by_which_rule_the_email_was_planned(mailed: Shop) -> None:
    (planned,) = told(mailed, 2)
    assert planned == (
        "G-0001 (refund) was issued, and the case was enrolled in the sequence recovery. "
        "This is its email 2, check-in, 3 business days later by the customer's own clock, "
        "only if this holds: the customer waits for something: a promise, money, a code, an item or a call. "
        "It was planned for Tuesday 10 November 2026, 09:00 (Europe/London)."
    )
    found = story(mailed, 2)
    assert found["due_local"] == "Tuesday 10 November 2026, 09:00 (Europe/London)"
    assert found["next"] == (
        "It goes out Tuesday 10 November 2026, 09:00 (Europe/London), unless the customer answers, the case "
        "is closed or opened again, or somebody stops it before."
    )


def test_times_are_told_by_the_customers_own_clock(shop: Shop) -> None:
    case = shop.open_case()

    def move(session: Session) -> None:
        customer = session.get_one(Customer, case.customer_id)
        customer.timezone, customer.region = "America/New_York", "US"

    shop.write(move)
    shop.request(case)
    found = story(shop)
    assert found["timezone"] == "America/New_York"
    assert found["story"][0]["local"] == "Monday 2 November 2026, 05:00 (America/New_York)"
    assert found["due_local"] == "Monday 2 November 2026, 09:00 (America/New_York)"


def test_every_attempt_is_told_with_what_the_server_said(mailed: Shop) -> None:
    tick(mailed, transport=Answering(DeliveryOutcome.REFUSED_NOW, Phase.RCPT))
    mailed.now += timedelta(hours=1)
    tick(mailed)
    first = told(mailed)
    assert first[1] == "The mail server did not take it, so it is tried again: as told."
    assert first[2].startswith(f"It was written to a file: {mailed.workspace.outbox_dir}")
    assert len(first) == 3
    assert story(mailed)["next"] == "Nothing: it went out on Monday 2 November 2026, 11:00 (Europe/London)."


def test_what_a_mail_server_took_is_not_said_to_be_a_file(mailed: Shop) -> None:
    tick(mailed, transport=Answering(DeliveryOutcome.ACCEPTED, Phase.BODY))
    assert told(mailed)[1] == "The mail server took it: as told."


def test_why_it_waits_is_told_once_however_often_it_is_looked_at(mailed: Shop) -> None:
    def pause(session: Session) -> None:
        case, actor = session.get_one(Case, 1), mailed.actor(session)
        enrolments.pause(session, case, now=mailed.now, actor=actor, because="She is away.")

    mailed.write(pause)
    for day in range(3):
        tick(mailed, MONDAY + timedelta(days=day))
    assert told(mailed)[1:] == [
        "Ana Reyes paused the sequence: She is away.",
        "It was put off: the sequence is paused.",
    ]
    assert story(mailed)["next"] == "Its sequence is paused. Go on with: followup sequence resume C-0001"


def test_what_people_did_is_told_with_their_names(mailed: Shop) -> None:
    by_hand(mailed, outbox.hold, "She may sue.")
    found = story(mailed)
    assert (found["state"], found["held"], found["held_because"]) == ("deferred", True, "She may sue.")
    assert found["next"] == (
        "It waits for a person, whatever its time: She may sue. "
        "See all of it with: followup template preview C-0001 --step 1; mend the template, or the case "
        "(followup case set C-0001 …); or change its words alone: followup outbox edit E-0001, and then let "
        "it go with: followup outbox release E-0001 --because …, or leave it out with: followup outbox skip "
        "E-0001 --because …"
    )
    by_hand(mailed, outbox.skip, "We spoke.")
    assert told(mailed)[1:] == ["Ana Reyes held it: She may sue.", "Ana Reyes skipped it: We spoke."]
    assert story(mailed)["next"] == "Nothing: it is not sent."


def test_an_email_in_doubt_says_how_to_settle_it(mailed: Shop) -> None:
    tick(mailed, transport=Answering(DeliveryOutcome.IN_DOUBT, Phase.BODY))
    assert told(mailed)[1] == "It may or may not have gone out: nobody knows whether it went out: as told."
    assert "followup outbox resolve E-0001 --sent, or --not-sent" in story(mailed)["next"]
    by_hand(mailed, outbox.resolve_as_not_sent, "Their log does not have it.")
    assert told(mailed)[2] == "Ana Reyes said that it did not go out: Their log does not have it."
    assert story(mailed)["next"].startswith("It goes out at the next tick of the daemon")


def test_what_will_keep_it_from_going_out_is_told_before(mailed: Shop) -> None:
    tick(mailed)
    mailed.write(
        lambda session: cases.move_case(
            session,
            session.get_one(Case, 1),
            CaseStatus.RESOLVED,
            now=mailed.now,
            actor=mailed.actor(session),
        )
    )
    assert story(mailed, 2)["next"] == (
        "As things stand, it will be skipped: the case is resolved, so nobody asks whether it arrived. "
        "That is decided when its time comes: Tuesday 10 November 2026, 09:00 (Europe/London)."
    )
    # And it is so in the timeline, where the last email still goes.
    emails = mailed.read(lambda session: timeline.timeline(session, mailed.rules, "C-1", now=mailed.now))[
        "emails"
    ]
    assert [email["expected"] for email in emails] == [
        None,
        "As things stand, it will be skipped: the case is resolved, so nobody asks whether it arrived.",
        None,
    ]
    tick(mailed, TUESDAY)
    assert told(mailed, 2)[1] == "It was skipped: the case is resolved, so nobody asks whether it arrived."


def test_a_template_that_cannot_be_used_is_foretold(mailed: Shop) -> None:
    (mailed.own_templates() / "en" / "check-in.md").unlink()
    assert "it will fail: There is no template 'check-in'" in story(mailed, 2)["next"]
    tick(mailed)
    tick(mailed, TUESDAY)
    assert told(mailed, 2)[1].startswith("It failed: There is no template 'check-in'")
    assert story(mailed, 2)["next"].endswith(
        "followup outbox retry E-0002, with --to ADDRESS if that was wrong"
    )


def test_a_step_that_was_left_out_from_the_start_says_why(shop: Shop) -> None:
    shop.request(shop.open_case(), "apology")
    assert told(shop, 2)[0].endswith("It was left out from the start: nothing was promised.")


def test_an_outage_is_told_once_however_long_it_lasts(mailed: Shop) -> None:
    away = Answering(DeliveryOutcome.RELAY_UNREACHABLE, Phase.CONNECT)
    outage = (
        "The mail server did not take it, so it is tried again: "
        "the mail server takes nothing just now: as told."
    )
    for _ in range(3):
        tick(mailed, transport=away)
    assert told(mailed)[1:] == [outage]
    # The next outage, after something else has happened to it, is told again.
    tick(mailed, transport=Answering(DeliveryOutcome.REFUSED_NOW, Phase.RCPT))
    for minutes in (6, 7):
        tick(mailed, mailed.now + timedelta(minutes=minutes), away)
    assert told(mailed)[1::2] == [outage, outage]
    assert len(told(mailed)) == 4


def test_an_email_to_a_colleague_has_its_story_too(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    (planned,) = told(shop)
    assert planned == (
        "G-0001 (refund) waits for a decision, so a colleague is written to. "
        "It was planned for the same moment."
    )
    assert story(shop)["next"] == "It goes out at the next tick of the daemon, unless it is decided before."
    evening = MONDAY + timedelta(hours=10)
    tick(shop, evening)
    tick(shop, evening + timedelta(hours=13))
    assert told(shop)[:2] == [planned, "It was put off: outside business hours."]
    assert told(shop)[2].startswith("It was written to a file: ")


def test_an_email_that_is_older_than_the_history_still_says_why_it_is(mailed: Shop) -> None:
    def forget(session: Session) -> None:
        session.execute(delete(EmailEvent))

    mailed.write(forget)
    assert told(mailed)[0].endswith("It was planned for Monday 2 November 2026, 10:00 (Europe/London).")


@pytest.mark.parametrize("state", EmailState)
def test_every_state_says_what_comes_next(mailed: Shop, state: EmailState) -> None:
    def change(session: Session) -> None:
        email = session.get_one(Email, 1)
        email.state = state
        email.sent_at = mailed.now if state is EmailState.SENT else None

    mailed.write(change)
    found = story(mailed)
    assert found["state"] == state
    assert found["next"].endswith((".", "…", "E-0001", "with --to ADDRESS if that was wrong"))
    assert "{" not in found["next"]
