"""An instant as people say it."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local_text(instant: datetime, timezone: str) -> str:
    """An instant by the clock of a zone: "Tuesday 24 November 2026, 09:00 (Europe/London)"."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%A %-d %B %Y, %H:%M} ({timezone})"
