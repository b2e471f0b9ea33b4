"""The limit on how often one customer is emailed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Frequency:
    """A limit: at most `most` emails within any period of `within`, and at least `least_gap` between two
    emails.
    """

    least_gap: timedelta
    most: int
    within: timedelta

    def earliest(self, times: Iterable[datetime], now: datetime) -> datetime:
        """The earliest time, from `now` on, at which one more email is allowed after those sent at `times`.

        The exact end of the gap, or of the period, is late enough.
        """
        gone = sorted(times)
        bounds = [now]
        if gone:
            bounds.append(gone[-1] + self.least_gap)
        if len(gone) >= self.most:
            bounds.append(gone[-self.most] + self.within)
        return max(bounds)
