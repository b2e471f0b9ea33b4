"""What tests of the application share: callers, who come to the shop of a test by its one door."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import pytest

from followup.application.door import Caller, OpenWorkspace
from tests.shop import ANA, Shop


class NewCaller(Protocol):
    """Makes a caller: the agent with an address, or with None whoever is logged in; at `now`, else when it is
    for the shop."""

    def __call__(
        self, actor_email: str | None = ANA, *, key: str | None = None, now: datetime | None = None
    ) -> Caller: ...


@pytest.fixture
def new_caller(shop: Shop) -> Iterator[NewCaller]:
    """Makes callers of one open workspace, which is closed at the end of the test."""
    places: list[OpenWorkspace] = []

    def make(actor_email: str | None = ANA, *, key: str | None = None, now: datetime | None = None) -> Caller:
        if not places:
            places.append(OpenWorkspace(shop.workspace))
        return Caller(place=places[0], now=now or shop.now, login="nobody", actor_email=actor_email, key=key)

    yield make
    for place in places:
        place.close()
