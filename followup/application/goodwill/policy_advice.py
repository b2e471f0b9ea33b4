"""What the policy recommends for a case, or for facts without one: `followup policy explain`."""

from typing import Any

from followup.application.door import Caller, Reading, look_up, works
from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.domain.people.agent import Role
from followup.errors import WrongUsage
from followup.services.goodwill import known_reasons, told_facts
from followup.services.shared import parse_input


@works("policy explain")
def explain(
    caller: Caller,
    case: str | None = None,
    reason: str | None = None,
    severity: str | None = None,
    responsibility: str | None = None,
    feeling: str | None = None,
    channel: str | None = None,
    language: str | None = None,
    country: str | None = None,
    segment: str | None = None,
    order_value: str | None = None,
    occurred_on: str | None = None,
    fact: list[str] | None = None,
    role: str = "agent",
    again: bool = False,
    currency: str | None = None,
) -> dict[str, Any]:
    """What the policy recommends and why, its limits, and who may approve.

    For a case, the recommendation is for the actor, or else for the agent who logged it, and refused if the
    case or its order was given such a gesture, unless `again` says that it is meant. Without a case and
    without a database, it is for the facts given and for `role`, by the policy of `currency`. Raises
    WrongUsage if neither a case nor a reason is given, and for invalid values; NotFound."""
    told = {
        "reason": reason and known_reasons.read(caller.place.configuration, reason),
        "severity": severity and parse_input.word("severity", severity, Severity).value,
        "responsibility": responsibility
        and parse_input.word("responsibility", responsibility, Responsibility).value,
        "feeling": feeling and parse_input.word("feeling", feeling, Feeling).value,
        "channel": channel and parse_input.word("channel", channel, Channel).value,
        "language": language,
        "country": country,
        "segment": segment,
        "order_value": order_value,
        "occurred_on": occurred_on,
    }
    if case is not None:
        return _advise_on_case(caller, case, again=again)
    if not reason:
        raise WrongUsage(
            "There is nothing to explain.",
            hint="Give a case, as C-0012, or --reason and what else is known.",
            code="nothing_to_explain",
        )
    told["responsibility"] = told["responsibility"] or Responsibility.OURS.value
    facts = parse_input.facts(fact or [])
    acting = parse_input.word("role", role, Role)
    rules = caller.place.configuration
    advice = told_facts.advise_told(rules, told, facts, role=acting, now=caller.now, currency=currency)
    return advice.to_document()


def _advise_on_case(caller: Caller, case: str, *, again: bool) -> dict[str, Any]:
    from followup.services.cases import cases
    from followup.services.goodwill import recommendations, repeated_gestures
    from followup.store.tables import Agent

    def advise(work: Reading) -> dict[str, Any]:
        found = cases.find_case(work.session, case)
        agent = work.acting().agent or work.session.get_one(Agent, found.agent_id)
        rules = work.configuration
        advice = recommendations.advise(work.session, rules, found, agent=agent, now=work.now)
        return repeated_gestures.judged(work.session, rules, found, advice, again=again).to_document()

    return look_up(caller, advise)
