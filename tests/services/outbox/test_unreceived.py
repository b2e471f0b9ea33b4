"""Sending again what many readers did not get, once the cause is mended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from followup.application.door import Caller, OpenWorkspace
from followup.application.outbox import outbox
from followup.errors import WrongUsage
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from followup.store.tables import Email
from tests.services.inbound.answered_cases import followed
from tests.services.mail_back import bounce, bounce_address, receive
from tests.services.mailing import Answering, rows, tick
from tests.shop import SEN, Shop


class Refusing(Answering):
    """A mail server that says to each recipient what it is told to."""

    said: Callable[[str], tuple[int, str]]

    def deliver(self, _sender: str, recipient: str, _message: bytes, _before_body: Any) -> Delivery:
        code, text = self.said(recipient)
        return Delivery(DeliveryOutcome.REFUSED_FOR_GOOD, Phase.RCPT, code, text)


SAYS = {
    "gone@example.com": (550, "5.1.1 User unknown"),
    "spam@example.com": (554, "5.7.1 Message contains spam"),
    "full@example.com": (552, "5.2.2 Mailbox full"),
}


def refused(shop: Shop) -> None:
    """Three first emails that failed, each for a cause of its own."""
    for address in SAYS:
        shop.request(shop.open_case(address))
    relay = Refusing(DeliveryOutcome.REFUSED_FOR_GOOD, Phase.RCPT)
    object.__setattr__(relay, "said", SAYS.__getitem__)
    tick(shop, transport=relay)


def caller(shop: Shop, after: timedelta = timedelta()) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now + after, login="nobody", actor_email=SEN)


def asked(shop: Shop, after: timedelta = timedelta(), **given: Any) -> list[str]:
    """The recipients of what a preview would send again."""
    document = outbox.retry_unreceived(caller(shop, after), dry_run=True, **given)
    by_ref = {f"E-{row.id:04d}": row.to_address for row in rows(shop)}
    return [by_ref[name] for name in document["asked"]]


def firsts(shop: Shop) -> list[Email]:
    return [row for row in rows(shop) if row.step == 1]


def test_all_are_those_whose_address_is_not_to_be_corrected_first(shop: Shop) -> None:
    refused(shop)
    assert [row.state.value for row in firsts(shop)] == ["failed"] * 3
    assert asked(shop) == ["spam@example.com"]
    assert asked(shop, reason="content") == ["spam@example.com"]
    assert asked(shop, reason="mailbox") == ["full@example.com"]
    assert asked(shop, reason="address") == ["gone@example.com"]
    assert asked(shop, reason="sender") == []


def test_a_preview_changes_nothing_and_the_command_sends_them_again(shop: Shop) -> None:
    refused(shop)
    before = shop.stored()
    outbox.retry_unreceived(caller(shop), dry_run=True)
    assert shop.stored() == before
    document = outbox.retry_unreceived(caller(shop), because="The link is out of the footer.")
    assert [row["state"] for row in document["done"]] == ["scheduled"]
    assert tick(shop, shop.now).sent == 1
    assert outbox.retry_unreceived(caller(shop))["asked"] == []


def test_what_could_not_be_written_is_a_reason_of_its_own(shop: Shop) -> None:
    template = shop.own_templates() / "en" / "apology.md"
    whole = template.read_text(encoding="utf-8")
    template.write_text(whole + "\n{{ nothing.here }}\n", encoding="utf-8")
    shop.request(shop.open_case())
    tick(shop)
    assert asked(shop, reason="not_written") == ["priya@example.com"]
    assert asked(shop) == ["priya@example.com"]
    template.write_text(whole, encoding="utf-8")
    outbox.retry_unreceived(caller(shop), reason="not_written")
    assert tick(shop).sent == 1


def returned(shop: Shop, email: Email, status: str, said: str, after: timedelta = timedelta()) -> None:
    raw = bounce(email.to_address, status=status, said=said, to=bounce_address(shop, email))
    receive(shop, raw, shop.now + after)


def test_what_came_back_for_our_sake_is_sent_once_more_as_a_new_email(shop: Shop) -> None:
    for name in ("ours", "gone"):
        followed(shop, f"{name}@example.com")
    ours, gone = firsts(shop)
    returned(shop, ours, "5.7.23", "550 5.7.23 SPF validation failed")
    returned(shop, gone, "5.1.1", "550 5.1.1 User unknown")
    assert asked(shop) == asked(shop, reason="sender") == ["ours@example.com"]
    (made,) = outbox.retry_unreceived(caller(shop), reason="sender", because="SPF is mended.")["done"]
    assert (made["id"], made["to"]) != (f"E-{ours.id:04d}", "gone@example.com")
    assert tick(shop).sent == 1
    # It is not sent a third time.
    assert asked(shop) == []
    # The one that is gone is refused while the address is suppressed, and says why.
    document = outbox.retry_unreceived(caller(shop), reason="address")
    assert [one["code"] for one in document["refused"]] == ["new_address_suppressed"]


def test_only_what_was_to_go_on_a_day_or_later(shop: Shop) -> None:
    refused(shop)
    assert asked(shop, since="2026-11-02") == ["spam@example.com"]
    assert asked(shop, timedelta(days=1), since="2026-11-03") == []


def test_an_unknown_reason_is_refused(shop: Shop) -> None:
    with pytest.raises(WrongUsage, match="spf"):
        outbox.retry_unreceived(caller(shop), reason="spf")
