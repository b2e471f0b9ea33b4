"""P9: `policy simulate` over recorded cases, against the same policies hand-written as Python ifs.

Both read the same cases from the same SQLite file, try two policies of 200 rules on each case, and must come
to the same totals. By hand means what somebody writes instead: a loop over the rows of `sqlite3`, an `if` for
each rule, and the policies' limits (a cap, overcompensation, authority, repetitions, two budgets) as plain
code with dictionaries. A second figure is against the conditions alone, without any limit and of no use by
itself: the floor.

Usage: python bench/simulate.py [--cases 100000] [--rounds 2]
"""

import argparse
import gc
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import insert

from followup.domain.cases.case import CaseStatus, Responsibility, Severity
from followup.domain.goodwill.budget import Period
from followup.domain.people.agent import Role
from followup.services.goodwill import policy_simulation
from followup.services.goodwill.policy_files import PolicyText
from followup.services.shared.configuration import Configuration
from followup.services.upkeep import new_workspace
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import Agent, Budget, Case, Customer
from followup.workspace import Workspace, load_workspace

TARGET = 5.0
REASONS = tuple(f"reason-{number}" for number in range(1, 21))
TICKETS = ("single", "return")
BANDS = ((15, 30), (30, 60), (60, 120), (120, 240), (240, 1000))
FIRST = datetime(2025, 1, 1, 9, tzinfo=UTC)
AGENTS = 40

GUARDS = """
[[cap]]
scope = "customer"
window = "365d"
amount = "150"
[overcompensation]
warn_percent = 120
cap_percent = 150
[[repeat]]
similar_cases = 3
window = "365d"
[[authority]]
role = "agent"
per_gesture = "25"
per_day = "500"
[[authority]]
role = "manager"
per_gesture = "unlimited"
"""


@dataclass(frozen=True)
class RuleOf:
    """One rule, to be written as TOML and as Python."""

    name: str
    reason: str
    ticket: str
    low: int
    high: int
    percent: int


def rules_of(percent: int) -> list[RuleOf]:
    """200 rules: 20 reasons, 2 tickets, 5 bands of delay."""
    places = [(reason, ticket, band) for reason in REASONS for ticket in TICKETS for band in BANDS]
    return [
        RuleOf(f"rule-{number}", reason, ticket, low, high, percent + number % 7)
        for number, (reason, ticket, (low, high)) in enumerate(places, 1)
    ]


def as_toml(rules: list[RuleOf], version: str, guards: str) -> str:
    """The rules as a policy file."""
    head = (
        f'version = "{version}"\ncurrency = "GBP"\ntimezone = "Europe/London"\n'
        '[facts.delay_minutes]\ntype = "integer"\nmin = 0\n'
        '[facts.ticket]\ntype = "choice"\nchoices = ["single", "return"]\n'
    )
    body = "".join(
        f'[[rule]]\nid = "{rule.name}"\nwhen = {{ reason = "{rule.reason}", severity = ">= moderate", '
        f'ticket = "{rule.ticket}", delay_minutes = "[{rule.low}..{rule.high})" }}\nclass = "goodwill"\n'
        f'offer = {{ kind = "voucher", amount = {{ percent = {rule.percent}, of = "order_value", '
        'at_least = "2", at_most = "60" } }\n'
        for rule in rules
    )
    return head + body + guards


def as_python(rules: list[RuleOf], name: str) -> str:
    """The rules as a function of a chain of ifs: minor units, or None where none matches."""
    lines = [f"def {name}(reason, severity, ticket, delay_minutes, order_value):"]
    for rule in rules:
        lines.append(
            f'    if (reason == "{rule.reason}" and severity in ("moderate", "serious", "severe") '
            f'and ticket == "{rule.ticket}" and {rule.low} <= delay_minutes < {rule.high}):'
        )
        share = f"(order_value * {rule.percent} * 2 + 100) // 200"
        lines.append(f"        return min(max({share}, 200), 6000)")
    lines.append("    return None")
    return "\n".join(lines)


Ifs = Callable[[str, str, str, int, int], int | None]
Sums = dict[str, list[int]]


def rows_of(file: Path) -> Iterator[tuple[Any, ...]]:
    """The recorded cases in the order of time, with what the conditions and the limits ask about."""
    query = (
        "SELECT cases.reason, severity, order_value_minor, facts, logged_at, customer_id, agent_id, team "
        "FROM cases JOIN agent ON agent.id = agent_id ORDER BY logged_at, cases.id"
    )
    database = sqlite3.connect(file)
    yield from database.execute(query)
    database.close()


