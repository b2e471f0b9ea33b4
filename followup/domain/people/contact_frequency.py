"""How often one customer is written to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most `most` emails in any stretch of `within`, and `least_gap` between two of them."""

    least_gap: timedelta
    most: int
    within: timedelta

    def earliest(self, times: Iterable[datetime], now: datetime) -> datetime:
        """The first instant, from `now` on, for one more email after all those at `times`.

        An instant at the very end of the gap, or of the stretch, is late enough."""
        gone = sorted(times)
        bounds = [now]
        if gone:
            bounds.append(gone[-1] + self.least_gap)
        if len(gone) >= self.most:
            bounds.append(gone[-self.most] + self.within)
        return max(bounds)
