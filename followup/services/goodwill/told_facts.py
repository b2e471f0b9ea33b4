"""Recommendations for facts that are told, without a case and without a database."""

from collections.abc import Mapping
from datetime import datetime

from followup.domain.goodwill.policy.facts import FactValue, read_fact
from followup.domain.goodwill.policy.read_facts import read_facts
from followup.domain.goodwill.policy.recommend import NO_RECORDS, Recommendation, Subject, recommend
from followup.domain.people.agent import Role
from followup.services.shared import currencies, parse_input
from followup.services.shared.configuration import Configuration


def advise_told(
    rules: Configuration,
    told: Mapping[str, str | None],
    facts: Mapping[str, str],
    *,
    role: Role,
    now: datetime,
    currency: str | None = None,
) -> Recommendation:
    """What the policy of a currency recommends for facts given on the command line, without a case or a
    history. The currency is the one named, or that of the order value's sign, or the main one."""
    counted = currencies.meant(rules.settings, currency, told.get("order_value"))
    policy = rules.policy_in(counted)
    values: dict[str, FactValue] = dict(read_facts(policy, facts))
    today = rules.today(now)
    for name, value in told.items():
        if value is None:
            continue
        if name == "order_value":
            values[name] = parse_input.money(name, value, counted, rules.settings.locale)
        elif name == "occurred_on":
            day = parse_input.day_or_unknown(name, value, today=today, country=rules.settings.country)
            values[name] = day or today
        else:
            values[name] = read_fact(policy.known_facts[name], value)
    # What counts days counts from the day of logging where nobody said another.
    values.setdefault("occurred_on", today)
    values.setdefault("logged_on", today)
    for count in ("cases_last_12_months", "gestures_last_12_months"):
        values.setdefault(count, 0)
    subject = Subject(facts=values, role=role, today=today, holidays=rules.holidays(rules.settings.country))
    return recommend(policy, subject, NO_RECORDS)
