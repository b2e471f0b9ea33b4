"""Where answers and bounces come back to: one address for each case, and one for each email."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from sqlmodel import Session, select

from followup.domain.outbox.email_kind import EmailKind
from followup.mail.tokens import read_bounce_token, read_reply_token, tokens_in
from followup.mail.transport import Connection, Delivery, DeliveryOutcome, Phase
from followup.store.tables import Customer
from tests.services.mailing import rows, tick
from tests.shop import Shop


@dataclass
class Noting:
    """A way of handing over that takes everything and notes from whom it came."""

    senders: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    relay_name: str | None = None
    most_connections: int = 1

    @contextmanager
    def open(self) -> Iterator[Connection]:
        yield self

    def deliver(
        self, sender: str, _recipient: str, message: bytes, before_body: Callable[[], None]
    ) -> Delivery:
        before_body()
        self.senders.append(sender)
        self.messages.append(message_from_bytes(message))
        return Delivery(DeliveryOutcome.ACCEPTED, Phase.BODY, 250, "taken")


def sent(shop: Shop) -> Noting:
    noting = Noting()
    tick(shop, transport=noting)
    return noting


def consent(session: Session) -> None:
    customer = session.exec(select(Customer)).one()
    customer.marketing_consent = True


def test_an_answer_goes_to_the_address_of_its_case_and_a_bounce_to_that_of_its_email(shop: Shop) -> None:
    shop.settings(reply_to="Care <care+{token}@shop.example>", bounce_to="bounces+{token}@mail.shop.example")
    cases = [shop.open_case(address) for address in ("priya@example.com", "tom@example.com")]
    for case in cases:
        shop.request(case)
    noting = sent(shop)
    key = shop.workspace.secret_key()
    first_steps = [row for row in rows(shop) if row.step == 1]
    assert len(noting.messages) == 2
    for case, row, message, sender in zip(cases, first_steps, noting.messages, noting.senders, strict=True):
        reply_to = message["Reply-To"]
        assert "".join(reply_to.split()).startswith("Care<care+")
        assert [read_reply_token(key, token) for token in tokens_in(reply_to)] == [case.id]
        assert sender.startswith("bounces+")
        assert sender.endswith("@mail.shop.example")
        assert [read_bounce_token(key, token) for token in tokens_in(sender)] == [row.id]
        # A token for the one is none for the other.
        assert [read_bounce_token(key, token) for token in tokens_in(reply_to)] == [None]


def test_without_a_place_for_a_token_addresses_are_as_they_are_set(shop: Shop) -> None:
    shop.request(shop.open_case())
    assert sent(shop).senders == ["care@shop.example"]
    shop.settings(reply_to="care@shop.example", bounce_to="bounces@shop.example")
    shop.request(shop.open_case("tom@example.com"))
    noting = sent(shop)
    assert noting.senders == ["bounces@shop.example"]
    assert noting.messages[0]["Reply-To"] == "care@shop.example"


def test_a_colleague_gets_no_token_of_the_case(shop: Shop) -> None:
    shop.settings(reply_to="Care <care+{token}@shop.example>")
    shop.request(shop.open_case(order_value="400.00"), "refund", "60.00")
    noting = sent(shop)
    colleagues = [row for row in rows(shop) if row.kind is EmailKind.COLLEAGUE]
    assert len(noting.messages) == len(colleagues) >= 1
    assert {message["Reply-To"] for message in noting.messages} == {"Care <care@shop.example>"}


def test_the_address_to_unsubscribe_by_holds_the_token_of_the_case_and_no_empty_place(shop: Shop) -> None:
    shop.settings(reply_to="care+{token}@shop.example")
    case = shop.open_case()

    shop.request(case, "discount", "8.00")
    shop.write(consent)
    (message,) = sent(shop).messages
    unsubscribe = message["List-Unsubscribe"]
    assert "{token}" not in message.as_string()
    assert "%7Btoken" not in message.as_string()
    key = shop.workspace.secret_key()
    assert case.id in [read_reply_token(key, token) for token in tokens_in(unsubscribe)]
