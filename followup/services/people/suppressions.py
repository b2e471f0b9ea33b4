"""Suppressions: addresses to which nothing is sent, and why. Emails due to them are skipped."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.inbound.bounce_cause import BounceCause, judge
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound, Refused, WrongUsage
from followup.mail.addresses import comparable_address
from followup.mail.inbound.status import status_in
from followup.mail.tokens import read_unsubscribe_token
from followup.services.people import customers, erased_addresses, rights
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor, manager_needed
from followup.services.shared.configuration import Configuration
from followup.store.tables import InboundMail, Suppression

_LIFTED_BY_A_MANAGER = frozenset({SuppressionReason.COMPLAINT, SuppressionReason.ERASED})
"""Reasons that only a manager may lift: writing again is against the person's will, and may be illegal."""


class SuppressionDocument(TypedDict):
    """A suppressed address, and why. `cause` is, after a hard bounce, whose trouble it was."""

    address: str
    reason: str
    because: str | None
    cause: str | None
    since: str
    by: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A suppression, and whether it existed already; it is then unchanged."""

    row: Suppression
    is_new: bool


def reason_of(text: str) -> SuppressionReason:
    """A reason that a person may give for a suppression. Raises WrongUsage."""
    word = parse_input.word("reason", text, SuppressionReason)
    if word is SuppressionReason.ERASED:
        raise WrongUsage(
            "Only forgetting a customer suppresses as erased.",
            hint="Give another --reason.",
            code="suppressed_as_erased",
        )
    return word


def suppress(
    session: Session,
    address: str,
    reason: SuppressionReason,
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
    cause: BounceCause | None = None,
) -> Suppressed:
    """Suppress an address; `cause` is why email came back from it. Raises WrongUsage for an invalid address.

    An existing suppression is never changed."""
    wanted = comparable_address(address)
    first = _find(session, wanted)
    if first is not None:
        return Suppressed(first, is_new=False)
    customer = customers.find_customer_or_none(session, wanted)
    row = Suppression(
        address=wanted,
        customer_id=None if customer is None else customer.id,
        reason=reason,
        because=parse_input.line("because", because) if because is not None else None,
        cause=cause,
        since=now,
        actor=actor.name,
    )
    session.add(row)
    session.flush()
    _record(session, row, "suppression add", now=now, actor=actor, because=row.because)
    return Suppressed(row, is_new=True)


def unsubscribe(
    session: Session, rules: Configuration, token: str, *, now: datetime, actor: Actor
) -> Suppressed:
    """Suppress the customer whose email carried `token`, and withdraw their marketing consent, which stays
    withdrawn if the suppression is removed later.

    Raises Refused for a token with a wrong signature, NotFound if the customer is gone."""
    customer_id = read_unsubscribe_token(rules.workspace.secret_key(), token.strip())
    if customer_id is None:
        raise Refused(
            "The token is none of ours, or was changed on its way; nobody was unsubscribed.",
            hint="Pass on the whole of it, as it stands after ?token= in the link.",
            code="bad_token",
        )
    customer = customers.with_number(session, customer_id)
    if customer is None or customer.erased_at is not None:
        raise NotFound(
            "The customer of this token is no longer known here.",
            hint="Nobody is left who could be written to.",
            code="customer_of_token_gone",
        )
    if customer.marketing_consent:
        customers.change_customer(
            session, rules.settings, customer, {}, now=now, actor=actor, marketing_consent=False
        )
    return suppress(
        session,
        customer.email,
        SuppressionReason.UNSUBSCRIBE,
        now=now,
        actor=actor,
        because="they followed the link in an email",
    )


def lift(session: Session, address: str, *, now: datetime, actor: Actor, because: str) -> Suppression:
    """Remove the suppression of an address. Returns the removed suppression.

    Raises NotFound if it is not suppressed, Refused if only a manager may, WrongUsage."""
    row = is_suppressed(session, address)
    if row is None:
        raise NotFound(
            f"{address} is not suppressed.",
            hint="See who is: followup suppression list",
            code="not_suppressed",
        )
    if row.reason in _LIFTED_BY_A_MANAGER and not rights.holds(actor.needed_agent, Right.PERSONAL_DATA):
        raise manager_needed(
            f"{row.address} is suppressed as {row.reason}; only a {Role.MANAGER} may lift that.",
            hint="Ask one, and have the person's own word for it.",
        )
    why = parse_input.line("because", because)
    session.delete(row)
    session.flush()
    _record(session, row, "suppression remove", now=now, actor=actor, because=why)
    return row


def is_suppressed(session: Session, address: str) -> Suppression | None:
    """The suppression of an address in any spelling, or None. Also finds erased people's addresses by their
    hash."""
    try:
        return _find(session, comparable_address(address))
    except WrongUsage:
        # An invalid address can be neither suppressed nor written to.
        return None


def _cause_of(session: Session, row: Suppression) -> BounceCause:
    """Why email came back from an address that is suppressed for it. What was suppressed before causes were
    recorded is judged by what the mail server said then."""
    if row.cause is not None:
        return row.cause
    query = (
        select(InboundMail)
        .where(col(InboundMail.address) == row.address, col(InboundMail.kind) == InboundKind.BOUNCE)
        .where(col(InboundMail.received_at) <= row.since)
        .order_by(col(InboundMail.id).desc())
    )
    bounce = session.exec(query).first()
    said = (bounce.reason_detail if bounce else None) or row.because or ""
    return judge(status_in(said), said, permanent=True)[0]


def bounced_for(session: Session, cause: BounceCause, since: date, zone: ZoneInfo) -> list[str]:
    """The addresses that were suppressed because email came back for a cause, on a day or later, the oldest
    first."""
    begins = datetime.combine(since, time.min, tzinfo=zone).astimezone(UTC)
    query = (
        select(Suppression)
        .where(col(Suppression.reason) == SuppressionReason.HARD_BOUNCE, col(Suppression.since) >= begins)
        .order_by(col(Suppression.id))
    )
    return [row.address for row in session.exec(query).all() if _cause_of(session, row) is cause]


def list_suppressions(session: Session, *, reason: str | None, limit: int) -> list[Suppression]:
    """The newest `limit` suppressions, of one reason or of all, the newest first. Raises WrongUsage."""
    query = select(Suppression).order_by(col(Suppression.id).desc()).limit(limit)
    if reason is not None:
        query = query.where(col(Suppression.reason) == parse_input.word("reason", reason, SuppressionReason))
    return list(session.exec(query).all())


def document(row: Suppression) -> SuppressionDocument:
    """The JSON document of a suppression."""
    return {
        "address": row.address,
        "reason": row.reason.value,
        "because": row.because,
        "cause": row.cause.value if row.cause else None,
        "since": row.since.isoformat(timespec="seconds"),
        "by": row.actor,
    }


def _find(session: Session, comparable: str) -> Suppression | None:
    row = session.exec(select(Suppression).where(col(Suppression.address) == comparable)).first()
    return row or erased_addresses.find(session, comparable)


def _record(
    session: Session, row: Suppression, action: str, *, now: datetime, actor: Actor, because: str | None
) -> None:
    """Record an audit event without the address, because events are never changed and people may be erased.
    It names the customer's number, because the row of a removed suppression is deleted."""
    whose = {} if row.customer_id is None else {"customer": f"customer {row.customer_id}"}
    audit.record(
        session,
        now=now,
        actor=actor,
        action=action,
        subject=f"suppression {row.id}",
        because=because,
        detail={"reason": row.reason.value, **whose},
    )
