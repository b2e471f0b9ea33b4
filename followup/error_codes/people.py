"""Failures about people and cases: agents, customers, suppressions, erasure, cases, practice."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, NotFound, Refused, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "agent_exists",
        Refused,
        "There is an agent with this address.",
        "Change them: `followup agent set EMAIL`.",
    ),
    ErrorCode(
        "mistake_without_reason",
        WrongUsage,
        "A case is taken out of what counts with a reason.",
        'Say it: `--because "…"`.',
    ),
    ErrorCode(
        "mistake_with_outcome",
        WrongUsage,
        "A case that was logged by mistake has no outcome.",
        "Give `--outcome` or `--mistake`.",
    ),
    ErrorCode(
        "mistake_given",
        Refused,
        "The customer was given something in the case, and it was not taken back.",
        "Take it back first: `followup gesture void GESTURE --because …`.",
    ),
    ErrorCode(
        "customer_is_already",
        WrongUsage,
        "The case is this customer's already.",
        "To correct their name or address: `followup customer set EMAIL`.",
    ),
    ErrorCode(
        "customer_knows",
        Refused,
        "The case was written about with its customer, so it cannot become somebody else's: two people must "
        "not read of each other.",
        "Log it for the right one (`followup case open`) and take this one out "
        "(`followup case close CASE --mistake --because …`).",
    ),
    ErrorCode(
        "customer_has_gesture",
        Refused,
        "A gesture with money was worked out for the customer of the case, and is personal.",
        "Within the grace time, `followup case undo CASE`; after it, the commands that the hint names, in "
        "their order: take each back, correct the customer, and request it again.",
    ),
    ErrorCode(
        "name_without_customer",
        WrongUsage,
        "`--name` was given without `--customer`.",
        "The name of a customer is corrected with `followup customer set EMAIL --name …`.",
    ),
    ErrorCode(
        "unknown_note",
        NotFound,
        "The case has no note with this number.",
        "See them: `followup case show CASE`.",
    ),
    ErrorCode(
        "note_of_customer",
        Refused,
        "What a customer wrote stays as it is.",
        "Write a note of your own beside it.",
    ),
    ErrorCode(
        "owner_inactive",
        Refused,
        "The agent is no longer active, so no case can be theirs.",
        "Name somebody else: `followup agent list`.",
    ),
    ErrorCode(
        "handover_to_self",
        WrongUsage,
        "Somebody was to hand cases over to themselves.",
        "Name a colleague with `--to`.",
    ),
    ErrorCode(
        "not_their_case",
        Refused,
        "A case that was to be handed over is somebody else's.",
        "Hand it over from its owner, whom `followup case show` names.",
    ),
    ErrorCode("login_taken", Refused, "The login belongs to another agent.", "Take it from them first."),
    ErrorCode("self_promotion", Refused, "Nobody gives themselves a higher role.", "Ask somebody else to."),
    ErrorCode(
        "own_role",
        Refused,
        "Nobody takes themselves off the role that the database knows them by.",
        "Ask somebody else to.",
    ),
    ErrorCode(
        "unknown_customer",
        NotFound,
        "There is no customer with this address.",
        "Add them: `followup customer add`, or give `--name` to `case open`. If the address was corrected, "
        "the message names the new one.",
    ),
    ErrorCode(
        "customer_exists",
        Refused,
        "The address is that of another customer.",
        "See: `followup customer show EMAIL`.",
    ),
    ErrorCode(
        "customer_erased",
        Refused,
        "The customer was erased; nothing is kept of them.",
        "Take them in anew: `followup customer add`.",
    ),
    ErrorCode(
        "bad_region",
        WrongUsage,
        "This is not a region whose public holidays are known.",
        "Give a country or its part, as GB or GB-ENG.",
    ),
    ErrorCode(
        "bad_segment", WrongUsage, "This cannot be a segment.", "Use small letters, digits and hyphens."
    ),
    ErrorCode(
        "unknown_consent",
        WrongUsage,
        "This is not a consent that a new customer can give.",
        "The only one is marketing.",
    ),
    ErrorCode(
        "bad_consent_change",
        WrongUsage,
        "This is not a consent that can be set.",
        "Give marketing, or none to withdraw it.",
    ),
    ErrorCode(
        "same_customer", Refused, "Both addresses are one customer's.", "See: `followup customer show EMAIL`."
    ),
    ErrorCode(
        "merge_of_erased",
        Refused,
        "One of the two customers was erased.",
        "Name two customers who are there.",
    ),
    ErrorCode(
        "merge_without_reason",
        WrongUsage,
        "Merging two customers needs its reason.",
        "Say how you know that they are one: `--because`.",
    ),
    ErrorCode(
        "erase_whom",
        WrongUsage,
        "Neither an address nor `--expired` was given, or both.",
        "Give one of them.",
    ),
    ErrorCode(
        "erasure_without_reason", WrongUsage, "Erasing a customer needs its reason.", "Say it: `--because`."
    ),
    ErrorCode(
        "key_for_several",
        WrongUsage,
        "`--key` is for one customer, not for `--expired`.",
        "Leave it out: nobody is erased twice.",
    ),
    ErrorCode(
        "not_confirmed",
        WrongUsage,
        "An erasure cannot be undone, and nobody said that it is meant.",
        "Add `--yes`.",
    ),
    ErrorCode(
        "answered_no",
        Refused,
        "Asked whether it is meant, somebody said no.",
        "See what it would do: `--dry-run`.",
    ),
    ErrorCode(
        "no_retention",
        Refused,
        "retention_days is not set, so nobody is kept too long.",
        "Set it; see [settings.md](settings.md).",
    ),
    ErrorCode(
        "email_in_doubt",
        Refused,
        "An email to the customer may or may not have gone out.",
        "Say it first: `followup outbox resolve EMAIL`.",
    ),
    ErrorCode(
        "email_under_way",
        Refused,
        "An email to the customer is being handed over just now.",
        "Try again in a minute.",
    ),
    ErrorCode(
        "gesture_owed",
        Refused,
        "The customer is owed a gesture that is not paid.",
        "Pay it, or take it back, first.",
    ),
    ErrorCode(
        "file_stays",
        Refused,
        "A file about the customer cannot be removed, so nobody was erased.",
        "Check who owns it, then erase again.",
    ),
    ErrorCode(
        "not_suppressed",
        NotFound,
        "The address is not suppressed.",
        "See who is: `followup suppression list`.",
    ),
    ErrorCode(
        "suppress_whom", WrongUsage, "Neither an address nor `--token` alone was given.", "Give one of them."
    ),
    ErrorCode(
        "unknown_cause",
        WrongUsage,
        "This is not a cause for which email comes back.",
        "Give one of the words that the hint lists.",
    ),
    ErrorCode(
        "suppression_of_whom",
        WrongUsage,
        "Neither an address nor a cause was given whose suppressions to remove, or both were.",
        "Name the address, or give `--cause` and `--since`.",
    ),
    ErrorCode(
        "suppression_without_reason",
        WrongUsage,
        "Suppressing an address needs its reason.",
        "Say it: `--because`.",
    ),
    ErrorCode(
        "suppressed_as_erased",
        WrongUsage,
        "Only forgetting a customer suppresses as erased.",
        "Give another `--reason`.",
    ),
    ErrorCode(
        "bad_token",
        Refused,
        "A token to unsubscribe is none of ours, or was changed.",
        "Pass on all of it, as it stands after ?token=.",
    ),
    ErrorCode(
        "customer_of_token_gone",
        NotFound,
        "The customer of a token is no longer known.",
        "Nothing has to be done: nobody is left to write to.",
    ),
    ErrorCode(
        "case_exists",
        Refused,
        "A case with this external id is recorded.",
        "Look it up: `followup case list --external-id ID`.",
    ),
    ErrorCode(
        "case_repeated",
        Refused,
        "A case of this customer with the same order, or lately with the same reason, is recorded. Nothing "
        "was saved.",
        "Go on with that one; if this is another: `--again --because`.",
    ),
    ErrorCode(
        "case_repeated_again",
        Refused,
        "It was logged again for this very reason, so this looks like the same command sent twice.",
        "Say in other words what it is for: `--again --because`.",
    ),
    ErrorCode(
        "case_undone",
        Refused,
        "The case was taken back, so nothing of it can be changed.",
        "Log it again if it happened: `followup case open`.",
    ),
    ErrorCode(
        "undo_too_late",
        Refused,
        "The grace time of the case is over, or it is not open any more.",
        "Void its gestures, then close it: `followup gesture void`, `followup case close`.",
    ),
    ErrorCode(
        "undo_given",
        Refused,
        "Something of the case was paid or redeemed.",
        "Void the gesture, then close the case.",
    ),
    ErrorCode(
        "undo_told",
        Refused,
        "An email about the case has reached the customer, or may have.",
        "Write to them what is right, then close the case.",
    ),
    ErrorCode(
        "case_closed", Refused, "The case is closed.", "Open it again first: `followup case reopen CASE`."
    ),
    ErrorCode(
        "closed_otherwise",
        Refused,
        "The case is closed with another outcome.",
        "Open it again first: `followup case reopen CASE`.",
    ),
    ErrorCode(
        "closed_already", Refused, "The case is closed.", "See how it ended: `followup case show CASE`."
    ),
    ErrorCode(
        "unknown_severity",
        WrongUsage,
        "This is not a severity.",
        "Give one of the words that the hint lists.",
    ),
    ErrorCode(
        "unknown_responsibility",
        WrongUsage,
        "This is not a responsibility.",
        "Give one of the words that the hint lists.",
    ),
    ErrorCode(
        "unknown_feeling", WrongUsage, "This is not a feeling.", "Give one of the words that the hint lists."
    ),
    ErrorCode(
        "unknown_channel", WrongUsage, "This is not a channel.", "Give one of the words that the hint lists."
    ),
    ErrorCode(
        "unknown_status",
        WrongUsage,
        "This is not a status of a case.",
        "Give one of the words that the hint lists.",
    ),
    ErrorCode(
        "unknown_outcome",
        WrongUsage,
        "This is not an outcome of a case.",
        "Give one of the words that the hint lists.",
    ),
    ErrorCode(
        "not_their_words",
        WrongUsage,
        "The quotation is not part of what the customer said.",
        "Give words as they stand in `--verbatim`; an ellipsis (…) marks what you leave out.",
    ),
    ErrorCode(
        "no_change_to_case",
        WrongUsage,
        "Nothing of the case is to change.",
        "Say what: `followup case set --help`.",
    ),
    ErrorCode(
        "two_owners",
        WrongUsage,
        "`--mine` and `--owner` were given together.",
        "Give one of them.",
    ),
    ErrorCode(
        "needs_person_with_filter",
        WrongUsage,
        "`--needs-person` goes with `--mine` or `--owner` alone.",
        "Leave the other filters out.",
    ),
    ErrorCode("note_empty", WrongUsage, "The note is empty.", "Give the text, or - to read standard input."),
    ErrorCode("note_of_two_kinds", WrongUsage, "One note is to be of two kinds.", "Write one note for each."),
    ErrorCode(
        "unknown_exercise",
        NotFound,
        "There is no exercise of this name.",
        "See them: `followup coach --list`.",
    ),
    ErrorCode(
        "no_key",
        WrongUsage,
        "A round of practice takes no `--key`, because its answer quotes the reply.",
        "Leave the key out.",
    ),
    ErrorCode(
        "no_exercise",
        NotFound,
        "There is no exercise in this language.",
        "Choose another with `--language`, or write your own.",
    ),
    ErrorCode(
        "bad_exercise",
        InvalidFile,
        "The file of an exercise has mistakes.",
        "Mend the lines that the message names.",
    ),
    ErrorCode(
        "not_a_call",
        WrongUsage,
        "The customer of the exercise can be answered in writing.",
        "Write the reply.",
    ),
)
