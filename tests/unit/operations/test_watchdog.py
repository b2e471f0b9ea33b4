from followup.operations.watchdog import Watchdog


class Watch:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_between_two_ticks_nothing_need_get_done() -> None:
    watch = Watch()
    progress = Watchdog(every_seconds=60, patience_seconds=10, seconds=watch)
    watch.seconds = 70
    assert progress.is_made
    watch.seconds = 71  # the tick that was due after 60 seconds never came: the scheduler has died
    assert not progress.is_made


def test_a_tick_that_hangs_makes_no_progress_and_one_that_goes_on_does() -> None:
    watch = Watch()
    progress = Watchdog(every_seconds=60, patience_seconds=10, seconds=watch)
    progress.begin_tick()
    for _ in range(100):
        watch.seconds += 10
        assert progress.is_made
        progress.step()
    watch.seconds += 11
    assert not progress.is_made
    progress.end_tick()
    assert progress.is_made
