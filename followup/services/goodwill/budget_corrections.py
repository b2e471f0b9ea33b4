"""Correcting what a budget is called and what it covers. Its limit is adjusted (`budget_adjustments`)."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from followup.errors import WrongUsage
from followup.services.goodwill import budget_scopes, budgets
from followup.services.shared import audit
from followup.services.shared.actors import Actor
from followup.store import reserve
from followup.store.tables import Budget


def set_budget(
    session: Session,
    budget: Budget,
    *,
    now: datetime,
    actor: Actor,
    name: str | None = None,
    scopes: Iterable[str] | None = None,
    because: str | None = None,
) -> list[str]:
    """Give a budget another name, or other scopes: an empty list covers everything. Returns sentences about
    what the change does not touch.

    What was requested before keeps drawing where it drew, so the ledger and the figures stay as they are.
    Raises WrongUsage, Refused if the name is taken, NotFound for an unknown agent or team."""
    before = {"name": budget.name, "scopes": budget.scopes}
    reserve.lock(session, budget)
    if name is not None and name.strip().lower() != budget.name:
        budget.name = budgets.free_name(session, name)
    if scopes is not None:
        budget.scopes = [list(scope) for scope in budget_scopes.read_scopes(session, scopes)]
    after = {"name": budget.name, "scopes": budget.scopes}
    if after == before:
        raise WrongUsage(
            "Nothing of the budget is to change.",
            hint="Give --name or --scope; a limit is adjusted: "
            f"followup budget adjust {budget.name} --limit … --because …",
            code="no_change_to_budget",
        )
    session.add(budget)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="budget set",
        subject=f"budget {before['name']}",
        because=because,
        detail={"old": before, "new": after},
    )
    if after["scopes"] == before["scopes"]:
        return [f"The audit log names it {before['name']} until now."]
    later = "What it covers changes for requests from now on. What was requested before stays in its figures"
    return [f"{later}: followup budget ledger {budget.name}"]
