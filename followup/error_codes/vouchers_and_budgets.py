"""Failures of vouchers and budgets."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, NotFound, Refused, WrongUsage

ERROR_CODES = (
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
