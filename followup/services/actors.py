"""Who acts. Every change is made by somebody who is named in the record of it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from followup.errors import NotFound, WrongUsage
from followup.store.tables import Agent


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: an agent, or the daemon, or a login that no agent has yet."""

    name: str
    agent: Agent | None = None

    @property
    def needed_agent(self) -> Agent:
        """The agent, for what only an agent may do. Raises WrongUsage."""
        if self.agent is None:
            raise WrongUsage(
                f"Nobody here knows who {self.name} is.",
                hint="Say who acts with --as EMAIL, or add yourself: followup agent add --name N --email E "
                "--role agent",
                code="unknown_actor",
            )
        return self.agent


DAEMON = Actor("daemon")
"""The background scheduler."""


def acting(session: Session, email: str | None, login: str) -> Actor:
    """The agent with this address, else the agent mapped to the operating-system login,
    else the bare login. Raises NotFound for an address nobody has, WrongUsage for an agent who left."""
    if email:
        agent = session.exec(select(Agent).where(col(Agent.email) == email.strip().lower())).first()
        if agent is None:
            raise NotFound(
                f"There is no agent {email}.",
                hint="See who there is: followup agent list",
                code="unknown_agent",
            )
    else:
        agent = session.exec(select(Agent).where(col(Agent.login) == login)).first()
    if agent is None:
        return Actor(f"login:{login}")
    if not agent.active:
        raise WrongUsage(
            f"{agent.email} is no longer active.",
            hint=f"Make them active again: followup agent set {agent.email} --active",
            code="inactive_agent",
        )
    return Actor(agent.email, agent)
