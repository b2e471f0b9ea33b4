"""Whether the actor of a change has the right to make it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.people.agent import Role
from followup.domain.people.rights import LOWEST_ROLE, OPEN_UNTIL_HELD, WITHIN, Right, has_right, rights_role
from followup.domain.shared.word import with_article
from followup.errors import Refused
from followup.services.shared.actors import Actor
from followup.store.tables import Agent


class RightDocument(TypedDict):
    """What an agent may or may not do, and why."""

    right: str
    meaning: str
    may: bool
    why: str


def require(session: Session, actor: Actor, right: Right) -> None:
    """Raise Refused unless the actor has a right.

    While no active agent has it, everybody has those of OPEN_UNTIL_HELD. Raises WrongUsage for an unknown
    actor."""
    lowest = LOWEST_ROLE[right]
    if lowest is Role.AGENT:
        return
    holders = _holders(session, lowest)
    if not holders and right in OPEN_UNTIL_HELD:
        return
    agent = actor.needed_agent
    if holds(agent, right):
        return
    raise Refused(
        f"{agent.email} is {with_article(agent.role)}, and this needs {with_article(lowest)}: "
        f"{right.meaning[0].lower()}{right.meaning[1:]}.",
        hint=f"{_ask(holders)}See what you may do: followup agent show {agent.email}",
        code="right_needed",
    )


def require_role(session: Session, actor: Actor, role: Role) -> None:
    """Raise Refused if the actor gives somebody a role above their own, unless no active agent has as
    high a role."""
    holders = _holders(session, role)
    if not holders:
        return
    agent = actor.needed_agent
    if role_of(agent).rank < role.rank:
        raise Refused(
            f"{agent.email} may give roles up to {role_of(agent)}, not {role}.",
            hint=_ask(holders).strip(),
            code="role_above_own",
        )


def rights_of(session: Session, agent: Agent) -> list[RightDocument]:
    """Every right, whether an agent has it, and why."""
    return [_document(session, agent, right) for right in Right]


def holds(agent: Agent, right: Right) -> bool:
    """Whether an agent has a right by their role, or as the first agent of the workspace."""
    return has_right(right, agent.role, is_founder=agent.is_founder)


def role_of(agent: Agent) -> Role:
    """The role whose rights an agent has."""
    return rights_role(agent.role, is_founder=agent.is_founder)


def _holders(session: Session, lowest: Role) -> list[Agent]:
    """The active agents with the rights of a role or a later one."""
    active = session.exec(select(Agent).where(col(Agent.active)).order_by(col(Agent.id))).all()
    return [agent for agent in active if role_of(agent).rank >= lowest.rank]


def _document(session: Session, agent: Agent, right: Right) -> RightDocument:
    lowest = LOWEST_ROLE[right]
    if right in WITHIN and not (needed := _document(session, agent, WITHIN[right]))["may"]:
        may, why = False, needed["why"]
    elif not agent.active:
        may, why = False, "no longer active"
    elif agent.role.rank >= lowest.rank:
        may, why = True, f"as {agent.role}"
    elif holds(agent, right):
        may, why = True, "as the first agent of this workspace"
    elif right in OPEN_UNTIL_HELD and not _holders(session, lowest):
        may, why = True, f"while there is no active {lowest}"
    else:
        may, why = False, f"needs {with_article(lowest)}"
    return {"right": right.value, "meaning": right.meaning, "may": may, "why": why}


def _ask(holders: Sequence[Agent]) -> str:
    """Whom to ask: one or two of those who may; nothing if there is nobody."""
    return f"Ask {' or '.join(holder.email for holder in holders[:2])}. " if holders else ""
