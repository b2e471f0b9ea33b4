"""Checks of the work itself: agents, budgets, customers, emails, inbound messages, the daemon."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from followup.domain.cases.case import CaseStatus
from followup.domain.goodwill.budget import applies
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.familiar_amounts import familiar_amount
from followup.errors import Refused, Unreachable
from followup.services.people import teams
from followup.services.shared.configuration import Configuration
from followup.services.shared.currencies import budget_line, setting_line
from followup.services.shared.public_holidays import region_with_list
from followup.services.upkeep.delivery_health import Health, health
from followup.services.upkeep.doctor.finding import Check
from followup.store.tables import Agent, Budget, Case, Customer


def check_work(session: Session, rules: Configuration, now: datetime) -> Iterator[Check]:
    """Check agents, budgets, customers, emails, inbound messages, and the daemon."""
    found = health(session, rules, now=now)
    yield _agents(session)
    yield from _budgets(session, rules)
    yield from _currencies(session, rules)
    yield from _teams(session)
    yield _customers(session)
    yield _emails(found)
    yield _held(found)
    yield _waiting(found)
    yield _unread(found)
    yield from _alarms(found)
    yield _daemon(found)


def _agents(session: Session) -> Check:
    agents = session.exec(select(func.count()).select_from(Agent).where(col(Agent.active))).one()
    mend = "" if agents else 'Add one: followup agent add --name "…" --email … --role agent'
    return Check("agents", agents > 0, f"{agents} active", mend)


def _budgets(session: Session, rules: Configuration) -> Iterator[Check]:
    """Whether each currency of the workspace has a budget."""
    main = rules.settings.currency
    for currency in rules.settings.all_currencies:
        query = select(func.count()).select_from(Budget).where(col(Budget.currency) == currency)
        budgets = session.exec(query).one()
        limit = familiar_amount("500", currency)
        if currency == main:
            name, create = "budgets", f"followup budget create goodwill --limit {limit} --period month"
        else:
            name = f"budgets {currency}"
            create = budget_line(currency)
        mend = (
            f"Goodwill {'has no limit' if currency == main else f'in {currency} has no budget'} yet: {create}"
        )
        yield Check(name, budgets > 0, f"{budgets}", "" if budgets else mend)


def _currencies(session: Session, rules: Configuration) -> Iterator[Check]:
    """A finding if cases are open in a currency that the workspace does not count in any more."""
    given_up = col(Case.currency).not_in(rules.settings.all_currencies)
    query = select(Case.currency, func.count()).where(given_up, col(Case.status) == CaseStatus.OPEN)
    for currency, number in session.exec(query.group_by(Case.currency).order_by(Case.currency)):
        mend = (
            f"Nothing can be given for them: put the currency back, {setting_line(rules.settings, currency)}"
        )
        yield Check(f"currency {currency}", False, f"{number} open cases, and it is not counted in", mend)


def _teams(session: Session) -> Iterator[Check]:
    """Findings if a team has two spellings, or a budget is for agents or teams that are not there."""
    agents = session.exec(select(Agent).where(col(Agent.active))).all()
    spellings = [teams.spellings_of(session, team) for team in teams.known(session)]
    twice = [" and ".join(sorted(names)) for names in spellings if len(names) > 1]
    if twice:
        mend = "Write it in one way: followup agent set … --team …"
        yield Check("teams", False, f"one team, spelled differently: {'; '.join(twice)}", mend)
    lonely = [
        budget.name
        for budget in session.exec(select(Budget).order_by(col(Budget.name)))
        if not any(_could_draw(budget, agent) for agent in agents)
    ]
    if lonely and agents:
        mend = "Correct the team or the address of the agents: followup agent list"
        yield Check("budget scopes", False, f"no active agent draws on {', '.join(lonely)}", mend)


def _could_draw(budget: Budget, agent: Agent) -> bool:
    """Whether the scopes of a budget that name teams and agents allow this one."""
    about_agents = [(field, value) for field, value in budget.scopes if field in ("team", "agent")]
    return applies(about_agents, {"team": agent.team, "agent": agent.email})


def _customers(session: Session) -> Check:
    """Check that each customer has a known time zone and a region with public holidays, which decide their
    hours."""
    query = select(Customer.timezone, Customer.region, func.count()).group_by(
        col(Customer.timezone), col(Customer.region)
    )
    rows = session.exec(query).all()
    zones = sum(number for zone, _, number in rows if not _is_zone(zone))
    regions = sum(number for _, region, number in rows if region_with_list(region) is None)
    if not zones and not regions:
        return Check("customers", True, f"{sum(number for _, _, number in rows)}")
    return Check(
        "customers",
        False,
        f"{zones} with a time zone that nobody knows, {regions} with a region whose holidays nobody knows",
        "Set them: followup customer set … --timezone Europe/London --region GB",
        Refused.exit_code if zones else 0,
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    except KeyError:
        return False
    return True


def _emails(found: Health) -> Check:
    failed = found.queue.emails[EmailState.FAILED]
    wrong = found.in_doubt or failed
    return Check(
        "emails",
        not wrong,
        f"{found.in_doubt} in doubt, {failed} failed",
        "Look at them: followup outbox list --state in_doubt, or failed" if wrong else "",
        Refused.exit_code if found.in_doubt else 0,
    )


def _held(found: Health) -> Check:
    held = found.queue.held
    return Check("held", not held, f"{held}", "Read them: followup outbox list --held" if held else "")


def _waiting(found: Health) -> Check:
    cases = found.needs_person
    mend = "Somebody writes, calls or decides: followup case list --needs-person" if cases else ""
    return Check("waiting", not cases, f"{cases} cases need a person", mend)


def _unread(found: Health) -> Check:
    unread = {kind: number for kind, number in found.queue.unread.items() if number}
    if not unread:
        return Check("unread", True, "0")
    listed = ", ".join(f"{number} {kind.value}" for kind, number in unread.items())
    return Check("unread", False, listed, "Read what arrived: followup inbound list")


def _alarms(found: Health) -> Iterator[Check]:
    """One finding for each alarm that lasts."""
    for alarm in found.alarms:
        yield Check("alarm", False, alarm.text, alarm.code.hint, alarm.code.exit_code)


def _daemon(found: Health) -> Check:
    if found.last_tick_at is None and not found.queue.due:
        return Check("daemon", False, "has never run here", "Start it: followup daemon run")
    runs = "runs" if found.is_alive else "does not run"
    last = f"; last tick at {found.last_tick_at:%Y-%m-%d %H:%M} UTC" if found.last_tick_at else ""
    due = f"; {found.queue.due} emails are due" if found.queue.due else ""
    stuck = found.stuck_because is not None
    mend = "See its log." if found.is_alive else "Start it: followup daemon run"
    return Check(
        "daemon",
        found.is_alive and not stuck,
        f"it {runs}{last}{due}",
        "" if found.is_alive and not stuck else mend,
        Unreachable.exit_code if stuck else 0,
    )
