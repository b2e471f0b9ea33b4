"""What a mail server's refusal means: for this email, for its address, or for everything that we send.

A relay that is over its daily limit, or does not know our account any more, refuses every email for good.
Taken for a refusal of the email, it would fail all that are due in one tick."""

import re
from dataclasses import dataclass
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
_LONGEST_COMMON = 200
_NOT_LOGGED_IN = (530, 535, 538)
_ITS_OWN = re.compile(r"<[^<>]{0,320}>|\S{1,64}@\S{1,255}|[0-9a-f]*\d[\w.:-]*", re.IGNORECASE)
"""What differs between equal refusals: addresses, and numbers and names with a digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRefusal:
    """A refusal for good.

    `cause` is whose trouble it is, `is_gone` that nobody will read at the address again. `is_about_us`: it is
    about our account, our sender or the relay, so the email waits for it to be mended. `common` is what it
    has in common with refusals that mean the same; None if it is about its recipient alone."""

    cause: BounceCause
    is_gone: bool
    is_about_us: bool
    common: str | None


def refusal_in(delivery: Delivery) -> RelayRefusal | None:
    """The refusal for good with which a delivery ended; None if the mail server gave none."""
    if delivery.outcome is not DeliveryOutcome.REFUSED_FOR_GOOD or delivery.code is None:
        return None
    cause, is_gone = judge(status_in(delivery.detail), f"{delivery.code} {delivery.detail}", permanent=True)
    # What is refused before the recipient was named says nothing about them, unless it is too big.
    if delivery.phase is Phase.MAIL and cause is not BounceCause.CONTENT:
        cause, is_gone = BounceCause.SENDER, False
    common = f"{delivery.phase.value} {delivery.code} {_ITS_OWN.sub('', delivery.detail)}"[:_LONGEST_COMMON]
    return RelayRefusal(
        cause=cause,
        is_gone=is_gone,
        is_about_us=cause in _ABOUT_US or delivery.code in _NOT_LOGGED_IN,
        common=None if cause in _ABOUT_THEM else common,
    )


def suppress_if_gone(session: Session, email: Frozen, refusal: RelayRefusal, *, now: datetime) -> None:
    """Write no more to an address of which the mail server said in the dialogue that nobody is there, as
    after a bounce that says so."""
    if not (refusal.is_gone and session.get_one(Email, email.email_id).kind.traits.to_customer):
        return
    suppressions.suppress(
        session,
        email.recipient,
        SuppressionReason.HARD_BOUNCE,
        now=now,
        actor=DAEMON,
        because=f"{ref_of(Email, email.email_id)} was refused: nobody is there",
        cause=refusal.cause,
    )
