"""Row 3: daemons crashed at each named point, repeatedly."""

from tests.score import due_emails
from tests.score.crash_points import CrashPoint
from tests.score.crashing import crash_everywhere
from tests.score.row import Place, Row, Seen


def run(here: Place) -> Seen:
    """Crash at each point with one email due, check, let the next daemon continue, and check again."""
    times = here.count(20, 1)
    number = times * len(CrashPoint)
    with due_emails.shop_with(here, number, one_by_one=True) as shop:
        wrong = crash_everywhere(shop, times)
    figures = f"{number} crashes at {len(CrashPoint)} points, {wrong.total()} with another state"
    return Seen(not wrong, "; ".join([figures, *wrong]))


ROW = Row(3, "SIGKILL at each named crash point × 20", "the expected state, every time", run)
