"""The findings of the lint of a policy: how bad, where, what it is, and how to mend it."""

from dataclasses import dataclass, field

from followup.domain.goodwill.policy.policy import Rule
from followup.domain.shared.word import Word


class Level(Word):
    """The severity of a finding."""

    ERROR = "error", "The policy does not do what it says"
    WARNING = "warning", "It may be meant so"
    NOTE = "note", "It works, and is worth knowing"


class FindingCode(Word):
    """What was found, for programs."""

    UNREADABLE = "unreadable", "A table, key or value cannot be read"
    NO_RULE = "no_rule", "The policy has no rule"
    IMPOSSIBLE_CONDITION = "impossible_condition", "No value of the fact meets a condition"
    SHADOWED = "shadowed", "Rules above take all cases of a rule"
    OVERLAP = "overlap", "The bands of two rules overlap"
    UNCOVERED = "uncovered", "No rule covers a case"
    SEARCH_GIVEN_UP = "search_given_up", "A search takes too long"
    UNUSED_FACT = "unused_fact", "No rule uses a declared fact"
    UNUSED_REASON = "unused_reason", "No case has a reason that the policy names"
    OTHER_CURRENCY = "other_currency", "The policy counts in a currency that the workspace has not"
    MISSING_IN_CURRENCY = "missing_in_currency", "The policy of another currency has what this one lacks"
    UNLIKE_CURRENCIES = (
        "unlike_currencies",
        "A rule differs from that of another currency in more than amounts",
    )
    ODD_PERCENT = "odd_percent", "A percentage looks like a slip"
    NOTHING_DUE = "nothing_due", "An offer always comes to nothing, or to less than its smallest payout"
    MINIMUM_ABOVE_MAXIMUM = "minimum_above_maximum", "A lower bound is above the upper one"
    CAP_BELOW_OFFER = "cap_below_offer", "A cap is below the smallest offer that it limits"
    NO_AUTHORITY = "no_authority", "No role has authority"
    NEVER_GIVEN = "never_given", "No role may give what a rule offers"
    ABOVE_AUTHORITY = "above_authority", "An offer is above what any role may give"
    INHERITED_AUTHORITY = "inherited_authority", "A role has the authority of a lower one"
    FALLING_AUTHORITY = "falling_authority", "A role may give less than a lower one"
    DAY_BELOW_GESTURE = "day_below_gesture", "A role may give less in a day than for one gesture"


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """A finding. `rule` is "" if it concerns no single rule."""

    level: Level
    line: int
    rule: str
    message: str
    mend: str
    code: FindingCode = field(default=FindingCode.UNREADABLE, compare=False)


def error(code: FindingCode, rule: Rule, message: str, mend: str) -> PolicyFinding:
    """An error about a rule."""
    return PolicyFinding(Level.ERROR, rule.line, rule.id, message, mend, code)


def warning(code: FindingCode, rule: Rule, message: str, mend: str) -> PolicyFinding:
    """A warning about a rule."""
    return PolicyFinding(Level.WARNING, rule.line, rule.id, message, mend, code)
