"""A transaction of which nothing is left, so that the examples of a property share a database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlmodel import Session

from followup.store.engine import writing
from tests.shop import Shop


class TakenBackError(Exception):
    """Ends a transaction of which nothing is to be left."""


@contextmanager
def undone(shop: Shop) -> Iterator[Session]:
    """A transaction whose changes can be read within it, and are gone after it."""
    with suppress(TakenBackError), writing(shop.engine) as session:
        yield session
        raise TakenBackError
