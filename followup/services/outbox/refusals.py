"""What a mail server's refusal means: for this email, for its address, or for everything that we send.

A relay that is over its daily limit, or does not know our account any more, refuses every email for good.
Taken for a refusal of the email, it would fail all that are due in one tick."""

import re
from datetime import datetime

from sqlmodel import Session

from followup.domain.inbound.bounce_cause import BounceCause, judge
from followup.domain.people.suppression import SuppressionReason
from followup.mail.inbound.status import status_in
from followup.mail.transport import Delivery, DeliveryOutcome, Phase
from followup.services.outbox.claim_batch import Frozen
from followup.services.people import suppressions
from followup.services.shared.actors import DAEMON
from followup.services.shared.references import ref_of
from followup.store.tables import Email

_ABOUT_US = frozenset({BounceCause.SENDER, BounceCause.TIME, BounceCause.ROUTE})
_ABOUT_THEM = frozenset({BounceCause.ADDRESS, BounceCause.MAILBOX})
_NOT_LOGGED_IN = (530, 535, 538)
_ITS_OWN = re.compile(r"<[^<>]{0,320}>|\S{1,64}@\S{1,255}|[0-9a-f]*\d[\w.:-]*", re.IGNORECASE)
"""What differs between equal refusals: addresses, and numbers and names with a digit."""


def cause_of(delivery: Delivery) -> tuple[BounceCause, bool]:
    """The cause of a refusal for good, and whether the address is gone."""
    code = "" if delivery.code is None else f"{delivery.code} "
    cause, gone = judge(status_in(delivery.detail), f"{code}{delivery.detail}", permanent=True)
    # What is refused before the recipient was named says nothing about them, unless it is too big.
    if delivery.phase is Phase.MAIL and cause is not BounceCause.CONTENT:
        return BounceCause.SENDER, False
    return cause, gone


def is_about_us(delivery: Delivery) -> bool:
    """Whether a refusal for good is about our account, our sender or the relay, so that the email waits for
    it to be mended."""
    if delivery.outcome is not DeliveryOutcome.REFUSED_FOR_GOOD or delivery.code is None:
        return False
    return delivery.code in _NOT_LOGGED_IN or cause_of(delivery)[0] in _ABOUT_US


def key_of(delivery: Delivery) -> str | None:
    """What is equal between refusals that mean the same; None for one that is about its recipient alone."""
    if delivery.outcome is not DeliveryOutcome.REFUSED_FOR_GOOD or delivery.code is None:
        return None
    if cause_of(delivery)[0] in _ABOUT_THEM:
        return None
    return f"{delivery.phase.value} {delivery.code} {_ITS_OWN.sub('', delivery.detail)}"[:200]


def suppress_if_gone(session: Session, email: Frozen, delivery: Delivery, *, now: datetime) -> None:
    """Write no more to an address of which the mail server said in the dialogue that nobody is there, as
    after a bounce that says so."""
    if delivery.outcome is not DeliveryOutcome.REFUSED_FOR_GOOD or delivery.code is None:
        return
    cause, gone = cause_of(delivery)
    if gone and session.get_one(Email, email.email_id).kind.traits.to_customer:
        suppressions.suppress(
            session,
            email.recipient,
            SuppressionReason.HARD_BOUNCE,
            now=now,
            actor=DAEMON,
            because=f"{ref_of(Email, email.email_id)} was refused: nobody is there",
            cause=cause,
        )
