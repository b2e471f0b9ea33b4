"""Merges two records of the same person: one keeps all cases, the other points to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select
from typing_extensions import TypedDict

from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_state import UNSENT_STATES
from followup.domain.people.customer_fields import CUSTOMER_FIELDS, WhenMerged
from followup.domain.people.suppression import SuppressionReason
from followup.errors import Refused
from followup.services.people import customers, suppressions
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.references import ref_of
from followup.store.tables import Case, Customer, Email, Suppression

MergeDocument = TypedDict(
    "MergeDocument",
    {
        "from": str,
        "into": str,
        "cases": list[str],
        "emails_to_come": int,
        "consent": list[str],
        "suppressed": str | None,
        "dry_run": bool,
    },
)
"""The effect of a merge: the cases that move, how many unsent emails change their address, and what
may be sent to the customer then."""

_AGAINST_THEIR_WILL = (
    SuppressionReason.ERASED,
    SuppressionReason.COMPLAINT,
    SuppressionReason.UNSUBSCRIBE,
    SuppressionReason.MANUAL,
)
"""Reasons that concern the person, not the mailbox: they apply to all their addresses."""


def merge(
    session: Session, record: Customer, into: Customer, *, now: datetime, actor: Actor, because: str
) -> MergeDocument:
    """Move all cases of `record` to `into`, in the caller's transaction. Returns the same document as
    `preview`.

    Unsent emails go to the address of `into`. Both addresses then find one customer. If the two differ on
    what may be sent, the stricter one counts: marketing needs the consent of both, and a suppression of one
    address for a reason that concerns the person applies to the other.

    Raises WrongUsage without a reason, Refused if both are the same customer or one is erased."""
    _ = actor.needed_agent
    _require_two(record, into)
    why = parse_input.line("because", because)
    document = preview(session, record, into)
    for field in CUSTOMER_FIELDS:
        own, other = getattr(into, field.column), getattr(record, field.column)
        if field.when_merged is WhenMerged.BOTH_AGREE:
            setattr(into, field.column, own and other)
            setattr(record, field.column, False)
        elif field.when_merged is WhenMerged.FILLED_IN and own is None:
            setattr(into, field.column, other)
    record.merged_into_id = into.id
    session.add_all((record, into))
    session.flush()
    _move(session, Customer, Customer.merged_into_id, record, into)
    _move(session, Case, Case.customer_id, record, into)
    _move(session, Suppression, Suppression.customer_id, record, into)
    customers.readdress(session, into)
    _carry_over(session, record, into, now=now, actor=actor)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="customer merge",
        subject=f"customer {record.id}",
        because=why,
        detail={"into": f"customer {into.id}", "cases": document["cases"]},
    )
    return {**document, "dry_run": False}


def preview(session: Session, record: Customer, into: Customer) -> MergeDocument:
    """The effect of merging two records: the cases that move, how many unsent emails change their address,
    and which consents and suppressions then apply. Reads only; raises Refused as `merge`."""
    _require_two(record, into)
    moved = select(Case.id).where(col(Case.customer_id) == record.id).order_by(col(Case.id))
    cases = list(session.exec(moved))
    emails = session.exec(
        select(func.count())
        .select_from(Email)
        .where(
            col(Email.case_id).in_(cases),
            col(Email.kind).in_(TO_CUSTOMERS),
            col(Email.state).in_(UNSENT_STATES),
            col(Email.message).is_(None),
        )
    ).one()
    stricter = _stricter(session, record, into)
    return {
        "from": record.email,
        "into": into.email,
        "cases": [ref_of(Case, number) for number in cases],
        "emails_to_come": emails,
        "consent": ["marketing"] if record.marketing_consent and into.marketing_consent else [],
        "suppressed": stricter.reason.value if stricter else None,
        "dry_run": True,
    }


def _require_two(record: Customer, into: Customer) -> None:
    if record.id == into.id:
        raise Refused(
            "Both addresses are one and the same customer's already.",
            hint=f"See them with: followup customer show {into.email}",
            code="same_customer",
        )
    for customer in (record, into):
        if customer.erased_at is not None:
            raise Refused(
                f"{customer.email} was erased; there is nothing to merge.",
                hint="Name two customers who are there.",
                code="merge_of_erased",
            )


def _move(session: Session, table: Any, column: Any, record: Customer, into: Customer) -> None:
    session.execute(
        update(table)
        .where(col(column) == record.id)
        .values({column.key: into.id})
        .execution_options(synchronize_session="fetch")
    )


def _stricter(session: Session, record: Customer, into: Customer) -> Suppression | None:
    """The suppression that applies to the merged customer, or None."""
    own = suppressions.is_suppressed(session, into.email)
    others = suppressions.is_suppressed(session, record.email)
    if own is not None and own.reason in _AGAINST_THEIR_WILL:
        return own
    return others if others is not None and others.reason in _AGAINST_THEIR_WILL else own


def _carry_over(session: Session, record: Customer, into: Customer, *, now: datetime, actor: Actor) -> None:
    stricter = _stricter(session, record, into)
    own = suppressions.is_suppressed(session, into.email)
    if stricter is None or stricter is own:
        return
    if own is not None:
        # A bounce is the weaker reason: it is removed once the mailbox works again.
        own.reason, own.because = stricter.reason, stricter.because
        session.add(own)
        return
    because = f"they were suppressed at the address of a record merged into theirs ({stricter.reason})"
    suppressions.suppress(session, into.email, stricter.reason, now=now, actor=actor, because=because)
