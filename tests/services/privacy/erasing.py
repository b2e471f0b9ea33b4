"""Erasing somebody, and ways to look for what is left of them."""

from typing import Any

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from followup.services.people import customers
from followup.services.privacy import erasure
from followup.services.privacy.erasure import ErasureFigures
from followup.store import scrub
from tests.services.life import EMAIL, MARK, PHONE_KEY
from tests.shop import MAX, Shop


def erase(
    shop: Shop, email: str = EMAIL, by: str = MAX, because: str | None = "they asked"
) -> ErasureFigures:
    done = shop.write(
        lambda session: erasure.erase(
            session,
            shop.rules,
            customers.find_customer(session, email),
            now=shop.now,
            actor=shop.actor(session, by),
            because=because,
        )
    )
    scrub.clear(shop.engine)
    return done


def cells(shop: Shop) -> list[str]:
    """Every value of every table, as text."""

    def look(session: Session) -> list[str]:
        return [
            f"{table.name}: {_shown(value)}"
            for table in SQLModel.metadata.sorted_tables
            for row in session.execute(text(f"SELECT * FROM {table.name}"))
            for value in row
        ]

    return shop.read(look)


def _shown(value: Any) -> str:
    bare = bytes(value) if isinstance(value, memoryview) else value
    return bare.decode("utf-8", "replace") if isinstance(bare, bytes) else str(bare)


def traces(shop: Shop, *marks: str) -> list[str]:
    """The values that hold a mark, in whatever case."""
    wanted = [mark.lower() for mark in marks or (MARK, PHONE_KEY)]
    return [cell for cell in cells(shop) if any(mark in cell.lower() for mark in wanted)]
