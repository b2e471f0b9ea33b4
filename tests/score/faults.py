"""Thirteen faults in each phase of the dialogue with a mail server, and the expected result of each."""

from dataclasses import dataclass

from followup.domain.outbox.email_state import EmailState
from followup.mail.transport import Phase
from tests.integration.faulty_relay import REFUSALS, Fault

THIRTEEN_FAULTS = tuple(Fault)[:13]
SLOW_FAULTS = (Fault.SILENCE, Fault.DRIP)
"""Faults that last as long as the daemon's time limit."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected state of the email and how often the server accepted it: at once, and after the server was
    repaired and much time passed.
    """

    state: EmailState
    taken: int
    later: EmailState
    taken_later: int


WAITS = Expected(EmailState.SCHEDULED, 0, EmailState.SENT, 1)
"""The email is certainly unsent, and is sent when the server works again."""

REFUSED = Expected(EmailState.FAILED, 0, EmailState.FAILED, 0)
"""The server refused the email permanently."""

DOUBTED = Expected(EmailState.IN_DOUBT, 1, EmailState.IN_DOUBT, 1)
"""The server accepted the email but did not say so. The outcome is unknown, so it is not resent unless
somebody asks for it.
"""

ARRIVED = Expected(EmailState.SENT, 1, EmailState.SENT, 1)
"""The server confirmed acceptance. What follows does not matter."""

_BEFORE_THE_EMAIL = (Phase.CONNECT, Phase.EHLO, Phase.STARTTLS, Phase.AUTH)
_ABOUT_THE_EMAIL = (Phase.MAIL, Phase.RCPT, Phase.DATA)

WHAT_MUST_BE: dict[tuple[Phase, Fault], Expected] = {
    # Before MAIL, every fault is a fault of the server and not of the email.
    **{(phase, fault): WAITS for phase in _BEFORE_THE_EMAIL for fault in THIRTEEN_FAULTS},
    # Before the body, nothing was sent. Only a permanent refusal is final; at MAIL it is of our sender.
    **{(phase, fault): WAITS for phase in _ABOUT_THE_EMAIL for fault in THIRTEEN_FAULTS},
    **{(phase, Fault.NEVER): REFUSED for phase in _ABOUT_THE_EMAIL if phase is not Phase.MAIL},
    # After the end of the body, only the reply to it counts.
    **{(Phase.BODY, fault): DOUBTED for fault in THIRTEEN_FAULTS if fault not in REFUSALS},
    (Phase.BODY, Fault.LATER): WAITS,
    (Phase.BODY, Fault.TOO_MANY): WAITS,
    (Phase.BODY, Fault.CLOSING): WAITS,
    (Phase.BODY, Fault.NEVER): REFUSED,
    (Phase.BODY, Fault.ANSWERS_AHEAD): ARRIVED,
    # After that reply, nothing matters.
    **{(Phase.QUIT, fault): ARRIVED for fault in THIRTEEN_FAULTS},
}
