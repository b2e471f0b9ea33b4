"""Thirteen faults in each phase of the dialogue with a mail server, and what must come of each."""

from dataclasses import dataclass

from followup.domain.outbox.email_state import EmailState
from followup.mail.transport import Phase
from tests.integration.faulty_relay import REFUSALS, Fault

THIRTEEN_FAULTS = tuple(Fault)[:13]
SLOW_FAULTS = (Fault.SILENCE, Fault.DRIP)
"""These take as long as the daemon is ready to wait."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an email is at once, how often the server took it, and the same when the server is well again and
    much time has passed."""

    state: EmailState
    taken: int
    later: EmailState
    taken_later: int


WAITS = Expected(EmailState.SCHEDULED, 0, EmailState.SENT, 1)
"""It has provably not gone out, and goes out when the server is well again."""

REFUSED = Expected(EmailState.FAILED, 0, EmailState.FAILED, 0)
"""The server said no, and that is final."""

DOUBTED = Expected(EmailState.IN_DOUBT, 1, EmailState.IN_DOUBT, 1)
"""The server has it and did not say so: nobody knows, and nobody sends it again unasked."""

ARRIVED = Expected(EmailState.SENT, 1, EmailState.SENT, 1)
"""The server said that it took it. What it says after that is of no account."""

_BEFORE_THE_EMAIL = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
_ABOUT_THE_EMAIL = (Phase.MAIL, Phase.RCPT, Phase.DATA)

WHAT_MUST_BE: dict[tuple[Phase, Fault], Expected] = {
    # Before an email is named, whatever goes wrong is the server's trouble.
    **{(phase, fault): WAITS for phase in _BEFORE_THE_EMAIL for fault in THIRTEEN_FAULTS},
    # Before the body, nothing has gone out. Only a no is final.
    **{(phase, fault): WAITS for phase in _ABOUT_THE_EMAIL for fault in THIRTEEN_FAULTS},
    **{(phase, Fault.NEVER): REFUSED for phase in _ABOUT_THE_EMAIL},
    # After the end of the body only an answer to it counts.
    **{(Phase.BODY, fault): DOUBTED for fault in THIRTEEN_FAULTS if fault not in REFUSALS},
    (Phase.BODY, Fault.LATER): WAITS,
    (Phase.BODY, Fault.TOO_MANY): WAITS,
    (Phase.BODY, Fault.CLOSING): WAITS,
    (Phase.BODY, Fault.NEVER): REFUSED,
    (Phase.BODY, Fault.ANSWERS_AHEAD): ARRIVED,
    # After that answer nothing counts.
    **{(Phase.QUIT, fault): ARRIVED for fault in THIRTEEN_FAULTS},
}
