"""Agents: `followup agent`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, Writing, reads, writes
from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.authority import authority_of
from followup.domain.people.rights import Right
from followup.services.cases import owners
from followup.services.documents import serializers
from followup.services.documents.documents import AgentDocument
from followup.services.people import agents, rights, teams
from followup.services.people.rights import RightDocument
from followup.services.shared.configuration import Configuration
from followup.store.tables import Agent


class ChangedAgentDocument(AgentDocument):
    """An agent. `hints` are sentences about what became of the team's name, and about cases to hand over."""

    hints: list[str]


@writes("agent add", right=Right.AGENTS)
def add_agent(
    work: Writing, name: str, email: str, role: str, team: str | None = None, new_team: bool = False
) -> ChangedAgentDocument:
    """Add an agent. The first one is mapped to the caller's login, so they act when nobody is named.

    Raises WrongUsage for invalid values, Refused if the address is taken, NotFound if the team may be a slip
    of a known one; `new_team` says that it is not."""
    hints = _hints(work, team, new_team)
    added = agents.add_agent(
        work.session,
        now=work.now,
        actor=work.actor,
        name=name,
        email=email,
        role=role,
        team=team,
        login=work.caller.login,
        new_team=new_team,
    )
    return {**serializers.agent(added), "hints": hints}


def _hints(work: Writing, team: str | None, new_team: bool) -> list[str]:
    hint = teams.settle(work.session, team, is_new=new_team).hint if team and team.strip() else ""
    return [hint] if hint else []


@reads("agent list")
def list_agents(work: Reading) -> list[AgentDocument]:
    """All agents, by name."""
    return [serializers.agent(row) for row in agents.list_agents(work.session)]


class AuthorityDocument(TypedDict):
    """How much an agent may give without approval; None for no limit."""

    per_gesture: str | None
    per_day: str | None
    currency: str


class WholeAgentDocument(AgentDocument):
    """An agent with what they may do and why, and how much they may give without approval. Without
    `authority`, that in the main currency, the policy gives their role none; `authorities` has one for each
    currency in which the policy gives one. `formerly` are addresses that they had before."""

    formerly: list[str]

    rights: list[RightDocument]
    authority: AuthorityDocument | None
    authorities: list[AuthorityDocument]


@reads("agent show")
def show_agent(work: Reading, email: str | None = None) -> WholeAgentDocument:
    """An agent, by default the actor, with their rights and their authority over goodwill. Raises NotFound,
    WrongUsage for an actor who is no agent."""
    agent = agents.find_agent(work.session, email) if email else work.acting().needed_agent
    rules = work.configuration
    own = {currency: _authority(rules, agent, currency) for currency in rules.settings.all_currencies}
    return {
        **serializers.agent(agent),
        "formerly": agents.addresses_of(work.session, agent)[1:],
        "rights": rights.rights_of(work.session, agent),
        "authority": own[rules.settings.currency],
        "authorities": [authority for authority in own.values() if authority is not None],
    }


def _authority(rules: Configuration, agent: Agent, currency: str) -> AuthorityDocument | None:
    found = authority_of(rules.policy_in(currency).authorities, agent.role, GestureClass.GOODWILL)
    if found is None:
        return None
    return {
        "per_gesture": serializers.amount(found.per_gesture_minor, currency),
        "per_day": serializers.amount(found.per_day_minor, currency),
        "currency": currency,
    }


@writes("agent set", right=Right.AGENTS)
def set_agent(
    work: Writing,
    email: str,
    name: str | None = None,
    role: str | None = None,
    team: str | None = None,
    login_name: str | None = None,
    active: bool | None = None,
    new_team: bool = False,
    new_email: str | None = None,
) -> ChangedAgentDocument:
    """Change the given fields of the agent with an address; an empty team or login removes it. With
    `new_email` they have another address from now on, and are still found by the old one. Raises
    NotFound, WrongUsage, and Refused if actors try to raise their own role. `new_team` says that a name like
    that of a known team is another one."""
    hints = _hints(work, team, new_team)
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
        new_team=new_team,
        new_email=new_email,
    )
    if active:
        owners.sign_again(work.session, changed, now=work.now, actor=work.actor)
    return {**serializers.agent(changed), "hints": [*hints, *_of_cases_left(work, changed)]}


def _of_cases_left(work: Writing, agent: Agent) -> list[str]:
    """What becomes of the cases of an agent who is no longer active, if they have any."""
    left = 0 if agent.active else len(owners.at_work(work.session, agent))
    if not left:
        return []
    have = "1 case is" if left == 1 else f"{left} cases are"
    hint = f"{have} still theirs, and emails that they would sign wait for a person."
    return [f"{hint} Hand over: followup agent handover {agent.email} --to EMAIL"]
