"""Teams: known by the agents who are in one and the budgets that name one."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from followup.domain.people.team import resembled, team_key
from followup.errors import NotFound
from followup.services.shared import parse_input
from followup.store.tables import Agent, Budget


@dataclass(frozen=True, slots=True)
class Team:
    """A team as it is written from now on. `hint` says what became of the name that was given; empty if
    nothing did."""

    name: str
    hint: str = ""


def known(session: Session) -> list[str]:
    """The teams of agents and budgets: one spelling each, the one that most agents have."""
    written = Counter(session.exec(select(Agent.team).where(col(Agent.team).is_not(None))).all())
    spellings: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in dict.fromkeys([*(name for name in written if name), *_of_budgets(session)]):
        spellings[team_key(name)].append((-written[name], name))
    return sorted(min(names)[1] for names in spellings.values())


def spellings_of(session: Session, team: str) -> list[str]:
    """Every way in which the agents of a team have it written."""
    written = session.exec(select(Agent.team).where(col(Agent.team).is_not(None)).distinct()).all()
    return [name for name in written if name and team_key(name) == team_key(team)]


def settle(session: Session, text: str, *, is_new: bool = False) -> Team:
    """The team that a name means: a known one if it differs only in case, spaces or hyphens, else a new one.

    Raises NotFound if a new name may be a slip of a known one, unless it `is_new`."""
    name = parse_input.line("team", text)
    teams = known(session)
    if name in teams:
        return Team(name)
    same = next((team for team in teams if team_key(team) == team_key(name)), None)
    if same is not None:
        return Team(same, f"The team is written {same} here, so that is what was recorded.")
    near = [] if is_new else resembled(name, teams)
    if near:
        raise unknown_team(name, near, hint=f"If it is another team, add --new-team. Known: {listed(teams)}.")
    return Team(name, f"{name} is a new team. Known before: {listed(teams)}." if teams else "")


def unknown_team(name: str, near: list[str], *, hint: str) -> NotFound:
    """The error for a team that no agent is in."""
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    return NotFound(f"No agent is in the team {name}.{meant}", hint=hint, code="unknown_team")


def listed(teams: list[str]) -> str:
    """Some teams, for a sentence."""
    return ", ".join(teams)


def _of_budgets(session: Session) -> list[str]:
    scopes = session.exec(select(Budget.scopes)).all()
    return [value for pairs in scopes for field, value in pairs if field == "team"]
