"""The reasons in an explanation of a recommendation, with their sentences."""

from typing import Any

from followup.domain.shared.reason import Reason, ReasonCode
from followup.domain.shared.word import Word


class Choice(Word):
    """Who decided the kind and the amount of a gesture."""

    AS_OFFERED = "as_offered", "The policy's offer was taken"
    WITHIN_RANGE = "within_range", "The agent named the amount, within the range of the rule"
    INSTEAD = "instead", "The agent named another amount or kind than the rule offers, or no rule matched"


class ApprovalNeed(Word):
    """Why a gesture needs an approval. If several reasons apply, the first counts."""

    PER_GESTURE = "per_gesture", "It is above what the agent's role may give for one gesture"
    PER_DAY = "per_day", "It is above what the agent's role has left for the day"
    SECOND_LOOK = "second_look", "A sign of repetition sends it to somebody with an overview"
    OTHER = "other", "It was requested before this was recorded"


class PolicyReason(ReasonCode):
    """The reasons in an explanation. Each member has a code, a meaning and the sentence that is shown."""

    # ---- The rule that matched
    NO_RULE = "no_rule", "No rule fits the case", "No rule matches this case."
    RULE_MATCHED = "rule_matched", "The first rule that fits the case", "{why}."
    AMOUNT_UNKNOWN = (
        "amount_unknown",
        "The amount cannot be worked out yet",
        "The amount is {how}, and {missing} not known.",
    )
    AMOUNT_RANGE = "amount_range", "The agent chooses within a range", "The amount is {how}{given}."
    AMOUNT = "amount", "How the amount came about", "{amount} is {how}{given}."

    KEPT = (
        "kept",
        "The amount is too small to be paid out by itself",
        (
            "{amount} is below the smallest payout, {minimum}: it is kept, which makes {total}, and paid out "
            "with what is owed next."
        ),
    )
    ADDED_UP = (
        "added_up",
        "The sum of several amounts is paid out",
        "With the {before} kept for {cases} it comes to {total}, which is paid out now.",
    )
    ALTERNATIVE = (
        "alternative",
        "The customer may have another kind instead",
        "Or {offered}, if the customer prefers it: --kind {kind}.",
    )

    # ---- What the agent chose
    CHOSE_WITHIN = (
        "chose_within",
        "The agent named an amount within the rule's range",
        "The agent chose {chosen} within the range.",
    )
    CHOSE_INSTEAD = (
        "chose_instead",
        "The agent chose something else than the rule offers",
        "The agent chose {chosen}, which counts as {as_class}.",
    )
    RULE_OFFERS = "rule_offers", "What the rule offers instead", "Rule {rule} offers {offered}."

    # ---- What keeps it from being requested
    LACKS_PHONE = (
        "lacks_phone",
        "It is a call, and there is no number to call",
        "We have no telephone number, and {kind} needs it: followup customer set {customer} --phone …",
    )
    LACKS_ADDRESS = (
        "lacks_address",
        "It is sent by post, and there is no address to send it to",
        "We have no postal address, and {kind} needs it: followup customer set {customer} --address …",
    )

    # ---- What bound it
    LOWERED = "lowered", "A cap or a guard made the amount smaller", "Lowered to {amount} by {limit}: {why}."
    REFUSED = "refused", "The policy says no; the refusal has a code of its own"
    OVER_COMPENSATION = (
        "over_compensation",
        "The amount is much of the order's value",
        "Careful: {amount}{so_far} is more than {percent} percent of the order of {order}.",
    )
    SOFT_BUDGET = (
        "soft_budget",
        "A soft budget will be above its limit",
        "Budget {budget} is soft and will be {over} over.",
    )
    NO_BUDGET = (
        "no_budget",
        "There are budgets, and none of them covers the gesture",
        "No budget covers this goodwill, so nothing limits it (goodwill_without_budget).",
    )

    # ---- Signs of repetition
    SIMILAR_CASES = (
        "similar_cases",
        "The customer had the same trouble before",
        "{cases} of this customer {were} logged{since}{named}.",
    )
    OTHER_AGENTS = (
        "other_agents",
        "Several agents heard the same of the customer",
        "{agents} logged {reason} for this customer{since}{named}.",
    )
    LINKED_CUSTOMERS = (
        "linked_customers",
        "Other records may be the same person",
        "{people} like the same person: {signs}.",
    )
    JUST_UNDER = (
        "just_under",
        "The agent keeps just under their limit",
        (
            "{within} of {agent}'s {of} gestures{since} were between {least} and {limit}, "
            "just under the limit of {limit} for a gesture."
        ),
    )
    LOOKS_FIRST = (
        "looks_first",
        "Somebody with an overview looks before it is given",
        "So a {role} looks at it first.",
    )

    # ---- Who may give it
    ABOVE_GESTURE = (
        "above_gesture",
        "More than the role may give for one gesture",
        "{amount} is above what the role {role} may give for a gesture, {limit}.",
    )
    ABOVE_TOGETHER = (
        "above_together",
        "With what was given before, more than the role may give for one gesture",
        (
            "{amount} and the {before} given before for this case or its order are together above what the "
            "role {role} may give for a gesture, {limit}."
        ),
    )
    ABOVE_DAY = (
        "above_day",
        "More than the role has left for the day",
        "{amount} is above what the role {role} has left today, {left} of {limit}.",
    )
    MAY_APPROVE = "may_approve", "Who may grant it", "The role {role} may approve it."

    # ---- The rules before it
    NOT_KNOWN = "not_known", "A rule was passed over for want of a fact", "Not {rule}: {missing} not known."
    NOT_MET = (
        "not_met",
        "A rule was passed over, whose condition does not hold",
        "Not {rule}: {fact} is {value}, the rule asks for {asks}.",
    )
    OTHER_REASON = (
        "other_reason",
        "Rules were passed over that are for another reason",
        "Not {rules}: reason is {reason}, and they ask for another.",
    )

    OTHER = "other", "It was recorded before reasons had codes, in words that are kept"


PASSED_OVER = (PolicyReason.NOT_KNOWN, PolicyReason.NOT_MET, PolicyReason.OTHER_REASON)
"""Reasons about rules before the one that matched."""


def recorded(reasoning: dict[str, Any]) -> list[Reason[PolicyReason]]:
    """The reasons in a gesture's stored reasoning (the JSON column); [] if it was erased."""
    found = []
    for document in reasoning.get("reasons", ()):
        named = {name: value for name, value in document.items() if name != "code"}
        found.append(PolicyReason.with_value(document["code"]).of(**named))
    return found