def conditions_by_hand(file: Path, functions: list[Ifs]) -> Sums:
    """What both functions give for the cases in the file, by reason, without limits."""
    sums: Sums = {}
    first, second = functions
    for reason, severity, order_value, told, *_ in rows_of(file):
        facts = json.loads(told)
        ticket, delay = facts["ticket"], int(facts["delay_minutes"])
        row = sums.setdefault(reason, [0, 0])
        row[0] += first(reason, severity, ticket, delay, order_value) or 0
        row[1] += second(reason, severity, ticket, delay, order_value) or 0
    return sums


class LimitsByHand:
    """The limits of GUARDS, and the budgets of `make_cases`, as somebody writes them for one policy."""

    def __init__(self, budgets: tuple[int, int]) -> None:
        self.month_minor, self.week_minor = budgets
        self.of_customer: dict[int, list[tuple[date, int]]] = {}
        self.seen: dict[tuple[int, str], list[date]] = {}
        self.of_agent: dict[int, tuple[date, int]] = {}
        self.months: dict[tuple[int, int], int] = {}
        self.weeks: dict[tuple[int, int], int] = {}
        self.approvals = 0

    def give(
        self, amount: int, order_value: int, customer: int, reason: str, agent: int, team: str, day: date
    ) -> int:
        """What is left of an amount after all limits, taken as given; 0 where one refuses it."""
        year = day - timedelta(days=364)
        left = 15_000 - sum(given for when, given in self.of_customer.get(customer, ()) if when >= year)
        amount = min(amount, left, order_value * 150 // 100)
        if amount <= 0:
            return 0
        similar = sum(when >= year for when in self.seen.get((customer, reason), ()))
        last, today = self.of_agent.get(agent, (day, 0))
        today = today if last == day else 0
        own = similar < 3 and amount <= 2_500 and amount + today <= 50_000
        month, week = (day.year, day.month), day.isocalendar()[:2]
        if self.months.get(month, 0) + amount > self.month_minor:
            return 0
        if team == "team-1":
            if self.weeks.get(week, 0) + amount > self.week_minor:
                return 0
            self.weeks[week] = self.weeks.get(week, 0) + amount
        self.months[month] = self.months.get(month, 0) + amount
        self.of_customer.setdefault(customer, []).append((day, amount))
        if own:
            self.of_agent[agent] = (day, today + amount)
        else:
            self.approvals += 1
        return amount


def by_hand(file: Path, functions: list[Ifs], budgets: tuple[int, int]) -> tuple[Sums, list[int]]:
    """What both policies give for the cases in the file, by reason, and how many approvals each needs."""
    sums: Sums = {}
    policies = [(place, function, LimitsByHand(budgets)) for place, function in enumerate(functions)]
    london = ZoneInfo("Europe/London")
    for reason, severity, order_value, told, logged_at, customer, agent, team in rows_of(file):
        facts = json.loads(told)
        ticket, delay = facts["ticket"], int(facts["delay_minutes"])
        day = datetime.fromisoformat(logged_at).replace(tzinfo=UTC).astimezone(london).date()
        row = sums.setdefault(reason, [0, 0])
        for place, function, limits in policies:
            amount = function(reason, severity, ticket, delay, order_value)
            if amount is not None:
                row[place] += limits.give(amount, order_value, customer, reason, agent, team, day)
            limits.seen.setdefault((customer, reason), []).append(day)
    return sums, [limits.approvals for _, _, limits in policies]


def make_cases(folder: Path, count: int, budgets: tuple[int, int]) -> Workspace:
    """A workspace with `count` cases of a year and a half, always the same ones, and two budgets: one of a
    month for all, one of a week for a team."""
    workspace, _ = new_workspace.create_workspace(folder, {"business": "Bench"}, environment={})
    pick = random.Random(9)
    engine = open_engine(workspace.database_url)
    with writing(engine) as session:
        session.execute(
            insert(Agent),
            [
                {
                    "id": number,
                    "name": f"Agent {number}",
                    "email": f"agent-{number}@shop.example",
                    "role": Role.AGENT,
                    "team": f"team-{number % 4}",
                    "active": True,
                    "added_at": FIRST,
                }
                for number in range(1, AGENTS + 1)
            ],
        )
        session.execute(insert(Customer), [customer(number) for number in range(1, customers_for(count) + 1)])
        for start in range(1, count + 1, 10_000):
            numbers = range(start, min(start + 10_000, count + 1))
            session.execute(insert(Case), [case(number, count, pick) for number in numbers])
        for name, period, limit, scopes in (
            ("goodwill", Period.MONTH, budgets[0], []),
            ("north", Period.WEEK, budgets[1], [["team", "team-1"]]),
        ):
            session.add(
                Budget(
                    name=name,
                    period=period,
                    limit_minor=limit,
                    currency="GBP",
                    timezone="Europe/London",
                    scopes=scopes,
                    created_at=FIRST,
                )
            )
    engine.dispose()
    return load_workspace(folder, {})


def customers_for(count: int) -> int:
    """How many customers have so many cases: three each, and some."""
    return max(1, count * 3 // 10)


def customer(number: int) -> dict[str, Any]:
    """A customer's row."""
    email = f"customer-{number}@example.com"
    return {
        "id": number,
        "name": f"Customer {number}",
        "email": email,
        "email_key": email,
        "locale": "en-GB",
        "timezone": "Europe/London",
        "region": "GB",
        "marketing_consent": False,
        "added_at": FIRST,
    }


def case(number: int, count: int, pick: random.Random) -> dict[str, Any]:
    """A case's row."""
    logged_at = FIRST + timedelta(days=540) * number / count
    return {
        "id": number,
        "customer_id": pick.randint(1, customers_for(count)),
        "agent_id": pick.randint(1, AGENTS),
        "status": CaseStatus.OPEN,
        "reason": pick.choice(REASONS),
        "severity": pick.choice(list(Severity)),
        "responsibility": Responsibility.OURS,
        "order_value_minor": pick.randint(500, 30_000),
        "currency": "GBP",
        "occurred_on": date(2025, 1, 1),
        "facts": {"ticket": pick.choice(TICKETS), "delay_minutes": str(pick.randint(0, 400))},
        "mass_incident": False,
        "logged_at": logged_at,
    }


def simulated(workspace: Workspace, texts: list[str]) -> dict[str, Any]:
    """`policy simulate`: the service, as the command calls it."""
    before, after = (PolicyText(f"{name}.toml", text) for name, text in zip("ab", texts, strict=True))
    engine = open_engine(workspace.database_url)
    with reading(engine) as session:
        trial = policy_simulation.Trial(before, after)
        found = policy_simulation.simulate(session, Configuration(workspace), trial, lambda _part: None)
    engine.dispose()
    return found


def check(found: dict[str, Any], sums: Sums, approvals: list[int]) -> None:
    """Both must come to the same for every reason; else something else was measured."""
    assert len(found["reasons"]) == len(sums)
    for row in found["reasons"]:
        told = [int(row[side]["amount"].replace(".", "")) for side in ("before", "after")]
        assert told == sums[row["reason"]], (row, sums[row["reason"]])
    assert [found[side]["approvals"] for side in ("before", "after")] == approvals
    assert found["before"]["refused"], "no limit was reached"


def best_of(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The fewest seconds that each takes, measured in turn."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            gc.collect()
            start = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def main() -> None:
    """Measure both in turn, and print the best of each with their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2, help="how often each is measured, in turn")
    asked = parser.parse_args()
    versions = [rules_of(10), rules_of(12)]
    namespace: dict[str, Any] = {}
    for name, rules in zip(("first", "second"), versions, strict=True):
        exec(as_python(rules, name), namespace)
    functions: list[Ifs] = [namespace["first"], namespace["second"]]
    budgets = asked.cases * 50, asked.cases * 5 // 2
    with tempfile.TemporaryDirectory(prefix="followup-bench-") as folder:
        workspace = make_cases(Path(folder) / "workspace", asked.cases, budgets)
        file = workspace.root / "db" / "followup.db"
        texts = [as_toml(rules, str(number), GUARDS) for number, rules in enumerate(versions)]
        check(simulated(workspace, texts), *by_hand(file, functions, budgets))
        floor, theirs, ours = best_of(
            asked.rounds,
            lambda: conditions_by_hand(file, functions),
            lambda: by_hand(file, functions, budgets),
            lambda: simulated(workspace, texts),
        )
    print(f"P9  policy simulate, {asked.cases:,} cases, {len(versions[0])} rules, two policies: {ours:.2f} s")
    for words, seconds, note in (
        ("conditions and limits by hand", theirs, f"target: at most {TARGET:g}"),
        ("the conditions alone by hand", floor, "the floor"),
    ):
        print(f"    {words:30} {seconds:6.2f} s   ratio {ours / seconds:5.2f}   ({note})")


if __name__ == "__main__":
    main()
