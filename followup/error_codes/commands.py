"""Failures of any command: how it is called, the text it is given, who acts, the files it writes."""

from followup.error_codes.entry import ErrorCode
from followup.errors import FollowupError, NotFound, Refused, Unreachable, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "bug",
        FollowupError,
        "A mistake in followup. Nothing half done is kept.",
        "Report it with the message and the command.",
    ),
    ErrorCode(
        "wrong_usage",
        WrongUsage,
        "The command does not exist, or does not take what it was given.",
        "See its `--help`.",
    ),
    ErrorCode(
        "missing",
        WrongUsage,
        "Something that has to be given is missing, or was to be taken out.",
        "Give it; the hint names the option.",
    ),
    ErrorCode(
        "one_flag_for_several",
        WrongUsage,
        "A case is logged for several customers, with a flag that says something of one of them.",
        "Log that customer's case by itself.",
    ),
    ErrorCode(
        "dry_run_of_one_case",
        WrongUsage,
        "`case open --dry-run` previews a case of several customers.",
        "Name them with `--customers`.",
    ),
    ErrorCode("empty", WrongUsage, "A text that has to say something is empty.", "Give the text."),
    ErrorCode(
        "too_long",
        WrongUsage,
        "A text is longer than 200 characters on one line, or 20,000 on several.",
        "Shorten it, or put the rest into a note.",
    ),
    ErrorCode(
        "control_character",
        WrongUsage,
        "A line break or another control character in what is one line.",
        "Give it on one line.",
    ),
    ErrorCode(
        "not_utf8",
        WrongUsage,
        "What was typed is not UTF-8 text.",
        "Type it again, or set the terminal to UTF-8.",
    ),
    ErrorCode("bad_address", WrongUsage, "This is not an email address.", "Write it as name@domain."),
    ErrorCode("bad_date", WrongUsage, "This is not a date.", "Write it as 2026-11-23."),
    ErrorCode("last_day_before_first", WrongUsage, "`--to` is before `--from`.", "Exchange the two days."),
    ErrorCode(
        "sign_of_several",
        WrongUsage,
        "The sign before the amount stands for more than one currency of the workspace.",
        "Write the code of the currency instead, such as `80.00 USD`.",
    ),
    ErrorCode(
        "two_amounts",
        WrongUsage,
        "The amount can be read in two ways: 1.250 is a thousand to some and a little over one to others.",
        "Write it without a separator of thousands.",
    ),
    ErrorCode(
        "foreign_amount",
        WrongUsage,
        "The amount carries the sign or the code of another currency.",
        "Give it in the currency that the message names.",
    ),
    ErrorCode(
        "two_dates",
        WrongUsage,
        "The date may mean two days: 3/4 is in April or in March, by the country.",
        "Write it as 2026-11-23.",
    ),
    ErrorCode(
        "nothing_to_find",
        WrongUsage,
        "`case find` has no text to look for, and no filter.",
        "Give what you know: a reference, an order, a name, a phone number, a word.",
    ),
    ErrorCode("future_date", WrongUsage, "The date lies in the future.", "Give today or a day before."),
    ErrorCode("date_not_ahead", WrongUsage, "The date is not ahead.", "Give a day after today."),
    ErrorCode(
        "bad_timezone", WrongUsage, "This is not a time zone.", "Give one of the IANA list, as Europe/London."
    ),
    ErrorCode(
        "bad_locale",
        WrongUsage,
        "This is not a locale that is known.",
        "Give a language with a country, as en-GB.",
    ),
    ErrorCode(
        "bad_amount",
        WrongUsage,
        "An amount is written wrongly, or cannot be meant.",
        "Write digits and a point, as 12.50.",
    ),
    ErrorCode("unknown_currency", WrongUsage, "This is not a currency.", "Give an ISO 4217 code, as GBP."),
    ErrorCode(
        "two_currencies",
        WrongUsage,
        "Amounts in two currencies were to be added or compared.",
        "Give both in one currency.",
    ),
    ErrorCode(
        "unknown_kind",
        WrongUsage,
        "This is not a kind of gesture, or of inbound email.",
        "Give one of the kinds that the hint lists.",
    ),
    ErrorCode(
        "unknown_class", WrongUsage, "This is not a class of gestures.", "Give corrective or goodwill."
    ),
    ErrorCode(
        "unknown_state",
        WrongUsage,
        "This is not a state that is known here.",
        "Give one of the states that the hint lists.",
    ),
    ErrorCode(
        "unknown_role", WrongUsage, "This is not a role.", "Give one of the roles that the hint lists."
    ),
    ErrorCode(
        "unknown_reason",
        WrongUsage,
        "This is not a reason to suppress an address.",
        "Give one of the reasons that the hint lists.",
    ),
    ErrorCode(
        "bad_reason",
        WrongUsage,
        "This is not the name of a reason.",
        "Use small letters, digits and hyphens, as late-delivery.",
    ),
    ErrorCode(
        "bad_reference",
        WrongUsage,
        "This is not a reference, or one to something else.",
        "Write it as C-0012; the hint names the list.",
    ),
    ErrorCode(
        "not_found",
        NotFound,
        "There is nothing with this reference.",
        "See what there is; the hint names the list.",
    ),
    ErrorCode(
        "illegal_state",
        Refused,
        "It is in a state in which this cannot be done.",
        "See what happened to it; the hint says how.",
    ),
    ErrorCode(
        "unknown_actor",
        WrongUsage,
        "Nobody knows who acts, and only an agent may do this.",
        "Say it with `--as EMAIL`, or add yourself: `followup agent add`.",
    ),
    ErrorCode(
        "unknown_team",
        NotFound,
        "No agent is in the team that was named, which may be a slip of a known one.",
        "Take the known one, or say that it is another with `--new-team`.",
    ),
    ErrorCode(
        "unknown_agent",
        NotFound,
        "Nobody who works here has this address.",
        "See who there is: `followup agent list`.",
    ),
    ErrorCode(
        "inactive_agent",
        WrongUsage,
        "The agent who acts is no longer active.",
        "Make them active: `followup agent set EMAIL --active`.",
    ),
    ErrorCode(
        "other_agent",
        Refused,
        "The database knows you as somebody else than `--as` says.",
        "Leave out `--as`, or connect with another role.",
    ),
    ErrorCode(
        "right_needed",
        Refused,
        "The role of the agent who acts does not have the right to this.",
        "Ask somebody who has it: `followup agent show` says what you may do, and the hint who may.",
    ),
    ErrorCode(
        "role_above_own",
        Refused,
        "An agent gives roles up to their own.",
        "Ask somebody with a higher role.",
    ),
    ErrorCode(
        "unknown_shell",
        WrongUsage,
        "There is no completion for this shell.",
        "Name bash, zsh or fish: `followup completion bash`.",
    ),
    ErrorCode("manager_needed", Refused, "Only a manager may do this.", "Ask one."),
    ErrorCode(
        "key_conflict",
        Refused,
        "The `--key` was used before, for something else.",
        "Use a new key for a new change.",
    ),
    ErrorCode(
        "erased",
        Refused,
        "The `--key` was used for somebody who was erased since.",
        "The change was made once. Use a new key for a new one.",
    ),
    ErrorCode("no_editor", WrongUsage, "No editor is set.", "Set EDITOR, or give the text in another way."),
    ErrorCode(
        "editor_not_started",
        WrongUsage,
        "The program that VISUAL or EDITOR names cannot be started.",
        "Set EDITOR to a program that is installed, or give the text in another way.",
    ),
    ErrorCode(
        "editor_left_with_error",
        WrongUsage,
        "The editor left with an error, so nothing was changed.",
        "Save the text and leave the editor without an error.",
    ),
    ErrorCode(
        "text_unreadable",
        WrongUsage,
        "A file that holds a text cannot be read.",
        "Name a file that you may read.",
    ),
    ErrorCode("no_file", NotFound, "A file that was named is not there.", "Check its name and folder."),
    ErrorCode(
        "folder_missing",
        NotFound,
        "The folder that a file is to be written to is not there.",
        "Make it, or choose another.",
    ),
    ErrorCode(
        "file_exists",
        Refused,
        "There is a file of this name, and nothing is overwritten.",
        "Choose another name.",
    ),
    ErrorCode(
        "cannot_write", Refused, "A file cannot be written where it is to be.", "Choose another place."
    ),
    ErrorCode(
        "file",
        Refused,
        "A file cannot be used, for a reason the system gives.",
        "Check that it exists and who may read or write it.",
    ),
    ErrorCode(
        "disk_full",
        Unreachable,
        "There is no room for what is to be written. Nothing was changed.",
        "Free some space, then run the same command again.",
    ),
)
