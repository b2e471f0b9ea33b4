"""A shop in which somebody has lived through all there is, before they are erased."""

import pytest

from tests.services import life
from tests.services.life import MARK
from tests.shop import Shop


@pytest.fixture
def lived(shop: Shop) -> Shop:
    """A customer to whom everything happened, and another."""
    shop.budget("500.00")
    life.meet(shop)
    life.do(shop, life.complain(shop), "voucher", "note", "send", "redeem", "bounce", "writes", "move")
    life.do(
        shop, life.complain(shop, f"{MARK}new1@example.com", number=2), "asks", "lift", "decide", "answer"
    )
    life.do(
        shop, life.complain(shop, f"{MARK}new1@example.com", number=3), "refund", "pause", "unenrol", "close"
    )
    life.do(shop, life.complain(shop, f"{MARK}new1@example.com", number=4), "holds", "hold", "suppress")
    other = shop.open_case("tom@example.com", name="Tom Okafor", verbatim="A kettle.", reason="long-wait")
    shop.request(other)
    return shop
