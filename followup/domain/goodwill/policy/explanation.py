"""Why a rule matched and the earlier ones did not, in sentences for people."""

from collections.abc import Mapping

from followup.domain.goodwill.policy.amounts import AmountRange
from followup.domain.goodwill.policy.facts import FactValue, show_value
from followup.domain.goodwill.policy.offer import Worth, missing_names
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.shared.money import Money

Facts = Mapping[str, FactValue]


def explain_match(policy: Policy, rule: Rule | None, worth: Worth, facts: Facts) -> list[str]:
    """Which rule matched, and how its amount came about."""
    if rule is None:
        return ["No rule matches this case."]
    why = f"Rule {rule.id}: {rule.why}" if rule.why else f"Rule {rule.id} matches"
    sentences = [f"{why.rstrip('.')}."]
    if rule.amount is None:
        return sentences
    how = rule.amount.words(policy.currency)
    told = [
        f"{name} is {show_value(policy.known_facts[name], facts[name])}"
        for name in rule.amount.needs
        if name in facts
    ]
    if worth.missing:
        sentences.append(f"The amount is {how}, and {_listed(worth.missing)} not known.")
    elif isinstance(rule.amount, AmountRange):
        sentences.append(f"The amount is {how}{_given_that(told)}.")
    elif worth.high_minor is not None and told:
        sentences.append(f"{Money(worth.high_minor, policy.currency)} is {how}{_given_that(told)}.")
    return sentences


def _given_that(told: list[str]) -> str:
    return f"; {', '.join(told)}" if told else ""


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def explain_passed_over(policy: Policy, place: int | None, facts: Facts) -> tuple[list[str], list[str]]:
    """Why each rule before `place` (all rules, if None) did not match, and the facts that were missing.

    A condition that fails comes before one whose fact is missing: telling the fact would not help there.
    Rules for another reason share one sentence."""
    sentences: list[str] = []
    missing: list[str] = []
    other_reason: list[str] = []
    for rule in policy.rules[:place]:
        failed = next(
            (one for one in rule.when if one.fact.name in facts and not one.holds(facts[one.fact.name])), None
        )
        if failed is None:
            unknown = [
                name
                for one in rule.when
                if one.fact.name not in facts
                for name in missing_names(policy.known_facts, facts, one.fact.name)
            ]
            missing += unknown
            sentences.append(f"Not {rule.id}: {_listed(list(dict.fromkeys(unknown)))} not known.")
        elif failed.fact.name == "reason":
            other_reason.append(rule.id)
        else:
            value = show_value(failed.fact, facts[failed.fact.name])
            sentences.append(
                f"Not {rule.id}: {failed.fact.name} is {value}, the rule asks for {failed.asks}."
            )
    if other_reason:
        sentences.append(
            f"Not {', '.join(other_reason)}: reason is {facts['reason']}, and they ask for another."
        )
    return sentences, missing
