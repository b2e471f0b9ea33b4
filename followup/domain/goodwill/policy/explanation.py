"""The explanation of a recommendation: why a rule matched and why earlier rules did not."""

from collections.abc import Mapping

from followup.domain.goodwill.policy.amounts import AmountRange, Rounding
from followup.domain.goodwill.policy.facts import FactValue, show_value
from followup.domain.goodwill.policy.offer import Worth, missing_names
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.wording import rounding_words
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason

Facts = Mapping[str, FactValue]


def explain_match(
    policy: Policy, rule: Rule | None, worth: Worth, facts: Facts
) -> list[Reason[PolicyReason]]:
    """The reasons that name the matched rule and explain its amount."""
    if rule is None:
        return [PolicyReason.NO_RULE.of()]
    why = f"Rule {rule.id}: {rule.why}" if rule.why else f"Rule {rule.id} matches"
    sentences = [PolicyReason.RULE_MATCHED.of(why=why.rstrip("."))]
    if rule.amount is None:
        return sentences
    how = rule.amount.words(policy.currency)
    if rule.rounding is not Rounding.HALF_UP:
        how += rounding_words(rule, policy.currency)
    told = [
        f"{name} is {show_value(policy.known_facts[name], facts[name])}"
        for name in rule.amount.needs
        if name in facts
    ]
    if worth.missing:
        sentences.append(PolicyReason.AMOUNT_UNKNOWN.of(how=how, missing=_listed(worth.missing)))
    elif isinstance(rule.amount, AmountRange):
        sentences.append(PolicyReason.AMOUNT_RANGE.of(how=how, given=_given_that(told)))
    elif worth.high_minor is not None and told:
        amount = str(Money(worth.high_minor, policy.currency))
        sentences.append(PolicyReason.AMOUNT.of(amount=amount, how=how, given=_given_that(told)))
    return sentences


def _given_that(told: list[str]) -> str:
    return f"; {', '.join(told)}" if told else ""


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def explain_passed_over(
    policy: Policy, place: int | None, facts: Facts
) -> tuple[list[Reason[PolicyReason]], list[str]]:
    """Why each rule before `place` (None: every rule) did not match, and the names of missing facts.

    A failed condition is reported before a missing fact: supplying the fact would not make the rule match.
    Rules for other reasons share one sentence.
    """
    sentences: list[Reason[PolicyReason]] = []
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
            listed = _listed(list(dict.fromkeys(unknown)))
            sentences.append(PolicyReason.NOT_KNOWN.of(rule=rule.id, missing=listed))
        elif failed.fact.name == "reason":
            other_reason.append(rule.id)
        else:
            value = show_value(failed.fact, facts[failed.fact.name])
            sentences.append(
                PolicyReason.NOT_MET.of(rule=rule.id, fact=failed.fact.name, value=value, asks=failed.asks)
            )
    if other_reason:
        sentences.append(
            PolicyReason.OTHER_REASON.of(rules=", ".join(other_reason), reason=str(facts["reason"]))
        )
    return sentences, missing
