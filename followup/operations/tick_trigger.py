"""The schedule of ticks: a fixed time after the last tick, whatever happens to the clock."""

from datetime import datetime, timedelta

from apscheduler.job import Job
from apscheduler.triggers.base import BaseTrigger


class IntervalAfterLastTick(BaseTrigger):  # type: ignore[misc]
    """Triggers at an interval. Ticks skipped by a clock jump are not made up for. APScheduler's own interval
    trigger lists them all: after a jump of seventy years, the list fills the memory.
    """

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """The time of the next tick. APScheduler calls this when a tick begins."""
        return now + self.interval


def tick_by_the_clock(job: Job, now: datetime) -> None:
    """Run a job at once if its next time was set before the clock was put back."""
    if job.next_run_time > now + 2 * job.trigger.interval:
        job.modify(next_run_time=now)
