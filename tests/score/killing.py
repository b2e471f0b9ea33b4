"""Kill daemons at random moments while they send, and check the results."""

import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from time import sleep

from followup.mail.transport import Phase
from followup.settings import OnDoubt
from tests.hanging import LONGEST_SECONDS
from tests.integration.faulty_relay import FaultyRelay, Taken
from tests.score import due_emails, lives, outbox
from tests.score.row import Place, Seen
from tests.shop import Shop

STEPS_OF_AN_EMAIL = 4
_WHOLE_COMMAND_EVERY = 50
"""One of this many daemons is started as the real command."""


@dataclass
class Aftermath:
    """A shop after its daemons were killed one after the other and a last one finished.

    Daemons are numbered; a life is the run of one daemon. `lives_of` has, for each address, the lives in
    which the mail server accepted an email to it, in order. `doubtful` has the addresses to which a body was
    being sent when a life ended.
    """

    shop: Shop
    relay: FaultyRelay
    kills: int = 0
    kills_of_the_command: int = 0
    doubtful: dict[int, frozenset[str]] = field(default_factory=dict)
    lives_of: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


@contextmanager
def kill_daemons(
    here: Place, *, emails: int, kills: int, on_doubt: OnDoubt, name: str = "shop"
) -> Iterator[Aftermath]:
    """Kill `kills` daemons while they send `emails` emails, then let one finish. The shop is closed at the
    end of the context.
    """
    with (
        due_emails.shop_with(here, emails, name=name) as shop,
        FaultyRelay().running() as relay,
    ):
        done = Aftermath(shop, relay)
        dice = random.Random(f"{here.database} {on_doubt} {emails}")
        environment = due_emails.sent_to(relay, on_doubt=on_doubt)
        for life in range(kills):
            # Spread the remaining emails over the remaining lives, so that every life has work.
            share = (emails - len(relay.begun)) / (kills - life)
            known = len(relay.taken)
            whole = life % _WHOLE_COMMAND_EVERY == _WHOLE_COMMAND_EVERY - 1
            _live_and_be_killed(done, environment, dice, share, whole_command=whole)
            done.doubtful[life] = outbox.on_their_way(shop)
            _attribute(done, relay.taken[known:], life)
        known = len(relay.taken)
        lives.drain(shop.workspace.root, environment)
        _attribute(done, relay.taken[known:], kills)
        yield done


def _live_and_be_killed(
    done: Aftermath, environment: dict[str, str], dice: random.Random, share: float, *, whole_command: bool
) -> None:
    root, relay = done.shop.workspace.root, done.relay
    steps = relay.steps + dice.randint(1, 1 + int(2 * share * STEPS_OF_AN_EMAIL))
    if whole_command:
        command = subprocess.Popen(
            [sys.executable, "-m", "followup", "daemon", "run"],
            env={**os.environ, **environment, "FOLLOWUP_WORKSPACE": str(root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        relay.wait_for_steps(steps, seconds=5)
        command.send_signal(signal.SIGKILL)
        command.wait()
        done.kills_of_the_command += 1
    elif not done.kills:
        # At least one daemon is killed while an email is in transmission.
        relay.held_at = Phase.BODY
        with lives.living(root, environment):
            assert relay.reached.wait(LONGEST_SECONDS), "no daemon sent anything"
        relay.held_at = None
        relay.go_on.set()
    else:
        with lives.living(root, environment):
            if dice.random() < 0.4:
                # At any moment: starting, claiming, rendering, sending.
                sleep(dice.uniform(0, 0.15 + 0.02 * share))
            else:
                relay.wait_for_steps(steps, seconds=1)
                sleep(dice.expovariate(500))
    done.kills += 1
    assert relay.wait_until_left(LONGEST_SECONDS)
    outbox.settle(done.shop)


def _attribute(done: Aftermath, taken: list[Taken], life: int) -> None:
    for email in taken:
        done.lives_of[email.recipient].append(life)


def what_was_seen(done: Aftermath, on_doubt: OnDoubt) -> Seen:
    """Compare what the mail server accepted with the outbox."""
    rows = outbox.first_emails(done.shop)
    states = outbox.states(done.shop)
    by_address = {email.to_address: email for email in rows}
    times = done.relay.times_taken
    ever_doubtful = frozenset().union(*done.doubtful.values())
    doubtful = {email.to_address for email in rows if email.state.value == "in_doubt"}
    sent = {email.to_address for email in rows if email.state.value == "sent"}
    # An email may be resent only if it was in transmission when the daemon that sent it before died.
    without_doubt = sum(
        address not in done.doubtful[life] or later == life
        for address, in_lives in done.lives_of.items()
        for life, later in pairwise(in_lives)
    )
    changed = sum(not outbox.is_as_frozen(by_address[email.recipient], email) for email in done.relay.taken)
    arrived = sum(times[address] > 0 for address in doubtful)
    twice = sum(number > 1 for number in times.values())
    wrong = {
        "lost": len(rows) - len(sent) - len(doubtful) + sum(times[address] == 0 for address in sent),
        "in doubt without reason": len(doubtful - ever_doubtful),
        "changed": changed,
    }
    figures = (
        f"{done.kills:,} kills ({done.kills_of_the_command} of the whole command), {len(rows):,} emails: "
        + ", ".join(f"{number:,} {state.replace('_', ' ')}" for state, number in sorted(states.items()))
    )
    if on_doubt is OnDoubt.HOLD:
        figures += f" ({arrived:,} of those in doubt had arrived)"
        wrong["twice"] = twice
    else:
        figures += f"; {twice:,} arrived twice or more"
        wrong |= {"of these without doubt": without_doubt, "left in doubt": len(doubtful)}
    told = outbox.told(figures, **wrong)
    assert ever_doubtful, "no daemon was killed while an email was on its way, so nothing was tried"
    return Seen(told.kept, told.figures)
