"""Databases of tests share what was compiled for one of them."""

from collections.abc import Callable
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import CacheStats
from sqlmodel import Session, select

from followup.store.tables import Case
from tests.shop import Shop


def looked_up(engine: Engine) -> CacheStats:
    """Whether the compiled form of a statement was found when it was executed."""
    seen: list[CacheStats] = []

    def look(_connection: Any, _cursor: Any, _sql: Any, _values: Any, context: Any, _many: Any) -> None:
        seen.append(context.cache_hit)

    event.listen(engine, "before_cursor_execute", look)
    with Session(engine) as session:
        session.exec(select(Case.id).where(Case.order_ref == "HB-4711")).all()
    return seen[-1]


def test_what_was_compiled_for_one_shop_is_found_for_the_next(new_shop: Callable[[], Shop]) -> None:
    looked_up(new_shop().engine)
    assert looked_up(new_shop().engine) is CacheStats.CACHE_HIT


def test_an_engine_apart_compiles_anew(shop: Shop) -> None:
    looked_up(shop.engine)
    apart = sqlalchemy.create_engine(shop.engine.url)
    assert looked_up(apart) is CacheStats.CACHE_MISS
    apart.dispose()
