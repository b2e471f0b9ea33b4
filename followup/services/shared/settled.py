"""When a customer has what was promised."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.domain.goodwill.gesture import GestureKind
from followup.services.shared.configuration import Configuration


def settled_by(rules: Configuration, kind: GestureKind, issued_at: datetime) -> date | None:
    """The day by which the customer has the gesture, by the settings; None for kinds that are there at
    once."""
    days = rules.settings.settled_business_days.get(kind.value)
    if days is None:
        return None
    return rules.today(rules.calendar().add_business_days(issued_at, days))


def overdue_from(rules: Configuration, kind: GestureKind, issued_at: datetime) -> datetime | None:
    """The instant from which the gesture is late: when the day of `settled_by` is over where the business
    is."""
    day = settled_by(rules, kind, issued_at)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(rules.settings.timezone))
