"""The scope of a report: its days, time zone and time of asking."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from followup.domain.goodwill.budget import day_start, local_day
from followup.errors import WrongUsage
from followup.reports.answer import ReportSentence, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The days from `since` to `until` (both included; None is unbounded), in `timezone`. `now` is the time
    of asking, `currency` the workspace's currency. With `drill`, lines have references.
    """

    since: date | None
    until: date | None
    timezone: str
    currency: str
    now: datetime
    drill: bool = False

    def __post_init__(self) -> None:
        """Raises WrongUsage if the last day is before the first."""
        if self.since and self.until and self.until < self.since:
            raise WrongUsage(
                f"--to {self.until} is before --from {self.since}.",
                hint="Exchange the two.",
                code="dates_reversed",
            )

    @property
    def today(self) -> date:
        """The day of `now` in the time zone."""
        return local_day(self.now, self.timezone)

    @property
    def begins_at(self) -> datetime | None:
        """The first instant of the period; None if unbounded."""
        return day_start(self.since, self.timezone) if self.since else None

    @property
    def ends_at(self) -> datetime | None:
        """The first instant after the period; None if unbounded."""
        return day_start(self.until + timedelta(days=1), self.timezone) if self.until else None

    def period(self, before: str = "") -> ReportSentence:
        """The period in words after `before`: "1 Nov 2026 to 30 Nov 2026, Europe/London"."""
        if self.since and self.until:
            words = "{since} to {until}"
        elif self.since:
            words = "since {since}"
        else:
            words = "until {until}" if self.until else "all until {today}"
        days = {"since": self.since, "until": self.until, "today": self.today}
        return sentence(f"{before}{words}, {{zone}}", zone=self.timezone, **days)

    @property
    def as_of_today(self) -> ReportSentence:
        """Today in words: "30 Nov 2026, Europe/London"."""
        return sentence("{today}, {zone}", today=self.today, zone=self.timezone)
