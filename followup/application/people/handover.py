"""Handing cases over to a colleague: `followup agent handover`."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from followup.application.door import Writing, writes
from followup.domain.shared.word import listed
from followup.services.cases import handover, owners, waiting_cases
from followup.services.cases.handover import HandedOver
from followup.services.documents import serializers
from followup.services.documents.documents import ApprovalDocument, EmailDocument, GestureDocument
from followup.services.people import agents, customers
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Agent, Approval


class HandedOverCaseDocument(TypedDict):
    """A case that changes its owner, with its emails to come. `why` is why it needs a person now, such as an
    answer that waits; empty if it needs none. `promised` is what the customer was promised in words,
    `promises` the gestures of which nothing says that the customer has them."""

    ref: str
    status: str
    customer: str
    why: str
    promised: str | None
    promises: list[GestureDocument]
    emails: list[EmailDocument]


class HandoverDocument(TypedDict):
    """A handover, or with `dry_run` what it would be. `approvals` are those that only `agent` may decide."""

    agent: str
    to: str
    dry_run: bool
    cases: list[HandedOverCaseDocument]
    approvals: list[ApprovalDocument]
    hints: list[str]


@writes("agent handover")
def hand_over(
    work: Writing,
    email: str,
    to: str,
    case: list[str] | None = None,
    because: str | None = None,
    dry_run: bool = False,
) -> HandoverDocument:
    """Give a colleague the named cases of an agent, or all of which something is to come. The colleague signs
    the emails to come. With `dry_run`, only say what would be given.

    Raises Refused if somebody who is no manager hands over another's cases, if the colleague is inactive, or
    if a named case is not the agent's; NotFound, WrongUsage."""
    giver, receiver = agents.find_agent(work.session, email), agents.find_agent(work.session, to)
    owners.require_may_give(work.session, work.actor, giver)
    reason = parse_input.passage("because", because) if because else None
    planned = handover.plan(work.session, giver, receiver, case or [])
    only_theirs = handover.decided_by_nobody_else(work.session, giver)
    waiting = waiting_cases.waiting(work.session, work.configuration, now=work.now) if planned else []
    why = {one.case.id: one.text for one in waiting}
    documents = [_case(work, one, why.get(one.case.id, "")) for one in planned]
    if not dry_run:
        handover.hand_over(work.session, planned, receiver, now=work.now, actor=work.actor, because=reason)
    return {
        "agent": giver.email,
        "to": receiver.email,
        "dry_run": dry_run,
        "cases": documents,
        "approvals": [serializers.approval(work.session, row, asked) for row, asked in only_theirs],
        "hints": _hints(work, giver, [row for row, _ in only_theirs], dry_run=dry_run),
    }


def _case(work: Writing, one: HandedOver, why: str) -> HandedOverCaseDocument:
    return {
        "ref": ref(one.case),
        "status": one.case.status.value,
        "customer": customers.customer_of(work.session, one.case).name,
        "why": why,
        "promised": one.case.promised,
        "promises": [serializers.gesture(work.session, gesture) for gesture in one.promises],
        "emails": [serializers.email(row) for row in one.emails],
    }


def _hints(work: Writing, giver: Agent, only_theirs: Sequence[Approval], *, dry_run: bool) -> list[str]:
    hints = []
    if only_theirs:
        named = listed([ref(row) for row in only_theirs])
        role = max((row.approver_role for row in only_theirs), key=lambda one: one.rank)
        hints.append(
            f"Nobody but {giver.email} may decide {named}. Let them decide first, or give somebody the role: "
            f"followup agent set EMAIL --role {role}"
        )
    if not dry_run and giver.active:
        left = len(owners.at_work(work.session, giver))
        hints.append(
            f"{left} of their cases are left: followup case list --owner {giver.email}"
            if left
            else f"If they have left: followup agent set {giver.email} --inactive"
        )
    return hints
