"""Agents, with their roles and teams."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_state import UNSENT_STATES
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.domain.people.team import resembled, same_team
from followup.domain.shared.word import listed
from followup.errors import Refused
from followup.services.people import rights, teams
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import ADDRESS_CHANGED, Actor, called_now, unknown_agent
from followup.store.tables import Agent, AuditEvent, Budget, Email


def add_agent(
    session: Session,
    *,
    now: datetime,
    actor: Actor,
    name: str,
    email: str,
    role: str,
    team: str | None = None,
    login: str | None = None,
    new_team: bool = False,
) -> Agent:
    """Add an agent. The first one is mapped to `login`, the operating-system user of the caller.

    Raises WrongUsage for invalid values, Refused if the address is taken, or if the role is above the
    actor's, NotFound if the team may be a slip of a known one and is not `new_team`."""
    address = _free(session, email)
    first = session.exec(select(Agent.id)).first() is None
    wanted = parse_input.word("role", role, Role)
    rights.require_role(session, actor, wanted)
    agent = Agent(
        name=parse_input.line("name", name),
        email=address,
        role=wanted,
        team=teams.settle(session, team, is_new=new_team).name if team else None,
        login=login if first else None,
        is_founder=first,
        added_at=now,
    )
    session.add(agent)
    session.flush()
    audit.record(
        session, now=now, actor=actor, action="agent add", subject=address, detail={"role": agent.role.value}
    )
    return agent


def _free(session: Session, email: str) -> str:
    """A checked address that no agent has. Raises WrongUsage, Refused."""
    address = parse_input.address(email)
    if session.exec(select(Agent).where(col(Agent.email) == address)).first():
        raise Refused(
            f"There is an agent {address} already.",
            hint=f"Change them with: followup agent set {address}",
            code="agent_exists",
        )
    return address


def set_agent(
    session: Session,
    email: str,
    *,
    now: datetime,
    actor: Actor,
    name: str | None = None,
    role: str | None = None,
    team: str | None = None,
    login: str | None = None,
    active: bool | None = None,
    new_team: bool = False,
    new_email: str | None = None,
) -> Agent:
    """Change the given values of an agent; None keeps a value. Raises NotFound, WrongUsage, Refused."""
    agent = find_agent(session, email)
    if new_email is not None and parse_input.address(new_email) != agent.email:
        _readdress(session, agent, _free(session, new_email), now=now, actor=actor)
    if login and login != agent.login:
        holder = session.exec(select(Agent).where(col(Agent.login) == login)).first()
        if holder is not None:
            raise Refused(
                f"The login {login} belongs to {holder.email}.",
                hint=f"Take it from them first: followup agent set {holder.email} --login ''",
                code="login_taken",
            )
    changes: dict[str, object] = {}
    if name is not None:
        changes["name"] = parse_input.line("name", name)
    if role is not None:
        wanted = parse_input.word("role", role, Role)
        _require_not_own(actor, agent, wanted)
        rights.require_role(session, actor, wanted)
        changes["role"] = wanted
        # Somebody has decided what they may do.
        agent.is_founder = False
    loses_role = changes.get("role", agent.role) is not agent.role
    if agent.role.rank >= Role.MANAGER.rank and (loses_role or active is False):
        rights.require(session, actor, Right.MANAGERS)
    if team is not None:
        changes["team"] = teams.settle(session, team, is_new=new_team).name if team.strip() else None
    if login is not None:
        _require_not_own_role(actor, agent, login.strip())
        changes["login"] = parse_input.line("login", login) if login.strip() else None
    if active is not None:
        changes["active"] = active
    for field, value in changes.items():
        setattr(agent, field, value)
    session.add(agent)
    session.flush()
    detail = {field: None if value is None else str(value) for field, value in changes.items()}
    audit.record(session, now=now, actor=actor, action="agent set", subject=agent.email, detail=detail)
    return agent


def _readdress(session: Session, agent: Agent, address: str, *, now: datetime, actor: Actor) -> None:
    """Change an agent's address, also in the scopes of budgets and in emails to them that are to come. The
    audit log keeps naming them by the address that they had; `find_agent` knows both."""
    old, agent.email = agent.email, address
    session.add(agent)
    for budget in session.exec(select(Budget)):
        scopes = [
            [field, address if (field, value) == ("agent", old) else value] for field, value in budget.scopes
        ]
        if scopes != budget.scopes:
            budget.scopes = scopes
            session.add(budget)
    session.execute(
        update(Email)
        .where(
            col(Email.kind).not_in(TO_CUSTOMERS),
            col(Email.to_address) == old,
            col(Email.state).in_(UNSENT_STATES),
            col(Email.message).is_(None),
        )
        .values(to_address=address)
        .execution_options(synchronize_session="fetch")
    )
    audit.record(
        session, now=now, actor=actor, action=ADDRESS_CHANGED, subject=old, detail={"email": address}
    )


def addresses_of(session: Session, agent: Agent) -> list[str]:
    """The addresses by which the audit log and notes name an agent: the present one, then earlier ones."""
    changes = select(AuditEvent).where(col(AuditEvent.action) == ADDRESS_CHANGED)
    found = [agent.email]
    for event in session.exec(changes.order_by(col(AuditEvent.id).desc())):
        if event.detail["email"] == found[-1]:
            found.append(event.subject)
    return list(dict.fromkeys(found))


def _require_not_own(actor: Actor, agent: Agent, role: Role) -> None:
    if actor.agent is not None and actor.agent.id == agent.id and role.rank > agent.role.rank:
        raise Refused(
            "Nobody gives themselves a higher role.",
            hint="Ask somebody else to: followup agent set " + agent.email + f" --role {role}",
            code="self_promotion",
        )


def _require_not_own_role(actor: Actor, agent: Agent, login: str) -> None:
    own = actor.agent is not None and actor.agent.id == agent.id
    if actor.known_by_role and own and login != agent.login:
        raise Refused(
            "Nobody takes themselves off the role that the database knows them by.",
            hint=f"Ask somebody else to: followup agent set {agent.email} --login …",
            code="own_role",
        )


def find_agent(session: Session, email: str) -> Agent:
    """The agent with an address, or who had it and has another by now. Raises NotFound."""
    address = email.strip().lower()
    agent = session.exec(select(Agent).where(col(Agent.email) == address)).first()
    if agent is not None:
        return agent
    following = called_now(session, address)
    if following is None:
        raise unknown_agent(email)
    return session.exec(select(Agent).where(col(Agent.email) == following)).one()


def of_team(session: Session, team: str) -> list[Agent]:
    """The agents of a team, however its name is spelled. Raises NotFound if nobody is in it."""
    members = [one for one in list_agents(session) if same_team(one.team, team)]
    if not members:
        known = teams.known(session)
        hint = f"The teams are {listed(known)}." if known else "Give one with: followup agent set --team"
        raise teams.unknown_team(team, resembled(team, known), hint=hint)
    return members


def numbers_of(session: Session, *, agent: str | None, team: str | None) -> tuple[int, ...] | None:
    """The numbers of an agent (by address) or of a team's members, to narrow a list; None without either.
    Raises NotFound for an unknown agent or team."""
    numbers: set[int | None] | None = {one.id for one in of_team(session, team)} if team else None
    if agent:
        number = find_agent(session, agent).id
        numbers = {number} if numbers is None else numbers & {number}
    return None if numbers is None else tuple(sorted(number for number in numbers if number is not None))


def list_agents(session: Session) -> list[Agent]:
    """All agents, by name."""
    return list(session.exec(select(Agent).order_by(col(Agent.name), col(Agent.id))).all())
