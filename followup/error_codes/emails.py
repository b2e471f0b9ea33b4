"""Failures of emails: templates, sequences, the outbox, the mail server, and what comes back."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, NotFound, Refused, Unreachable, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "bad_template",
        InvalidFile,
        "A template cannot be read as one.",
        "Mend the line that the message names; see [emails.md](emails.md).",
    ),
    ErrorCode(
        "template_fails",
        InvalidFile,
        "A template asks for what this email does not have.",
        "Mend the line that the message names; see [emails.md](emails.md).",
    ),
    ErrorCode(
        "template_unreadable",
        InvalidFile,
        "The file of a template cannot be read.",
        "Put it back, or check who owns it.",
    ),
    ErrorCode(
        "unknown_template",
        NotFound,
        "A template that is named, here or in a sequence, is not there.",
        "Put it back, or name another in the sequence.",
    ),
    ErrorCode(
        "retry_all_with_one",
        WrongUsage,
        "`outbox retry --all` stands for many emails, and one was named besides.",
        "Leave out the email and the other flags; see first: `followup outbox retry --all --dry-run`.",
    ),
    ErrorCode(
        "unknown_retry_reason",
        WrongUsage,
        "This is no reason for which an email fails or comes back.",
        "Give one of the reasons that the hint lists.",
    ),
    ErrorCode(
        "reason_without_all",
        WrongUsage,
        "`--reason` and `--since` choose among many emails, and `--all` is missing.",
        "As: `followup outbox retry --all --reason sender --dry-run`.",
    ),
    ErrorCode(
        "no_template_to_lint",
        NotFound,
        "None of the templates to be read by the lint has this name.",
        "See them: `followup template list`.",
    ),
    ErrorCode(
        "template_twice",
        InvalidFile,
        "A template stands twice: in the folder of its language, and with the language in its name.",
        "Keep the file that emails are to be written from, and delete the other.",
    ),
    ErrorCode(
        "invalid_language",
        InvalidFile,
        "The words.toml of a language has mistakes.",
        "Mend the line that the message names; see [emails.md](emails.md).",
    ),
    ErrorCode(
        "invalid_wording",
        InvalidFile,
        "The lint.toml of a language has mistakes.",
        "Mend the line that the message names; see [emails.md](emails.md).",
    ),
    ErrorCode(
        "invalid_country_words",
        InvalidFile,
        "The file of a country, such as de/de-CH.toml, has mistakes.",
        "Mend the line that the message names; see [emails.md](emails.md).",
    ),
    ErrorCode(
        "invalid_gate",
        InvalidFile,
        "The gate.toml of a language has mistakes.",
        "Mend the line that the message names; see [emails.md](emails.md).",
    ),
    ErrorCode(
        "bad_include",
        InvalidFile,
        "A template includes a file from elsewhere.",
        "Include only files of the folder partials/.",
    ),
    ErrorCode(
        "bad_email_length",
        InvalidFile,
        "An email's subject or text comes out empty or too long.",
        "Let the template say something short in every case.",
    ),
    ErrorCode(
        "bad_link",
        InvalidFile,
        "A link of an email cannot be followed.",
        "Let it begin with https:// or mailto:; check the settings.",
    ),
    ErrorCode(
        "insincere",
        InvalidFile,
        "Emails would be held for what the lint finds in them.",
        "Mend the templates, or the cases: `followup template preview CASE`.",
    ),
    ErrorCode("watch_as_json", WrongUsage, "`--watch` and `--json` exclude each other.", "Give one of them."),
    ErrorCode(
        "html_not_written",
        WrongUsage,
        "The file for the preview cannot be written.",
        "Name another with `--html`.",
    ),
    ErrorCode(
        "customer_address",
        Refused,
        "The address to send to is a customer's.",
        "Give the address of somebody who works here.",
    ),
    ErrorCode(
        "unusable_address", WrongUsage, "No email can be sent to this address.", "Write it as name@domain."
    ),
    ErrorCode(
        "bad_message_id", WrongUsage, "This is not a Message-ID.", "It is <something@domain>, without spaces."
    ),
    ErrorCode(
        "bad_unsubscribe_link",
        WrongUsage,
        "The link to unsubscribe cannot be followed.",
        "Check unsubscribe_url and reply_to.",
    ),
    ErrorCode(
        "bad_sequences", InvalidFile, "sequences.toml has mistakes.", "Mend the lines that the message names."
    ),
    ErrorCode(
        "bad_delay",
        InvalidFile,
        "This is not a delay.",
        'Write a whole number and a unit, as "3 business days".',
    ),
    ErrorCode(
        "unknown_time_unit",
        InvalidFile,
        "A delay has a unit of time that is not known.",
        "Give one of the units that the hint lists.",
    ),
    ErrorCode(
        "delay_too_long",
        InvalidFile,
        "A delay is longer than a step can wait.",
        "Give at most what the hint names.",
    ),
    ErrorCode(
        "unknown_sequence",
        NotFound,
        "There is no sequence of this name.",
        "See them: `followup sequence list`.",
    ),
    ErrorCode(
        "unknown_step",
        NotFound,
        "The sequence has no step of this number.",
        "See its steps: `followup sequence show NAME`.",
    ),
    ErrorCode(
        "not_enrolled", Refused, "The case is in no sequence.", "See: `followup sequence timeline CASE`."
    ),
    ErrorCode(
        "cannot_enrol",
        Refused,
        "The case cannot be enrolled, for the reason that the message gives.",
        "See: `followup sequence timeline CASE`.",
    ),
    ErrorCode(
        "enrolment_without_reason",
        WrongUsage,
        "The case is not enrolled by itself.",
        "Say why it is right all the same: `--because`.",
    ),
    ErrorCode(
        "nothing_to_come", Refused, "No email of the case is to come.", "Say which to look at: `--step`."
    ),
    ErrorCode(
        "no_email_named",
        WrongUsage,
        "The command needs one email, or `--all`, or `--went-to-files`.",
        "Give its reference, as E-0012.",
    ),
    ErrorCode(
        "not_to_a_customer",
        Refused,
        "The email is to a colleague, so no customer's address applies to it.",
        "Send it again without `--to-current-address`.",
    ),
    ErrorCode(
        "address_unchanged",
        Refused,
        "The email went to the address that the customer has now.",
        "Correct the address first: `followup customer set ADDRESS --email NEW`.",
    ),
    ErrorCode(
        "new_address_suppressed",
        Refused,
        "The address that the customer has now must not be written to.",
        "See why: `followup suppression list`.",
    ),
    ErrorCode(
        "nothing_to_preview",
        WrongUsage,
        "`--dry-run` was given with a single email.",
        "Leave it out, or see the email with `followup outbox why`.",
    ),
    ErrorCode(
        "files_not_meant",
        Refused,
        "No mail server is set here, and emails of this database went to one before.",
        "Set FOLLOWUP_SMTP_URL or smtp_url; if files are meant, set mail_to_files. What went to files by "
        "mistake is sent with `followup outbox retry --went-to-files`.",
    ),
    ErrorCode(
        "letter_to_colleague",
        Refused,
        "The email is to a colleague, and only letters to customers are edited.",
        "Change its template, in the folder templates/ of the workspace.",
    ),
    ErrorCode(
        "letter_changed",
        Refused,
        "The words of the letter have changed while they were being edited.",
        "See them, and change them again: `followup outbox edit EMAIL`.",
    ),
    ErrorCode(
        "subject_kept",
        Refused,
        "The letter follows one that was sent, so it keeps its subject: mail programs show both together.",
        "Leave the line that begins with `Subject:` as it is.",
    ),
    ErrorCode(
        "not_edited",
        Refused,
        "Nobody has edited the letter, so there is nothing to drop.",
        "Edit it: `followup outbox edit EMAIL`.",
    ),
    ErrorCode(
        "edited_text_empty",
        WrongUsage,
        "The edited letter has no subject or no text.",
        "Write a line that begins with `Subject:`, an empty line, and the text below it.",
    ),
    ErrorCode(
        "edited_text_too_long",
        WrongUsage,
        "The edited letter is longer than a letter may be.",
        "Shorten it: a letter that is read has 50 to 125 words.",
    ),
    ErrorCode(
        "drop_with_text",
        WrongUsage,
        "`outbox edit --drop` takes no text.",
        "Give `--drop` or `--file`, not both.",
    ),
    ErrorCode(
        "no_terminal_to_edit",
        WrongUsage,
        "There is no terminal on which an editor could be opened.",
        "Give the words: `followup outbox edit EMAIL --file FILE`, or `--file -` for standard input.",
    ),
    ErrorCode(
        "email_not_held",
        Refused,
        "The email is not held, so it cannot be released.",
        "See what it waits for: `followup outbox why EMAIL`.",
    ),
    ErrorCode(
        "email_not_right",
        Refused,
        "The email would say what is not right any more, so it is not restored.",
        "Begin anew: `followup sequence enrol CASE --because …`.",
    ),
    ErrorCode(
        "signer_gone",
        Refused,
        "The agent who would sign the email is no longer active, and nobody signs who is gone.",
        "Give the case to somebody: `followup case set CASE --owner EMAIL`. The email then goes by itself.",
    ),
    ErrorCode(
        "no_language",
        Refused,
        "The email has no template in the customer's language, and nobody is written to in another.",
        "Say what they read: `followup customer set EMAIL --locale de-DE`, and the email goes by itself. "
        "Or add the templates of that language, and release it. Or write yourself, and skip it.",
    ),
    ErrorCode(
        "email_step_without_reason",
        WrongUsage,
        "What a person does to an email needs a reason.",
        "Say it: `--because`.",
    ),
    ErrorCode(
        "mail_refused",
        Unreachable,
        "The mail server did not take the test email.",
        "See what is set: `followup doctor`.",
    ),
    ErrorCode(
        "bad_smtp_url",
        InvalidFile,
        "smtp_url has a part that cannot be used.",
        "See [delivery.md](delivery.md).",
    ),
    ErrorCode(
        "password_command_failed",
        Unreachable,
        "The command for a password printed none.",
        "Run it yourself as the user of the daemon.",
    ),
    ErrorCode(
        "no_inbound_url", InvalidFile, "No mailbox is set.", "Set inbound_url; see [inbound.md](inbound.md)."
    ),
    ErrorCode(
        "bad_inbound_url",
        InvalidFile,
        "inbound_url cannot be read as one of an IMAP server.",
        "Write imaps://user@host/INBOX, special characters as %-codes.",
    ),
    ErrorCode(
        "inbound_url_names_no_mailbox",
        InvalidFile,
        "inbound_url is of no kind that is known.",
        "Write it in one of the ways of [inbound.md](inbound.md).",
    ),
    ErrorCode(
        "no_mailbox",
        InvalidFile,
        "The folder that inbound_url names is not there, or is no mailbox.",
        "Make it, or name another.",
    ),
    ErrorCode(
        "mailbox_unreachable",
        Unreachable,
        "The mailbox does not answer.",
        "Emails wait there. Check inbound_url: `followup doctor`.",
    ),
    ErrorCode(
        "mailbox_not_secure",
        Unreachable,
        "The mailbox cannot be reached with encryption.",
        "See that its certificate is valid for this name.",
    ),
    ErrorCode(
        "mailbox_not_encrypted",
        InvalidFile,
        "The mailbox offers no encryption, so no password was sent.",
        "Write imaps://, or add ?starttls=never on a safe network.",
    ),
    ErrorCode(
        "mailbox_password_missing",
        InvalidFile,
        "There is no password for the mailbox.",
        "Set inbound_password_command, or FOLLOWUP_INBOUND_URL.",
    ),
    ErrorCode(
        "mailbox_login_refused",
        InvalidFile,
        "The mailbox does not take the user and password.",
        "Check both, and whether it wants ?auth=xoauth2.",
    ),
    ErrorCode(
        "mailbox_read_only",
        InvalidFile,
        "Nothing in the mailbox's folder can be marked.",
        "Let its user set flags, or name another folder.",
    ),
    ErrorCode(
        "mailbox_refused",
        Unreachable,
        "The mailbox refused what was asked.",
        "Try again; then ask who runs the mail server.",
    ),
    ErrorCode(
        "unreadable_email",
        InvalidFile,
        "An email that came cannot be taken apart.",
        "It is put aside: open it in a mail program.",
    ),
    ErrorCode(
        "inbound_too_many_lines",
        InvalidFile,
        "An email that came has too many lines.",
        "It is put aside: open it in a mail program.",
    ),
    ErrorCode(
        "inbound_too_many_parts",
        InvalidFile,
        "An email that came has too many parts or header fields.",
        "It is put aside: open it in a mail program.",
    ),
    ErrorCode(
        "inbound_too_deep",
        InvalidFile,
        "An email that came has parts inside parts, too deep.",
        "It is put aside: open it in a mail program.",
    ),
    ErrorCode(
        "inbound_header_too_long",
        InvalidFile,
        "An email that came has a line about its content that is too long.",
        "It is put aside: open it in a mail program.",
    ),
)
