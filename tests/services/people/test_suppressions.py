from typing import Any

import pytest
from sqlmodel import col, select

from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound, Refused, WrongUsage
from followup.mail.tokens import reply_token, unsubscribe_token
from followup.services.people import customers, suppressions
from followup.services.people.suppressions import Suppressed
from followup.services.shared.actors import Actor
from followup.store.tables import AuditEvent, Customer, Suppression
from tests.shop import ANA, MAX, MONDAY, Shop

WEB_PAGE = Actor("login:www-data")


def suppress(
    shop: Shop, address: str = "priya@example.com", reason: str = "manual", because: str = "she asked"
) -> Suppressed:
    return shop.write(
        lambda session: suppressions.suppress(
            session,
            address,
            SuppressionReason(reason),  # type: ignore[call-arg]
            now=shop.now,
            actor=shop.actor(session),
            because=because,
        )
    )


def lift(shop: Shop, address: str = "priya@example.com", by: str = ANA) -> Suppression:
    return shop.write(
        lambda session: suppressions.lift(
            session, address, now=shop.now, actor=shop.actor(session, by), because="she asked again"
        )
    )


def unsubscribe(shop: Shop, token: str) -> Suppressed:
    return shop.write(
        lambda session: suppressions.unsubscribe(session, shop.rules, token, now=shop.now, actor=WEB_PAGE)
    )


def found(shop: Shop, address: str = "priya@example.com") -> Suppression | None:
    return shop.read(lambda session: suppressions.is_suppressed(session, address))


def listed(shop: Shop, reason: str | None = None, limit: int = 100) -> list[str]:
    return shop.read(
        lambda session: [
            row.address for row in suppressions.list_suppressions(session, reason=reason, limit=limit)
        ]
    )


def customer(shop: Shop, email: str = "priya@example.com", *, consent: bool = True) -> Customer:
    return shop.write(
        lambda session: customers.add_customer(
            session,
            shop.workspace.settings,
            now=shop.now,
            actor=shop.actor(session),
            name="Priya Shah",
            email=email,
            marketing_consent=consent,
        )
    )


def test_a_suppression_says_who_when_and_why(shop: Shop) -> None:
    suppressed = suppress(shop)
    assert suppressed.is_new
    row = found(shop)
    assert row is not None
    assert suppressions.document(row) == {
        "address": "priya@example.com",
        "reason": "manual",
        "because": "she asked",
        "cause": None,
        "since": "2026-11-02T10:00:00+00:00",
        "by": ANA,
    }


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("Priya@Example.COM", "priya@example.com"),
        (" priya@example.com ", "PRIYA@EXAMPLE.COM"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("jo@XN--BCHER-KVA.example", "jo@BÜCHER.example"),
        # The same letter as one character and as two.
        ("jos\u00e9@example.com", "jose\u0301@example.com"),
        ("JOSÉ@example.com", "josé@example.com"),
    ],
)
def test_an_address_is_the_same_in_every_spelling(shop: Shop, kept: str, asked: str) -> None:
    suppress(shop, kept)
    assert found(shop, asked) is not None
    assert not suppress(shop, asked).is_new
    assert len(listed(shop)) == 1


@pytest.mark.parametrize(
    "other", ["priya+shop@example.com", "riya@example.com", "priya@sub.example.com", "no address"]
)
def test_another_address_is_not_suppressed(shop: Shop, other: str) -> None:
    suppress(shop)
    assert found(shop, other) is None


def test_the_first_suppression_stays(shop: Shop) -> None:
    suppress(shop, because="the first")
    again = suppress(shop, reason="complaint", because="the second")
    assert (again.is_new, again.row.reason, again.row.because) == (False, "manual", "the first")


@pytest.mark.parametrize("address", ["", "priya", "a b@example.com", '"a"@example.com'])
def test_what_is_no_address_is_refused(shop: Shop, address: str) -> None:
    with pytest.raises(WrongUsage):
        suppress(shop, address)


def test_a_lifted_suppression_is_gone_and_can_come_again(shop: Shop) -> None:
    suppress(shop)
    lift(shop, "PRIYA@example.com")
    assert found(shop) is None
    assert suppress(shop).is_new


def test_lifting_what_is_not_there_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound, match="not suppressed"):
        lift(shop)


