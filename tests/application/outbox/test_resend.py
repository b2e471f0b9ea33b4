"""A letter to a wrong address is sent again to the right one: a new email, never the same row in silence."""

from typing import Any

import pytest
from sqlmodel import Session, select

from followup.application.outbox import email_story, outbox
from followup.application.people import customers, suppressions
from followup.domain.outbox.email_state import EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.errors import Refused, WrongUsage
from followup.store.tables import AuditEvent, Email
from tests.application.conftest import NewCaller
from tests.services.mailing import rows, states, tick
from tests.shop import Shop

OLD, NEW = "pryia@shah.example", "priya@shah.example"


@pytest.fixture
def astray(shop: Shop) -> Shop:
    """A shop whose first letter went to a misspelled address."""
    shop.request(shop.open_case(customer=OLD))
    tick(shop)
    return shop


def corrected(new_caller: NewCaller) -> None:
    customers.set_customer(new_caller(), OLD, email=NEW)


def resent(new_caller: NewCaller, reference: str = "E-0001") -> Any:
    return outbox.retry_email(new_caller(), reference, "She told us.", to_current_address=True)


def test_what_is_to_come_goes_to_the_new_address_by_itself(astray: Shop, new_caller: NewCaller) -> None:
    corrected(new_caller)
    assert [row.to_address for row in rows(astray)] == [OLD, NEW, NEW]


def test_a_letter_that_was_sent_is_sent_again_as_another_email(astray: Shop, new_caller: NewCaller) -> None:
    corrected(new_caller)
    made = resent(new_caller)
    assert (made["id"], made["to"], made["step"], made["state"]) == ("E-0004", NEW, 1, "scheduled")
    tick(astray, astray.now.replace(hour=12))
    first, *_, again = rows(astray)
    assert (first.state, first.to_address, again.state) == (EmailState.SENT, OLD, EmailState.SENT)
    assert first.message is not None
    assert again.message is not None
    assert (OLD.encode() in first.message, NEW.encode() in again.message) == (True, True)
    assert first.message_id != again.message_id
    assert states(astray)[1:3] == ["scheduled", "scheduled"], "the series goes on"
    told = astray.read(lambda session: session.exec(select(AuditEvent).where(_resent())).one())
    assert (told.subject, told.because, told.detail) == ("E-0004", "She told us.", {"again": "E-0001"})
    story = email_story.explain(new_caller(), "E-0001")["story"]
    assert any("She told us." in event["text"] for event in story)


def _resent() -> Any:
    return AuditEvent.action == "outbox resend"


def test_a_letter_that_failed_is_written_anew_for_the_new_address(
    astray: Shop, new_caller: NewCaller
) -> None:
    def fail(session: Session) -> None:
        email = session.get_one(Email, 1)
        email.state, email.sent_at = EmailState.FAILED, None

    astray.write(fail)
    corrected(new_caller)
    made = resent(new_caller)
    assert (made["id"], made["to"], made["state"], made["message_id"]) == ("E-0001", NEW, "scheduled", None)
    assert len(rows(astray)) == 3


def refusal(new_caller: NewCaller, shop: Shop, reference: str = "E-0001") -> str:
    """The code with which sending an email again is refused, and nothing changes."""
    before = shop.stored()
    with pytest.raises(Refused) as error:
        resent(new_caller, reference)
    assert shop.stored() == before
    return error.value.code


def test_an_address_that_has_not_changed_is_not_written_to_again(astray: Shop, new_caller: NewCaller) -> None:
    assert refusal(new_caller, astray) == "address_unchanged"


def test_the_suppression_of_the_old_address_does_not_follow_and_that_of_the_new_one_counts(
    astray: Shop, new_caller: NewCaller
) -> None:
    suppressions.add_suppression(new_caller(), OLD, because="It came back.")
    corrected(new_caller)
    suppressions.add_suppression(new_caller(), NEW, because="She asked.")
    assert refusal(new_caller, astray) == "new_address_suppressed"
    suppressions.remove_suppression(new_caller(), NEW, because="She asked again.")
    assert resent(new_caller)["to"] == NEW


def test_what_is_to_come_is_not_sent_again(astray: Shop, new_caller: NewCaller) -> None:
    corrected(new_caller)
    astray.write(lambda session: setattr(session.get_one(Email, 2), "to_address", OLD))
    assert refusal(new_caller, astray, "E-0002") == "illegal_state"


# ---- Another address at once


def retried(new_caller: NewCaller, reference: str, to: str = NEW) -> Any:
    return outbox.retry_email(new_caller(), reference, "She told us.", to=to)


def address_changes(shop: Shop) -> list[tuple[str, Any]]:
    found = shop.read(
        lambda session: session.exec(select(AuditEvent).where(AuditEvent.action == "customer set")).all()
    )
    return [(event.actor, event.detail) for event in found]


def became(shop: Shop, state: EmailState, transport: MailTransport | None) -> None:
    """Let the first letter be in a state, last handed to a transport."""

    def change(session: Session) -> None:
        email = session.get_one(Email, 1)
        email.state, email.transport = state, transport
        session.add(email)

    shop.write(change)


def test_one_command_corrects_the_customer_and_sends_the_letter(astray: Shop, new_caller: NewCaller) -> None:
    became(astray, EmailState.SENT, MailTransport.RELAY)
    made = retried(new_caller, "E-0001")
    assert (made["id"], made["to"], made["state"]) == ("E-0004", NEW, "scheduled")
    assert customers.show_customer(new_caller(), NEW)["email"] == NEW
    assert [row.to_address for row in rows(astray)] == [OLD, NEW, NEW, NEW]
    ((_, detail),) = address_changes(astray)
    assert detail == {"changed": ["email"]}


def test_a_letter_that_waits_goes_to_the_right_address_now(astray: Shop, new_caller: NewCaller) -> None:
    later = rows(astray)[1].due_at
    made = retried(new_caller, "E-0002")
    assert (made["id"], made["to"], made["state"]) == ("E-0002", NEW, "scheduled")
    waiting = rows(astray)[1]
    assert (waiting.due_at, waiting.message, waiting.attempts) == (astray.now, None, 0)
    assert waiting.due_at < later


@pytest.mark.parametrize("state", [EmailState.FAILED, EmailState.SENT])
def test_what_failed_or_became_a_file_is_the_same_email(
    astray: Shop, new_caller: NewCaller, state: EmailState
) -> None:
    became(astray, state, MailTransport.FILES if state is EmailState.SENT else None)
    made = retried(new_caller, "E-0001")
    assert (made["id"], made["to"], made["state"]) == ("E-0001", NEW, "scheduled")
    assert len(rows(astray)) == 3


@pytest.mark.parametrize(
    ("to", "code"),
    [("nonsense", "bad_address"), ("tom@example.com", "customer_exists"), (OLD, "address_unchanged")],
)
def test_an_address_that_cannot_be_theirs_changes_nothing(
    astray: Shop, new_caller: NewCaller, to: str, code: str
) -> None:
    astray.open_case("tom@example.com")
    before = astray.stored()
    with pytest.raises((Refused, WrongUsage)) as refused:
        retried(new_caller, "E-0001", to)
    assert refused.value.code == code
    assert astray.stored() == before
