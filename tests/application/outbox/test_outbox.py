import pytest
from sqlmodel import Session, select

from followup.application.outbox import outbox
from followup.domain.outbox.email_state import EmailState
from followup.errors import NotFound, Refused, WrongUsage
from followup.store.tables import Email
from tests.application.conftest import NewCaller
from tests.shop import Shop


@pytest.fixture
def mailed(shop: Shop) -> Shop:
    """A case whose emails are to come, E-0001 first."""
    shop.request(shop.open_case())
    return shop


def put_in_doubt(shop: Shop) -> int:
    """All emails of the shop; gives their number."""

    def change(session: Session) -> int:
        emails = session.exec(select(Email)).all()
        for email in emails:
            email.state = EmailState.IN_DOUBT
        return len(emails)

    return shop.write(change)


def test_a_key_holds_an_email_once(mailed: Shop, new_caller: NewCaller) -> None:
    first = outbox.hold_email(new_caller(key="k"), "E-0001", "She is in hospital.")
    assert first["held_because"] == "She is in hospital."
    assert outbox.hold_email(new_caller(key="k"), reference="E-0001", because="She is in hospital.") == first
    with pytest.raises(Refused) as conflict:
        outbox.hold_email(new_caller(key="k"), "E-0002", "She is in hospital.")
    with pytest.raises(Refused) as held:
        outbox.hold_email(new_caller(key="l"), "E-0001", "She is in hospital.")
    assert (conflict.value.code, held.value.code) == ("key_conflict", "illegal_state")
    assert [email["id"] for email in outbox.list_emails(new_caller(), held=True)] == ["E-0001"]


def test_only_a_known_agent_lets_an_email_go(mailed: Shop, new_caller: NewCaller) -> None:
    outbox.hold_email(new_caller(), "E-0001", "Wait.")
    before = mailed.stored()
    with pytest.raises(WrongUsage) as unknown:
        outbox.release_email(new_caller(None), "E-0001", "Go.")
    with pytest.raises(NotFound) as nobody:
        outbox.release_email(new_caller("nobody@shop.example"), "E-0001", "Go.")
    assert (unknown.value.code, nobody.value.code) == ("unknown_actor", "unknown_agent")
    assert mailed.stored() == before
    assert outbox.release_email(new_caller(), "E-0001", "Go.")["state"] == "scheduled"


def test_one_email_in_doubt_is_resolved_or_all(mailed: Shop, new_caller: NewCaller) -> None:
    number = put_in_doubt(mailed)
    before = mailed.stored()
    with pytest.raises(WrongUsage):
        outbox.resolve(new_caller())
    with pytest.raises(WrongUsage):
        outbox.resolve(new_caller(), "E-0001", all_=True)
    assert mailed.stored() == before
    outbox.resolve(new_caller(), "E-0001")
    document = outbox.resolve(new_caller(), sent=False, all_=True, because="The server has none.")
    assert "emails" in document
    found = {email["id"]: email["state"] for email in outbox.list_emails(new_caller())}
    assert found.pop("E-0001") == "sent"
    assert list(found.values()) == ["scheduled"] * (number - 1)
