"""Actors: every change names the agent, login or daemon that made it."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from followup.errors import NotFound, Refused, WrongUsage
from followup.store.tables import Agent, AuditEvent


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: an agent, the daemon, or an operating-system login that no agent has yet."""

    name: str
    agent: Agent | None = None
    known_by_role: bool = False
    """Whether the database server has authenticated them."""

    @property
    def needed_agent(self) -> Agent:
        """The agent, for commands that only an agent may run. Raises WrongUsage if the actor is none."""
        if self.agent is None:
            raise WrongUsage(
                f"Nobody here knows who {self.name} is.",
                hint="Say who acts with --as EMAIL, or add yourself: followup agent add --name N --email E "
                "--role agent",
                code="unknown_actor",
            )
        return self.agent


DAEMON = Actor("daemon")
"""The daemon."""

INBOUND = Actor("inbound")
"""The actor of changes that an inbound message causes without a person."""


def unknown_agent(email: str | None, *, meant: str | None = None) -> NotFound:
    """The error for an address that no agent has. `meant` is one that may be meant."""
    also = f" Did you mean {meant}?" if meant else ""
    return NotFound(
        f"There is no agent {email}.{also}",
        hint="See who there is: followup agent list",
        code="unknown_agent",
    )


def called_now(session: Session, former: str) -> str | None:
    """The address by now of the agent who once had this one, which nobody has any more; None if there is
    none. The audit log knows: it names whoever acted by the address of that time."""
    address, seen = former, {former}
    while (following := _next_address(session, address)) is not None and following not in seen:
        address = following
        seen.add(address)
    return None if address == former else address


def _next_address(session: Session, address: str) -> str | None:
    query = (
        select(AuditEvent.detail)
        .where(col(AuditEvent.action) == ADDRESS_CHANGED, col(AuditEvent.subject) == address)
        .order_by(col(AuditEvent.id).desc())
    )
    following = session.exec(query).first()
    return None if following is None else str(following["email"])


ADDRESS_CHANGED = "agent address"
"""The action of an agent's new address. The event's subject is the old one, its detail `email` the new."""


def manager_needed(message: str, *, hint: str) -> Refused:
    """The error for an action that only a manager may take."""
    return Refused(message, hint=hint, code="manager_needed")


def acting(session: Session, email: str | None, login: str) -> Actor:
    """The actor of a command. On PostgreSQL: the agent whose login is the authenticated role, and nobody
    else.

    On SQLite, and if no agent has that role (as with a shared one): the agent with the address `email`, else
    the agent mapped to the operating-system `login`, else the bare login, as in a workspace without agents,
    where somebody adds themselves. Raises NotFound for an unknown address, Refused if the address is not that
    of the role's agent, WrongUsage for an inactive agent."""
    vouched_for = _agent_of_the_role(session)
    wanted = email.strip().lower() if email else ""
    if vouched_for is not None:
        if wanted and wanted != vouched_for.email:
            raise Refused(
                f"The database knows you as {vouched_for.email}, so you cannot act as {wanted}.",
                hint="Leave out --as and FOLLOWUP_AGENT, or connect with another role in database_url.",
                code="other_agent",
            )
        agent: Agent | None = vouched_for
    elif wanted:
        agent = session.exec(select(Agent).where(col(Agent.email) == wanted)).first()
        if agent is None and session.exec(select(Agent.id)).first() is not None:
            raise unknown_agent(email, meant=called_now(session, wanted))
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
    return Actor(agent.email, agent, known_by_role=vouched_for is not None)


def _agent_of_the_role(session: Session) -> Agent | None:
    """The agent whose login is the role of this connection. The server reports the role, so a client cannot
    forge it."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return session.exec(select(Agent).where(col(Agent.login) == func.session_user())).first()
