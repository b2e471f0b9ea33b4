"""Agents: `followup agent`."""

from followup.application.door import Reading, Writing, reads, writes
from followup.services.documents import serializers
from followup.services.documents.documents import AgentDocument
from followup.services.people import agents


@writes("agent add")
def add_agent(work: Writing, name: str, email: str, role: str, team: str | None = None) -> AgentDocument:
    """Add an agent. The first one is mapped to the caller's login, so they act when nobody is named.

    Raises WrongUsage for invalid values, Refused if the address is taken."""
    added = agents.add_agent(
        work.session,
        now=work.now,
        actor=work.actor,
        name=name,
        email=email,
        role=role,
        team=team,
        login=work.caller.login,
    )
    return serializers.agent(added)


@reads("agent list")
def list_agents(work: Reading) -> list[AgentDocument]:
    """All agents, by name."""
    return [serializers.agent(row) for row in agents.list_agents(work.session)]


@writes("agent set")
def set_agent(
    work: Writing,
    email: str,
    name: str | None = None,
    role: str | None = None,
    team: str | None = None,
    login_name: str | None = None,
    active: bool | None = None,
) -> AgentDocument:
    """Change the given fields of the agent with an address; an empty team or login removes it. Raises
    NotFound, WrongUsage, and Refused if actors try to raise their own role."""
    changed = agents.set_agent(
        work.session,
        email,
        now=work.now,
        actor=work.actor,
        name=name,
        role=role,
        team=team,
        login=login_name,
        active=active,
    )
    return serializers.agent(changed)
