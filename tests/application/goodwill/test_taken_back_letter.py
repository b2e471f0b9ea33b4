"""What a customer was told of and is taken back is corrected by an email that a person reads first."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from followup.application.goodwill import gestures
from followup.application.outbox import outbox
from followup.domain.cases.attention import AttentionReason
from tests.application.cases.test_correct_case import caller, logged
from tests.services.mailing import files, states, tick
from tests.services.waiting import codes
from tests.shop import MAX, Shop

WHY = "The discount was meant for another order. A replacement for yours leaves us on Friday."


def texts(shop: Shop) -> list[str]:
    def read() -> Iterator[str]:
        for message in files(shop):
            body = message_from_bytes(message, policy=policy.default).get_body(("plain",))
            assert body is not None
            yield " ".join(body.get_content().split())

    return list(read())


def listed(shop: Shop) -> list[AttentionReason]:
    return [code for found in codes(shop).values() for code in found]


@pytest.mark.parametrize(
    ("locale", "said", "why"),
    [
        ("en-GB", "a voucher of £8.00", WHY),
        ("de-DE", "einen Gutschein über 8,00 £", "Der Gutschein war für eine andere Bestellung gedacht."),
        ("es-ES", "un vale de 8,00 GBP", "El vale era para otro pedido que no es el suyo."),
        ("fr-FR", "un bon d’achat de 8,00 £GB", "Ce bon d’achat était prévu pour une autre commande."),
    ],
)
def test_it_says_what_was_said_that_it_does_not_stand_and_why(
    shop: Shop, locale: str, said: str, why: str
) -> None:
    logged(shop, locale=locale)
    tick(shop)
    before = texts(shop)
    shop.now += timedelta(hours=1)
    document = gestures.void_gesture(caller(shop, MAX), "G-0001", "Order mixed up.", tell_customer=why)
    assert document["state"] == "void"
    correction = document["correction"]
    assert correction is not None
    # A person reads it first, and it does not go by itself; nobody has to be told twice.
    assert listed(shop) == [AttentionReason.HELD]
    shop.now += timedelta(days=2)
    tick(shop)
    assert texts(shop) == before
    outbox.release_email(caller(shop), str(correction["id"]), "Read.")
    assert AttentionReason.TAKEN_BACK_TOLD not in listed(shop)
    tick(shop)
    (text,) = [text for text in texts(shop) if text not in before]
    assert said in text.replace("\xa0", " ").replace("\u202f", " ")
    assert why in text
    assert "Order mixed up" not in text
    assert AttentionReason.TAKEN_BACK_TOLD not in listed(shop)


def test_without_words_for_the_customer_a_person_is_listed(shop: Shop) -> None:
    """The negative control: nothing but the email takes the case off the list."""
    logged(shop)
    tick(shop)
    document = gestures.void_gesture(caller(shop, MAX), "G-0001", "Order mixed up.")
    assert (document["correction"], document["hints"]) == (None, [])
    assert AttentionReason.TAKEN_BACK_TOLD in listed(shop)


def test_whom_no_email_told_gets_none(shop: Shop) -> None:
    logged(shop)
    document = gestures.void_gesture(caller(shop, MAX), "G-0001", "Order mixed up.", tell_customer=WHY)
    assert document["correction"] is None
    assert "tell them yourself" in document["hints"][0]
    assert "deferred" not in states(shop)
