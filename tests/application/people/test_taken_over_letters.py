"""The first letter of whoever takes a case over says so, in the language of its reader; no other does."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from followup.application.people import handover
from tests.application.people.test_handover import caller, logged
from tests.services.mailing import files, tick
from tests.shop import ANA, SEN, Shop

CHECK_IN, CLOSING = timedelta(days=7), timedelta(days=21)


def sent(shop: Shop, after: timedelta) -> str:
    """The text of the email that goes out some days after the case was logged."""
    before = set(files(shop))
    tick(shop, shop.now + after)
    new = [message for message in files(shop) if message not in before]
    assert len(new) == 1
    body = message_from_bytes(new[0], policy=policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "es-ES", "fr-FR"])
def test_the_first_letter_of_a_new_owner_names_who_wrote_before(shop: Shop, locale: str) -> None:
    logged(shop, locale=locale)
    assert "Ana Reyes" in sent(shop, timedelta())
    shop.now += timedelta(days=1)
    handover.hand_over(caller(shop), ANA, SEN)
    shop.now -= timedelta(days=1)
    second, third = sent(shop, CHECK_IN), sent(shop, CLOSING)
    assert second.count("Ana Reyes") == 1
    assert second.count("Sen Ito") == 1
    assert "Ana Reyes" not in third


def test_nobody_is_named_who_has_not_written_or_writes_again(shop: Shop) -> None:
    logged(shop)
    handover.hand_over(caller(shop), ANA, SEN)
    assert "Ana Reyes" not in sent(shop, timedelta())
    shop.now += timedelta(days=1)
    handover.hand_over(caller(shop), SEN, ANA)
    handover.hand_over(caller(shop), ANA, SEN)
    shop.now -= timedelta(days=1)
    second = sent(shop, CHECK_IN)
    assert "Ana Reyes" not in second
    assert "I wrote to you" in second or "I wrote about" in second or "I am back" in second
