"""A schedule of reports, and ways to run it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from followup.daemon import Daemon
from followup.services.outbox.tick_result import TickResult
from followup.services.reporting import report_schedules
from followup.store.tables import ReportSchedule
from tests.shop import MAX, Shop

CFO = "cfo@shop.example"
NEXT_MONDAY = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


def add(shop: Shop, reports: str = "spend", by: str = MAX, **more: Any) -> ReportSchedule:
    told: dict[str, Any] = {"every": "monday", "to": [CFO], **more}
    return shop.write(
        lambda session: report_schedules.add(
            session, shop.rules, now=shop.now, actor=shop.actor(session, by), reports=reports, **told
        )
    )


def run(shop: Shop, now: datetime) -> TickResult:
    """One tick of the daemon."""
    return Daemon(shop.place).tick(now=lambda: now)


def act(shop: Shop, name: str, what: Callable[..., Any], by: str = MAX, **more: Any) -> Any:
    def change(session: Session) -> Any:
        return what(session, name, now=shop.now, actor=shop.actor(session, by), **more)

    return shop.write(change)
