"""Row 6: the mail server has each of thirteen faults in each phase of the dialogue."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from followup.domain.outbox.email_state import EmailState
from followup.mail.transport import Phase
from tests.integration.certificate import CERTIFICATE, server_tls
from tests.integration.faulty_relay import Fault, FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.clocks import Dial, follow
from tests.score.faults import SLOW_FAULTS, THIRTEEN_FAULTS, WHAT_MUST_BE, Expected
from tests.score.row import Place, Row, Seen
from tests.shop import Shop

SHORT = (
    (Phase.STARTTLS, Fault.NEVER),
    (Phase.RCPT, Fault.LATER),
    (Phase.DATA, Fault.ANSWERS_AHEAD),
    (Phase.BODY, Fault.HANG_UP),
    (Phase.QUIT, Fault.NO_CODE),
)
_MUCH_LATER = timedelta(days=1)


def run(here: Place) -> Seen:
    """Try each fault in each phase on one email; check the email at once, and again after the server
    works.
    """
    cells = SHORT if here.is_short else tuple((phase, fault) for phase in Phase for fault in THIRTEEN_FAULTS)
    wrong = []
    dial = Dial(here.folder / "dial")
    (here.folder / "trusted.pem").write_text(CERTIFICATE)
    with due_emails.shop_with(here, len(cells), one_by_one=True) as shop:
        for number, (phase, fault) in enumerate(cells, 1):
            seen = _try(shop, here.folder, dial, number, FaultyRelay(phase=phase, fault=fault))
            if seen != WHAT_MUST_BE[phase, fault]:
                wrong.append(
                    f"{phase}, {fault}: {seen.state}, taken {seen.taken}, then {seen.later}, "
                    f"taken {seen.taken_later}"
                )
    phases = len({phase for phase, _ in cells})
    faults = len({fault for _, fault in cells})
    figures = f"{len(cells)} trials of {faults} faults in {phases} phases, {len(wrong)} with another state"
    return Seen(not wrong, "; ".join([figures, *wrong]))


def _try(shop: Shop, folder: Path, dial: Dial, number: int, relay: FaultyRelay) -> Expected:
    """The result for one email with this mail server, at once and a day after the server works again."""
    root = shop.workspace.root
    relay.tls = server_tls(folder)
    patience = 1 if relay.fault in SLOW_FAULTS else 60
    due_emails.make_due(shop, number)
    with relay.running():
        environment = due_emails.sent_to(relay, timeout_seconds=patience, trusted=folder / "trusted.pem")
        states, taken = [], []
        for forward in (timedelta(), _MUCH_LATER):
            dial.put(forward)
            lives.drain(root, environment, partial(follow, folder / "dial"))
            states.append(_state(shop, number))
            taken.append(relay.times_taken[due_emails.address(number)])
            relay.mended()
        return Expected(states[0], taken[0], states[1], taken[1])


def _state(shop: Shop, number: int) -> EmailState:
    return outbox.first_emails(shop)[number - 1].state


ROW = Row(
    6,
    "fault-injecting SMTP server: 13 faults × each phase (connect, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, "
    "after the dot, QUIT)",
    "exactly the expected state",
    run,
)
