"""Failures of goodwill: the policy, gestures, approvals, vouchers, budgets."""

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
    ErrorCode(
        "bad_code",
        WrongUsage,
        "The code of a voucher is mistyped.",
        "Read it again; codes have no 0, 1, I, L or O.",
    ),
    ErrorCode(
        "unknown_voucher",
        NotFound,
        "The code is well formed, but nobody here issued it.",
        "Check where it comes from.",
    ),
    ErrorCode(
        "gesture_without_code",
        NotFound,
        "The gesture has no code.",
        "See those that have: `followup gesture list --state issued`.",
    ),
    ErrorCode(
        "wrong_key", InvalidFile, "The voucher was made with another secret key.", "Put the right key back."
    ),
    ErrorCode("voucher_redeemed", Refused, "The voucher is used up.", "See: `followup voucher show CODE`."),
    ErrorCode(
        "voucher_expired", Refused, "The voucher's last day is over.", "Give a new gesture if that is right."
    ),
    ErrorCode("voucher_void", Refused, "The voucher was taken back.", "See: `followup voucher show CODE`."),
    ErrorCode(
        "voucher_exhausted", Refused, "The voucher has less left than was asked for.", "Redeem what is left."
    ),
    ErrorCode(
        "redemption_in_other_currency",
        WrongUsage,
        "The amount is not in the voucher's currency.",
        "Give it in that currency.",
    ),
    ErrorCode(
        "nothing_redeemed",
        Refused,
        "The voucher has no redemption to roll back.",
        "See: `followup voucher show CODE`.",
    ),
    ErrorCode("bad_csv", InvalidFile, "The file of redemptions is not CSV.", "Save it as CSV in UTF-8."),
    ErrorCode(
        "missing_column",
        InvalidFile,
        "The file of redemptions has no column code.",
        "Name the columns in its first line.",
    ),
    ErrorCode(
        "bad_redemptions",
        InvalidFile,
        "Lines of the file of redemptions cannot be used. Nothing was imported.",
        "Mend the lines that the message names.",
    ),
    ErrorCode(
        "no_budget_covers",
        Refused,
        "There are budgets, and none covers this goodwill.",
        "Correct the agent's team, make a budget that covers it, or set `goodwill_without_budget`.",
    ),
    ErrorCode("unknown_budget", NotFound, "There is no budget of this name.", "See: `followup budget list`."),
    ErrorCode(
        "no_change_to_budget",
        WrongUsage,
        "Nothing of the budget is to change.",
        "Give `--name`, `--scope`, `--limit` or `--period`.",
    ),
    ErrorCode(
        "scope_and_none",
        WrongUsage,
        "`--scope` and `--no-scope` were given together.",
        "Give one of them.",
    ),
    ErrorCode(
        "budget_exists", Refused, "There is a budget of this name.", "See it: `followup budget show NAME`."
    ),
    ErrorCode(
        "bad_budget_name",
        WrongUsage,
        "This cannot be the name of a budget.",
        "Use small letters, digits and hyphens.",
    ),
    ErrorCode(
        "bad_scope", WrongUsage, "This is not a scope of a budget.", "Write field=value, as team=north."
    ),
    ErrorCode(
        "bad_carry_over",
        WrongUsage,
        "A budget for once has no next period to carry anything over to.",
        "Leave `--carry-over` out.",
    ),
    ErrorCode(
        "no_point_value",
        WrongUsage,
        "The policy does not say what a loyalty point is worth.",
        'Write it at the top of `policy.toml`: `point_value = "0.01"`.',
    ),
    ErrorCode(
        "no_whole_points",
        WrongUsage,
        "The amount is no whole number of points.",
        "Choose one of the amounts that the message names.",
    ),
    ErrorCode(
        "period_in_use",
        Refused,
        "Something was drawn from the budget already, so its figures are those of periods of this length.",
        "Make another budget with the periods you want, and stop this one: "
        "`followup budget adjust NAME --limit 0 --from-next --because …`.",
    ),
    ErrorCode(
        "bad_period",
        WrongUsage,
        "A period is written wrongly, or does not go with what else was given.",
        "Write it as the hint shows.",
    ),
    ErrorCode(
        "unknown_budget_period",
        WrongUsage,
        "This is not a length of the periods of a budget.",
        "Give one that the hint lists.",
    ),
    ErrorCode(
        "no_next_period", WrongUsage, "A budget for once has no next period.", "Leave `--from-next` out."
    ),
    ErrorCode(
        "unknown_period",
        NotFound,
        "The budget was made after this period.",
        "See: `followup budget show NAME`.",
    ),
    ErrorCode(
        "period_over",
        Refused,
        "The period is over, and keeps the limit it had.",
        "Change this period or a coming one.",
    ),
    ErrorCode(
        "nothing_to_change",
        WrongUsage,
        "Nothing of the budget is to change.",
        "Give `--limit`, `--soft` or `--hard`.",
    ),
    ErrorCode(
        "adjustment_without_reason",
        WrongUsage,
        "An adjustment of a budget needs its reason.",
        "Say it: `--because`.",
    ),
    ErrorCode(
        "limit_below_use",
        Refused,
        "The new limit is below what is held, committed or spent.",
        "Give at least that, or `--from-next`.",
    ),
)
