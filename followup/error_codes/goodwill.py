"""Failures of the policy, gestures and approvals; vouchers_and_budgets.py has the rest of goodwill."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, NotFound, Refused, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "invalid_policy",
        InvalidFile,
        "A policy file has mistakes.",
        "Mend the lines that it names: `followup policy lint`.",
    ),
    ErrorCode(
        "nothing_to_explain",
        WrongUsage,
        "Neither a case nor facts were given.",
        "Give a case, or `--reason` and what else is known.",
    ),
    ErrorCode(
        "bad_fact_option", WrongUsage, "`--fact` does not hold a fact.", "Write it as `--fact NAME=VALUE`."
    ),
    ErrorCode("fact_given_twice", WrongUsage, "A fact is given twice.", "Give it once."),
    ErrorCode(
        "unknown_fact", WrongUsage, "The policy has no fact of this name.", "Give one that it declares."
    ),
    ErrorCode(
        "fact_of_every_case",
        WrongUsage,
        "It is part of every case, not a fact of the policy.",
        "Give it by its own option.",
    ),
    ErrorCode(
        "bad_fact",
        WrongUsage,
        "A fact holds what it cannot be, or is out of its bounds.",
        "Write it as the hint shows.",
    ),
    ErrorCode(
        "nothing_recommended",
        WrongUsage,
        "No rule recommends a gesture for the case.",
        "Choose one: `--kind` and `--amount`.",
    ),
    ErrorCode(
        "choose_kind", WrongUsage, "No rule matches, so the kind has to be chosen, too.", "Add `--kind`."
    ),
    ErrorCode("choose_amount", WrongUsage, "Nothing says how much the gesture is worth.", "Add `--amount`."),
    ErrorCode(
        "choose_amount_in_range",
        WrongUsage,
        "The policy leaves the amount to you, within a range.",
        "Add `--amount`.",
    ),
    ErrorCode(
        "missing_fact",
        WrongUsage,
        "The amount cannot be worked out: facts are missing.",
        "Give `--amount`, or record the facts.",
    ),
    ErrorCode(
        "kind_needs_item",
        WrongUsage,
        "Nothing says what is replaced, mended or sent again.",
        "Give `--item`, or record it when the case is opened: `--fact item=…`.",
    ),
    ErrorCode(
        "item_for_several",
        WrongUsage,
        "One item was given for several cases.",
        "Record the item in each case, or request case by case.",
    ),
    ErrorCode(
        "kind_without_item",
        WrongUsage,
        "A gesture of this kind has no item.",
        "Leave `--item` out, or choose a kind that has one.",
    ),
    ErrorCode(
        "kind_without_amount", WrongUsage, "A gesture of this kind has no amount.", "Leave `--amount` out."
    ),
    ErrorCode(
        "outside_range", Refused, "The amount is outside the range of the rule.", "Choose one within it."
    ),
    ErrorCode(
        "never",
        Refused,
        "The policy forbids this kind of gesture to this role.",
        "Choose another kind, or ask the role that may.",
    ),
    ErrorCode(
        "cap", Refused, "A cap of the policy leaves less than this.", "Choose what is left, or a later day."
    ),
    ErrorCode(
        "reason_not_in_policy",
        NotFound,
        "No rule of the policy names this reason; rules for every reason apply to it.",
        "Look at the reasons that it names: `followup policy show`",
    ),
    ErrorCode(
        "cap_unknown",
        Refused,
        "A cap is a percentage of a fact that the case lacks.",
        "Add the fact to the case, then ask again.",
    ),
    ErrorCode(
        "cooldown",
        Refused,
        "There was a gesture not long ago, and the policy wants a pause.",
        "Wait, or apologise without money.",
    ),
    ErrorCode(
        "overcompensation",
        Refused,
        "It is more than the policy gives on an order of this value.",
        "Choose what is left.",
    ),
    ErrorCode(
        "below_minimum", Refused, "The amount is below the smallest payout.", "An apology needs no money."
    ),
    ErrorCode("nothing_due", Refused, "The amount comes to nothing.", "An apology needs no money."),
    ErrorCode(
        "nobody_may_approve",
        Refused,
        "No role may approve this much.",
        "Choose less, or raise an authority in the policy.",
    ),
    ErrorCode(
        "note_too_short",
        Refused,
        "A gesture of this size needs a longer explanation.",
        "Say what happened and why it is right: `--because`.",
    ),
    ErrorCode(
        "approve_which",
        WrongUsage,
        "Approvals are named, or chosen with `--all-below`; one of the two.",
        "See what waits: `followup approval list`.",
    ),
    ErrorCode(
        "request_for_whom",
        WrongUsage,
        "Cases are named, or chosen with `--reason` and `--from`; one of the two.",
        "Name a case, or see who was hit: `--reason REASON --from DATE --dry-run`.",
    ),
    ErrorCode(
        "days_without_reason",
        WrongUsage,
        "`--from` and `--to` choose cases of a reason, and none is given.",
        "Leave them out, or give `--reason` instead of a case.",
    ),
    ErrorCode(
        "told_for_several",
        WrongUsage,
        "What a customer was told in person is noted on one case.",
        "Close the cases one by one, each with what its customer was told.",
    ),
    ErrorCode(
        "again_for_several",
        WrongUsage,
        "What is given again is meant for one case, for a reason of its own.",
        "Request it case by case.",
    ),
    ErrorCode(
        "several_declined",
        Refused,
        "Shown what would become of several, somebody said no. Nothing was changed.",
        "Leave out what is not right.",
    ),
    ErrorCode(
        "recommendation_changed",
        Refused,
        "The policy says something else of the gesture today than when it was requested: its case was "
        "corrected, or something else changed. Nothing was issued.",
        "Approve today's offer with `approval counter`, withdraw the request and ask anew, or mean it as "
        "requested: `--as-requested --because`.",
    ),
    ErrorCode(
        "phone_not_known",
        Refused,
        "A call was to be promised, and there is no number. Nothing was requested.",
        "Ask them: `customer set EMAIL --phone NUMBER`, or `gesture request CASE --phone NUMBER`.",
    ),
    ErrorCode(
        "address_not_known",
        Refused,
        "Something was to be sent by post, and there is no address. Nothing was requested.",
        "Ask them: `customer set EMAIL --address TEXT`, or `gesture request CASE --address TEXT`.",
    ),
    ErrorCode(
        "reach_for_several",
        WrongUsage,
        "A telephone number or an address was given for gestures of several customers.",
        "Record them first: `customer set EMAIL --phone NUMBER --address TEXT`.",
    ),
    ErrorCode(
        "repeated_gesture",
        Refused,
        "The case or its order was given such a gesture, so this looks like a repetition. Nothing was given.",
        "If it is meant: `--again --because`. Limits count both together.",
    ),
    ErrorCode(
        "repeated_again",
        Refused,
        "It was given again for this very reason, so this looks like the same command sent twice.",
        "Say in other words what it is for: `--again --because`.",
    ),
    ErrorCode(
        "already_given",
        Refused,
        "The case was given what the rule says is owed.",
        "More is goodwill: give `--kind` and a larger `--amount`.",
    ),
    ErrorCode(
        "paid_with_another",
        Refused,
        "The amount was kept, and another gesture pays it, so it cannot be taken back by itself.",
        "Take back the gesture that pays it first.",
    ),
    ErrorCode(
        "kept_not_held",
        Refused,
        "The amount is below the smallest payout and is kept, so there is no money to hold.",
        "Leave `--hold` out.",
    ),
    ErrorCode(
        "rule_used_up",
        Refused,
        "The case was given as much as the rule gives for one case.",
        "Another amount is your decision: give `--kind` and `--amount`.",
    ),
    ErrorCode(
        "already_done",
        Refused,
        "The ledger has this entry for the gesture.",
        "Nothing has to be done: it is recorded once.",
    ),
    ErrorCode(
        "budget_exhausted",
        Refused,
        "The budget has less left than the gesture needs.",
        "Choose less, or have the budget adjusted.",
    ),
    ErrorCode(
        "approval_pending",
        Refused,
        "The gesture waits for approval.",
        "Whoever may: `followup approval approve`.",
    ),
    ErrorCode(
        "not_payable",
        Refused,
        "A gesture of this kind is redeemed, not paid.",
        "`followup voucher redeem CODE`",
    ),
    ErrorCode(
        "no_money",
        Refused,
        "The gesture is worth no money, so nothing is paid.",
        "See: `followup gesture show GESTURE`.",
    ),
    ErrorCode(
        "void_without_reason", WrongUsage, "Taking a gesture back needs its reason.", "Say it: `--because`."
    ),
    ErrorCode(
        "void_needs_manager",
        Refused,
        "The gesture was paid; only a manager who did not request it may take it back.",
        "Ask one.",
    ),
    ErrorCode(
        "no_approval_needed",
        NotFound,
        "The gesture needed no approval.",
        "See what waits: `followup approval list`.",
    ),
    ErrorCode(
        "approval_expired", Refused, "Nobody decided in time.", "Ask again: `followup gesture request CASE`."
    ),
    ErrorCode("self_approval", Refused, "Nobody decides their own request.", "Ask somebody else."),
    ErrorCode(
        "not_yours",
        Refused,
        "Only who made a request can withdraw it.",
        "Decide it instead: `followup approval reject`.",
    ),
    ErrorCode(
        "authority_exceeded",
        Refused,
        "It is above what your role may approve.",
        "Pass it on to the role that the message names.",
    ),
    ErrorCode(
        "authority_of_day_used",
        Refused,
        "It is more than you may still give or approve today.",
        "Decide it tomorrow, or pass it on.",
    ),
    ErrorCode(
        "rejection_without_reason",
        WrongUsage,
        "A rejection needs its reason.",
        "Say it to the agent: `--because`.",
    ),
    ErrorCode(
        "counter_offer_without_reason",
        WrongUsage,
        "A counter-offer needs its reason.",
        "Say it to the agent: `--because`.",
    ),
    ErrorCode(
        "counter_offer_unchanged",
        WrongUsage,
        "A counter-offer names neither an amount nor a kind.",
        "Give `--amount` or `--kind`.",
    ),
    ErrorCode(
        "nothing_countered",
        WrongUsage,
        "The counter-offer is what was asked.",
        "Grant it: `followup approval approve`.",
    ),
)
