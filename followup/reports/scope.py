"""What a report is asked about: which days, of which zone, seen when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from followup.domain.budget import day_start, local_day
from followup.errors import WrongUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The days from `since` to `until`, both included and either open, as days of `timezone`; `now` is when
    it is asked, and `currency` the workspace's. With `drill`, lines name what they are made of."""

    since: date | None
    until: date | None
    timezone: str
    currency: str
    now: datetime
    drill: bool = False

    def __post_init__(self) -> None:
        """Raises WrongUsage where the last day is before the first."""
        if self.since and self.until and self.until < self.since:
            raise WrongUsage(
                f"--to {self.until} is before --from {self.since}.",
                hint="Exchange the two.",
                code="bad_period",
            )

    @property
    def today(self) -> date:
        """The day of `now` in the zone."""
        return local_day(self.now, self.timezone)

    @property
    def begins_at(self) -> datetime | None:
        """The first instant of the period."""
        return day_start(self.since, self.timezone) if self.since else None

    @property
    def ends_at(self) -> datetime | None:
        """The first instant after the period."""
        return day_start(self.until + timedelta(days=1), self.timezone) if self.until else None

    @property
    def text(self) -> str:
        """The period in words, as "1 Nov 2026 to 30 Nov 2026, Europe/London"."""
        first, last = (f"{day.day} {day:%b %Y}" if day else "" for day in (self.since, self.until))
        said = (
            f"{first} to {last}"
            if first and last
            else f"since {first}"
            if first
            else f"until {last}"
            if last
            else f"all until {self.today.day} {self.today:%b %Y}"
        )
        return f"{said}, {self.timezone}"
