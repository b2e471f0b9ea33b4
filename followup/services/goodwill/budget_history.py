"""What was changed about a budget since it was made, out of the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from followup.store.tables import AuditEvent, Budget

_ACTIONS = ("budget create", "budget set", "budget adjust")


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """One change of a budget: what it was and is, only what changed; `since` is the first period in which a
    limit holds."""

    at: datetime
    by: str
    because: str | None
    since: str | None
    old: dict[str, Any]
    new: dict[str, Any]


def changes_of(session: Session, budget: Budget) -> list[BudgetChange]:
    """The changes of a budget, newest first, those under earlier names among them."""
    query = select(AuditEvent).where(col(AuditEvent.action).in_(_ACTIONS)).order_by(col(AuditEvent.id).desc())
    return list(_changes(session.exec(query).all(), budget.name, budget.created_at))


def _changes(events: Any, name: str, made_at: datetime) -> Iterator[BudgetChange]:
    """Follow the name backwards: another budget may have had it before, or may have an earlier one now."""
    for event in events:
        detail = event.detail or {}
        if event.happened_at < made_at:
            return
        if event.action == "budget set" and detail["new"]["name"] == name:
            name = detail["old"]["name"]
        elif event.action != "budget adjust" or event.subject != f"budget {name}":
            continue
        old, new = detail["old"], detail["new"]
        changed = [key for key in new if old.get(key, new[key]) != new[key]]
        yield BudgetChange(
            at=event.happened_at,
            by=event.actor,
            because=event.because,
            since=detail.get("period"),
            old={key: old[key] for key in changed},
            new={key: new[key] for key in changed},
        )
