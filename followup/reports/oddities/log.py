"""Exceptions recorded only in the audit log, and inbound emails about no known case."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from followup.domain.inbound.message_kind import InboundKind
from followup.domain.reporting.oddity import Oddity
from followup.domain.shared.money import Money
from followup.reports.oddities.found import Asked, Found, OddityCount
from followup.store.references import ref_of
from followup.store.tables import AuditEvent, InboundMail


def events(asked: Asked, action: str) -> Sequence[Any]:
    """The audit events with this action within the scope, oldest first."""
    columns: list[Any] = [
        AuditEvent.id,
        AuditEvent.happened_at,
        AuditEvent.actor,
        AuditEvent.subject,
        AuditEvent.detail,
    ]
    query = select(*columns).where(col(AuditEvent.action) == action).order_by(col(AuditEvent.id))
    return asked.session.execute(asked.happened(query, col(AuditEvent.happened_at))).all()


def lifted(asked: Asked) -> OddityCount:
    """Suppressions that were lifted."""
    return asked.told(
        Oddity.LIFTED,
        (
            Found(
                event.happened_at,
                event.actor,
                f"An address may be written to again that was suppressed as {event.detail.get('reason')}.",
                tuple(filter(None, (event.subject, event.detail.get("customer")))),
            )
            for event in events(asked, "suppression remove")
        ),
    )


def changed_limits(asked: Asked) -> OddityCount:
    """Budgets whose limit was changed, or that were made hard or soft."""
    return asked.told(
        Oddity.LIMIT_CHANGED,
        (
            Found(
                event.happened_at,
                event.actor,
                _change(event.detail),
                (event.subject,),
                Money.parse(event.detail["new"]["limit"], event.detail["currency"]),
            )
            for event in events(asked, "budget adjust")
        ),
    )


def unplaced(asked: Asked) -> OddityCount:
    """Inbound emails about no known case."""
    columns: list[Any] = [InboundMail.id, InboundMail.received_at]
    query = (
        select(*columns)
        .where(col(InboundMail.kind) == InboundKind.UNKNOWN)
        .order_by(col(InboundMail.received_at).desc(), col(InboundMail.id).desc())
    )

    def tell(row: Any) -> Found:
        reference = ref_of(InboundMail, row.id)
        return Found(row.received_at, None, "Somebody wrote; a person reads it.", (reference,))

    return asked.listed(Oddity.UNPLACED, asked.happened(query, col(InboundMail.received_at)), tell)


def _change(detail: Mapping[str, Any]) -> str:
    old, new, currency = detail["old"], detail["new"], detail["currency"]
    said = []
    if old["limit"] != new["limit"]:
        said.append(f"From {old['limit']} to {new['limit']} {currency}")
    if old["soft"] != new["soft"]:
        said.append("Now soft" if new["soft"] else "Now hard")
    when = f"in {detail['period']}" if detail["only"] else f"since {detail['period']}"
    return " ".join(f"{words}, {when}." for words in said or ["As it was"])


def restored(asked: Asked) -> OddityCount:
    """Restored copies that replaced the database."""
    return asked.told(
        Oddity.RESTORED,
        (
            Found(
                event.happened_at,
                event.actor,
                f"A restored copy; {event.detail.get('in_doubt', 0)} emails were put in doubt.",
                (event.subject,),
            )
            for event in events(asked, "db restored")
        ),
    )
