"""What a bounce changes follows from its cause: only a cause that is the address ends writing there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from followup.application.door import Caller, OpenWorkspace
from followup.application.people.suppressions import remove_suppressions
from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.people.suppression import SuppressionReason
from followup.errors import WrongUsage
from followup.services.people import suppressions
from followup.store.tables import Email, InboundMail, Suppression
from tests.services.inbound.answered_cases import followed, story, suppressed
from tests.services.mail_back import THEM, arrived, bounce, bounce_address, receive
from tests.services.mailing import rows
from tests.shop import MAX, Shop

OURS = "550 5.1.8 <bounces@shop.example>: Sender address rejected: Domain not found"
"""A day on which nobody can resolve the shop's own domain."""


def came_back(shop: Shop, email: Email, status: str, said: str, *, day: int = 0) -> None:
    raw = bounce(email.to_address, status=status, said=said, to=bounce_address(shop, email))
    receive(shop, raw, shop.now + timedelta(days=day))


@pytest.mark.parametrize(
    ("status", "said", "cause", "ends"),
    [
        ("5.1.1", "550 5.1.1 User unknown", BounceCause.ADDRESS, True),
        ("5.0.0", "550 no such user here", BounceCause.ADDRESS, True),
        ("5.2.1", "550 5.2.1 mailbox disabled", BounceCause.MAILBOX, True),
        ("5.2.2", "552 5.2.2 mailbox full", BounceCause.MAILBOX, False),
        ("5.1.8", OURS, BounceCause.SENDER, False),
        ("5.0.0", "554 blocked using a block list", BounceCause.SENDER, False),
        ("5.0.0", "550 it contains a virus", BounceCause.CONTENT, False),
        ("5.4.7", "delivery time expired", BounceCause.ROUTE, False),
        ("5.0.0", "550 rejected", BounceCause.POLICY, False),
    ],
)
def test_only_a_cause_that_is_the_address_ends_writing_there(
    shop: Shop, status: str, said: str, cause: BounceCause, *, ends: bool
) -> None:
    followed(shop)
    first = rows(shop)[0]
    came_back(shop, first, status, said)
    (row,) = arrived(shop)
    assert (row.cause, row.permanent) == (cause, ends)
    assert suppressed(shop) == ({THEM: "hard_bounce"} if ends else {})
    assert any(said in text for text in story(shop, first))
    kept = shop.read(lambda session: suppressions.is_suppressed(session, THEM))
    assert (kept.cause if kept else None) == (cause if ends else None)


def test_refusals_for_our_sake_never_add_up_to_an_address_that_is_gone(shop: Shop) -> None:
    shop.settings(soft_bounces=2)
    followed(shop)
    for day, email in enumerate(rows(shop)):
        came_back(shop, email, "5.1.8", OURS, day=day)
    assert suppressed(shop) == {}
    # Of two that are about the mailbox, the second ends it.
    for day, email in enumerate(rows(shop)[:2], start=10):
        came_back(shop, email, "5.2.2", "552 mailbox full", day=day)
    assert suppressed(shop) == {THEM: "hard_bounce"}


def by_a_manager(shop: Shop) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=MAX)


def suppressed_before(shop: Shop, address: str, said: str) -> None:
    """As versions recorded it that knew no causes."""

    def add(session: Session) -> None:
        reason = SuppressionReason.HARD_BOUNCE
        session.add(Suppression(address=address, reason=reason, since=shop.now, actor="mailbox"))
        session.add(
            InboundMail(
                digest=address,
                received_at=shop.now,
                kind=InboundKind.BOUNCE,
                address=address,
                permanent=True,
                **MessageReason.NOBODY_THERE.of(said).columns(),
            )
        )

    shop.write(add)


def test_what_was_suppressed_for_our_own_trouble_is_lifted_at_once(shop: Shop) -> None:
    """Suppressed before causes were recorded, they are judged by what the server said then."""
    suppressed_before(shop, "bob@example.com", f"5.1.8 {OURS}")
    suppressed_before(shop, "cem@example.com", "5.1.1 550 5.1.1 User unknown")
    asked: dict[str, Any] = {"cause": "sender", "since": "2026-11-01"}
    why = "our DNS was down"
    foreseen = remove_suppressions(by_a_manager(shop), because=why, dry_run=True, **asked)
    assert [one["address"] for one in foreseen["done"]] == ["bob@example.com"]
    assert set(suppressed(shop)) == {"bob@example.com", "cem@example.com"}
    done = remove_suppressions(by_a_manager(shop), because=why, **asked)
    assert [one["address"] for one in done["done"]] == ["bob@example.com"]
    assert set(suppressed(shop)) == {"cem@example.com"}
    # Suppressed on the 2nd, so not from the 3rd on.
    shop.now += timedelta(days=1)
    later = remove_suppressions(by_a_manager(shop), because=why, cause="address", since="2026-11-03")
    assert later["asked"] == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "suppression_of_whom"),
        ({"addresses": ["bob@example.com"], "cause": "sender"}, "suppression_of_whom"),
        ({"cause": "sender"}, "missing"),
        ({"cause": "sender", "since": "2026-11-03"}, "future_date"),
        ({"cause": "whim", "since": "2026-11-01"}, "unknown_cause"),
    ],
)
def test_whose_suppressions_are_removed_must_be_said(shop: Shop, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        remove_suppressions(by_a_manager(shop), because="x", **asked)
    assert raised.value.code == code


def test_a_day_that_is_none_is_named_with_its_own_flag(shop: Shop) -> None:
    with pytest.raises(WrongUsage, match="is not a date for --since"):
        remove_suppressions(by_a_manager(shop), because="x", cause="sender", since="some day")