@pytest.mark.parametrize("reason", SuppressionReason.values())
def test_only_a_manager_lifts_a_complaint_or_an_erasure(shop: Shop, reason: str) -> None:
    suppress(shop, reason=reason)
    if reason in ("complaint", "erased"):
        with pytest.raises(Refused, match="only a manager"):
            lift(shop)
        assert found(shop) is not None
        lift(shop, by=MAX)
    else:
        lift(shop)
    assert found(shop) is None


def test_a_list_is_the_newest_first_of_one_reason_or_of_all(shop: Shop) -> None:
    for address, reason in (("a@x.test", "manual"), ("b@x.test", "complaint"), ("c@x.test", "manual")):
        suppress(shop, address, reason)
    assert listed(shop) == ["c@x.test", "b@x.test", "a@x.test"]
    assert listed(shop, "manual") == ["c@x.test", "a@x.test"]
    assert listed(shop, limit=1) == ["c@x.test"]
    with pytest.raises(WrongUsage, match="unheard"):
        listed(shop, "unheard")


def audited(shop: Shop) -> list[tuple[str, str, Any, dict[str, Any]]]:
    query = select(AuditEvent).where(col(AuditEvent.action).startswith("suppression"))
    rows = shop.read(lambda session: list(session.exec(query.order_by(col(AuditEvent.id))).all()))
    return [(row.action, row.actor, row.because, row.detail) for row in rows]


def test_the_log_tells_every_change_and_no_address(shop: Shop) -> None:
    suppress(shop)
    suppress(shop)
    lift(shop, by=MAX)
    assert audited(shop) == [
        ("suppression add", ANA, "she asked", {"reason": "manual"}),
        ("suppression remove", MAX, "she asked again", {"reason": "manual"}),
    ]
    subjects = shop.read(lambda session: list(session.exec(select(AuditEvent.subject)).all()))
    assert not [subject for subject in subjects if "priya" in subject]


def token_of(shop: Shop, who: Customer) -> str:
    assert who.id is not None
    return unsubscribe_token(shop.workspace.secret_key(), who.id)


def test_a_followed_link_suppresses_and_takes_the_consent_back(shop: Shop) -> None:
    priya = customer(shop)
    suppressed = unsubscribe(shop, token_of(shop, priya))
    assert (suppressed.is_new, suppressed.row.address) == (True, "priya@example.com")
    assert (suppressed.row.reason, suppressed.row.actor) == (SuppressionReason.UNSUBSCRIBE, "login:www-data")
    assert suppressed.row.since == MONDAY
    assert not shop.read(lambda session: session.get_one(Customer, priya.id).marketing_consent)


def test_a_link_that_is_followed_twice_changes_nothing_more(shop: Shop) -> None:
    token = token_of(shop, customer(shop))
    unsubscribe(shop, token)
    assert not unsubscribe(shop, token).is_new
    assert len(audited(shop)) == 1


def test_a_link_follows_a_customer_to_their_new_address(shop: Shop) -> None:
    priya = customer(shop)
    token = token_of(shop, priya)
    shop.write(
        lambda session: customers.change_customer(
            session,
            shop.workspace.settings,
            session.get_one(Customer, priya.id),
            {"email": "new@example.com"},
            now=shop.now,
            actor=shop.actor(session),
        )
    )
    assert unsubscribe(shop, token).row.address == "new@example.com"


def test_a_forged_token_changes_nothing(shop: Shop) -> None:
    priya = customer(shop)
    token = token_of(shop, priya)
    assert priya.id is not None
    forged = (
        *("", "x" * 32, token[:-1], token.upper(), f"{token[:-1]}{'b' if token[-1] != 'b' else 'c'}"),
        unsubscribe_token(b"x" * 32, priya.id),
        reply_token(shop.workspace.secret_key(), priya.id),
    )
    for text in forged:
        with pytest.raises(Refused, match="none of ours"):
            unsubscribe(shop, text)
    assert listed(shop) == []
    assert shop.read(lambda session: session.get_one(Customer, priya.id).marketing_consent)


def test_a_token_of_somebody_who_is_no_longer_known_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound, match="no longer known"):
        unsubscribe(shop, unsubscribe_token(shop.workspace.secret_key(), 4_000_000))
