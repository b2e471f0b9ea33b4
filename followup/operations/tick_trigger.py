"""When the daemon ticks: so long after it last did, whatever has happened to the clock since."""

from datetime import datetime, timedelta

from apscheduler.job import Job
from apscheduler.triggers.base import BaseTrigger


class IntervalAfterLastTick(BaseTrigger):  # type: ignore[misc]
    """Ticks at an interval. What a jump of the clock left out is not counted: APScheduler's own interval
    makes a list of it, and the ticks of seventy years fill the memory."""

    def __init__(self, seconds: float) -> None:
        self.interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """When the next tick is; APScheduler asks when it begins one."""
        return now + self.interval


def tick_by_the_clock(job: Job, now: datetime) -> None:
    """Let a job run at once that waits for a time from before the clock was put back."""
    if job.next_run_time > now + 2 * job.trigger.interval:
        job.modify(next_run_time=now)
