"""Doing what is odd, and reading what the report on exceptions says of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlmodel import Session

from followup.reports.answer import document
from followup.services.goodwill import gestures
from followup.services.reporting.report_catalog import QUESTIONS
from followup.store.tables import Approval, Email, Gesture
from tests.services.reporting.test_reports import scope
from tests.shop import MAX, Shop


def ask(
    shop: Shop, since: date | None = None, until: date | None = None, *, drill: bool = False
) -> dict[str, Any]:
    asked = scope(shop, since, until, drill=drill)
    return shop.read(lambda session: document(QUESTIONS["exceptions"](session, shop.rules, asked), "GBP"))


def of(said: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [row for row in said["rows"] if row["kind"] == kind]


def told(said: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    return [(row["says"], row["references"]) for row in of(said, kind)]


def change(shop: Shop, what: Callable[..., Any], *arguments: Any, by: str = MAX, **more: Any) -> None:
    """Call a service as somebody; its `because` is a test's."""

    def run(session: Session) -> None:
        own = [
            session.get_one(type(one), one.id) if isinstance(one, Approval | Email) else one
            for one in arguments
        ]
        what(session, *own, now=shop.now, actor=shop.actor(session, by), because="so it is", **more)

    shop.write(run)


def approval_of(shop: Shop, gesture: Gesture) -> Approval:
    found = shop.read(lambda session: gestures.approval_of(session, gesture))
    assert found is not None
    return found


def behind(said: dict[str, Any], kind: str) -> set[str]:
    return {name for row in said["kinds"] if row["kind"] == kind for name in row["behind"]}
