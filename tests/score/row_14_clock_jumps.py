"""Row 14: the clock jumps forward and back while a daemon runs."""

import resource
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import sleep

from followup import clock
from tests.hanging import LONGEST_SECONDS
from tests.integration.faulty_relay import FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.clocks import Dial, follow
from tests.score.row import Place, Row, Seen
from tests.shop import Shop

HOUR, DAY, SEVENTY_YEARS = timedelta(hours=1), timedelta(days=1), timedelta(days=25_567)
WAITING = (timedelta(minutes=30), timedelta(hours=12), timedelta(days=3), timedelta(days=29_220))
"""How long from now some emails are due; the last in eighty years."""

JUMPS = (
    # offset      how many of the waiting emails were sent
    *[(timedelta(), 0)] * 4,
    (HOUR, 1),
    (timedelta(), 1),
    (-HOUR, 1),
    (timedelta(), 1),
    (DAY, 2),
    (timedelta(), 2),
    (-DAY, 2),
    (timedelta(), 2),
    *[(SEVENTY_YEARS, 3), (timedelta(), 3)] * 2,
)
FLAT_KIBIBYTES = 32 * 1024
"""The growth of memory that counts as flat. A list of the missed ticks of seventy years would take a hundred
times as much.
"""

_MOST_BYTES = 4 * 1024**3


def run(here: Place) -> Seen:
    """Make the clock jump, and each time let an email be sent that is due by the current clock."""
    dial = Dial(here.folder / "dial")
    wrong, early = [], 0
    with (
        due_emails.shop_with(here, len(WAITING) + len(JUMPS), one_by_one=True) as shop,
        FaultyRelay().running() as relay,
    ):
        for number, wait in enumerate(WAITING, 1):
            due_emails.make_due(shop, number, clock.now() + wait)
        prepare = partial(_jumping, here.folder / "dial")
        with lives.living(shop.workspace.root, due_emails.sent_to(relay), prepare=prepare) as daemon:
            memory = []
            for number, (forward, gone) in enumerate(JUMPS, len(WAITING) + 1):
                dial.put(forward)
                due_emails.make_due(shop, number, dial.now())
                if not _is_sent(shop, number):
                    wrong.append(f"nothing goes out after the jump to {forward}")
                    break
                memory.append(_memory_kibibytes(daemon))
                waited = [relay.times_taken[due_emails.address(place + 1)] for place in range(len(WAITING))]
                early += sum(waited[gone:])
                if sum(map(bool, waited)) < gone:
                    wrong.append(f"at {forward} not all were sent that were due")
        twice = sum(times > 1 for times in relay.times_taken.values())
    if wrong:
        return Seen(False, "; ".join(wrong))
    grown, again = (max(memory) - since for since in (memory[3], memory[-3]))
    told = outbox.told(
        f"{len(JUMPS) - 4} jumps of 1 hour, 1 day and 70 years, memory grew by {grown / 1024:.1f} MiB, "
        f"by {again / 1024:.1f} MiB where they were made again",
        early=early,
        twice=twice,
    )
    return Seen(told.kept and grown < FLAT_KIBIBYTES, told.figures)


def _jumping(dial: Path) -> None:
    """In the daemon's process: use the dial, and limit memory in case of a mistake."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    follow(dial)


def _is_sent(shop: Shop, number: int) -> bool:
    for _ in range(LONGEST_SECONDS * 50):
        if outbox.first_emails(shop)[number - 1].state.value == "sent":
            return True
        sleep(0.02)
    return False


def _memory_kibibytes(daemon: BaseProcess) -> int:
    """The peak memory of a process so far."""
    status = Path(f"/proc/{daemon.pid}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1])


ROW = Row(14, "clock ± 1 h, ± 1 day, + 70 years", "none early, none twice, memory flat", run)
