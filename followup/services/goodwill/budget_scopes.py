"""Scopes of budgets: parse them, and warn of scopes that no gesture can match."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from sqlmodel import Session, col, select

from followup.domain.goodwill.budget import SCOPE_FIELDS
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.people.team import resembled, same_team
from followup.errors import InvalidFile, WrongUsage
from followup.services.goodwill import case_reasons
from followup.services.people import teams
from followup.services.shared import parse_input
from followup.services.shared.actors import unknown_agent
from followup.services.shared.configuration import Configuration
from followup.store.tables import Agent, Budget, Customer


def read_scopes(session: Session, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Parse scopes written as field=value. Returns (field, value) pairs in the order given, without
    duplicates.

    Raises WrongUsage for an unknown field, kind or class, or an impossible reason or segment; NotFound for an
    unknown agent or team."""
    return tuple(dict.fromkeys(_read(session, text) for text in texts))


def _read(session: Session, text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    field, value = field.strip().lower(), value.strip()
    if field not in SCOPE_FIELDS or not equals or not value:
        raise WrongUsage(
            f"{text!r} is not a scope.",
            hint=f"Write field=value with one of {', '.join(SCOPE_FIELDS)}, for instance team=north.",
            code="bad_scope",
        )
    if field == "kind":
        return field, parse_input.word("kind", value, GestureKind).value
    if field == "class":
        return field, parse_input.word("class", value, GestureClass).value
    if field in ("reason", "segment"):
        return field, parse_input.slug(field, value, joined=field == "reason")
    return (field, _team(session, value)) if field == "team" else (field, _agent(session, value))


def _team(session: Session, value: str) -> str:
    """A known team in its known spelling. Raises NotFound for another, if there are agents in teams."""
    name = parse_input.line("team", value)
    known = teams.known(session)
    same = next((team for team in known if same_team(team, name)), None)
    if same is None and known:
        near, listed = resembled(name, known), teams.listed(known)
        hint = f"Known: {listed}. A team is made with its first agent: followup agent set … --team {name!r}"
        raise teams.unknown_team(name, near, hint=hint)
    return same or name


def _agent(session: Session, value: str) -> str:
    """The address of an agent. Raises NotFound, naming an address that may be meant."""
    email = value.lower()
    known = list(session.exec(select(Agent.email)))
    if email not in known:
        raise unknown_agent(value, meant=next(iter(get_close_matches(email, known, n=1, cutoff=0.8)), None))
    return email


def scope_warnings(session: Session, rules: Configuration, budget: Budget) -> list[str]:
    """A sentence for every scope that no gesture can match today. These are no errors, because a budget may
    be created before its rule, and before the first agent is in a team."""
    return [
        warning
        for field, value in budget.scopes
        for warning in _warnings(session, rules, field, value, budget.currency)
    ]


def _warnings(session: Session, rules: Configuration, field: str, value: str, currency: str) -> Iterator[str]:
    if field == "reason":
        name = rules.workspace.policy_file_in(currency).name
        try:
            if value not in rules.policy_in(currency).reasons:
                near = case_reasons.meant(session, rules, value)
                also = f" Did you mean {near}?" if near else ""
                yield f"No rule of {name} names the reason {value}.{also}"
        except InvalidFile as error:
            yield f"Whether a rule names the reason {value} cannot be told: {error.message}"
    elif field == "team":
        if not teams.spellings_of(session, value):
            yield f"No agent is in the team {value}."
    elif field == "segment":
        if session.exec(select(Customer.id).where(col(Customer.segment) == value)).first() is None:
            yield f"No customer is in the segment {value}."
    elif field == "kind" and not GestureKind(value).may_have_amount:  # type: ignore[call-arg]
        yield f"The kind {value} is worth no money, so it draws on no budget."
    elif field == "class" and value == GestureClass.CORRECTIVE.value:
        yield "What is owed (corrective) draws on no budget."
